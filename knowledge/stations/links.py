"""Links that open a route in a rider's map, each in the map's own datum.

Amap: https://lbs.amap.com/api/uri-api/guide/travel/route (`to=lon,lat,name`, GCJ-02; the start is where the phone is).
Baidu: https://lbsyun.baidu.com/index.php?title=uri/api/web (`marker?location=lat,lon`, BD-09; its `direction` wants a start,
which we neither have nor would hand on). That page could not be opened when this was written; the parameters are as others quote
and use them.
geo: RFC 5870, WGS-84, with the label of Android's documentation for map intents.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from knowledge.stations.datum import Datum, from_wgs84
from knowledge.stations.model import Station

SOURCE = "redstation"


@dataclass(frozen=True, slots=True)
class RouteLinks:
    """Ways to a station; none of them says where the rider is."""

    amap: str
    baidu: str
    geo: str


def route_links(station: Station) -> RouteLinks:
    """The links to a station; names are escaped, degrees have six places (0.1 m)."""
    here, amap, baidu = station.location, *(from_wgs84(station.location, datum) for datum in (Datum.GCJ02, Datum.BD09))
    label = station.name.replace(",", " ").replace("|", " ")
    to = f"{amap.lon:.6f},{amap.lat:.6f},{quote(label)}"
    marker = {
        "location": f"{baidu.lat:.6f},{baidu.lon:.6f}", "title": label, "content": station.address or label,
        "output": "html", "coord_type": "bd09ll", "src": f"webapp.{SOURCE}.{SOURCE}",
    }  # fmt: skip
    point = f"{here.lat:.6f},{here.lon:.6f}"
    return RouteLinks(
        amap=f"https://uri.amap.com/navigation?to={to}&mode=walk&coordinate=gaode&callnative=1&src={SOURCE}",
        baidu=f"https://api.map.baidu.com/marker?{urlencode(marker, quote_via=quote)}",
        geo=f"geo:{point}?q={point}({quote(label)})",
    )
