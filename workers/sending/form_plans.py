"""What publishing would do with each form, found out by asking Central alone: nothing is changed there.

A form is blocked where publishing it would take from others: where something else stands under its id or in its draft,
and where it lacks what went out before, so that answers would be lost.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from server.forms.changes import FormChanges, compare
from verification.reason import Reason
from workers.central.api import Central
from workers.central.definitions import read_definition
from workers.central.forms import is_version
from workers.central.session import CentralProblem
from workers.central.wire import FormInfo
from workers.central.xforms import read_words
from workers.central.xml import UnreadableXml
from xlsforms.build import BuiltForm, as_designed, is_of_a_build
from xlsforms.house_rules import what_went_out_stays

_NAMED = 10  # of what a form would lose


class FormStep(StrEnum):
    """What is to be done with a form."""

    NEW = "new"
    CHANGED = "changed"
    LINKED = "linked"  # published again for a list that was made after it
    UNCHANGED = "unchanged"
    BLOCKED = "blocked"


@dataclass(frozen=True)
class FormPlan:
    """What is to be done with a form. `published` is the version at Central, `changes` what the new one changes there.

    `changes` is None where that is not known; `back` says that this version was published before and another since,
    `shut` how it stands where no phone gets it, `is_encrypted` that Tilik can read nothing that comes by it.
    """

    form_id: str
    version: str
    step: FormStep
    published: str | None = None
    changes: FormChanges | None = None
    back: bool = False
    shut: str = ""
    is_encrypted: bool = False
    why: Reason | None = None

    @property
    def acts(self) -> bool:
        """Tell whether anything is to be done."""
        return self.step in (FormStep.NEW, FormStep.CHANGED, FormStep.LINKED)


def plan_forms(central: Central, forms: Iterable[BuiltForm], *, in_a_round: bool = False) -> list[FormPlan]:
    """Say what is to be done with each form.

    `in_a_round`: visits go on by what is published, so that a form that loses one of its questions is blocked. Raises
    CentralProblem where Central says nothing at all.
    """
    known, encrypts = {form.form_id: form for form in central.forms()}, central.is_encrypted()
    return [_Planner(central, form, encrypts, in_a_round).plan(known.get(form.form_id)) for form in forms]


@dataclass(frozen=True)
class _Planner:
    central: Central
    form: BuiltForm
    encrypts: bool
    in_a_round: bool

    def plan(self, known: FormInfo | None) -> FormPlan:
        """Say what is to be done; what Central refuses about this form blocks it, and no other."""
        try:
            return self._plan(known)
        except CentralProblem as problem:
            if not problem.is_about_this:
                raise
            return self._as(FormStep.BLOCKED, known, why=problem.reason)

    def _plan(self, known: FormInfo | None) -> FormPlan:
        if known is None:
            lost = self._lost()
            return self._as(FormStep.BLOCKED, None, why=lost) if lost else self._as(FormStep.NEW, None)
        if why := self._taken(known):
            return self._as(FormStep.BLOCKED, known, why=why)
        if known.is_published and is_version(known.version, self.form.version):
            step = FormStep.LINKED if self.central.unlinked(self.form.form_id) else FormStep.UNCHANGED
            return self._as(step, known, changes=FormChanges())
        if not known.is_published:
            return self._as(FormStep.NEW, known, why=None)
        changes = self._changes(known)
        if why := self._lost() or self._lost_there(changes):
            return self._as(FormStep.BLOCKED, known, changes=changes, why=why)
        used = self.central.published_versions(self.form.form_id)
        return self._as(
            FormStep.CHANGED, known, changes=changes, back=any(is_version(one, self.form.version) for one in used)
        )

    def _as(
        self, step: FormStep, known: FormInfo | None, *, changes: FormChanges | None = None, back: bool = False,
        why: Reason | None = None,
    ) -> FormPlan:  # fmt: skip
        return FormPlan(
            self.form.form_id, self.form.version, step, known.version if known and known.is_published else None,
            changes, back, known.state if known and known.state != "open" else "",
            self.encrypts or bool(known and known.is_encrypted), why,
        )  # fmt: skip

    def _taken(self, known: FormInfo) -> Reason | None:
        """Say what of somebody else's stands under this id."""
        if not is_of_a_build(known.version):
            return Reason("form_id_taken", {"version": known.version or ""})
        draft = self.central.draft_version(self.form.form_id)
        if draft is not None and not is_of_a_build(draft):
            return Reason("form_has_a_draft", {"version": draft})
        return None

    def _lost(self) -> Reason | None:
        """Say what this form lacks of what it ever went out with."""
        found = what_went_out_stays(as_designed(self.form))
        return _loses(dict.fromkeys(finding.row for finding in found))

    def _lost_there(self, changes: FormChanges | None) -> Reason | None:
        """Say what it lacks of what is published while visits go on by that."""
        return _loses(changes.lost) if changes and self.in_a_round else None

    def _changes(self, known: FormInfo) -> FormChanges | None:
        return changes_between(self.central.definition(known.form_id, known.version or ""), self.form.xform)


def changes_between(before: str, after: str) -> FormChanges | None:
    """Compare two definitions; None where one of them cannot be read."""
    try:
        return compare(read_words(before), read_words(after))
    except UnreadableXml:
        return None


def writes_to(form: BuiltForm) -> frozenset[str]:
    """Name the entity lists that a form writes to."""
    return read_definition(form.xform).writes_to


def _loses(fields: Iterable[str]) -> Reason | None:
    named = list(fields)
    more = "" if len(named) <= _NAMED else ", …"
    return Reason("form_loses", {"fields": ", ".join(named[:_NAMED]) + more}) if named else None
