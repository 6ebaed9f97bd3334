"""An area as a row of its table."""

import shapely
from shapely.geometry.base import BaseGeometry

from server.areas.cells import cell_of
from server.areas.tables import Area
from server.db import Json
from verification.model import Level, district_of, level_of

PLACE = ("outline", "west", "south", "east", "north", "cell")  # the columns that say where an area is
COLUMNS = [column for column in Area.__table__.c if column.key not in ("since", "until")]


def area_row(code: str, name: str, zone: str | None, outline: BaseGeometry | None) -> Json:
    """Write an area as a row, of no version yet; `outline` is valid."""
    level = level_of(code)
    where = (shapely.to_wkb(outline), *outline.bounds, cell_of(outline.bounds)) if outline else (None,) * len(PLACE)
    return {"code": code, "district": None if level is Level.PROVINCE else district_of(code), "level": level,
            "name": name, "zone": zone, **dict(zip(PLACE, where, strict=True))}  # fmt: skip
