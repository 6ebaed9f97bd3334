"""Bringing together what all sides say: memory that does not grow, and a digest that anybody can work out again."""

import hashlib
import json
import tracemalloc
from collections.abc import Iterator

from server.sync.certificates import Cause, FormDetail
from server.sync.side_by_side import AFTER, BEFORE, FEED, AtCentral, Line, SideBySide
from server.sync.sides import sides_on_disk

MOMENT = "2026-11-01T00:00:00.000Z"


def lines(count: int, start: int = 0) -> Iterator[Line]:
    for number in range(start, count):
        root = f"uuid:{hashlib.sha256(str(number).encode()).hexdigest()}"
        yield Line(root, root, "approved", None, None, MOMENT)


def compared(count: int, *, listed_from: int = 0, fed_from: int = 0) -> FormDetail:
    """Compare so many submissions at Central, of which nothing is here."""
    detail = FormDetail("trial")
    with sides_on_disk() as sides:
        for side in (BEFORE, AFTER):
            sides.put(side, ((line.root_id, line) for line in lines(count, listed_from)))
        sides.put(FEED, ((line.root_id, AtCentral(line, 0, 0, "1", "d")) for line in lines(count, fed_from)))
        SideBySide(detail, sides, MOMENT, "1").compare()
    return detail


def test_the_digest_is_over_the_sorted_lines_at_central() -> None:
    said = [json.dumps(line[:5], separators=(",", ":")) for line in lines(9)]
    digests = sorted(hashlib.sha256(one.encode()).hexdigest() for one in said)
    assert compared(9).digest == hashlib.sha256("\n".join(digests).encode()).hexdigest()


def test_what_only_one_view_of_central_has_is_named_and_nothing_else() -> None:
    assert compared(9, fed_from=2).causes == {Cause.ONLY_LISTED: 2, Cause.NOT_PULLED_YET: 7}
    assert compared(9, listed_from=2).causes == {Cause.VIEWS_DISAGREE: 2, Cause.NOT_PULLED_YET: 7}


def test_memory_does_not_grow_with_the_number_of_submissions() -> None:
    few, many = peak(500), peak(1200)  # what is bounded is full by then
    assert many < few + 100_000, f"{few} and {many} bytes"


def peak(count: int) -> int:
    tracemalloc.start()
    try:
        compared(count)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
