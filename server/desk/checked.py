"""A document for a question as the desk sees it: its row, its files, who read it, what was asked, and how it stands."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy.orm import Session

from server.audit.entries import digest_of
from server.claims.tables import Document
from server.desk.queries import Part, Rows, desk_rules, rows_of
from server.desk.tables import Clarification, DeskReading, DeskRules
from server.desk.who import DESK, PROVINCE
from server.documents.naming import key_of as slowly
from server.documents.part import matched_documents
from server.documents.queries import DocumentRow, may_be_opened
from server.documents.tables import HandedIn
from server.rounds.rules import rules_of
from server.rounds.tables import Round
from verification.desk.reading import DocumentReading, Says
from verification.desk.second import decides_category, is_drawn
from verification.desk.states import Case, DocumentStands, DocumentState, DocumentStep, standing
from verification.model import Seen
from verification.points.categories import Categories

key_of = lru_cache(maxsize=20_000)(slowly)  # a number is written in its row, on its files and in its readings
Key = tuple[int, str, str]  # indicator, number as it is compared, question
FOR_READERS = frozenset({DocumentState.RECEIVED, DocumentState.READ_ONCE, DocumentState.READ_TWICE})
SETTLED = frozenset({DocumentState.ABSENT, DocumentState.AGREED, DocumentState.UNSUPPORTED})


@dataclass(frozen=True)
class DeskChecked:
    """A document and a question of a part. `before` digests the files that a reader has before them.

    `rows` of the sheet name it, the first by which it is known: a decree and its appendix may be two.
    """

    indicator: int
    rows: tuple[Document, ...]
    files: tuple[HandedIn, ...]
    before: str
    readings: tuple[DeskReading, ...]  # of the desk that count, each reader's newest
    province: tuple[DeskReading, ...]
    asked: Clarification | None
    earlier: tuple[Clarification, ...]  # questions that are over: taken back, or settled before another file came
    stands: DocumentStands

    @property
    def document(self) -> Document:
        """The row by which it is known."""
        return self.rows[0]

    @property
    def clusters(self) -> frozenset[str]:
        """The clusters that it is said to cover."""
        return _clusters_of(self.rows)

    @property
    def question(self) -> str:
        """The question's code; nothing where the sheet names none."""
        return self.document.question or ""

    @property
    def key(self) -> Key:
        """By what it is known."""
        return self.indicator, key_of(self.document.number), self.question

    @property
    def state(self) -> DocumentState:
        """How it stands."""
        return self.stands.state

    def read_by(self, label: str) -> DeskReading | None:
        """Give somebody's own reading, of the desk or for the province."""
        return next((one for one in (*self.readings, *self.province) if one.read_by == label), None)

    def waits_for_reader(self, label: str, *, from_elsewhere: bool) -> bool:
        """Tell whether somebody may be the next reader: not one of those before, and the second is from elsewhere."""
        if not self.stands.asks_reader or self.read_by(label):
            return False
        return from_elsewhere or not self.readings


def checked_part(session: Session, part: Part, *, has_scanner: bool) -> list[DeskChecked]:
    """Give all documents of a part, each for its question, in the sheet's order."""
    return checked_parts(session, [part], has_scanner=has_scanner)[part]


def checked_parts(session: Session, parts: Sequence[Part], *, has_scanner: bool) -> dict[Part, list[DeskChecked]]:
    """Give the documents of several parts."""
    return _checked_by(session, rows_of(session, parts) if parts else {}, has_scanner=has_scanner)


def checked_and_asked(
    session: Session, part: Part, *, has_scanner: bool
) -> tuple[list[DeskChecked], list[tuple[Clarification, ...]]]:
    """Give the documents of a part; and what its district was asked of each that it does not claim any more."""
    rows = rows_of(session, [part])
    found = _checked_by(session, rows, has_scanner=has_scanner)[part]
    claimed, others = {one.key for one in found}, defaultdict[Key, list[Clarification]](list)
    for asked in rows[part].clarifications:
        if _key(asked) not in claimed:
            others[_key(asked)].append(asked)
    return found, [tuple(others[key]) for key in sorted(others)]


def _checked_by(session: Session, rows: Mapping[Part, Rows], *, has_scanner: bool) -> dict[Part, list[DeskChecked]]:
    rounds = {round_id: session.get_one(Round, round_id) for round_id in sorted({round_id for round_id, _ in rows})}
    rules = {round_id: (desk_rules(session, round_id), rules_of(session, found).base.categories)
             for round_id, found in rounds.items()}  # fmt: skip
    return {part: list(_checked(part, its, *rules[part[0]], has_scanner=has_scanner)) for part, its in rows.items()}


def _checked(
    part: Part, rows: Rows, rules: DeskRules, categories: Categories, *, has_scanner: bool
) -> Iterator[DeskChecked]:
    named = [DocumentRow(number, one.number, one.title, one.file, one.cell) for number, one in rows.documents]
    matched = matched_documents(named, rows.files).matched
    files = {one.id: one for one in rows.files}
    its = defaultdict[Key, list[tuple[Document, tuple[int, ...]]]](list)
    for (indicator, document), found in zip(rows.documents, matched, strict=True):
        its[indicator, key_of(document.number), document.question or ""].append((document, found.files))
    read = defaultdict[Key, list[DeskReading]](list)
    for reading in rows.readings:
        read[_key(reading)].append(reading)
    asked = defaultdict[Key, list[Clarification]](list)
    for one in rows.clarifications:
        asked[_key(one)].append(one)
    for key, of_it in its.items():
        ids = dict.fromkeys(one for _, found in of_it for one in found)
        here = tuple(files[one] for one in ids
                     if may_be_opened(files[one], has_scanner=has_scanner, of_the_district=False))  # fmt: skip
        asks = _is_drawn(part, rules, key) or decides_category(rows.claimed, key[0], categories)
        papers = tuple(document for document, _ in of_it)
        yield _one(key[0], papers, here, read[key], asked[key], asks_second=asks)


def _is_drawn(part: Part, rules: DeskRules, key: Key) -> bool:
    """Tell whether a document was drawn to be read twice; it is with all its questions."""
    document = "/".join((*part, str(key[0]), key[1]))
    return bool(rules.seed) and is_drawn(rules.seed, document, rules.second_percent)


def _one(
    indicator: int, rows: tuple[Document, ...], here: tuple[HandedIn, ...], read: Sequence[DeskReading],
    questions: Sequence[Clarification], *, asks_second: bool,
) -> DeskChecked:  # fmt: skip
    before = digest_of(sorted({one.digest for one in here if one.digest}))
    asked = _still_asked(questions, here, before)
    earlier = tuple(one for one in questions if one is not asked)
    counted = before if asked is None else _asked_about(read, asked, before)
    desk = _newest([one for one in read if one.stage == DESK and one.files == counted])
    steps = tuple(_steps_after(asked, before)) if asked else ()
    case = Case(bool(here), tuple(map(as_read, desk)), asks_second, _clusters_of(rows), steps)
    province = _newest([one for one in read if one.stage == PROVINCE and one.files == before])
    return DeskChecked(indicator, rows, here, before, desk, province, asked, earlier, standing(case))


def _clusters_of(rows: Iterable[Document]) -> frozenset[str]:
    return frozenset(code for row in rows if row.clusters for code in row.clusters.split(","))


def _key(row: DeskReading | Clarification) -> Key:
    return row.indicator, key_of(row.number), row.question


def _still_asked(
    questions: Sequence[Clarification], here: Sequence[HandedIn], before: str
) -> Clarification | None:  # fmt: skip
    """Give the newest question to a district that was not taken back.

    None where that is settled and the files are others since: they are read anew, whenever they were handed in. One may
    have been looked through for harm, declared or named by a row only after Tim Penilai concluded.
    """
    asked = next((one for one in reversed(questions) if one.last_step != DocumentStep.RETRACTS), None)
    if asked is None or asked.last_step != DocumentStep.SETTLES or not here:
        return asked
    settled = asked.steps[-1]
    if settled.files is None:  # concluded before it was kept of which files
        return None if any(one.handed_in_at > settled.made_at for one in here) else asked
    return asked if settled.files == before else None


def _steps_after(asked: Clarification, before: str) -> Iterator[DocumentStep]:
    """Give what came after a question; other files, after it was concluded that nothing supports it, are a reply."""
    yield from (DocumentStep(one.step) for one in asked.steps)
    if asked.last_step == DocumentStep.FAILS and asked.steps[-1].files not in (None, before):
        yield DocumentStep.REPLIES


def _asked_about(read: Sequence[DeskReading], asked: Clarification, before: str) -> str:
    """Give the files that a district was asked about, which a reply may replace: the last that two readers had seen.

    What was read of a file that had been replaced by then is no reading of what is asked about.
    """
    readers = defaultdict[str, set[str]](set)
    last = before
    for one in read:
        if one.stage == DESK and one.read_at <= asked.asked_at:
            readers[one.files].add(one.read_by)
            last = one.files if len(readers[one.files]) > 1 else last
    return last


def _newest(readings: Sequence[DeskReading]) -> tuple[DeskReading, ...]:
    """Keep each reader's newest, in the order in which they first read."""
    return tuple({one.read_by: one for one in readings}.values())


def as_read(row: DeskReading) -> DocumentReading:
    """Give a reading as the rules see it."""
    seen = {name: Seen(value) if (value := getattr(row, name)) else None
            for name in ("matches_number", "matches_date", "in_force")}  # fmt: skip
    return DocumentReading(
        row.read_by, row.opened, issuer_ok=row.issuer_ok, covers=frozenset(row.covers),
        says=Says(row.says) if row.says else None, child_input_named=row.child_input_named, page=row.page, **seen,
    )  # fmt: skip
