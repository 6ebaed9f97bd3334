"""A machine on which nothing is set yet; areas that are loaded; a Central that is named."""

import shutil
from pathlib import Path

import pytest

from server.settings import Settings
from tests.sandbox.server import PASSWORD, USER, Sandbox
from tests.support.cli import a_file, geojson, name_officers, said
from tests.support.workbooks import YEAR
from workers.central.api import Central


@pytest.fixture(autouse=True)
def new_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Begin on a machine where nothing is set but an empty data folder."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"TILIK_{name.upper()}", raising=False)
    monkeypatch.setenv("TILIK_DATA", str(tmp_path / "var"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def with_areas(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Name the data folder of a machine with areas, once the first test that has them came to it."""
    return tmp_path_factory.mktemp("machine") / "with_areas"


@pytest.fixture
def areas(with_areas: Path, tmp_path: Path) -> None:
    file, data = a_file("areas.geojson", geojson()), tmp_path / "var"
    if with_areas.exists():
        shutil.copytree(with_areas, data, dirs_exist_ok=True)
        return
    said(0, "areas", "load", file)
    name_officers()
    said(0, "rounds", "add", str(YEAR), "--data-year", str(YEAR), "--open")
    shutil.copytree(data, with_areas)


@pytest.fixture
def a_central(monkeypatch: pytest.MonkeyPatch, central: Central, sandbox: Sandbox) -> Central:
    """Name a Central, as an operator does."""
    for name, value in {"URL": sandbox.url, "USER": USER, "PASSWORD": PASSWORD, "PROJECT": central.project}.items():
        monkeypatch.setenv(f"TILIK_CENTRAL_{name}", str(value))
    return central
