"""Take all pictures of README and of the guides anew: `python -m tests.browser.picture`.

Each is of a page of the demo, seen by the role whose guide shows it, or of a form on a phone; small, so that the
repository stays small. A page that is not there is named, and its picture left as it is.
"""

import io
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from server.claims.tables import Claim, ClaimLine
from server.claims.template import template_for
from server.db import open_database, snapshot
from server.roles.table import Role
from server.schema import upgrade
from server.settings import CHECKOUT, Settings
from tests.browser.children import child
from tests.browser.rooms import PAPER, PART, someone
from tests.browser.web_forms import choose, group, web_forms
from tests.support.built import all_built
from tests.support.child_line import child_line
from tests.support.chromium import running_chromium, served
from tests.support.demo import Demo, told_demo
from tests.support.lining import SECRET
from tests.support.office import Office
from workers.demo.story import DISTRICT, ROUND, fill_template
from xlsforms.scenarios import media_for

FOLDER = CHECKOUT / "docs/panduan"
LARGEST = 150_000  # bytes
WIDTH, HEIGHT = 1100, 1400
COLOURS = (256, 128, 64, 32)


@dataclass(frozen=True)
class Picture:
    """A page as somebody sees it; `printed` as paper shows it. No higher than so many pixels."""

    file: Path
    role: Role
    path: str
    height: int = HEIGHT
    width: int = WIDTH
    printed: bool = False


def pictures(run: Demo) -> Iterator[Picture]:
    """List all pictures."""
    line, submission = a_line(run, 17, 1), a_submission(run)
    yield Picture(CHECKOUT / "docs/room.png", Role.SUPERVISOR, f"{PART}/baris/{line}", 1500)
    yield Picture(FOLDER / "wilayah.png", Role.SUPERVISOR, "/", 700)
    yield Picture(FOLDER / "ringkasan.png", Role.SUPERVISOR, PART, 1100)
    yield Picture(FOLDER / "tempat.png", Role.SUPERVISOR, f"{PART}/baris", 1100)
    yield Picture(FOLDER / "satu-tempat.png", Role.LEAD, f"{PART}/baris/{a_line(run, 25, 2)}", 1500)
    yield Picture(FOLDER / "laporan.png", Role.SUPERVISOR, PAPER, 1050, 720, printed=True)
    yield Picture(FOLDER / "kiriman.png", Role.VERIFIER, submission, 1100)
    yield Picture(FOLDER / "peta.png", Role.SECRETARIAT, f"{PART}/peta", 1000)
    yield Picture(FOLDER / "kabupaten.png", Role.DISTRICT, PAPER, 900)
    yield Picture(FOLDER / "pekerjaan.png", Role.OPERATOR, "/pekerjaan", 700)


@dataclass(frozen=True)
class FormPicture:
    """A group of a form on a phone, once these were chosen: each a question's words and its answer."""

    file: Path
    form: str
    heading: str
    chosen: tuple[tuple[str, str], ...] = ()


_OPEN = ("Apa yang terjadi saat tiba", "Buka dan dapat diperiksa")
FORM_PICTURES = (
    FormPicture(FOLDER / "formulir-mulai.png", "visit_pojok_asi", "Sebelum mulai"),
    FormPicture(FOLDER / "formulir-tiba.png", "visit_pojok_asi", "Saat tiba", (_OPEN,)),
    FormPicture(FOLDER / "formulir-terlihat.png", "visit_pojok_asi", "Lima persyaratan",
                (_OPEN, ("Ruangan tertutup", "Ada, terlihat"), ("Lemari es", "Tidak ada"))),
    FormPicture(FOLDER / "formulir-selesai.png", "visit_pojok_asi", "Sebelum mengirim"),
    FormPicture(FOLDER / "formulir-wawancara.png", "interview_adult", "Persetujuan",
                (("Apakah Anda berusia 18", "Ya"),)),
)  # fmt: skip


def a_line(run: Demo, indicator: int, number: int) -> int:
    """Give the number in the room of a line that the report calls so."""
    with snapshot(run.engine) as session:
        query = select(ClaimLine.id).join(Claim, Claim.id == ClaimLine.claim_id).where(Claim.indicator == indicator)
        return session.scalars(query.order_by(ClaimLine.id)).all()[number - 1]


def a_submission(run: Demo) -> str:
    """Give the address of the submission that a line was judged by."""
    visit = run.line(17, 1).visit
    assert visit
    return f"/kiriman/{visit.form}/{visit.submission}"


def take(page: Page, picture: Picture) -> None:
    """Take a picture of the page that is open."""
    if picture.printed:
        page.emulate_media(media="print")
    whole = page.evaluate("document.documentElement.scrollHeight")
    clip = {"x": 0, "y": 0, "width": picture.width, "height": min(picture.height, whole)}
    shot = Image.open(io.BytesIO(page.screenshot(full_page=True, clip=clip))).convert("RGB")  # type: ignore[arg-type]
    write(shot, picture.file)


def write(shot: Image.Image, to: Path) -> None:
    """Write a picture as small as it has to be."""
    to.parent.mkdir(exist_ok=True)
    for colours in COLOURS:
        file = io.BytesIO()
        shot.quantize(colours, Image.Quantize.MAXCOVERAGE).save(file, "PNG", optimize=True)
        if file.tell() <= LARGEST:
            break
    to.write_bytes(file.getvalue())
    print(f"{to.relative_to(CHECKOUT)}: {file.tell() // 1000} kB")


def _of_one_district(media: dict[str, str]) -> dict[str, str]:
    """Give the lists of a phone in one district, so that its contacts are there before a place is chosen."""
    return media | {"districts.csv": "\n".join(media["districts.csv"].splitlines()[:2]) + "\n"}


def take_forms(browser: Browser, folder: Path) -> None:
    """Take the pictures of forms, as ODK Web Forms shows them on a phone."""
    page = browser.new_page(
        viewport={"width": 390, "height": 844}, device_scale_factor=1.25, permissions=["geolocation"],
        geolocation={"latitude": -5.3, "longitude": 111.1},
    )  # fmt: skip
    with web_forms(folder, [(form, _of_one_district(media_for(form))) for form in all_built()]) as address:
        for picture in FORM_PICTURES:
            page.goto(address + picture.form)
            for question, answer in picture.chosen:
                choose(page, question, answer)
            page.mouse.move(0, 0)
            write(Image.open(io.BytesIO(group(page, picture.heading).screenshot())).convert("RGB"), picture.file)
    page.close()


def take_children(browser: Browser, folder: Path) -> None:
    """Take the pictures of the children's page, as on a small phone, by a line of its own in an empty database."""
    engine = open_database(f"sqlite:///{folder / 'children.sqlite3'}")
    upgrade(engine)
    settings = Settings.model_validate({"data": folder, "secret_key": SECRET})
    with child_line(engine, settings) as line, served(line.app) as site, child(browser, site) as someone:
        page = someone.page
        someone.open(line.session_at("taman")[0])
        someone.heading(someone.word("before"))
        _take_phone(page, "anak-sebelum.png")
        someone.press("go_on")
        someone.choose("yes")
        someone.choose("13_15")
        _take_phone(page, "anak-pertanyaan.png")
        page.get_by_role("link", name=someone.word("help"), exact=True).click()
        _take_phone(page, "anak-bantuan.png")
        someone.press("back")
        someone.press("stop")
        someone.press("stop_yes")
        _take_phone(page, "anak-terima-kasih.png")
    engine.dispose()


def _take_phone(page: Page, name: str) -> None:
    page.mouse.move(0, 0)
    page.evaluate("Promise.all([...document.images].map((one) => one.decode()))")
    write(Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB"), FOLDER / name)


def take_workbook(run: Demo, folder: Path) -> None:
    """Take the pictures of the claim form, filled in as the demo's district did, as LibreOffice prints it."""
    with snapshot(run.engine) as session:
        content = fill_template(template_for(session, ROUND, DISTRICT).content)
    names = {"formulir-jawaban.png": "Jawaban atas pertanyaan", "formulir-fasilitas.png": "Pojok ASI Balai Kota",
             "formulir-ringkasan.png": "Ringkasan isian"}  # fmt: skip
    for name, picture in zip(names, Office(folder).drawn(content, *names.values()), strict=True):
        write(picture, FOLDER / name)


@contextmanager
def _demo_served() -> Iterator[tuple[Demo, str, Browser]]:
    with (
        tempfile.TemporaryDirectory() as data,
        told_demo(Path(data)) as run,
        served(run.app) as site,
        running_chromium() as browser,
    ):
        yield run, site, browser


def main() -> None:
    """Take them all; ends with 1 where a page is not there."""
    missing = 0
    with _demo_served() as (run, site, browser):
        with tempfile.TemporaryDirectory() as folder:
            take_forms(browser, Path(folder))
            take_workbook(run, Path(folder))
            take_children(browser, Path(folder))
        for picture in pictures(run):
            with someone(browser, run, site, picture.role, width=picture.width) as here:
                if here.status(picture.path) != 200:
                    print(f"{picture.path} is not there: {picture.file.relative_to(CHECKOUT)} is left as it is")
                    missing = 1
                    continue
                here.page.wait_for_load_state("networkidle")
                take(here.page, picture)
    sys.exit(missing)


if __name__ == "__main__":
    main()
