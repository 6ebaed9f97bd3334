"""Work out what a file changes in the newest version of the country's areas; changes nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.areas.geojson import AreaPlan
from server.areas.queries import in_version, newest_version, villages_coded, zones
from server.areas.rows import COLUMNS, PLACE, area_row
from server.areas.tables import Area
from server.db import Json, among, batches
from verification.model import Level, Village, district_of, level_of, province_of
from verification.places.outlines import mend
from verification.places.succession import Areas
from verification.places.versions import VersionPlan, compare_versions
from verification.places.zones import zone_of

NOTHING = VersionPlan((), (), (), (), ())
_COVERED = 0.5  # of a village's ground: where others lie on more, they have taken its place


@dataclass(frozen=True)
class AreaChange:
    """What a file changes in version `base`: areas as they will be, by code; those that end; what became of them.

    `names` are what the areas that it concerns were called before.
    """

    base: int | None
    rows: Mapping[str, Json]
    unchanged: int = 0
    ended: frozenset[str] = frozenset()
    plan: VersionPlan = NOTHING
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def without_zone(self) -> list[str]:
        """Name the provinces of whose clocks nothing is known."""
        return sorted(code for code, row in self.rows.items() if row["district"] is None and row["zone"] is None)

    @property
    def counts(self) -> dict[str, int]:
        """How many areas are new, are written or drawn otherwise, and stay as they are."""
        changed = len(self.rows.keys() & self.ended)
        return {"new": len(self.rows) - changed, "changed": changed, "unchanged": self.unchanged}


def compare(session: Session, plan: AreaPlan, *, whole: bool = False) -> AreaChange:
    """Compare a file's areas with the newest version; what it neither names nor takes the place of stays.

    `whole` says that there are no other areas: what the file does not name is gone, or has another code.
    """
    newest = newest_version(session)
    rows = {row["code"]: row for row in _rows(plan)}
    known = _known(session, newest.id, rows) if newest else {}
    for row in rows.values():
        if row["level"] is Level.PROVINCE:
            row["zone"] = row["zone"] or zone_of(row["code"])
    if newest is None:
        return AreaChange(None, rows)
    before = zones(session, newest.id)
    changed = {code for code, row in known.items() if row != rows[code]}
    wanted = {code: row for code, row in rows.items() if code in changed or code not in known}
    left = _left_out(session, newest.id, rows, wanted, whole)
    unchanged = len(known) - len(changed)
    if not changed and not left:
        return AreaChange(newest.id, wanted, unchanged)
    old, new = _before_and_after(session, newest.id, wanted, left)
    became = compare_versions(old, new)
    for pair in became.recoded:
        province = wanted.get(province_of(pair.new))
        if province and not province["zone"]:  # clocks go on as they went where its districts were before
            province["zone"] = before.get(province_of(pair.old))
    return AreaChange(newest.id, wanted, unchanged, frozenset(changed | left), became, old.names)


def _rows(plan: AreaPlan) -> Iterator[Json]:
    outlines = {village.code: mend(village.outline) for village in plan.villages}
    for code, name in plan.names.items():
        yield area_row(code, name, plan.zones.get(code), outlines.get(code))


def _known(session: Session, version_id: int, rows: dict[str, Json]) -> dict[str, Json]:
    """Give those of the areas that are known; what a file does not say of one is taken from there."""
    found = {}
    for codes in batches(rows):
        query = select(*COLUMNS).where(in_version(version_id), among(session, Area.code, codes))
        for row in map(dict, session.execute(query).mappings()):
            mine, place = rows[row["code"]], {key: row[key] for key in PLACE}
            mine |= {"name": row["name"]} if mine["name"] == row["code"] else {}
            mine |= {"zone": row["zone"]} if mine["zone"] is None else {}
            mine |= place if mine["outline"] is None else {}
            found[row["code"]] = row
    return found


def _left_out(session: Session, version_id: int, rows: Mapping[str, Json], wanted: Mapping[str, Json],
              whole: bool) -> set[str]:  # fmt: skip
    """Name the areas that end though no feature says so: others lie where they lay, or the file has all there are."""
    others = [code for code in session.scalars(select(Area.code).where(in_version(version_id))) if code not in rows]
    if whole:
        return set(others)
    covered = _covered(session, version_id, rows, [row["outline"] for row in wanted.values() if row["outline"]])
    standing = {area for code in {*others, *rows} - covered if level_of(code) is Level.VILLAGE for area in _above(code)}
    return covered | ({area for code in covered for area in _above(code)} - standing - rows.keys())


def _covered(session: Session, version_id: int, rows: Mapping[str, Json], outlines: Sequence[bytes]) -> set[str]:
    """Name the villages that the file does not name, and of which it gives most of the ground to others."""
    query = select(Area.code, Area.west, Area.south, Area.east, Area.north)
    boxes = session.execute(query.where(in_version(version_id), Area.outline.is_not(None))).all()
    boxes = [row for row in boxes if row.code not in rows]
    if not boxes or not outlines:
        return set()
    ground = shapely.from_wkb(np.array(outlines, dtype=object))
    tree = shapely.STRtree(ground)
    touched = np.unique(tree.query(shapely.box(*np.array([row[1:] for row in boxes], dtype=float).T))[0])
    found = set()
    for codes in batches([boxes[index].code for index in touched]):
        villages = villages_coded(session, version_id, codes)
        here, there = tree.query([village.outline for village in villages], predicate="intersects")
        mine = np.array([village.outline for village in villages], dtype=object)
        shares = np.bincount(here, shapely.area(shapely.intersection(mine[here], ground[there])), len(villages))
        found |= {villages[index].code for index in np.flatnonzero(shares >= _COVERED * shapely.area(mine))}
    return found


def _before_and_after(
    session: Session, version_id: int, wanted: Mapping[str, Json], left: set[str]
) -> tuple[Areas, Areas]:
    """Give what changes and all around it, for shares are of the whole: districts, or provinces if districts change."""
    concerned = {*wanted, *left}
    if any(level_of(code) in (Level.PROVINCE, Level.DISTRICT) for code in concerned):
        provinces = sorted({province_of(code) for code in concerned})
        within = or_(*(Area.district.startswith(f"{code}.", autoescape=True) for code in provinces))
    else:
        within = among(session, Area.district, sorted({district_of(code) for code in concerned}))
    query = select(Area.code, Area.name).where(in_version(version_id), within | (Area.level == Level.PROVINCE))
    names: dict[str, str] = dict(session.execute(query).all())
    villages = {village.code: village for codes in batches(names)
                for village in villages_coded(session, version_id, codes)}  # fmt: skip
    new = {code: name for code, name in names.items() if code not in left}
    drawn = {code: village for code, village in villages.items() if code in new}
    for code, row in wanted.items():
        new[code] = row["name"]
        if row["outline"]:
            drawn[code] = Village(code, row["name"], shapely.from_wkb(row["outline"]))
    return Areas(names, [*villages.values()]), Areas(new, [*drawn.values()])


def _above(code: str) -> tuple[str, ...]:
    """Name the areas that an area lies in, its province first."""
    parts = code.split(".")
    return tuple(".".join(parts[:length]) for length in range(1, len(parts)))
