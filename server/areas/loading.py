"""Load areas from a GeoJSON file that the user supplies, and give them to the rules.

Features carry a Kemendagri code and a name; villages a polygon, higher areas a null geometry (they may be left out, or
named by a list of codes and names). Axis order, invalid rings, gaps and overlaps are reported, never assumed away.
"""

import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.geojson import AreaPlan
from server.areas.tables import Area
from verification.model import level_of
from verification.places.outlines import mend


def apply_areas(session: Session, plan: AreaPlan) -> dict[str, int]:
    """Store a plan's areas; areas that the file does not name stay. Returns how many are new, changed, unchanged."""
    known = {area.code: area for area in session.scalars(select(Area).where(Area.code.in_(plan.names)))}
    outlines = {village.code: mend(village.outline) for village in plan.villages}
    counts = {"new": 0, "changed": 0, "unchanged": 0}
    for code, name in plan.names.items():
        area, outline = known.get(code), outlines.get(code)
        wkb = shapely.to_wkb(outline) if outline else None
        if area is None:
            area = Area(code=code, level=level_of(code))
            session.add(area)
            counts["new"] += 1
        elif (area.name, area.outline) == (name, wkb) or (name == code and wkb is None):
            counts["unchanged"] += 1
            continue
        else:
            counts["changed"] += 1
        area.name, area.outline = name, wkb
        area.west, area.south, area.east, area.north = outline.bounds if outline else (None,) * 4
    return counts
