"""What compose.yaml promises: the proxy alone published, nothing privileged, secrets in files, images that stay."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import Engine

from server.app import create_app
from server.settings import CHECKOUT, Settings
from server.web.guard import need_of
from tests.compose.stack import FILE
from tests.support.environment import SQLITE

SERVICES: dict[str, dict[str, Any]] = FILE["services"]
PROXY: str = FILE["configs"]["proxy"]["content"]
OURS = ("web", "line", "worker", "beat")
IN_ANY_REQUEST = 1_000_000  # bytes that the proxy passes on whatever is asked


def test_it_names_what_production_is_made_of_and_no_central() -> None:
    assert set(SERVICES) == {"postgres", "redis", "web", "line", "worker", "beat", "proxy"}


def test_only_the_proxy_is_published_and_reaches_the_web_by_a_socket() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"proxy": ["80:8080", "443:8443"]}
    assert "unix:/run/tilik/web.sock" in SERVICES["web"]["command"]
    listens = re.findall(r"^\s*listen ([^\s;]+)", PROXY, re.MULTILINE)
    assert set(listens) == {"8080", "8443", "127.0.0.1:8081"}, "a user who is not root opens no port below 1024"


def test_production_has_a_name_and_no_name_of_this_machine() -> None:
    assert SERVICES["web"]["environment"]["TILIK_WEB_NAME"].startswith("${TILIK_WEB_NAME:?")
    assert set(re.findall(r"server_name (\S+);", PROXY)) == {"${TILIK_WEB_NAME}"}
    assert not re.search(r"\blocalhost\b", yaml.safe_dump([SERVICES["web"], PROXY]))
    assert "$$host" not in PROXY, "what was asked for is passed on to the web and nowhere else"
    assert re.findall(r"https://(\S+?)\$\$", PROXY) == ["${TILIK_WEB_NAME}"]


def test_tls_is_that_of_today() -> None:
    assert {found.split()[0]: found.split()[1:] for found in re.findall(r"^\s*ssl_(.+?);", PROXY, re.MULTILINE)} == {
        "certificate": ["/run/secrets/certificate"], "certificate_key": ["/run/secrets/certificate_key"],
        "protocols": ["TLSv1.2", "TLSv1.3"], "prefer_server_ciphers": ["off"], "session_tickets": ["off"],
        "ciphers": [":".join(f"ECDHE-{key}-{cipher}"
                             for cipher in ("AES128-GCM-SHA256", "CHACHA20-POLY1305", "AES256-GCM-SHA384")
                             for key in ("ECDSA", "RSA"))],
        "ecdh_curve": ["X25519:prime256v1:secp384r1"], "session_cache": ["shared:sessions:4m"],
        "session_timeout": ["1h"], "reject_handshake": ["on"],
    }  # fmt: skip


def test_what_certbot_and_further_machines_write_is_only_read() -> None:
    mounted = [volume.split(":") for volume in SERVICES["proxy"]["volumes"]]
    assert {tuple(volume) for volume in mounted if volume[0].startswith(".")} == {
        ("./acme", "/var/lib/acme", "ro"), ("./machines", "/etc/tilik-machines", "ro"),
    }  # fmt: skip
    assert {"secrets/", "acme/", "machines/"} <= set((CHECKOUT / ".gitignore").read_text().split())


def test_no_request_is_written_down() -> None:
    inside = PROXY.partition("http {")[2]
    assert re.findall(r"(?:access|error)_log [^;]+", inside) == [
        "access_log off",
        "error_log stderr emerg",
        "access_log off",
    ]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_no_privileges_and_a_health_check(name: str) -> None:
    service = SERVICES[name]
    assert service["healthcheck"]["test"]
    assert service["cap_drop"] == ["ALL"] and "cap_add" not in service and "privileged" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["user"].split(":")[0] not in ("0", "root")
    assert service["read_only"] or name == "proxy"
    assert "max-size" in service["logging"]["options"]


@pytest.mark.parametrize("name", SERVICES)
def test_an_image_is_pinned(name: str) -> None:
    if name in OURS:
        base = re.findall(r"^FROM (\S+)$", SERVICES["web"]["build"]["dockerfile_inline"], re.M)
        assert len(base) == 1 and re.search(r":\d+\.\d+\.\d+-", base[0])
    else:
        assert re.search(r":\d+\.\d+(\.\d+)?-\w+$", SERVICES[name]["image"])


def test_secrets_are_files_and_go_only_to_who_needs_them() -> None:
    assert {name: list(secret) for name, secret in FILE["secrets"].items()} == {
        "database_password": ["file"], "redis_password": ["file"], "central_password": ["file"],
        "certificate": ["file"], "certificate_key": ["file"],
    }  # fmt: skip
    holders = {name: [secret if isinstance(secret, str) else secret["target"] for secret in service.get("secrets", [])]
               for name, service in SERVICES.items()}  # fmt: skip
    assert holders == {
        "postgres": ["database_password"], "web": ["tilik_database_password", "tilik_redis_password"],
        "line": ["tilik_database_password"],
        "proxy": ["certificate", "certificate_key"],
        "redis": ["redis_password"], "beat": ["tilik_redis_password"],
        "worker": ["tilik_database_password", "tilik_redis_password", "tilik_central_password"],
    }  # fmt: skip
    assert (CHECKOUT / ".dockerignore").read_text().splitlines()[1] == "*", "the image takes only what is named"


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_a_setting(name: str) -> None:
    known = {f"TILIK_{field.upper()}" for field in Settings.model_fields} | {"TILIK_SECRETS", "TMPDIR"}
    assert set(SERVICES[name]["environment"]) <= known


def test_who_needs_no_way_out_has_none() -> None:
    assert FILE["networks"]["inside"]["internal"]
    assert {name for name, service in SERVICES.items() if "outside" in service["networks"]} == {"worker", "proxy"}


def test_the_proxy_lets_no_more_in_than_the_server_behind_it() -> None:
    assert "client_max_body_size 1m;" in PROXY and "client_body_timeout 10s;" in PROXY
    assert "client_header_timeout 10s;" in PROXY and "worker_connections 2048;" in PROXY
    assert "limit_conn addresses 200;" in PROXY and "limit_req" not in PROXY, "a ministry comes from one address"
    assert "http2_max_concurrent_streams 8;" in PROXY, "and each of its browsers may have so many in hand"


@pytest.mark.parametrize("engine", [SQLITE], indirect=True)
def test_the_proxy_lets_files_in_wherever_a_page_takes_some_and_nowhere_else(engine: Engine, tmp_path: Path) -> None:
    app = create_app(engine, Settings(data=tmp_path))
    (taken,) = re.findall(r'location ~ "(.+)" \{\n\s+client_max_body_size 220m;', PROXY)
    takes = {"POST": set[str](), "nothing": set[str]()}
    for rule in app.url_map.iter_rules():
        address = re.sub(r"<[^>]+>", "1", rule.rule)
        takes["POST" if (need_of(app, rule.endpoint).longest or 0) > IN_ANY_REQUEST else "nothing"].add(address)
    assert takes["POST"] >= {"/perangkat", "/wilayah/1/1/dokumen/klarifikasi/1/jawab"}
    assert {address for address in takes["POST"] if not re.fullmatch(taken.replace("$$", ""), address)} == set()
    only = takes["nothing"] - takes["POST"]
    assert {address for address in only if re.fullmatch(taken.replace("$$", ""), address)} == set()


def test_the_page_on_security_tells_its_limits() -> None:
    page = (CHECKOUT / "docs" / "security.md").read_text(encoding="utf-8")
    assert "| requests in hand from one address | 200, and eight of one browser |" in page
    assert "| a handshake (TLS) | 1.2 and 1.3; 10 seconds |" in page and "800 (nginx: 2,048" in page
