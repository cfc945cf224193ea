"""One person across channels, by a code that is shown on one and typed on the other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.people import People
from bot.people.codes import LINK_VALID, new_invitation, new_link, read_invitation, read_link
from bot.people.model import Connected, Reach, Reason, Refused, Role
from tests.bot.people.conftest import NOON, ManualClock


def test_a_code_connects_a_browser_to_the_person_on_telegram(people: People) -> None:
    person = people.accounts.of("telegram", "4711", "4711")
    people.roles.grant(person, Role.ADMIN, by="cli")
    code = people.linking.code(person)
    assert len(code.text) == 8
    assert code.expires_at == NOON + timedelta(minutes=10)
    assert people.linking.redeem("web", "token", f" {code.text[:4]} {code.text[4:]} ") == Connected(person)
    assert people.accounts.find("web", "token") == person
    assert people.accounts.reaches(person) == (Reach("telegram", "4711"),)


def test_the_channel_that_sent_the_code_can_be_written_to(people: People) -> None:
    person = people.accounts.of("web", "token")
    people.linking.redeem("telegram", "4711", people.linking.code(person).text, "4711")
    assert people.accounts.reaches(person) == (Reach("telegram", "4711"),)


def test_a_code_is_good_for_ten_minutes(people: People, clock: ManualClock) -> None:
    code = people.linking.code(people.accounts.of("web", "token"))
    clock.go(LINK_VALID)
    assert people.linking.redeem("telegram", "4711", code.text) == Refused(Reason.WRONG)


def test_without_the_code_nobody_gets_anybodys_roles(people: People) -> None:
    admin = people.accounts.of("telegram", "4711")
    people.roles.grant(admin, Role.ADMIN, by="cli")
    code = people.linking.code(admin).text
    wrong = f"{(int(code) + 1) % 10**8:08d}"
    assert people.linking.redeem("web", "stranger", wrong) == Refused(Reason.WRONG)
    assert people.accounts.find("web", "stranger") is None


def test_somebody_with_roles_is_asked_before_a_strangers_code_shares_them(people: People) -> None:
    admin, stranger = people.accounts.of("telegram", "4711"), people.accounts.of("web", "stranger")
    people.roles.grant(admin, Role.ADMIN, by="cli")
    code = people.linking.code(stranger).text
    assert people.linking.redeem("telegram", "4711", code) == Refused(Reason.WOULD_SHARE)
    assert people.roles.of(stranger) == ()
    found = people.linking.redeem("telegram", "4711", code, sharing=True)
    assert isinstance(found, Connected)
    assert found.joined
    assert found.person.id == stranger.id
    assert [grant.role for grant in people.roles.of(stranger)] == [Role.ADMIN]


def test_five_wrong_codes_an_hour_are_enough(people: People, clock: ManualClock) -> None:
    person = people.accounts.of("telegram", "4711")
    for _ in range(5):
        assert people.linking.redeem("web", "token", "00000000") == Refused(Reason.WRONG)
    assert people.linking.redeem("web", "token", people.linking.code(person).text) == Refused(Reason.TOO_MANY)
    clock.go(timedelta(hours=1))
    assert isinstance(people.linking.redeem("web", "token", people.linking.code(person).text), Connected)


@pytest.mark.parametrize("text", ["", "算了", "1234567", "123456789", "abcdefgh", "1" * 5000])
def test_what_is_no_code_is_no_guess(people: People, text: str) -> None:
    for _ in range(9):
        assert people.linking.redeem("web", "token", text) == Refused(Reason.WRONG)
    code = people.linking.code(people.accounts.of("telegram", "4711"))
    assert isinstance(people.linking.redeem("web", "token", code.text), Connected)


def test_a_strangers_many_browsers_do_not_help_guessing(people: People) -> None:
    code = people.linking.code(people.accounts.of("telegram", "4711")).text
    wrong = f"{(int(code) + 1) % 10**8:08d}"
    outcomes = [people.linking.redeem("web", f"browser {number // 5}", wrong) for number in range(301)]
    assert outcomes[:300] == [Refused(Reason.WRONG)] * 300
    assert outcomes[300] == Refused(Reason.TOO_MANY)
    invitation = people.invitations.invite(Role.ADMIN, by="cli")[1]  # nobody can shut this door for others
    assert isinstance(people.invitations.redeem("web", "somebody else", invitation.text), Connected)


@given(st.integers(0, 10**8 - 1), st.sampled_from(["", " ", "-", " - ", "\u3000", "\u2013"]))
def test_a_code_is_read_however_it_is_spaced_and_in_full_width_digits(number: int, gap: str) -> None:
    digits = f"{number:08d}"
    spaced = gap.join((digits[:4], digits[4:]))
    assert read_link(spaced) == digits
    assert read_link(spaced.translate({ord("0") + n: 0xFF10 + n for n in range(10)})) == digits


@given(st.text())
def test_whatever_is_typed_is_read_or_not_but_never_breaks(text: str) -> None:
    link, invitation = read_link(text), read_invitation(text)
    assert link is None or len(link) == 8
    assert invitation is None or read_invitation(invitation) == invitation


def test_codes_are_as_they_should_be_and_all_different() -> None:
    links, invitations = {new_link() for _ in range(300)}, {new_invitation() for _ in range(300)}
    assert all(read_link(code) == code for code in links)
    assert all(read_invitation(code) == code for code in invitations)
    assert len(links) > 295
    assert len(invitations) == 300


@pytest.mark.parametrize("typed", ["k7qm2x9ro4tbzzid", "K7QM 2X9R-O4TB-ZZlD", "\uff2b7qm-2x9r-04tb-zz1d"])
def test_an_invitation_is_read_in_spite_of_letters_that_look_alike(typed: str) -> None:
    assert read_invitation(typed) == "K7QM-2X9R-04TB-ZZ1D"
