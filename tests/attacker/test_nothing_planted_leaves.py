"""An attacker's test: unmistakable words stand in all that people and phones write, and no output may repeat one.

What is planted, and where it may be found: `planted.py`. What is gone through: `outputs.py`.
"""

import json
import re

import pytest

from server.audit.entries import PATTERNS
from tests.attacker.outputs import COMMANDS, Outputs
from tests.attacker.planted import PLANTED, SHOWN

pytestmark = pytest.mark.ci
# when an entry was written, to the microsecond: "05.004123" is no part of a coordinate
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[t ]\d\d:\d\d:\d\d[.,]\d+")


def found_in(name: str, text: str) -> set[str]:
    """Name what was planted and stands in an output where it may not."""
    if name.startswith("page"):  # the map names every village, whatever is in it
        text = re.sub(r'<path class="village"[^>]*><title>[^<]*</title>', "", text)
    allowed = {what for start, those in SHOWN.items() if name.startswith(start) for what in those}
    text = _MOMENT.sub("", text.lower())  # of megabytes, and of as many words
    return {what for what, word in PLANTED.items() if is_said(word.lower(), text)} - allowed


def is_said(word: str, text: str) -> bool:
    """Tell whether a text says a word; a number also as people write it, with a mark before its thousands."""
    if not word.isdecimal():
        return word in text
    if word[-3:] not in text:
        return False
    parted = "[.,\u00a0\u202f ]?".join(filter(None, (word[:-3], word[-3:])))
    return re.search(rf"(?<!\d){parted}(?!\d)", text) is not None


def leaks(outputs: Outputs, of_commands: bool) -> dict[str, set[str]]:
    return {
        name: found
        for name, text in outputs.items()
        if name.startswith("terminal") is of_commands and (found := found_in(name, text))
    }


def test_the_second_in_which_an_entry_was_written_is_no_coordinate_but_one_beside_it_is() -> None:
    moment = f"2026-11-28T11:50:0{PLANTED['fix_at_home']}23+00:00"
    assert found_in("audit", f'{{"at": "{moment}"}}') == set()
    assert found_in("audit", f'{{"at": "{moment}", "about": "{PLANTED["fix_at_home"]}9"}}') == {"fix_at_home"}


def test_nothing_planted_is_on_a_page_a_phone_at_central_or_in_a_log(outputs: Outputs) -> None:
    assert leaks(outputs, of_commands=False) == {}


def test_nothing_planted_is_in_any_output_of_any_command(outputs: Outputs) -> None:
    assert leaks(outputs, of_commands=True) == {}
    assert {" ".join(words) for words in COMMANDS} <= {name.removeprefix("terminal ") for name in outputs}


def test_what_was_written_down_of_acts_is_ids_codes_and_digests(outputs: Outputs) -> None:
    entries = [json.loads(line) for line in outputs["audit"].splitlines()]
    assert {entry["act"] for entry in entries} >= {
        "person_invited", "role_given", "team_districts", "team_member", "tie_declared", "part_closed", "part_open",
        "claims_imported", "homes_seen", "submission_seen", "report_exported",
    }  # fmt: skip
    for entry in entries:
        assert entry.keys() == {"id", "at", *PATTERNS}
        assert all(entry[name] is None or pattern.fullmatch(entry[name]) for name, pattern in PATTERNS.items()), entry


def test_the_tests_above_go_through_outputs_that_have_something_to_tell(outputs: Outputs) -> None:
    """What may be shown is: else all would be quiet because nothing was claimed, visited, sent or refused."""
    kinds = {name.split(" /")[0].split(" ")[0] for name in outputs}
    assert kinds >= {"page", "central", "phones", "logs", "terminal", "file"}
    pages = re.compile(r"page others 200 /(laporan|wilayah)/\d+/[\d.]+(/indikator/17|/baris|/tanpa-klaim)? id")
    report = "".join(text for name, text in outputs.items() if pages.fullmatch(name))
    assert all(said in report for said in ("Pojok ASI Pasar", "Pojok di pasar", "LKSA/panti asuhan anak", "Rumah aman"))
    assert sum(name.startswith("page team 404 /foto/") for name in outputs) >= 10, "photographs of homes are asked for"
    assert "lksa" in outputs["phones facilities"].lower() and "rumah_aman" not in outputs["phones facilities"]
    assert outputs["terminal claims import --yes"].count("Fasilitas!") > 10
    bodies = "".join(text for name, text in outputs.items() if name.startswith("central"))
    assert "LKSA/panti asuhan anak" in bodies and "DELETE" in " ".join(outputs)
