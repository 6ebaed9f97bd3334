"""A document beside the question that it answers, as its page shows it: to a reader, or to Tim Penilai."""

from datetime import date, datetime
from typing import Any

from server.disclosure.cleared import Cleared, ClearedValues, view
from server.disclosure.clearing import Why


@view
class PaperShown:
    """A file of the document: so many of its pages are shown here, of so many; or why none is."""

    id: int
    name: Cleared
    pages: int
    shown: int
    problem: Cleared | None
    opens: bool
    downloads: bool
    may_mark: bool


@view
class AnswerBeside:
    """A claimed answer to the question; None where it is not repeated, but only in the form."""

    label: Cleared
    value: Cleared | None
    value_before: Cleared | None
    cell: Cleared


@view
class DeskChoice:
    """Something that can be answered."""

    value: Cleared
    label: Cleared


@view
class ReaderAsked:
    """A question to the reader: by radio buttons, or several by check boxes."""

    name: Cleared
    label: Cleared
    choices: tuple[DeskChoice, ...]
    several: bool


@view
class DeskReadingShown:
    """What a reader answered, by number and never by name; their note is for Tim Penilai alone."""

    number: int
    own: bool
    answers: tuple[Cleared, ...]
    differs: bool
    note: Cleared | None
    read_at: datetime


@view
class DeskStepShown:
    """What came after a district was asked."""

    step: Cleared
    words: Cleared | None
    has_file: bool
    late: bool
    made_at: datetime


@view
class AskedShown:
    """What a district was asked of a document, until when it may reply, and what came; or that it was taken back."""

    id: int
    doubts: tuple[Cleared, ...]
    words: Cleared
    asked_at: datetime
    received_at: datetime | None
    last_day: date | None
    over: bool
    weekends_alone: bool
    steps: tuple[DeskStepShown, ...]
    uuid: Cleared
    retracted: bool


@view
class DeskScoreShown:
    """What Tim Penilai may give the question, and what it gave: never before a reader's eyes."""

    maximum: float
    given: float | None
    why: Cleared | None
    may_give: bool


@view
class DeskTried:
    """What was refused, why, the field it is about, and what was typed."""

    sentence: Cleared
    field: Cleared
    typed: ClearedValues
    covers: tuple[Cleared, ...]

    def get(self, name: str) -> Any:
        """Give what was typed into a field."""
        return self.typed.get(name, "")


@view
class DeskDocument:
    """A document beside its question; `asks` is empty for who does not read it now, and `why` says so.

    `concluded`: Tim Penilai has; what it may say in that place is `may_conclude`, and `newest` the last step shown.
    """

    round_id: Cleared
    district: Cleared
    district_name: Cleared
    round_name: Cleared
    row: int
    indicator: int
    indicator_name: Cleared
    question: Cleared | None
    questions: tuple[Cleared, ...]
    number: Cleared | None
    title: Cleared | None
    said: tuple[Cleared, ...]
    cell: Cleared
    state: Cleared
    answers: tuple[AnswerBeside, ...]
    papers: tuple[PaperShown, ...]
    asks: tuple[ReaderAsked, ...]
    why: Why | None
    before: Cleared
    uuid: Cleared
    of_province: bool
    readings: tuple[DeskReadingShown, ...]
    province: tuple[DeskReadingShown, ...]
    asked: AskedShown | None
    earlier: tuple[AskedShown, ...]
    may_ask: bool
    may_retract: bool
    may_conclude: tuple[Cleared, ...]
    concluded: bool
    newest: int
    score: DeskScoreShown | None
    following: int | None
    tried: DeskTried | None
    code: Cleared | None = None


@view
class DeskRow:
    """A document in the queue of a part; `mine`: it waits for whoever looks.

    `code` is what a form without a line names it by, to readers; `drafted`: their own answers from there wait.
    """

    row: int
    indicator: int
    question: Cleared | None
    number: Cleared | None
    cell: Cleared
    state: Cleared
    mine: bool
    code: Cleared | None = None
    drafted: bool = False


@view
class DeskPart:
    """A part's documents as a queue, those that wait for whoever looks first.

    `reader`: the code of the reader who looks; `unmatched`: to who judges, so many drafts of nobody or of nothing.
    """

    round_id: Cleared
    district: Cleared
    name: Cleared
    round: Cleared
    rows: tuple[DeskRow, ...]
    mine: int
    pages: int
    page: int
    reader: Cleared | None = None
    unmatched: int = 0


@view
class QueuedPart:
    """A part in the queue of all: so many of its documents wait for whoever looks, and so many for somebody else."""

    round_id: Cleared
    district: Cleared
    name: Cleared
    round: Cleared
    mine: int
    others: int
