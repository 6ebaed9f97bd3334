"""A workbook as a package: how many parts it may be made of."""

import io
import time
import zipfile

import pytest

from server.claims.workbook import MAX_FILE_BYTES, MAX_PARTS, UnusableWorkbook, open_workbook
from server.settings import CHECKOUT
from tests.support.workbooks import TEMPLATE

ENTRY = b"PK\x01\x02" + bytes(24) + b"\x01" + bytes(17) + b"a"  # names a part "a", which is nowhere


def refusal(content: bytes) -> str:
    with pytest.raises(UnusableWorkbook) as caught:
        open_workbook(content)
    return caught.value.reason.code


def test_a_package_of_too_many_parts_is_refused_before_they_are_listed() -> None:
    listed = ENTRY * (MAX_FILE_BYTES // len(ENTRY) - 1)
    end = b"PK\x05\x06" + bytes(8) + len(listed).to_bytes(4, "little") + bytes(6)
    began = time.process_time()
    assert refusal(listed + end) == "workbook_too_many_parts"
    assert time.process_time() - began < 0.5, "listing them takes two seconds and 100 MB"


@pytest.mark.parametrize("more, code", [(0, None), (1, "workbook_too_many_parts")])
def test_a_package_of_as_many_parts_as_there_may_be_is_read(more: int, code: str | None) -> None:
    file = io.BytesIO(TEMPLATE)
    with zipfile.ZipFile(file, "a") as archive:
        for number in range(MAX_PARTS + more - len(archive.namelist())):
            archive.writestr(f"xl/media/{number}.png", b"")
    assert (refusal(file.getvalue()) if code else open_workbook(file.getvalue()).stamp.district) == (code or "99.01")


def test_the_limit_is_told() -> None:
    assert f"{MAX_PARTS:,} parts" in (CHECKOUT / "docs/security.md").read_text(encoding="utf-8")
