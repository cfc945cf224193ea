"""One-time codes, and the digests under which identities and codes are kept.

A connecting code is short, so that it can be typed from one screen to another: ten minutes, one use, five wrong tries an hour for
one identity and `WRONG_ALTOGETHER` for everybody, for a stranger can have as many identities as they like. An invitation gives
roles: 80 random bits. The key of the digests lies in the database. What they hide are tokens of 256 random bits and codes of ten
minutes, which need no more; a key in a file of its own would be lost in some restore and lock every admin out.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata
from datetime import timedelta

LINK_DIGITS = 8
LINK_VALID = timedelta(minutes=10)
WRONG_EACH = 5
WRONG_ALTOGETHER = 300  # an hour: with ten codes open at once, a guesser finds one in 33,000 hours
WRONG_WITHIN = timedelta(hours=1)
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
GROUPS, GROUP = 4, 4
_MISREAD = str.maketrans("OIL", "011")


class Digests:
    """Keyed digests, one kind apart from another."""

    def __init__(self, key: str) -> None:
        self._key = bytes.fromhex(key)

    def identity(self, channel: str, subject: str) -> str:
        """Of a channel's own name for somebody."""
        return self._digest("identity", channel, subject)

    def link(self, code: str) -> str:
        """Of a connecting code."""
        return self._digest("link", code)

    def invitation(self, code: str) -> str:
        """Of an invitation's code."""
        return self._digest("invitation", code)

    def _digest(self, *parts: str) -> str:
        return hmac.new(self._key, "\0".join(parts).encode(), hashlib.sha256).hexdigest()


def new_id() -> str:
    """A person's id: 128 random bits."""
    return secrets.token_hex(16)


def short_id() -> str:
    """The id of an area or an invitation: 32 random bits; no secret."""
    return secrets.token_hex(4)


def new_link() -> str:
    """Eight digits."""
    return f"{secrets.randbelow(10**LINK_DIGITS):0{LINK_DIGITS}d}"


def new_invitation() -> str:
    """Sixteen letters and digits in fours, as in K7QM-2X9R-04TB-ZZ1D."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))


def read_link(text: str) -> str | None:
    """The connecting code that a text consists of, however it is spaced; None for anything else."""
    digits = _bare(text)
    return digits if re.fullmatch(rf"[0-9]{{{LINK_DIGITS}}}", digits) else None


def read_invitation(text: str) -> str | None:
    """The invitation code that a text consists of, in its canonical form; None for anything else."""
    bare = _bare(text).upper().translate(_MISREAD)
    if len(bare) != GROUPS * GROUP or any(sign not in ALPHABET for sign in bare):
        return None
    return "-".join(bare[at : at + GROUP] for at in range(0, len(bare), GROUP))


def _bare(text: str) -> str:
    return re.sub(r"[\s\-\u2010-\u2015\u2212]", "", unicodedata.normalize("NFKC", text))
