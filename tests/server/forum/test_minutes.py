"""Minutes of a forum: whose they are, what is set aside, what is shown of one district and what of a province alone."""

import html
import re

import pytest
from sqlalchemy import delete, select

from server.audit.tables import AuditEntry
from server.children.preparing import NotPrepared
from server.claims.tables import Answer, Claim
from server.db import now, snapshot, writing
from server.forum import codes
from server.forum.codes import draw_code
from server.forum.queries import forums_of_province, independent, minutes_in
from server.forum.tables import ForumCode
from server.results.beside import beside_of
from server.results.verifying import verify
from server.roles.account import Account, Forbidden, Held
from server.roles.table import Role
from server.rounds.rules import rules_of
from server.rounds.tables import Round
from server.told.reading import is_told_read, read_told
from server.told.tables import WhatWasTold
from tests.support.claiming import ROUND
from tests.support.restricted import PART, Ward
from tests.support.told import it_is_told, some_minutes
from tests.support.workbooks import DISTRICT
from verification.reading.forum import ForumAnswer, ForumProcess

PAGE, CODE = f"{PART}/forum-anak", "N-7KQM2F"


def drawn(ward: Ward, code: str = CODE, district: str = DISTRICT, round_id: str = ROUND) -> None:
    with writing(ward.engine) as session:
        session.add(ForumCode(code=code, round_id=round_id, district=district))


def text(ward: Ward, who: str = "pengamat") -> str:
    page = ward[who].get(PAGE)
    assert page.status_code == 200
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.text)))


def told(ward: Ward) -> list[tuple[str | None, str | None, str | None]]:
    with snapshot(ward.engine) as session:
        rows = session.scalars(select(WhatWasTold).order_by(WhatWasTold.submission_id)).all()
        return [(one.round_id, one.area, one.aside.code if one.aside else None) for one in rows]


# ── whose they are


def test_under_a_code_of_ours_they_are_the_forums_word(ward: Ward) -> None:
    drawn(ward)
    it_is_told(ward.engine, "forum", "uuid:1", some_minutes(forum_code=CODE))
    page = text(ward)
    assert "Notulen pendamping tanpa benturan kepentingan" in page and "Keterangan pihak daerah" not in page
    assert "Diskusi: 1. Anak yang hadir: sekitar 10." in page
    assert "Perencanaan 1 0 0 0" in page and "Pemantauan 0 1 0 0" in page and "Evaluasi 0 0 0 1" in page


OWN = {
    "no code": {}, "a code nobody drew": {"forum_code": "N-222222"}, "of another district": {"forum_code": "N-333333"},
    "of a round that is not this one": {"forum_code": "N-444444"}, "of a session": {"forum_code": "K7QM-2F9D"},
}  # fmt: skip


@pytest.mark.parametrize("answers", OWN.values(), ids=OWN)
def test_all_others_are_the_districts_own_side_and_no_source(ward: Ward, answers: dict[str, str]) -> None:
    """Who has a tie is given no code; an account that is not known, or of the district itself, has none."""
    drawn(ward)
    drawn(ward, "N-333333", "99.02")
    with writing(ward.engine) as session:
        old = session.get_one(Round, ROUND)
        session.add(Round(id="lama", name="Lama", data_year=2001, indicator_set=old.indicator_set,
                          areas_id=old.areas_id, state="planned"))  # fmt: skip
    drawn(ward, "N-444444", round_id="lama")
    it_is_told(ward.engine, "forum", "uuid:1", some_minutes(**answers))
    page = text(ward)
    assert "Keterangan pihak daerah (klaim)" in page and "dibaca seperti klaim" in page
    assert "Notulen pendamping tanpa benturan" not in page
    with snapshot(ward.engine) as session:
        kept = minutes_in(session, ROUND, DISTRICT)
        assert len(kept) == 1 and independent(kept) == []
        found = session.get_one(Round, ROUND)
        assert beside_of(session, found, DISTRICT, rules_of(session, found)).forum == ()
        assert forums_of_province(session, ROUND, "99")[0] == {}


def test_the_forums_word_is_what_a_claim_is_set_against(ward: Ward) -> None:
    drawn(ward)
    it_is_told(ward.engine, "forum", "uuid:1", some_minutes(forum_code=CODE))
    it_is_told(ward.engine, "forum", "uuid:2", some_minutes(q_invited_planning="no"))
    with snapshot(ward.engine) as session:
        found = session.get_one(Round, ROUND)
        planning = beside_of(session, found, DISTRICT, rules_of(session, found)).forum[0]
    assert planning.process is ForumProcess.PLANNING
    assert (planning.of(ForumAnswer.YES), planning.of(ForumAnswer.NO)) == (1, 0)


def test_a_discussion_before_the_days_of_visits_belongs_to_the_round_of_its_code(ward: Ward) -> None:
    drawn(ward)
    early = {"forum_year": "2021", "forum_month": "02"}
    it_is_told(ward.engine, "forum", "uuid:1", some_minutes(forum_code=CODE, **early))
    assert told(ward) == [(ROUND, DISTRICT, None)]


# ── what is set aside


ASIDE = {
    "others were there": ({"outsiders": "yes"}, "forum_outsiders"),
    "more than had consent": ({"n_present": 13}, "forum_counts"),
    "a number is missing": ({"n_assent": None}, "forum_counts"),
    "four children": ({"n_present": 4}, "forum_too_few"),
    "a district of no round": ({"forum_district_code": "98.01"}, "told_of_no_district"),
    "no district": ({"forum_district_code": None}, "told_of_no_district"),
}


@pytest.mark.parametrize("answers, why", ASIDE.values(), ids=ASIDE)
def test_what_counts_for_nothing_says_why_and_nothing_of_what_was_said_is_kept(
    ward: Ward, answers: dict[str, str], why: str
) -> None:
    drawn(ward)
    it_is_told(ward.engine, "forum", "uuid:1", some_minutes(forum_code=CODE, **answers))
    ((_, _, aside),) = told(ward)
    assert aside == why and "Belum ada notulen" in text(ward)
    with snapshot(ward.engine) as session:
        what = session.scalars(select(WhatWasTold.what)).one() or {}
        assert why == "told_of_no_district" or (what["summary"] is None and not what["invited_to"])
        assert is_told_read(session, DISTRICT)
    assert read_told(ward.engine) == 0


# ── what is shown


def test_a_forums_words_are_the_teams_until_released_and_then_only_among_five(ward: Ward) -> None:
    drawn(ward)
    number = it_is_told(ward.engine, "forum", "uuid:1", some_minutes(forum_code=CODE))
    assert "Ingin taman" in text(ward, "ketua") and "Ingin taman" not in text(ward)
    for who in ("pengamat", "penilai", "petugas"):
        assert ward.post(who, f"{PAGE}/{number}", {"act": "release"}).status_code == 403
    assert ward.post("ketua", f"{PAGE}/{number}", {"act": "release"}).status_code == 303
    assert "Ingin taman" not in text(ward), "four other forums lack"
    assert ward.post("ketua", f"{PAGE}/987654", {"act": "release"}).status_code == 404
    own = it_is_told(ward.engine, "forum", "uuid:own", some_minutes(summary="Kata daerah (fiktif)."))
    assert ward.post("ketua", f"{PAGE}/{own}", {"act": "release"}).status_code == 404
    assert "Kata daerah" not in text(ward, "ketua")


def five_forums(ward: Ward, number: int = 5) -> list[int]:
    """Let forums of so many districts be minuted; rows of others than the first as a phone elsewhere sends them."""
    numbers = []
    for n in range(number):
        code = f"N-22222{'ABCDEFGHJKLMN'[n]}"
        numbers.append(it_is_told(ward.engine, "forum", f"uuid:{n}", some_minutes(
            forum_code=code, summary=f"Kata {n} (fiktif).", q_who_leads="official")))  # fmt: skip
        with writing(ward.engine) as session:
            session.merge(ForumCode(code=code, round_id=ROUND, district=DISTRICT if n == 0 else f"99.5{n}"))
        if n:
            with writing(ward.engine) as session:
                session.get_one(WhatWasTold, numbers[-1]).area = f"99.5{n}"
    return numbers


def release(ward: Ward, numbers: list[int]) -> None:
    """Release the words of these, whatever team it takes."""
    with writing(ward.engine) as session:
        for number in numbers:
            one = session.get_one(WhatWasTold, number)
            one.released_by, one.released_at = "person:1", now()


def test_what_points_at_a_person_is_shown_of_a_province_from_five_forums_on_and_without_a_district(ward: Ward) -> None:
    numbers = five_forums(ward, 4)
    release(ward, numbers)
    page = text(ward)
    assert "Siapa yang memimpin forum" not in page and "Kata 1" not in page and "Pejabat" not in page
    release(ward, five_forums(ward, 5)[:4])
    page = text(ward)
    assert "Siapa yang memimpin forum (dijawab sekitar 5 forum)" in page and "Pejabat –" in page, "no share of five"
    assert "Kata 1" not in page, "four are released"
    release(ward, five_forums(ward, 5))
    page = text(ward)
    assert all(f"Kata {n} (fiktif)." in page for n in range(5)) and "99.5" not in page
    assert "13–15 tahun sekitar 25" in page


def test_of_ten_forums_there_are_shares_between_tenths(ward: Ward) -> None:
    five_forums(ward, 10)
    assert "Pejabat 85–100 %" in text(ward)


def test_the_file_has_what_the_page_has_and_no_words(ward: Ward) -> None:
    drawn(ward)
    it_is_told(ward.engine, "forum", "uuid:1", some_minutes(forum_code=CODE))
    answer = ward["penilai"].get(f"{PAGE}.csv")
    rows = [row.split(";") for row in answer.data.decode("utf-8-sig").splitlines()]
    assert rows[1][1:] == ["Perencanaan", "1", "0", "0", "0"] and "taman" not in answer.text


def test_three_sources_stand_side_by_side_for_who_sees_findings(ward: Ward) -> None:
    """E-FORUM, through a verified district: claimed yes; the forum was not invited to monitoring, by its own word."""
    drawn(ward)
    with writing(ward.engine) as session:
        claimed = session.scalars(select(Claim).limit(1)).one()
        session.execute(delete(Claim).filter_by(indicator=10))
        claim = Claim(round_id=ROUND, district=DISTRICT, indicator=10, self_score=1.0, file_id=claimed.file_id)
        claim.answers.append(Answer(code="10h1", value="yes", cell="Jawaban!D4"))
        session.add(claim)
    it_is_told(ward.engine, "forum", "uuid:1", some_minutes(forum_code=CODE))
    verify(ward.engine, ROUND, DISTRICT)
    page = text(ward, "ketua")
    assert "Perencanaan ya – Ya pada 1, tidak pada 0 dari 1 diskusi" in page
    assert "Pemantauan berbeda ya – Ya pada 0, tidak pada 1 dari 1 diskusi" in page
    assert "Tiga sumber" not in text(ward)


# ── codes


def test_a_code_is_given_by_chance_to_who_has_no_tie(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    part = (ROUND, DISTRICT)
    holds = (Held(Role.FACILITATOR, DISTRICT, ROUND),)
    with writing(ward.engine) as session:
        with pytest.raises(Forbidden):
            draw_code(session, part, Account("person:1", holds, frozenset({DISTRICT}), 1))
        with pytest.raises(Forbidden):
            draw_code(session, part, Account("person:1", (Held(Role.DISTRICT, DISTRICT),), frozenset(), 1))
        with pytest.raises(NotPrepared):
            draw_code(session, part, Account("person:1", holds, frozenset(), 1))
        monkeypatch.setattr(codes, "missing_for_session", lambda *_: [])
        found = {draw_code(session, part, Account("person:1", holds, frozenset(), 1)) for _ in range(20)}
    with snapshot(ward.engine) as session:
        written = session.scalars(select(AuditEntry).filter_by(act="forum_code_drawn")).all()
        assert {(one.about, one.before, one.after) for one in written} == {("", None, None)}, "none is in an entry"
    assert set(ForumCode.__table__.columns.keys()) == {"code", "round_id", "district"}, "nobody's, and of no moment"
    assert not any(key.column.table.name != "rounds" for key in ForumCode.__table__.foreign_keys)
    assert len(found) == 20 and all(re.fullmatch(r"N-[A-HJ-NP-Z2-9]{6}", code) for code in found)
