"""Reading a feed while it streams: any chunks give the same rows, and a cut body never passes for a short one."""

import json
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.submissions.keeping import digest
from verification.reason import Reason
from workers.central.feed import FeedRow, read_rows
from workers.central.session import CentralProblem

SYSTEM = (
    '"__system":{"submissionDate":"2026-11-01T00:00:00.000Z","updatedAt":null,"submitterName":"a } \\"b\\"",'
    '"attachmentsPresent":0,"attachmentsExpected":0,"status":null,"reviewState":null,"edits":0,"formVersion":"1",'
    '"deletedAt":null}'
)
ROWS = [
    '{"word":"a","meta":{"instanceID":"uuid:1b"},"__id":"uuid:1",' + SYSTEM.replace('"edits":0', '"edits":1') + "}",
    '{"word":"\\"__system\\":{}, \\u0000 \\ud800 ä","meta":{},"__id":"uuid:2",'
    + SYSTEM
    + ',"room":[{"use":"x","__id":"y"}]}',
    '{"__id":"uuid:3",' + SYSTEM + "}",
]
BODY = ('{"value":[' + ",".join(ROWS) + '],"@odata.context":"http://x/$metadata#Submissions"}').encode()
EMPTY = b'{"value":[],"@odata.context":"x"}'


def chunks(body: bytes, *cuts: int) -> Iterator[bytes]:
    edges = [0, *sorted({cut % (len(body) + 1) for cut in cuts}), len(body)]
    return (body[start:end] for start, end in pairwise(edges))


def test_ids_system_and_answers() -> None:
    one, two, three = read_rows(chunks(BODY))
    assert [(row.root_id, row.instance_id) for row in (one, two, three)] == [
        ("uuid:1", "uuid:1b"), ("uuid:2", "uuid:2"), ("uuid:3", "uuid:3"),
    ]  # fmt: skip
    assert one.system.submitter == 'a } "b"'
    assert json.loads(one.text) == {"word": "a", "meta": {"instanceID": "uuid:1b"}, "__id": "uuid:1"}


def test_what_is_kept_is_what_was_sent_to_the_letter_without_centrals_words() -> None:
    kept = [row.text for row in read_rows(chunks(BODY))]
    assert kept[0] == '{"word":"a","meta":{"instanceID":"uuid:1b"},"__id":"uuid:1"}'
    assert kept[1] == ROWS[1].replace("," + SYSTEM, "")
    assert kept[2] == '{"__id":"uuid:3"}'
    assert all("submitterName" not in text for text in kept)


def test_the_digest_does_not_change_with_a_review() -> None:
    reviewed = BODY.replace(b'"edits":0', b'"edits":0,"updatedAt":"2026-11-02T00:00:00.000Z"')
    assert [digest(row.text) for row in read_rows([BODY])] == [digest(row.text) for row in read_rows([reviewed])]


def test_an_empty_feed() -> None:
    assert list(read_rows([EMPTY])) == []


@given(st.lists(st.integers(0, len(BODY)), max_size=40))
def test_any_chunks_give_the_same_rows(cuts: list[int]) -> None:
    assert list(read_rows(chunks(BODY, *cuts))) == list(read_rows([BODY]))


@given(st.integers(0, len(BODY) - 1), st.lists(st.integers(0, len(BODY)), max_size=5))
def test_a_body_cut_anywhere_is_said_to_be_cut(length: int, cuts: list[int]) -> None:
    with pytest.raises(CentralProblem) as caught:
        list(read_rows(chunks(BODY[:length], *cuts)))
    assert caught.value.reason.code in ("central_cut", "central_malformed") and caught.value.passes


@pytest.mark.parametrize("body", [
    b"", b"<html>log in</html>", b'{"message":"x"}', b'{"value":[{"__id":"1"}],"@odata.context":"x"}',
    b'{"value":[{"__id":"1",]', b'{"value":[\xff\xfe', EMPTY + b"trailing",
])  # fmt: skip
def test_what_is_no_feed_is_refused(body: bytes) -> None:
    with pytest.raises(CentralProblem):
        list(read_rows([body]))


# ── whatever is wrong with one row is said of that row


def a_row(number: int, word: str = '"w"', system: str = SYSTEM) -> str:
    return f'{{"word":{word},"meta":{{"instanceID":"uuid:{number}"}},"__id":"uuid:{number}",{system}}}'


def rows_of(*rows: str, chunk: int = 65536) -> list[FeedRow]:
    body = ('{"value":[' + ",".join(rows) + '],"@odata.context":"x"}').encode("utf-8", "surrogateescape")
    return list(read_rows(body[start : start + chunk] for start in range(0, len(body), chunk)))


LONGEST = 40_000
ODD = {
    "a number without end": a_row(2, "1" * 5000),
    "lists in lists": a_row(2, "[" * 9000 + "]" * 9000),
    "no text": a_row(2, '"\0"'),
    "no UTF-8": a_row(2, '"\udcff"'),
    "no escape": a_row(2, '"\\x"'),
    "a list for what is a table": a_row(2).replace('{"instanceID":"uuid:2"}', "[1]"),
    "a number for an id": a_row(2).replace('{"instanceID":"uuid:2"}', '{"instanceID":7}'),
    "a NUL in an id": a_row(2).replace('{"instanceID":"uuid:2"}', '{"instanceID":"a\\u0000"}'),
    "half a surrogate in an id": a_row(2).replace('{"instanceID":"uuid:2"}', '{"instanceID":"a\\ud800"}'),
    "an id too long": a_row(2).replace('{"instanceID":"uuid:2"}', f'{{"instanceID":"{"a" * 256}"}}'),
    "a word of Central's missing": a_row(2, system=SYSTEM.replace('"edits":0,', "")),
    "none of Central's words": a_row(2, system='"__system":[]'),
    "Central's words as text": a_row(2, system='"__system":"x"'),
    "text for a number": a_row(2, system=SYSTEM.replace('"edits":0', '"edits":"0"')),
    "yes for a number": a_row(2, system=SYSTEM.replace('"edits":0', '"edits":true')),
    "fewer than none": a_row(2, system=SYSTEM.replace('"edits":0', '"edits":-1')),
    "more than can be counted": a_row(2, system=SYSTEM.replace('"edits":0', '"edits":2147483648')),
    "a moment that is none": a_row(2, system=SYSTEM.replace("2026-11-01T", "2026-13-01T")),
    "a moment without a zone": a_row(2, system=SYSTEM.replace("000Z", "000")),
    "a moment of another age": a_row(2, system=SYSTEM.replace("2026-11-01T", "0001-01-01T")),
    "a list for a review": a_row(2, system=SYSTEM.replace('"reviewState":null', '"reviewState":["x"]')),
    "a name too long": a_row(2, system=SYSTEM.replace('"a } ', f'"{"a" * 256}')),
}  # fmt: skip


@pytest.mark.parametrize("chunk", [65536, 7])
@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_an_odd_row_is_said_to_be_odd_and_kept_and_its_neighbours_are_read(odd: str, chunk: int) -> None:
    before, found, after = rows_of(a_row(1), odd, a_row(3), chunk=chunk)
    assert [(row.root_id, row.problem) for row in (before, after)] == [("uuid:1", None), ("uuid:3", None)]
    assert (found.root_id, found.problem) == ("uuid:2", Reason("unreadable_row"))
    assert found.text == odd.replace("\0", "\\u0000").replace("\udcff", "\\udcff")
    assert found.text.encode() and "\0" not in found.text


def test_what_can_be_read_of_centrals_words_is() -> None:
    said = SYSTEM.replace('"edits":0', '"edits":"0"').replace('"deletedAt":null', '"deletedAt":"2026-11-02T00:00:00Z"')
    (_, odd) = rows_of(a_row(1), a_row(2, system=said))
    assert (odd.system.submitted_at, odd.system.edits) == ("2026-11-01T00:00:00.000Z", 0)
    assert (odd.system.deleted_at, odd.system.form_version) == ("2026-11-02T00:00:00Z", "1")


def test_a_row_without_an_id_is_known_by_what_it_says() -> None:
    one, again, other = (rows_of(row, a_row(3))[0] for row in ('{"a":1}', '{"a":1}', '{"a":2}'))
    assert one.root_id == again.root_id != other.root_id and one.root_id.startswith("unreadable:")
    assert one.system.submitted_at == ""


@pytest.mark.parametrize("word", [f'"{"x" * LONGEST}"', '"' + '\\"' * LONGEST + '"', f"[{'[],' * LONGEST}[]]"])
@pytest.mark.parametrize("chunk", [65536, 999, 10**7])
def test_a_row_that_is_too_large_is_passed_over(monkeypatch: pytest.MonkeyPatch, word: str, chunk: int) -> None:
    monkeypatch.setattr("workers.central.feed.MAX_ROW_CHARACTERS", LONGEST)
    before, large, after = rows_of(a_row(1), a_row(2, word), a_row(3), chunk=chunk)
    assert [row.root_id for row in (before, large, after)] == ["uuid:1", "uuid:2", "uuid:3"]
    assert large.problem and large.problem.code == "submission_too_large" and large.text == ""
    assert large.system == before.system and before.problem is after.problem is None


def test_a_row_that_is_too_large_and_cut_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.central.feed.MAX_ROW_CHARACTERS", 1000)
    body = ('{"value":[' + a_row(1, f'"{"x" * 5000}"'))[:-9].encode()
    with pytest.raises(CentralProblem) as caught:
        list(read_rows(chunks(body, 2000)))
    assert caught.value.reason.code == "central_cut"


@pytest.mark.parametrize("count", [1, 2, 40])
def test_where_no_row_has_all_words_it_is_an_older_central(count: int) -> None:
    older = [a_row(number, system=SYSTEM.replace('"edits":0,', "")) for number in range(count)]
    with pytest.raises(CentralProblem) as caught:
        rows_of(*older)
    assert caught.value.reason.code == "central_malformed"


def test_a_row_of_another_kind_of_brackets_is_no_row() -> None:
    with pytest.raises(CentralProblem) as caught:
        rows_of(a_row(1), '{"__id":"uuid:2","__system":{]}')
    assert caught.value.reason.code == "central_malformed"
