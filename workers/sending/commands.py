"""The forms: building, linting, checking, publishing."""

from collections.abc import Sequence
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
from server.work.kinds import Phones
from server.work.queue import ask
from workers.sending.publish import columns_on_phones, publish_facilities, publish_forms
from workers.terminal import connected
from xlsforms.build import build_all
from xlsforms.check import check as check_built
from xlsforms.check import lint_built
from xlsforms.lint import Finding
from xlsforms.outside import lint_files

_TOLD = 20  # what stands in the way is mostly of one kind
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
    for form in build_all():
        (folder / f"{form.form_id}.xlsx").write_bytes(form.xlsx)
        tell("forms.built", form=form.form_id, version=form.version)


@forms.command("lint", help=words.say("help.forms_lint"))
@click.argument("path", metavar="[FILE.xlsx|FOLDER]", required=False, type=click.Path(exists=True, path_type=Path))
@acts(Permission.PUBLISH_FORMS)
def lint(path: Path | None) -> None:
    """Find what converts without a word and fails in the field."""
    if path is None:
        found = list(lint_built(build_all(), columns_on_phones()).items())
    else:
        found = [(click.format_filename(file.name), findings) for file, findings in lint_files(_workbooks(path))]
    _tell_found(found)
    tell("forms.nothing_found", forms=len(found))


@forms.command("check", help=words.say("help.forms_check"))
@acts(Permission.PUBLISH_FORMS)
def check() -> None:
    """Check the forms: all rules, and ODK Validate."""
    _tell_found(list(check_built(build_all(), columns_on_phones()).items()))
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
@acts(Permission.PUBLISH_FORMS)
def publish() -> None:
    """Publish the forms and the list of facilities at Central."""
    with connected() as (_, engine, central):
        built = build_all()
        with writing(engine) as session:
            what = digest_of({form.form_id: form.version for form in built})
            write_down(session, Act(account().label, "forms_published", "", after=what))
            ask(session, Phones())
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
