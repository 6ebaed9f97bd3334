"""The tool that makes the next fixture: what it makes is one that the tests take, and it says what is missing."""

import re
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import Engine

from server.schema import upgrade
from tests.upgrade.found import found_in
from tests.upgrade.left import left_in, release_in, steps_after
from tests.upgrade.make import commit_of, make, must_have_everything


@pytest.mark.ci
def test_a_fixture_of_the_code_that_is_here_is_made_and_taken(tmp_path: Path) -> None:
    release = release_in(make(tmp_path / "made"))
    with left_in(tmp_path / "left", release) as found:
        assert steps_after(found) == []
        upgrade(found.engine)
        assert found_in(found.engine) == found.facts


def test_a_table_that_no_chapter_fills_is_named(engine: Engine) -> None:
    with pytest.raises(SystemExit, match=r"^No row in .*\bround_parts\b.*life\.py"):
        must_have_everything(engine)


def test_a_fixture_is_made_of_what_is_committed_and_named_after_the_last_change_of_the_code(tmp_path: Path) -> None:
    code = tmp_path / "server" / "app.py"
    code.parent.mkdir()
    code.write_text("one")
    commit(tmp_path)
    named = commit_of(tmp_path)
    assert re.fullmatch("[0-9a-f]{7}", named)
    (tmp_path / "CHANGELOG.md").write_text("released")
    commit(tmp_path)
    assert commit_of(tmp_path) == named
    code.write_text("two")
    with pytest.raises(SystemExit, match=r"server/app\.py"):
        commit_of(tmp_path)


def commit(folder: Path) -> None:
    who = ("-c", "user.name=tester", "-c", "user.email=tester@example.test")
    for words in (("init", "-q"), ("add", "."), (*who, "commit", "-q", "-m", "a change")):
        subprocess.run(["git", *words], cwd=folder, check=True)
