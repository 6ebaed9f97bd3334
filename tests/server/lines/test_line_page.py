"""The page of a claimed line: everything that speaks for and against it, to each as they may see it."""

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select, update

from server.app import create_app
from server.claims.tables import Claim, ClaimLine
from server.db import now, snapshot, writing
from server.decisions.deciding import WOULD_CREATE
from server.decisions.tables import Decision
from server.facts.before import new_uuid
from server.forms.queries import keep_words, note_versions
from server.register.at_central import turned
from server.register.tables import CentralProject, Facility
from server.results.tables import LineResult
from server.results.verifying import verify
from server.roles.account import Held
from server.roles.table import Role
from server.rounds.tables import RoundPart
from server.rulebook import load_flag_rates
from server.settings import Settings
from server.store.folder import Folder
from server.submissions.changes import note_changes
from server.submissions.keeping import insert_versions
from server.submissions.tables import Attachment, Form, SubmissionState
from server.visits.history import MOST_VISITS
from tests.support.builders import LAT, LON, METRE
from tests.support.claiming import ROUND, claims_come
from tests.support.statements import statements
from tests.support.trial import it_comes, read_visits
from tests.support.web import entered
from tests.support.workbooks import DISTRICT, a_place, filled
from verification.flags.flag import Flag
from verification.reason import Reason
from workers.central.xforms import read_words
from workers.demo.story import a_photo
from xlsforms.build import build

FORM = "visit_pojok_asi"
SEEN = {"closed_room": "yes", "wash_basin": "yes", "refrigerator": "no", "baby_table": "yes", "chair": "yes"}


class Scene:
    """A district with two claimed corners for nursing mothers, and the pages of its round."""

    def __init__(self, engine: Engine, data: Path) -> None:
        self.engine, self.data = engine, data
        claims_come(engine, filled({"Jawaban!E74": "ya"}, a_place(), a_place("Pojok ASI Terminal", G=-5.0081)))
        self.app: Flask = create_app(engine, Settings(data=data, central_project=1))
        with snapshot(engine) as session:
            self.line, self.other = session.scalars(select(ClaimLine.id).order_by(ClaimLine.id))
            self.place = session.get_one(ClaimLine, self.line).facility_id

    def visit(self, root: str, **answers: Any) -> int:
        """Let a visit come, by the form as it is now, whose words are here."""
        given: dict[str, Any] = {
            "opening": {"mode": "on_site"}, "place": {"kind": "pojok_asi", "listed": "yes", "facility": self.place},
            "on_arrival": {"arrival": "open"}, "point": f"{LAT + 20 * METRE} {LON} 0 5", "seen": SEEN,
        }  # fmt: skip
        form_pk = it_comes(self.engine, FORM, root, given | answers, submitter="Tim Satu")
        with writing(self.engine) as session:
            note_versions(session, form_pk, ["1"])
            keep_words(session, form_pk, "1", read_words(build(FORM).xform))
        return form_pk

    def photograph(self, root: str, number: int) -> None:
        content = a_photo({"facility": "x", "name_given": ""})
        digest = Folder(Settings(data=self.data).store).put([content], len(content)).digest
        with writing(self.engine) as session:
            form_pk = session.scalars(select(Form.id)).one()
            session.add(Attachment(id=number, form_pk=form_pk, root_id=root, instance_id=root, name=f"{number}.jpg",
                                   state="stored", digest=digest, media_type="image/jpeg"))  # fmt: skip

    def html(self, line: int | None = None, *held: Held, language: str = "id") -> str:
        answer = entered(self.app, held or [Held(Role.SUPERVISOR)]).get(
            f"/wilayah/{ROUND}/{DISTRICT}/baris/{line or self.line}", query_string={"lang": language}
        )
        assert answer.status_code == 200
        return answer.text

    def text(self, line: int | None = None, *held: Held, language: str = "id") -> str:
        shown = html.unescape(re.sub(r"<[^>]+>", " ", self.html(line, *held, language=language)))
        return " ".join(shown.split())


@pytest.fixture
def scene(district: Engine, tmp_path: Path) -> Scene:
    return Scene(district, tmp_path)


# ── what it shows


def test_a_place_that_nobody_visited_has_its_claim_and_says_so(scene: Scene) -> None:
    verify(scene.engine, ROUND, DISTRICT)
    text = scene.text()
    assert "Pojok ASI Pasar" in text and "Indikator 17" in text and "Belum dikunjungi".lower() in text.lower()
    assert "klaim.xlsx › Fasilitas!C4" in text and "Belum ada kunjungan ke tempat ini." in text


def test_before_a_result_there_is_the_claim_alone(scene: Scene) -> None:
    assert "Pojok ASI Pasar" in scene.text()


def test_a_visit_is_told_in_the_forms_words_with_point_reasons_and_criteria(scene: Scene) -> None:
    scene.visit("uuid:1")
    verify(scene.engine, ROUND, DISTRICT)
    text = scene.text()
    assert "Apa yang terjadi saat tiba di …? Buka dan dapat diperiksa" in text
    assert "Pilih tempatnya Pojok ASI Pasar" in text and "Lemari es Tidak ada" in text
    assert re.search(r"Kunjungan berjarak \d+ m dari titik yang diklaim, dengan ketidakpastian \d+ m \(95 %\)\.", text)
    assert "Terlihat 4 dari 5 syarat" in text and "Permen PPPA 12/2011" in text and "aturan versi" in text
    assert "Usulan: ada syarat yang tidak terpenuhi." in text and "belum dapat dikonfirmasi" in text
    assert "Tim Satu" in text and "dipilih dari daftar di ponsel" in text
    assert "What happened on arrival at …?" in scene.text(language="en")


def test_a_place_that_was_picked_by_its_id_at_the_project_is_called_by_its_name(scene: Scene) -> None:
    """On the line's page, the submission's, and that on which it is decided where a visit belongs."""
    with writing(scene.engine) as session:
        session.add(CentralProject(number=1, own_ids=True))
    place = {"kind": "pojok_asi", "listed": "yes", "facility": turned(scene.place, 1)}
    scene.visit("uuid:1", place=place)
    verify(scene.engine, ROUND, DISTRICT)
    with snapshot(scene.engine) as session:
        state = session.scalars(select(SubmissionState)).one()
    assert state.facility_id == scene.place
    web = entered(scene.app, [Held(Role.LEAD, DISTRICT, ROUND)])
    for page in (f"/wilayah/{ROUND}/{DISTRICT}/baris/{scene.line}", f"/kiriman/{FORM}/uuid:1",
                 f"/wilayah/{ROUND}/{DISTRICT}/kunjungan/{state.id}/keputusan"):  # fmt: skip
        answer = web.get(page)
        shown = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())
        assert answer.status_code == 200 and "Pilih tempatnya Pojok ASI Pasar" in shown, page


def test_earlier_visits_and_the_alternatives_that_were_considered_are_there(scene: Scene) -> None:
    scene.visit("uuid:1", on_arrival={"arrival": "closed", "closed_why": "holiday"})
    scene.visit("uuid:2")
    scene.visit("uuid:3", place={"kind": "pojok_asi", "listed": "no", "name_given": "Pojok ASI"}, point=None)
    verify(scene.engine, ROUND, DISTRICT)
    text = scene.text()
    assert text.index("kunjungan yang menjadi dasar hasil") < text.index("kunjungan yang lebih dahulu")
    assert "Mengapa tutup? Hari libur" in text
    with writing(scene.engine) as session:  # whatever the rules would say of this one
        third = session.scalars(select(SubmissionState.id).filter_by(root_id="uuid:3")).one()
        kept = {"earlier": [], "visits": [[third, 0.31]]}
        session.execute(update(LineResult).filter_by(line_id=scene.other).values(considered=kept))
    assert "mungkin ke tempat ini peluang 31 %" in scene.text(scene.other)


def test_a_later_visit_that_stood_before_a_closed_door_is_told_and_takes_nothing_away(scene: Scene) -> None:
    """The visits come in the order of their ids; the last two were made before, and waited on a phone."""
    scene.visit("uuid:1", start="2026-10-20T09:00:00.000+07:00", seen=SEEN | {"refrigerator": "yes"})
    shut = {"arrival": "closed", "closed_why": "holiday"}
    scene.visit("uuid:2", start="2026-10-27T09:00:00.000+07:00", on_arrival=shut, seen={})
    scene.visit("uuid:3", start="2026-10-12T09:00:00.000+07:00")
    scene.visit("uuid:4", start="2026-10-14T09:00:00.000+07:00")
    verify(scene.engine, ROUND, DISTRICT)
    text, english = scene.text(), scene.text(language="en")
    assert "Kunjungan sesudahnya (27 Okt 2026) mendapati tempat ini sedang tutup." in text
    assert "A later visit (27 Oct 2026) found this place closed." in english
    at = [text.index(said) for said in (
        "20 Okt 2026 kunjungan yang menjadi dasar hasil", "27 Okt 2026 kunjungan sesudahnya yang tidak menjadi dasar",
        "14 Okt 2026 kunjungan yang lebih dahulu", "12 Okt 2026 kunjungan yang lebih dahulu")]  # fmt: skip
    assert at == sorted(at) and "Terlihat 5 dari 5 syarat" in text


def test_a_sign_is_shown_with_how_often_it_is_false_to_those_who_may_see_submissions(scene: Scene) -> None:
    scene.visit("uuid:1", start_point=f"{LAT + 900 * METRE} {LON} 4 5")
    verify(scene.engine, ROUND, DISTRICT)
    text = scene.text()
    often = f"Pada kunjungan rekaan tanpa kecurangan muncul pada 1 dari {load_flag_rates()[Flag.BEGAN_AWAY].one_in}."
    assert f"lebih dari 500 m dari titik lokasi. {often}" in text
    assert "Untuk ditanyakan kepada tim: bukan putusan" in text
    assert "more than 500 m from the point" in scene.text(language="en")
    assert "Pertanda" not in scene.text(None, Held(Role.DISTRICT, DISTRICT))
    page = entered(scene.app, [Held(Role.SUPERVISOR)]).get(f"/kiriman/{FORM}/uuid:1")
    assert "lebih dari 500 m" in page.text


def test_a_photograph_that_was_sent_in_another_district_is_told_as_far_as_somebody_may_see(scene: Scene) -> None:
    scene.visit("uuid:1")
    elsewhere = {"kind": "pojok_asi", "listed": "no", "name_given": "Pojok ASI"}
    scene.visit("uuid:2", place=elsewhere, point=f"{LAT} {LON - 0.01} 0 5")
    for number in (1, 2):
        scene.photograph(f"uuid:{number}", number)
    verify(scene.engine, ROUND, DISTRICT)
    both, here, district = (scene.html(None, Held(*held)) for held in (
        (Role.SUPERVISOR,), (Role.SUPERVISOR, DISTRICT), (Role.DISTRICT, DISTRICT)))  # fmt: skip
    assert "juga dikirim pada kunjungan di Kabupaten Tetangga" in both and both.count("/foto/2.jpg") == 1
    assert "juga dikirim pada 1 kunjungan di kabupaten/kota lain" in here and "/foto/2.jpg" not in here
    assert "Tetangga" not in here and "juga dikirim" not in district


def test_an_edit_is_told_before_and_after_in_words(scene: Scene) -> None:
    form_pk = scene.visit("uuid:1", on_arrival={"arrival": "closed"})
    answers = {"place": {"kind": "pojok_asi", "facility": scene.place}, "on_arrival": {"arrival": "open"}, "seen": SEEN}
    ids = {"form_pk": form_pk, "root_id": "uuid:1", "instance_id": "uuid:1b", "form_version": "1"}
    with writing(scene.engine) as session:
        insert_versions(session, [ids | {"number": 2, "digest": "x", "source": "xml", "answers": json.dumps(answers)}])
        session.execute(update(SubmissionState).values(instance_id="uuid:1b", edits=1, changes=9))
    read_visits(scene.engine)
    note_changes(scene.engine)
    verify(scene.engine, ROUND, DISTRICT)
    assert "Apa yang terjadi saat tiba di …? : Tutup → Buka dan dapat diperiksa" in scene.text()


def test_where_words_are_not_here_yet_the_page_says_so(scene: Scene) -> None:
    it_comes(scene.engine, FORM, "uuid:1", {"place": {"kind": "pojok_asi", "facility": scene.place}, "arrival": "open",
                                           "remark": "Rahasia"})  # fmt: skip
    verify(scene.engine, ROUND, DISTRICT)
    text = scene.text()
    assert "Kata-kata versi formulir ini belum ada di Tilik" in text and "arrival Buka dan dapat diperiksa" in text
    assert "remark isinya ditampilkan" in text and "Rahasia" not in text


def test_the_place_under_other_indicators_is_one_click_away_where_it_is_within_reach(scene: Scene) -> None:
    verify(scene.engine, ROUND, DISTRICT)
    with writing(scene.engine) as session:
        line = session.get_one(ClaimLine, scene.line)
        file = session.get_one(Claim, line.claim_id).file_id
        again = Claim(round_id=ROUND, district="99.02", indicator=7, file_id=file)
        session.add_all([RoundPart(round_id=ROUND, district="99.02", state="open"), again])
        session.flush()
        session.add(ClaimLine(claim_id=again.id, facility_id=scene.place, kind="pojok_asi", name="Pojok ASI Pasar",
                              village=line.village, cell="Fasilitas!C9"))  # fmt: skip
    assert "Tempat ini pada indikator dan putaran lain Pojok ASI Pasar" in scene.text()
    assert "Tempat ini pada indikator" not in scene.text(None, Held(Role.SUPERVISOR, DISTRICT))


# ── photographs


def test_a_large_photograph_is_a_link_away_and_not_loaded_with_the_page(scene: Scene) -> None:
    """Our script opens it beside the claim; without one the link leads to it alone."""
    scene.visit("uuid:1", photo_front="1.jpg")
    scene.photograph("uuid:1", 1)
    scene.photograph("uuid:1", 2)
    verify(scene.engine, ROUND, DISTRICT)
    page = scene.html()
    assert "style=" not in page
    for number, after in ((1, 2), (2, 1)):
        assert re.search(rf'<a href="/foto/{number}.jpg[^"]*" data-opens="#foto-{number}">', page)
        (box,) = re.findall(rf'<div class="lightbox" id="foto-{number}".*?</div>', page, re.S)
        assert f'<img data-src="/foto/{number}.jpg' in box and " src=" not in box, "asked for once it is looked at"
        assert f'href="#foto-{after}"' in box and "Pojok ASI Pasar" in box
        assert re.search(r'href="#(kunjungan-\d)"', box)
    assert "/foto/" not in scene.html(None, Held(Role.SECRETARIAT))


# ── to whom


def test_who_decides_facts_sees_neither_points_nor_category(scene: Scene) -> None:
    scene.visit("uuid:1")
    verify(scene.engine, ROUND, DISTRICT)
    for role in (Role.SUPERVISOR, Role.ASSESSOR):
        text = scene.text(None, Held(role))
        assert not re.search(r"\b(poin|nilai|predikat|kategori|peringkat|maksimum)\b", text, re.I)


def test_a_district_is_shown_no_answer_no_sender_and_no_finding_before_it_could_reply(scene: Scene) -> None:
    scene.visit("uuid:1")
    verify(scene.engine, ROUND, DISTRICT)
    text = scene.text(None, Held(Role.DISTRICT, DISTRICT))
    assert "Apa yang terjadi saat tiba" not in text and "Tim Satu" not in text and "Usulan: ada syarat" not in text
    assert "Lemari es" in text, "what was seen of each criterion is in the report too"
    page = scene.html(None, Held(Role.DISTRICT, DISTRICT))
    assert "/kiriman/" not in page and "required_absent" not in page


def test_a_home_is_called_by_its_kind_and_a_shelter_has_no_drawing_for_anybody(scene: Scene) -> None:
    scene.visit("uuid:1")
    verify(scene.engine, ROUND, DISTRICT)
    assert "<svg" in scene.html()
    for kind, role, is_named in (("lksa", Role.SUPERVISOR, True), ("lksa", Role.ASSESSOR, False),
                                 ("rumah_aman", Role.SUPERVISOR, False)):  # fmt: skip
        with writing(scene.engine) as session:
            session.execute(update(Facility).values(kind=kind))
        page = scene.html(None, Held(role))
        assert ("Pojok ASI Pasar" in page) is is_named and ("<svg" in page) is is_named, (kind, role)
        assert "-5.005" not in page and "110.00" not in page


def test_approving_names_each_list_once_that_the_form_or_a_refused_attempt_would_write_to(scene: Scene) -> None:
    scene.visit("uuid:1")
    scene.visit("uuid:2")
    verify(scene.engine, ROUND, DISTRICT)
    with writing(scene.engine) as session:
        found = session.scalars(select(LineResult).filter_by(line_id=scene.line)).one()
        state = session.get_one(SubmissionState, found.state_id)
        session.execute(update(Form).values(approval_lists={"lists": ["homes"]}))
        for root in ("uuid:1", "uuid:2"):
            lists = "homes, places" if root == state.root_id else "of another visit"
            for problem in (Reason(WOULD_CREATE, {"lists": lists}), Reason("central_unreachable"), None):
                session.add(Decision(uuid=new_uuid(), form_pk=state.form_pk, root_id=root, instance_id=root,
                                     kind="review", decided_by="demo", decided_at=now(), problem=problem))  # fmt: skip
    assert re.findall(r'name="confirm" value="([^"]+)"', scene.html()) == ["homes", "places"]
    assert "confirm" not in scene.html(scene.other), "nobody was there"


# ── what it costs


def asked(said: list[str]) -> list[str]:
    """Leave out what only begins a transaction."""
    return [statement for statement in said if not statement.startswith(("BEGIN", "SET LOCAL"))]


@pytest.mark.ci
def test_it_costs_the_same_for_one_visit_and_for_many_and_stays_small(scene: Scene) -> None:
    scene.visit("uuid:1")
    verify(scene.engine, ROUND, DISTRICT)
    web, path = entered(scene.app, [Held(Role.SUPERVISOR)]), f"/wilayah/{ROUND}/{DISTRICT}/baris/{scene.line}"
    with statements(scene.engine) as said:
        assert web.get(path).status_code == 200
    few = asked(said)
    for number in range(2, MOST_VISITS + 10):
        scene.visit(f"uuid:{number}")
        for file in range(5):
            scene.photograph(f"uuid:{number}", number * 10 + file)
    verify(scene.engine, ROUND, DISTRICT)
    with statements(scene.engine) as said:
        page = web.get(path)
    assert len(asked(said)) == len(few) <= 16
    assert len(page.data) <= 150_000 and page.text.count('class="visit"') == MOST_VISITS
    assert "Masih ada kunjungan lain ke tempat ini" in page.text
