"""Pulling, proving that nothing was lost, and mending."""

import json
from functools import partial
from typing import Any

import click

from server.audit.entries import Act, write_down
from server.db import snapshot, writing
from server.disclosure.clearing import Clearance
from server.people.acting import account
from server.roles.table import Permission
from server.store.opening import open_store
from server.submissions.settling import unsettled_forms
from server.sync import text
from server.sync.certificates import IDENTICAL, latest_certificate, read_detail
from server.sync.compared import forget_compared, left_to_compare
from server.sync.not_received import not_received
from server.sync.shown import shown_certificate
from server.terminal import acts, json_option, stop, tell, with_progress, words
from server.work.kinds import Read
from server.work.queue import ask
from verification.reason import Reason
from workers.pulling.certify import certify as make_certificate
from workers.pulling.files import fetch_all
from workers.pulling.forms import meet_forms
from workers.pulling.pull import PullReport, pull_all
from workers.pulling.repair import Repaired
from workers.pulling.repair import repair as mend
from workers.pulling.slow_pass import SlowReport, look_over
from workers.terminal import connected


@click.command(help=words.say("help.pull"))
@click.option("--full", is_flag=True, help=words.say("help.pull_full"))
@json_option
@acts(Permission.MANAGE_WORK)
def pull(full: bool, as_json: bool) -> None:
    """Pull all forms and their files from Central."""
    reports = _look_over_all(as_json) if full else _pull_all(as_json)
    if any(report.problem for report in reports):
        raise SystemExit(1)


def _pull_all(as_json: bool) -> list[PullReport]:
    with connected() as (settings, engine, central):
        reports: list[PullReport] = with_progress("pull.progress", partial(pull_all, engine, central))
        files = with_progress("pull.files", partial(fetch_all, engine, central, open_store(settings)))
    shown = [{"form": r.form_id, "rows": r.rows, "new": r.new_versions, "problem": _sentence(r)} for r in reports]
    if as_json:
        click.echo(json.dumps({"forms": shown, "files": files}, ensure_ascii=False, indent=1))
        return reports
    for row in shown:
        tell("pull.failed" if row["problem"] else "pull.done", **row)
    tell("pull.files_done", files=files)
    return reports


def _look_over_all(as_json: bool) -> list[SlowReport]:
    with connected() as (settings, engine, central):
        task = partial(look_over, engine, central, open_store(settings), turn=None)
        reports: list[SlowReport] = [
            with_progress("pull.progress", partial(task, form)) for form in meet_forms(engine, central)
        ]
    for report in reports:
        shown = {"form": report.form_id, "rows": report.rows, "new": report.new_versions, "gone": len(report.gone),
                 "files": report.files, "comments": report.comments, "problem": _sentence(report)}  # fmt: skip
        if as_json:
            click.echo(json.dumps(shown, ensure_ascii=False))
        else:
            tell("pull.failed" if report.problem else "check.done", **shown)
    return reports


def _sentence(report: PullReport | SlowReport) -> str | None:
    return words.reason(report.problem) if report.problem else None


@click.command(help=words.say("help.certify"))
@click.option("--deep", is_flag=True, help=words.say("help.certify_deep"))
@click.option("--anew", is_flag=True, help=words.say("help.certify_anew"))
@json_option
@acts(Permission.SEE_CERTIFICATE)
def certify(deep: bool, anew: bool, as_json: bool) -> None:
    """Compare Tilik with Central; exit code 0 only where they are identical."""
    with connected() as (settings, engine, central):
        if anew:
            with writing(engine) as session:
                forget_compared(session, central.project)
                write_down(session, Act(account().label, "compared_anew", ""))
        if deep := deep or anew:
            with snapshot(engine) as session:
                tell("certify.left", **left_to_compare(session, central.project)._asdict())
        task = partial(make_certificate, engine, central, open_store(settings), deep=deep)
        verdict = with_progress("pull.progress", task)
        with snapshot(engine) as session:
            found, awaited = latest_certificate(session, central.project), not_received(session, central.project, words)
            assert found is not None  # noqa: S101 - it was just made
            write = text.certificate_json if as_json else text.certificate_text
            shown = write(shown_certificate(found, read_detail(found), Clearance(words)), awaited, words)
    click.echo(shown if isinstance(shown, str) else "\n".join(shown))
    if verdict != IDENTICAL:
        raise SystemExit(1)


@click.command(help=words.say("help.repair"))
@click.option("--form", help=words.say("help.form"))
@acts(Permission.MANAGE_WORK)
def repair(form: str | None) -> None:
    """Make Tilik what Central is."""
    with connected() as (settings, engine, central):
        forms = meet_forms(engine, central)
        with snapshot(engine) as session:
            unsettled = unsettled_forms(session, central.project)
        if form and form not in forms:
            stop(Reason("form_absent" if form in unsettled else "form_not_known", {"form": form}))
        with writing(engine) as session:
            write_down(session, Act(account().label, "repaired", ""))
        task = partial(mend, engine, central, open_store(settings))
        done = [with_progress("pull.progress", partial(task, form_id)) for form_id in ([form] if form else forms)]
        with writing(engine) as session:
            ask(session, Read())
    for one in done:
        tell("pull.failed" if one.slow_pass.problem else "repair.done", **_shown(one))
    for absent in [] if form else unsettled:
        click.echo(words.reason(Reason("form_absent", {"form": absent})), err=True)
    if any(one.slow_pass.problem for one in done):
        raise SystemExit(1)


def _shown(one: Repaired) -> dict[str, Any]:
    passed = one.slow_pass
    return {"form": passed.form_id, "rows": passed.rows, "new": passed.new_versions, "rewritten": one.rewritten,
            "gone": len(passed.gone), "files": passed.files, "broken": one.broken_files, "comments": passed.comments,
            "problem": _sentence(passed)}  # fmt: skip
