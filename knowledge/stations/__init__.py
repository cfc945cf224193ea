"""WHERE TO GO: the stations, which of them is near, and whether its door is open.

Front door: `Stations`. Values are in `model`, the doors to the rows in `ports`; knowledge/store.py keeps the rows.

    front                           finds, shuts, imports
    directory, gazetteer, wish      the nearest; places in a sentence; what is wanted
    reading, sheets, planning       a file to stations; the diff
    hours, holidays, datum, links   opening hours; coordinates; routes
    services, naming, hearing, cities   words
"""

from knowledge.stations.front import Stations
from knowledge.stations.links import RouteLinks, route_links
from knowledge.stations.model import Found, Imported, Opening, OpenState, Place, Station, StationAnswer, Wish

__all__ = [
    "Found", "Imported", "OpenState", "Opening", "Place", "RouteLinks", "Station", "StationAnswer", "Stations", "Wish",
    "route_links",
]  # fmt: skip
