"""Moving files into another store: stopped anywhere and run again it loses nothing, and what is damaged stays."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from server.store.folder import Folder
from server.store.interface import Store
from server.store.moving import Moved, move
from tests.support.storing import damage, everything_in

CONTENTS = [b"one", b"two", b"", b"\xff\xd8\xff a photograph" * 100]


@pytest.fixture
def here(tmp_path: Path) -> Folder:
    found = Folder(tmp_path / "here")
    for content in CONTENTS:
        found.put([content], 10_000)
    return found


def nothing(_form: str, _files: int) -> None:
    """Show no progress."""


def test_all_files_are_moved_and_the_folder_is_empty(here: Folder, store: Store) -> None:
    before = everything_in(here)
    here.put_drawn(next(iter(before)), "small", b"a small picture")
    assert move(here, store, nothing) == Moved(len(CONTENTS), ())
    assert everything_in(store) == before and everything_in(here) == {}
    assert move(here, store, nothing) == Moved(0, ())


class Stopped(Exception):
    """Somebody pressed Ctrl-C."""


@pytest.mark.parametrize("after", range(len(CONTENTS)))
def test_stopped_anywhere_every_file_is_somewhere_and_the_next_run_goes_on(
    here: Folder, store: Store, after: int
) -> None:
    before = everything_in(here)

    def stopping(_form: str, _files: int, left: list[int] = [after]) -> None:  # noqa: B006 - it counts
        left[0] -= 1
        if left[0] < 0:
            raise Stopped

    with pytest.raises(Stopped):
        move(here, store, stopping)
    assert everything_in(here) | everything_in(store) == before
    assert move(here, store, nothing).files == len(CONTENTS) - after - 1
    assert everything_in(store) == before and everything_in(here) == {}


def test_what_was_moved_and_not_yet_taken_away_is_moved_again(here: Folder, store: Store) -> None:
    before = everything_in(here)
    store.put([CONTENTS[0]], 100)
    assert move(here, store, nothing).files == len(CONTENTS)
    assert everything_in(store) == before


def test_what_is_damaged_stays_where_it_is_and_is_named(here: Folder, store: Store) -> None:
    digest = here.put([b"one"], 100).digest
    damage(here, digest)
    assert move(here, store, nothing) == Moved(len(CONTENTS) - 1, (digest,))
    assert everything_in(here) == {digest: b"damaged"} and not store.has(digest)


def test_what_was_removed_while_others_were_moved_does_not_come_back(here: Folder, store: Store) -> None:
    class Removing(Folder):
        @contextmanager
        def open(self, digest: str) -> Iterator[Iterator[bytes]]:
            self.remove(digest)  # by law, since it was listed
            with super().open(digest) as chunks:
                yield chunks

    assert move(Removing(here.folder), store, nothing) == Moved(0, ())
    assert everything_in(store) == {}
