"""The page of what protects children speaks of every line and gap, and names a test for each line that is there."""

import re

from server.settings import CHECKOUT

LINES, GAPS = range(1, 23), range(1, 23)


def test_every_line_has_its_place_and_a_test_and_every_gap_is_spoken_of() -> None:
    page = (CHECKOUT / "docs/safeguarding.md").read_text(encoding="utf-8")
    rows = [row.split("|")[1:-1] for row in page.splitlines() if re.match(r"\| \d+\. ", row)]
    assert [int(row[0].split(".")[0]) for row in rows] == list(LINES)
    for _, where, tests, _ in rows:
        named = re.findall(r"`(tests/[\w/.]+)`", tests)
        assert named and all((CHECKOUT / path).exists() for path in named), tests
        assert "`" in where
    spoken = {int(number) for number in re.findall(r"\bS(\d+)\b", page.partition("## The gaps")[2])}
    assert spoken == set(GAPS)
