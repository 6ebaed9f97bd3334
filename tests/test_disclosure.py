"""Nothing is shown but what was cleared: what views may be made of, the one way to a template, who may clear."""

import ast
import importlib
import pkgutil
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

import server
from server.disclosure.cleared import _VIEWS, Cleared, ClearedPoint, Uncleared, must_be_cleared, view
from server.disclosure.clearing import Clearance, claim_file
from server.disclosure.values import _MAY_BE, _NEVER, _THE_OPERATORS, WITHHELD, cleared_values
from server.register.tables import Facility
from server.reports.report import Report, Source
from server.settings import CHECKOUT
from server.words import catalogue
from tests.support.plain_numbers import PLAIN_NUMBERS
from tests.support.sources import nodes
from verification.disclosing.counts import Count, CountOf
from verification.reason import Reason

CLEAR = Clearance(catalogue("id"))
A_FACILITY = Facility(id="f", kind="lksa", name="Panti Rekaan", village="99.01.01.2001")


# ── views


@pytest.mark.parametrize("hint", [str, Facility, "Facility", object, list[str], tuple[str, ...], dict[str, Facility],
                                  tuple[float, float] | bytes])  # fmt: skip
def test_a_class_that_could_hold_something_uncleared_is_no_view(hint: object) -> None:
    with pytest.raises(Uncleared):
        view(type("Leaky", (), {"__annotations__": {"name": hint}, "__module__": __name__}))


def test_a_view_takes_no_plain_text() -> None:
    assert Source(CLEAR.ours("klaim.xlsx"), CLEAR.id("Klaim!E4")).file == "klaim.xlsx"
    with pytest.raises(Uncleared, match=r"^Source\.file$"):
        Source("Bu Wijaya.xlsx", CLEAR.id("Klaim!E4"))  # type: ignore[arg-type]


@view
class _Several:
    texts: tuple[Cleared, ...]


def test_nor_one_among_several() -> None:
    with pytest.raises(Uncleared, match="texts"):
        _Several((CLEAR.ours("a"), "b"))  # type: ignore[arg-type]


@pytest.mark.parametrize("value", ["text", A_FACILITY, [A_FACILITY], {"name": "x"}, (1, "text"), b"x", object()],
                         ids=lambda value: type(value).__name__)  # fmt: skip
def test_a_template_is_given_nothing_else(value: object) -> None:
    with pytest.raises(Uncleared) as refused:
        must_be_cleared("place", value)
    assert "Panti" not in str(refused.value), "the error does not repeat it"


def test_it_is_given_views_numbers_moments_and_lists_of_them() -> None:
    for value in (
        None,
        True,
        1,
        0.5,
        datetime.now(UTC),
        CLEAR.ours("x"),
        ClearedPoint(1, 2),
        [Source(*[CLEAR.id("x")] * 2)],
    ):
        must_be_cleared("it", value)


def test_a_sentence_takes_cleared_values_only_and_an_unknown_one_is_a_dash() -> None:
    assert "Pasar" in CLEAR.say("report.photo", label=CLEAR.ours("Pasar"))
    with pytest.raises(Uncleared, match="label"):
        CLEAR.say("report.photo", label="Panti Rekaan")  # type: ignore[arg-type]
    assert CLEAR.say("kind.panti rekaan") == CLEAR.code("kind", "panti rekaan") == "–"


# ── numbers


def numbers_of(hint: object) -> bool:
    """Tell whether a type is a plain number, or has one in it."""
    return hint in (int, float) or any(map(numbers_of, get_args(hint)))


def test_every_plain_number_of_a_view_was_thought_of_and_none_counts_people() -> None:
    """A number of children, families or people who were asked is a text, which one function writes by its threshold."""
    for module in pkgutil.walk_packages(server.__path__, "server."):
        if not module.name.endswith(("__main__", "wsgi")) and ".migrations" not in module.name:
            importlib.import_module(module.name)
    found = {f"{one.__name__}.{name}" for one in _VIEWS if one.__module__.startswith("server.")
             for name, hint in get_type_hints(one).items() if numbers_of(hint)}  # fmt: skip
    known = {f"{one}.{name}" for one, names in PLAIN_NUMBERS.items() for name in names.split()}
    assert (sorted(found - known), sorted(known - found)) == ([], []), (
        "say in tests/support/plain_numbers.py what it counts"
    )
    people = re.compile(r"child|anak|boys|girls|famil|asked|heard|people|capacity|residents|victims|adopted")
    assert [name for name in sorted(found) if people.search(name)] == []


def test_only_one_package_writes_a_number_of_people_and_few_files_read_what_one_person_said() -> None:
    sentence = re.compile(r'"(answer\.about|answer\.few|told\.hidden|told\.share|told\.no_share)"')
    files = (CHECKOUT / "server").rglob("*.py")
    assert {file.parent.name for file in files if sentence.search(file.read_text("utf-8"))} == {"disclosure"}
    assert {file for name in ("heard_in", "statements_in", "programmes_in") for file in calls(name)} == {
        "server/told/interviews_view.py", "server/told/programmes_view.py", "server/told/releasing.py",
        "server/results/beside.py",  # sums alone: verification/summing/community.py
    }  # fmt: skip
    assert {file for name in ("minutes_in", "forums_of_province") for file in calls(name)} == {
        "server/forum/view.py", "server/forum/releasing.py", "server/results/beside.py",
    }  # fmt: skip


@pytest.mark.parametrize("counted", CountOf)
def test_a_number_that_a_district_claims_of_children_is_repeated_to_nobody(counted: CountOf) -> None:
    shown = CLEAR.claimed(48613, counted)
    assert (shown is None) is (counted is CountOf.CLAIMED)
    assert Count(10**9, CountOf.CLAIMED).shown() is None


# ── the code


def calls(name: str) -> set[str]:
    """Name the files of product code that call a function or class."""
    return callers().get(name, set())


@cache
def callers() -> dict[str, set[str]]:
    """Give for each function and class that product code calls the files that do."""
    found: dict[str, set[str]] = {}
    for file in (file for room in ("server", "workers") for file in (CHECKOUT / room).rglob("*.py")):
        for node in nodes(file.read_text(encoding="utf-8")):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                found.setdefault(name, set()).add(file.relative_to(CHECKOUT).as_posix())
    return found


def test_only_one_package_clears_and_the_map_which_writes_svg() -> None:
    makers = {file for name in ("Cleared", "ClearedPoint") for file in calls(name)}
    assert {file for file in makers if not file.startswith("server/disclosure/")} == {
        "server/map/svg.py", "server/map/grouping.py",  # the middle of an area
    }  # fmt: skip
    assert {file for file in calls("ClearedValues") if not file.startswith("server/disclosure/")} == {
        "server/audit/pages.py", "server/closing/pages.py", "server/decisions/pages.py",
        "server/opening/pages.py",  # what was just typed
        "server/assignments/pages.py", "server/assignments/several_page.py", "server/sealed/pages.py",
        "server/restricted/pages.py", "server/restricted/totals_pages.py",
        "server/plan/pages.py", "server/plan/release_page.py", "server/children/pages.py", "server/desk/showing.py",
        "server/draws/pages.py",
        "server/twice/pages.py",
        "server/incidents/pages.py", "server/incidents/register_pages.py", "server/incidents/duty_pages.py",
        "server/assignments/offering.py",  # and what is wrong with it, by field
        "server/reports/builder.py",  # the rules' own numbers
    }  # fmt: skip


@pytest.mark.parametrize(
    "way_out", ["render_template", "render_template_string", "jsonify", "stream_template", "Markup"]
)
def test_there_is_one_way_to_a_template(way_out: str) -> None:
    # the children's page and line know of no person and no place: what they say is the same for everybody
    allowed = {
        "render_template": {"server/web/showing.py", "server/feedback/page.py"}, "jsonify": {"server/feedback/line.py"},
    }  # fmt: skip
    assert calls(way_out) - allowed.get(way_out, set()) == set()


def test_exports_are_written_from_views() -> None:
    must_be_cleared("a report", Report.__new__(Report))
    exports = ast.parse((CHECKOUT / "server/reports/exports.py").read_text(encoding="utf-8"))
    given = {ast.unparse(arg.annotation) for node in exports.body if isinstance(node, ast.FunctionDef)
             for arg in node.args.args if arg.annotation and not node.name.startswith("_")}  # fmt: skip
    assert given == {"Report", "Catalogue"}


def test_templates_say_no_reason_and_name_no_column_of_places() -> None:
    """A reason in a template would be a row's; views have its sentence."""
    for file in (CHECKOUT / "server").rglob("templates/*.html"):
        text = file.read_text(encoding="utf-8")
        assert "words.reason" not in text, file.name
        safe = re.findall(r"{{ ([^}]*)\|\s*safe", text)
        ours = {"paper.html": ["map.svg"], "map.html": ["map.svg"], "get_app.html": ["picture"]}
        assert safe == ours.get(file.name, []), file.name


# ── reasons


NUMBERS = frozenset({
    "alike", "allowance_m", "answers", "area_m2", "asked", "at_most", "before", "claimed", "claimed_m", "column",
    "confirmed", "count", "counted", "data_year", "days", "decided", "differ", "discussions", "distance_m", "documents",
    "draw", "drawn", "earliest", "ended", "entry", "error_m", "fact", "feature", "fewest", "files", "first", "forum_no",
    "forum_yes", "gigabytes", "gone", "high",
    "highest", "indicator", "km", "last", "lat_meant", "latest", "least", "left", "length", "limit", "lines", "listed",
    "listed_before", "listed_then", "lon_meant", "longest", "low", "lowest", "maximum", "megabytes", "met", "minutes",
    "missing", "most", "national", "needed", "new", "not_seen", "now", "of", "page", "percent", "percent_points",
    "places", "port", "probability",
    "reach_m", "readers", "rings", "rows", "score", "scores", "seconds", "sequence", "shortest", "sources", "stood_m",
    "target", "vertices", "villages", "visits", "year",
})  # fmt: skip


def test_every_value_of_every_reasons_sentence_was_thought_of() -> None:
    """A new value is withheld until the table says what it may be; numbers go as they are."""
    unknown: dict[str, set[str]] = {}
    for key, sentence in catalogue("id").sentences.items():
        code = key.removeprefix("reason.")
        if key.startswith("reason.") and not code.startswith(_THE_OPERATORS):
            unknown[code] = set(re.findall(r"\{(\w+)\}", sentence)) - NUMBERS - set(_MAY_BE) - _NEVER - {"kind"}
    assert {code: names for code, names in unknown.items() if names} == {}


@pytest.mark.parametrize("reason", [
    Reason("unreadable_kind", {"kind": "Panti Rekaan"}), Reason("unreadable_kind", {"kind": "panti_rekaan"}),
    Reason("unreadable_answer", {"question": "arrival", "answer": "panti"}), Reason("not_a_code", {"text": "Panti"}),
    Reason("unclaimed", {"kind": "Rekaan"}), Reason("unreadable_point", {"lat": 110.1}),
    Reason("unknown_area", {"code": "Panti"}), Reason("central_request_wrong", {"detail": "Panti Rekaan: gagal"}),
    Reason("in_no_round", {"day": "Panti"}), Reason("of_a_newer_tilik", {"cerita": "Panti"}),
    Reason("attachment_kind", {"name": ".panti rekaan"}), Reason("not_at_claimed_place", {"lon": 110.0391}),
], ids=lambda reason: f"{reason.code} {list(reason.values)[-1]}")  # fmt: skip
def test_no_text_of_an_answer_or_a_cell_is_a_reasons_value(reason: Reason) -> None:
    words = catalogue("id")
    name = list(reason.values)[-1]
    assert cleared_values(reason, words.knows)[name] == WITHHELD
    assert str(reason.values[name]) not in words.reason(reason)
    why = CLEAR.why(reason)
    assert str(reason.values[name]) not in why.sentence and why.values[name] == WITHHELD


@pytest.mark.parametrize("reason", [
    Reason("unclaimed", {"kind": "sekolah"}), Reason("in_no_round", {"day": "2026-11-01"}),
    Reason("text_where_number_belongs", {"text": "1.250.000"}), Reason("unknown_area", {"code": "99.01.02"}),
    Reason("unknown_question", {"code": "13b1"}), Reason("central_refused", {"status": "409", "number": "409.3"}),
    Reason("in_several_rounds", {"rounds": "2026, 2027-a"}), Reason("required_absent", {"criteria": "chair basin"}),
    Reason("feature_without_code", {"feature": 3, "code": "Desa X"}), Reason("same_building", {"line": "Fasilitas!C4"}),
    Reason("coordinate_swapped", {"lat": 110.1}), Reason("error_cell", {"text": "#DIV/0!"}),
    Reason("later_visit_counts", {"visit": "uuid:3f9c visit_school"}), Reason("not_a_day", {"typed": "kemarin"}),
], ids=lambda reason: reason.code)  # fmt: skip
def test_what_a_reason_means_to_say_is_said(reason: Reason) -> None:
    assert cleared_values(reason, catalogue("id").knows) == reason.values


# ── names of files


@pytest.mark.parametrize("name, shown", [
    ("klaim.xlsx", True), ("Klaim KLA Kab Tirta 2025.xlsx", True), ("klaim-tirta-2025-2.xlsx", True),
    ("Klaim Bu Wijaya.xlsx", False), ("klaim Panti Mawar.xlsx", False), ("klaim 3321010101010001.xlsx", False),
    ("Клайм.xlsx", False), ("", True),
])  # fmt: skip
def test_a_claims_file_is_named_where_its_name_says_no_more_than_that(name: str, shown: bool) -> None:
    assert claim_file(name, "3f9c2a1b" * 8, "Kabupaten Tirta") == (name if shown else "klaim-3f9c2a1b.xlsx")


@pytest.mark.parametrize("name, shown", [
    ("1762000000000.jpg", "1762000000000.jpg"), ("Bu Wijaya.JPG", "….jpg"), ("a.b.png", "….png"), ("Wijaya", "…"),
    ("x.panti-mawar", "…"), ("../1.jpg", "….jpg"), ("1.jpg\nWijaya.jpg", "….jpg"), ("", "…"),
])  # fmt: skip
def test_a_photographs_file_is_named_by_numbers_or_by_its_type(name: str, shown: str) -> None:
    assert CLEAR.file(name) == shown


def test_everything_that_a_reader_could_want_is_in_the_table_of_who_is_shown_what() -> None:
    text = Path(CHECKOUT / "docs/data.md").read_text(encoding="utf-8")
    table = text.split("## What is shown to whom")[1].split("\n## ")[0]
    for word in ("home", "shelter", "photograph", "phone", "file", "document", "coordinate", "decision", "village"):
        assert word in table.lower(), word
