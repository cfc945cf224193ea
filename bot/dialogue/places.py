"""Stations in words: what was found, how far, open until when; and what to say where nothing was."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.dialogue.message import Button, Message, StationCard
from bot.dialogue.wording import Wording, wording
from knowledge.model import EmergencyCard, StationWish
from knowledge.stations.links import route_links
from knowledge.stations.model import Found, OpenState, StationAnswer, Wish

CHINA = ZoneInfo("Asia/Shanghai")
WALKED_AT_MOST = 40  # minutes; nobody walks further for a cup of water
KILOMETRE = 1000
TENS = 10
CLOSED = "closed"  # the action "this door is shut"
FACTS_SHOWN = 8  # services named on a card
MIDNIGHT = "24:00"
AREA_ENDINGS = ("省", "市", "区", "县", "旗", "盟", "州", "镇", "乡")
AIDLESS = frozenset(["violence", "self_harm"])  # cards
BETWEEN_HAN = re.compile(r"(?<=[\u4e00-\u9fff\uff0c]) (?=[\u4e00-\u9fff])")


def station_wish(wish: StationWish, say: Wording, _seed: str) -> Message:
    """Where no directory is at hand: where to look instead."""
    body = say.say("stations.no_directory")
    return Message("stations", body, body, asks_location=wish.location is None)


def station_answer(answer: StationAnswer, say: Wording, now: datetime) -> Message:
    """The message for what was found at `now`."""
    wish = answer.wish
    if wish.unclear and answer.needs_location:
        ask = wording("zh")  # what a tap sends has to be understood
        options = tuple(ask.say("stations.find_service", service=_can(service, ask)) for service in wish.unclear)
        return _asking(say.say("stations.which_service"), options)
    if answer.options:
        return _asking(say.say("stations.which_place"), tuple(_option(place.area, place.name) for place in answer.options))
    if answer.needs_location:
        body = say.say("stations.ask", what=_what(wish, say)) if wish.services or wish.kinds else say.say("stations.ask_any")
        return Message("stations", body, body, asks_location=True)
    if not answer.found:
        none = say.say("stations.none", which=_which(answer, say))
        body = f"{none}\n\n{say.say('stations.look_elsewhere')}"
        return Message("stations", body, body)
    return _listed(answer, say, now)


def first_aid(card: EmergencyCard, found: Found | None, say: Wording, now: datetime) -> Message:
    """What a location sent after an emergency card leads to: the nearest real station with first aid, where that may help."""
    lines = [say.say("emergency.unseen", number=card.numbers[0])]
    cards: tuple[StationCard, ...] = ()
    if aid_may_help(card):
        cards = () if found is None else (_card(found, say, now, now),)
        lines.append(say.say("emergency.aid" if cards else "emergency.no_aid"))
    body = "\n\n".join(lines)
    text = "\n".join([body, *(f"{card.name}\n{_indented(card)}" for card in cards)])
    return Message("stations", text, body, dial=card.numbers, stations=cards)


def aid_may_help(card: EmergencyCard) -> bool:
    """Whether a first-aid kit is anything to look for: not for who is attacked, and not for who means to harm themselves."""
    return card.id not in AIDLESS


def _asking(question: str, options: Sequence[str]) -> Message:
    text = "\n".join([question, *(f"· {option}" for option in options)])
    return Message("stations", text, question, quick_replies=tuple(options), asks_location=True)


def _option(area: str, name: str) -> str:
    return f"{area.replace('/', ' ')} {name}" if area and not area.endswith(name) else area.replace("/", " ") or name


def _can(service: str, say: Wording) -> str:
    """What a service lets one do; a service that we have no words for as it was registered."""
    key = f"service.{service}"
    return say.say(key) if key in say else service


def _services(wish: Wish, say: Wording) -> str:
    services = say.say("stations.and").join(_can(service, say) for service in wish.services)
    unclear = say.say("stations.or").join(_can(service, say) for service in wish.unclear)
    return say.say("stations.and").join(part for part in (services, unclear) if part)


def _what(wish: Wish, say: Wording) -> str:
    """A place that is looked for, without where."""
    kind, services = say.say("stations.or").join(wish.kinds), _services(wish, say)
    if not services:
        return kind
    return say.say("stations.what_kind", service=services, kind=kind) if kind else say.say("stations.what", service=services)


def _which(answer: StationAnswer, say: Wording) -> str:
    """The stations that were looked for."""
    place, wish = answer.place, answer.wish
    key = "near_you" if not place else "in_area" if place.endswith(AREA_ENDINGS) else "near_place"
    near, kind = say.say(f"stations.{key}", place=place), say.say("stations.or").join(wish.kinds) or say.say("stations.station")
    if wish.open_only and wish.at is None and not answer.shut:
        near = say.say("stations.near_open", near=near)
    services = _services(wish, say)
    if services:
        return say.say("stations.which_with", near=near, service=services, kind=kind)
    return say.say("stations.which", near=near, kind=kind)


def _listed(answer: StationAnswer, say: Wording, now: datetime) -> Message:
    at = answer.wish.at
    cards = tuple(_card(found, say, at or now, now) for found in answer.found)
    key = ("lead_shut" if at is None else "lead_shut_at") if answer.shut else "lead" if at is None else "lead_at"
    lead = _closed_up(say.say(f"stations.{key}", which=_which(answer, say), time=_clock(at or now, now, say)))
    notes = []
    if any(found.station.demo for found in answer.found):
        notes.append(say.say("stations.demonstration"))
    if any(not found.opening.holidays_known for found in answer.found):
        notes.append(say.say("stations.holidays_unknown", year=(at or now).astimezone(CHINA).year))
    listed = [f"{number}. {card.name}\n{_indented(card)}" for number, card in enumerate(cards, 1)]
    text = "\n\n".join([lead, *listed, *notes])
    return Message("stations", text, "\n\n".join([lead, *notes]), stations=cards)


def _indented(card: StationCard) -> str:
    return "\n".join(f"   {line}" for line in card.lines)


def _card(found: Found, say: Wording, at: datetime, now: datetime) -> StationCard:
    station = found.station
    lines = [_where(found, say), _door(found, say, at, now)]
    if station.services:
        lines.append(say.say("stations.has", services=_offered(station.services, say)))
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


def _offered(services: Sequence[str], say: Wording) -> str:
    return say.say("stations.and").join(_can(service, say) for service in services[:FACTS_SHOWN])


def _door(found: Found, say: Wording, at: datetime, now: datetime) -> str:
    if found.closure is not None:
        held = _shut(found.closure.until, say, now)
        return f"{held}{say.say('stations.because', reason=found.closure.reason)}" if found.closure.reason else held
    opening, future = found.opening, "_then" if at > now else ""
    if opening.state is OpenState.UNKNOWN:
        return say.say("stations.hours_unknown")
    if opening.always:
        return say.say("stations.always")
    key = f"stations.{opening.state}{future}"
    if opening.until is None:
        return say.say(key)
    closing = opening.state is OpenState.OPEN
    return _closed_up(say.say(f"{key}_until", time=_clock(opening.until, now, say, closing=closing)))


def _shut(until: datetime | None, say: Wording, now: datetime) -> str:
    if until is None:
        return say.say("stations.shut")
    time = _clock(until, now, say, closing=True)
    return say.say("stations.shut_today") if time == MIDNIGHT else _closed_up(say.say("stations.shut_until", time=time))


def _clock(moment: datetime, now: datetime, say: Wording, *, closing: bool = False) -> str:
    """A moment as people say it: 22:00, tomorrow 08:00, 11-23 08:00; midnight ends a day that something closes on."""
    local, days = moment.astimezone(CHINA), (moment.astimezone(CHINA).date() - now.astimezone(CHINA).date()).days
    time = local.strftime("%H:%M")
    if days == 0:
        return time
    if days == 1:
        return MIDNIGHT if closing and time == "00:00" else say.say("stations.tomorrow", time=time)
    return f"{local:%m-%d} {time}"


def _closed_up(sentence: str) -> str:
    """Without the blanks that a mark left between Chinese characters where no figure filled it in."""
    return BETWEEN_HAN.sub("", sentence)


def _buttons(found: Found, say: Wording) -> tuple[Button, ...]:
    station = found.station
    links = route_links(station)
    buttons = [Button(say.say(f"stations.route_{name}"), "url", getattr(links, name)) for name in ("amap", "baidu", "geo")]
    if station.phone:
        buttons.append(Button(say.say("stations.phone", number=station.phone), "dial", station.phone))
    if not station.demo:
        buttons.append(Button(say.say("stations.report"), "act", f"{CLOSED}:{station.id}"))
    return tuple(buttons)
