"""The limits that docs/security.md tells are those of the code."""

import pytest

from server.db import HIGHEST_KEY
from server.documents import child
from server.documents.handing_in import MOST_FILES
from server.settings import CHECKOUT
from server.visits import drawing
from server.web.door import LONGEST_BODY, LONGEST_FILES
from server.web.serving import LIMITS

TABLE = (CHECKOUT / "docs/security.md").read_text(encoding="utf-8").partition("## Limits")[2].partition("\n## ")[0]
TOLD = {
    "100 kB": LONGEST_BODY / 1000, "221 MB": LIMITS["max_request_body_size"] / 1e6,
    "220 MB": LONGEST_FILES / 1e6, "500 files": MOST_FILES, "1,500 pixels": child.PAGE_PIXELS,
    "300 pages": child.MOST_PAGES, "900 MB": child.MEMORY_BYTES / 1e6, "20 s of the processor": child.CPU_SECONDS,
    "800 (": LIMITS["connection_limit"],
    "10 seconds of silence": LIMITS["channel_timeout"], "2,147,483,647": HIGHEST_KEY,
    "150 million samples": drawing.MOST_SAMPLES["JPEG"] / 1e6, "60 million samples": drawing.MOST_SAMPLES_WHOLE / 1e6,
    "64 scans": drawing.MOST_SCANS, "waited for 5 seconds": drawing.WAIT_SECONDS,
}  # fmt: skip


@pytest.mark.parametrize("text", TOLD)
def test_a_limit_is_told_as_it_is(text: str) -> None:
    number = next(int(word.replace(",", "")) for word in text.split() if word.replace(",", "").isdigit())
    assert text in TABLE and number == TOLD[text]
