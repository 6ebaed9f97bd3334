"""Reading a feed while it streams: any chunks give the same rows, and a cut body never passes for a short one."""

import json
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.submissions.keeping import digest
from workers.central.feed import read_rows
from workers.central.session import CentralProblem

SYSTEM = (
    '"__system":{"submissionDate":"2026-11-01T00:00:00.000Z","updatedAt":null,"submitterName":"a } \\"b\\"",'
    '"attachmentsPresent":0,"attachmentsExpected":0,"status":null,"reviewState":null,"edits":0,"formVersion":"1",'
    '"deletedAt":null}'
)
ROWS = [
    '{"word":"a","meta":{"instanceID":"uuid:1b"},"__id":"uuid:1",' + SYSTEM + "}",
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
