"""Roles are given by invitation: an admin makes a code, whoever redeems it first has the role."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.errors import PeopleError
from bot.people import codes
from bot.people.accounts import Accounts
from bot.people.linking import concluded
from bot.people.model import Code, Connected, Invitation, Reason, Refused, Role
from bot.people.ports import Codes, InvitationRow, Limits
from bot.people.roles import check_grant

VALID = timedelta(days=7)
SHORTEST, LONGEST = timedelta(minutes=5), timedelta(days=90)
MOST = 200  # stations or areas in one invitation
LIMITS: Limits = (codes.WRONG_EACH, None, codes.WRONG_WITHIN)  # nobody guesses 80 bits, so strangers cannot shut this door for all


class Invitations:
    """Invitations."""

    def __init__(self, accounts: Accounts, rows: Codes, clock: Callable[[], datetime]) -> None:
        self._accounts = accounts
        self._rows = rows
        self._clock = clock

    def invite(self, role: Role, over: Sequence[str] = (), *, by: str, valid: timedelta = VALID) -> tuple[Invitation, Code]:
        """An invitation to be a manager of station ids, a guide of area ids, or an admin; its code is shown now or never.

        Raises PeopleError for a role without what it is over, and for a time that is too short or too long.
        """
        kept = tuple(dict.fromkeys(over))
        for each in kept or ("",):
            check_grant(role, each)
        if len(kept) > MOST:
            raise PeopleError(f"an invitation holds no more than {MOST} stations or areas; make several")
        if not SHORTEST <= valid <= LONGEST:
            raise PeopleError("an invitation is valid for 5m at least and 90d at most")
        now = self._clock()
        invitation = Invitation(codes.short_id(), role, kept, by, now, now + valid)
        code = Code(codes.new_invitation(), invitation.expires_at)
        row = (invitation.id, str(role), kept, by, now, invitation.expires_at, None, None, None)
        note = (by, "invitation.make", invitation.id, now, f"{role} {' '.join(kept)}".strip())
        self._rows.put_invitation(row, self._accounts.digests.invitation(code.text), note)
        return invitation, code

    def redeem(self, channel: str, subject: str, text: str, address: str = "") -> Connected | Refused:
        """Give the roles of the invitation `text` to the person behind an identity, made if need be. The same person may send it
        again; for anybody else it is used up.
        """
        who, code = self._accounts.who(channel, subject), codes.read_invitation(text)
        if code is None:  # no guess
            return Refused(Reason.WRONG)
        digest = self._accounts.digests.invitation(code)
        outcome = self._rows.redeem_invitation(digest, who, codes.new_id(), self._clock(), LIMITS)
        return concluded(self._accounts, outcome, channel, address)

    def all(self) -> tuple[Invitation, ...]:
        """All that are kept, newest first, without their codes."""
        return tuple(_invitation(row) for row in self._rows.invitations())

    def withdraw(self, invitation: str, *, by: str) -> bool:
        """Take one back; False where there is none of that id that could still be redeemed."""
        now = self._clock()
        return self._rows.withdraw(invitation, now, (by, "invitation.withdraw", invitation, now, ""))


def _invitation(row: InvitationRow) -> Invitation:
    return Invitation(row[0], Role(row[1]), *row[2:])
