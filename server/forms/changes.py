"""What a version of a form changed, compared with the one before it: questions, their words, their choices. Pure.

Questions go by their own names, wherever a version puts them: answers are read by these. What is in neither words nor
choices (conditions, the order, what is calculated) is no change here; a version that changed only that is empty.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from server.forms.words import CHOICE, CHOICES, GROUP, NOTE, REPEAT, FormQuestion, FormWords

_NO_QUESTIONS = frozenset({GROUP, REPEAT, NOTE})


@dataclass(frozen=True)
class FormChanges:
    """Questions by their names, in the order of the form; choices as "question: choice"."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    other_kind: tuple[str, ...] = ()
    reworded: tuple[str, ...] = ()  # questions, groups, notes and choices
    choices_added: tuple[str, ...] = ()
    choices_removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any(vars(self).values())

    @property
    def lost(self) -> tuple[str, ...]:
        """Name what answers would be read no longer by."""
        return (*self.removed, *self.other_kind)

    def kept(self) -> dict[str, Any]:
        """Write it as it is kept."""
        return {name: list(names) for name, names in asdict(self).items() if names}

    @classmethod
    def of(cls, kept: Mapping[str, Sequence[str]]) -> Self:
        """Read it as it is kept."""
        return cls(**{name: tuple(names) for name, names in kept.items()})


def compare(before: FormWords, after: FormWords) -> FormChanges:
    """Say what a version changed."""
    twice = _twice(before) | _twice(after)
    old, new = _by_name(before, twice), _by_name(after, twice)
    both = [name for name in new if name in old]
    asked = [name for name in both if {old[name].kind, new[name].kind}.isdisjoint(_NO_QUESTIONS)]
    choices = [(name, _choices(before, old[name]), _choices(after, new[name])) for name in asked]
    reworded = [name for name in both if _labels(before, old[name]) != _labels(after, new[name])]
    reworded += [
        f"{name}: {value}" for name, was, now in choices for value in now if value in was and was[value] != now[value]
    ]
    return FormChanges(
        added=tuple(name for name in new if name not in old and new[name].kind not in _NO_QUESTIONS),
        removed=tuple(name for name in old if name not in new and old[name].kind not in _NO_QUESTIONS),
        other_kind=tuple(name for name in asked if old[name].kind != new[name].kind),
        reworded=tuple(reworded),
        choices_added=tuple(f"{name}: {value}" for name, was, now in choices for value in now if value not in was),
        choices_removed=tuple(f"{name}: {value}" for name, was, now in choices for value in was if value not in now),
    )  # fmt: skip


def _twice(words: FormWords) -> set[str]:
    count = Counter(_name(question) for question in words.questions)
    return {name for name, times in count.items() if times > 1}


def _by_name(words: FormWords, twice: Collection[str]) -> dict[str, FormQuestion]:
    """Give what a form asks by its own name; by its path, where several have that name."""
    return {one.path if _name(one) in twice else _name(one): one for one in words.questions}


def _name(question: FormQuestion) -> str:
    return question.path.rpartition("/")[2]


def _labels(words: FormWords, question: FormQuestion) -> dict[str, str]:
    found = {language: labels.get(question.path, "") for language, labels in words.labels.items()}
    return {language: label for language, label in found.items() if label}


def _choices(words: FormWords, question: FormQuestion) -> dict[str, dict[str, str]]:
    """Give the labels of a question's choices, by choice and language, in their order."""
    found: dict[str, dict[str, str]] = {}
    if question.kind in (CHOICE, CHOICES):
        for language, lists in words.choices.items():
            for value, label in lists.get(question.choices, {}).items():
                found.setdefault(value, {})[language] = label
    return found
