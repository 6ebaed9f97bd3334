"""What an indicator's number means stands in its set and nowhere else: no code, page or rule knows one."""

import pytest

from server.settings import CHECKOUT
from tests.support.numbers import numbers_in_code, numbers_in_text

ROOMS = ("verification", "server", "workers", "xlsforms")
PRODUCT = [CHECKOUT / "tilik.py", *(file for room in ROOMS for file in sorted((CHECKOUT / room).rglob("*.py")))]
PAGES = sorted((CHECKOUT / "server").rglob("*.html"))
RULES = [file for file in (CHECKOUT / "verification").rglob("*.toml") if file.parent.name != "sets"]


def test_no_indicators_number_stands_anywhere_but_in_its_set() -> None:
    """A set of other numbers goes the whole way without a line of code: `tests/server/results/test_second_set.py`."""
    found = {file: numbers_in_code(file.read_text(encoding="utf-8")) for file in PRODUCT}
    found |= {file: numbers_in_text(file.read_text(encoding="utf-8")) for file in (*PAGES, *RULES)}
    assert len(PRODUCT) > 100 and len(PAGES) > 5 and RULES
    assert {str(file): lines for file, lines in found.items() if lines} == {}


@pytest.mark.parametrize("code", [
    "by_number[17]", "indicators.by_number.get(17)", "claims[25]", "report.indicators[16].lines",
    "verify(indicator=25)", "query.filter_by(indicator=25)", "load(indicators=[13, 17])", "indicator(17)",
    "indicator == 13", "claim.indicator == 13", "13 == i.number", "line.indicator in (13, 17)",
    "if i.number != 25: pass", "{'visit_pojok_asi': 17, 'visit_school': 25}", "{'sekolah': 25}",
    "{'lksa': (13, 'x')}", "{17: 'Pojok ASI'}", "POJOK_ASI_INDICATOR = 17", "self.indicator = 17",
    "indicator: int = 17", "def load(indicator=17): pass",
    "match indicator.number:\n    case 17: pass", "answers['17a1']", "codes = ('25a', '2_2')",
    "text('SELECT 1 WHERE indicator = 17')", "f'#indicator-17'",
])  # fmt: skip
def test_an_indicators_number_in_code_is_seen(code: str) -> None:
    assert numbers_in_code(code)


@pytest.mark.parametrize("page", [
    "{{ by_number[17] }}", "{% if indicator.number == 17 %}", "{% if indicator in (13, 17) %}", 'href="#indicator-17"',
    '[[confirming]]\nindicator = 13', "{{ report.indicators[16].name }}", "{% set number = x %}{% if number == 25 %}",
])  # fmt: skip
def test_an_indicators_number_in_a_page_or_a_file_of_rules_is_seen(page: str) -> None:
    assert numbers_in_text(page)
