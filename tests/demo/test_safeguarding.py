"""What protects children, line by line of docs/data.md: each of these fails when it is broken."""

import io
import json
import re

import pytest
from PIL import Image
from sqlalchemy import select

from server.db import snapshot
from server.feedback.tables import ChildForm
from server.store.opening import open_store
from server.submissions.tables import Attachment, Form
from server.visits.drawing import without_exif
from tests.support.demo import HOMES, HOMES_POINTS, PAGE, Demo
from workers.demo.story import FOLDER, a_photo
from xlsforms.forms import CHILD_FORM


def test_homes_appear_by_subdistrict_without_name_village_and_point(run: Demo) -> None:
    for name, text in run.outputs().items():
        assert [word for word in (*HOMES, *HOMES_POINTS) if word in text] == [], name
    places = {line.place for line in run.report().indicators[12].lines}
    assert places == {"Kecamatan Rekaan Tengah (fiktif)", "Kecamatan Rekaan Hulu (fiktif)"}


def test_the_test_above_would_see_a_name(run: Demo) -> None:
    assert all("Pojok ASI Terminal Rekaan" in text for name, text in run.outputs().items() if "terminal" not in name)


def test_the_childrens_page_is_ready_for_a_session_and_no_phone_has_their_form(run: Demo) -> None:
    with snapshot(run.engine) as session:
        page = session.scalars(select(ChildForm)).one().page
        assert page["questions"] and CHILD_FORM not in session.scalars(select(Form.form_id)).all()


ADVERSE = (
    "criteria_not_met",
    "not_found",
    "duplicate_claim",
    "outside_district",
    "false",
    "palsu",
    "bohong",
    "fiktif palsu",
)


def test_nothing_adverse_is_said_before_the_right_of_reply(run: Demo) -> None:
    for name, text in run.outputs().items():
        assert [word for word in ADVERSE if f'"{word}"' in text or f">{word}<" in text] == [], name
    outcomes = {line.outcome for indicator in run.report().indicators for line in indicator.lines}
    assert outcomes == {"confirmed", "not_yet_confirmed", "unsure", "not_visited"}


# an identifier, a digest, a fraction of a second: any five digits may stand in one
DRAWN_BY_CHANCE = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9a-f]{12,}\b|(?<=:\d\d)\.\d{6}\b")


def test_numbers_of_children_are_not_repeated(run: Demo) -> None:
    answers = {(a.label, a.value) for i in run.report().indicators for a in i.answers}
    assert ("Jumlah anak yang mendapat layanan di LKSA", None) in answers
    assert ("Jumlah Pojok ASI dan fasilitas menyusui", "12") in answers
    for name, output in run.outputs().items():
        text = DRAWN_BY_CHANCE.sub("", output)
        assert [number for number in ("15230", "15.230", "15,230", '"84"', ">84<") if number in text] == [], name


def test_free_text_and_names_typed_on_a_phone_are_not_repeated(run: Demo) -> None:
    for name, text in run.outputs().items():
        assert [word for word in ("Daftar ada pada lembar", "Ruang Laktasi Kantor Pos") if word in text] == [], name


def test_photographs_leave_without_place_and_device(run: Demo) -> None:
    with snapshot(run.engine) as session:
        stored = session.scalars(select(Attachment).where(Attachment.state == "stored")).all()
        files = [(photo.id, open_store(run.settings).read(photo.digest or "")) for photo in stored]
    assert len(files) == 5
    for number, original in files:
        assert Image.open(io.BytesIO(original)).getexif().get_ifd(0x8825), "the phone wrote its place"
        shown = run.web.get(f"/foto/{number}.jpg")
        assert shown.content_type == "image/jpeg"
        image = Image.open(io.BytesIO(shown.data))
        assert dict(image.getexif()) == {} and b"Exif" not in shown.data and b"Ponsel" not in shown.data
        assert max(image.size) <= 1000


def test_a_sideways_photograph_is_turned_upright_when_its_exif_goes() -> None:
    image = Image.new("RGB", (400, 200))
    exif = image.getexif()
    exif[0x0112] = 6  # turn clockwise
    file = io.BytesIO()
    image.save(file, "JPEG", exif=exif)
    assert Image.open(io.BytesIO(without_exif(file.getvalue()))).size == (200, 400)


def test_a_photograph_of_a_home_is_shown_to_nobody(run: Demo) -> None:
    """Even if somebody sends one with a form that does not ask for it."""
    photo = Attachment(name="x.jpg", state="stored", form_pk=0, root_id="", instance_id="")
    with snapshot(run.engine) as session:
        kept = session.scalars(select(Attachment)).first()
        assert kept
        home = run.line(13, 1).visit
        assert home
        form = session.connection().exec_driver_sql(
            "SELECT form_pk FROM submissions WHERE instance_id = ?", (home.version,)
        ).scalar_one()  # fmt: skip
        photo.form_pk, photo.root_id, photo.instance_id, photo.digest = form, home.submission, home.version, kept.digest
    from server.db import writing

    with writing(run.engine) as session:
        session.add(photo)
        session.flush()
        number = photo.id
    try:
        assert run.web.get(f"/foto/{number}.jpg").status_code == 404
        assert run.line(13, 1).photos == ()
    finally:
        with writing(run.engine) as session:
            session.delete(session.get_one(Attachment, number))


def test_phones_get_no_coordinates(run: Demo) -> None:
    from workers.central.api import Central

    with Central.from_settings(run.settings) as central:
        entities = central.entities("facilities")
    assert len(entities) == 34
    assert {key for entity in entities.values() for key in entity} == {
        "__id", "__system", "label", "kind", "registry_no", "village", "subdistrict", "district",
    }  # fmt: skip
    assert "111." not in json.dumps([e | {"__system": None} for e in entities.values()])


def test_all_sample_data_says_that_it_is_made_up() -> None:
    for path in sorted(FOLDER.glob("*.*")):
        if path.suffix in (".geojson", ".csv") and path.name not in ("scores.csv", "answers.csv"):
            assert "ekaan" in path.read_text(encoding="utf-8"), path.name
    picture = a_photo({"facility": "x", "name_given": ""})
    assert Image.open(io.BytesIO(picture)).size == (1200, 900)


@pytest.mark.parametrize("header, value", [
    ("Referrer-Policy", "same-origin"), ("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store"),
])  # fmt: skip
def test_pages_are_not_kept_by_browsers_nor_told_to_others(run: Demo, header: str, value: str) -> None:
    for path in (PAGE, "/", f"{PAGE}.json"):
        assert run.web.get(path).headers[header] == value
