"""Whatever an export or a map is like: it is read, or refused with sentences, soon, and never with a traceback.

TILIK_TEST_FUZZ_INPUTS says how many pairs are tried; always the same of that many.
"""

import os
import time

from sqlalchemy import Engine

from server.claims.converted_text import converted_text, troubles_text
from server.claims.converting import convert
from server.claims.grids import read_grid, read_whole
from server.claims.workbook import open_workbook
from server.db import snapshot
from server.words import LANGUAGES, catalogue
from tests.fuzz.odd_exports import an_odd_export
from tests.support.claiming import ROUND
from tests.support.sampling import A_FEW_OR_ALL, Share
from tests.support.tally import SLOW_SECONDS, Tally
from tests.support.workbooks import DISTRICT
from verification.reason import WithReason

INPUTS = int(os.environ.get("TILIK_TEST_FUZZ_INPUTS") or 300)


def came_of(engine: Engine, seed: int) -> bool:
    """Do all that the command does, and say it in both languages; gives whether a form was written."""
    export, export_is_text, peta, is_text = an_odd_export(seed)
    try:
        sheets, map_grid = read_whole(export, export_is_text), read_grid(peta, is_text)
        with snapshot(engine) as session:
            found, content = convert(session, ROUND, DISTRICT, sheets, map_grid)
    except WithReason as refused:
        for words in map(catalogue, LANGUAGES):
            assert "{" not in words.reason(refused.reason), refused.reason
        return False
    for words in map(catalogue, LANGUAGES):
        "\n".join(troubles_text(found.troubles, words) if found.troubles else converted_text(found, words)).encode()
    if content:
        open_workbook(content)
    return bool(content)


@A_FEW_OR_ALL
def test_whatever_an_export_and_its_map_are_like_they_are_read_or_refused(district: Engine, share: Share) -> None:
    found = Tally()
    for seed in share(range(INPUTS)):
        begun = time.monotonic()
        try:
            taken = came_of(district, seed)
        except Exception as error:
            found.fail("traceback", seed, repr(error))
            continue
        if time.monotonic() - begun > SLOW_SECONDS:
            found.fail("slow", seed, time.monotonic() - begun)
        found.taken += taken
        found.refused += not taken
    found.must_be_clean()
