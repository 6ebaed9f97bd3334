"""Mail at a real server: what goes over the wire, and how each way of not going ends."""

import socket
import ssl
import threading
from pathlib import Path

import pytest

from server.messages.channels import Channel, Topic
from server.messages.outbox import Letter
from server.messages.sentences import said
from server.settings import Settings
from tests.support.mail import FROM, NAME, Post, certified, lead_here, mail_server
from tests.support.telling import mailing
from tests.support.wires import Listener
from workers.outside import OutsideProblem
from workers.telling.mail import Mail, written
from workers.telling.problems import ChannelProblem, Deadlines, Undelivered

# said by the test server, which does not know of a TLS that was there before it
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")
AT_ONCE = Deadlines(answer=5, exchange=10)


def letter(to: str = "ani@contoh.test", number: int = 1) -> Letter:
    settings = mailing()
    return Letter(number, f"0000-{number}", 1, Channel.MAIL, to, said(settings, Topic.WAITS, "id"))


def send(settings: Settings, *letters: Letter, deadlines: Deadlines = AT_ONCE) -> None:
    with Mail(settings, deadlines) as mail:
        for one in letters or (letter(),):
            mail.send(one)


def refusal(settings: Settings, *letters: Letter, deadlines: Deadlines = AT_ONCE) -> OutsideProblem:
    with pytest.raises(OutsideProblem) as refused:
        send(settings, *letters, deadlines=deadlines)
    return refused.value


def test_the_sentence_arrives_in_both_languages_and_nothing_else() -> None:
    with mail_server() as post:
        send(mailing(post.port))
    (envelope,), (message,) = post.received, post.messages()
    assert (envelope.mail_from, envelope.rcpt_tos) == (FROM, ["ani@contoh.test"])
    assert message.get_content().splitlines() == [
        "Ada yang menunggu di Tilik. Masuk di https://tilik.contoh.test", "",
        "Something waits in Tilik. Log in at https://tilik.contoh.test",
    ]  # fmt: skip
    assert sorted(message.keys()) == [
        "Auto-Submitted", "Content-Transfer-Encoding", "Content-Type", "Date", "From", "MIME-Version", "Message-ID",
        "Subject", "To",
    ]  # fmt: skip
    assert (message["Subject"], message["Message-ID"]) == ("Ada yang menunggu di Tilik", "<0000-1@contoh.test>")
    assert message["Auto-Submitted"] == "auto-generated"


def test_who_says_hello_is_the_mails_domain_not_this_machine() -> None:
    with mail_server() as post:
        send(mailing(post.port))
    assert post.wire.startswith(b"ehlo contoh.test\r\n")
    assert socket.gethostname().encode() not in post.wire.replace(b"localhost", b"")


def test_a_handful_goes_over_one_connection() -> None:
    with mail_server() as post:
        send(mailing(post.port), *(letter(f"a{number}@contoh.test", number) for number in range(5)))
    assert post.wire.count(b"ehlo") == 1
    assert [envelope.rcpt_tos for envelope in post.received] == [[f"a{number}@contoh.test"] for number in range(5)]


# ── TLS


@pytest.mark.parametrize("way", ["smtps", "smtp"])
def test_over_tls_the_account_logs_in(way: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    lead_here(monkeypatch, NAME)
    tls = certified(NAME, monkeypatch, tmp_path)
    at_once, later = (tls, None) if way == "smtps" else (None, tls)
    with mail_server(at_once, later, password="rahasia") as post:
        send(mailing(smtp_url=f"{way}://tilik%40contoh.test@{NAME}:{post.port}", smtp_password="rahasia"))
    assert post.logins == [(b"tilik@contoh.test", b"rahasia")]
    assert len(post.received) == 1


def encrypted(way: str, tls: ssl.SSLContext | None, monkeypatch: pytest.MonkeyPatch) -> tuple[Post, OutsideProblem]:
    """Try to send to a server that is not this machine, with a password."""
    lead_here(monkeypatch, NAME)
    at_once, later = (tls, None) if way == "at_once" else (None, tls)
    with mail_server(at_once, later, password="rahasia" if tls else "") as post:
        scheme = "smtps" if way == "at_once" else "smtp"
        url = f"{scheme}://tilik@{NAME}:{post.port}"
        problem = refusal(mailing(smtp_url=url, smtp_password="rahasia"))
    return post, problem


def test_a_server_without_tls_or_who_hides_it_on_the_way_gets_neither_password_nor_message(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    post, problem = encrypted("later", None, monkeypatch)
    assert isinstance(problem, ChannelProblem) and problem.reason.code == "mail_without_tls"
    assert bytes(post.wire) == b"ehlo contoh.test\r\n", "not a byte more"


@pytest.mark.parametrize("way", ["at_once", "later"])
def test_a_certificate_that_nobody_vouches_for_is_refused(
    way: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    post, problem = encrypted(way, certified(NAME, monkeypatch, tmp_path, trusted=False), monkeypatch)
    assert problem.reason.code == "mail_tls_wrong" and problem.passes
    assert post.logins == [] and b"contoh.test>" not in post.wire


@pytest.mark.parametrize("way", ["at_once", "later"])
def test_so_is_one_of_another_name(way: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    post, problem = encrypted(way, certified("lain.contoh.test", monkeypatch, tmp_path), monkeypatch)
    assert problem.reason.code == "mail_tls_wrong"
    assert post.logins == [] and post.received == []


def test_what_is_injected_behind_starttls_is_not_taken_for_the_servers_word(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whoever is between may answer STARTTLS and, in the same packet, for what comes after it."""
    lead_here(monkeypatch, NAME)
    heard = bytearray()

    def serve(wire: socket.socket) -> None:
        wire.sendall(b"220 surat\r\n")
        for answer in (
            b"250-surat\r\n250 STARTTLS\r\n",
            b"220 go on\r\n250 surat\r\n250 OK\r\n250 OK\r\n354 go on\r\n250 OK\r\n",
        ):
            heard.extend(wire.recv(65536))
            wire.sendall(answer)
        while piece := wire.recv(65536):
            heard.extend(piece)

    listener = Listener(serve)
    listener.start()
    try:
        problem = refusal(mailing(listener.port, NAME), deadlines=Deadlines(answer=0.3, exchange=1))
    finally:
        listener.stop()
    assert isinstance(problem, ChannelProblem)
    assert b"MAIL" not in heard.upper() and b"menunggu" not in heard


def test_a_wrong_password_is_the_channels_trouble(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    lead_here(monkeypatch, NAME)
    with mail_server(at_once=certified(NAME, monkeypatch, tmp_path), password="rahasia") as post:
        problem = refusal(mailing(smtp_url=f"smtps://tilik@{NAME}:{post.port}", smtp_password="salah"))
    assert isinstance(problem, ChannelProblem) and problem.reason.code == "mail_login_refused"
    assert problem.reason.values == {"status": "535"} and "salah" not in str(problem.reason)


# ── refusals


@pytest.mark.parametrize("where", ["answers", "at_data"])
@pytest.mark.parametrize("code, passes", [(451, True), (421, True), (550, False), (554, False)])
def test_a_code_of_4_passes_and_one_of_5_does_not(where: str, code: int, passes: bool) -> None:
    with mail_server() as post:
        getattr(post, where).append(f"{code} Kuncijawaban")
        problem = refusal(mailing(post.port))
    assert isinstance(problem, Undelivered) and problem.passes is passes
    assert problem.reason.code == "mail_refused" and problem.reason.values == {"status": str(code)}, "not its words"


def test_after_a_refusal_the_next_goes_over_the_same_connection() -> None:
    with mail_server() as post, Mail(mailing(post.port), AT_ONCE) as mail:
        post.answers.append("550 unknown")
        with pytest.raises(Undelivered):
            mail.send(letter())
        mail.send(letter("budi@contoh.test"))
    assert [envelope.rcpt_tos for envelope in post.received] == [["budi@contoh.test"]]
    assert post.wire.count(b"ehlo") == 1


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    problem = refusal(mailing(port))
    assert isinstance(problem, ChannelProblem) and problem.reason.values == {"what": "ConnectionRefusedError"}


def test_a_server_that_says_nothing_is_not_waited_for() -> None:
    listener = Listener(_read_on)
    listener.start()
    try:
        problem = refusal(mailing(listener.port), deadlines=Deadlines(answer=0.2, exchange=30))
    finally:
        listener.stop()
    assert isinstance(problem, ChannelProblem) and problem.reason.values == {"what": "SMTPServerDisconnected"}


def _read_on(wire: socket.socket) -> None:
    wire.recv(1)


def test_nor_one_that_says_a_letter_at_a_time() -> None:
    """Each comes within its time, and the greeting would never end."""
    pause = threading.Event()

    def serve(wire: socket.socket) -> None:
        wire.sendall(b"220 ")
        while not pause.wait(0.05):
            wire.sendall(b"x")

    listener = Listener(serve)
    listener.start()
    try:
        problem = refusal(mailing(listener.port), deadlines=Deadlines(answer=30, exchange=0.4))
    finally:
        pause.set()
        listener.stop()
    assert isinstance(problem, ChannelProblem) and problem.reason.code == "mail_unreachable"


# ── headers


@pytest.mark.parametrize("to", [
    "ani@contoh.test\r\nBcc: semua@contoh.test", "ani@contoh.test\nX: y", "ani@contoh.test, budi@contoh.test",
    "ani@contoh.test; budi@contoh.test", "<budi@contoh.test> ani@contoh.test", "ani@contoh.test>", "a b@contoh.test",
    "\u0430ni@contoh.test", "ani@c\u00f6ntoh.test", '"ani@x"@contoh.test', "ani", "ani@", "@contoh.test",
    "ani@contoh.test\r\nDATA", "ani@contoh.test\x00", "ani@contoh.test\n",
])  # fmt: skip
def test_an_address_adds_neither_a_header_nor_a_recipient(to: str) -> None:
    with mail_server() as post, Mail(mailing(post.port), AT_ONCE) as mail:
        with pytest.raises(Undelivered) as refused:
            mail.send(letter(to))
        mail.send(letter())
    assert refused.value.reason.code == "mail_address_odd" and not refused.value.passes
    assert [envelope.rcpt_tos for envelope in post.received] == [["ani@contoh.test"]]


@pytest.mark.parametrize(
    "to", ["ani+kerja@contoh.test", "o'b@contoh.test", "a.b-c_d@kemen.contoh.test", "{x}|y@contoh.test"]
)
def test_an_address_that_is_only_unusual_is_written_as_it_is(to: str) -> None:
    with mail_server() as post:
        send(mailing(post.port), letter(to))
    assert post.received[0].rcpt_tos == [to]
    assert [(address.addr_spec) for address in post.messages()[0]["To"].addresses] == [to]


def test_a_subject_with_a_lines_end_is_refused_by_the_library() -> None:
    odd = letter()
    object.__setattr__(odd.said, "subject", "Ada\r\nBcc: semua@contoh.test")
    with pytest.raises(ValueError, match="linefeed"):
        written(odd, FROM)
