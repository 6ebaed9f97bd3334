"""The visit plan at the terminal: a file of it in and out, and its release."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import click
from sqlalchemy.orm import Session

from server.assignments.giving import part_is_closed
from server.audit.entries import Act, write_down
from server.claims.package import UnusableWorkbook
from server.claims.workbook import MAX_FILE_BYTES
from server.db import snapshot, writing
from server.draws.commands import approve_, draw_, draws_
from server.people.acting import account
from server.plan.agreeing import agree, to_agree
from server.plan.checking import check_plan, frame_of
from server.plan.files import ReadPlan, read_plan_file, written_out
from server.plan.filter import PlanFilter
from server.plan.listing import plan_of
from server.plan.planning import plan
from server.plan.releasing import release, waiting_counts
from server.plan.wishes import NotPlanned, PlanChange, PlanProblem
from server.roles.table import Permission
from server.rounds.tables import RoundPart
from server.spreadsheets import as_csv, as_xlsx
from server.terminal import acts, agreed, district_option, opened, round_option, stop, tell, words
from server.web.listing import CSV, XLSX
from verification.reason import Reason


@click.group("plan", help=words.say("help.plan"))
def plan_() -> None:
    """Manage a district's visit plan."""


@plan_.command("import", help=words.say("help.plan_import"))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@round_option
@district_option
@click.option("--yes", is_flag=True, help=words.say("help.yes"))
@acts(Permission.ASSIGN)
def import_(file: Path, round_id: str, district: str, yes: bool) -> None:
    """Bring a file's rows into the plan: all of them, or none and every problem."""
    part = (round_id, district)
    with opened() as (_, engine):
        with snapshot(engine) as session:
            _must_be_there(session, part)
            try:
                with file.open("rb") as content:
                    said = read_plan_file(content.read(MAX_FILE_BYTES + 1))
            except (UnusableWorkbook, NotPlanned) as wrong:
                stop(wrong.reason)
            change = check_plan(frame_of(session, *part), said.wishes)
        _tell(change, said)
        if change.is_empty or not (yes or agreed(words.say("plan.agree"))):
            return
        try:
            with writing(engine) as session:
                done = plan(session, part, said.wishes, account())
        except NotPlanned as wrong:
            stop(wrong.reason)
    _stop_at(done.problems, said.letters)
    tell("plan.carried_out", added=len(done.added), changed=len(done.changed))


def _must_be_there(session: Session, part: tuple[str, str]) -> None:
    if session.get(RoundPart, part) is None:
        stop(Reason("part_not_known", {"round": part[0], "district": part[1]}))
    if against := part_is_closed(session, *part):
        stop(against)


def _tell(change: PlanChange, said: ReadPlan) -> None:
    for hidden in said.hidden:
        click.echo(words.reason(hidden), err=True)
    _stop_at([*said.problems, *change.problems], said.letters)
    tell("plan.would_change", added=len(change.added), changed=len(change.changed), same=change.same,
         left=change.left)  # fmt: skip


def _stop_at(problems: Sequence[PlanProblem], letters: Mapping[str, str]) -> None:
    """End with every problem and its cell, where there are any."""
    for one in sorted(problems, key=lambda one: one.row):
        click.echo(f"{letters.get(one.field, '')}{one.row}: {words.reason(one.reason)}", err=True)
    if problems:
        stop(Reason("plan_file_refused", {"count": len(problems)}))


@plan_.command("file", help=words.say("help.plan_file"))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@round_option
@district_option
@click.option("--all", "with_all", is_flag=True, help=words.say("help.plan_all"))
@acts(Permission.ASSIGN)
def file_(file: Path, round_id: str, district: str, with_all: bool) -> None:
    """Write the plan as a file that can be changed and imported again."""
    part, ending = (round_id, district), file.suffix.lstrip(".").lower()
    if ending not in (CSV, XLSX):
        stop(Reason("plan_file_kind"))
    with opened() as (_, engine), writing(engine) as session:
        _must_be_there(session, part)
        of = plan_of(session, part, PlanFilter(), account(), words)
        head, rows = written_out(of, frame_of(session, *part), with_all=with_all)
        write_down(session, Act(account().label, "plan_exported", f"round:{round_id}", district, round_id))
    if ending == CSV:
        file.write_text(as_csv(head, rows, words), encoding="utf-8", newline="")
    else:
        file.write_bytes(as_xlsx(file.stem, head, rows, words))
    tell("plan.file_written", file=str(file), count=len(rows))


@plan_.command("release", help=words.say("help.plan_release"))
@round_option
@district_option
@click.option("--yes", is_flag=True, help=words.say("help.yes"))
@acts(Permission.ASSIGN)
def release_(round_id: str, district: str, yes: bool) -> None:
    """Give verifiers what changed in the plan."""
    part = (round_id, district)
    with opened() as (_, engine):
        with snapshot(engine) as session:
            _must_be_there(session, part)
            waiting, proposed = waiting_counts(session, part)
        if proposed:
            tell("plan.to_agree", count=proposed)
        if not waiting:
            if not proposed:
                tell("plan.nothing_waits")
            return
        tell("plan.waiting", count=waiting)
        if not (yes or agreed(words.say("plan.agree_to_release"))):
            return
        with writing(engine) as session:
            done = release(session, part, account())
    tell("plan.released", given=done.given, changed=done.changed, taken_back=done.taken_back)
    if done.left_out:
        tell("plan.left_out", count=len(done.left_out))
        for place, reason in done.left_out:
            click.echo(f"#{place.place.code}: {words.reason(reason)}", err=True)


@plan_.command("agree", help=words.say("help.plan_agree"))
@round_option
@district_option
@click.option("--yes", is_flag=True, help=words.say("help.yes"))
@acts(Permission.APPROVE_DRAW)
def agree_(round_id: str, district: str, yes: bool) -> None:
    """Agree to what was planned by hand or from a file."""
    part = (round_id, district)
    with opened() as (_, engine):
        with snapshot(engine) as session:
            _must_be_there(session, part)
            waits = to_agree(session, part)
        if not waits.count:
            tell("plan.nothing_to_agree")
            return
        tell("plan.to_agree", count=waits.count)
        if not (yes or agreed(words.say("plan.agree_to_all_question"))):
            return
        try:
            with writing(engine) as session:
                count = agree(session, part, waits.mark, account())
        except NotPlanned as wrong:
            stop(wrong.reason)
    tell("plan.agreed_told", count=count)


for command in (draw_, draws_, approve_):
    plan_.add_command(command)
