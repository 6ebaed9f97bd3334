"""Every command that changes something, or shows what is sensitive, writes it down; and every command was thought of.

A command that is new fails `test_every_command_was_thought_of` until it is in a story with the acts that it writes, or
in WITHOUT with the reason why it writes none.
"""

from collections.abc import Callable
from pathlib import Path

import click
import pytest
from sqlalchemy import Engine

from server.db import open_database, writing
from server.people.acting import account
from server.register.tables import Facility
from server.settings import load_settings
from server.words import catalogue
from tests.support.acts import newest, written_down
from tests.support.builders import VILLAGES
from tests.support.cli import a_file, geojson, tilik
from tests.support.documents import a_pdf, a_zip
from tests.support.forms import FORM_ID, a_submission
from tests.support.indicator_sets import made_up_book
from tests.support.trial import delete_form, publish_trial
from tests.support.workbooks import DISTRICT, YEAR, filled, row_of
from tilik import COMMANDS, main
from workers.central.api import Central

ROUND = str(YEAR)
HERE = ("--round", ROUND, "--district", DISTRICT)
Words = tuple[str | Path, ...]
Step = tuple[Words, list[str]]  # a command, and the acts it writes, in order

WITHOUT = {
    "alerts": "only looks", "why": "as the report at the terminal", "backup-key": "it writes nothing anywhere",
    "backup": "seen in tests/server/backup/test_making.py",
    "restore": "seen in tests/server/backup/test_drill.py", "files move": "the same files, elsewhere",
    "demo": "a database of its own, whose people are made up; what it does is written down by the same use cases",
    "serve": "what is done on its pages is written down there",
    "work": "jobs carry out what was written down when it was asked for",
    "claims split": "empty forms", "claims merge": "files alone, and keeps nothing",
    "claims table": "files alone, and keeps nothing",
    "claims map": "an empty map", "claims convert": "files alone, and keeps nothing",
    "plan draw": "seen in tests/server/draws/test_commands.py",
    "plan approve": "seen in tests/server/draws/test_commands.py", "plan draws": "looks at numbers alone",
    "plan import": "seen in tests/cli/test_plan.py", "plan release": "seen in tests/cli/test_plan.py",
    "plan agree": "seen in tests/cli/test_plan.py",
    "desk waiting": "numbers of documents",
    "incidents roster": "names and days",
    "claims show": "numbers of claims, as in the report",
    "rounds list": "rounds are public", "rounds rules": "seen in tests/server/rounds/test_rules.py",
    "benchmarks list": "numbers of the country",
    **{f"sets {looks}": "what regulations ask" for looks in ("list", "show", "export")},
    "people list": "names and roles, to who holds the server", "forms build": "writes files from the source",
    "forms check": "only looks", "forms lint": "only looks",
    "forms again": "places as everybody may see them, homes by their kind alone",
    "pull": "what the clock does every minute", "verify": "what a job does; a result is no act",
    "files list": "ids alone", "replaced": "digests and names of questions alone",
    "phones list": "codes alone", "phones check": "only looks",
    **{f"phones {act}": "seen in tests/cli/test_phones.py"
       for act in ("prepare", "print", "lost", "drill", "hold", "share")},
    **{f"training {act}": "seen in tests/cli/test_phones.py" for act in ("make", "reset", "print")},
    "audit check": "it may run anywhere, also on a copy that is not to be changed",
    "bench pull": "a database of its own", "bench verify": "a database of its own",
    "bench arrival": "a database of its own", "bench pages": "a database of its own",
    "bench match": "files alone, and keeps nothing", "bench estimate": "files alone, and keeps nothing",
    "bench flags": "makes up what it measures, and keeps nothing",
    "bench coverage": "keeps nothing",
    "bench photographs": "looks at pictures of a folder, and keeps nothing",
}  # fmt: skip


def all_commands(name: str = "", command: click.Command | None = None) -> list[str]:
    if command is None:
        return [one for first in COMMANDS for one in all_commands(first, main.get_command(click.Context(main), first))]
    if isinstance(command, click.Group):
        return [one for second, found in command.commands.items() for one in all_commands(f"{name} {second}", found)]
    return [name]


def without_central() -> list[Step]:
    claims, decision = a_file("klaim.xlsx", filled({f"Klaim!E{row_of(1)}": 50})), ("--district", DISTRICT)
    papers = a_file("dokumen.zip", a_zip({"a.pdf": a_pdf()}))
    return [
        (("areas", "load", a_file("areas.geojson", geojson())), ["areas_loaded"]),
        (("areas", "load", "areas.geojson"), []),  # nothing has changed
        (("sets", "load", a_file("perangkat.xlsx", made_up_book())), ["set_kept"]),
        (("sets", "load", "perangkat.xlsx"), []),  # it is kept already
        (("benchmarks", "state", "akb", "2024", "16,1", "--source", "Rekaan"), ["benchmark_stated"]),
        (("benchmarks", "state", "akb", "2024", "16.10", "--source", "Rekaan"), []),  # it is known just so
        (("benchmarks", "withdraw", "akb", "2024"), ["benchmark_taken_away"]),
        *((("people", "add", "--name", "Petugas", "--email", f"{role}@kla.example", "--role", role),
           ["role_given", "person_invited"]) for role in ("safeguarding", "deputy")),
        (("rounds", "add", ROUND, "--data-year", ROUND, "--open"), ["round_planned", "round_open"]),
        (("rounds", "set", ROUND, "--stage", "claims", "-", "-"), ["stages_set"]),
        (("rounds", "rules", ROUND), []),
        (("claims", "import", claims), ["part_open", "claims_imported"]),
        (("claims", "import", claims), []),  # it is known
        (("claims", "template", "x.xlsx", *HERE), []),
        (("claims", "template", "x.xlsx", *HERE, "--from", ROUND), ["last_lists_given"]),
        (("claims", "documents", ROUND, DISTRICT, papers, "--declared"), ["document_handed_in", "document_declared"]),
        (("claims", "documents", ROUND, DISTRICT, papers), []),  # it is here
        (("desk", "rules", "--round", ROUND, "--window-days", "3"), ["desk_rules_set"]),
        (("desk", "rules", "--round", ROUND), []), (("desk", "waiting", "--round", ROUND), []),
        (("verify",), []),
        (("report", *HERE), []), (("report", *HERE, "--csv"), ["report_exported"]),
        (("report", *HERE, "--json"), ["report_exported"]),
        (("report", *HERE, "--xlsx", "x.xlsx"), ["report_exported"]),
        (("homes", *decision), ["homes_printed"]), (("homes", "--district", "99.03"), []),
        (("plan", "file", "rencana.csv", *HERE), ["plan_exported"]),
        (("rounds", "close", ROUND, *decision), ["part_closed"]),
        (("rounds", "open", ROUND, *decision, "--why", "x"), ["part_open"]),
        (("rounds", "close", ROUND, *decision), ["part_closed"]), (("rounds", "close", ROUND), ["round_closed"]),
        (("incidents", "duty", "officer", "1", "--from", "2090-01-01", "--until", "2090-02-01"), ["duty_set"]),
        (("incidents", "roster"), []), (("incidents", "off-duty", "1"), ["duty_ended"]),
        (("incidents", "drill", *decision), ["drill_started"]),
        (("rounds", "archive", ROUND), ["round_archived"]), (("audit", "export"), ["audit_exported"]),
    ]  # fmt: skip


def about_people() -> list[Step]:
    named, who = ("--name", "Rekaan", "--email"), "lain@contoh.go.id"
    return [
        (("people", "add", *named, "satu@contoh.go.id", "--role", "secretariat"), ["role_given", "person_invited"]),
        (("people", "add", *named, who), ["person_invited"]), (("people", "link", who), ["person_reset"]),
        (("people", "link", who, "--lost-factors"), ["person_reset_all"]),
        (("people", "roles", "give", who, "observer"), ["role_given"]),
        (("people", "roles", "give", who, "observer"), []),  # it is held already
        (("people", "hand-over", who, *named, who), ["role_given", "role_taken", "person_ended", "post_handed_over"]),
        (("people", "roles", "take", who, "observer"), ["role_taken"]),
        (("people", "log-out", who), ["person_logged_out"]),
        (("people", "log-out", "--everybody"), ["everybody_logged_out"]),
        (("people", "end", who, "--yes"), ["person_ended"]),
    ]  # fmt: skip


def with_central(root: str) -> list[Step]:
    purpose, why = ("--purpose", "withdrawn_consent", "--yes"), ("--why", "Diganti.")
    return [
        (("forms", "publish", "--yes"), ["forms_published"]), (("pull",), []), (("repair",), ["repaired"]),
        (("certify",), []), (("certify", "--anew"), ["compared_anew"]),
        (("files", "give-up", FORM_ID, root), ["files_given_up"]),
        (("remove", FORM_ID, root, "--file", "1.jpg", *purpose), ["file_removed"]),
        (("remove", FORM_ID, root, *purpose), ["submission_removed"]),
        (("remove", FORM_ID, root, *purpose), ["removal_repeated"]),
        (("forms", "settle", FORM_ID, *why, "--keep-counting"), ["form_settled"]),
        (("forms", "settle", FORM_ID, *why), ["form_settled_out"]),
    ]  # fmt: skip


@pytest.fixture
def engine() -> Engine:
    """Open the database that the commands use, once one of them has made it."""
    tilik("rounds", "list")
    return open_database(load_settings().database)


def tell(engine: Engine, steps: list[Step], before: Callable[[Words], None] = lambda _words: None) -> None:
    """Run commands one after the other; each writes its acts, by whoever holds the terminal, and each has its words."""
    for words, acts in steps:
        before(words)
        since = newest(engine)
        result = tilik(*words)
        written = written_down(engine, since)
        assert (result.exit_code, [entry.act for entry in written]) == (0, acts), (words, result.output)
        assert {entry.by for entry in written} <= {account().label}
        assert all(catalogue("id").knows(f"audit.{entry.act}") for entry in written)


def test_what_is_done_without_central_is_written_down(engine: Engine) -> None:
    def a_home_is_registered(words: Words) -> None:
        if words[0] == "homes":
            with writing(engine) as session:
                session.merge(Facility(id="3f9c2a1b-4444-4444-8444-444444444444", kind="lksa", name="Panti Rekaan",
                                       village=VILLAGES[0].code))  # fmt: skip

    tell(engine, without_central(), a_home_is_registered)
    engine.dispose()


def test_what_is_done_about_people_is_written_down(engine: Engine) -> None:
    tell(engine, about_people())
    engine.dispose()


@pytest.mark.ci
def test_what_is_done_with_central_is_written_down(engine: Engine, a_central: Central) -> None:
    publish_trial(a_central)
    root = a_central.submit(FORM_ID, a_submission(word="x", photo="1.jpg"))

    def central_loses_the_form(words: Words) -> None:
        if words[:2] == ("forms", "settle") and "--keep-counting" in words:
            delete_form(a_central)
            tilik("certify")

    tell(engine, with_central(root), central_loses_the_form)
    engine.dispose()


def test_every_command_was_thought_of() -> None:
    names = all_commands()
    steps = [" ".join(map(str, words)) for words, acts in (*without_central(), *about_people(), *with_central("uuid:x"))
             if acts]  # fmt: skip
    told = {name for name in names if any(step.startswith(name) for step in steps)}
    assert told | WITHOUT.keys() == set(names)
    assert not told & WITHOUT.keys()


@pytest.mark.parametrize("words", [
    ("rounds", "add", "2027", "--data-year", "2027"), ("rounds", "close", "2099"), ("claims", "import", "none.xlsx"),
    ("claims", "documents", "2099", DISTRICT, "none.xlsx"),
    ("report", "--round", "2099", "--district", DISTRICT, "--json"),
], ids=" ".join)  # fmt: skip
def test_what_is_refused_writes_nothing(engine: Engine, words: Words) -> None:
    a_file("none.xlsx", "no workbook")
    assert tilik(*words).exit_code == 1
    assert written_down(engine) == []
    engine.dispose()
