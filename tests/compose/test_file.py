"""What compose.yaml promises: loopback only, nothing privileged, secrets in files, images that stay what they are."""

import re
from typing import Any

import pytest

from server.settings import CHECKOUT, Settings
from tests.compose.stack import FILE

SERVICES: dict[str, dict[str, Any]] = FILE["services"]
OURS = ("web", "worker", "beat")


def test_it_names_what_production_is_made_of_and_no_central() -> None:
    assert set(SERVICES) == {"postgres", "redis", "web", "worker", "beat", "proxy"}


def test_only_the_proxy_is_published_and_on_this_machine_only_until_there_are_roles() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"proxy": ["127.0.0.1:8080:8080"]}
    assert "unix:/run/tilik/web.sock" in SERVICES["web"]["command"]


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
    }  # fmt: skip
    holders = {name: [secret if isinstance(secret, str) else secret["target"] for secret in service.get("secrets", [])]
               for name, service in SERVICES.items()}  # fmt: skip
    assert holders == {
        "postgres": ["database_password"], "web": ["tilik_database_password"], "proxy": [],
        "redis": ["redis_password"], "beat": ["tilik_redis_password"],
        "worker": ["tilik_database_password", "tilik_redis_password", "tilik_central_password"],
    }  # fmt: skip
    assert "secrets/" in (CHECKOUT / ".gitignore").read_text().split()
    assert (CHECKOUT / ".dockerignore").read_text().splitlines()[1] == "*", "the image takes only what is named"


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_a_setting(name: str) -> None:
    known = {f"TILIK_{field.upper()}" for field in Settings.model_fields} | {"TILIK_SECRETS"}
    assert set(SERVICES[name]["environment"]) <= known


def test_who_needs_no_way_out_has_none() -> None:
    assert FILE["networks"]["inside"]["internal"]
    assert {name for name, service in SERVICES.items() if "outside" in service["networks"]} == {"worker", "proxy"}


def test_the_proxy_lets_no_more_in_than_the_server_behind_it() -> None:
    config = FILE["configs"]["proxy"]["content"]
    assert "client_max_body_size 1m;" in config and "client_body_timeout 10s;" in config
    assert "client_header_timeout 10s;" in config and "worker_connections 2048;" in config
