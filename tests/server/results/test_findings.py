"""What is said of a finding: whoever reads a number is told in what it is counted, in either language."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from server.disclosure.clearing import Clearance
from server.disclosure.viewer import EVERYONE
from server.results.findings import findings_shown
from server.rulebook import load_benchmarks
from server.words import LANGUAGES, catalogue
from tests.support.builders import INDICATORS, a_line
from verification.comparing.beside import Beside
from verification.comparing.comparisons import compared
from verification.judging.line import LineResult
from verification.model import Answer, Claim, Outcome

SAID = {
    2: ("naik dari 6 menjadi 12", "juta Rp"),
    14: ("di bawah angka nasional 16,85 tahun 2022 (BPS", "per 1.000 kelahiran hidup"),
    17: ("naik dari 1 menjadi 2", "unit"), 18: ("kurang dari 80", "persen"), 24: ("kurang dari 100", "persen"),
    25: ("tidak naik, dari 2 menjadi 2", "persen"),
}  # fmt: skip


def told(number: int, language: str = "id") -> Iterator[tuple[str, str]]:
    """Say what is found of an indicator whose numbers are all 2, and were 1 or, of percentages, 2: by its code."""
    indicator = INDICATORS.by_number[number]
    answers = {one.code: Answer("2", "1" if one.kind == "number" else "2") for one in indicator.answer_fields}
    lines = (a_line(indicator=number, since_year=2020),) if indicator.facility_kinds else ()
    claim = Claim(number, 1.0, answers, lines=lines)
    results = [LineResult(1, number, Outcome.CONFIRMED, ())] if claim.lines else []
    found = compared(indicator, claim, results, Beside(2023, None, load_benchmarks()), {})
    stored = [{"code": one.reason.code, "values": one.reason.values, "about": one.about} for one in found]
    clear = Clearance(catalogue(language), viewer=replace(EVERYONE, findings=True))
    for one in findings_shown(indicator, stored, clear):
        yield str(one.why.code), str(one.why.sentence)


@pytest.mark.parametrize("number", SAID)
def test_a_number_stands_beside_what_it_counts(number: int) -> None:
    says, unit = SAID[number]
    sentence = next(sentence for _, sentence in told(number) if says in sentence)
    assert f" ({unit}): " in sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_number_of_a_claim_or_of_the_country_is_said_without_a_unit(language: str) -> None:
    said = {one for number in INDICATORS.by_number for one in told(number, language) if "own_number" in one[0]}
    with_numbers = {sentence for code, sentence in said if not code.endswith("_unsaid")}
    assert len(with_numbers) > 20
    assert [sentence for sentence in with_numbers if not re.search(r" \([^()]+\): ", sentence)] == []
