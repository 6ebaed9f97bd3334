"""Each role does its main job in a real browser: by keyboard alone, on a desk's and a phone's screen, without a script
where a page promises it; and axe-core looks at every page that the role may open.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from server.claims.tables import Claim, ClaimLine
from server.db import snapshot
from server.roles.table import Role
from tests.browser.rooms import PAPER, PART, WIDTHS, someone
from tests.support.chromium import served
from tests.support.days import today_here
from tests.support.demo import HOMES, Demo, told_demo

pytestmark = pytest.mark.ci
ON_SCREENS = pytest.mark.parametrize("width", WIDTHS)
SCRIPT_OR_NOT = pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
LISTS = tuple(f"{PART}/{name}" for name in ("baris", "peta", "kiriman", "kunjungan", "tanpa-klaim", "disisihkan",
                                            "berkas-kurang", "belum-tiba", "tugas", "penutupan"))  # fmt: skip
OWN = ("/menunggu", "/akun", "/akun/pemberitahuan", "/benturan", "/jejak-saya")
OF_A_ROLE = {
    Role.SUPERVISOR: ("/", PART, *LISTS, f"{PART}/baris/sekaligus", PAPER, "/sertifikat", "/disisihkan", *OWN),
    Role.LEAD: ("/", "/menunggu", PART, f"{PART}/tugas", f"{PART}/tugas/lagi", f"{PART}/tugas/beri?hasil=not_visited",
                f"{PART}/baris/sekaligus"),
    Role.SECRETARIAT: ("/", "/menunggu", PART, PAPER, "/orang", "/orang/baru", "/orang/1", "/tim", "/jejak-audit",
                       "/pemberitahuan", "/pekerjaan", "/sertifikat"),
    Role.DISTRICT: ("/", PART, f"{PART}/baris", f"{PART}/peta", PAPER),
    Role.OBSERVER: ("/", PART, f"{PART}/baris", f"{PART}/peta", PAPER),
    Role.PROVINCIAL: ("/", PART, PAPER),
    Role.SAFEGUARDING: ("/", PART, PAPER),
    Role.INSPECTORATE: ("/", PART, PAPER, "/jejak-audit"),
    Role.OPERATOR: ("/menunggu", "/pekerjaan", "/sertifikat", "/disisihkan", "/pemberitahuan"),
}  # fmt: skip


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Tell the demo once more: what is decided here must not be so for tests of other files."""
    with told_demo(tmp_path_factory.mktemp("jobs")) as told:
        yield told


@pytest.fixture(scope="module")
def site(run: Demo) -> Iterator[str]:
    with served(run.app) as address:
        yield address


@pytest.fixture(scope="module")
def unvisited(run: Demo) -> Iterator[str]:
    """Give the page of a place nobody has visited: the demo's 17.7."""
    yield line_page(run, 17, 7)


def line_page(run: Demo, indicator: int, number: int) -> str:
    with snapshot(run.engine) as session:
        query = select(ClaimLine.id).join(Claim, Claim.id == ClaimLine.claim_id).where(Claim.indicator == indicator)
        return f"{PART}/baris/{session.scalars(query.order_by(ClaimLine.id)).all()[number - 1]}"


def submission_page(run: Demo) -> str:
    visit = run.line(17, 1).visit
    assert visit
    return f"/kiriman/{visit.form}/{visit.submission}"


@ON_SCREENS
@pytest.mark.parametrize("role", OF_A_ROLE)
def test_axe_finds_nothing_on_any_page_that_a_role_opens(
    chromium: Browser, run: Demo, site: str, axe: str, role: Role, width: int
) -> None:
    paths = OF_A_ROLE[role]
    if role in (Role.SUPERVISOR, Role.DISTRICT):
        paths += (line_page(run, 17, 1), line_page(run, 17, 7))
    if role is Role.SUPERVISOR:
        paths += (submission_page(run),)
    with someone(chromium, run, site, role, width=width, axe=axe) as here:
        found = {}
        for path in paths:
            here.open(path)
            found[path] = here.found_fault()
    assert {path: faults for path, faults in found.items() if faults} == {}


@SCRIPT_OR_NOT
@ON_SCREENS
def test_a_supervisor_finds_what_waits_looks_at_it_and_decides(
    chromium: Browser, run: Demo, site: str, width: int, script: bool
) -> None:
    """By keyboard alone: from the first page to a district, its lines, a line, a decision, and the notice of it."""
    with someone(chromium, run, site, Role.SUPERVISOR, width=width, script=script) as here:
        page = here.open("/")
        here.press(page.locator("main tbody a").first)
        page.wait_for_url(f"**{PART}*")
        here.press(page.locator(f"main a[href^='{PART}/baris']").first)
        page.wait_for_url("**/baris*")
        first = page.locator("table.list tbody tr").first
        expect(first).to_contain_text("bukti belum cukup")  # what is undecided comes first
        here.press(first.locator("th a"))
        page.wait_for_url("**/baris/*")
        here.tab_to(page.locator("#fact-outcome input").first)
        page.keyboard.press("Space")
        here.tab_to(page.locator("#fact-why"))
        page.keyboard.type("Diperiksa pada foto dan jawaban kunjungan.")
        here.press(page.locator("#keputusan button").last)
        expect(page.get_by_role("status").first).to_be_visible()
        expect(page.locator(".facts li").first).to_contain_text("Diperiksa pada foto")


@ON_SCREENS
def test_a_supervisor_sees_photograph_and_answers_beside_the_claim(
    chromium: Browser, run: Demo, site: str, width: int
) -> None:
    with someone(chromium, run, site, Role.SUPERVISOR, width=width) as here:
        page = here.open(line_page(run, 17, 1))
        expect(page.locator("main img").first).to_be_visible()
        expect(page.locator("#claimed")).to_be_visible()
        expect(page.locator("main")).to_contain_text("Lemari es")
        expect(page.locator("main")).to_contain_text("7 m")


@ON_SCREENS
def test_a_lead_sends_somebody_to_a_place_nobody_has_visited(
    chromium: Browser, run: Demo, site: str, width: int, unvisited: str
) -> None:
    with someone(chromium, run, site, Role.LEAD, width=width) as here:
        page = here.open(unvisited)
        given = page.locator("form[action*='/tugas']")
        if not given.is_visible():  # folded away where there is more to do on the page
            here.press(page.locator("details:has(form[action*='/tugas']) > summary"))
        for field, text in (("question", "Apakah ruangannya ada?"), ("why", "Belum ada kunjungan.")):
            here.tab_to(page.locator(f"#assign-{field}"))
            page.keyboard.type(text)
        page.locator("#assign-deadline").fill((today_here() + timedelta(days=20)).isoformat())
        here.press(given.locator("button").last)
        expect(page.get_by_role("status").first).to_be_visible()
        here.open(f"{PART}/tugas")
        expect(page.locator("main")).to_contain_text("Apakah ruangannya ada?")


@ON_SCREENS
def test_a_lead_sends_a_team_to_several_places_gives_them_longer_and_calls_one_back(
    chromium: Browser, run: Demo, site: str, width: int
) -> None:
    question, today = f"Masih ada ruangannya? ({width})", today_here()
    with someone(chromium, run, site, Role.LEAD, width=width, script=False) as here:
        page = here.open(f"{PART}/tugas/beri?hasil=not_visited")
        for other in page.locator("input[name=line]").all()[2:]:
            other.uncheck()
        for field, text in (("question", question), ("why", "Belum ada kunjungan.")):
            here.tab_to(page.locator(f"#assign-{field}"))
            page.keyboard.type(text)
        page.locator("#assign-deadline").fill((today + timedelta(days=20)).isoformat())
        here.press(page.locator("form.decide button").last)
        expect(page.get_by_role("status").first).to_contain_text("Tugas yang diberikan")
        here.press(page.locator("main a.button"))
        page.wait_for_url("**/tugas?*")
        mine = page.locator("table.list tbody tr").filter(has_text=question)
        expect(mine).to_have_count(2)
        here.press(mine.first.locator("summary"))
        here.tab_to(mine.first.locator("textarea"))
        page.keyboard.type("Jalan terputus.")
        mine.first.locator("input[type=date]").fill((today + timedelta(days=40)).isoformat())
        here.press(mine.first.locator("button[value=extend]"))
        expect(page.get_by_role("status").first).to_be_visible()
        longer = mine.filter(has_text="Jalan terputus.")
        expect(longer).to_have_count(1)
        here.press(longer.locator("summary"))
        here.tab_to(longer.locator("textarea"))
        page.keyboard.type("Tempatnya sudah tutup.")
        here.press(longer.locator("button[value=withdraw]"))
        expect(mine).to_have_count(1)
        here.open(f"{PART}/tugas?state=withdrawn")
        expect(mine).to_contain_text("Tempatnya sudah tutup.")
        expect(mine).to_contain_text("ditarik")


@ON_SCREENS
def test_the_secretariat_finds_a_district_and_sees_what_is_at_stake(
    chromium: Browser, run: Demo, site: str, width: int
) -> None:
    with someone(chromium, run, site, Role.SECRETARIAT, width=width, script=False) as here:
        page = here.open("/")
        here.press(page.locator("main tbody a").first)
        expect(page.locator("main")).to_contain_text("746,0")
        expect(page.locator("#keputusan")).to_have_count(0)


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.LEAD])
def test_who_decides_sees_no_points_anywhere(chromium: Browser, run: Demo, site: str, role: Role) -> None:
    with someone(chromium, run, site, role) as here:
        for path in ("/", PART, f"{PART}/baris", line_page(run, 17, 1), f"{PART}/peta", PAPER):
            said = here.open(path).locator("main").inner_text()
            assert [told for told in ("746,0", "164,5 –", "13,5", "Pratama", "Madya", "Nindya") if told in said] == []


@ON_SCREENS
def test_an_assessor_reads_a_line_and_cannot_decide_on_it(chromium: Browser, run: Demo, site: str, width: int) -> None:
    with someone(chromium, run, site, Role.ASSESSOR, width=width, script=False) as here:
        page = here.open(line_page(run, 17, 1))
        expect(page.locator("main img").first).to_be_visible()
        expect(page.locator("#keputusan")).to_have_count(0)


@ON_SCREENS
def test_an_officer_of_a_district_sees_their_own_masked(chromium: Browser, run: Demo, site: str, width: int) -> None:
    with someone(chromium, run, site, Role.DISTRICT, width=width, script=False) as here:
        expect(here.open("/").locator("main tbody tr")).to_have_count(1)
        for path in (PART, f"{PART}/baris", PAPER):
            said = here.open(path).locator("main").inner_text()
            assert [name for name in HOMES if name in said] == []
        assert here.status(PART.replace("99.01", "99.02")) == 403
        assert here.status(f"{PART}/kiriman") == 403
        page = here.open(line_page(run, 17, 3))
        expect(page.locator("main")).to_contain_text("belum dapat dikonfirmasi")
        expect(page.locator("main img")).to_have_count(0)


@ON_SCREENS
def test_a_provincial_verifier_reads_what_lies_in_the_province(
    chromium: Browser, run: Demo, site: str, width: int
) -> None:
    with someone(chromium, run, site, Role.PROVINCIAL, width=width, script=False) as here:
        page = here.open("/")
        here.press(page.locator("main tbody a").first)
        expect(page.locator("h1")).to_contain_text("Tirta Rekaan")
        expect(here.open(PAPER).locator("main")).to_contain_text("746,0 poin")


@ON_SCREENS
def test_the_safeguarding_officer_reads_the_names_of_homes(chromium: Browser, run: Demo, site: str, width: int) -> None:
    with someone(chromium, run, site, Role.SAFEGUARDING, width=width, script=False) as here:
        assert HOMES[0] in here.open(PAPER).locator("main").inner_text()


@ON_SCREENS
def test_an_inspector_takes_the_report_away(chromium: Browser, run: Demo, site: str, width: int) -> None:
    with someone(chromium, run, site, Role.INSPECTORATE, width=width) as here:
        page = here.open(PAPER)
        for name in ("Excel (XLSX)", "CSV", "JSON"):
            with page.expect_download() as taken:
                page.get_by_role("link", name=name, exact=True).first.click()
            assert taken.value.suggested_filename.startswith("tilik-2025-99.01.")


@ON_SCREENS
def test_an_observer_reads_and_finds_nothing_to_press(chromium: Browser, run: Demo, site: str, width: int) -> None:
    with someone(chromium, run, site, Role.OBSERVER, width=width, script=False) as here:
        page = here.open(PART)
        expect(page.locator("main form[method=post]")).to_have_count(0)
        assert here.status(f"{PAPER}.json") == 403


@ON_SCREENS
def test_the_operator_sees_work_and_certificate(chromium: Browser, run: Demo, site: str, width: int) -> None:
    with someone(chromium, run, site, Role.OPERATOR, width=width, script=False) as here:
        for path in ("/pekerjaan", "/sertifikat"):
            expect(here.open(path).locator("h1")).to_be_visible()
        assert here.status(PART) == 403


@ON_SCREENS
def test_a_verifier_comments_on_a_visit_by_keyboard(chromium: Browser, run: Demo, site: str, width: int) -> None:
    with someone(chromium, run, site, Role.VERIFIER, width=width, script=False) as here:
        page = here.open(submission_page(run))
        field = page.locator("form:has(input[value=comment]) textarea")
        here.tab_to(field)
        page.keyboard.type(f"Pintu masuk di sisi timur ({width}).")
        here.press(page.locator("form:has(input[value=comment]) button"))
        expect(page.locator("main")).to_contain_text(f"Pintu masuk di sisi timur ({width}).")
