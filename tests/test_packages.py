"""Nothing is pinned that nobody looked at: docs/packages.csv has a row for each version, written by hand.

A tool that looks holes up and finds no data says the same as one that finds no holes; so a person looks them up, and
says where and when. "not looked up" is a value; a version that is pinned with a known hole fails.
"""

import csv
import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import pytest
import yaml

from server.settings import CHECKOUT
from tests.support.days import today_here

NOT_LOOKED_UP = "not looked up"
Pin = tuple[str, str, str]  # kind, package, version


class Row(NamedTuple):
    """A line of docs/packages.csv."""

    kind: str
    package: str
    version: str
    known_holes: str
    source: str
    looked_up: str


def rows() -> list[Row]:
    with (CHECKOUT / "docs" / "packages.csv").open(newline="", encoding="utf-8") as file:
        return [Row(**row) for row in csv.DictReader(file)]


def pinned() -> Iterator[Pin]:
    for file in CHECKOUT.glob("requirements*.txt"):
        for package, version in re.findall(r"^([\w.-]+)==([^\s;]+)", file.read_text(encoding="utf-8"), re.MULTILINE):
            yield "python", package, version
    services = yaml.safe_load((CHECKOUT / "compose.yaml").read_text(encoding="utf-8"))["services"].values()
    built = [service["build"]["dockerfile_inline"] for service in services if "build" in service]
    bases = re.findall(r"^FROM (\S+)$", "\n".join(built), re.MULTILINE)
    for image in {*bases, *(service["image"] for service in services)} - {"tilik:latest"}:
        yield "image", *image.split(":")


def complaints(pins: set[Pin], table: list[Row]) -> list[str]:
    """Say which versions have no row, and which have a known hole."""
    known = {row[:3]: row for row in table}
    missing = [
        f"{package} {version}: no row" for kind, package, version in pins if (kind, package, version) not in known
    ]
    holes = [f"{row.package} {row.version}: {row.known_holes}" for pin, row in known.items()
             if pin in pins and row.known_holes not in ("", "none")]  # fmt: skip
    return sorted(missing + holes)


def test_every_pinned_version_has_a_row_and_none_a_known_hole() -> None:
    assert complaints(set(pinned()), rows()) == []


@pytest.mark.parametrize("once", [row for row in rows() if row.known_holes not in ("", "none")], ids=str)
def test_what_was_once_pinned_with_a_hole_would_be_found(once: Row) -> None:
    pins = {pin for pin in pinned() if pin[1] != once.package} | {once[:3]}
    assert complaints(pins, rows()) == [f"{once.package} {once.version}: {once.known_holes}"]


def test_a_version_that_nobody_wrote_down_is_found() -> None:
    assert complaints({("python", "flask", "99.0")}, rows()) == ["flask 99.0: no row"]


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row.package} {row.version}")
def test_a_row_says_where_and_when_it_was_looked_up_or_that_it_was_not(row: Row) -> None:
    if row.source == NOT_LOOKED_UP:
        assert (row.known_holes, row.looked_up) == ("", "")
    else:
        assert row.source and row.known_holes and date.fromisoformat(row.looked_up) <= today_here()


def test_each_version_has_one_row() -> None:
    pins = [row[:3] for row in rows()]
    assert len(pins) == len(set(pins))


def test_the_page_on_security_says_for_how_many_nobody_looked() -> None:
    pins = set(pinned())
    unseen = sum(row.source == NOT_LOOKED_UP for row in rows() if row[:3] in pins)
    page = (CHECKOUT / "docs" / "security.md").read_text(encoding="utf-8")
    assert f"{unseen} of {len(pins)} pinned versions were not looked up" in page
