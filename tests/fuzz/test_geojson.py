"""Whatever file of areas the command gets, it is read or refused with a sentence; refused, it has changed nothing.

Each goes through `tilik areas load` as a person runs it. TILIK_TEST_FUZZ_INPUTS says how many files each database gets;
always the same ones of that many.
"""

import os
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, insert, select

from server.areas.queries import newest_number
from server.claims.template import template_for
from server.db import Base, snapshot, writing
from server.settings import Settings
from server.terminal import shown_safely
from tests.fuzz.odd_areas import OddFiles, odd_files
from tests.support.builders import load_district
from tests.support.claiming import ROUND, claims_come, open_round
from tests.support.tally import MUCH_MB, SLOW_SECONDS, Tally
from tests.support.workbooks import a_place, filled
from tilik import main
from workers.bench.own_process import peak_mb, reset_peak_mb

Rows = dict[str, list[dict[str, Any]]]


@dataclass
class Loads(Tally):
    """What became of the files."""

    by_change: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    most: float = 0.0

    def must_be_clean(self, more: object = "") -> None:
        super().must_be_clean(f"slowest {self.slowest:.1f} s, most {self.most:.0f} MB {more}")
        assert self.refused and self.taken, "a run in which nothing is taken, or all is, tries nothing"


def rows_of(engine: Engine) -> Rows:
    """Give all rows but those of acts, which are only added to."""
    with snapshot(engine) as session:
        return {
            table.name: sorted((dict(row) for row in session.execute(select(table)).mappings()), key=repr)
            for table in Base.metadata.sorted_tables
            if not table.name.startswith("audit_")
        }


def put_back(engine: Engine, rows: Rows) -> None:
    with writing(engine) as session:
        for table in reversed(Base.metadata.sorted_tables):
            if table.name in rows:
                session.execute(table.delete())
        for table in Base.metadata.sorted_tables:
            if rows.get(table.name):
                session.execute(insert(table), rows[table.name])


@pytest.fixture
def claimed(engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Engine]:
    """Give a district with a claimed place; the command finds it by its settings."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"TILIK_{name.upper()}", raising=False)
    monkeypatch.setenv("TILIK_DATA", str(tmp_path / "var"))
    monkeypatch.setenv("TILIK_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.chdir(tmp_path)
    load_district(engine)
    open_round(engine)
    claims_come(engine, filled(None, a_place("Pojok ASI Pasar")))
    yield engine


def run(files: OddFiles) -> tuple[int, str, BaseException | None]:
    """Run the command with these files, as a person who agrees to nothing that it does not decide alone."""
    words = ["areas", "load", "areas.geojson", *files.options]
    Path("areas.geojson").write_bytes(files.areas)
    for option, content in (("--names", files.names), ("--decided", files.decided)):
        if content is not None:
            Path(f"{option[2:]}.csv").write_bytes(content)
            words += [option, f"{option[2:]}.csv"]
    result = CliRunner().invoke(main, words, input="n\n")
    return result.exit_code, result.output, result.exception


def load_one(engine: Engine, number: int, before: Rows, loads: Loads) -> None:
    files = odd_files(number)
    held = reset_peak_mb()  # other tests' things too
    start = time.perf_counter()
    code, output, error = run(files)
    seconds, megabytes = time.perf_counter() - start, peak_mb() - held
    loads.slowest, loads.most = max(loads.slowest, seconds), max(loads.most, megabytes)
    if seconds > SLOW_SECONDS:
        loads.fail("slow", number, f"{seconds:.1f} s, {files.told}")
    if megabytes > MUCH_MB:
        loads.fail("much", number, f"{megabytes:.0f} MB, {files.told}")
    if (
        (error is not None and not isinstance(error, SystemExit))
        or code not in (0, 1)
        or output != shown_safely(output)
    ):
        loads.fail("traceback", number, f"{code} {error!r} {files.told} {output[-200:]}")
    after = rows_of(engine)
    if code == 0:
        loads.taken += 1
        look_at(engine, number, after, loads)
    else:
        loads.refused += 1
        if after != before:
            loads.fail("partial_write", number, files.told)
        if not output.strip():
            loads.fail("traceback", number, f"nothing was said: {files.told}")
    if after != before:
        put_back(engine, before)


def look_at(engine: Engine, number: int, after: Rows, loads: Loads) -> None:
    """See that what was taken is whole: names that can be shown, each area of the newest version once, a claim form."""
    with snapshot(engine) as session:
        newest = newest_number(session)
        if number % 20 == 0:
            template_for(session, ROUND, "99.01")
    now = [row["code"] for row in after["areas"] if row["since"] <= newest and row["until"] is None]
    if len(now) != len(set(now)) or any(not row["name"].isprintable() for row in after["areas"]):
        loads.fail("partial_write", number, "areas twice, or names that nobody can show")


@pytest.mark.parametrize("few", [12, pytest.param(300, marks=pytest.mark.ci)])
def test_whatever_a_file_holds_it_is_read_or_refused_and_then_nothing_has_changed(claimed: Engine, few: int) -> None:
    loads, before = Loads(), rows_of(claimed)
    for number in range(int(os.environ.get("TILIK_TEST_FUZZ_INPUTS") or few)):
        load_one(claimed, number, before, loads)
    loads.must_be_clean()
