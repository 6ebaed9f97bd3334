"""A plan for publishing as it is kept for the page: names, versions and numbers, no row of a list."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from server.db import Json
from server.forms.changes import FormChanges
from server.reasons import as_json, from_json
from verification.reason import Reason

NEW, CHANGED, LINKED, UNCHANGED, BLOCKED = "new", "changed", "linked", "unchanged", "blocked"


@dataclass(frozen=True)
class PlannedForm:
    """What is to be done with a form; `changes` is none where nobody can say, `shut` how it stands if no phone has it.

    `back`: this version was published before, and another since.
    """

    form_id: str
    version: str
    step: str
    published: str | None
    changes: FormChanges | None
    back: bool
    shut: str
    why: Reason | None

    @property
    def acts(self) -> bool:
        """Tell whether anything is to be done."""
        return self.step in (NEW, CHANGED, LINKED)


@dataclass(frozen=True)
class PlannedList:
    """What is to be done with a list: the properties it lacks, and how many rows it gets, changes and loses."""

    name: str
    is_new: bool = False
    properties: tuple[str, ...] = ()
    created: int = 0
    updated: int = 0
    deleted: int = 0


@dataclass(frozen=True)
class AgainHere:
    """How many places of a district are to be asked again, by what the forms newly ask; homes apart."""

    round_id: str
    district: str
    places: int
    homes: int


@dataclass(frozen=True)
class KeptPlan:
    """A plan; `acts` tells whether anything is to be done, `encrypted` that Tilik can read nothing that comes."""

    acts: bool
    encrypted: bool
    forms: tuple[PlannedForm, ...]
    lists: tuple[PlannedList, ...]
    shown_by: tuple[str, ...]
    again: tuple[AgainHere, ...]

    def kept(self) -> Json:
        """Write it as it is kept."""
        forms = [asdict(form) | {"changes": None if form.changes is None else form.changes.kept(),
                                 "why": as_json(form.why) if form.why else None} for form in self.forms]  # fmt: skip
        return asdict(self) | {"forms": forms}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """Read it as it is kept."""
        forms = tuple(
            PlannedForm(**form | {"changes": None if form["changes"] is None else FormChanges.of(form["changes"]),
                                  "why": from_json(form["why"]) if form["why"] else None}) for form in kept["forms"]
        )  # fmt: skip
        lists = tuple(PlannedList(**one | {"properties": tuple(one["properties"])}) for one in kept["lists"])
        again = tuple(AgainHere(**one) for one in kept["again"])
        return cls(kept["acts"], kept["encrypted"], forms, lists, tuple(kept["shown_by"]), again)
