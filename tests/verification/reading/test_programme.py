"""Reading a programme: a row of the feed, its meetings as a list, and what nobody could read."""

from datetime import date
from typing import Any

import pytest

from verification.reading.programme import (
    FamilyNeed,
    InstitutionKind,
    Programme,
    ProgrammeField,
    ProgrammeLevel,
    read_programme,
)

MEETING = {"__id": "1", "meeting_date": "2026-05-02", "meeting_level": "kab_kota", "institutions_present": "pemda lsm",
           "agenda": None, "decisions_before": 4, "decisions_followed": 3}  # fmt: skip


def read(**changes: Any) -> Programme:
    """Read answers as the feed sends them."""
    return read_programme({
        "__id": "uuid:1", "today": "2026-07-01", "meta": {"instanceID": "uuid:1"},
        "programme": {"half_year": 2026, "half": "1", "level": "provinsi", "area_given": "Provinsi Rekaan",
                      "field": "sosial_budaya", "need": "sosial_budaya_9", "programme_notice": None},
        "reach_and_budget": {"families_reached": 7, "budget_juta": 1200.5}, "meetings_held": "yes",
        "meeting": [MEETING, MEETING | {"meeting_date": "2026-06-30"}], "meeting@odata.navigationLink": "x",
    } | changes, "uuid:1", "uuid:1")  # fmt: skip


def test_meetings_are_read_in_their_order() -> None:
    found = read()
    assert [meeting.day for meeting in found.meetings] == [date(2026, 5, 2), date(2026, 6, 30)]
    assert found.meetings[0].present == {InstitutionKind.GOVERNMENT, InstitutionKind.NGO}
    assert (found.level, found.area, found.budget_juta, found.unread) == (
        ProgrammeLevel.PROVINCE,
        "Provinsi Rekaan",
        1200.5,
        (),
    )


def test_one_meeting_comes_as_a_group_from_the_xml() -> None:
    found = read(meeting={name: text for name, text in MEETING.items() if name != "__id"})
    assert [meeting.level for meeting in found.meetings] == [ProgrammeLevel.DISTRICT]
    assert read(meeting=None).meetings == ()


@pytest.mark.parametrize("need", ["sosial_budaya_10", "sosial_budaya_0", "ekonomi_1", "9", "air bersih"])
def test_a_need_that_its_field_does_not_have_is_not_read(need: str) -> None:
    found = read(programme={"field": "sosial_budaya", "need": need})
    assert (found.need, found.unread) == (None, ("need",))


def test_a_need_is_its_number_in_the_matrix() -> None:
    assert read().need == FamilyNeed(ProgrammeField.SOCIETY, 9)
    assert read(programme={}).need is None


def test_what_could_not_be_read_is_named_where_it_stands() -> None:
    found = read(programme={"half": "3", "level": "desa", "families": "Budi"},
                 reach_and_budget={"families_planned": -4, "families_reached": 2.5},
                 meeting=[MEETING, MEETING | {"meeting_date": "kemarin"}])  # fmt: skip
    assert found.unread == ("families", "families_planned", "families_reached", "half", "level",
                            "meeting[2].meeting_date")  # fmt: skip
    assert "Budi" not in repr(found)
