"""The children's page in a real browser, on a small phone: for all who answer, and all that goes wrong meanwhile."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from server.db import open_database
from server.feedback.page import ELSEWHERE
from server.settings import Settings
from tests.browser.children import PHONE, SLOW, Child, child, cut_after, cut_before, kept_by
from tests.support.built import built
from tests.support.child_line import ChildLine, child_line
from tests.support.chromium import served
from tests.support.lining import SECRET
from xlsforms.child_page import child_page
from xlsforms.forms import CHILD_FORM

pytestmark = pytest.mark.ci
LANGUAGES = pytest.mark.parametrize("language", ["id", "en"])
FORM = child_page(built(CHILD_FORM))
OF_A_SCHOOL = [one["name"] for one in FORM["questions"] if one["kinds"] is None or "sekolah" in one["kinds"]]


@pytest.fixture
def line(tmp_path: Path, sqlite_template: Path) -> Iterator[ChildLine]:
    shutil.copyfile(sqlite_template, tmp_path / "tilik.sqlite3")
    engine = open_database(f"sqlite:///{tmp_path / 'tilik.sqlite3'}")
    with child_line(engine, Settings.model_validate({"data": tmp_path, "secret_key": SECRET})) as found:
        yield found
    engine.dispose()


@pytest.fixture
def at(line: ChildLine) -> Iterator[str]:
    """Give the address at which the line is served."""
    with served(line.app) as address:
        yield address


@pytest.fixture
def phone(chromium: Browser, at: str) -> Iterator[Child]:
    with child(chromium, at) as someone:
        yield someone


# ── answering


@LANGUAGES
def test_each_screen_is_told_to_everybody_and_large_enough_to_press(
    chromium: Browser, line: ChildLine, at: str, axe: str, language: str
) -> None:
    """axe-core, the width of the screen, and 48 pixels: on each screen there is."""
    for code, why in zip(line.codes[2:], ("used", "revoked"), strict=False):
        line.ends(code, why)
    with child(chromium, at, language) as someone:
        page, faults = someone.page, dict[str, list[str]]()

        def look(name: str) -> None:
            faults[name] = someone.faults(axe)

        someone.open()
        someone.heading(someone.word("welcome"))
        look("welcome")
        someone.press("begin")
        expect(page.get_by_role("alert")).to_have_text(someone.word("code_missing"))
        look("no code")
        for code, said in zip(("QQQQ-QQQQ", *line.codes[2:]), ("unknown", "used", "revoked"), strict=False):
            someone.open(code)
            someone.heading(someone.word(f"code_{said}"))
            look(said)
        someone.open(line.codes[0])
        someone.heading(someone.word("before"))
        assert FORM["intro"][1][language] in page.inner_text("main")
        look("before")
        someone.press("go_on")
        look("assent")
        someone.choose("tell")
        someone.heading(someone.word("told"))
        look("told")
        someone.press("go_on")
        someone.choose("yes")
        look("age")
        someone.choose("10_12")
        for number in range(2, len(OF_A_SCHOOL)):
            look(f"question {number}")
            someone.choose("skip")
        look("ready")
        page.get_by_role("link", name=someone.word("help"), exact=True).click()
        look("help")
        someone.press("back")
        page.route("**/jawaban", cut_before)
        someone.press("send")
        someone.heading(someone.word("not_sent"))
        look("not sent")
        page.unroute("**/jawaban")
        someone.press("again")
        someone.heading(FORM["outro"][0][language])
        look("thanks")
        someone.press("next_child")
        someone.open(line.codes[1])
        someone.agree()
        someone.press("stop")
        look("stop")
        someone.press("stop_no")
        someone.choose("from_18")
        look("from 18")
        page.goto(f"{at}/anak/bantuan?lang={language}")
        look("help without a script")
    assert {name: found for name, found in faults.items() if found} == {}


def test_by_keyboard_alone(phone: Child, line: ChildLine) -> None:
    """Tab and Enter are enough from the code to the thanks; each screen begins at its heading."""
    page = phone.page
    phone.open()
    phone.heading(phone.word("welcome"))
    page.keyboard.press("Tab")
    page.keyboard.type(line.codes[0].replace("-", " ").lower())
    page.keyboard.press("Enter")
    phone.heading(phone.word("before"))
    _press(page, "button.main")
    _press(page, "[data-choice=yes]")
    _press(page, "[data-choice='13_15']")
    for name in OF_A_SCHOOL[2:]:
        _press(page, "[data-choice=no]" if name != "sex_opt" else "[data-choice=girl]")
    _press(page, "button.main")
    phone.heading(FORM["outro"][0]["id"])
    (stored,) = line.stored
    assert stored == dict.fromkeys(OF_A_SCHOOL, "no") | {"assent": "yes", "age_band": "13_15", "sex_opt": "girl"}
    assert list(stored) == OF_A_SCHOOL, "all that the form asks of a school, in its order"


def _press(page: Page, selector: str) -> None:
    expect(page.locator("main h1")).to_be_focused()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"no key leads to {selector}")


@pytest.mark.parametrize("kind", ["taman", "perpustakaan", "forum_anak"])
def test_at_each_place_it_asks_what_the_form_asks_there(phone: Child, line: ChildLine, kind: str) -> None:
    phone.begin(line.session_at(kind)[0])
    phone.answer("16_17", "yes")
    phone.press("send")
    phone.heading(FORM["outro"][0]["id"])
    asked = [one["name"] for one in FORM["questions"] if one["kinds"] is None or kind in one["kinds"]]
    assert [list(one) for one in line.stored] == [asked]


def test_going_back_and_choosing_otherwise_and_the_other_language_lose_nothing(phone: Child, line: ChildLine) -> None:
    page = phone.page
    phone.begin(line.codes[0])
    phone.choose("10_12")
    phone.choose("yes")
    phone.press("back")
    expect(page.locator("[aria-pressed=true]")).to_have_attribute("data-choice", "yes")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("link", name="Bahasa Indonesia")).to_be_focused()
    expect(page.locator("[aria-pressed=true]")).to_have_attribute("data-choice", "yes")
    phone.choose("sometimes")
    while page.locator("[data-choice=skip]").count():
        phone.choose("skip")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("h1")).to_have_text(FORM["outro"][0]["en"])
    (stored,) = line.stored
    assert (stored["age_band"], stored[OF_A_SCHOOL[2]]) == ("10_12", "sometimes")


AGREED = (("press", "go_on"), ("choose", "yes"))
ENDS: dict[str, tuple[tuple[str, str], ...]] = {
    "no": (("press", "go_on"), ("choose", "no")),
    "stops before": (("press", "stop"), ("press", "stop_yes")),
    "stops": (*AGREED, ("choose", "10_12"), ("choose", "yes"), ("press", "stop"), ("press", "stop_yes")),
    "does not send": (*AGREED, ("answer", "10_12"), ("press", "do_not_send")),
    "below ten": (*AGREED, ("choose", "below_10")),
    "from eighteen": (*AGREED, ("choose", "from_18")),
    "sends": (*AGREED, ("answer", "10_12"), ("press", "send")),
}


@pytest.mark.parametrize("way", ENDS)
def test_everybody_is_thanked_alike_and_only_who_sends_sends(phone: Child, line: ChildLine, way: str) -> None:
    phone.open(line.codes[0])
    phone.heading(phone.word("before"))
    for act, what in ENDS[way]:
        getattr(phone, act)(what)
    phone.heading(FORM["outro"][0]["id"])
    shown = phone.page.inner_text("main")
    said = [text["id"] for text in FORM["outro"]]
    if way in ("below ten", "from eighteen"):
        said.insert(
            1, "Halaman ini untuk anak umur 10 sampai 17 tahun. Berikan lagi kertas kodemu kepada kakak pendamping."
        )
    assert [part for part in shown.split("\n") if part] == [*said, phone.word("next_child")]
    assert len(line.stored) == (way == "sends")
    assert line.is_used(line.codes[0]) == (way == "sends")


# ── help, and leaving


def test_help_is_one_touch_away_on_each_screen_and_loses_nothing(phone: Child, line: ChildLine) -> None:
    page = phone.page
    to_help = page.get_by_role("link", name=phone.word("help"), exact=True)
    phone.begin(line.codes[0])
    phone.choose("10_12")
    phone.choose("yes")
    asked = page.locator("main h1").inner_text()
    to_help.click()
    phone.heading(phone.word("help_title"))
    for number in ("129", "110", "112", "08111-129-129", "UPTD PPA Rekaan: (0999) 123-456"):
        expect(page.get_by_role("link", name=number).first).to_be_visible()
    assert page.get_by_role("link", name="Rekaan").get_attribute("href") == "tel:0999123456"
    phone.press("back")
    phone.heading(asked)
    phone.press("back")
    expect(page.locator("[aria-pressed=true]")).to_have_attribute("data-choice", "yes")


def test_what_comes_by_itself_does_not_take_help_away_from_who_reads_it(phone: Child, line: ChildLine) -> None:
    phone.begin(line.codes[0])
    phone.answer("10_12")
    phone.page.route("**/jawaban", cut_before)
    phone.press("send")
    phone.heading(phone.word("not_sent"))
    phone.page.get_by_role("link", name=phone.word("help"), exact=True).click()
    phone.page.unroute("**/jawaban")
    with phone.page.expect_response("**/jawaban", timeout=30_000):
        phone.heading(phone.word("help_title"))
    phone.page.wait_for_timeout(200)
    phone.heading(phone.word("help_title"))
    phone.press("back")
    phone.heading(FORM["outro"][0]["id"])
    assert len(line.stored) == 1


@pytest.mark.parametrize("how", ["link", "Escape"])
def test_leaving_quickly_leaves_nothing_to_come_back_to(chromium: Browser, line: ChildLine, at: str, how: str) -> None:
    context = chromium.new_context(viewport=PHONE)  # type: ignore[arg-type]
    someone = Child(context.new_page(), at)
    context.route(f"{ELSEWHERE}**", lambda route: route.fulfill(body="elsewhere", content_type="text/html"))
    someone.begin(line.codes[0])
    someone.choose("10_12")
    someone.choose("no")
    if how == "link":
        someone.page.get_by_role("link", name=someone.word("leave"), exact=True).click()
    else:
        someone.page.keyboard.press("Escape")
    someone.page.wait_for_url(f"{ELSEWHERE}**")
    assert (line.stored, line.is_used(line.codes[0]), kept_by(context)) == ([], False, [])
    someone.page.go_back()
    assert someone.page.url == "about:blank", "in its place is where they went"
    context.close()


# ── the line is cut


@pytest.mark.parametrize("when", [cut_before, cut_after])
@pytest.mark.parametrize("path", ["kode", "jawaban"])
def test_where_the_line_is_cut_nothing_is_lost_and_nothing_doubled(
    phone: Child, line: ChildLine, path: str, when: Callable[[Route], None]
) -> None:
    cuts = iter([when] * 2)
    sent = list[str | None]()

    def cut(route: Route) -> None:
        sent.append(route.request.post_data)
        next(cuts, Route.continue_)(route)

    phone.page.route(f"**/anak/{path}", cut)
    phone.open(line.codes[0])
    if path == "kode":
        for _ in range(2):
            phone.heading(phone.word("cut"))
            phone.press("again")
    phone.agree()
    phone.answer("10_12", lambda number: ("yes", "no", "sometimes")[number % 3])
    phone.press("send")
    phone.heading(FORM["outro"][0]["id"])  # it tries again by itself
    (stored,) = line.stored
    assert list(stored) == OF_A_SCHOOL and stored["like_place"] == "no"
    assert (len(sent), len(set(sent))) == (3, 1), "the very same, until it arrives"


def test_while_it_is_not_sent_it_says_so_and_tries_when_the_line_is_back(phone: Child, line: ChildLine) -> None:
    phone.begin(line.codes[0])
    phone.answer("10_12")
    phone.page.context.set_offline(True)
    phone.press("send")
    phone.heading(phone.word("not_sent"))
    assert phone.word("not_sent_explained") in phone.page.inner_text("main")
    phone.page.context.set_offline(False)
    phone.heading(FORM["outro"][0]["id"])
    assert len(line.stored) == 1


def test_an_answer_that_is_not_sent_goes_with_the_page(phone: Child, line: ChildLine) -> None:
    phone.begin(line.codes[0])
    phone.answer("10_12", "yes")
    phone.page.route("**/jawaban", cut_before)
    phone.press("send")
    phone.heading(phone.word("not_sent"))
    phone.page.goto("about:blank")
    phone.page.unroute("**/jawaban")
    phone.page.go_back()
    phone.heading(phone.word("welcome"))
    phone.page.wait_for_timeout(2500)  # in which it would have tried again
    assert (line.stored, phone.page.input_value("#code")) == ([], "")


def test_who_will_not_wait_until_it_is_sent_takes_it_back(phone: Child, line: ChildLine) -> None:
    phone.begin(line.codes[0])
    phone.answer("10_12", "yes")
    phone.page.route("**/jawaban", cut_before)
    phone.press("send")
    phone.heading(phone.word("not_sent"))
    phone.press("do_not_send")
    phone.heading(FORM["outro"][0]["id"])
    phone.page.unroute("**/jawaban")
    phone.page.wait_for_timeout(2500)  # in which it would have tried again
    assert (line.stored, line.is_used(line.codes[0])) == ([], False)


@pytest.mark.parametrize("file", ["page.js", "page.css"])
def test_a_file_that_does_not_come_leaves_a_sentence_and_a_way(phone: Child, file: str) -> None:
    phone.page.route(f"**/{file}", cut_before)
    phone.page.goto(phone.address)
    if file == "page.js":
        expect(phone.page.locator("main")).to_contain_text(phone.word("not_here_yet"))
    phone.page.unroute(f"**/{file}")
    phone.page.get_by_role("link", name=phone.word("again")).click() if file == "page.js" else phone.page.reload()
    phone.heading(phone.word("welcome"))


@pytest.mark.parametrize("state", ["expired", "revoked", "off"])
def test_a_code_that_ends_meanwhile_is_told_kindly_and_the_answers_go(
    phone: Child, line: ChildLine, state: str
) -> None:
    phone.begin(line.codes[0])
    phone.answer("10_12")
    line.ends(line.codes[0], state)
    phone.press("send")
    phone.heading(phone.word("refused"))
    assert FORM["outro"][1]["id"] in phone.page.inner_text("main")
    phone.press("next_child")
    phone.heading(phone.word("welcome"))
    assert line.stored == []


# ── nothing is left for the next


def test_two_children_on_one_phone(phone: Child, line: ChildLine) -> None:
    page = phone.page
    phone.begin(line.codes[0])
    page.get_by_role("link", name="English").click()
    page.get_by_role("link", name="Bahasa Indonesia").click()
    phone.answer("10_12", "yes")
    phone.press("send")
    phone.heading(FORM["outro"][0]["id"])
    phone.press("next_child")
    phone.heading(phone.word("welcome"))
    assert page.input_value("#code") == "" and page.evaluate("location.hash") == ""
    page.fill("#code", line.codes[0])
    phone.press("begin")
    phone.heading(phone.word("code_used"))
    phone.press("next_child")
    page.fill("#code", line.codes[1])
    phone.press("begin")
    phone.agree()
    phone.choose("13_15")
    expect(page.locator("[aria-pressed]")).to_have_count(0)
    phone.press("back")
    phone.answer("16_17", "no")
    expect(page.locator("[aria-pressed]")).to_have_count(0)
    phone.press("send")
    phone.heading(FORM["outro"][0]["id"])
    assert {(one["age_band"], one["like_place"]) for one in line.stored} == {("10_12", "yes"), ("16_17", "no")}
    assert len(line.stored) == 2


@pytest.mark.parametrize("until", ["question", "thanks"])
def test_closing_and_coming_back_show_nothing_of_who_was_there(
    chromium: Browser, line: ChildLine, at: str, until: str
) -> None:
    with child(chromium, at) as someone:
        page = someone.page
        someone.begin(line.codes[0])
        someone.choose("10_12")
        someone.choose("no")
        if until == "thanks":
            while page.locator("[data-choice=skip]").count():
                someone.choose("skip")
            someone.press("send")
            someone.heading(FORM["outro"][0]["id"])
        for come_back in (lambda: (page.goto("about:blank"), page.go_back()), page.reload):
            come_back()
            someone.heading(someone.word("welcome"))
            assert line.codes[0] not in page.url and page.input_value("#code") == ""
        again = page.context.new_page()
        page.close()
        again.goto(someone.address)
        expect(again.locator("h1")).to_have_text(someone.word("welcome"))
        assert again.input_value("#code") == ""
        assert len(line.stored) == (until == "thanks")


def test_the_next_slip_in_the_same_window_begins_anew(phone: Child, line: ChildLine) -> None:
    phone.begin(line.codes[0])
    phone.choose("10_12")
    phone.choose("yes")
    phone.page.goto(f"{phone.address}#{line.codes[1]}")
    phone.agree()
    phone.answer("13_15", "no")
    expect(phone.page.locator("[aria-pressed]")).to_have_count(0)
    phone.press("send")
    phone.heading(FORM["outro"][0]["id"])
    assert [one["age_band"] for one in line.stored] == ["13_15"]
    assert (line.is_used(line.codes[0]), line.is_used(line.codes[1])) == (False, True)


def test_a_page_that_a_browser_puts_aside_is_empty_and_begins_anew(phone: Child, line: ChildLine) -> None:
    """Some keep a whole page to show it at once on going back: nothing of it is to be there then."""
    phone.begin(line.codes[0])
    phone.choose("10_12")
    phone.choose("yes")
    page = phone.page
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    assert page.locator("main").inner_html() == ""
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    phone.heading(phone.word("welcome"))
    assert page.input_value("#code") == ""


TRAPS = """
window.touched = [];
function trap(place, name) {
  const no = () => { window.touched.push(name); throw new DOMException("no", "SecurityError"); };
  Object.defineProperty(place, name, { get: no, set: no });
}
for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches", "cookieStore"]) {
  trap(window, name);
}
trap(Document.prototype, "cookie");
trap(Navigator.prototype, "serviceWorker");
trap(Navigator.prototype, "sendBeacon");
"""


def test_where_nothing_may_be_kept_all_works_since_nothing_is(chromium: Browser, line: ChildLine, at: str) -> None:
    context = chromium.new_context(viewport=PHONE)  # type: ignore[arg-type]
    context.add_init_script(TRAPS)
    someone = Child(context.new_page(), at)
    someone.begin(line.codes[0])
    someone.answer("10_12", "yes")
    someone.press("send")
    someone.heading(FORM["outro"][0]["id"])
    assert (someone.page.evaluate("window.touched"), someone.complaints, len(line.stored)) == ([], [], 1)
    context.close()


FILL = """(length) => {
  try {
    for (let one = 0; one < 1000; one++) localStorage["full" + length + one] = "x".repeat(length);
  } catch { return; }
}"""


def test_where_the_phone_is_full_all_works(phone: Child, line: ChildLine) -> None:
    phone.open()
    for length in (100_000, 100, 1):
        phone.page.evaluate(FILL, length)
    phone.begin(line.codes[0])
    phone.answer("10_12")
    phone.press("send")
    phone.heading(FORM["outro"][0]["id"])
    assert len(line.stored) == 1
    assert phone.page.evaluate("Object.keys(localStorage).every((name) => name.startsWith('full'))")
    phone.page.evaluate("localStorage.clear()")


def test_what_is_sent_says_nothing_of_who_sends_it(phone: Child, line: ChildLine) -> None:
    phone.begin(line.codes[0])
    phone.answer("10_12")
    with phone.page.expect_request("**/jawaban") as sent:
        phone.press("send")
    phone.heading(FORM["outro"][0]["id"])
    body = sent.value.post_data_json or {}
    assert body.keys() == {"code", "version", "answers", "once"} and re.fullmatch("[0-9a-f]{32}", body["once"])
    assert len(line.saw) == 2
    for headers in line.saw:
        assert not {"HTTP_COOKIE", "HTTP_REFERER"} & headers.keys() and headers["HTTP_ORIGIN"] == phone.site
    assert all("#" not in url and line.codes[0] not in url for url in phone.asked[1:])


# ── read aloud, sign language, no script


VOICES = """
window.said = [];
const voices = %s;
Object.defineProperty(window, "speechSynthesis", { value: { getVoices: () => voices, cancel() {}, addEventListener() {},
  speak(one) { window.said.push(one.text + "|" + one.voice.name); } } });
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""
LOCAL, AWAY = (
    "{ name: 'dekat', lang: 'id_ID', localService: true }",
    "{ name: 'jauh', lang: 'id-ID', localService: false }",
)


@pytest.mark.parametrize("voices, said", [((AWAY, LOCAL), True), ((AWAY,), False)])
def test_it_is_read_aloud_only_by_a_voice_on_the_phone(
    chromium: Browser, line: ChildLine, at: str, voices: tuple[str, ...], said: bool
) -> None:
    with child(chromium, at) as someone:
        someone.page.add_init_script(VOICES % f"[{', '.join(voices)}]")
        someone.begin(line.codes[0])
        listen = someone.page.get_by_role("button", name=someone.word("listen"))
        expect(listen).to_have_count(int(said))
        if said:
            listen.click()
            spoken = someone.page.evaluate("window.said")
            assert spoken[0] == "Berapa umurmu?|dekat" and len(spoken) == 7, "the question, and what may be answered"


def test_sound_and_sign_language_are_asked_for_only_by_who_wants_them(phone: Child, line: ChildLine) -> None:
    """Where there is a file of ours; there is none yet, so the page is told of one here."""

    def with_files(route: Route) -> None:
        text = route.fetch().text()
        route.fulfill(body=text.replace('"sound": []', '"sound": ["sound/id/age_band.mp3"]')
                      .replace('"sign": []', '"sign": ["sign/age_band.webm"]'), content_type="text/html")  # fmt: skip

    phone.page.route("**/anak/?lang=id*", with_files)
    phone.begin(line.codes[0])
    assert not [url for url in phone.asked if "/sound/" in url or "/sign/" in url]
    phone.press("listen")
    phone.press("sign")
    phone.page.wait_for_timeout(300)
    asked = {url.rsplit("/static/", 1)[1].split("/", 1)[1] for url in phone.asked if re.search("/(sound|sign)/", url)}
    assert asked == {"sound/id/age_band.mp3", "sign/age_band.webm"}
    expect(phone.page.get_by_role("button", name=phone.word("sign"))).to_have_count(0)


@LANGUAGES
def test_without_a_script_there_is_a_kind_sentence_and_help(
    chromium: Browser, at: str, line: ChildLine, language: str
) -> None:
    with child(chromium, at, language, java_script_enabled=False) as someone:
        someone.page.goto(someone.address)
        main = someone.page.locator("main")
        assert someone.word("no_script") in main.inner_text() and someone.word("help_129") in main.inner_text()
        assert someone.word("wait") not in main.inner_text()
        someone.page.get_by_role("link", name=someone.word("help"), exact=True).click()
        expect(someone.page.locator("h1")).to_have_text(someone.word("help_title"))


# ── how much it is


def test_the_first_question_takes_few_bytes_on_a_slow_phone_and_line(
    chromium: Browser, at: str, line: ChildLine, capsys: pytest.CaptureFixture[str]
) -> None:
    """Bytes are bound, and seconds told: those of a machine that runs other tests meanwhile say little."""
    with child(chromium, at) as someone:
        page, sizes = someone.page, dict[str, int]()
        devtools = page.context.new_cdp_session(page)
        names: dict[str, str] = {}
        devtools.on("Network.responseReceived", lambda it: names.update({it["requestId"]: it["response"]["url"]}))
        devtools.on("Network.loadingFinished", lambda it: sizes.update({it["requestId"]: int(it["encodedDataLength"])}))
        for command, more in (("Network.enable", {}), ("Network.emulateNetworkConditions", SLOW),
                              ("Emulation.setCPUThrottlingRate", {"rate": 4})):  # fmt: skip
            devtools.send(command, more)
        page.goto(someone.address + f"#{line.codes[0]}", wait_until="commit", timeout=60_000)
        seconds: dict[str, float] = {}

        def note(name: str) -> None:
            seconds[name] = page.evaluate("performance.now()") / 1000

        someone.heading(someone.word("before"))
        note("what it is about")
        someone.press("go_on")
        someone.heading(FORM["questions"][0]["label"]["id"])
        note("first question")
        bytes_then = {names.get(key, ""): size for key, size in sizes.items()}
        page.wait_for_load_state("networkidle")
        all_bytes = {names.get(key, ""): size for key, size in sizes.items()}
        pictures = {url: size for url, size in all_bytes.items() if url.endswith(".svg")}
        main = {url: size for url, size in all_bytes.items() if url and url not in pictures}
        with capsys.disabled():
            print(f"\nchildren's page at 50 kB/s, 400 ms, CPU 4x slower: {seconds}; until the first question "
                  f"{sum(bytes_then.values())} bytes, of these without pictures {sum(main.values())}; "
                  f"largest picture {max(pictures.values())}")  # fmt: skip
        assert len(main) == 4, "the page, its style, its script, and what the code opens"
        assert sum(main.values()) < 60_000 and sum(all_bytes.values()) < 100_000
        assert max(pictures.values()) < 40_000
