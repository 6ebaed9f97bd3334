"""What one submission brings never stops its neighbours: it is set aside with a sentence, or taken as it is."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from server.db import snapshot, writing
from server.results.tables import Result
from server.settings import Settings
from server.submissions.keeping import digest
from server.submissions.standing import Standing, standing
from server.submissions.tables import Attachment, Form, Submission, SubmissionState
from server.work.kinds import Pulls
from server.work.queue import ask
from server.work.tables import Job
from tests.sandbox.server import Sandbox
from tests.sandbox.state import Submission as AtCentral
from tests.support.builders import LAT, LON
from tests.support.child import Place
from tests.support.forms import a_form, a_submission
from tests.support.odd import at_central, change_answers, change_row
from tests.support.visits import FORM_ID, JPEG, a_visit, assert_operator_can_act, claim_a_place, empty, publish
from verification.reason import Reason
from workers.central.api import Central
from workers.central.feed import MAX_ROW_CHARACTERS
from workers.central.xml import MAX_XML_CHARACTERS
from workers.queue.context import Context
from workers.queue.draining import drain

pytestmark = pytest.mark.ci


@pytest.fixture
def context(engine: Engine, central: Central, sandbox: Sandbox, tmp_path: Path) -> Context:
    publish(central)
    claim_a_place(engine)
    place = Place("sqlite://", tmp_path, sandbox.url, central.project)
    values = {name.removeprefix("TILIK_").lower(): value for name, value in place.environment.items()}
    return Context(engine, Settings(**values))  # type: ignore[arg-type]


def do_everything(context: Context) -> list[tuple[Any, ...]]:
    """Drain the queue; returns the jobs that did not end well."""
    with writing(context.engine) as session:
        ask(session, Pulls())
    drain(context)
    with snapshot(context.engine) as session:
        query = select(Job.kind, Job.state, Job.problem).where(Job.state != "done")
        return [tuple(row) for row in session.execute(query)]


@dataclass(frozen=True)
class Neighbours:
    """Two visits with one between them that is not as it should be."""

    context: Context
    central: Central
    sandbox: Sandbox
    before: str
    odd: str
    after: str

    def at_central(self) -> AtCentral:
        """Give what Central has of the odd one."""
        return at_central(self.sandbox, self.central, FORM_ID, self.odd)

    def read_by_xml(self) -> None:
        publish(self.central, "2", drop="word")  # so that the XML is read, and not the feed

    def problem(self) -> Reason | None:
        """Do everything; the neighbours count, and the result is there. Tell what is said of the odd one."""
        assert do_everything(self.context) == []
        with snapshot(self.context.engine) as session:
            query = select(SubmissionState.root_id, standing()).where(SubmissionState.root_id.in_(self.ids))
            standings = dict(session.execute(query).all())
            assert session.scalars(select(Result)).one()
            state = session.scalars(select(SubmissionState).filter_by(root_id=self.odd)).one()
            kept = session.scalars(select(Submission).filter_by(root_id=self.odd)).all()
        assert {standings[self.before], standings[self.after]} == {Standing.COUNTS}
        assert all(version.digest == digest(version.answers) for version in kept)
        assert kept or (state.problem and state.problem.code == "submission_too_large")
        problem = state.problem or state.aside
        if problem:
            assert_operator_can_act(problem)
        return problem

    @property
    def ids(self) -> tuple[str, str, str]:
        return self.before, self.odd, self.after


@pytest.fixture
def neighbours(context: Context, central: Central, sandbox: Sandbox) -> Neighbours:
    before, odd, after = (central.submit(FORM_ID, a_visit(point=f"{LAT} {LON} 4 5", mode="on_site")) for _ in range(3))
    return Neighbours(context, central, sandbox, before, odd, after)


def a_raw_visit(inner: str = "", around: str = "{}") -> bytes:
    visit = f"<data><kind>pojok_asi</kind><arrival>open</arrival><point>{LAT} {LON} 4 5</point>{inner}</data>"
    return around.format(visit).encode()


DEEP = "<g>" * 2000 + "</g>" * 2000
XML = {
    "a control character": (a_raw_visit("<word>01095&#29;21A7</word>"), None),
    "an emoji in two halves": (a_raw_visit("<word>&#55357;&#56832;</word>"), None),
    "a NUL": (a_raw_visit("<name_given>a&#0;b</name_given>"), None),
    "an undeclared entity": (a_raw_visit("<word>a&nbsp;b</word>"), None),
    "a doctype": (a_raw_visit("&a;", '<!DOCTYPE x [<!ENTITY a "a">]>{}'), None),
    "an encoding that is none": (a_raw_visit(around='<?xml version="1.0" encoding="x-evil"?>{}'), None),
    "an encoding that it has not": (a_raw_visit(around='<?xml version="1.0" encoding="utf-16"?>{}'), None),
    "a new line before the declaration": (a_raw_visit(around='\n<?xml version="1.0"?>{}'), None),
    "a kind twice, once empty": (a_raw_visit("<kind/>"), None),
    "no UTF-8": (a_raw_visit("<word>a</word>").replace(b"<word>a", b"<word>\xff"), None),
    "no end": (a_raw_visit("<word>a")[:-9], None),
    "two thousand levels": (a_raw_visit(DEEP), "unreadable_xml"),
    "no XML": (b"%PDF-1.4", "unreadable_xml"),
    "nothing": (b"", "unreadable_xml"),
    "too long": (a_raw_visit(" " * MAX_XML_CHARACTERS), "submission_too_large"),
    "numbers with commas": (a_raw_visit("<point>-6,8904 110,6399 0,0 5,0</point>"), "unreadable_point"),
}  # fmt: skip


def test_a_submission_with_odd_xml(neighbours: Neighbours) -> None:
    neighbours.read_by_xml()
    version = neighbours.at_central().current
    for name in sorted(XML):
        version.xml, code = XML[name]
        empty(neighbours.context.engine, neighbours.context.settings.data)
        problem = neighbours.problem()
        assert (problem and problem.code) == code, name


def test_xml_that_nobody_can_read_is_kept_as_it_came(neighbours: Neighbours) -> None:
    neighbours.read_by_xml()
    neighbours.at_central().current.xml = a_raw_visit(DEEP)
    neighbours.problem()
    with snapshot(neighbours.context.engine) as session:
        kept = session.scalars(select(Submission).filter_by(root_id=neighbours.odd)).one()
    assert json.loads(kept.answers) == {"": a_raw_visit(DEEP).decode()}


def a_point(lon: Any, lat: Any, accuracy: Any = 5, **other: Any) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [lon, lat, 4], "properties": {"accuracy": accuracy}} | other


ROWS: dict[str, tuple[dict[str, Any], str | None]] = {
    "an accuracy beyond all": ({"point": a_point(LON, LAT, 1.79e308)}, "unreadable_point"),
    "a negative accuracy": ({"point": a_point(LON, LAT, -5)}, "unreadable_point"),
    "an accuracy that is no number": ({"point": a_point(LON, LAT, float("nan"))}, "unreadable_point"),
    "an endless accuracy": ({"point": a_point(LON, LAT, float("inf"))}, "unreadable_point"),
    "the largest accuracy": ({"point": a_point(LON, LAT, 2e7)}, None),
    "the smallest accuracy": ({"point": a_point(LON, LAT, 5e-324)}, None),
    "a number of 400 digits": ({"point": a_point(LON, LAT, 10**400)}, "unreadable_point"),
    "400 digits in a question": ({"number": 10**400}, None),
    "a place elsewhere than in the XML, which is the evidence": ({"point": a_point(500.5, 91.5)}, None),
    # no phone writes these: the XML is read, where all is well
    "a list for a table": ({"point": a_point(LON, LAT, properties=[1])}, None),
    "text for a table": ({"point": a_point(LON, LAT, properties="x")}, None),
    "text for a point": ({"point": "here"}, None),
    "a NUL in an answer": ({"kind": "pojok\0asi"}, "unreadable_kind"),
    "a NUL in a name": ({"name_given": "a\0b"}, None),
    "half a surrogate in a name": ({"name_given": "a\ud800b", "registry_given": "\udfff"}, None),
    "a name of digits that are no number": ({"name_given": "SD ² Ⅳ ౭"}, None),
    "a name of many digits": ({"name_given": "SD " + "9" * 9000}, None),
    "a table for an answer": ({"arrival": {"Rumah Aman": ["x"]}}, "unreadable_answer"),
    "odd criteria": ({"seen": {"\0": "yes", "\ud800": 7, "": [1], "a" * 9000: {"x": "y"}}}, None),
    "a moment at the end of time": ({"start": "9999-12-31T23:59:59.999-14:00", "today": "9999-12-31"}, None),
    "a list for Central's words": ({"__system": {"submitterName": ["x"]}}, "unreadable_row"),
    "a NUL in Central's words": ({"__system": {"submitterName": "a\0b"}}, "unreadable_row"),
    "too long a name of Central's": ({"__system": {"submitterName": "a" * 9000}}, "unreadable_row"),
    "a moment that is none": ({"__system": {"submissionDate": "yesterday"}}, "unreadable_row"),
    "a moment long ago": ({"__system": {"submissionDate": "0001-01-01T00:00:00.000Z"}}, "unreadable_row"),
    "a number too large": ({"__system": {"edits": 2**31}}, "unreadable_row"),
    "a list for what says its id": ({"meta": [1, 2]}, "unreadable_row"),
}  # fmt: skip


def test_a_submission_with_an_odd_row(neighbours: Neighbours) -> None:
    for name in sorted(ROWS):
        answers, code = ROWS[name]
        change_answers(neighbours.at_central(), **answers)
        empty(neighbours.context.engine, neighbours.context.settings.data)
        problem = neighbours.problem()
        assert (problem and problem.code) == code, name
        del neighbours.at_central().odata


def test_a_row_that_cannot_be_decoded_is_kept_as_it_came(neighbours: Neighbours) -> None:
    change_row(neighbours.at_central(), lambda row: row.replace('"word":null', f'"word":{"[" * 9000}{"]" * 9000}'))
    assert neighbours.problem() == Reason("unreadable_row")
    with snapshot(neighbours.context.engine) as session:
        kept = session.scalars(select(Submission).filter_by(root_id=neighbours.odd)).one()
    assert "[" * 9000 in kept.answers


def test_a_row_that_is_too_large(neighbours: Neighbours) -> None:
    change_answers(neighbours.at_central(), word="x" * MAX_ROW_CHARACTERS)
    assert neighbours.problem() == Reason("submission_too_large", {"limit": MAX_ROW_CHARACTERS // 10**6})


def test_what_can_be_read_again_is(neighbours: Neighbours) -> None:
    change_answers(neighbours.at_central(), __system={"submitterName": ["x"]})
    assert neighbours.problem() == Reason("unreadable_row")
    del neighbours.at_central().odata
    assert neighbours.problem() is None


TYPED = ["-6,8904 110,6399 0,0 5,0", "6°53'25\"S 110°38'24\"E 0 5", "-٦٫٨٩ ١١٠٫٦٣ 0 5", "-6.8904,110.6399 0 5 1"]
AS_THE_FEED_READS_IT = [a_point(110, -6), a_point(38.5, 6), None, a_point(0, -6.8904, 1)]


@pytest.mark.parametrize("by", ["feed", "xml"])
def test_a_point_that_was_typed_is_no_point_whichever_way_it_comes(neighbours: Neighbours, by: str) -> None:
    odd = neighbours.at_central()
    for written, read in zip(TYPED, AS_THE_FEED_READS_IT, strict=True):
        odd.current.xml = a_raw_visit().replace(f"{LAT} {LON} 4 5".encode(), written.encode())
        change_answers(odd, point=read)
        empty(neighbours.context.engine, neighbours.context.settings.data)
        assert neighbours.problem() == Reason("unreadable_point"), written
        if by == "xml":
            neighbours.read_by_xml()
            by = "xml already"


def test_an_older_central_leaves_the_other_forms_pulled(context: Context, central: Central, sandbox: Sandbox) -> None:
    """One that does not say all that Tilik asks for: of no submission, so it is not the submissions that are odd."""
    root = central.submit(FORM_ID, a_visit())
    central.publish("other", a_form(form_id="other"), "1")
    other = central.submit("other", a_submission(form_id="other"))
    change_row(at_central(sandbox, central, FORM_ID, root), lambda row: row.replace('"edits":0,', ""))
    assert [(kind, problem.code) for kind, _, problem in do_everything(context)] == [("pull", "central_malformed")]
    with snapshot(context.engine) as session:
        assert session.scalars(select(SubmissionState.root_id)).all() == [other]
        problems = dict(session.execute(select(Form.form_id, Form.problem)).all())
    assert (problems["other"], problems[FORM_ID]) == (None, Reason("central_malformed"))


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [("a.jpg", b"no picture", None), ("a.exe", b"MZ", None),
     ("a.jpg", JPEG[:3] + bytes(20_000_000), "attachment_too_large"), ("n" * 300 + ".jpg", JPEG, None)],
    ids=["another kind", "a program", "too large", "a long name"],
)  # fmt: skip
def test_a_file_of_any_kind_is_kept_and_one_that_is_too_large_refused(
    context: Context, central: Central, name: str, content: bytes, code: str | None
) -> None:
    for photo, file in (("1.jpg", JPEG), (name, content), ("2.jpg", JPEG + b"2")):
        central.submit(FORM_ID, a_visit(photo=photo), {photo: file})
    assert do_everything(context) == []
    with snapshot(context.engine) as session:
        files = {file.name: (file.state, file.problem) for file in session.scalars(select(Attachment))}
    assert {files["1.jpg"][0], files["2.jpg"][0]} == {"stored"}
    state, problem = files[name]
    assert (state, problem and problem.code) == ("refused" if code else "stored", code)
    if problem:
        assert_operator_can_act(problem)


@pytest.mark.parametrize(
    "answers",
    [{"facility": "x" * 5000}, {"point": "91 500 0 5"}, {"point": "here"}, {"kind": "x" * 5000},
     {"arrival": "x" * 5000}, {"facility": "\U0001f600" * 40}],
    ids=["a long id", "no place on earth", "words", "long kind", "long answer", "pictures"],
)  # fmt: skip
@pytest.mark.parametrize("source", ["odata", "xml"])
def test_answers_that_nobody_expects(context: Context, central: Central, answers: dict[str, str], source: str) -> None:
    """The district's result is that of the neighbours alone, or the poisoned visit is read for what it says."""
    fine = [central.submit(FORM_ID, a_visit(point=f"{LAT} {LON} 4 5")) for _ in range(2)]
    poisoned = central.submit(FORM_ID, a_visit(**answers))
    if source == "xml":
        publish(central, "2", drop="word")
    assert do_everything(context) == []
    with snapshot(context.engine) as session:
        assert {*fine, poisoned} == set(session.scalars(select(Submission.root_id)))
        assert session.scalars(select(Result)).one()
