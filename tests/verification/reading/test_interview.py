"""Reading an interview: what was said, by whom in which role, and what nobody could read."""

from datetime import date
from typing import Any

import pytest

from verification.reading.fields import Heard
from verification.reading.interview import Ended, Interview, InterviewRole, InterviewTopic, Party, read_interview


def read(**changes: Any) -> Interview:
    """Read answers as the feed sends them."""
    about = {"role": "task_force", "topic": "budget water", "facility": None, "subdistrict_given": " Melati "}
    return read_interview({
        "__id": "uuid:1", "__system": {"submitterName": "Tim", "formVersion": "x"}, "meta": {"instanceID": "uuid:1"},
        "consent_adult": {"adult_18": "yes", "consent": "yes", "staff_near": "yes", "adults_only": None},
        "interview": {"interview_day": "2026-11-02", "about": about, "by_topic": {"water_today": "no", "gt_met": 2},
                      "institution": {"may_be_named": "yes", "institution_and_post": "Bappeda, kepala bidang",
                                      "document_seen": "unknown", "statement": "Dibahas."}},
        "concern": None,
    } | changes, "uuid:1", "uuid:2")  # fmt: skip


def test_an_interview_reads_back() -> None:
    assert read() == Interview(
        interview_id="uuid:1", version="uuid:2", ended=None, staff_near=True, day=date(2026, 11, 2),
        role=InterviewRole.TASK_FORCE, topics=frozenset({InterviewTopic.BUDGET, InterviewTopic.WATER}),
        subdistrict="Melati",
        answers={"water_today": Heard.NO, "document_seen": Heard.UNKNOWN}, task_force_met=2,
        named="Bappeda, kepala bidang", statement="Dibahas.",
    )  # fmt: skip


@pytest.mark.parametrize("adult", [None, "no", "tidak", "YES"])
def test_of_who_is_no_adult_nothing_is_read(adult: str | None) -> None:
    assert read(consent_adult={"adult_18": adult, "consent": "yes"}) == Interview("uuid:1", "uuid:2", Ended.NO_ADULT)


@pytest.mark.parametrize("consent", [None, "no", "?"])
def test_of_who_did_not_agree_nothing_is_read(consent: str | None) -> None:
    found = read(consent_adult={"adult_18": "yes", "consent": consent})
    assert found == Interview("uuid:1", "uuid:2", Ended.NO_CONSENT)


def test_nobody_is_named_who_did_not_agree_and_no_neighbour_at_all() -> None:
    said = {"institution_and_post": "X", "statement": "Y"}
    assert read(interview={"role": "ngo", "may_be_named": "no"} | said).named is None
    assert read(interview={"role": "ngo"} | said).named is None
    neighbour = read(interview={"role": "neighbour", "may_be_named": "yes"} | said)
    assert (neighbour.named, neighbour.statement) == (None, None)
    unknown = read(interview={"role": "king", "may_be_named": "yes"} | said)
    assert (unknown.role, unknown.named, unknown.statement, unknown.unread) == (None, None, None, ("role",))


def test_what_could_not_be_read_is_named_and_never_told() -> None:
    found = read(interview={"role": "parent", "topic": "place weather", "knows_place": "perhaps", "gt_met": "three",
                            "interview_day": "yesterday", "akta_have": "yes"})  # fmt: skip
    assert found.unread == ("akta_have", "gt_met", "interview_day", "knows_place", "topic")
    assert (found.topics, found.answers, found.task_force_met) == (frozenset({InterviewTopic.PLACE}), {}, None)
    assert "perhaps" not in repr(found)


@pytest.mark.parametrize("answer, met", [(0, 0), ("12", 12), (3.0, 3), (2.5, None), (-1, None), ("1e3", None)])
def test_a_number_is_whole_and_not_below_0(answer: Any, met: int | None) -> None:
    found = read(interview={"role": "task_force", "gt_met": answer})
    assert (found.task_force_met, found.unread) == (met, () if met is not None else ("gt_met",))


def test_what_was_typed_is_cut_to_what_the_form_allows() -> None:
    long = {"role": "media", "may_be_named": "yes", "institution_and_post": "x" * 500, "statement": "y" * 500}
    found = read(interview=long)
    assert (len(found.named or ""), len(found.statement or "")) == (100, 300)


def test_every_role_speaks_for_somebody() -> None:
    assert {role.party for role in InterviewRole} == set(Party)
    assert [role for role in InterviewRole if role.party is Party.COMMUNITY] == [
        InterviewRole.PARENT, InterviewRole.NEIGHBOUR, InterviewRole.VILLAGE, InterviewRole.WORKER,
        InterviewRole.VISITOR,
    ]  # fmt: skip
