"""The store: a name in it always means whole content, and what was refused or cut leaves nothing behind."""

import hashlib
import os
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from server.db import now
from server.store.bucket import Bucket
from server.store.folder import Folder
from server.store.interface import OtherContent, Store, Stored, TooLarge
from tests.support.storing import damage, everything_in

CONTENT = b"\xff\xd8\xff\xe0 a photograph"
DIGEST = hashlib.sha256(CONTENT).hexdigest()
LIMIT, A_DAY = 1000, timedelta(days=1)


def cut(content: bytes) -> Iterator[bytes]:
    yield content
    raise ConnectionError("the line is cut")


def test_a_file_is_found_under_the_hash_of_its_content(store: Store) -> None:
    assert store.put([CONTENT[:5], b"", CONTENT[5:]], LIMIT) == Stored(DIGEST, len(CONTENT), CONTENT[:16])
    assert store.read(DIGEST) == CONTENT
    assert everything_in(store) == {DIGEST: CONTENT}


def test_the_same_content_is_one_file(store: Store) -> None:
    assert store.put([CONTENT], LIMIT) == store.put(iter([CONTENT[:1], CONTENT[1:]]), LIMIT)
    assert everything_in(store) == {DIGEST: CONTENT}


def test_an_empty_file_is_a_file(store: Store) -> None:
    stored = store.put([], LIMIT)
    assert stored.size == 0 and store.read(stored.digest) == b""


@pytest.mark.parametrize("cuts", [(1,), (3,), (1, 2), (2, 3, 4), ()])
def test_the_beginning_is_read_across_chunks(store: Store, cuts: tuple[int, ...]) -> None:
    edges = [0, *cuts, len(CONTENT)]
    chunks = [CONTENT[start:end] for start, end in pairwise(edges)]
    assert store.put(chunks, LIMIT) == Stored(DIGEST, len(CONTENT), CONTENT[:16])


def test_what_is_too_large_is_given_up_before_it_is_read_to_its_end(store: Store) -> None:
    chunks = iter([b"x" * 100] * 1000)
    with pytest.raises(TooLarge):
        store.put(chunks, LIMIT)
    assert everything_in(store) == {}
    assert len(list(chunks)) == 1000 - LIMIT // 100 - 1


def test_the_limit_itself_is_allowed(store: Store) -> None:
    assert store.put([b"x" * LIMIT], LIMIT).size == LIMIT


def test_a_line_cut_in_the_middle_leaves_nothing_behind(store: Store) -> None:
    with pytest.raises(ConnectionError):
        store.put(cut(CONTENT), LIMIT)
    assert everything_in(store) == {}


def test_a_name_never_means_half_a_file(store: Store) -> None:
    def watched() -> Iterator[bytes]:
        for byte in CONTENT:
            assert not store.has(DIGEST)
            yield bytes([byte])

    store.put(watched(), LIMIT)
    assert store.read(DIGEST) == CONTENT


def test_a_file_cut_while_the_same_is_there_leaves_that_one(store: Store) -> None:
    store.put([CONTENT], LIMIT)
    with pytest.raises(ConnectionError):
        store.put(cut(CONTENT), LIMIT)
    assert store.read(DIGEST) == CONTENT


def test_only_its_owner_reads_a_file(tmp_path: Path) -> None:
    store = Folder(tmp_path / "data" / "store")
    store.put([CONTENT], LIMIT)
    assert os.stat(store.path(DIGEST)).st_mode & 0o077 == 0


def test_removing_twice_is_removing_once(store: Store) -> None:
    store.put([CONTENT], LIMIT)
    store.remove(DIGEST)
    store.remove(DIGEST)
    assert everything_in(store) == {}


def test_every_file_is_named_once_and_no_half(store: Store) -> None:
    digests = [store.put([content], LIMIT).digest for content in (CONTENT, b"", b"another", CONTENT)]
    store.put_drawn(DIGEST, "small", b"a small picture")
    assert sorted(store.digests()) == sorted(set(digests))


def test_a_store_that_is_new_has_nothing(store: Store) -> None:
    assert list(store.digests()) == [] and not store.has(DIGEST) and store.drawn(DIGEST, "small") is None
    assert not store.is_whole(DIGEST) and store.copy(DIGEST) is None
    with pytest.raises(FileNotFoundError):
        store.read(DIGEST)


def test_what_is_not_what_was_expected_is_not_kept(store: Store) -> None:
    assert store.put([CONTENT], LIMIT, DIGEST).digest == DIGEST
    with pytest.raises(OtherContent):
        store.put([b"other"], LIMIT, DIGEST)
    assert everything_in(store) == {DIGEST: CONTENT}


def test_a_damaged_file_is_known_kept_as_what_it_is_and_mended_by_its_own_bytes(store: Store) -> None:
    store.put([CONTENT], LIMIT)
    assert store.is_whole(DIGEST)
    damage(store, DIGEST)
    assert not store.is_whole(DIGEST)
    found = store.copy(DIGEST)
    assert found and store.read(found.digest) == b"damaged"
    store.put([CONTENT], LIMIT)
    assert store.is_whole(DIGEST)


def test_a_large_file_comes_back_in_pieces(store: Store) -> None:
    digest = store.put([b"x" * 100_000] * 10, 1_000_000).digest
    with store.open(digest) as chunks:
        assert max(len(chunk) for chunk in chunks) < 200_000
    assert store.read(digest) == b"x" * 1_000_000


def test_what_was_drawn_of_a_file_goes_with_it(store: Store) -> None:
    store.put([CONTENT], LIMIT)
    store.put_drawn(DIGEST, "small", b"a small picture")
    store.put_drawn(DIGEST, "large", b"a larger picture")
    assert (store.drawn(DIGEST, "small"), store.drawn(DIGEST, "large")) == (b"a small picture", b"a larger picture")
    store.remove(DIGEST)
    assert everything_in(store) == {}


def test_what_is_drawn_of_a_file_that_was_removed_meanwhile_is_not_kept(store: Store) -> None:
    store.put_drawn(DIGEST, "small", b"a small picture")
    assert everything_in(store) == {}


def test_what_is_drawn_while_its_file_is_being_removed_goes_too(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.put([CONTENT], LIMIT)
    owner, name = (Path, "unlink") if isinstance(store, Folder) else (Bucket, "_delete")
    delete = getattr(owner, name)

    def meanwhile(*args: Any, **options: Any) -> None:
        monkeypatch.setattr(owner, name, delete)
        store.put_drawn(DIGEST, "small", b"a small picture")
        delete(*args, **options)

    monkeypatch.setattr(owner, name, meanwhile)
    store.remove(DIGEST)
    assert everything_in(store) == {}


def test_only_old_files_that_nothing_names_are_swept_away_with_what_was_drawn_of_them(store: Store) -> None:
    other = store.put([b"another"], LIMIT).digest
    for digest in (store.put([CONTENT], LIMIT).digest, other):
        store.put_drawn(digest, "small", b"a small picture")
    kept = everything_in(store)
    assert store.sweep({DIGEST}, (now() - A_DAY).timestamp()) == 0 and everything_in(store) == kept
    assert store.sweep({DIGEST}, (now() + A_DAY).timestamp()) == 2
    assert everything_in(store).keys() == {DIGEST, f"{DIGEST}.small"}
