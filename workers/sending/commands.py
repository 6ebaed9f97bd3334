"""The forms: building, checking, publishing."""

from pathlib import Path

import click

from server.audit.entries import Act, digest_of, write_down
from server.db import writing
from server.people.acting import account
from server.roles.table import Permission
from server.submissions.commands import known_form
from server.submissions.settling import CannotSettle
from server.submissions.settling import settle as settle_form
from server.terminal import acts, opened, stop, tell, words
from workers.sending.publish import publish_facilities, publish_forms
from workers.terminal import connected
from xlsforms.build import build_all
from xlsforms.check import check as problems_of

_TOLD = 20  # what stands in the way is mostly of one kind


@click.group(help=words.say("help.forms"))
def forms() -> None:
    """Manage forms."""


@forms.command("build", help=words.say("help.forms_build"))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@acts(Permission.PUBLISH_FORMS)
def build(folder: Path) -> None:
    """Write the forms as XLSX."""
    folder.mkdir(parents=True, exist_ok=True)
    for form in build_all():
        (folder / f"{form.form_id}.xlsx").write_bytes(form.xlsx)
        tell("forms.built", form=form.form_id, version=form.version)


@forms.command("check", help=words.say("help.forms_check"))
@acts(Permission.PUBLISH_FORMS)
def check() -> None:
    """Check the forms: our own rules, and ODK Validate."""
    problems = [(form.form_id, problem) for form in build_all() for problem in problems_of(form)]
    for form_id, problem in problems:
        click.echo(f"{form_id}: {problem}", err=True)
    if problems:
        raise SystemExit(1)
    tell("forms.fine")


@forms.command("publish", help=words.say("help.forms_publish"))
@acts(Permission.PUBLISH_FORMS)
def publish() -> None:
    """Publish the forms and the list of facilities at Central."""
    with connected() as (_, engine, central):
        built = build_all()
        with writing(engine) as session:
            what = digest_of({form.form_id: form.version for form in built})
            write_down(session, Act(account().label, "forms_published", "", after=what))
        forms = publish_forms(central, built)
        plan = publish_facilities(engine, central)
    counts = {"created": len(plan.create), "updated": len(plan.update), "deleted": len(plan.delete)}
    tell("forms.published", forms=len(forms.new), **counts)
    if forms.not_open:
        tell("forms.not_open", forms=", ".join(forms.not_open))
    obstacles = forms.obstacles + plan.obstacles
    for obstacle in obstacles[:_TOLD]:
        tell("forms.obstacle", what=obstacle.what, why=words.reason(obstacle.why))
    if len(obstacles) > _TOLD:
        tell("forms.more_obstacles", count=len(obstacles) - _TOLD)
    if obstacles:
        raise SystemExit(1)


@forms.command("settle", help=words.say("help.forms_settle"))
@click.argument("form")
@click.option("--why", required=True, help=words.say("help.why"))
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
