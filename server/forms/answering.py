"""Answers in the words of the form version that was filled in, and in its order; uncleared."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from server.forms.words import CHOICE, CHOICES, FILE, GROUP, NOTE, POINT, REPEAT, FormQuestion, FormWords
from verification.reading.differences import answers_by_path, as_text

UNKNOWN = "unknown"  # what a question is that the form's words do not have
_NEVER = frozenset({GROUP, REPEAT, POINT, FILE, NOTE})  # no answer, or shown in another way
# what phones write by themselves, where nobody can say yet what a question is
_BY_THE_PHONE = re.compile(r"(^|/)(start|end|today|deviceid|subscriberid|simserial|phonenumber|username|email|audit"
                           r"|instanceID|instanceName|deprecatedID|point)$|^meta/")  # fmt: skip
_NUMBERED = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True)
class Answered:
    """A question that was answered: its words, what holds it, and the answer, where it is a choice in words too.

    `path` has numbers where something was asked several times; `label` and `said` are None where there are no words.
    """

    path: str
    kind: str
    label: str | None
    value: str
    said: tuple[str | None, ...] = ()
    group: str | None = None


def answers_in_words(words: FormWords | None, answers: Mapping[str, Any], language: str) -> list[Answered]:
    """Give what was answered, in the order of the form; what was not asked or not answered is left out.

    Points, files, notes, and what phones write by themselves are no answers. Without words, questions go by their
    names.
    """
    given = [(path, as_text(value)) for path, value in answers_by_path(answers).items()]
    found = [answered(words, path, text, language) for path, text in given if text]
    shown = [one for one in found if one is not None]
    if words is None:
        return shown
    order = {question.path: number for number, question in enumerate(words.questions)}
    return sorted(shown, key=lambda one: _place_in(one.path, order))


def answered(words: FormWords | None, path: str, value: str, language: str) -> Answered | None:
    """Give one answer in words; None where it is not shown as an answer."""
    plain = _NUMBERED.sub("", path)
    if words is None:
        return None if _BY_THE_PHONE.search(plain) else Answered(path, UNKNOWN, None, value)
    question = words.question(plain)
    if question is None or question.kind in _NEVER:
        return None
    group = _group_of(words, path, language)
    return Answered(path, question.kind, words.label(plain, language), value,
                    _said(words, question, value, language), group)  # fmt: skip


def _said(words: FormWords, question: FormQuestion, value: str, language: str) -> tuple[str | None, ...]:
    """Give what was chosen, in words; of several in the order in which they were chosen."""
    if question.kind not in (CHOICE, CHOICES):
        return ()
    chosen = value.split() if question.kind == CHOICES else [value]
    return tuple(words.choice(question.choices, one, language) for one in chosen)


def _group_of(words: FormWords, path: str, language: str) -> str | None:
    """Give the label of what holds a question, nearest first; with a number from the second time on."""
    above = path
    while "/" in above:
        above = above.rpartition("/")[0]
        if label := words.label(_NUMBERED.sub("", above), language):
            number = _NUMBERED.search(above.rpartition("/")[2])
            return f"{label} ({number[1]})" if number else label
    return None


def _place_in(path: str, order: Mapping[str, int]) -> tuple[tuple[int, int], ...]:
    """Place a path in the form: by what holds it, which time, and then within."""
    places, above = [], ""
    for name in path.split("/"):
        number, plain = _NUMBERED.search(name), _NUMBERED.sub("", name)
        above = f"{above}/{plain}" if above else plain
        places.append((order.get(above, len(order)), int(number[1]) if number else 1))
    return tuple(places)
