"""What a visit can check at a place, and what no visit can show: data of an indicator set."""

from collections.abc import Container, Mapping
from dataclasses import field
from typing import Any

from verification.model import Seen
from verification.record import record

Text = dict[str, str]  # by language: "id", "en"
REGULATION = "regulation"


@record
class Scale:
    """How a criterion is answered: the words of each answer that is offered, in the order of offering."""

    code: str
    answers: Mapping[Seen, Text]

    def said(self, seen: Seen, language: str) -> str:
        """Give an answer's words. What is not offered was not seen by anybody."""
        return self.answers.get(seen, self.answers[Seen.NOT_SEEN])[language]


@record
class Criterion:
    """Something a visit can check. Only a criterion of the regulation can decide; one from practice informs."""

    code: str
    text: Text
    source: str  # regulation, practice
    strict: bool
    basis: str
    scale: Scale
    kinds: tuple[str, ...] = ()  # of place at which it is asked; none: at all
    of_regulation: bool = field(init=False, repr=False, compare=False)  # the regulation itself names it

    def __post_init__(self) -> None:
        object.__setattr__(self, "of_regulation", self.source == REGULATION)  # it is asked at every visit

    def asked_at(self, kind: str) -> bool:
        """Tell whether this is asked at a place of this kind."""
        return not self.kinds or kind in self.kinds


class UnusableCriterion(ValueError):
    """A criterion or scale that cannot be used as it is written; its text is for whoever wrote the file."""


def read_scale(row: Mapping[str, Any]) -> Scale:
    """Read one `[[scales]]`. Raises UnusableCriterion where an answer is none, or nobody could say "not seen"."""
    answers = {answer["code"]: answer["text"] for answer in row["answers"]}
    if unknown := answers.keys() - set(Seen):
        raise UnusableCriterion(f"scale {row['code']!r}: no answer is called {min(unknown)!r}")
    if Seen.NOT_SEEN not in answers:
        raise UnusableCriterion(f"scale {row['code']!r}: offers no {Seen.NOT_SEEN.value!r}")
    return Scale(row["code"], {Seen(code): text for code, text in answers.items()})


def read_criterion(row: Mapping[str, Any], scales: Mapping[str, Scale], known: Container[str]) -> Criterion:
    """Read one `[[criteria]]`. Raises UnusableCriterion where it names what there is not."""
    code, scale, kinds = row["code"], scales.get(row["scale"]), tuple(row.get("kinds", ()))
    if scale is None:
        raise UnusableCriterion(f"criterion {code!r}: no scale is called {row['scale']!r}")
    if unknown := [kind for kind in kinds if kind not in known]:
        raise UnusableCriterion(f"criterion {code!r}: no kind of place is called {unknown[0]!r}")
    if row["strict"] and Seen.NOT_APPLICABLE in scale.answers:
        raise UnusableCriterion(f"criterion {code!r}: what is strict applies, but its scale offers that it may not")
    return Criterion(**{**row, "scale": scale, "kinds": kinds})


@record
class BeyondAVisit:
    """Something the indicator's measure asks that no single visit can show.

    `of_the_law`: what the regulation itself leaves open, with how it is read (methods 5).
    """

    code: str
    text: Text
    of_the_law: bool = False
