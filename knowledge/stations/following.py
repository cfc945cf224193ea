"""What a message leaves to the turns before it: "哪有能热饭的", "三里庵", "现在开着的呢" are one wish in three messages."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from knowledge.folding import fold
from knowledge.stations.model import Place, Wish

TURNS = 4
HERE = re.compile(r"附近|最近|周围|周边|身边|旁边|这边|这儿|这里|哪")  # asks from where the rider is, not from a place named before
AROUND = "附近"
CHARGE = "充电"  # the one thing that may be unclear
SAID_WITH = re.compile(r"^(?:我|俺|人)*(?:在|到了?|就在|位于)+|(?:附近|这边|这里|那边|边上|旁边|呢|的|吧|啊|了)+$")
SIGNS = re.compile(r"[\s\W]+")

Wanted = Callable[[str], Wish]
Located = Callable[[str], "Place | None"]


def with_earlier(text: str, earlier: Sequence[str], located: bool, wanted: Wanted, locate: Located) -> str:
    """`text` with what it leaves to the turns before it (oldest first): what is wanted, where, and when.

    A place named before is not carried into a message that asks what is near, nor to one that comes with a location.
    """
    own, here = wanted(text), locate(text)
    needs_what = not (own.services or own.kinds or own.unclear)
    needs_where = not located and not HERE.search(text) and here is None
    what, when, where = "", "", ""
    for turn in reversed(earlier[-TURNS:]):
        wish, place = wanted(turn), locate(turn)
        names = (*wish.services, *wish.kinds)
        if place is not None and not where:
            where = turn if is_only(place, turn) else _named(place)
        if names or wish.unclear:
            what = turn if place is None else " ".join(names) or CHARGE
            break
        if wish.at is not None or wish.open_only:
            when = when or ("" if place else turn)
        elif place is None:
            break
    parts = [f"{where}{AROUND}" if where and needs_where else "", what if needs_what else ""]
    bare = here is not None and AROUND not in text and is_only(here, text)
    said = f"{text}{AROUND}" if bare else text
    held = [part for part in (*parts, "" if own.open_only else when) if part]
    return " ".join([*held, said]) if held else text


def is_only(place: Place, text: str) -> bool:
    """Whether a text that names a place says nothing else."""
    told = SIGNS.sub("", SAID_WITH.sub("", fold(text).strip()))
    known = {fold(one.area + one.name) for one in (place, *place.options)}
    return bool(told) and any(set(told) <= set(names) for names in known)


def _named(place: Place) -> str:
    area = place.area.replace("/", " ")
    return area if place.kind == "area" else f"{area} {place.name}".strip()
