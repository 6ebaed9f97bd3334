"""What an operator sets: by variables, by secrets as files; wrong values are named, and no secret is ever shown."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from server.settings import CHECKOUT, Settings, load_settings

SECRET = "kata-sandi-yang-rahasia"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Begin with an operator who has set nothing, in an empty folder."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"TILIK_{name.upper()}", raising=False)
    monkeypatch.delenv("TILIK_SECRETS", raising=False)
    monkeypatch.chdir(tmp_path)


def secrets(folder: Path, monkeypatch: pytest.MonkeyPatch, **files: str) -> None:
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    monkeypatch.setenv("TILIK_SECRETS", str(folder))


def test_with_nothing_set_one_machine_needs_no_service() -> None:
    settings = load_settings()
    assert settings.database == f"sqlite:///{CHECKOUT / 'var' / 'tilik.sqlite3'}"
    assert (settings.central_url, settings.redis_url, settings.language) == (None, None, "id")


def test_the_database_lies_in_the_data_folder_unless_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TILIK_DATA", "/srv/tilik")
    assert load_settings().database == "sqlite:////srv/tilik/tilik.sqlite3"
    assert load_settings().store == Path("/srv/tilik/store")
    monkeypatch.setenv("TILIK_DATABASE_URL", "postgresql+psycopg://tilik@db/tilik")
    assert load_settings().database == "postgresql+psycopg://tilik@db/tilik"


def test_a_secret_may_be_a_file_and_its_last_line_end_is_not_part_of_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secrets(tmp_path / "secrets", monkeypatch, tilik_central_password=f"{SECRET}\n", tilik_database_url="sqlite://\n")
    settings = load_settings()
    assert settings.central_password and settings.central_password.get_secret_value() == SECRET
    assert settings.database == "sqlite://"


def test_a_variable_goes_before_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secrets(tmp_path / "secrets", monkeypatch, tilik_central_user="of-the-file")
    assert load_settings().central_user == "of-the-file"
    monkeypatch.setenv("TILIK_CENTRAL_USER", "of-the-variable")
    assert load_settings().central_user == "of-the-variable"


def test_a_folder_of_secrets_that_there_is_not_is_no_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TILIK_SECRETS", str(tmp_path / "nowhere"))
    assert load_settings().central_password is None


def test_a_dot_env_is_read_from_the_working_folder(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TILIK_CENTRAL_PROJECT=7\nSOMETHING_ELSE=x\n", encoding="utf-8")
    assert load_settings().central_project == 7


@pytest.mark.parametrize("name, value", [
    ("TILIK_CENTRAL_PROJECT", "tujuh"), ("TILIK_LANGUAGE", "jv"), ("TILIK_CENTRAL_PARALLEL", "banyak"),
])  # fmt: skip
def test_a_wrong_value_is_refused_by_its_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError) as caught:
        load_settings()
    assert [error["loc"] for error in caught.value.errors()] == [(name.removeprefix("TILIK_").lower(),)]


def test_no_secret_is_in_what_settings_show_of_themselves() -> None:
    settings = Settings.model_validate({
        "central_password": SECRET, "database_url": f"postgresql+psycopg://tilik:{SECRET}@db/tilik",
        "redis_url": f"redis://:{SECRET}@redis/0",
    })  # fmt: skip
    assert SECRET in settings.database, "asked for by name, it is given"
    shown = [repr(settings), str(settings), settings.model_dump_json(), repr(vars(settings))]
    assert [text for text in shown if SECRET in text] == []
