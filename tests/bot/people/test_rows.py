"""What every `Rows` does, in memory and on the database: the conformance suite of the doors of `bot.people`."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest

from bot.people.ports import InvitationRow, Limits, Note, Rows
from tests.bot.people.conftest import NOON

ANN, BOB = ("telegram", "a" * 64), ("web", "b" * 64)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
LIMITS: Limits = (5, 300, HOUR)
SOON = NOON + 10 * MINUTE


def note(action: str = "test") -> Note:
    return "cli", action, "target", NOON, "why"


def actions(rows: Rows) -> list[str]:
    return [entry[1] for entry in rows.audit.entries()]


@pytest.fixture
def ann(rows: Rows) -> str:
    return rows.persons.add("ann", ANN, NOON)[0]


@pytest.fixture
def bob(rows: Rows) -> str:
    return rows.persons.add("bob", BOB, NOON + HOUR)[0]


def an_invitation(name: str = "i1", role: str = "manager", over: tuple[str, ...] = ("hf-01",)) -> InvitationRow:
    return name, role, over, "cli", NOON, NOON + 7 * 24 * HOUR, None, None, None


class TestPersons:
    def test_the_key_stays_the_same_and_is_long_enough(self, rows: Rows) -> None:
        assert rows.persons.key() == rows.persons.key()
        assert len(bytes.fromhex(rows.persons.key())) == 32

    def test_nobody_is_found_until_somebody_was_added(self, rows: Rows) -> None:
        assert rows.persons.find(ANN) is None
        assert rows.persons.get("ann") is None
        assert rows.persons.add("ann", ANN, NOON) == ("ann", None, None, None, NOON, NOON)
        assert rows.persons.find(ANN) == rows.persons.get("ann") == ("ann", None, None, None, NOON, NOON)

    def test_an_identity_leads_to_the_person_it_led_to_first(self, rows: Rows, ann: str) -> None:
        assert rows.persons.add("another", ANN, NOON + HOUR)[0] == ann
        assert rows.persons.get("another") is None

    def test_the_same_subject_in_two_channels_is_two_identities(self, rows: Rows, ann: str) -> None:
        assert rows.persons.find(("web", ANN[1])) is None

    @pytest.mark.parametrize(("field", "value", "at"), [("language", "en", 1), ("work", "truck", 2)])
    def test_a_field_is_set_and_taken_back(self, rows: Rows, ann: str, field: str, value: str, at: int) -> None:
        for each in (value, None):
            assert rows.persons.put(ann, field, each)  # type: ignore[arg-type]
            found = rows.persons.get(ann)
            assert found is not None
            assert found[at] == each

    def test_nothing_is_set_for_somebody_who_is_gone(self, rows: Rows) -> None:
        assert not rows.persons.put("nobody", "language", "en")

    def test_an_area_that_is_not_there_is_not_set(self, rows: Rows, ann: str) -> None:
        assert not rows.persons.put(ann, "area", "nowhere")
        rows.tree.add([("x", "合肥市", "合肥市")])
        assert rows.persons.put(ann, "area", "x")

    def test_being_seen_only_goes_forward(self, rows: Rows, ann: str) -> None:
        for at in (NOON + HOUR, NOON - HOUR):
            rows.persons.seen(ann, at)
            found = rows.persons.get(ann)
            assert found is not None
            assert found[5] == NOON + HOUR

    def test_moments_of_any_zone_come_back_as_the_same_moment(self, rows: Rows) -> None:
        shanghai = timezone(timedelta(hours=8))
        rows.persons.add("ann", ANN, NOON.astimezone(shanghai))
        found = rows.persons.get("ann")
        assert found is not None
        assert found[4] == NOON
        assert found[4].tzinfo is not None

    def test_erasing_takes_one_person_and_says_whether_there_was_one(self, rows: Rows, ann: str, bob: str) -> None:
        assert rows.persons.erase(ann, note("person.erase"))
        assert not rows.persons.erase(ann, note("again"))
        assert rows.persons.find(ANN) is None
        assert rows.persons.find(BOB) is not None
        assert actions(rows) == ["person.erase"]

    def test_what_is_held_names_every_table_even_of_somebody_unknown(self, rows: Rows) -> None:
        assert set(rows.persons.held("nobody")) == {
            "bot_person", "bot_identity", "bot_reach", "bot_wish", "bot_role", "bot_link_code", "bot_invitation", "bot_wrong_code",
            "bot_audit",
        }  # fmt: skip
        assert not any(rows.persons.held("nobody").values())


class TestReaches:
    def test_addresses_come_in_order_and_only_their_own(self, rows: Rows, ann: str, bob: str) -> None:
        for person, channel, address in ((ann, "web", "9"), (ann, "telegram", "7"), (bob, "telegram", "8")):
            rows.reaches.put(person, channel, address)
        assert list(rows.reaches.of(ann)) == [("telegram", "7", None), ("web", "9", None)]

    def test_an_address_leads_to_one_person_only_the_last(self, rows: Rows, ann: str, bob: str) -> None:
        rows.reaches.put(ann, "telegram", "7")
        rows.reaches.put(bob, "telegram", "7")
        assert list(rows.reaches.of(ann)) == []
        assert list(rows.reaches.of(bob)) == [("telegram", "7", None)]

    def test_an_address_is_blocked_since_the_first_time_and_open_when_put_again(self, rows: Rows, ann: str) -> None:
        rows.reaches.put(ann, "telegram", "7")
        rows.reaches.block("telegram", "7", NOON)
        rows.reaches.block("telegram", "7", NOON + HOUR)
        rows.reaches.block("telegram", "unknown", NOON)
        assert list(rows.reaches.of(ann)) == [("telegram", "7", NOON)]
        rows.reaches.put(ann, "telegram", "7")
        assert list(rows.reaches.of(ann)) == [("telegram", "7", None)]

    def test_somebody_gone_cannot_be_reached(self, rows: Rows) -> None:
        rows.reaches.put("nobody", "telegram", "7")
        assert list(rows.reaches.of("nobody")) == []


class TestWishes:
    def test_the_last_word_counts(self, rows: Rows, ann: str) -> None:
        assert rows.wishes.put(ann, "lesson", True, NOON)
        assert rows.wishes.put(ann, "lesson", False, NOON + HOUR)
        assert rows.wishes.put(ann, "notice", True, NOON)
        assert list(rows.wishes.of(ann)) == [("lesson", False, NOON + HOUR), ("notice", True, NOON)]

    def test_somebody_gone_wishes_nothing(self, rows: Rows) -> None:
        assert not rows.wishes.put("nobody", "lesson", True, NOON)


class TestLinks:
    def test_a_code_leads_to_its_person_once(self, rows: Rows, ann: str) -> None:
        assert rows.codes.put_link("d", ann, NOON, SOON) == ""
        reason, row, joined = rows.codes.redeem_link("d", BOB, NOON, LIMITS, False)
        assert (reason, row and row[0], joined) == ("", ann, False)
        assert rows.codes.redeem_link("d", ("web", "c" * 64), NOON, LIMITS, False) == ("wrong", None, False)
        assert actions(rows) == ["person.link"]

    def test_the_same_identity_may_send_a_code_again(self, rows: Rows, ann: str) -> None:
        rows.codes.put_link("d", ann, NOON, SOON)
        first = rows.codes.redeem_link("d", BOB, NOON, LIMITS, False)
        assert rows.codes.redeem_link("d", BOB, NOON, LIMITS, False) == first
        assert actions(rows) == ["person.link"]

    def test_a_code_ends_at_its_moment_and_with_the_next_one(self, rows: Rows, ann: str) -> None:
        rows.codes.put_link("d", ann, NOON, SOON)
        assert rows.codes.redeem_link("d", BOB, SOON, LIMITS, False)[0] == "wrong"
        rows.codes.put_link("e", ann, NOON, SOON)
        assert rows.codes.redeem_link("d", BOB, NOON, LIMITS, False)[0] == "wrong"
        assert rows.codes.redeem_link("e", BOB, SOON - MINUTE, LIMITS, False)[0] == ""

    def test_a_code_that_is_open_is_not_given_twice_and_nobody_gone_gets_one(self, rows: Rows, ann: str, bob: str) -> None:
        assert rows.codes.put_link("d", ann, NOON, SOON) == ""
        assert rows.codes.put_link("d", bob, NOON, SOON) == "taken"
        assert rows.codes.put_link("d", bob, SOON, SOON + HOUR) == ""
        assert rows.codes.put_link("e", "nobody", NOON, SOON) == "gone"

    def test_after_as_many_wrong_codes_even_the_right_one_waits(self, rows: Rows, ann: str) -> None:
        rows.codes.put_link("d", ann, NOON, NOON + 2 * HOUR)
        for minute in range(5):
            assert rows.codes.redeem_link("no", BOB, NOON + minute * MINUTE, LIMITS, False)[0] == "wrong"
        for at in (NOON + 5 * MINUTE, NOON + HOUR - MINUTE):
            assert rows.codes.redeem_link("d", BOB, at, LIMITS, False)[0] == "too_many"
        assert rows.codes.redeem_link("no", BOB, NOON + HOUR, LIMITS, False)[0] == "wrong"  # the first of five is an hour old
        assert rows.codes.redeem_link("d", BOB, NOON + HOUR, LIMITS, False)[0] == "too_many"
        assert rows.codes.redeem_link("d", BOB, NOON + HOUR + MINUTE, LIMITS, False)[0] == ""

    def test_one_guesser_does_not_stop_another_rider_until_all_guesses_together_are_too_many(self, rows: Rows, ann: str) -> None:
        rows.codes.put_link("d", ann, NOON, SOON)
        for number in range(10):
            rows.codes.redeem_link("no", ("web", f"{number // 5:064}"), NOON, (5, 11, HOUR), False)
        assert rows.codes.redeem_link("no", BOB, NOON, (5, 11, HOUR), False)[0] == "wrong"
        assert rows.codes.redeem_link("d", BOB, NOON, (5, 11, HOUR), False)[0] == "too_many"
        assert rows.codes.redeem_link("d", BOB, NOON, (5, None, HOUR), False)[0] == ""

    def test_two_persons_become_one_with_everything(self, rows: Rows, ann: str, bob: str) -> None:
        rows.tree.add([("x", "合肥市", "合肥市")])
        rows.reaches.put(bob, "web", "9")
        rows.roles.grant(ann, "manager", "hf-01", note())
        for over in ("hf-01", "hf-02"):
            rows.roles.grant(bob, "manager", over, note())
        rows.persons.put(ann, "work", "truck")
        rows.persons.put(bob, "work", "other")
        rows.persons.put(bob, "area", "x")
        rows.codes.put_link("d", ann, NOON, SOON)
        reason, row, joined = rows.codes.redeem_link("d", BOB, NOON, LIMITS, True)
        assert (reason, row, joined) == ("", (ann, None, "truck", "x", NOON, NOON + HOUR), True)
        assert rows.persons.find(BOB) == rows.persons.find(ANN) == row
        assert rows.persons.get(bob) is None
        assert list(rows.reaches.of(ann)) == [("web", "9", None)]
        assert [grant[1] for grant in rows.roles.of(ann)] == ["hf-01", "hf-02"]
        assert rows.audit.entries(ann)[-1] == (ann, "person.merge", ann, NOON, "bob by web")

    def test_of_two_answers_to_one_kind_of_message_the_later_one_stays(self, rows: Rows, ann: str, bob: str) -> None:
        for person, kind, wanted, hours in (
            (ann, "lesson", False, 2), (bob, "lesson", True, 1),
            (ann, "notice", True, 1), (bob, "notice", False, 2),
            (bob, "weather", True, 1),
        ):  # fmt: skip
            rows.wishes.put(person, kind, wanted, NOON + hours * HOUR)
        rows.codes.put_link("d", ann, NOON, SOON)
        rows.codes.redeem_link("d", BOB, NOON, LIMITS, False)
        assert [(kind, wanted) for kind, wanted, _ in rows.wishes.of(ann)] == [
            ("lesson", False),
            ("notice", False),
            ("weather", True),
        ]

    def test_somebody_with_roles_is_merged_only_when_they_share(self, rows: Rows, ann: str, bob: str) -> None:
        rows.roles.grant(bob, "admin", "", note())
        rows.codes.put_link("d", ann, NOON, SOON)
        assert rows.codes.redeem_link("d", BOB, NOON, LIMITS, False) == ("would_share", None, False)
        assert list(rows.roles.of(ann)) == []
        assert rows.codes.redeem_link("d", BOB, NOON, LIMITS, True)[0] == ""
        assert list(rows.roles.of(ann)) == [("admin", "", "")]

    def test_ones_own_code_changes_nothing(self, rows: Rows, ann: str) -> None:
        rows.roles.grant(ann, "admin", "", note("role.grant"))
        rows.codes.put_link("d", ann, NOON, SOON)
        reason, row, joined = rows.codes.redeem_link("d", ANN, NOON, LIMITS, False)
        assert (reason, row and row[0], joined) == ("", ann, False)
        assert actions(rows) == ["role.grant"]


class TestInvitations:
    def test_an_invitation_gives_its_roles_to_whoever_is_first_and_makes_them_if_need_be(self, rows: Rows) -> None:
        rows.codes.put_invitation(an_invitation(over=("hf-01", "hf-02")), "d", note("invitation.make"))
        reason, row, _ = rows.codes.redeem_invitation("d", ANN, "ann", NOON, LIMITS)
        assert (reason, row and row[0]) == ("", "ann")
        assert list(rows.roles.of("ann")) == [("manager", "hf-01", ""), ("manager", "hf-02", "")]
        assert rows.codes.redeem_invitation("d", BOB, "bob", NOON, LIMITS) == ("used", None, False)
        assert rows.persons.find(BOB) is None
        assert rows.codes.invitations()[0][6:] == ("ann", NOON, None)
        assert actions(rows) == ["invitation.make", "role.grant", "role.grant", "invitation.redeem"]

    def test_the_same_person_may_send_it_again(self, rows: Rows, ann: str) -> None:
        rows.codes.put_invitation(an_invitation(), "d", note())
        first = rows.codes.redeem_invitation("d", ANN, "x", NOON, LIMITS)
        assert rows.codes.redeem_invitation("d", ANN, "y", NOON + HOUR, LIMITS) == first
        assert rows.codes.invitations()[0][7] == NOON

    def test_a_role_they_have_is_not_given_twice(self, rows: Rows, ann: str) -> None:
        rows.roles.grant(ann, "manager", "hf-01", note())
        rows.codes.put_invitation(an_invitation(over=("hf-01", "hf-02")), "d", note())
        assert rows.codes.redeem_invitation("d", ANN, "x", NOON, LIMITS)[0] == ""
        assert actions(rows).count("role.grant") == 1
        assert len(rows.roles.of(ann)) == 2

    def test_an_invitation_over_time_or_taken_back_gives_nothing(self, rows: Rows) -> None:
        rows.codes.put_invitation(an_invitation("i1"), "d", note())
        rows.codes.put_invitation(an_invitation("i2"), "e", note())
        assert rows.codes.withdraw("i2", NOON, note("invitation.withdraw"))
        assert rows.codes.redeem_invitation("d", ANN, "ann", NOON + 7 * 24 * HOUR, LIMITS)[0] == "expired"
        assert rows.codes.redeem_invitation("e", ANN, "ann", NOON, LIMITS)[0] == "withdrawn"
        assert rows.persons.find(ANN) is None

    def test_only_what_is_open_can_be_taken_back(self, rows: Rows) -> None:
        for name, digest in (("i1", "d"), ("i2", "e")):
            rows.codes.put_invitation(an_invitation(name), digest, note("make"))
        rows.codes.redeem_invitation("d", ANN, "ann", NOON, LIMITS)
        assert not rows.codes.withdraw("i1", NOON, note("withdraw"))
        assert not rows.codes.withdraw("i2", NOON + 7 * 24 * HOUR, note("withdraw"))
        assert not rows.codes.withdraw("unknown", NOON, note("withdraw"))
        assert "withdraw" not in actions(rows)

    def test_an_area_that_was_removed_is_left_out(self, rows: Rows) -> None:
        rows.tree.add([("x", "合肥市", "合肥市")])
        rows.codes.put_invitation(an_invitation(role="guide", over=("x", "removed")), "d", note())
        rows.codes.redeem_invitation("d", ANN, "ann", NOON, LIMITS)
        assert list(rows.roles.of("ann")) == [("guide", "x", "合肥市")]

    def test_they_are_listed_newest_first(self, rows: Rows) -> None:
        old, new = an_invitation("a"), an_invitation("b")
        rows.codes.put_invitation((*old[:4], NOON - HOUR, *old[5:]), "d", note())
        rows.codes.put_invitation(new, "e", note())
        assert [row[0] for row in rows.codes.invitations()] == ["b", "a"]
        assert rows.codes.invitations()[0] == new

    def test_a_wrong_invitation_counts_as_a_wrong_code(self, rows: Rows) -> None:
        rows.codes.put_invitation(an_invitation(), "d", note())
        for _ in range(5):
            assert rows.codes.redeem_invitation("no", ANN, "ann", NOON, LIMITS)[0] == "wrong"
        assert rows.codes.redeem_invitation("d", ANN, "ann", NOON, LIMITS)[0] == "too_many"

    def test_a_redeemer_who_was_erased_is_no_longer_named(self, rows: Rows, ann: str) -> None:
        rows.codes.put_invitation(an_invitation(), "d", note())
        rows.codes.redeem_invitation("d", ANN, "x", NOON, LIMITS)
        rows.persons.erase(ann, note())
        assert rows.codes.invitations()[0][6:8] == (None, NOON)
        assert rows.codes.redeem_invitation("d", ANN, "x", NOON, LIMITS)[0] == "used"


def test_what_has_ended_is_erased_and_nothing_else(rows: Rows, ann: str, bob: str) -> None:
    rows.codes.put_link("d", ann, NOON, SOON)
    rows.codes.put_link("e", bob, NOON, SOON + HOUR)
    rows.codes.redeem_link("no", ANN, NOON, LIMITS, False)
    rows.codes.redeem_link("no", ANN, NOON + HOUR, LIMITS, False)
    rows.codes.put_invitation(an_invitation("i1"), "f", note())
    rows.codes.put_invitation(an_invitation("i2"), "g", note())
    rows.codes.redeem_invitation("f", ANN, "x", NOON, LIMITS)
    assert rows.codes.erase_old(SOON, NOON, NOON) == 3
    assert [row[0] for row in rows.codes.invitations()] == ["i2"]
    assert len(rows.persons.held(ann)["bot_wrong_code"]) == 1
    assert not rows.persons.held(ann)["bot_link_code"]
    assert rows.persons.held(bob)["bot_link_code"]
    assert rows.codes.erase_old(SOON, NOON, NOON) == 0
