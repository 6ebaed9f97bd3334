"""What is asked of the areas, always of one version of them."""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from itertools import chain, compress, groupby
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.orm import Session, load_only
from sqlalchemy.sql.elements import SQLCoreOperations

from server.areas.cells import cells_near
from server.areas.tables import Area, AreaVersion, Recoding
from server.db import among
from server.moments import CAPITAL
from verification.model import Village, province_of

NEAR_DEGREES = 0.02  # some 2 km: more than the coast and any accuracy worth naming neighbours for


def newest_version(session: Session) -> AreaVersion | None:
    """Give the version that was loaded last, if any was."""
    return session.scalars(select(AreaVersion).order_by(AreaVersion.id.desc()).limit(1)).first()


def newest() -> ScalarSelect[int]:
    """Give the number of the newest version as SQL; 0, in which nothing is, where none was loaded."""
    return select(func.coalesce(func.max(AreaVersion.id), 0)).scalar_subquery()


def newest_number(session: Session) -> int:
    """Give the number of the newest version; 0, in which nothing is, where none was loaded."""
    newest = newest_version(session)
    return newest.id if newest else 0


def in_version(version_id: int | SQLCoreOperations[int]) -> ColumnElement[bool]:
    """Choose the areas as one version has them."""
    return (Area.since <= version_id) & (Area.until.is_(None) | (Area.until > version_id))


def area_of(session: Session, version_id: int | SQLCoreOperations[int], code: str) -> Area | None:
    """Find an area."""
    return session.scalars(select(Area).where(Area.code == code, in_version(version_id))).one_or_none()


def areas_called(session: Session, version_id: int, text: str, levels: Collection[str]) -> list[tuple[str, str]]:
    """Find areas by code, else by name, else by a part of the name; gives codes and names, at most ten."""
    wanted, which = text.strip().lower()[:200], in_version(version_id) & Area.level.in_(levels)
    for found in (Area.code == wanted, func.lower(Area.name) == wanted,
                  func.lower(Area.name).contains(wanted, autoescape=True)):  # fmt: skip
        rows = session.execute(select(Area.code, Area.name).where(which, found).order_by(Area.code).limit(10)).all()
        if rows:
            return [(code, name) for code, name in rows]
    return []


def zone_of(session: Session, version_id: int | None, code: str) -> str:
    """Tell the zone of an area's clocks: its province's; the capital's, where nothing is known of that.

    By the newest version, where none is said.
    """
    province = area_of(session, newest() if version_id is None else version_id, province_of(code))
    return (province and province.zone) or CAPITAL


def zones(session: Session, version_id: int | SQLCoreOperations[int]) -> dict[str, str]:
    """Map the codes of provinces to their zones."""
    query = select(Area.code, Area.zone).where(in_version(version_id), Area.district.is_(None))  # provinces
    return {code: zone for code, zone in session.execute(query) if zone}


def codes_in(session: Session, version_id: int) -> dict[str, str]:
    """Map the newest version's codes to those of an older one, where they differ."""
    found: dict[str, str] = {}
    for step in reversed(_recodings_since(session, version_id)):
        # where several areas became one, it is the one whose code it has
        back = {new: old for old, new in sorted(step.items(), key=lambda pair: pair[0] == pair[1])}
        found = _after(found, back)
    return found


def codes_now(session: Session, version_id: int, until: int | None = None) -> dict[str, str]:
    """Map an older version's codes to those of a later one, the newest if none is said, where they differ."""
    found: dict[str, str] = {}
    for step in _recodings_since(session, version_id, until):
        found = _after(found, step)
    return found


def _recodings_since(session: Session, version_id: int, until: int | None = None) -> list[dict[str, str]]:
    """Give what codes became by each version after one, version by version."""
    query = select(Recoding).where(Recoding.version_id > version_id)
    if until is not None:
        query = query.where(Recoding.version_id <= until)
    steps = groupby(session.scalars(query.order_by(Recoding.version_id)), key=lambda recoding: recoding.version_id)
    return [{recoding.old_code: recoding.new_code for recoding in step} for _, step in steps]


def _after(first: Mapping[str, str], then: Mapping[str, str]) -> dict[str, str]:
    """Make one step of two; a code may become another's in either, so no code is followed by its name alone."""
    taken = set(first.values())
    stayed = {old: new for old, new in then.items() if old not in taken}
    return stayed | {old: then.get(new, new) for old, new in first.items()}


def names_of(session: Session, version_id: int | None, codes: Collection[str]) -> dict[str, str]:
    """Map codes to names, of the newest version, where none is said; one that is not known is left out."""
    which = in_version(newest() if version_id is None else version_id)
    query = select(Area.code, Area.name).where(which, among(session, Area.code, list(codes)))
    return dict(session.execute(query).all())


def named(session: Session, version_id: int | None, codes: Collection[str]) -> dict[str, Area]:
    """Give areas by code, with their names and zones alone; by the newest version, where none is said.

    One that is not known is left out.
    """
    which = in_version(newest() if version_id is None else version_id)
    query = select(Area).where(which, among(session, Area.code, list(codes)))
    return {area.code: area for area in session.scalars(query.options(load_only(Area.code, Area.name, Area.zone)))}


def names_within(session: Session, version_id: int, district: str) -> dict[str, str]:
    """Map the codes of a district and everything in it to names."""
    return dict(session.execute(select(Area.code, Area.name).where(_within(version_id, district))).all())


def names_and_zone(session: Session, version_id: int, district: str) -> tuple[dict[str, str], str]:
    """Give `names_within` and the zone of the district's clocks, in one statement."""
    province = province_of(district)
    query = select(Area.code, Area.name, Area.zone).where(
        in_version(version_id), (Area.district == district) | (Area.code == province)
    )
    rows = session.execute(query).all()
    zone = next((row.zone for row in rows if row.code == province), None)
    return {row.code: row.name for row in rows if row.code != province}, zone or CAPITAL


def villages_within(session: Session, version_id: int, district: str) -> list[Village]:
    """Give the villages of a district, with their outlines."""
    return _villages(session, _within(version_id, district))


def count_drawn(session: Session, version_id: int, district: str) -> tuple[int, int]:
    """Count a district's areas that have an outline, and name the newest version that any of them came with.

    Where both are as before, so are all outlines: a version's areas are never changed, only added to.
    """
    drawn = _within(version_id, district) & Area.outline.is_not(None)
    count, since = session.execute(select(func.count(), func.max(Area.since)).where(drawn)).one()
    return count, since or 0


def boxes_within(session: Session, version_id: int, district: str) -> dict[str, tuple[float, float, float, float]]:
    """Map the codes of a district's areas to the boxes around them (west, south, east, north), where there are any."""
    columns = (Area.code, Area.west, Area.south, Area.east, Area.north)
    rows = session.execute(select(*columns).where(_within(version_id, district), Area.west.is_not(None))).all()
    return {code: (west, south, east, north) for code, west, south, east, north in rows}  # type: ignore[misc]


Drawn = tuple[str, int]  # a village that has an outline: its code, and the version that it came with


def drawn_within(session: Session, version_id: int, district: str) -> set[Drawn]:
    """Name the villages of a district; one of the same code and version has the same name and outline for good."""
    query = select(Area.code, Area.since).where(_within(version_id, district), Area.outline.is_not(None))
    return {(row.code, row.since) for row in session.execute(query)}


def drawn_around(session: Session, version_id: int, points: Sequence[tuple[float, float]]) -> set[Drawn]:
    """Name likewise the villages near any of these points (lon, lat), whatever their district."""
    if not points:
        return set()
    here = np.fromiter(chain.from_iterable(points), float).reshape(-1, 2)
    filed = in_version(version_id) & among(session, Area.cell, cells_near(here, NEAR_DEGREES))
    query = select(Area.west, Area.south, Area.east, Area.north, Area.code, Area.since)
    boxes = session.execute(query.where(filed, Area.outline.is_not(None))).all()
    return {(row.code, row.since) for row in compress(boxes, _are_near(here, boxes))}


def villages_coded(session: Session, version_id: int, codes: Collection[str]) -> list[Village]:
    """Give those of the villages that have an outline."""
    return _villages(session, in_version(version_id) & among(session, Area.code, list(codes)))


def villages_around(session: Session, version_id: int, points: Sequence[tuple[float, float]]) -> list[Village]:
    """Give the villages near any of these points (lon, lat), whatever their district."""
    near = drawn_around(session, version_id, points)
    return villages_coded(session, version_id, [code for code, _ in near])


def _are_near(points: NDArray[np.float64], boxes: Sequence[Any]) -> NDArray[np.bool_]:
    """Tell which boxes (west, south, east, north, and more) any of the points (any number by 2) is in or near."""
    edges = np.array([row[:4] for row in boxes], dtype=float).reshape(-1, 4)
    west, south, east, north = (edges + np.array([-NEAR_DEGREES, -NEAR_DEGREES, NEAR_DEGREES, NEAR_DEGREES])).T
    lon, lat = points[np.argsort(points[:, 0])].T
    first, end = np.searchsorted(lon, west), np.searchsorted(lon, east, side="right")
    columns = zip(first.tolist(), end.tolist(), south.tolist(), north.tolist(), strict=True)
    near = [((lat[a:b] >= low) & (lat[a:b] <= high)).any() for a, b, low, high in columns]
    return np.array(near, dtype=bool)


def _within(version_id: int, district: str) -> ColumnElement[bool]:
    return in_version(version_id) & (Area.district == district)


def _villages(session: Session, which: ColumnElement[bool]) -> list[Village]:
    query = select(Area.code, Area.name, Area.outline).where(which, Area.outline.is_not(None)).order_by(Area.code)
    return [Village(row.code, row.name, _outline(row.outline)) for row in session.execute(query)]


_outline = lru_cache(maxsize=1000)(shapely.from_wkb)  # of the same bytes: a district is looked at again and again
