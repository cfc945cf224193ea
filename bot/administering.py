"""The commands that give roles and order areas: `redstation invite`, `redstation people`, `redstation areas`.

Whoever can run them owns the data folder, so they pass no other door; the audit says `cli`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bot.app import now
from bot.errors import PeopleError
from bot.people import People
from bot.people.model import Invitation, Person, Role, read_span
from bot.settings import load_settings
from bot.storage.engine import open_engine
from bot.storage.people import PeopleRows
from bot.terminal import Data, day, fail, minute, say, told

BY = "cli"
SHOWN = 8  # characters of a person's id: enough to name them here, too little to find them elsewhere
Stations = Annotated[list[str] | None, typer.Option("--station", help="Id of a station; may be repeated.")]
AreaPaths = Annotated[list[str] | None, typer.Option("--area", help="Path or only name of an area; may be repeated.")]
RoleName = Annotated[str, typer.Option("--role", help="manager, guide or admin.")]
people_commands = typer.Typer(no_args_is_help=False, help="Who has which role; take roles and invitations back.")
area_commands = typer.Typer(no_args_is_help=False, help="The tree of areas.")


@contextmanager
def opened_people(data: Path | None) -> Iterator[People]:
    """The people of a data folder; every trouble ends as one line."""
    with told():
        engine = open_engine(load_settings(data=data).database)
        try:
            yield People(PeopleRows(engine), now)
        finally:
            engine.dispose()


def invite(role: RoleName = "", station: Stations = None, area: AreaPaths = None,
           valid: Annotated[str, typer.Option(help="How long it can be redeemed: 7d, 12h, 30m.")] = "7d",
           data: Data = None) -> None:  # fmt: skip
    """Make an invitation and print its code: whoever sends it to the assistant first has the role."""
    with opened_people(data) as people:
        trusted = _role(role)
        over = _over(people, trusted, station or [], area or [])
        invitation, code = people.invitations.invite(trusted, over, by=BY, valid=read_span(valid))
        say(f"{_described(people, invitation)}, until {minute(code.expires_at)}; it works once, and is not shown again")
        print(code.text)


@people_commands.callback(invoke_without_command=True)
def people_list(context: typer.Context, data: Data = None) -> None:
    """Who has which role: the beginning of an opaque id, roles, the day they were last here. No names: we know none."""
    if _goes_on(context, data):
        return
    with opened_people(data) as people:
        holders = people.roles.holders()
        for person, grants in holders:
            print(f"{person.id[:SHOWN]}  seen {day(person.seen_at)}  {'; '.join(map(str, grants))}")
        if not holders:
            say("nobody has a role; `redstation invite --role admin` makes an invitation")


@people_commands.command("revoke")
def people_revoke(
    person: Annotated[str, typer.Argument(help="The id that `redstation people` shows, or its beginning.")],
    role: RoleName = "",
    station: Stations = None,
    area: AreaPaths = None,
    data: Data = None,
) -> None:
    """Take a role from somebody: all of it, or over some stations or areas only."""
    with opened_people(data) as people:
        holder, trusted = _holder(people, person), _role(role)
        over = _over(people, trusted, station, area) if station or area else [None]
        taken = sum(people.roles.revoke(holder, trusted, each, by=BY) for each in over)
        if not taken:
            raise PeopleError(f"{holder.id[:SHOWN]} has no such role; `redstation people` shows what they have")
        left = "; ".join(map(str, people.roles.of(holder))) or "rider"
        print(f"{holder.id[:SHOWN]}  {left}")


@people_commands.command("invitations")
def people_invitations(data: Data = None) -> None:
    """Invitations, newest first, without their codes."""
    with opened_people(data) as people:
        for each in people.invitations.all():
            print(f"{each.id}  {_state(each)}  {_described(people, each)}")


@people_commands.command("withdraw")
def people_withdraw(
    invitation: Annotated[str, typer.Argument(help="The id that `redstation people invitations` shows.")], data: Data = None
) -> None:
    """Take an invitation back that nobody has redeemed yet."""
    with opened_people(data) as people:
        if not people.invitations.withdraw(invitation, by=BY):
            raise PeopleError(f"no open invitation {invitation!r}; `redstation people invitations` lists them")
        print(f"{invitation}  withdrawn")


@area_commands.callback(invoke_without_command=True)
def area_list(context: typer.Context, data: Data = None) -> None:
    """All areas, one path a line."""
    if _goes_on(context, data):
        return
    with opened_people(data) as people:
        for area in people.areas.below():
            print(area.path)


@area_commands.command("add")
def area_add(paths: Annotated[list[str], typer.Argument(help="Paths, as in 安徽省/合肥市/蜀山区.")], data: Data = None) -> None:
    """Make areas, and those above them where they are missing."""
    with opened_people(data) as people:
        for path in paths:
            print(people.areas.add(path).path)


@area_commands.command("rename")
def area_rename(path: str, name: str, data: Data = None) -> None:
    """Another name for an area; all below it follow."""
    with opened_people(data) as people:
        print(people.areas.rename(people.areas.named(path), name, by=BY).path)


@area_commands.command("move")
def area_move(
    path: str,
    under: Annotated[str | None, typer.Option(help="The area it is to lie in; without it, it lies in none.")] = None,
    data: Data = None,
) -> None:
    """Another place for an area and all below it."""
    with opened_people(data) as people:
        target = None if under is None else people.areas.named(under)
        print(people.areas.move(people.areas.named(path), target, by=BY).path)


@area_commands.command("remove")
def area_remove(path: str, data: Data = None) -> None:
    """Take out an area that has none below it and no guide."""
    with opened_people(data) as people:
        area = people.areas.named(path)
        people.areas.remove(area, by=BY)
        print(f"{area.path} removed")


def _goes_on(context: typer.Context, data: Path | None) -> bool:
    """Whether a command of the group follows. A folder named before it would be lost, and the wrong one changed."""
    if context.invoked_subcommand is not None and data is not None:
        fail(f"write --data behind {context.invoked_subcommand}, not before it")
    return context.invoked_subcommand is not None


def _role(name: str) -> Role:
    if name not in (Role.MANAGER, Role.GUIDE, Role.ADMIN):
        raise PeopleError(f"--role {name or '(none)'} is no role to give; choose manager, guide or admin")
    return Role(name)


def _over(people: People, role: Role, stations: Sequence[str] | None, areas: Sequence[str] | None) -> list[str]:
    wanted = {Role.MANAGER: (True, False), Role.GUIDE: (False, True), Role.ADMIN: (False, False)}[role]
    if (bool(stations), bool(areas)) != wanted:
        need = {Role.MANAGER: "--station and no --area", Role.GUIDE: "--area and no --station", Role.ADMIN: "neither"}[role]
        raise PeopleError(f"a role of {role} takes {need}")
    return list(stations or []) or [people.areas.named(text).id for text in areas or []]


def _holder(people: People, start: str) -> Person:
    found = [person for person, _ in people.roles.holders() if start and person.id.startswith(start)]
    if len(found) != 1:
        raise PeopleError(f"{start!r} names {len(found) or 'nobody'} of those with a role; `redstation people` lists them")
    return found[0]


def _described(people: People, invitation: Invitation) -> str:
    names = list(invitation.over)
    if invitation.role is Role.GUIDE:
        found = [people.areas.get(each) for each in names]
        names = [area.path for area in found if area is not None]
    return " ".join([invitation.role, *names])


def _state(invitation: Invitation) -> str:
    if invitation.redeemed_at is not None:
        redeemer = invitation.redeemed_by[:SHOWN] if invitation.redeemed_by else "somebody erased"
        return f"redeemed {day(invitation.redeemed_at)} by {redeemer}"
    if invitation.withdrawn_at is not None:
        return f"withdrawn {day(invitation.withdrawn_at)}"
    return f"{'open until' if invitation.open(now()) else 'expired'} {minute(invitation.expires_at)}"
