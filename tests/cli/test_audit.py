"""`tilik audit`: is the chain whole, and what is in it; sentences, exit codes, and what a program reads."""

import csv
import io
import json
import sqlite3
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from server.db import open_database
from server.settings import load_settings
from tests.support.chain import a_chain, acts_happen, by_the_owner
from tests.support.cli import printed, said, tilik


@pytest.fixture
def engine() -> Iterator[Engine]:
    tilik("rounds", "list")
    engine = open_database(load_settings().database)
    yield engine
    engine.dispose()


def test_a_whole_chain_is_code_0_and_its_head_is_there_to_be_kept(engine: Engine) -> None:
    head = str(a_chain(engine))
    result = tilik("audit", "check")
    assert (result.exit_code, result.stdout) == (0, f"{head}\n")
    assert "Rantai utuh: 5 catatan tersegel." in result.stderr and "Simpan kepala rantai" in result.stderr
    assert "masih ada" in said(0, "audit", "check", "--head", head)


def test_an_empty_chain_is_whole() -> None:
    assert "0 catatan" in said(0, "audit", "check") and printed("audit", "check") == ""


def test_what_is_not_sealed_is_told_and_is_no_break(engine: Engine) -> None:
    a_chain(engine)
    acts_happen(engine, 2)
    assert "2 catatan belum disegel" in said(0, "audit", "check")


def test_an_old_tail_is_a_warning_that_names_the_worker(engine: Engine) -> None:
    acts_happen(engine, 1)
    by_the_owner(engine, ["UPDATE audit_entries SET at = '2026-01-01 00:00:00'"])
    assert 'Apakah "tilik work" berjalan?' in said(0, "audit", "check")


def test_a_broken_chain_is_code_1_and_names_the_place(engine: Engine) -> None:
    a_chain(engine)
    by_the_owner(engine, ["UPDATE audit_entries SET act = 'photograph_seen' WHERE id = 3"])
    result = tilik("audit", "check")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "segel 3: catatan 3 telah diubah" in result.stderr and "utuh: 2 catatan" in result.stderr


def test_a_cut_chain_is_code_1_with_the_head_that_was_kept(engine: Engine) -> None:
    head = str(a_chain(engine))
    by_the_owner(engine, ["DELETE FROM audit_seals WHERE sequence > 3", "DELETE FROM audit_entries WHERE id > 3"])
    said(0, "audit", "check")
    assert "terpotong: Anda menyimpan segel 5, tetapi yang terakhir di sini segel 3" in said(
        1, "audit", "check", "--head", head
    )


def test_what_is_no_head_is_refused() -> None:
    assert "64 angka dan huruf" in said(1, "audit", "check", "--head", "12")


def test_a_program_reads_what_was_found(engine: Engine) -> None:
    head = str(a_chain(engine))
    acts_happen(engine, 1)
    found = json.loads(printed("audit", "check", "--json"))
    assert found.pop("since") and found == {
        "whole": True, "sealed": 5, "head": head, "broken": None, "unsealed": 1, "late": False,
    }  # fmt: skip
    by_the_owner(engine, ["DELETE FROM audit_seals WHERE sequence = 2"])
    result = tilik("audit", "check", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["broken"] == {"code": "audit_gap", "values": {"sequence": 2, "found": 3}}


def test_the_export_has_every_entry_with_its_seal_and_is_in_the_next_one(engine: Engine) -> None:
    a_chain(engine)
    rows = list(csv.reader(io.StringIO(printed("audit", "export").removeprefix("\ufeff")), delimiter=";"))
    assert len(rows) == 7 and rows[1][3:5] == ["submission_seen", "submission:1"] and rows[5][9] == "5"
    lines = [json.loads(line) for line in printed("audit", "export", "--json").splitlines()]
    assert [line["act"] for line in lines] == ["submission_seen"] * 5 + ["audit_exported"] * 2
    assert lines[0].keys() == {"number", "at", "by", "act", "about", "district", "round", "before", "after", "sequence",
                               "digest", "sealed_at"}  # fmt: skip


def test_an_export_of_some_days_or_of_something(engine: Engine) -> None:
    a_chain(engine)
    assert printed("audit", "export", "--json", "--until", "2020-01-01") == ""
    (line,) = printed("audit", "export", "--json", "--about", "submission:3").splitlines()[:1]
    assert json.loads(line)["about"] == "submission:3"


@pytest.mark.parametrize("option, value", [("--since", "kemarin"), ("--until", "2026-13-01"), ("--about", "Siti")])
def test_what_cannot_be_searched_by_is_refused_and_nothing_is_written_down(
    engine: Engine, option: str, value: str
) -> None:
    said(1, "audit", "export", option, value)
    with sqlite3.connect(str(engine.url.database)) as database:
        assert database.execute("SELECT count(*) FROM audit_entries").fetchone() == (0,)
