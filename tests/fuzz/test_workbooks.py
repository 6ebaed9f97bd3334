"""Whatever happened to a claim form: it is taken, or refused with sentences, soon, and nothing is half done.

TILIK_TEST_FUZZ_INPUTS says how many workbooks are read and planned; always the same of that many.
"""

import os
import resource
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from server.claims import limited
from server.claims.importing import ImportPlan, plan_import
from server.claims.text import plan_json, plan_text, problems_csv
from server.claims.workbook import UnusableWorkbook, open_workbook
from server.db import Base, snapshot
from server.words import LANGUAGES, catalogue
from tests.fuzz.odd_workbooks import an_odd_workbook
from tests.support.cli import tilik
from tests.support.sampling import A_FEW_OR_ALL, Share
from tests.support.tally import MUCH_MB, SLOW_SECONDS, Tally
from tests.support.workbooks import TEMPLATE

INPUTS = int(os.environ.get("TILIK_TEST_FUZZ_INPUTS") or 300)
THROUGH_THE_COMMAND = 300


def children_mb() -> float:
    """Give the most memory that a process begun by this one has used; 0 where that is what this one had then.

    Linux counts for a process also what it was begun from (`exec` keeps `ru_maxrss`), and only once it has ended: the
    reader does so here, so that one that an earlier test began is counted as before.
    """
    limited._reader.stop()
    own, theirs = (resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return theirs if theirs > own else 0.0


@dataclass
class Workbooks(Tally):
    """What became of them; `before` is the most memory that earlier children of this process had used."""

    codes: Counter[str] = field(default_factory=Counter)
    before: float = field(default_factory=children_mb)

    def must_be_clean(self, more: object = "") -> None:
        megabytes = children_mb()
        if megabytes > max(MUCH_MB, self.before):
            self.fail("much", "all", megabytes)
        super().must_be_clean(f"most {megabytes:.0f} MB; {dict(self.codes.most_common())} {more}")


def planned(engine: Engine, content: bytes) -> ImportPlan | str:
    """Do all that the command does before it writes, and say it in every way."""
    try:
        opened = open_workbook(content)
    except UnusableWorkbook as unusable:
        for words in map(catalogue, LANGUAGES):
            assert "{" not in words.reason(unusable.reason), unusable.reason
        return unusable.reason.code
    with snapshot(engine) as session:
        plan = plan_import(session, content, opened)
    for words in map(catalogue, LANGUAGES):
        for said in (plan_text(plan, words), plan_json(plan, words), problems_csv(plan, words)):
            said.encode()
    return plan


@A_FEW_OR_ALL
def test_whatever_happened_to_a_workbook_it_is_read_or_refused(district: Engine, share: Share) -> None:
    found = Workbooks()
    open_workbook(TEMPLATE)
    for seed in share(range(INPUTS)):
        content, begun = an_odd_workbook(seed), time.monotonic()
        try:
            plan = planned(district, content)
        except Exception as error:
            found.fail("traceback", seed, error)
            continue
        if time.monotonic() - begun > SLOW_SECONDS:
            found.fail("slow", seed, time.monotonic() - begun)
        if isinstance(plan, ImportPlan) and not plan.problems:
            found.taken += 1
        else:
            found.refused += 1
            found.codes.update([plan] if isinstance(plan, str) else {problem.reason.code for problem in plan.problems})
    found.must_be_clean()


def everything(engine: Engine) -> dict[str, list[str]]:
    """Write down all that is in the tables, but for the jobs, which wait for a worker."""
    with snapshot(engine) as session:
        return {table.name: sorted(str(tuple(row)) for row in session.execute(select(table)))
                for table in Base.metadata.sorted_tables}  # fmt: skip


@A_FEW_OR_ALL
def test_the_command_takes_all_of_a_workbook_or_leaves_every_table_as_it_was(
    district: Engine, share: Share, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TILIK_DATABASE_URL", district.url.render_as_string(hide_password=False))
    monkeypatch.setenv("TILIK_DATA", str(tmp_path / "var"))
    found, before = Workbooks(), everything(district)
    for seed in share(range(THROUGH_THE_COMMAND)):
        file = tmp_path / "klaim.xlsx"
        file.write_bytes(an_odd_workbook(seed))
        begun = time.monotonic()
        try:
            result = tilik("claims", "import", file, "--yes")
        except BaseException as error:
            found.fail("traceback", seed, error)
            continue
        if time.monotonic() - begun > SLOW_SECONDS:
            found.fail("slow", seed, time.monotonic() - begun)
        after = everything(district)
        if result.exit_code == 0:
            found.taken += 1
        else:
            found.refused += 1
            if result.exit_code != 1 or not result.stderr.strip() or "Traceback" in result.output:
                found.fail("traceback", seed, result.output)
            if after != before:
                found.fail("partial_write", seed, result.output)
        before = after
    found.must_be_clean()
