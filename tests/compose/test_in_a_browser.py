"""Chromium at the address that was set: over TLS and HTTP/2, with a cookie that nobody else could have set."""

import pytest
from playwright.sync_api import expect

from server.words import catalogue
from tests.compose.stack import Stack
from tests.compose.tls import NAME
from tests.support.chromium import running_chromium
from verification.reason import Reason

pytestmark = pytest.mark.ci
_PROTOCOL = "performance.getEntriesByType('navigation')[0].nextHopProtocol"


def test_a_form_is_sent_and_heard(served: Stack) -> None:
    complaints: list[str] = []
    here = f"--host-resolver-rules=MAP {NAME}:443 127.0.0.1:{served.tls_port}, MAP {NAME}:80 127.0.0.1:{served.port}"
    with running_chromium(here) as browser:
        context = browser.new_context(ignore_https_errors=True)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(f"http://{NAME}/")
        assert page.url == f"https://{NAME}/masuk" and page.evaluate(_PROTOCOL) == "h2"
        assert complaints == []
        page.locator("#email").fill("nobody@example.org")
        page.locator("#password").fill("not a password")
        page.get_by_role("button", name="Masuk", exact=True).click()
        expect(page.get_by_role("alert")).to_have_text(catalogue("id").reason(Reason("login_wrong")))
        (cookie,) = context.cookies()
        assert {name: cookie.get(name) for name in ("name", "domain", "path", "secure", "httpOnly", "sameSite")} == {
            "name": "__Host-tilik", "domain": NAME, "path": "/", "secure": True, "httpOnly": True, "sameSite": "Lax",
        }  # fmt: skip
