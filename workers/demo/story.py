"""The whole way once, with a made-up district: claims, filled forms, Central, pull, verify.

Everything it shows is made up and says so (`fiktif`): the district lies in the Java Sea. The steps are the very ones of
an operator, against the sandbox Central that `tests/sandbox` runs as a process.
"""

import csv
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from PIL import Image, ImageDraw
from pydantic import SecretStr
from sqlalchemy import Engine, select

from server.areas.geojson import read_areas
from server.claims.importing import import_claims
from server.claims.template import template_for
from server.db import now, snapshot, writing
from server.facts.before import Part
from server.people.links import DEMO
from server.people.tables import Mark
from server.recoding.applying import AreasWish, load_areas
from server.register.tables import Facility
from server.results.reading import read_unread
from server.results.verifying import verify
from server.rounds.planning import RoundWish, add_round, move_round
from server.rounds.states import OPEN, Entry
from server.schema import open_up_to_date
from server.settings import CHECKOUT, Settings
from server.store.opening import open_store
from server.words import catalogue
from verification.claim_form.cells import FIRST_ROW, SHEETS
from workers.central.api import Central, create_project
from workers.demo.judged import judge
from workers.demo.planned import plan_visits, tell_what_came
from workers.pulling.files import fetch_all
from workers.pulling.pull import pull_all
from workers.sending.child_form import bring_child_form
from workers.sending.plan import note_what_changed
from workers.sending.publish import as_entity, publish_forms, publish_lists
from xlsforms.build import BuiltForm, build_all
from xlsforms.fill import FormFiller, facilities_csv
from xlsforms.scenarios import every_answer

FOLDER = Path(__file__).parent
DISTRICT, ROUND, YEAR = "99.01", "2025", 2025
Say = Callable[..., None]  # a step's key in the catalogue, and its values


@dataclass(frozen=True)
class FilledVisit:
    """A visit as a phone would send it."""

    form_id: str
    xml: str
    photographs: Mapping[str, bytes]

    def send(self, central: Central) -> None:
        """Send it to Central."""
        central.submit(self.form_id, self.xml, self.photographs)


@contextmanager
def demo(settings: Settings, say: Say) -> Iterator[tuple[Engine, Settings]]:
    """Run the whole way in a database of its own, made anew, and give both for the report."""
    data = settings.data / "demo"
    shutil.rmtree(data, ignore_errors=True)
    with running_sandbox() as sandbox:
        project = create_project(sandbox["url"], sandbox["user"], sandbox["password"], "Demo (fiktif)")
        ours = Settings(
            data=data, database_url=None, central_url=sandbox["url"], central_user=sandbox["user"],
            central_password=SecretStr(sandbox["password"]), central_project=project, language=settings.language,
        )  # fmt: skip
        engine = open_up_to_date(ours)
        with writing(engine) as session:
            session.add(Mark(name=DEMO, made_at=now()))
        with Central.from_settings(ours) as central:
            _walk(engine, ours, central, say)
        yield engine, ours
        engine.dispose()


@contextmanager
def running_sandbox() -> Iterator[dict[str, str]]:
    """Run the sandbox as a process."""
    with running("tests.sandbox", stderr=subprocess.DEVNULL) as line:
        yield json.loads(line)


@contextmanager
def running(module: str, *arguments: str, stderr: int | None = None) -> Iterator[str]:
    """Run a module of ours as a process that ends when we do, and give the first line it says."""
    command = [sys.executable, "-m", module, *arguments]
    process = subprocess.Popen(
        command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, text=True
    )
    assert process.stdin and process.stdout  # noqa: S101 - both are pipes
    with process.stdin, process.stdout:
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()
            process.wait(timeout=10)


def _walk(engine: Engine, settings: Settings, central: Central, say: Say) -> None:
    visits = prepare(engine, settings, central, say)
    plan_visits(engine, central, (ROUND, DISTRICT), _rows("visits"), catalogue(settings.language), say)
    for visit in visits:
        visit.send(central)
    say("demo.sent", submissions=len(visits))
    reports = pull_all(engine, central)
    files = fetch_all(engine, central, open_store(settings))
    say("demo.pulled", submissions=sum(report.rows for report in reports), files=files)
    read_unread(engine)
    verify(engine, ROUND, DISTRICT)
    tell_what_came(engine, say)
    judge(engine, settings, Part(ROUND, DISTRICT), catalogue(settings.language), say)
    say("demo.verified")


def prepare(engine: Engine, settings: Settings, central: Central, say: Say) -> list[FilledVisit]:
    """Do all that comes before the first visit is sent, and fill in the visits."""
    _load_areas(engine, say)
    _open_round(engine, central.project)
    _import_claims(engine, settings, say)
    forms = build_all()
    publish_forms(central, forms)
    note_what_changed(engine, central)
    publish_lists(engine, central)
    bring_child_form(engine, central)
    say("demo.published", forms=len(forms))
    say("demo.filling")
    return _fill_visits(engine, forms)


def _load_areas(engine: Engine, say: Say) -> None:
    plan = read_areas((FOLDER / "district.geojson").read_text(encoding="utf-8"), {})
    change, _ = load_areas(engine, plan, AreasWish("demo", date(YEAR, 1, 1)))
    say("demo.areas", areas=change.counts["new"])


def _open_round(engine: Engine, project: int) -> None:
    with writing(engine) as session:
        add_round(session, RoundWish(ROUND, YEAR, f"KLA {YEAR} (fiktif)", project=project), Entry("demo"))
        move_round(session, ROUND, OPEN, Entry("demo"))


def _import_claims(engine: Engine, settings: Settings, say: Say) -> None:
    """Fill in the district's template as an officer would, and import it."""
    with snapshot(engine) as session:
        template = template_for(session, ROUND, DISTRICT)
    content = fill_template(template.content)
    plan = import_claims(engine, open_store(settings), content, "klaim-tirta-rekaan.xlsx", "demo", lambda plan: True)
    say("demo.claims", indicators=len(plan.changes))


def fill_template(template: bytes) -> bytes:
    """Fill in the template with the made-up claims."""
    book = load_workbook(io.BytesIO(template))
    _fill_known_rows(book["Klaim"], "number", {row["indicator"]: row for row in _rows("scores")}, ("self_score",))
    _fill_known_rows(
        book["Jawaban"], "code", {row["code"]: row for row in _rows("answers")}, ("value", "value_before", "data_date")
    )
    for title, name in (("Dokumen", "documents"), ("Fasilitas", "facilities")):
        for number, row in enumerate(_rows(name), start=FIRST_ROW):
            for column in SHEETS[title]:
                if row.get(column.key):
                    book[title][f"{column.letter}{number}"] = _typed(row[column.key])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _fill_known_rows(sheet: Any, key: str, filled: dict[str, dict[str, str]], columns: tuple[str, ...]) -> None:
    letters = {column.key: column.letter for column in SHEETS[sheet.title]}
    for number in range(FIRST_ROW, sheet.max_row + 1):
        row = filled.get(str(sheet[f"{letters[key]}{number}"].value), {})
        for column in columns:
            if row.get(column):
                sheet[f"{letters[column]}{number}"] = _typed(row[column])


def _typed(text: str) -> str | float:
    """Write numbers as numbers; codes with several dots or leading zeros stay text."""
    try:
        return float(text) if not text.startswith("99.") and "-" not in text[1:] else text
    except ValueError:
        return text


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


_END = re.compile("<end>[^<]*</end>")  # all are filled in within moments, and no team travels so fast


def _fill_visits(engine: Engine, forms: list[BuiltForm]) -> list[FilledVisit]:
    """Fill in every visit, interview and report with Collect's own engine."""
    by_id = {form.form_id: form for form in forms}
    with snapshot(engine) as session:
        facilities = session.scalars(select(Facility)).all()
        picked = {facility.name: facility.id for facility in facilities}
        entities = filter(None, map(as_entity, facilities))
        listed = facilities_csv([{"name": e["uuid"], "label": e["label"], **e["data"]} for e in entities])
    visits = []
    with FormFiller() as filler:
        for row, answers_of in [*((row, visit_answers) for row in _rows("visits")),
                                *((row, told_answers) for row in _rows("told"))]:  # fmt: skip
            form = by_id[row["form"]]
            filled = filler.fill(form.xform, answers_of(row, form, picked), media={"facilities.csv": listed})
            if filled.problem or filled.refused:
                raise RuntimeError(f"the demo's own {form.form_id} does not fit: {filled.problem or filled.refused}")
            photo = {"ruangan.jpg": a_photo(row)} if row.get("photo") else {}
            visits.append(FilledVisit(form.form_id, _END.sub("<end/>", filled.xml), photo))
    return visits


_SEEN = {"y": "yes", "n": "no", "x": "not_seen"}


def visit_answers(visit: dict[str, str], form: BuiltForm, picked: dict[str, str]) -> dict[str, Any]:
    """Write a line of `visits.csv` as the answers a verifier gives: every question, and these as the line says."""
    answers = _plain_answers(form) | {
        "mode": visit["mode"], "arrival": visit["arrival"], "listed": "yes" if visit["facility"] else "no",
        "closed_why": "outside_hours", "refused_by": "staff", "refused_why": "no_letter",
        "staff_within_hearing": "no", "modules": visit["modules"].split() or None,
    }  # fmt: skip
    answers |= {code: _SEEN[mark] for code, mark in zip(form.criteria, visit["seen"], strict=False)}
    if visit["facility"]:
        answers["facility"] = picked[visit["facility"]]
    else:
        answers |= {"name_given": visit["name_given"], "registry_given": visit["registry_given"] or None}
    point = [float(visit["lat"]), float(visit["lon"]), 4.0, float(visit["accuracy"])] if visit["lat"] else None
    return answers | {"point": point, "photo_room": "ruangan.jpg" if visit["photo"] else None}


def told_answers(told: dict[str, str], form: BuiltForm, picked: dict[str, str]) -> dict[str, Any]:
    """Write a line of `told.csv`: what an adult said of a place, or an institution of its programmes."""
    own = {name: value for name, value in told.items() if name in {row["name"] for row in form.survey} and value}
    place = {"facility": picked[told["facility"]]} if told["facility"] else {}
    return _plain_answers(form) | own | {"topic": told["topic"].split()} | place


def _plain_answers(form: BuiltForm) -> dict[str, Any]:
    """Answer every question by its type, but for pictures."""
    pictures = {row["name"] for row in form.survey if row["type"] == "image"}
    return {name: value for name, value in every_answer(form, first=True).items() if name not in pictures}


def _draw_a_house(draw: ImageDraw.ImageDraw, name: str) -> None:
    """Draw a front of its own for each name: fields of a wall, some of them windows, as its digest has them."""
    for at, each in enumerate(hashlib.sha256(name.encode()).digest()):
        left, top = 40 + at % 8 * 140, 220 + at // 8 * 160
        draw.rectangle((left, top, left + 136, top + 156), fill=(each, each // 2 + 90, 200), outline=(90, 110, 116))


def a_photo(visit: dict[str, str]) -> bytes:
    """Draw a stand-in for a photograph, with the EXIF place and device that a phone would write."""
    image = Image.new("RGB", (1200, 900), (214, 224, 226))
    draw = ImageDraw.Draw(image)
    _draw_a_house(draw, visit["facility"] or visit["name_given"])
    draw.text((40, 40), "FOTO CONTOH (FIKTIF)", fill=(60, 70, 74), font_size=52)
    draw.text((40, 110), visit["facility"] or visit["name_given"], fill=(60, 70, 74), font_size=40)
    exif = image.getexif()
    exif[0x0110] = "Ponsel contoh"  # Model
    exif.get_ifd(0x8825)[1] = "S"  # GPSLatitudeRef
    exif.get_ifd(0x8825)[2] = (5.0, 18.0, 7.2)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=70, exif=exif)
    return file.getvalue()
