"""What the form that children answer keeps: nothing in it could tell which child it was, and every child may say no.

A form that is no child's is left alone by all of these.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import takewhile

from xlsforms.designed import DesignedForm, SheetRow
from xlsforms.forms import CHILD_FORM
from xlsforms.lint import Finding

SESSION = "session"  # the group that a session fills in: a kind of place, a district, a month
FIRST, AGE, LAST = "assent", "age_band", "concern"
NO_PLACE_TO_ASK = ("rumah_aman", "rpsa", "paud", "uptd_ppa", "ppt", "unit_ppa_polres", "faskes",
                   "konsultasi_psikologi", "lbh")  # fmt: skip
_MOST_CHOICES = 6
_SHOWN = ("group", "note", "select_one")
_COMPUTED = ("calculation", "default", "trigger", "save_to", "parameters", "choice_filter")
_HELP = "129"


def _is_childs(form: DesignedForm) -> bool:
    return form.settings["form_id"] == CHILD_FORM


def _of_the_session(row: SheetRow) -> bool:
    return any(group.name == SESSION for group in row.groups)


def nothing_tells_which_child(form: DesignedForm) -> Iterator[Finding]:
    """Free text, a point, a time, a phone's number or anything computed could tell who it was: choices alone go in."""
    if not _is_childs(form):
        return
    for row in form.survey:
        whole_numbers = ("integer",) if _of_the_session(row) else ()
        if row.kind not in (*_SHOWN, *whole_numbers) or "or_other" in row["type"].replace(" ", "_"):
            yield Finding("child_could_be_known", "survey", row.name, {"what": row["type"]})
        yield from (Finding("child_could_be_known", "survey", row.name, {"what": column})
                    for column in _COMPUTED if row[column])  # fmt: skip
    yield from (Finding("child_could_be_known", "settings", "", {"what": column})
                for column in ("instance_name", "instance_id", "submission_url") if form.settings[column])  # fmt: skip
    yield from (Finding("child_could_be_known", "entities", row["list_name"], {"what": "entities"})
                for row in form.entities)  # fmt: skip


def no_list_is_long(form: DesignedForm) -> Iterator[Finding]:
    """A list of classes, villages or years of birth tells who it was, one choice of few does not."""
    if _is_childs(form):
        sizes = Counter(row["list_name"] for row in form.choices)
        for row in _questions(form):
            if sizes[row.choices_in] > _MOST_CHOICES:
                yield Finding("child_list_long", "survey", row.name, {"most": str(_MOST_CHOICES)})


def every_question_may_be_skipped(form: DesignedForm) -> Iterator[Finding]:
    """A child who would rather not say presses "skip"; only whether they want to is no question to skip."""
    if _is_childs(form):
        offered = {(row["list_name"], row.name) for row in form.choices}
        for row in _questions(form):
            forced = row.means("required") and row.name != AGE
            if row.name != FIRST and (forced or (row.choices_in, "skip") not in offered):
                yield Finding("child_cannot_skip", "survey", row.name)


def told_first_and_asked_whether(form: DesignedForm) -> Iterator[Finding]:
    """The limit of confidentiality, and where there is help, come before anything; then assent, then age."""
    if not _is_childs(form):
        return
    shown = [row for row in form.survey if row.kind not in ("group", "repeat") and not _of_the_session(row)]
    before = list(takewhile(lambda row: row.kind == "note", shown))
    asked = [row.name for row in _questions(form)]
    if not any(_HELP in text for row in before for column, text in row.cells.items() if column.startswith("label")):
        yield Finding("child_not_told", "survey", shown[0].name if shown else "")
    if asked[:2] != [FIRST, AGE]:
        yield Finding("child_not_asked_whether", "survey", asked[0] if asked else "")
    for row in _questions(form):
        conditions = " ".join(group["relevant"] for group in row.groups)
        gates = {FIRST: (), AGE: (FIRST,)}.get(row.name, (FIRST, AGE))
        if any(f"${{{gate}}}" not in conditions for gate in gates):
            yield Finding("child_not_asked_whether", "survey", row.name)
    if not shown or shown[-1].name != LAST or shown[-1]["relevant"]:
        yield Finding("child_not_told", "survey", LAST)


def not_where_children_seek_help(form: DesignedForm) -> Iterator[Finding]:
    """Whoever answered about a shelter or a service for victims has been there: that alone is a story of a child."""
    if _is_childs(form) and (place := form.by_name.get("place_kind")):
        for row in form.choices:
            if row["list_name"] == place.choices_in and row.name in NO_PLACE_TO_ASK:
                yield Finding("child_not_asked_there", "choices", row.name)


def _questions(form: DesignedForm) -> list[SheetRow]:
    return [row for row in form.survey if row.kind.startswith("select") and not _of_the_session(row)]


CHILD_RULES = (
    nothing_tells_which_child, no_list_is_long, every_question_may_be_skipped, told_first_and_asked_whether,
    not_where_children_seek_help,
)  # fmt: skip
