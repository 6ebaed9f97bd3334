"""What can be seen at a place, as rows of a form: the indicator data has the words, a sheet names the code.

Source of the words and of who says so: `verification/sets/` (Permen PPPA 12/2011, annex, and practice).
"""

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import verification
from verification.places.kinds import read_kinds
from verification.sets.criteria import Criterion, Text
from verification.sets.indicators import IndicatorSet, read_indicator_set

CRITERION = "criterion"  # the type of a sheet's row
LANGUAGES = {"id": "Bahasa Indonesia (id)", "en": "English (en)"}
_RULES = Path(verification.__file__).parent
_SIDE_BY_SIDE = "columns-pack"  # a few short answers need no line each
_FROM_THE_DATA = tuple(f"label::{column}" for column in LANGUAGES.values())


class UnknownCriterion(ValueError):
    """A row that asks what the indicator data does not know, or in other words; its text is for who edits the sheet."""


@cache
def load_set(set_id: str) -> IndicatorSet:
    """Load the indicator set whose criteria a form asks. Raises FileNotFoundError for an unknown one."""
    kinds = read_kinds(tomllib.loads((_RULES / "places" / "kinds.toml").read_text(encoding="utf-8")))
    return read_indicator_set(tomllib.loads((_RULES / "sets" / f"{set_id}.toml").read_text(encoding="utf-8")), kinds)


def as_question(row: dict[str, str], asked: IndicatorSet) -> dict[str, str]:
    """Write a row that names a criterion as the question that it is; any other stays. Raises UnknownCriterion.

    A criterion of some kinds of place alone is asked at these; the sheet's own condition comes on top.
    """
    name = row["name"]
    if row["type"] != CRITERION:
        if name in asked.criteria and row["type"] != "calculate":
            raise UnknownCriterion(f"{name}: is a criterion of the indicator data; let its row be of type {CRITERION}")
        return row
    found = asked.criteria.get(name)
    if found is None:
        raise UnknownCriterion(f"{name}: the indicator data has no criterion of this name")
    if any(row.get(column) for column in _FROM_THE_DATA):
        raise UnknownCriterion(f"{name}: its words come from the indicator data; leave its labels empty")
    return row | _labels(found.text) | {
        "type": f"select_one {found.scale.code}",
        "relevant": _relevant(found, row.get("relevant", "")),
        "appearance": row.get("appearance") or _SIDE_BY_SIDE,
    }  # fmt: skip


def choices_of(asked: IndicatorSet) -> Iterator[dict[str, str]]:
    """Give the answers of every scale as rows of the sheet of choices."""
    for scale in {criterion.scale.code: criterion.scale for criterion in asked.criteria.values()}.values():
        for seen, text in scale.answers.items():
            yield {"list_name": scale.code, "name": seen.value} | _labels(text)


def _labels(text: Text) -> dict[str, str]:
    return {f"label::{column}": text[language] for language, column in LANGUAGES.items()}


def _relevant(criterion: Criterion, own: str) -> str:
    there = f"selected('{' '.join(criterion.kinds)}', ${{kind}})" if criterion.kinds else ""
    return " and ".join(f"({condition})" if own and there else condition for condition in (there, own) if condition)
