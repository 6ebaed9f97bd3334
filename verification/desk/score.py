"""What reading its documents leaves of an indicator's points: what Tim Penilai wrote down, question by question."""

from verification.record import record


@record
class DeskScore:
    """An indicator's points after its documents were read, 0 to its maximum (Permen PP 03/2009 Pasal 13 b and c).

    `points` is None until every question that a document answers is scored; `scored` of `questions` are.
    """

    indicator: int
    points: float | None
    scored: int
    questions: int
