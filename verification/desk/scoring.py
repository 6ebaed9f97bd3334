"""What Tim Penilai's scores of questions come to for an indicator (Permen PP 03/2009 Pasal 13 b and c)."""

from collections.abc import Collection, Mapping

from verification.desk.score import DeskScore
from verification.reason import Reason

WHOLE = ""  # a document of which the sheet names no question is scored for its indicator
_EXACT = 2  # decimals of points


def why_not(value: float | None, others: float, maximum: float) -> Reason | None:
    """Say why a score cannot be: outside of 0 to the maximum, or more than it with those of the other questions."""
    if value is None or value != value or value < 0:
        return Reason("desk_score_missing", {"maximum": maximum})
    if value > maximum:
        return Reason("desk_score_too_high", {"maximum": maximum})
    if round(value + others, _EXACT) > maximum:
        return Reason("desk_scores_too_high", {"maximum": maximum, "left": round(maximum - others, _EXACT)})
    return None


def desk_score(
    indicator: int, questions: Collection[str], scores: Mapping[str, float], maximum: float
) -> DeskScore:  # fmt: skip
    """Add up the scores of an indicator's questions that a document answers; one that none answers is not counted.

    `scores` are the newest first. A question that had no document while others were scored may have one again: where
    all were more than the maximum together, the older is to be given anew.
    """
    given: list[float] = []
    for question, points in scores.items():
        if question in questions and round(sum(given) + points, _EXACT) <= maximum:
            given.append(points)
    whole = len(given) == len(questions) and bool(questions)
    return DeskScore(indicator, round(sum(given), _EXACT) if whole else None, len(given), len(questions))
