"""A small drawing, to scale, of where a visit was seen from the claimed point: in metres, without a coordinate."""

from collections.abc import Sequence
from math import ceil, cos, log10, radians

from server.disclosure.cleared import view

_DEGREE_M = 111_195.0  # of latitude; of longitude at the equator
_LEAST_M = 20.0  # the drawing reaches so far at least


@view
class Drawing:
    """Where a visit was, metres east and south of the claimed point, within a square that reaches `reach_m` from it.

    `half_cell_m` is how exact the claimed point was written; `near_m` and `far_m` are the visit's 68 % and 95 % radius.
    """

    reach_m: float
    east_m: float
    south_m: float
    half_cell_m: float
    allowance_m: float
    near_m: float
    far_m: float
    scale_m: int


def draw(
    offset: tuple[float, float] | None, accuracy_m: float | None, half_cell_m: float, allowance_m: float, to_r95: float
) -> Drawing | None:
    """Draw a visit so far east and north of the claimed point; None where there is nothing that may be drawn."""
    if offset is None:
        return None
    east, north = offset
    near, far = accuracy_m or 0.0, (accuracy_m or 0.0) * to_r95
    reach = max(abs(east) + far, abs(north) + far, half_cell_m, allowance_m, _LEAST_M) * 1.12
    return Drawing(
        reach_m=round(reach, 1), east_m=round(east, 1), south_m=round(-north, 1), half_cell_m=round(half_cell_m, 1),
        allowance_m=round(allowance_m, 1), near_m=round(near, 1), far_m=round(far, 1),
        scale_m=_round_number(reach * 0.6),
    )  # fmt: skip


def offset_m(claimed: tuple[float, float], seen: Sequence[float | None]) -> tuple[float, float] | None:
    """Give how far east and north of one point (lon, lat) another is, in metres: near enough for a drawing."""
    lon, lat = seen[0], seen[1]
    if lon is None or lat is None:
        return None
    east = (lon - claimed[0]) * _DEGREE_M * cos(radians(claimed[1]))
    return east, (lat - claimed[1]) * _DEGREE_M


def _round_number(most: float) -> int:
    """Give the greatest of 1, 2, 5, 10, 20 … that is not above this."""
    power = 10 ** (ceil(log10(max(most, 1.1))) - 1)
    return int(max(step * power for step in (1, 2, 5) if step * power <= most) if power <= most else 1)
