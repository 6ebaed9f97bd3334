"""docs/asvs.csv answers every requirement of OWASP ASVS 5.0.0 of levels 1 and 2: once, and what is met by a test.

The numbers are the standard's, the words our own. How many each section has was counted in the standard's own source
(tag v5.0.0_release, folder 5.0/en).
"""

import ast
import csv
import re
from collections import Counter
from functools import cache
from typing import NamedTuple

import pytest
import yaml

from server.schema import metadata
from server.settings import CHECKOUT, Settings
from server.words import catalogue

MET, NOT_YET, DOES_NOT_APPLY = STATES = ("met", "not yet", "does not apply")
LEVELS = {"1": 70, "2": 183}
_SECTIONS = """
    1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 4.1:3 4.2:1 4.3:2 4.4:4 5.1:1
    5.2:3 5.3:2 5.4:3 6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 7.2:4 7.3:2 7.4:5 7.5:2 7.6:2 8.1:2 8.2:3 8.3:1
    8.4:1 9.1:3 9.2:4 10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2 10.7:3 11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1
    12.1:3 12.2:2 12.3:4 13.1:1 13.2:5 13.3:2 13.4:5 14.1:2 14.2:4 14.3:3 15.1:3 15.2:3 15.3:7 16.1:1 16.2:5 16.3:4
    16.4:3 16.5:3 17.1:1 17.2:4 17.3:2"""
SECTIONS = {section: int(count) for section, count in re.findall(r"([\d.]+):(\d+)", _SECTIONS)}
PAGE = (CHECKOUT / "docs/security.md").read_text(encoding="utf-8")
FILE = yaml.safe_load((CHECKOUT / "compose.yaml").read_text(encoding="utf-8"))


class Answer(NamedTuple):
    """A line of docs/asvs.csv."""

    number: str
    level: str
    asks: str
    state: str
    test: str
    why: str

    @property
    def chapter(self) -> int:
        return int(self.number.split(".")[0])


def read() -> list[Answer]:
    with (CHECKOUT / "docs/asvs.csv").open(newline="", encoding="utf-8") as file:
        return [Answer(**row) for row in csv.DictReader(file)]


ANSWERS = read()


# ── every requirement, once


def test_every_requirement_of_both_levels_is_answered_once() -> None:
    numbers = [answer.number for answer in ANSWERS]
    assert len(numbers) == len(set(numbers)) == sum(LEVELS.values())
    assert Counter(number.rpartition(".")[0] for number in numbers) == SECTIONS
    assert Counter(answer.level for answer in ANSWERS) == LEVELS
    assert numbers == sorted(numbers, key=lambda number: [int(part) for part in number.split(".")])


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.number)
def test_an_answer_says_what_is_asked_and_why_it_stands_as_it_does(answer: Answer) -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", answer.number) and answer.state in STATES
    assert 3 <= len(answer.asks.split()) <= 30 and answer.asks.endswith(".")
    assert "Verify" not in answer.asks, "in our own words"
    assert len(answer.why.split()) >= (5 if answer.state != MET else 0)
    assert answer.test or answer.state != MET


@cache
def functions(path: str) -> frozenset[str]:
    """Name the functions that a file defines; none where it is not there."""
    file = CHECKOUT / path
    tree = ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if file.is_file() else iter(())
    return frozenset(node.name for node in tree if isinstance(node, ast.FunctionDef))


def lacking(answers: list[Answer]) -> list[str]:
    """List the tests that answers name and that are not there."""
    named = [(answer.number, *test.partition("::")[::2]) for answer in answers for test in answer.test.split()]
    return [f"{number}: {path}::{name}" for number, path, name in named
            if not name.startswith("test_") or name not in functions(path)]  # fmt: skip


def test_every_test_that_is_named_is_there() -> None:
    assert lacking(ANSWERS) == []


def test_one_that_is_not_there_would_be_seen() -> None:
    here = "tests/test_asvs.py"
    named = [f"{here}::test_nothing_of_the_kind", f"{here}::read", "tests/test_none.py::test_x", here]
    assert len(lacking([Answer("1.1.1", "2", "x", MET, " ".join(named), "")])) == len(named)


# ── what the page says of it


def test_the_page_tells_how_many_are_met() -> None:
    found = Counter(answer.state for answer in ANSWERS)
    said = f"Of {len(ANSWERS)} requirements {found[MET]} are met, {found[NOT_YET]} are not yet"
    assert f"{said}, and {found[DOES_NOT_APPLY]} do not apply" in " ".join(PAGE.split())


def test_the_page_tells_it_of_each_chapter() -> None:
    told = re.findall(r"^\| V(\d+) [^|]+ \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", PAGE, re.MULTILINE)
    found = {chapter: Counter(a.state for a in ANSWERS if a.chapter == chapter) for chapter in range(1, 18)}
    assert {int(chapter): tuple(map(int, numbers)) for chapter, *numbers in told} == {
        chapter: (states.total(), *(states[state] for state in STATES)) for chapter, states in found.items()
    }


def test_each_of_those_named_in_words_is_met() -> None:
    told = PAGE.partition("### What matters most")[2].partition("\n### ")[0]
    named = re.findall(r"\((\d+\.\d+\.\d+(?:, \d+\.\d+\.\d+)*)\)", told)
    states = {answer.number: answer.state for answer in ANSWERS}
    assert len(named) == 10
    assert {number for group in named for number in group.split(", ") if states[number] != MET} == set()


# ── what documents have to say


SAYING = {  # by requirement: where it is told, and words that stand there
    "2.1.2": [("docs/operating.md", "the one round whose days and project hold its day"),
              ("docs/states.md", "## A round")],
    "5.1.1": [("docs/security.md", "| a workbook |"), ("docs/security.md", "| a file of a submission |")],
    "7.1.3": [("docs/operating.md", "Logging out of Tilik leaves the provider's session"),
              ("docs/security.md", "**A provider's session and ours** are two.")],
    "15.1.1": [("docs/security.md", "within 3 days"), ("docs/security.md", "within 30 days")],
}  # fmt: skip


@pytest.mark.parametrize("number", SAYING)
def test_a_document_says_what_it_is_named_for(number: str) -> None:
    for path, words in SAYING[number]:
        assert words in " ".join((CHECKOUT / path).read_text(encoding="utf-8").split()), path


def section(heading: str) -> str:
    return PAGE.partition(f"### {heading}\n")[2].partition("\n### ")[0].partition("\n## ")[0]


def cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.split("|")[1:-1]]


def test_every_way_in_is_told_with_how_strong_it_is() -> None:
    """A way in is what an entry says that somebody logged in by; the table's rows are in their order."""
    ways = {"password": "password", "passkey": "passkey", "link": "one-time link", "oidc": "OpenID", "demo": "demo"}
    written = {key.removeprefix("audit.login_") for key in catalogue("id").sentences if key.startswith("audit.login_")}
    assert written - {"failed", "oidc_refused"} == set(ways)
    table = PAGE.partition("## Who gets in")[2].partition("\n## ")[0]
    rows = [cells(line) for line in table.splitlines() if line.startswith("| ")][1:]
    assert len(rows) == len(ways) and all(len(row) == 3 and all(row) for row in rows)
    for (way, *_), said in zip(rows, ways.values(), strict=True):
        assert said in way


def test_every_key_is_told_with_who_has_it_and_how_it_is_changed() -> None:
    rows = [cells(line) for line in section("Keys").splitlines() if line.startswith("| ")][1:]
    assert all(len(row) == 5 and all(row) for row in rows)
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row[0])}
    secrets = {f"TILIK_{name.upper()}" for name, field in Settings.model_fields.items()
               if "SecretStr" in str(field.annotation)}  # fmt: skip
    assert len(secrets) >= 11 and len(FILE["secrets"]) >= 5
    assert (secrets | FILE["secrets"].keys() | {"TILIK_BACKUP_KEYS"}) - named == set()


def test_every_table_has_one_level_of_protection() -> None:
    rows = [line for line in section("Levels of protection").splitlines() if line.startswith("| ")]
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[2])]
    assert sorted(named) == sorted(metadata.tables)
    assert all(len(cell.split()) >= 3 for row in rows[1:] for cell in row.split("|")[3:-1]), "each says how"


def test_every_log_is_told_with_where_it_lies_and_for_how_long() -> None:
    told = [line for line in section("Logs").splitlines() if line.startswith("| ")][1:]
    assert all(len(row.split("|")) == 7 and all(cell.strip() for cell in row.split("|")[1:-1]) for row in told)
    logging = {name for name, service in FILE["services"].items() if service["logging"]["driver"] == "json-file"}
    assert logging == set(FILE["services"])
    assert [name for name in FILE["services"] if not any(re.search(rf"\b{name}\b", row) for row in told)] == []


def test_who_talks_to_whom_is_told_for_every_service_and_address() -> None:
    told = section("Who talks to whom")
    addresses = [name for name in Settings.model_fields if re.search(r"url|issuer|host|endpoint|server", name)]
    assert len(addresses) >= 3
    assert [name for name in addresses if f"`TILIK_{name.upper()}`" not in told] == []
    assert [name for name in FILE["services"] if not re.search(rf"\b{name}\b", told)] == []
