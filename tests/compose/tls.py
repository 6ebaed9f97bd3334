"""Who asks over TLS: a certificate made as docs/operating.md says, and clients that trust it and nothing else."""

import re
import socket
import ssl
import subprocess
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from sqlalchemy import Engine

from server.app import create_app
from server.settings import CHECKOUT, Settings
from tests.compose.stack import Stack
from tests.support.web import entered

NAME = "tilik.example.go.id"
OURS = {"Sec-Fetch-Site": "same-origin", "Origin": f"https://{NAME}"}
TEN_SECONDS = 10


def new_certificate(folder: Path) -> dict[str, str]:
    """Make a certificate and its key with the line that the guide has for it; gives the contents of both secrets."""
    guide = (CHECKOUT / "docs/operating.md").read_text(encoding="utf-8")
    (line,) = re.findall(r"^    (openssl req -x509 (?:.+\\\n)*.+)$", guide, re.MULTILINE)
    (folder / "secrets").mkdir(exist_ok=True)
    environment = {"NAME": NAME, "PATH": "/usr/bin:/bin"}
    subprocess.run(["sh", "-euc", line], cwd=folder, env=environment, check=True, capture_output=True)
    return {name: (folder / "secrets" / name).read_text() for name in ("certificate", "certificate_key")}


def renewed_by_certbot(stack: Stack, renewed: dict[str, str], lineage: Path) -> None:
    """Do what certbot does once it has renewed: call the guide's hook. For docker there is what sends the signal."""
    guide = (CHECKOUT / "docs/operating.md").read_text(encoding="utf-8")
    (lines,) = re.findall(r"^    (#!/bin/sh -eu\n(?:    .+\n)+)", guide, re.MULTILINE)
    (lineage / "fullchain.pem").write_text(renewed["certificate"])
    (lineage / "privkey.pem").write_text(renewed["certificate_key"])
    docker = f'#!/bin/sh\n[ "$*" = "compose kill -s HUP proxy" ] && kill -s HUP {stack.running["proxy-1"].pid}\n'
    hook = stack.folder / "secrets" / "renewed"
    for file, text in ((hook, lines.replace("\n    ", "\n")), (lineage / "docker", docker)):
        file.write_text(text)
        file.chmod(0o700)
    environment = {"RENEWED_LINEAGE": str(lineage), "PATH": f"{lineage}:/usr/bin:/bin"}
    subprocess.run([hook], env=environment, cwd=lineage, check=True)


def trusted(stack: Stack) -> Path:
    """Give the file of the certificate that those who ask trust."""
    return stack.folder / "secrets" / "certificate"


def handshaken(stack: Stack, name: str | None = NAME, **wanted: Any) -> ssl.SSLSocket:
    """Connect as a browser would: the certificate is checked against the name. Raises ssl.SSLError where refused."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # it trusts nobody, and loads no list of who may be
    if wanted.get("verify_mode") != ssl.CERT_NONE:
        context.load_verify_locations(trusted(stack))
    context.check_hostname = name is not None
    for attribute, value in wanted.items():
        setattr(context, attribute, value)
    line = socket.create_connection(("127.0.0.1", stack.tls_port), timeout=TEN_SECONDS)
    try:
        return context.wrap_socket(line, server_hostname=name)
    except (OSError, ssl.SSLError):
        line.close()
        raise


class _ByName(HTTPAdapter):
    """Ask this machine, and check the certificate for the name."""

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, server_hostname=NAME, assert_hostname=NAME, **options)


class Client:
    """Somebody who asks for the pages at their name."""

    def __init__(self, stack: Stack) -> None:
        self.at = {True: f"https://127.0.0.1:{stack.tls_port}", False: f"http://127.0.0.1:{stack.port}"}
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = str(trusted(stack))
        self.session.mount("https://", _ByName())

    def ask(self, method: str, path: str, tls: bool = True, **options: Any) -> requests.Response:
        """Ask for a path, and follow no redirect."""
        headers = {"Host": NAME} | options.pop("headers", {})
        url = self.at[tls] + path
        return self.session.request(method, url, headers=headers, timeout=30, allow_redirects=False, **options)

    def log_in(self, engine: Engine, data: Path) -> None:
        """Carry from here on what a browser carries in which somebody with all roles is logged in."""
        app = create_app(engine, Settings(data=data, web_name=NAME), published=True)
        cookie = entered(app).get_cookie("__Host-tilik")
        assert cookie
        self.session.headers["Cookie"] = f"{cookie.key}={cookie.value}"

    def get(self, path: str, tls: bool = True, **options: Any) -> requests.Response:
        return self.ask("GET", path, tls, **options)
