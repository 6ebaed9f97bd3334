"""The children's page in a real browser, on a small phone: answering, help, leaving, hearing, and how much it is."""

import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from server.feedback.page import ELSEWHERE
from tests.browser.children import FORM, OF_A_SCHOOL, PHONE, SLOW, Child, child, cut_before, kept_by
from tests.support.child_line import ChildLine

pytestmark = pytest.mark.ci
LANGUAGES = pytest.mark.parametrize("language", ["id", "en"])


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
    assert [part for part in shown.split("\n") if part] == [*said, phone.word("listen"), phone.word("next_child")]
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
def test_it_is_read_aloud_by_a_voice_on_the_phone_or_else_by_a_file_of_ours(
    chromium: Browser, line: ChildLine, at: str, voices: tuple[str, ...], said: bool
) -> None:
    with child(chromium, at) as someone:
        someone.page.add_init_script(VOICES % f"[{', '.join(voices)}]")
        someone.begin(line.codes[0])
        if said:
            someone.press("listen")
            someone.page.wait_for_function("window.said.length > 6")
        else:
            with someone.page.expect_request("**/sound/**"):
                someone.press("listen")
        spoken, heard = someone.page.evaluate("window.said"), [url for url in someone.asked if "/sound/" in url]
        if said:
            assert spoken[0] == "Berapa umurmu?|dekat" and len(spoken) == 7, "the question, and what may be answered"
            assert heard == []
        else:
            assert spoken == [] and [url.rsplit("/sound/")[1] for url in heard] == ["id/age_band.mp3"]


@LANGUAGES
def test_a_sound_file_can_be_heard(chromium: Browser, line: ChildLine, at: str, language: str) -> None:
    with child(chromium, at, language) as someone:
        someone.begin(line.codes[0])
        with someone.page.expect_request("**/sound/**") as asked:
            someone.press("listen")
        seconds = someone.page.evaluate(
            """async (file) => { const sound = new Audio(file); sound.muted = true; await sound.play();
               return sound.duration; }""",
            asked.value.url,
        )
        assert 5 < seconds < 40


def test_sound_and_sign_language_are_asked_for_only_by_who_wants_them(phone: Child, line: ChildLine) -> None:
    """Of sign language there is no file yet, so the page is told of one here."""

    def with_files(route: Route) -> None:
        text = route.fetch().text()
        text = text.replace('"sign": []', '"sign": ["sign/age_band.webm"]')
        route.fulfill(body=text, content_type="text/html")

    phone.page.route("**/anak/?lang=id*", with_files)
    phone.begin(line.codes[0])
    assert not [url for url in phone.asked if "/sound/" in url or "/sign/" in url]
    with phone.page.expect_request("**/sound/**"):
        phone.press("listen")
    with phone.page.expect_request("**/sign/**"):
        phone.press("sign")
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
