"""The children's page when the line is cut, the phone full or the next child there: nothing lost, nothing left."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser.children import FORM, OF_A_SCHOOL, PHONE, Child, child, cut_after, cut_before
from tests.support.child_line import ChildLine

pytestmark = pytest.mark.ci


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
