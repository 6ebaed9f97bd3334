"""A file is known by its mark (ETag, its MD5), whatever a proxy on the way made of that."""

import gzip
import hashlib

import pytest

from tests.support.scripted import Answer, scripted
from workers.central.api import Central
from workers.central.session import CentralProblem, mark_of

CONTENT = b"event,node,start,end\n" * 9
MD5 = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()
BY_PROXIES = [
    f'"{MD5}"', f'W/"{MD5}"', f'"{MD5}-gzip"', f'W/"{MD5}-gzip"', f'"{MD5}-br"', f'"{MD5};gzip"', f'"{MD5}"-gzip',
    f'"{MD5}--gzip"', f'"{MD5}-zstd"', f'"{MD5}:deflate"', MD5, f'"{MD5.upper()}-gzip"',
]  # fmt: skip


def fetched(central: Central, mark: str | None = None) -> tuple[bytes, str | None]:
    with central.attachment("form", "root", "version", "audit.csv", mark) as file:
        return b"".join(file.chunks or ()), file.etag


@pytest.mark.parametrize("etag", BY_PROXIES)
def test_a_file_compressed_on_the_way_is_kept_and_asked_for_by_centrals_own_mark(etag: str) -> None:
    headers = {"ETag": etag, "Content-Encoding": "gzip", "Content-Disposition": "attachment"}
    sent = Answer(body=gzip.compress(CONTENT), kind="text/csv", headers=headers)
    with scripted(sent) as script, Central(script.url, "u", "p", 1) as central:
        content, mark = fetched(central)
        fetched(central, mark)
        fetched(central, etag)  # as an older Tilik kept it
    assert (content, (mark or "").lower()) == (CONTENT, f'"{MD5}"')
    assert [(sent or "").lower() for sent in script.marks[2:]] == [f'"{MD5}"'] * 2


@pytest.mark.parametrize("etag", [f'"{"0" * 32}-gzip"', f'"{"0" * 32}"', '"something"'])
def test_what_is_not_the_file_is_refused_still(etag: str) -> None:
    sent = Answer(body=CONTENT, kind="text/csv", headers={"ETag": etag, "Content-Disposition": "attachment"})
    with (
        scripted(sent) as script,
        Central(script.url, "u", "p", 1) as central,
        pytest.raises(CentralProblem) as refused,
    ):
        fetched(central)
    assert refused.value.reason.code == "central_malformed"


def test_the_mark_of_a_store_of_files_stays_as_it_is() -> None:
    """S3 counts the parts of a large file behind a mark that is no MD5 of it."""
    assert mark_of(f'"{MD5}-38"') == f'"{MD5}-38"'
    assert mark_of(None) == ""
