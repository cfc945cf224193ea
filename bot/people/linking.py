"""One person across channels: a code shown on one and typed on the other.

Who types the code gives their channel, and whatever person they were there, to the one who made it. So somebody who holds roles is
asked first (`Reason.WOULD_SHARE`): a stranger's code, typed by an admin, would make the stranger an admin.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.errors import PeopleError
from bot.people import codes
from bot.people.accounts import Accounts, person_of
from bot.people.model import Code, Connected, Person, Reason, Refused
from bot.people.ports import Codes, Limits, Outcome

LIMITS: Limits = (codes.WRONG_EACH, codes.WRONG_ALTOGETHER, codes.WRONG_WITHIN)


class Linking:
    """Connecting codes."""

    def __init__(self, accounts: Accounts, rows: Codes, clock: Callable[[], datetime]) -> None:
        self._accounts = accounts
        self._rows = rows
        self._clock = clock

    def code(self, person: Person) -> Code:
        """A fresh code; the person's earlier one ends. Raises PeopleError for somebody who was erased."""
        now = self._clock()
        trouble = "taken"
        while trouble == "taken":  # by somebody else's open code: one chance in 100 million for each of these
            code = Code(codes.new_link(), now + codes.LINK_VALID)
            trouble = self._rows.put_link(self._accounts.digests.link(code.text), person.id, now, code.expires_at)
        if trouble:
            raise PeopleError("there is nobody to connect to: the person was erased")
        return code

    def redeem(self, channel: str, subject: str, text: str, address: str = "", *, sharing: bool = False) -> Connected | Refused:
        """Connect an identity to the person who made the code `text`. `sharing`: the redeemer holds roles and was told that the
        code's owner gets them too. The same identity may send the code again; for anybody else it is used up.
        """
        who, code = self._accounts.who(channel, subject), codes.read_link(text)
        if code is None:  # no guess
            return Refused(Reason.WRONG)
        digest = self._accounts.digests.link(code)
        outcome = self._rows.redeem_link(digest, who, self._clock(), LIMITS, sharing)
        return concluded(self._accounts, outcome, channel, address)


def concluded(accounts: Accounts, outcome: Outcome, channel: str, address: str) -> Connected | Refused:
    """What became of a code, with the address noted where it was taken."""
    reason, row, joined = outcome
    if row is None:
        return Refused(Reason(reason))
    person = person_of(row)
    accounts.reached(person, channel, address)
    return Connected(person, joined)
