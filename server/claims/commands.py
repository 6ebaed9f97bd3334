"""The claim form: handing it out, taking it back filled in, and what has been claimed so far."""

import json
from pathlib import Path

import click
from sqlalchemy import Engine

from server.areas.queries import names_of
from server.audit.entries import Act, write_down
from server.claims import text
from server.claims.importing import ImportPlan, import_claims
from server.claims.last_lists import LastLists, last_lists
from server.claims.map_commands import convert_, map_
from server.claims.part_commands import beginning, merge_, split_, table_
from server.claims.queries import claims_of, name_of, rows_of
from server.claims.tables import NAME_LIMIT
from server.claims.template import NoTemplate, Template, stamp_for, template_for, template_of
from server.claims.workbook import UnusableWorkbook
from server.db import snapshot, writing
from server.documents.handing_in import Came, Handing, hand_in
from server.machine import what_ails
from server.people.acting import account
from server.roles.table import Permission
from server.rounds.states import NotAllowed
from server.rounds.tables import Round
from server.store.opening import open_store
from server.terminal import acts, agreed, district_option, json_option, opened, round_option, stop, tell, words
from verification.claim_form.cells import clean


@click.group(help=words.say("help.claims"))
def claims() -> None:
    """Manage claims."""


@claims.command("template", help=words.say("help.claims_template"))
@click.argument("xlsx", type=click.Path(dir_okay=False, path_type=Path))
@round_option
@district_option
@click.option("--from", "last", metavar="ROUND", help=words.say("help.claims_from"))
@acts(Permission.GIVE_CLAIM_FORM)
def template(xlsx: Path, round_id: str, district: str, last: str | None) -> None:
    """Write a district's claim form, with the lists that it handed in for an earlier round where that is named."""
    with opened() as (_, engine):
        try:
            found, lists = _template(engine, round_id, district, last)
        except NoTemplate as none:
            stop(none.reason)
    xlsx.write_bytes(found.content)
    tell("claims.template_written", file=str(xlsx), villages=found.villages)
    if lists:
        tell("claims.template_filled", rows=lists.count, left_out=lists.left_out)
        tell("claims.template_has_homes", count=lists.homes) if lists.homes else None


def _template(engine: Engine, round_id: str, district: str, last: str | None) -> tuple[Template, LastLists | None]:
    """Write a form, an empty one or one with a round's lists: names and villages of homes may be among them."""
    if last is None:
        with snapshot(engine) as session:
            return template_for(session, round_id, district), None
    with writing(engine) as session:
        stamp = stamp_for(session, round_id, district)
        lists = last_lists(session, last, stamp)
        write_down(session, Act(account().label, "last_lists_given", f"district:{district}", district, last))
        return template_of(session, stamp, lists.filled), lists


@claims.command("import", help=words.say("help.claims_import"))
@click.argument("xlsx", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help=words.say("help.yes"))
@click.option("--problems", type=click.Path(dir_okay=False, path_type=Path), help=words.say("help.claims_problems"))
@click.option("--drop", is_flag=True, help=words.say("help.claims_drop"))
@json_option
@acts(Permission.IMPORT_CLAIMS)
def import_(xlsx: Path, yes: bool, problems: Path | None, drop: bool, as_json: bool) -> None:
    """Import a filled claim form: all of it, or nothing and every problem."""

    def agree(plan: ImportPlan) -> bool:
        click.echo(text.plan_json(plan, words) if as_json else text.plan_text(plan, words), err=not as_json)
        if problems and (plan.problems or plan.remarks):
            as_workbook = problems.suffix.lower() == ".xlsx"
            problems.write_bytes(text.problems_xlsx(plan) if as_workbook else text.problems_csv(plan, words).encode())
            tell("claims.problems_written", file=str(problems))
        return bool(plan.problems) or yes or _agrees(plan)

    with opened() as (settings, engine):
        try:
            name = clean(xlsx.name)[:NAME_LIMIT]
            store, content = open_store(settings), beginning(xlsx)
            plan = import_claims(engine, store, content, name, account().label, agree, drop=drop)
        except UnusableWorkbook as unusable:
            stop(unusable.reason)
    if plan.problems:
        if plan.agreed:  # they arose after it was shown
            click.echo(text.plan_text(plan, words), err=True)
        raise SystemExit(1)
    if not plan.agreed:
        tell("claims.nothing_imported")
        raise SystemExit(1)
    tell("claims.imported" if plan.changes else "claims.unchanged", indicators=len(plan.changes))


def _agrees(plan: ImportPlan) -> bool:
    """Ask a person about what would be replaced, and what may be a mistake; nothing where there is neither."""
    asked = [
        key for key, there in (("claims.confirm_remarks", plan.remarks), ("claims.confirm", plan.replaces)) if there
    ]
    return all(agreed(words.say(key)) for key in asked)


@claims.command("show", help=words.say("help.claims_show"))
@round_option
@district_option
@json_option
@acts(Permission.SEE_REPORT)
def show(round_id: str, district: str, as_json: bool) -> None:
    """Show what a district has claimed so far."""
    with opened() as (_, engine), snapshot(engine) as session:
        found = session.get(Round, round_id)
        names = names_of(session, found.areas_id, [district]) if found else {}
        rows = [
            {"indicator": number, "self_score": claim.self_score, "lines": len(claim.lines),
             "answers": len(claim.answers), "documents": len(claim.documents),
             "rows": rows_of(claim), "file": name_of(claim.file, names)}
            for number, claim in sorted(claims_of(session, round_id, district, rows=True).items())
        ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    for row in [] if as_json else rows:
        click.echo(words.say("claims.line", **row))


@claims.command("documents", help=words.say("help.claims_documents"))
@click.argument("round_id", metavar="ROUND")
@click.argument("district", metavar="DISTRICT")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--declared", is_flag=True, help=words.say("help.documents_declared"))
@acts(Permission.IMPORT_CLAIMS)
def documents(round_id: str, district: str, file: Path, declared: bool) -> None:
    """Hand in a document, or a ZIP of them; each file counts by itself, and what is not taken is named."""
    with opened() as (settings, engine), file.open("rb") as content:
        wish = Handing(round_id, district, account(), declared=declared)
        try:
            taken = hand_in(engine, open_store(settings), settings, [Came(file.name, content)], wish)
        except NotAllowed as refused:
            stop(*refused.reasons)
        except OSError as error:
            stop(what_ails(error))
    for name, reason in taken.why:
        tell("claims.document_refused", name=name, why=words.reason(reason))
    if taken.aside:
        tell("claims.documents_aside", count=taken.aside)
    tell("claims.documents_taken", new=taken.new, known=taken.known, refused=taken.refused)
    if taken.new and not declared:
        tell("claims.documents_undeclared")
    if taken.refused:
        raise SystemExit(1)


for command in (split_, merge_, table_, map_, convert_):
    claims.add_command(command)
