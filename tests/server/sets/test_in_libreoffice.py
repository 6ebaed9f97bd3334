"""A set's workbook that LibreOffice opened and saved says what it said."""

from pathlib import Path

import pytest

from server.rulebook import load_indicators
from server.sets.book import set_book
from server.sets.keeping import read_book
from server.words import catalogue
from tests.support.indicator_sets import made_up_set
from tests.support.office import Office
from verification.sets.indicators import IndicatorSet

pytestmark = pytest.mark.ci


@pytest.mark.parametrize("found", [load_indicators(), made_up_set()], ids=["2011", "made up"])
def test_a_workbook_that_was_opened_and_saved_says_the_same(found: IndicatorSet, tmp_path: Path) -> None:
    book = set_book(found, catalogue("id"))
    assert read_book(Office(tmp_path).saved(book)).indicators == found
