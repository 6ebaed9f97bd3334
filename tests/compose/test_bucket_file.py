"""What compose.bucket.yaml adds to compose.yaml: a bucket for those who read or write files, its keys as files."""

import re
from typing import Any

import pytest
import yaml

from server.settings import CHECKOUT, Settings
from tests.compose.stack import FILE

TEXT = (CHECKOUT / "compose.bucket.yaml").read_text(encoding="utf-8")
ADDED: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = ADDED["services"]
SETTINGS = {f"TILIK_{name.upper()}" for name in Settings.model_fields if name.startswith("store_")}
KEYS = {"TILIK_STORE_KEY", "TILIK_STORE_SECRET"}


def test_it_is_for_the_services_that_read_or_write_files() -> None:
    holders = {
        name for name, service in FILE["services"].items() if "data:/var/lib/tilik" in service.get("volumes", ())
    }
    # the children's line has the folder for the server's key, and opens no file
    assert set(SERVICES) == holders - {"line"} == {"web", "worker"}


@pytest.mark.parametrize("name", SERVICES)
def test_every_setting_of_the_bucket_is_there_and_its_keys_are_files(name: str) -> None:
    service = SERVICES[name]
    assert set(service["environment"]) == SETTINGS - KEYS
    assert {secret["target"].upper() for secret in service["secrets"]} == KEYS
    assert {secret["source"] for secret in service["secrets"]} == set(ADDED["secrets"])
    assert all(secret["file"].startswith("./secrets/") for secret in ADDED["secrets"].values())


@pytest.mark.parametrize("name", SERVICES)
def test_both_reach_the_bucket(name: str) -> None:
    networks = {*FILE["services"][name]["networks"], *SERVICES[name].get("networks", ())}
    assert "outside" in networks and FILE["networks"]["outside"] == {}


def test_without_an_endpoint_it_is_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compose sets what is not set to nothing; that has to be the same as not setting it."""
    assert re.search(r"TILIK_STORE_ENDPOINT: \$\{TILIK_STORE_ENDPOINT:-\}", TEXT)
    monkeypatch.setenv("TILIK_STORE_ENDPOINT", "")
    assert not Settings(_env_file=None).store_endpoint  # type: ignore[call-arg] # pydantic-settings' own
