"""An operator's backup and restore: keys, what is said, what is asked, what is refused by a sentence."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import delete

from server.backup.queries import last_backup
from server.db import open_database, snapshot, writing
from server.rounds.tables import Round
from server.settings import CHECKOUT, load_settings
from server.store.opening import open_store
from server.submissions.files import STORED
from server.submissions.tables import Attachment, Form
from tests.support.cli import said, tilik
from tests.support.workbooks import YEAR
from tilik import main

pytestmark = pytest.mark.ci  # of production alone: a newcomer does not wait for it

PIPE = 1 << 16  # bytes that a pipe holds


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Make a pair of keys, and set the folder and the public one."""
    made = tilik("backup-key")
    assert made.exit_code == 0 and made.stdout.splitlines()[-1].startswith("AGE-SECRET-KEY-1")
    public = made.stdout.split("public key: ")[1].split()[0]
    assert public in made.stderr and "AGE-SECRET" not in made.stderr
    monkeypatch.setenv("TILIK_BACKUP", str(tmp_path / "backup"))
    monkeypatch.setenv("TILIK_BACKUP_KEYS", public)
    file = tmp_path / "key.txt"
    file.write_text(made.stdout)
    return file


@pytest.fixture
def photographs(areas: None) -> None:
    """Have photographs that no compression makes smaller."""
    settings = load_settings()
    engine = open_database(settings.database)
    with writing(engine) as session:
        session.add(form := Form(project=1, form_id="visit_school"))
        session.flush()
        for number in range(20):
            digest = open_store(settings).put([os.urandom(PIPE + 1)], PIPE * 2).digest
            session.add(Attachment(form_pk=form.id, root_id=f"uuid:{number}", instance_id=f"uuid:{number}",
                                   name="1.jpg", state=STORED, digest=digest))  # fmt: skip
    engine.dispose()


@pytest.fixture
def made(key: Path, photographs: None) -> Path:
    """Make a backup of a Tilik with areas, a round and photographs."""
    assert "Cadangan dibuat" in said(0, "backup")
    (file,) = Path(os.environ["TILIK_BACKUP"]).glob("*.age")
    return file


@pytest.fixture
def elsewhere(made: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Lose everything but the backup."""
    folder = tmp_path / "elsewhere"
    monkeypatch.setenv("TILIK_DATA", str(folder))
    return folder


def rounds() -> list[str]:
    engine = open_database(load_settings().database)
    with snapshot(engine) as session:
        found = [each.id for each in session.query(Round)]
    engine.dispose()
    return found


def test_made_and_restored(made: Path, key: Path, elsewhere: Path) -> None:
    told = said(0, "restore", made, "--key", key)
    assert "Dipulihkan" in told and "PENGHAPUSAN MENURUT HUKUM: 0" in told and "AWAS" not in told
    assert rounds() == [str(YEAR)]


def test_the_key_may_come_by_standard_input(made: Path, key: Path, elsewhere: Path) -> None:
    told = said(0, "restore", made, "--key", "-", answer=key.read_text())
    assert "Dipulihkan" in told and rounds() == [str(YEAR)]


def test_what_was_made_is_told_and_noted(made: Path) -> None:
    engine = open_database(load_settings().database)
    with snapshot(engine) as session:
        found = last_backup(session)
    engine.dispose()
    assert found and found.file == made.name and found.rows > 10


def test_checked_only(made: Path, key: Path, elsewhere: Path) -> None:
    assert "Cadangan utuh" in said(0, "restore", made, "--key", key, "--check")
    assert not elsewhere.exists()


def test_without_tombstones_it_asks_for_them_and_warns(made: Path, key: Path, elsewhere: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone.age"
    alone.write_bytes(made.read_bytes())
    assert "--without-tombstones" in said(1, "restore", alone, "--key", key)
    told = said(0, "restore", alone, "--key", key, "--without-tombstones")
    assert "AWAS" in told and rounds() == [str(YEAR)]


def test_tombstones_may_lie_elsewhere(made: Path, key: Path, elsewhere: Path, tmp_path: Path) -> None:
    alone, moved = tmp_path / "alone.age", tmp_path / "moved"
    alone.write_bytes(made.read_bytes())
    (made.parent / "tombstones").rename(moved)
    assert "bukan folder catatan penghapusan" in said(1, "restore", alone, "--key", key, "--tombstones", tmp_path)
    assert "Dipulihkan" in said(0, "restore", alone, "--key", key, "--tombstones", moved)


def test_what_is_there_is_replaced_only_when_asked(made: Path, key: Path) -> None:
    engine = open_database(load_settings().database)
    with writing(engine) as session:
        session.execute(delete(Round).where(Round.id == "none"))
    engine.dispose()
    assert "--replace" in said(1, "restore", made, "--key", key)
    assert "Tidak ada yang diganti" in said(1, "restore", made, "--key", key, "--replace", answer="\n")
    assert "Dipulihkan" in said(0, "restore", made, "--key", key, "--replace", answer="ya\n")
    assert "Dipulihkan" in said(0, "restore", made, "--key", key, "--replace", "--yes")
    assert rounds() == [str(YEAR)]


def test_another_key_and_no_key(made: Path, key: Path, elsewhere: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text(tilik("backup-key").stdout)
    assert "kunci lain" in said(1, "restore", made, "--key", other)
    for content in ("", "nothing\n", "AGE-SECRET-KEY-1WRONG\n", os.environ["TILIK_BACKUP_KEYS"]):
        other.write_text(content)
        assert "Tidak ada kunci rahasia" in said(1, "restore", made, "--key", other)


@pytest.mark.parametrize("name, value, sentence", [
    ("TILIK_BACKUP", "", "TILIK_BACKUP belum diatur"), ("TILIK_BACKUP_KEYS", "", "TILIK_BACKUP_KEYS belum diatur"),
    ("TILIK_BACKUP_KEYS", "age1wrong", "Kunci nomor 1"),
])  # fmt: skip
def test_what_is_not_set_is_said(
    key: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value) if value else monkeypatch.delenv(name)
    assert sentence in said(1, "backup")


def test_without_the_package_it_says_which(key: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "pyrage", None)
    for line in (["backup"], ["backup-key"], ["restore", key, "--key", key]):
        assert "pyrage" in said(1, *line)


def test_a_backup_folder_that_cannot_be_made_is_a_sentence(key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TILIK_BACKUP", str(key / "below-a-file"))
    result = CliRunner().invoke(main, ["backup"])
    assert result.exit_code == 1 and "tidak dapat dibaca atau ditulis" in result.stderr


def started(*words: str | Path, before: tuple[str, ...] = ()) -> subprocess.Popen[bytes]:
    line = [*before, sys.executable, str(CHECKOUT / "tilik.py"), *map(str, words)]
    return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_a_full_disk_is_a_sentence_and_leaves_no_backup(key: Path, areas: None) -> None:
    process = started("backup", before=("sh", "-c", 'ulimit -f 40; exec "$@"', "sh"))
    told = process.communicate()[1].decode()
    assert process.returncode == 1 and "Penyimpanan penuh" in told and "Traceback" not in told
    assert list(Path(os.environ["TILIK_BACKUP"]).glob("*")) == []


@pytest.mark.ci
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_killed_while_it_restores_it_leaves_nothing_and_restores_again(
    made: Path, key: Path, elsewhere: Path, tmp_path: Path, share: float
) -> None:
    """It reads the backup from a pipe, which has no end until it is killed; what it has not read fills the pipe."""
    assert made.stat().st_size > 20 * PIPE
    large = Path(os.environ["TILIK_BACKUP"]) / "pipe.age"
    os.mkfifo(large)
    process = started("restore", large, "--key", key)
    content = made.read_bytes()
    with large.open("wb", buffering=0) as pipe:
        pipe.write(content[: int(share * len(content))])
        process.send_signal(signal.SIGKILL)
        process.wait()
    process.communicate()
    large.unlink()
    assert "Dipulihkan" in said(0, "restore", made, "--key", key)
    assert rounds() == [str(YEAR)]
