"""Finds a place of the directory in a sentence, in spite of typos, homophones and pinyin, and says nothing where none is named.

Every name is known by its syllables. The windows of a sentence are looked up by theirs, which finds names spelt right, spelt by
sound and typed in pinyin; of a name spelt by sound half the characters have to be right, and short names need a sentence that
shows that a place is meant. Names with four characters of their own may have one character wrong, missing or too many, but never
one that tells places apart (东, 左, 二). A city that is not in the directory keeps all others from being found, and names of other
cities are no slips.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.model import Location
from knowledge.stations.cities import CITIES, OTHERS
from knowledge.stations.directory import distance_m
from knowledge.stations.hearing import Unit, heard, key_of, spoken
from knowledge.stations.model import Place, Station
from knowledge.stations.naming import core_length, names_of, short_area
from knowledge.stations.slips import Form, one_slip

LONGEST = 14  # syllables of a window
MOST_UNITS = 120
COMMON = 400  # forms; a pair of syllables in more of them does not help to find a slip
FORGIVING = 4  # characters of its own a name needs to be forgiven a slip
MOST_OPTIONS = 6
ONE_PLACE = 2000.0  # metres; names no further apart mean one place
ALONE = 0.75  # of a sentence; a name that fills it stands alone
CANDIDATES = 20  # forms looked at for slips
ONE_ENDING = frozenset("省市区县旗盟州镇乡")
PREPOSITIONS = ("zai", "dao", "qu", "li", "cong", "lai", "wang")
BEFORE = frozenset("在到去从往来离回过和跟与近靠至于奔")
AFTER = frozenset(
    ""
    "市区县省旗盟的有没哪附周旁边这那里最站口火东西南北会能可还现吗呢啊找想要充喝热取避上洗停修借给司工红党小驿公今明晚早下半怎咋在离跟左右前后门高机汽到去近远送接等路跑"
)
NEAR = tuple(
    (
        "附近 旁边 边上 周边 周围 这边 那边 这儿 那儿 这里 那里 这块 那块 这附近 门口 对面 跟前 一带 哪 有哪 有没有 有驿站 有厕所 "
        "有地方 的驿站 的厕所 驿站 最近 路口 司机之家 红色驿站 工会驿站 "
        "小哥之家 党群 有能 里面 有什么 有啥 市 区 县 找"
    ).split()
)
STREET = re.compile(r"(?:[东西南北中]?(?:路(?![上过程途])|街|大道)|巷|弄(?!堂)|胡同)")
NOT_THERE = ("人", "话", "口音", "菜", "籍", "牌照", "户口", "臭豆腐", "米粉")


@dataclass(frozen=True, slots=True)
class _Match:
    start: int
    end: int
    entry: int


class Gazetteer:
    """Places of a set of stations. Immutable; building takes seconds for 100,000 stations."""

    def __init__(self, stations: Sequence[Station]) -> None:
        self._entries: list[tuple[tuple[str, str, str], list[Station]]] = []  # (kind, name, where), its stations
        self._forms: list[Form] = []
        self._by_key: dict[str, list[int]] = {}
        self._pairs: dict[str, list[tuple[int, int]]] = {}  # pair of syllables: form, place in it
        known: dict[tuple[str, str, str], int] = {}
        texts: list[tuple[str, bool, int]] = []
        for station in stations:
            for named in names_of(station):
                entry = known.setdefault(named.key, len(self._entries))
                if entry == len(self._entries):
                    self._entries.append((named.key, []))
                    texts += [(text, bare, entry) for text, bare in dict.fromkeys(named.forms)]
                self._entries[entry][1].append(station)
        self._index(texts)
        areas = {key[1] for key, _ in self._entries if key[0] == "area"}
        self._known_cities = {short_area(area) for area in areas}
        self._area_words = areas | self._known_cities
        self._places: dict[int, Place] = {}

    def _index(self, texts: Sequence[tuple[str, bool, int]]) -> None:
        """Enter the forms by their syllables; those alike in all but their entry are one."""
        forms: dict[tuple[object, ...], int] = {}
        for (text, bare, entry), (chars, ways) in zip(texts, spoken([text for text, _, _ in texts]), strict=True):
            area = self._entries[entry][0][0] == "area"
            for syllables in ways:
                number = forms.setdefault((chars, syllables, bare, area), len(self._forms))
                if number == len(self._forms):
                    own = len(short_area(text)) if area else core_length(text)
                    self._forms.append(Form(chars, syllables, bare, area, own, []))
                    self._by_key.setdefault(" ".join(syllables), []).append(number)
                    if own >= FORGIVING:
                        for at in range(len(syllables) - 1):
                            self._pairs.setdefault(" ".join(syllables[at : at + 2]), []).append((number, at))
                self._forms[number].entries.append(entry)

    def locate(self, text: str) -> Place | None:
        """The place a text names; a place with `options` where it may be several; None where it names none of ours."""
        units = heard(text)[:MOST_UNITS]
        if not units:
            return None
        matches = self._windows(units)
        if all(self._entries[match.entry][0][0] == "area" for match in matches):
            matches += self._slips(units, matches)
        matches = _outermost(matches)
        if not matches:
            return None
        foreign = self._foreign(units, matches)
        return self._resolved({match.entry for match in matches}, foreign)

    def _windows(self, units: Sequence[Unit]) -> list[_Match]:
        found: list[_Match] = []
        for start in range(len(units)):
            for end in range(min(len(units), start + LONGEST), start + 1, -1):
                window = units[start:end]
                numbers = [*self._by_key.get(key_of(window), ()), *self._swapped(window)]
                meant = (self._forms[number] for number in numbers if self._meant(self._forms[number], units, start, end))
                hits = {entry for form in meant for entry in form.entries}
                if hits:
                    found += [_Match(start, end, entry) for entry in hits]
                    break
        return found

    def _swapped(self, window: Sequence[Unit]) -> Iterable[int]:
        """Forms whose two neighbouring characters the window has the wrong way round."""
        if not 3 <= len(window) <= 6 or not all(unit.char for unit in window):
            return
        for at in range(len(window) - 1):
            turned = [*window[:at], window[at + 1], window[at], *window[at + 2 :]]
            chars = tuple(unit.char for unit in turned)
            for number in self._by_key.get(key_of(turned), ()):
                if self._forms[number].chars == chars:
                    yield number

    def _meant(self, form: Form, units: Sequence[Unit], start: int, end: int) -> bool:
        """Whether a window that sounds like a name is that name, here."""
        window = units[start:end]
        chars = tuple(unit.char for unit in window)
        after = _written(units[end : end + 6])
        if form.area and self._other_thing(form, after):
            return False
        if sorted(chars) == sorted(form.chars):
            return not form.bare or self._shown(units, start, end, after, strict=not form.area)
        if "".join(chars) in OTHERS:
            return False
        if any(unit.typed for unit in window):
            begins = window[0].first or units[start - 1].plain in PREPOSITIONS
            return len(window) > 2 or (begins and tuple(unit.plain for unit in window) == plain_of("".join(form.chars)))
        right = sum(unit.char == char for unit, char in zip(window, form.chars, strict=False))
        shown = (form.own > 2 and not form.bare) or self._shown(units, start, end, after, strict=True)
        return shown and len(window) == len(form.chars) and 2 * right >= len(window)

    def _shown(self, units: Sequence[Unit], start: int, end: int, after: str, *, strict: bool) -> bool:
        """Whether the sentence around a short name shows that a place is meant; `strict`: by a word of place, not by any end."""
        before = "" if start == 0 or units[start].after_mark else units[start - 1].char
        closing = end == len(units) or units[end].after_mark or not units[end].char or units[end].char[0] in AFTER
        if end - start >= ALONE * len(units) or (before and before in BEFORE and closing) or after.startswith(NEAR):
            return True
        ahead = "".join(unit.char for unit in units[max(0, start - 8) : start]).removesuffix("的")
        if any(ahead[-length:] in self._area_words for length in range(2, 9)):
            return True
        begins = not before or before in BEFORE
        return not strict and (closing or (begins and "".join(unit.char for unit in units[start:end]) in CITIES))

    def _other_thing(self, form: Form, after: str) -> bool:
        """Whether what follows an area's short name makes something else of it: 长沙路, 合肥人, 朝阳市 for 朝阳区."""
        if STREET.match(after):
            return True
        full = {self._entries[entry][0][1] for entry in form.entries[:MOST_OPTIONS]}
        if "".join(form.chars) in full or not after:
            return False
        ending = after[0] if after[0] in ONE_ENDING else ""
        fits = any(name.endswith(ending) or (name.endswith("市") and ending in "县区") for name in full)
        return after.startswith(NOT_THERE) or not fits

    def _slips(self, units: Sequence[Unit], matches: Sequence[_Match]) -> list[_Match]:
        """Long names with one character wrong, missing, too many or behind its neighbour."""
        taken = {at for match in matches for at in range(match.start, match.end)}
        votes: Counter[int] = Counter()
        starts: dict[int, set[int]] = {}
        for at in range(len(units) - 1):
            numbers = self._pairs.get(key_of(units[at : at + 2]), ())
            if len(numbers) <= COMMON:
                for number, place in numbers:
                    votes[number] += 1
                    starts.setdefault(number, set()).update((at - place - 1, at - place, at - place + 1))
        found: list[_Match] = []
        for number, count in votes.most_common(CANDIDATES):
            form = self._forms[number]
            if count < min(2, len(form.syllables) - 3):
                continue
            for start in sorted(one for one in starts[number] if one >= 0):
                for length in (len(form.syllables), len(form.syllables) - 1, len(form.syllables) + 1):
                    window = units[start : start + length]
                    if len(window) == length and taken.isdisjoint(range(start, start + length)) and one_slip(form, window):
                        found += [_Match(start, start + length, entry) for entry in form.entries]
        return found

    def _foreign(self, units: Sequence[Unit], matches: Sequence[_Match]) -> bool:
        """Whether a city is named that the directory does not have, outside of what was found."""
        inside = {at for match in matches for at in range(match.start, match.end)}
        for start in range(len(units) - 1):
            for length in (2, 3, 4):
                window = units[start : start + length]
                name = "".join(unit.char for unit in window)
                if name in CITIES and name not in self._known_cities and not inside & set(range(start, start + length)):
                    after = _written(units[start + length : start + length + 6])
                    if not STREET.match(after):
                        return True
        return False

    def _resolved(self, entries: set[int], foreign: bool) -> Place | None:
        areas = [entry for entry in entries if self._entries[entry][0][0] == "area"]
        if foreign and not areas:
            return None
        exact = [entry for entry in entries if self._entries[entry][0][0] != "area"]
        if areas:
            paths = {self._entries[entry][0][2] for entry in areas}
            exact = [entry for entry in exact if any(_within(one.area, path) for one in self._entries[entry][1] for path in paths)]
        chosen = sorted(exact or self._deepest(areas), key=lambda entry: (self._entries[entry][1][0].area, self._entries[entry][0]))
        places = [self._place(entry) for entry in chosen[:MOST_OPTIONS]]
        if len(chosen) <= 1:
            return places[0] if places else None
        first = places[0]
        members = frozenset[str]().union(*(place.stations for place in places))
        spread = max(distance_m(first.location, place.location) + place.spread_m for place in places)
        if spread < ONE_PLACE and exact and len(chosen) == len(places):
            return Place(first.name, first.kind, first.area, first.location, spread, members)
        return Place(first.name, first.kind, "", first.location, first.spread_m, members, tuple(places))

    def _deepest(self, areas: Sequence[int]) -> list[int]:
        """Areas without those that hold another one of them; one that lies in another named one outranks namesakes elsewhere."""
        paths = {entry: self._entries[entry][0][2] for entry in areas}
        nested = [entry for entry in areas if any(_within(paths[entry], path) and path != paths[entry] for path in paths.values())]
        holders = [entry for entry in areas if any(_within(path, paths[entry]) and path != paths[entry] for path in paths.values())]
        names = {self._entries[entry][0][1] for entry in nested}
        rest = [entry for entry in areas if entry not in holders and (entry in nested or self._entries[entry][0][1] not in names)]
        return rest or list(areas)

    def _place(self, entry: int) -> Place:
        if entry not in self._places:
            (kind, name, where), stations = self._entries[entry]
            lat = sum(station.location.lat for station in stations) / len(stations)
            lon = sum(station.location.lon for station in stations) / len(stations)
            middle = Location(lat, lon)
            spread = max(distance_m(middle, station.location) for station in stations)
            area = where if kind == "area" else stations[0].area
            self._places[entry] = Place(name, kind, area, middle, spread, frozenset(station.id for station in stations))
        return self._places[entry]


def plain_of(text: str) -> tuple[str, ...]:
    """The syllables of a name, unblurred."""
    return tuple(unit.plain for unit in heard(text))


def _within(path: str, holder: str) -> bool:
    return path == holder or path.startswith(f"{holder}/")


def _written(units: Sequence[Unit]) -> str:
    """The characters up to the next mark."""
    text = ""
    for unit in units:
        if unit.after_mark and text == "" and unit is units[0]:
            return ""
        if unit.after_mark:
            break
        text += unit.char
    return text


def _outermost(matches: Sequence[_Match]) -> list[_Match]:
    """Matches that do not lie inside, or begin in, a longer one."""
    kept: list[_Match] = []
    for match in sorted(matches, key=lambda one: (one.start - one.end, one.start)):
        if all(
            match.end <= one.start or match.start >= one.end or (match.start, match.end) == (one.start, one.end) for one in kept
        ):
            kept.append(match)
    return kept
