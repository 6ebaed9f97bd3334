"""Answers as they may be shown: cleared for the viewer, in the form's words, in its order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.disclosure.places import UnclearedPlace
from server.forms.answering import UNKNOWN, Answered, answered, answers_in_words
from server.forms.words import CHOICE, CHOICES, DATE, LISTED, NUMBER, FormWords
from server.register.at_central import turned
from server.words import Catalogue
from verification.disclosing.counted import ALL_PARTS, counted_by, parts_hidden
from verification.disclosing.counts import Count, CountOf
from verification.model import Arrival, Mode, Seen
from verification.reading.differences import AnswerChange

MOST_CHANGES = 100  # of one version
_LONGEST_NUMBER = 8  # longer ones may be those of persons and telephones, and are cleared as texts
_KNOWN = (("seen", Seen), ("arrival", Arrival), ("mode", Mode))


@view
class ShownAnswer:
    """A question and its answer, each in words; the question by its `name` alone where its words are not here."""

    question: Cleared
    answer: Cleared


@view
class ShownAnswers:
    """The answers under one heading of the form; None above the first."""

    heading: Cleared | None
    answers: tuple[ShownAnswer, ...]


@view
class ShownChange:
    """A question that a version answers otherwise, with both answers; None where there was none."""

    question: Cleared
    before: Cleared | None
    after: Cleared | None


@dataclass(frozen=True)
class Answers:
    """Clears the answers of visits to one place; `village` is the name of its village.

    `project` is that of the forms at Central, which may have an id of its own for the place.
    """

    clear: Clearance
    words: Catalogue
    place: UnclearedPlace
    project: int
    village: str | None = None

    def shown(self, form: FormWords | None, answers: Mapping[str, Any]) -> tuple[ShownAnswers, ...]:
        """Give what a version answers; nothing to who may not see answers."""
        if not self.clear.sees_answers():
            return ()
        found = answers_in_words(form, answers, self.words.language)
        tell_others = parts_hidden(_numbers(found), is_home=self.place.is_home)
        return tuple(
            ShownAnswers(self.clear.ours(heading) if heading else None,
                         tuple(ShownAnswer(self._question(one), self._answer(one, tell_others)) for one in together))
            for heading, together in groupby(found, key=lambda one: one.group)
        )  # fmt: skip

    def changes(self, form: FormWords | None, changes: Sequence[AnswerChange]) -> tuple[ShownChange, ...]:
        """Give what a version answers differently from the one before it, in its own words; names alone to others.

        Nothing at all of a form whose answers are for nobody to see.
        """
        if not self.clear.sees_questions():
            return ()
        return tuple(self._changes(form, changes[:MOST_CHANGES]))

    def _changes(self, form: FormWords | None, changes: Iterable[AnswerChange]) -> Iterable[ShownChange]:
        for path, before, after in changes:
            both = [answered(form, path, text, self.words.language) if text else None for text in (before, after)]
            known = next((one for one in both if one is not None), None)
            if known is None or not self.clear.sees_answers():
                yield ShownChange(self.clear.question(path), None, None)  # a point, a file: that it changed
            else:
                old, new = (self._answer(one, ALL_PARTS) if one else None for one in both)
                yield ShownChange(self._question(known), old, new)

    def _question(self, one: Answered) -> Cleared:
        return self.clear.ours(one.label) if one.label else self.clear.question(one.path)

    def _answer(self, one: Answered, tell_others: frozenset[str]) -> Cleared:
        clear = self.clear
        if one.kind in (CHOICE, CHOICES):
            values = one.value.split() if one.kind == CHOICES else [one.value]
            return clear.joined(*(clear.ours(said) if said else clear.coded(value)
                                  for said, value in zip(one.said, values, strict=True)))  # fmt: skip
        if one.kind == LISTED:
            is_ours = self.place.facility_id in (one.value, turned(one.value, self.project))
            return clear.place(self.place).label if is_ours else clear.say("answer.from_a_list")
        if one.kind == UNKNOWN:
            family = next((family for family, known in _KNOWN if one.value in set(known)), None)
            return clear.say(f"{family}.{one.value}") if family else clear.say("answer.without_words")
        if one.kind in (NUMBER, DATE) and (read := _read(one.kind, one.value)) is not None:
            name = one.path.rpartition("/")[2]
            counted = counted_by(name, is_home=self.place.is_home)
            if isinstance(read, float) and name in tell_others:
                return clear.of_table(None)
            if isinstance(read, float) and counted not in (CountOf.STAFF, CountOf.THINGS):
                return clear.count(Count(round(read), counted))
            return clear.ours(self.words.show(read))
        return clear.written(one.value, self.place, self.village)


def _numbers(found: Iterable[Answered]) -> dict[str, int]:
    """Give the whole numbers among answers, by the names of their questions."""
    read = ((one.path.rpartition("/")[2], _read(NUMBER, one.value)) for one in found if one.kind == NUMBER)
    return {name: round(number) for name, number in read if isinstance(number, float)}


def _read(kind: str, text: str) -> float | date | datetime | None:
    """Read a number or a day as what it is; None for what is none."""
    try:
        if kind == NUMBER:
            return float(text) if len(text) <= _LONGEST_NUMBER else None
        if len(text) == len("2026-01-01"):
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else None
    except ValueError:
        return None
