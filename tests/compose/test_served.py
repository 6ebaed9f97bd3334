"""Served to others: what nginx and gunicorn of compose.yaml answer at their name over TLS, and what elsewhere."""

import html
import re
import signal
import socket
import ssl
import subprocess
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest

from server.words import catalogue
from tests.compose.mirror import SEEN
from tests.compose.stack import Stack, free_port
from tests.compose.tls import NAME, OURS, Client, handshaken, new_certificate, renewed_by_certbot
from tests.support.operator import eventually
from tests.support.raw import answer_to, read_all, status_of
from verification.reason import Reason

pytestmark = pytest.mark.ci
YEAR = "max-age=31536000"


# ── TLS


def test_it_is_served_over_tls_and_browsers_come_back_that_way_for_a_year(client: Client) -> None:
    answer = client.get("/masuk")
    assert answer.status_code == 200 and "<main " in answer.text
    assert answer.headers["Strict-Transport-Security"] == YEAR
    assert "Server" not in answer.headers or answer.headers["Server"] == "nginx"


def spoken(stack: Stack, *options: str) -> str:
    """Shake hands by openssl, which still knows the protocols of old; gives what it says of it."""
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{stack.tls_port}", "-servername", NAME,
               "-cipher", "ALL:@SECLEVEL=0", *options]  # fmt: skip
    run = subprocess.run(command, input="", capture_output=True, text=True, errors="replace", timeout=30)
    return run.stdout + run.stderr


@pytest.mark.parametrize("option", ["-tls1", "-tls1_1"])
def test_protocols_of_old_are_refused_as_such(served: Stack, option: str) -> None:
    assert "alert protocol version" in spoken(served, option)


@pytest.mark.parametrize(("option", "protocol"), [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")])
def test_what_is_spoken_keeps_what_was_recorded_shut(served: Stack, option: str, protocol: str) -> None:
    said = spoken(served, option)
    assert re.search(rf"New, {protocol}, Cipher is (TLS_|ECDHE-)\S*(GCM|CHACHA20)", said), said
    ticket = said.partition("TLS session ticket:")[2].partition("\n\n")[0]
    assert "0020 - " not in ticket, "a number of 32 bytes, and no session that a key would open"


@pytest.mark.parametrize("cipher", ["AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA", "DHE-RSA-AES128-GCM-SHA256", "NULL"])
def test_weak_ciphers_are_not_taken(served: Stack, cipher: str) -> None:
    assert "Cipher is (NONE)" in spoken(served, "-tls1_2", "-cipher", f"{cipher}:@SECLEVEL=0")


def test_http_2_is_offered(served: Stack) -> None:
    assert "ALPN protocol: h2" in spoken(served, "-alpn", "h2,http/1.1")


# ── by which name


@pytest.mark.parametrize("name", ["attacker.example", f"x.{NAME}", "localhost", "127.0.0.1", None])
def test_a_handshake_for_another_name_is_refused(served: Stack, name: str | None) -> None:
    with pytest.raises(ssl.SSLError, match="UNRECOGNIZED_NAME"):
        handshaken(served, name)


@pytest.mark.parametrize("host", ["attacker.example", "localhost", "127.0.0.1", f"{NAME}.attacker.example", ""])
def test_asked_for_by_another_name_it_does_not_say_a_word(served: Stack, host: str) -> None:
    for request in (
        f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n",
        f"GET https://{host or 'x'}/ HTTP/1.1\r\nHost: {NAME}\r\n\r\n",
    ):
        with handshaken(served) as line:
            line.sendall(request.encode())
            assert status_of(read_all(line)) in (0, 400)
        plain = answer_to(f"http://127.0.0.1:{served.port}", request.encode())
        assert status_of(plain) in (0, 400) and b"Location" not in plain


def test_another_port_is_another_address(client: Client) -> None:
    answer = client.get("/", headers={"Host": f"{NAME}:8443"})
    assert answer.status_code == 403 and "alamat lain" in answer.text


def test_the_web_itself_takes_neither_a_name_of_this_machine_nor_what_came_without_tls(served: Stack) -> None:
    for head, status in ((f"Host: {NAME}\r\nX-Forwarded-Proto: https", 200), (f"Host: {NAME}", 403),
                         (f"Host: {NAME}\r\nX-Forwarded-Proto: http", 403),
                         ("Host: localhost\r\nX-Forwarded-Proto: https", 403), ("Host: localhost", 403)):  # fmt: skip
        for path in ("/masuk", "/sehat"):
            with socket.socket(socket.AF_UNIX) as line:
                line.connect(str(served.folder / "run" / "web.sock"))
                line.sendall(f"GET {path} HTTP/1.1\r\n{head}\r\nConnection: close\r\n\r\n".encode())
                assert status_of(read_all(line)) == status, (path, head)


# ── port 80


@pytest.mark.parametrize("path", ["/", "/laporan/2026/99.01?lang=en", "//attacker.example", "/%0d%0aX:%20y", "/\\x",
                                  "/.well-known/acme-challenge", "/.well-known/acme-challengers/x"])  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_without_tls_everybody_is_sent_to_the_name_that_was_set(served: Stack, method: str, path: str) -> None:
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: {NAME}\r\nX-Forwarded-Host: attacker.example\r\nConnection: close\r\n\r\n"
    )
    answer = answer_to(f"http://127.0.0.1:{served.port}", head.encode()).decode()
    assert status_of(answer.encode()) == 301 and "Set-Cookie" not in answer
    assert re.findall(r"^Location: (.*)\r$", answer, re.MULTILINE) == [f"https://{NAME}{path}"]


def test_a_challenge_is_shown_and_nothing_beside_it(served: Stack, client: Client) -> None:
    folder = served.folder / "acme/.well-known/acme-challenge"
    folder.mkdir(parents=True)
    (folder / "a-Token_1").write_text("a-Token_1.thumbprint")
    for beside in (folder / "with.dot", folder.parent / "beside", served.folder / "acme" / "above"):
        beside.write_text("secret")
    (folder / "link").symlink_to(served.folder / "secrets-proxy" / "certificate_key")
    (folder / "folder").mkdir()
    at = "/.well-known/acme-challenge"
    answer = client.get(f"{at}/a-Token_1", tls=False)
    assert (answer.status_code, answer.text) == (200, "a-Token_1.thumbprint")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client.ask("POST", f"{at}/a-Token_1", tls=False).status_code == 405
    for path in ("/link", "/nothing", "/folder", "/with.dot", "/", "/folder/", "/../beside", "/..%2fbeside",
                 "/../../above", "/%2e%2e/%2e%2e/above", "/a-Token_1/../../../above", "//a-Token_1", "/link/",
                 "/.%2e/.%2e/.%2e/secrets-proxy/certificate_key"):  # fmt: skip
        head = f"GET {at}{path} HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n"
        answer_said = answer_to(f"http://127.0.0.1:{served.port}", head.encode())
        assert status_of(answer_said) in (301, 400, 404, 403) or path == "//a-Token_1", path
        assert (
            b"secret\r\n" not in answer_said
            and b"PRIVATE KEY" not in answer_said
            and b"\r\n\r\nsecret" not in answer_said
        )


# ── what a client says of itself

SPOOFED = {
    "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http", "X-Forwarded-Protocol": "http",
    "X-Forwarded-Ssl": "off", "X-Forwarded-Host": "attacker.example", "X-Forwarded-Port": "1",
    "X-Forwarded-Prefix": "/attacker", "X-Real-IP": "203.0.113.9", "Forwarded": "for=203.0.113.9;proto=http;host=x",
    "SCRIPT_NAME": "/attacker", "PATH_INFO": "/attacker", "REMOTE_USER": "attacker", "X_Forwarded_For": "203.0.113.9",
}  # fmt: skip


@pytest.mark.parametrize("headers", [{}, SPOOFED, *({name: value} for name, value in SPOOFED.items())])
def test_what_it_says_of_where_it_comes_from_changes_nothing(client: Client, headers: dict[str, str]) -> None:
    assert client.get(SEEN, headers=headers).json() == {
        "address": "127.0.0.1", "scheme": "https", "host": NAME, "SCRIPT_NAME": "", "PATH_INFO": SEEN,
        "REMOTE_USER": None,
        "told": {"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "https"},
    }  # fmt: skip


@pytest.mark.parametrize("origin", [f"http://{NAME}", f"https://{NAME}:443", f"https://{NAME}:8443", "https://localhost",
                                    f"https://x.{NAME}", "null", "https://attacker.example"])  # fmt: skip
def test_a_change_comes_from_this_very_address(client: Client, origin: str) -> None:
    for headers in ({"Origin": origin}, OURS | {"Origin": origin}):
        assert client.ask("POST", "/masuk", headers=headers).status_code == 403


def test_who_logs_in_by_its_form_is_heard(client: Client) -> None:
    page = client.get("/masuk")
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[0]
    typed = {"email": "nobody@example.org", "password": "not a password", "csrf_token": token}
    said = [client.ask("POST", "/masuk", headers=headers, data=typed).text
            for headers in (OURS, {"Origin": OURS["Origin"]}, {"Sec-Fetch-Site": "same-origin"})]  # fmt: skip
    assert all(catalogue("id").reason(Reason("login_wrong")) in html.unescape(text) for text in said)
    client.session.cookies.clear()
    without = client.ask("POST", "/masuk", headers=OURS, data=typed)
    assert without.status_code == 400 and catalogue("id").say("page.stale") in html.unescape(without.text)


# ── what browsers are told


def test_a_cookie_is_ours_alone_and_for_tls_alone(client: Client) -> None:
    answers = [client.get(path) for path in (SEEN, "/", "/pekerjaan", "/masuk", "/nowhere")]
    cookies = [cookie for answer in answers for cookie in answer.raw.headers.getlist("Set-Cookie")]
    assert cookies
    for cookie in cookies:
        attributes = {part.strip().partition("=")[0].lower() for part in cookie.split(";")[1:]}
        assert {"secure", "httponly", "samesite", "path"} <= attributes and "domain" not in attributes, cookie
        assert cookie.startswith("__Host-") and "SameSite=None" not in cookie, cookie


def unusual(client: Client) -> dict[str, tuple[int, dict[str, str]]]:
    """Give the answers that nginx gives by itself, and one of each kind from the pages."""
    asked = {
        "400": client.get("/", headers={"Content-Length": "x"}), "405": client.ask("TRACE", "/"),
        "404": client.get("/-/resting"), "413": client.ask("POST", "/", headers=OURS, data=b"x" * 1_200_000),
        "414": client.get("/" + "x" * 9000), "431": client.get("/", headers={"X-Long": "x" * 9000}),
        "page": client.get("/masuk"), "error": client.get("/nowhere"), "health": client.get("/sehat"),
        "style": client.get("/static/tilik.css"), "refused": client.ask("POST", "/pekerjaan"),
    }  # fmt: skip
    return {name: (answer.status_code, dict(answer.headers)) for name, answer in asked.items()}


def test_every_answer_says_what_browsers_may_do_with_it_nginx_own_too(client: Client) -> None:
    found = unusual(client)
    statuses = {name: status for name, (status, _) in found.items()}
    assert statuses == {"400": 400, "405": 405, "404": 404, "413": 413, "414": 414, "431": 400, "page": 200,
                        "error": 404, "health": 200, "style": 200, "refused": 403}  # fmt: skip
    for name, (_, headers) in found.items():
        assert headers["Strict-Transport-Security"] == YEAR, name
        assert headers["X-Content-Type-Options"] == "nosniff", name
        assert "default-src 'none'" in headers["Content-Security-Policy"], name
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"], name
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin", name
        assert name == "style" or headers["Cache-Control"] == "no-store", name
        assert headers.get("Server", "nginx") == "nginx", name


def test_plain_http_at_the_secure_port_is_refused_in_words(served: Stack) -> None:
    head = f"GET / HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n".encode()
    answer = answer_to(f"http://127.0.0.1:{served.tls_port}", head)
    assert status_of(answer) == 400 and b"tidak dapat dibaca" in answer


# ── limits


def test_two_hundred_requests_in_hand_from_one_address_and_no_more(served: Stack, client: Client) -> None:
    half = f"POST /pekerjaan HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 99\r\n\r\njob="
    with ExitStack() as lines:
        for number in range(200):
            lines.enter_context(handshaken(served)).sendall(half.encode())
            assert number != 190 or client.get("/sehat").status_code == 200
        answers = [client.get("/sehat") for _ in range(3)]
        assert {answer.status_code for answer in answers} == {429}
        assert "Terlalu banyak permintaan" in answers[0].text
    assert [client.get("/sehat").status_code for _ in range(20)][-1] == 200


# ── certificates renewed, the web down, and what is left behind


def test_a_renewed_certificate_is_taken_and_a_broken_one_is_not(served: Stack, tmp_path: Path) -> None:
    before, renewed, mounted = shown(served), new_certificate(tmp_path), served.folder / "secrets-proxy"
    for name in renewed:  # as a mount of one file does, it follows the file and not its name
        (mounted / name).unlink()
        (mounted / name).hardlink_to(served.folder / "secrets" / name)
    (mounted / "certificate").write_text("no certificate at all")
    read_again(served)
    eventually(lambda: "cannot load certificate" in served.log("proxy-1"))
    assert shown(served, checked=False) == before
    renewed_by_certbot(served, renewed, tmp_path)
    now = ssl.PEM_cert_to_DER_cert(renewed["certificate"])
    eventually(lambda: all(shown(served, checked=False) == now for _ in range(20)))  # at first the old one is there too
    assert shown(served) == now and Client(served).get("/sehat").text == "ok"


def shown(stack: Stack, checked: bool = True) -> bytes:
    """Give the certificate that is shown to who asks; unchecked, to who would take any."""
    wanted: dict[str, Any] = {} if checked else {"check_hostname": False, "verify_mode": ssl.CERT_NONE}
    with handshaken(stack, **wanted) as line:
        return line.getpeercert(binary_form=True) or b""


def read_again(stack: Stack) -> None:
    """Do what `docker compose kill -s HUP proxy` does."""
    stack.running["proxy-1"].send_signal(signal.SIGHUP)


def test_another_machine_answers_where_the_first_does_not(served: Stack) -> None:
    client, port, socket_of = Client(served), free_port(), "unix:/run/tilik/web.sock"
    (served.folder / "machines" / "b.conf").write_text(f"server 127.0.0.1:{port};")
    served.instead[socket_of] = f"127.0.0.1:{port}"
    served.start("web", 2)
    eventually(lambda: answers_at(port))
    read_again(served)
    served.kill("web-1")
    eventually(lambda: client.get("/sehat").status_code == 200)
    assert {client.get("/sehat").status_code for _ in range(20)} == {200}
    served.kill("web-2")
    del served.instead[socket_of]
    (served.folder / "machines" / "b.conf").unlink()
    served.start("web")
    read_again(served)
    served.until_healthy("web", "proxy")


def answers_at(port: int) -> bool:
    with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False


def test_where_the_pages_do_not_answer_it_says_so_in_both_languages_and_writes_nothing_down(served: Stack) -> None:
    served.kill("web-1")
    assert served.check("proxy") != 0
    answer = Client(served).get("/kiriman/path-asked-for?query=asked-for", headers={"Referer": "https://x.example/"})
    assert answer.status_code == 503 and answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "Tilik sedang tidak menjawab" in answer.text and "Tilik does not answer" in answer.text
    assert answer.headers["Strict-Transport-Security"] == YEAR and answer.headers["Cache-Control"] == "no-store"
    with_files = Client(served).ask("POST", "/wilayah/2026/99.01/klaim", headers=OURS, data=b"x" * 3_000_000)
    assert (with_files.status_code, with_files.text) == (503, answer.text)
    said = served.log("proxy-1") + served.log("web-1")
    assert not re.search(r"client: |asked-for|GET |POST |x\.example|203\.0\.113\.9", said), said
    served.start("web")
    served.until_healthy("web", "proxy")
