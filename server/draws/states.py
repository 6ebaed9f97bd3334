"""What becomes of a drawing: the one table."""

from server.draws.tables import Draw
from verification.sampling.designs import NotDrawn

DRAWN, APPROVED, DROPPED = "drawn", "approved", "dropped"
# what was approved stays: drawing again after somebody has seen places would be choosing
MOVES = frozenset({(DRAWN, APPROVED), (DRAWN, DROPPED)})


def move(draw: Draw, state: str) -> None:
    """Bring a drawing into another state. Raises NotDrawn."""
    if (draw.state, state) not in MOVES:
        raise NotDrawn("draw_settled")
    draw.state = state
