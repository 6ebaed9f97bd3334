"""What reading the documents left of points, as it is shown: apart from what visits found, and added up."""

from collections.abc import Iterable

from server.db import Json
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance


@view
class DeskShown:
    """Of so many `questions` so many are `scored`; `said` in words. `points`: of the indicators that are scored wholly.

    `points` is None where none is, and for who sees no points.
    """

    said: Cleared

    points: float | None
    scored: int
    questions: int


def desk_shown(stored: Iterable[Json | None], clear: Clearance) -> DeskShown | None:
    """Add up what results have stored of the desk; None where there is nothing to read."""
    read = [one for one in stored if one]
    if not read:
        return None
    wholly = [float(one["points"]) for one in read if one.get("points") is not None]
    points = sum(wholly) if wholly and clear.sees_points() else None
    scored, questions = (sum(int(one.get(what, 0)) for one in read) for what in ("scored", "questions"))
    said = clear.say("summary.desk_scored", scored=scored, questions=questions)
    if points is not None:
        said = clear.say("summary.desk_points", points=clear.points(points), scored=scored, questions=questions)
    return DeskShown(said, points, scored, questions)
