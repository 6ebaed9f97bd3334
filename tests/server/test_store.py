"""The store: a name in it always means whole content, and what was refused or cut leaves nothing behind."""

import hashlib
import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from server.store import Store, Stored, TooLarge

CONTENT = b"\xff\xd8\xff\xe0 a photograph"
DIGEST = hashlib.sha256(CONTENT).hexdigest()
LIMIT = 1000


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "data" / "store")


def everything_in(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def cut(content: bytes) -> Iterator[bytes]:
    yield content
    raise ConnectionError("the line is cut")


def test_a_file_is_found_under_the_hash_of_its_content(store: Store, tmp_path: Path) -> None:
    assert store.put([CONTENT[:5], b"", CONTENT[5:]], LIMIT) == Stored(DIGEST, len(CONTENT), CONTENT[:16])
    assert store.path(DIGEST).read_bytes() == CONTENT
    assert everything_in(tmp_path) == {DIGEST: CONTENT}


def test_the_same_content_is_one_file(store: Store, tmp_path: Path) -> None:
    assert store.put([CONTENT], LIMIT) == store.put(iter([CONTENT[:1], CONTENT[1:]]), LIMIT)
    assert everything_in(tmp_path) == {DIGEST: CONTENT}


def test_an_empty_file_is_a_file(store: Store) -> None:
    stored = store.put([], LIMIT)
    assert stored.size == 0 and store.path(stored.digest).read_bytes() == b""


@pytest.mark.parametrize("cuts", [(1,), (3,), (1, 2), (2, 3, 4), ()])
def test_the_beginning_is_read_across_chunks(store: Store, cuts: tuple[int, ...]) -> None:
    edges = [0, *cuts, len(CONTENT)]
    chunks = [CONTENT[start:end] for start, end in pairwise(edges)]
    assert store.put(chunks, LIMIT) == Stored(DIGEST, len(CONTENT), CONTENT[:16])


def test_what_is_too_large_is_given_up_before_it_is_read_to_its_end(store: Store, tmp_path: Path) -> None:
    chunks = iter([b"x" * 100] * 1000)
    with pytest.raises(TooLarge):
        store.put(chunks, LIMIT)
    assert everything_in(tmp_path) == {}
    assert len(list(chunks)) == 1000 - LIMIT // 100 - 1


def test_the_limit_itself_is_allowed(store: Store) -> None:
    assert store.put([b"x" * LIMIT], LIMIT).size == LIMIT


def test_a_line_cut_in_the_middle_leaves_nothing_behind(store: Store, tmp_path: Path) -> None:
    with pytest.raises(ConnectionError):
        store.put(cut(CONTENT), LIMIT)
    assert everything_in(tmp_path) == {}


def test_a_name_never_means_half_a_file(store: Store) -> None:
    def watched() -> Iterator[bytes]:
        for byte in CONTENT:
            assert not store.path(DIGEST).exists()
            yield bytes([byte])

    store.put(watched(), LIMIT)
    assert store.path(DIGEST).read_bytes() == CONTENT


def test_a_file_cut_while_the_same_is_there_leaves_that_one(store: Store) -> None:
    store.put([CONTENT], LIMIT)
    with pytest.raises(ConnectionError):
        store.put(cut(CONTENT), LIMIT)
    assert store.path(DIGEST).read_bytes() == CONTENT


def test_only_its_owner_reads_a_file(store: Store) -> None:
    store.put([CONTENT], LIMIT)
    assert os.stat(store.path(DIGEST)).st_mode & 0o077 == 0


def test_removing_twice_is_removing_once(store: Store, tmp_path: Path) -> None:
    store.put([CONTENT], LIMIT)
    store.remove(DIGEST)
    store.remove(DIGEST)
    assert everything_in(tmp_path) == {}
