"""The program `age` reads what Tilik encrypted, and Tilik what `age` did: a backup outlives the code that made it."""

import subprocess
import tarfile
from pathlib import Path

import pytest

from server.backup.encryption import decrypting, identities, public_key
from server.backup.making import make_backup
from tests.server.backup.scene import KEY, PUBLIC, Machine

pytestmark = pytest.mark.ci


def age(*words: str | Path) -> None:
    subprocess.run(list(map(str, words)), check=True, capture_output=True)


def test_a_backup_is_unpacked_without_tilik(machine: Machine, tmp_path: Path) -> None:
    machine.claim()
    made = make_backup(machine.engine, machine.store, machine.place)
    key, plain = tmp_path / "key.txt", tmp_path / "plain.tar"
    key.write_text(KEY)
    age("age", "--decrypt", "--identity", key, "--output", plain, made.file)
    with tarfile.open(plain) as tar:
        assert tar.getnames()[0] == "backup.json" and tar.getnames()[-1] == "end.json"


def test_keys_that_age_made_are_keys(tmp_path: Path) -> None:
    key, plain, file = tmp_path / "key.txt", tmp_path / "plain", tmp_path / "file.age"
    age("age-keygen", "--output", key)
    text = key.read_text()
    assert f"# public key: {public_key(text)}\n" in text
    plain.write_bytes(b"x" * 100_000)
    age("age", "--recipient", public_key(text), "--output", file, plain)
    with file.open("rb") as source, decrypting(source, identities(text)) as pipe:
        assert pipe.read() == plain.read_bytes()


def test_age_encrypts_to_a_key_that_tilik_made(tmp_path: Path) -> None:
    plain, file = tmp_path / "plain", tmp_path / "file.age"
    plain.write_bytes(b"content")
    age("age", "--recipient", PUBLIC, "--output", file, plain)
    with file.open("rb") as source, decrypting(source, identities(KEY)) as pipe:
        assert pipe.read() == b"content"
