"""The forms: building, linting, checking, publishing."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click
from sqlalchemy import Engine

from server.assignments.again import parts_to_ask_again, places_to_ask_again, to_ask_again
from server.audit.entries import Act, digest_of, write_down
from server.db import snapshot, writing
from server.disclosure.viewer import EVERYONE
from server.people.acting import account
from server.roles.table import Permission
from server.submissions.commands import known_form
from server.submissions.settling import CannotSettle
from server.submissions.settling import settle as settle_form
from server.terminal import acts, agreed, opened, stop, tell, words
from server.work.kinds import Phones
from server.work.queue import ask
from verification.reason import Reason
from workers.central.api import Central
from workers.sending.child_form import keep_child_page
from workers.sending.plan import PublishPlan, is_in_a_round, note_what_changed, plan_publishing
from workers.sending.plan_text import tell_plan
from workers.sending.publish import columns_on_phones, publish_forms, publish_lists
from workers.terminal import connected
from xlsforms.build import BuiltForm, build_with_childs
from xlsforms.check import check as check_built
from xlsforms.check import lint_built
from xlsforms.lint import Finding
from xlsforms.outside import lint_files

_TOLD = 20  # what stands in the way is mostly of one kind
_TO_DO = 3  # exit code of a plan by which something is to be done
_OF_A_CELL, _OF_A_MESSAGE = 80, 600  # signs that are told again


@click.group(help=words.say("help.forms"))
def forms() -> None:
    """Manage forms."""


@forms.command("build", help=words.say("help.forms_build"))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@acts(Permission.PUBLISH_FORMS)
def build(folder: Path) -> None:
    """Write the forms as XLSX."""
    folder.mkdir(parents=True, exist_ok=True)
    for form in build_with_childs():
        (folder / f"{form.form_id}.xlsx").write_bytes(form.xlsx)
        tell("forms.built", form=form.form_id, version=form.version)


@forms.command("lint", help=words.say("help.forms_lint"))
@click.argument("path", metavar="[FILE.xlsx|FOLDER]", required=False, type=click.Path(exists=True, path_type=Path))
@acts(Permission.PUBLISH_FORMS)
def lint(path: Path | None) -> None:
    """Find what converts without a word and fails in the field."""
    if path is None:
        found = list(lint_built(build_with_childs(), columns_on_phones()).items())
    else:
        found = [(click.format_filename(file.name), findings) for file, findings in lint_files(_workbooks(path))]
    _tell_found(found)
    tell("forms.nothing_found", forms=len(found))


@forms.command("check", help=words.say("help.forms_check"))
@acts(Permission.PUBLISH_FORMS)
def check() -> None:
    """Check the forms: all rules, and ODK Validate."""
    _tell_found(list(check_built(build_with_childs(), columns_on_phones()).items()))
    tell("forms.fine")


def _workbooks(path: Path) -> list[Path]:
    """Name a file, or a folder's workbooks; or end with a sentence. What Excel locks beside an open one is none."""
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.glob("*.xlsx") if not file.name.startswith("~$"))
    if not files:
        tell("forms.no_files", folder=click.format_filename(path))
        raise SystemExit(1)
    return files


def _tell_found(found: Sequence[tuple[str, Sequence[Finding]]]) -> None:
    """Say where and what, and end with exit code 1 where there is anything."""
    bad = [(form, findings) for form, findings in found if findings]
    for form, findings in bad:
        for finding in findings:
            where = " · ".join(filter(None, (form, finding.sheet, _cut(finding.row))))
            values = {name: _cut(text, _OF_A_MESSAGE if name == "text" else _OF_A_CELL)
                      for name, text in finding.values.items()}  # fmt: skip
            click.echo(f"{where}: {words.say(f'lint.{finding.code}', **values)}", err=True)
    if bad:
        tell("forms.found", findings=sum(len(findings) for _, findings in bad), bad=len(bad), forms=len(found))
        raise SystemExit(1)


def _cut(text: str, longest: int = _OF_A_CELL) -> str:
    """Give the beginning of what a sheet or a program says, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[:longest]}…"


@forms.command("publish", help=words.say("help.forms_publish"))
@click.option("--plan", "only_plan", is_flag=True, help=words.say("help.forms_plan"))
@click.option("--yes", is_flag=True, help=words.say("help.forms_publish_yes"))
@acts(Permission.PUBLISH_FORMS)
def publish(only_plan: bool, yes: bool) -> None:
    """Show what publishing would do at Central, and do it."""
    with connected() as (_, engine, central):
        built = build_with_childs()
        plan = plan_publishing(engine, central, built)
        tell_plan(plan)
        if only_plan:
            sys.exit(_code_of(plan))
        if plan.acts and not yes:
            if not agreed(words.say("plan.ask")):
                stop(Reason("publishing_not_agreed"))
            if plan_publishing(engine, central, built) != plan:
                stop(Reason("plan_not_true"))
        _publish(engine, central, built)


def _code_of(plan: PublishPlan) -> int:
    """Give the exit code of a plan: 0 where nothing is to do, 3 where something is, 1 where something is blocked."""
    if any(form.why for form in plan.forms):
        return 1
    return _TO_DO if plan.acts else 0


def _publish(engine: Engine, central: Central, built: list[BuiltForm]) -> None:
    with writing(engine) as session:
        what = digest_of({form.form_id: form.version for form in built})
        write_down(session, Act(account().label, "forms_published", "", after=what))
        ask(session, Phones())
    forms = publish_forms(central, built, in_a_round=is_in_a_round(engine, central))
    keep_child_page(engine, central, built)
    note_what_changed(engine, central)
    lists = publish_lists(engine, central)
    with snapshot(engine) as session:
        again = sum(len(to_ask_again(session, here)) for here in parts_to_ask_again(session))
    tell("forms.published", forms=len(forms.new))
    for rows in lists:
        counts = {"created": len(rows.create), "updated": len(rows.update), "deleted": len(rows.delete)}
        tell("plan.rows", name=rows.name, **counts)
    if again:
        tell("again.hint", count=again)
    if forms.not_open:
        tell("forms.not_open", forms=", ".join(forms.not_open))
    obstacles = (*forms.obstacles, *(one for rows in lists for one in rows.obstacles))
    for obstacle in obstacles[:_TOLD]:
        tell("forms.obstacle", what=obstacle.what, why=words.reason(obstacle.why))
    if len(obstacles) > _TOLD:
        tell("forms.more_obstacles", count=len(obstacles) - _TOLD)
    if obstacles:
        raise SystemExit(1)


@forms.command("again", help=words.say("help.forms_again"))
@click.argument("form", required=False)
@acts(Permission.PUBLISH_FORMS)
def again(form: str | None) -> None:
    """List the places visited before a form asked what decides there; homes by their kind alone."""
    found = False
    with opened() as (_, engine), snapshot(engine) as session:
        for here in parts_to_ask_again(session, form):
            places = places_to_ask_again(session, here, words, EVERYONE, form)
            if places.found:
                found = True
                tell("again.part", district=here.part.district, round=here.round.id, count=places.found)
            for one in places.places:
                click.echo(words.say("again.line", place=one.place, area=one.area, form=one.form_id,
                                     lacks="; ".join(one.lacks)))  # fmt: skip
    tell("again.where" if found else "again.none")


@forms.command("settle", help=words.say("help.forms_settle"))
@click.argument("form")
@click.option("--why", required=True, help=words.say("help.why_change"))
@click.option("--keep-counting", is_flag=True, help=words.say("help.forms_keep_counting"))
@acts(Permission.SETTLE_FORM)
def settle(form: str, why: str, keep_counting: bool) -> None:
    """Settle a form that Central no longer has."""
    with opened() as (settings, engine):
        try:
            with writing(engine) as session:
                found = known_form(session, settings, form)
                settle_form(session, found, counts=keep_counting, why=why, by=account().label)
        except CannotSettle as refused:
            stop(refused.reason)
    tell("forms.settled" if keep_counting else "forms.settled_out", form=form)
