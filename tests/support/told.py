"""Interviews and programmes as they come from Central, and read."""

from typing import Any

from sqlalchemy import Engine, select, update

from server.db import snapshot, writing
from server.submissions.tables import Form, Submission
from server.told.reading import read_told
from tests.support.trial import it_comes

FORMS = {"interview": "interview_adult", "programme": "ampk_programme", "forum": "forum_minutes",
         "desk": "check_document"}  # fmt: skip
COMMUNITY = {"role": "parent", "topic": "water", "about_listed_place": "no", "subdistrict_given": "Kecamatan Satu",
             "water_today": "yes"}  # fmt: skip
THIRD_PARTY = {
    "role": "ngo",
    "topic": "water",
    "about_listed_place": "no",
    "subdistrict_given": "satu",
    "may_be_named": "yes",
    "institution_and_post": "Lembaga Rekaan, ketua",
    "statement": "Air sering mati.",
}


def an_interview(answers: dict[str, Any], **other: Any) -> dict[str, Any]:
    return {"adult_18": "yes", "consent": "yes", "staff_near": "no"} | answers | other


def some_minutes(**other: Any) -> dict[str, Any]:
    return {"forum_district_code": "99.01", "forum_year": "2025", "forum_month": "11", "outsiders": "no",
            "two_adults": "yes", "n_invited": 14, "n_parent_consent": 12, "n_assent": 11, "n_present": 10,
            "n_stopped": 0, "band_10_12": 2, "band_13_15": 5, "band_16_17": 3, "n_disability": 1,
            "q_invited_planning": "yes", "q_invited_monitoring": "no", "q_invited_evaluation": "not_discussed",
            "q_proposals": 8, "q_answered": 5,
            "q_who_leads": "official", "q_chosen_how": "appointed", "q_represent": "disability",
            "summary": "Ingin taman (fiktif)."} | other  # fmt: skip


def a_programme(year: int, **other: Any) -> dict[str, Any]:
    return {"half_year": year, "half": "1", "level": "kab_kota", "area_given": "Kab. Contoh", "institution_kind": "lsm",
            "field": "ekonomi", "need": "ekonomi_2", "families_planned": 40, "families_reached": 23,
            "meetings_held": "no"} | other  # fmt: skip


def it_is_told(
    engine: Engine, read_as: str, root: str, answers: dict[str, Any], *, read: bool = True, **state: Any
) -> int:
    """Let an interview or a programme come, and read it if so wished; gives the number of its submission."""
    form_pk = it_comes(engine, FORMS[read_as], root, answers, read=False, **state)
    with writing(engine) as session:
        session.execute(update(Form).filter_by(id=form_pk).values(read_as=read_as))
    if read:
        read_told(engine)
    with snapshot(engine) as session:
        numbers = select(Submission.id).filter_by(form_pk=form_pk, root_id=root).order_by(Submission.id.desc())
        return session.scalars(numbers.limit(1)).one()
