"""The claim form: handing it out, taking it back filled in, and what has been claimed so far."""

import json
from pathlib import Path

import click

from server.areas.queries import names_of
from server.claims import text
from server.claims.importing import ImportPlan, import_claims
from server.claims.queries import claims_of, name_of
from server.claims.template import NoTemplate, template_for
from server.claims.workbook import UnusableWorkbook
from server.db import snapshot
from server.people.acting import account
from server.rounds.tables import Round
from server.store import Store
from server.terminal import agreed, district_option, json_option, opened, round_option, stop, tell, words


@click.group(help=words.say("help.claims"))
def claims() -> None:
    """Manage claims."""


@claims.command("template", help=words.say("help.claims_template"))
@click.argument("xlsx", type=click.Path(dir_okay=False, path_type=Path))
@round_option
@district_option
def template(xlsx: Path, round_id: str, district: str) -> None:
    """Write a district's claim form."""
    with opened() as (_, engine), snapshot(engine) as session:
        try:
            found = template_for(session, round_id, district)
        except NoTemplate as none:
            stop(none.reason)
    xlsx.write_bytes(found.content)
    tell("claims.template_written", file=str(xlsx), villages=found.villages)


@claims.command("import", help=words.say("help.claims_import"))
@click.argument("xlsx", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help=words.say("help.yes"))
@json_option
def import_(xlsx: Path, yes: bool, as_json: bool) -> None:
    """Import a filled claim form: all of it, or nothing and every problem."""

    def agree(plan: ImportPlan) -> bool:
        click.echo(text.plan_json(plan, words) if as_json else text.plan_text(plan, words), err=not as_json)
        return bool(plan.problems) or yes or not plan.replaces or agreed(words.say("claims.confirm"))

    with opened() as (settings, engine):
        try:
            plan = import_claims(engine, Store(settings.store), xlsx.read_bytes(), xlsx.name, account(), agree)
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


@claims.command("show", help=words.say("help.claims_show"))
@round_option
@district_option
@json_option
def show(round_id: str, district: str, as_json: bool) -> None:
    """Show what a district has claimed so far."""
    with opened() as (_, engine), snapshot(engine) as session:
        found = session.get(Round, round_id)
        names = names_of(session, found.areas_id, [district]) if found else {}
        rows = [
            {"indicator": number, "self_score": claim.self_score, "lines": len(claim.lines),
             "answers": len(claim.answers), "documents": len(claim.documents), "file": name_of(claim.file, names)}
            for number, claim in sorted(claims_of(session, round_id, district).items())
        ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    for row in [] if as_json else rows:
        click.echo(words.say("claims.line", **row))
