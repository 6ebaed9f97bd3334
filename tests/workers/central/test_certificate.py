"""Whom Tilik believes to be Central: a server whose certificate somebody vouches for, and for this name."""

import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.wires import Listener
from workers.central.session import CentralProblem, Patience, TilikSession

ONCE = Patience(retries=0, read_seconds=5)
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\nConnection: close\r\n\r\n"


def write_certificate(file: Path, name: str, valid_from: datetime) -> None:
    """Write a key and a certificate that it signed itself."""
    key, subject = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(valid_from)
        .not_valid_after(valid_from + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))


class ACentral:
    """A server with a certificate, and what it was sent."""

    def __init__(self, file: Path, name: str = "localhost", days_ago: int = 1) -> None:
        write_certificate(file, name, datetime.now(UTC) - timedelta(days=days_ago))
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(file)
        self.received: list[bytes] = []
        self.listener = Listener(self._serve)

    def _serve(self, client: socket.socket) -> None:
        with self._context.wrap_socket(client, server_side=True) as line:
            asked = line.recv(65536)
            while not asked.endswith((b"\r\n\r\n", b"}")) or (asked.startswith(b"POST") and not asked.endswith(b"}")):
                asked += line.recv(65536)  # its body comes by itself
            self.received.append(asked)
            line.sendall(ANSWER + b'{"token":"abc"}')

    def asked(self) -> str:
        """Ask it for its forms, as of Central; says what went wrong, or nothing."""
        self.listener.start()
        try:
            with TilikSession(
                f"https://localhost:{self.listener.port}", "user@example.test", "secret", ONCE
            ) as session:
                session.ask_json("GET", "projects/1/forms")
        except CentralProblem as problem:
            return problem.reason.code
        finally:
            self.listener.stop()
        return ""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):  # with one named, requests asks nothing else
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "certificate.pem"


def test_a_central_whose_certificate_nobody_vouches_for_gets_no_password(file: Path) -> None:
    central = ACentral(file)
    assert central.asked() == "central_tls" and central.received == []


def test_one_that_somebody_vouches_for_is_asked(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    central = ACentral(file)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(file))
    assert central.asked() == "" and central.received[0].startswith(b"POST /v1/sessions")


@pytest.mark.parametrize("other", [{"name": "central.example.test"}, {"days_ago": 9}], ids=["another name", "expired"])
def test_nor_does_one_that_is_vouched_for_as_another_or_was_once(
    file: Path, monkeypatch: pytest.MonkeyPatch, other: dict[str, str]
) -> None:
    central = ACentral(file, **other)  # type: ignore[arg-type]
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(file))
    assert central.asked() == "central_tls" and central.received == []
