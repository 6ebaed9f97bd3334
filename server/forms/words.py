"""The words of a form version: its questions in their order, their labels and those of their choices, by language.

Paths are those that changes of answers have: without the form's root, each name as OData writes it
(`verification.reading.differences`). Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

Labels = Mapping[str, Mapping[str, str]]  # by language, then by path
ChoiceLabels = Mapping[str, Mapping[str, Mapping[str, str]]]  # by language, list, value

# what a question is, as far as showing its answer goes
GROUP, REPEAT, CHOICE, CHOICES, LISTED = "group", "repeat", "choice", "choices", "listed"
TEXT, NUMBER, DATE, POINT, FILE, NOTE = "text", "number", "date", "point", "file", "note"


@dataclass(frozen=True)
class FormQuestion:
    """A question, or what holds some: by its path, with its kind and the list its choices are of.

    A `LISTED` one is answered from a file that came with the form: by what identifies a row there.
    """

    path: str
    kind: str
    choices: str = ""


@dataclass(frozen=True)
class FormWords:
    """What a form version asks, in the order of the form, and in which words."""

    questions: tuple[FormQuestion, ...]
    labels: Labels = field(default_factory=dict)
    choices: ChoiceLabels = field(default_factory=dict)
    first: str = ""  # the form's own first language

    def question(self, path: str) -> FormQuestion | None:
        """Find a question."""
        return self._by_path.get(path)

    @cached_property
    def _by_path(self) -> Mapping[str, FormQuestion]:
        return {question.path: question for question in self.questions}

    def label(self, path: str, language: str) -> str | None:
        """Give a label in a language; where that one is missing, in the form's first, then in any."""
        return next((found for each in self._languages(language) if (found := self.labels.get(each, {}).get(path))),
                    None)  # fmt: skip

    def choice(self, choices: str, value: str, language: str) -> str | None:
        """Give a choice's label likewise; None where the list has no such value."""
        lists = (self.choices.get(each, {}).get(choices, {}) for each in self._languages(language))
        return next((found for labels in lists if (found := labels.get(value))), None)

    def _languages(self, language: str) -> list[str]:
        return list(dict.fromkeys((language, self.first, *self.labels, *self.choices)))

    def kept(self) -> dict[str, Any]:
        """Write it as it is kept."""
        questions = [[one.path, one.kind, one.choices] for one in self.questions]
        return {"questions": questions, "labels": self.labels, "choices": self.choices, "first": self.first}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """Read it as it is kept."""
        questions = tuple(FormQuestion(*one) for one in kept["questions"])
        return cls(questions, kept["labels"], kept["choices"], kept["first"])
