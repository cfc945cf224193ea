"""Stations in words: what was found, how far, open until when; and what to say where nothing was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.dialogue.message import Button, Message, StationCard
from bot.dialogue.wording import Wording
from knowledge.model import StationWish
from knowledge.stations.links import route_links
from knowledge.stations.model import Found, OpenState, StationAnswer

CHINA = ZoneInfo("Asia/Shanghai")
WALKED_AT_MOST = 40  # minutes; nobody walks further for a cup of water
KILOMETRE = 1000
TENS = 10
CLOSED = "closed"  # the action "this door is shut"
FACTS_SHOWN = 8  # services named on a card


def station_wish(wish: StationWish, say: Wording, _seed: str) -> Message:
    """Where no directory is at hand: where to look instead."""
    body = say.say("stations.no_directory")
    return Message("stations", body, body, asks_location=wish.location is None)


def station_answer(answer: StationAnswer, say: Wording, now: datetime) -> Message:
    """The message for what was found at `now`."""
    if answer.wish.unclear and not answer.found:
        options = tuple(say.say("stations.find_service", service=service) for service in answer.wish.unclear)
        return _asking(say.say("stations.which_service"), options)
    if answer.options:
        return _asking(say.say("stations.which_place"), tuple(_option(place.area, place.name) for place in answer.options))
    wanted = say.say("stations.and").join((*answer.wish.services, *answer.wish.kinds))
    if answer.needs_location:
        body = say.say("stations.ask", service=wanted) if wanted else say.say("stations.ask_any")
        return Message("stations", body, body, asks_location=True)
    if not answer.found:
        none = say.say("stations.none_with", service=wanted) if wanted else say.say("stations.none")
        body = f"{none}\n\n{say.say('stations.look_elsewhere')}"
        return Message("stations", body, body)
    return _listed(answer, wanted, say, now)


def _asking(question: str, options: Sequence[str]) -> Message:
    text = "\n".join([question, *(f"· {option}" for option in options)])
    return Message("stations", text, question, quick_replies=tuple(options), asks_location=True)


def _option(area: str, name: str) -> str:
    return f"{area.replace('/', ' ')} {name}" if area and not area.endswith(name) else area.replace("/", " ") or name


def _listed(answer: StationAnswer, wanted: str, say: Wording, now: datetime) -> Message:
    cards = tuple(_card(found, say, answer.wish.at or now, now) for found in answer.found)
    near = say.say("stations.near_place", place=answer.place) if answer.place else say.say("stations.near_you")
    lead = say.say("stations.lead_with", near=near, service=wanted) if wanted else say.say("stations.lead", near=near)
    if answer.shut:
        lead = say.say("stations.lead_shut", lead=lead)
    elif answer.wish.at is not None:
        lead = say.say("stations.lead_at", lead=lead, time=_clock(answer.wish.at, now, say))
    notes = []
    if any(found.station.demo for found in answer.found):
        notes.append(say.say("stations.demonstration"))
    if any(not found.opening.holidays_known for found in answer.found):
        notes.append(say.say("stations.holidays_unknown"))
    listed = ["\n".join([f"{number}. {card.name}", *(f"   {line}" for line in card.lines)]) for number, card in enumerate(cards, 1)]
    text = "\n\n".join([lead, *listed, *notes])
    return Message("stations", text, "\n\n".join([lead, *notes]), stations=cards)


def _card(found: Found, say: Wording, at: datetime, now: datetime) -> StationCard:
    station = found.station
    lines = [_where(found, say), _door(found, say, at, now)]
    if station.services:
        lines.append(say.say("stations.has", services=say.say("stations.and").join(station.services[:FACTS_SHOWN])))
    if station.address:
        lines.append(say.say("stations.address", address=station.address))
    confirmed = station.confirmed_at
    lines.append(say.say("stations.confirmed", date=confirmed) if confirmed else say.say("stations.never_confirmed"))
    return StationCard(
        station.id, station.name, _state(found), tuple(line for line in lines if line), _buttons(found, say),
        None if found.distance_m is None else round(found.distance_m),
        found.opening.until.isoformat() if found.opening.until and _state(found) == OpenState.OPEN else "",
    )  # fmt: skip


def _state(found: Found) -> str:
    return str(OpenState.CLOSED if found.closure else found.opening.state)


def _where(found: Found, say: Wording) -> str:
    parts = [found.station.kind]
    if found.distance_m is not None:
        parts.append(_distance(found.distance_m, say))
        if found.walking_minutes is not None and found.walking_minutes <= WALKED_AT_MOST:
            parts.append(say.say("stations.walk", minutes=max(1, found.walking_minutes)))
    elif found.station.area:
        parts.append(found.station.area.replace("/", " "))
    return say.say("stations.comma").join(parts)


def _distance(metres: float, say: Wording) -> str:
    if metres < KILOMETRE:
        return say.say("stations.metres", count=max(TENS, round(metres / TENS) * TENS))
    return say.say("stations.kilometres", count=f"{metres / KILOMETRE:.1f}")


def _door(found: Found, say: Wording, at: datetime, now: datetime) -> str:
    if found.closure is not None:
        until = found.closure.until
        held = say.say("stations.shut_until", time=_clock(until, now, say)) if until else say.say("stations.shut")
        return f"{held}{say.say('stations.because', reason=found.closure.reason)}" if found.closure.reason else held
    opening, future = found.opening, "_then" if at > now else ""
    if opening.state is OpenState.UNKNOWN:
        return say.say("stations.hours_unknown")
    if opening.always:
        return say.say("stations.always")
    key = f"stations.{opening.state}{future}"
    return say.say(f"{key}_until", time=_clock(opening.until, now, say)) if opening.until else say.say(key)


def _clock(moment: datetime, now: datetime, say: Wording) -> str:
    """A moment as people say it: 22:00, tomorrow 08:00, 11-23 08:00."""
    local, days = moment.astimezone(CHINA), (moment.astimezone(CHINA).date() - now.astimezone(CHINA).date()).days
    time = local.strftime("%H:%M")
    if days == 0:
        return time
    if days == 1:
        return say.say("stations.tomorrow", time=time)
    return f"{local:%m-%d} {time}"


def _buttons(found: Found, say: Wording) -> tuple[Button, ...]:
    station = found.station
    links = route_links(station)
    buttons = [Button(say.say(f"stations.route_{name}"), "url", getattr(links, name)) for name in ("amap", "baidu", "geo")]
    if station.phone:
        buttons.append(Button(say.say("stations.phone", number=station.phone), "dial", station.phone))
    if not station.demo:
        buttons.append(Button(say.say("stations.report"), "act", f"{CLOSED}:{station.id}"))
    return tuple(buttons)
