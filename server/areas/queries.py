"""What is asked of the areas."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.tables import Area
from verification.model import Village

NEAR_DEGREES = 0.02  # some 2 km: more than the coast and any accuracy worth naming neighbours for


def _in(code: str) -> Any:
    return (Area.code == code) | Area.code.startswith(f"{code}.", autoescape=True)


def names_within(session: Session, code: str) -> dict[str, str]:
    """Map the codes of an area and everything in it to names."""
    return {row.code: row.name for row in session.execute(select(Area.code, Area.name).where(_in(code)))}


def villages_within(session: Session, code: str) -> list[Village]:
    """Give the villages of an area, with their outlines."""
    rows = session.execute(select(Area.code, Area.name, Area.outline).where(_in(code)).order_by(Area.code))
    return [Village(row.code, row.name, shapely.from_wkb(row.outline)) for row in rows if row.outline]


def villages_around(session: Session, points: Sequence[tuple[float, float]]) -> list[Village]:
    """Give the villages near any of these points (lon, lat), whatever their district."""
    boxes = session.execute(
        select(Area.code, Area.west, Area.south, Area.east, Area.north).where(Area.outline.is_not(None))
    ).all()
    if not boxes or not points:
        return []
    edges = np.array([row[1:] for row in boxes], dtype=float)
    lon, lat = np.array(points, dtype=float).T[:, :, None]
    near = (
        (lon >= edges[:, 0] - NEAR_DEGREES) & (lon <= edges[:, 2] + NEAR_DEGREES)
        & (lat >= edges[:, 1] - NEAR_DEGREES) & (lat <= edges[:, 3] + NEAR_DEGREES)
    ).any(axis=0)  # fmt: skip
    codes = [row.code for row, is_near in zip(boxes, near, strict=True) if is_near]
    rows = session.execute(select(Area.code, Area.name, Area.outline).where(Area.code.in_(codes)).order_by(Area.code))
    return [Village(row.code, row.name, shapely.from_wkb(row.outline)) for row in rows]
