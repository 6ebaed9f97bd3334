"""The command line. The one file that may know every room; each command is a few lines that call one of them.

Exit code 0 only when a command did what it was asked; 1 where something forbade it, with a sentence; 2 for wrong use.
"""

import csv
import getpass
import json
import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import click
from pydantic import ValidationError
from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from server import terminal
from server.areas import apply_areas, names_within, read_areas
from server.attachments import give_up, late_files
from server.catalogue import Catalogue, catalogue
from server.certificates import IDENTICAL, latest_certificate, read_detail
from server.claims import apply_import, claims_of, plan_import
from server.claims_template import write_template
from server.claims_workbook import UnusableWorkbook, open_workbook
from server.db import open_database, reading, writing
from server.exports import report_csv, report_json
from server.jobs import ask, troubles
from server.not_received import not_received
from server.removals import PURPOSES, NothingToRemove, empty_store, remove_file, remove_submission
from server.report_builder import build_report
from server.rulebook import load_indicators
from server.schema import upgrade
from server.settings import Settings, load_settings
from server.store import Store
from server.tables import Form
from server.trouble import trouble
from server.verifications import all_districts_with_claims, verify
from server.visits import read_new_visits
from verification.model import Level, Reason, level_of


def _settings() -> Settings:
    """Load the settings, or end with code 2 and the names of the wrong ones: their values may be secrets."""
    try:
        return load_settings()
    except ValidationError as error:
        names = ", ".join(f"TILIK_{str(wrong['loc'][0]).upper()}" for wrong in error.errors(include_input=False))
        click.echo(catalogue("id").reason(Reason("settings_wrong", {"names": names})), err=True)
        sys.exit(2)


words: Catalogue = catalogue(_settings().language, _settings().time_zone)


def tell(key: str, **values: Any) -> None:
    """Say a sentence to the person at the terminal."""
    click.echo(words.say(key, **values), err=True)


def stop(reason: Reason) -> NoReturn:
    """End with a sentence and exit code 1."""
    click.echo(words.reason(reason), err=True)
    sys.exit(1)


@contextmanager
def opened() -> Iterator[tuple[Settings, Engine]]:
    """Open the database the settings name, with its schema brought up to date."""
    settings = load_settings()
    engine = open_database(settings.database)
    upgrade(engine)
    try:
        yield settings, engine
    finally:
        engine.dispose()


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --json."""
    return click.option("--json", "as_json", is_flag=True, help=words.say("help.json"))(command)


class _SaysWhatAils(click.Group):
    """Ends every command with a sentence where the database or the disk does not do what it should."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # whoever reads our output has seen enough: click knows what to do
        except (DBAPIError, OSError) as error:
            stop(trouble(error))


@click.group(cls=_SaysWhatAils, help=words.say("help.tilik"), context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Run a command."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")


# ── demo, serve, work ────────────────────────────────────────────────────────────────────────────────────────────


@main.command(help=words.say("help.demo"))
@click.option("--once", is_flag=True, help=words.say("help.demo_once"))
@click.option("--port", default=0, help=words.say("help.port"))
def demo(once: bool, port: int) -> None:
    """Run the whole way once, and serve the report."""
    from workers import demo as story

    with story.demo(load_settings(), tell) as (engine, settings):
        _print_summary(engine, settings, story.YEAR, story.DISTRICT)
        if not once:
            _serve(engine, settings, port, f"laporan/{story.YEAR}/{story.DISTRICT}")


def _print_summary(engine: Engine, settings: Settings, year: int, district: str) -> None:
    with reading(engine) as session:
        report = build_report(session, year, district, settings.central_project or 0, words)
    if report is None:
        stop(Reason("not_verified_yet", {"district": district, "year": str(year)}))
    click.echo(terminal.summary_table(report, words))


@main.command(help=words.say("help.serve"))
@click.option("--port", default=8000, show_default=True, help=words.say("help.port"))
def serve(port: int) -> None:
    """Serve the pages on this machine."""
    with opened() as (settings, engine):
        _serve(engine, settings, port, "")


def _serve(engine: Engine, settings: Settings, port: int, page: str) -> None:
    """Serve on loopback, and on nothing else until roles exist."""
    from waitress.server import create_server

    from server.app import create_app

    try:
        server = create_server(
            create_app(engine, settings), host="127.0.0.1", port=port, threads=8
        )  # a browser opens six connections
    except OSError:
        stop(Reason("port_taken", {"port": str(port)}))
    tell("serve.address", address=f"http://127.0.0.1:{server.effective_port}/{page}")
    try:
        server.run()  # until Ctrl-C, which it keeps to itself
        tell("serve.ended")
    finally:
        server.close()


@main.command(help=words.say("help.work"))
@click.option("--once", is_flag=True, help=words.say("help.work_once"))
def work(once: bool) -> None:
    """Do what is due, and go on until stopped."""
    from workers.jobs import Context
    from workers.loop import run_loop

    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())  # the job in hand is done first; Ctrl-C cuts it
    with opened() as (settings, engine):
        try:
            done = run_loop(Context(engine, settings), once=once, stop=stop)
        except KeyboardInterrupt:
            return
        tell("work.done", jobs=done)
        if once:
            with reading(engine) as session:
                wrong = troubles(session)
            for job in wrong:
                sentence = words.problem(job.problem) if job.problem else "–"
                tell("work.wrong", job=words.say(f"job.{job.kind}"), what=f" {job.key}".rstrip(), sentence=sentence)
            if wrong:
                sys.exit(1)


# ── areas ────────────────────────────────────────────────────────────────────────────────────────────────────────


@main.group(help=words.say("help.areas"))
def areas() -> None:
    """Manage areas."""


@areas.command("load", help=words.say("help.areas_load"))
@click.argument("geojson", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--names", type=click.Path(exists=True, dir_okay=False, path_type=Path), help=words.say("help.names"))
@click.option("--lat-first", is_flag=True, help=words.say("help.lat_first"))
@json_option
def areas_load(geojson: Path, names: Path | None, lat_first: bool, as_json: bool) -> None:
    """Load areas and say what is wrong with their outlines."""
    plan = read_areas(_read_text(geojson), _read_names(names), lat_first=lat_first)
    for problem in plan.problems:
        click.echo(words.reason(problem), err=True)
    if plan.problems:
        tell("areas.nothing_loaded")
        sys.exit(1)
    with opened() as (_, engine), writing(engine) as session:
        counts = apply_areas(session, plan)
        ask(session, "read", "")
    if as_json:
        click.echo(terminal.areas_json(plan, counts, words))
        return
    tell("areas.loaded", villages=len(plan.villages), **counts)
    for sentence in terminal.outline_lines(plan, words):
        click.echo(sentence, err=True)


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        stop(Reason("not_geojson"))


def _read_names(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            return {row[0].strip(): row[1].strip() for row in csv.reader(file) if len(row) >= 2}
    except (UnicodeDecodeError, csv.Error):
        stop(Reason("names_not_csv"))


# ── claims ───────────────────────────────────────────────────────────────────────────────────────────────────────


@main.group(help=words.say("help.claims"))
def claims() -> None:
    """Manage claims."""


@claims.command("template", help=words.say("help.claims_template"))
@click.argument("xlsx", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--district", required=True, help=words.say("help.district"))
@click.option("--year", required=True, type=click.IntRange(2000, 2100), help=words.say("help.year"))
def claims_template(xlsx: Path, district: str, year: int) -> None:
    """Write a district's claim form."""
    with opened() as (_, engine), reading(engine) as session:
        names = names_within(session, district)
    if district not in names or level_of(district) is not Level.DISTRICT:
        stop(Reason("district_not_loaded", {"district": district}))
    villages = [(code, name) for code, name in sorted(names.items()) if level_of(code) is Level.VILLAGE]
    xlsx.write_bytes(write_template(load_indicators(), (district, names[district]), villages, year))
    tell("claims.template_written", file=str(xlsx), villages=len(villages))


@claims.command("import", help=words.say("help.claims_import"))
@click.argument("xlsx", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help=words.say("help.yes"))
@json_option
def claims_import(xlsx: Path, yes: bool, as_json: bool) -> None:
    """Import a filled claim form: all of it, or nothing and every problem."""
    content = xlsx.read_bytes()
    try:
        workbook = open_workbook(content)
    except UnusableWorkbook as unusable:
        stop(unusable.reason)
    with opened() as (settings, engine):
        with reading(engine) as session:
            plan = plan_import(session, content, workbook)
        click.echo(terminal.plan_json(plan, words) if as_json else terminal.plan_text(plan, words), err=not as_json)
        if plan.problems:
            sys.exit(1)
        if plan.replaces and not yes and not click.confirm(words.say("claims.confirm"), err=True):
            tell("claims.nothing_imported")
            sys.exit(1)
        Store(settings.store).put([content], len(content))
        with writing(engine) as session:
            plan = plan_import(session, content, workbook)  # once more: what was shown may have changed meanwhile
            apply_import(session, plan, xlsx.name)
            ask(session, "facilities", "")
            ask(session, "verify", f"{plan.year}/{plan.district}")
    tell("claims.imported" if plan.changes else "claims.unchanged", indicators=len(plan.changes))


@claims.command("show", help=words.say("help.claims_show"))
@click.option("--district", required=True, help=words.say("help.district"))
@click.option("--year", required=True, type=int, help=words.say("help.year"))
@json_option
def claims_show(district: str, year: int, as_json: bool) -> None:
    """Show what a district has claimed so far."""
    with opened() as (_, engine), reading(engine) as session:
        rows = [
            {"indicator": number, "self_score": claim.self_score, "lines": len(claim.lines),
             "answers": len(claim.answers), "documents": len(claim.documents), "file": claim.file.filename}
            for number, claim in sorted(claims_of(session, year, district).items())
        ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    for row in [] if as_json else rows:
        click.echo(words.say("claims.line", **row))


# ── forms ────────────────────────────────────────────────────────────────────────────────────────────────────────


@main.group(help=words.say("help.forms"))
def forms() -> None:
    """Manage forms."""


@forms.command("build", help=words.say("help.forms_build"))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def forms_build(folder: Path) -> None:
    """Write the forms as XLSX."""
    from xlsforms.build import build_all

    folder.mkdir(parents=True, exist_ok=True)
    for form in build_all():
        (folder / f"{form.form_id}.xlsx").write_bytes(form.xlsx)
        tell("forms.built", form=form.form_id, version=form.version)


@forms.command("check", help=words.say("help.forms_check"))
def forms_check() -> None:
    """Check the forms: our own rules, and ODK Validate."""
    from xlsforms.build import build_all
    from xlsforms.check import check

    problems = [(form.form_id, problem) for form in build_all() for problem in check(form)]
    for form_id, problem in problems:
        click.echo(f"{form_id}: {problem}", err=True)
    if problems:
        sys.exit(1)
    tell("forms.fine")


@forms.command("publish", help=words.say("help.forms_publish"))
def forms_publish() -> None:
    """Publish the forms and the list of facilities at Central."""
    from workers.publish import publish_facilities, publish_forms
    from xlsforms.build import build_all

    with connected() as (_, engine, central):
        published = publish_forms(central, build_all())
        plan = publish_facilities(engine, central)
    tell("forms.published", forms=len(published), created=len(plan.create), updated=len(plan.update))


@contextmanager
def _central_problems() -> Iterator[None]:
    from workers.central_session import CentralProblem

    try:
        yield
    except CentralProblem as problem:
        stop(problem.reason)


@contextmanager
def connected() -> Iterator[tuple[Settings, Engine, Any]]:
    """Open the database and Central; what goes wrong with Central ends in a sentence."""
    from workers.central import Central

    with opened() as (settings, engine), _central_problems(), Central.from_settings(settings) as central:
        yield settings, engine, central


# ── pull, verify, report ─────────────────────────────────────────────────────────────────────────────────────────


@main.command(help=words.say("help.pull"))
@click.option("--full", is_flag=True, help=words.say("help.pull_full"))
@json_option
def pull(full: bool, as_json: bool) -> None:
    """Pull all forms and their files from Central."""
    from workers.attachments import fetch_all
    from workers.pull import pull_all

    if full:
        _look_over_all(as_json)
        return
    with connected() as (settings, engine, central):
        reports = _with_progress("pull.progress", partial(pull_all, engine, central))
        files = _with_progress("pull.files", partial(fetch_all, engine, central, Store(settings.store)))
    shown = [
        {"form": r.form_id, "rows": r.rows, "new": r.new_versions, "problem": words.reason(r.problem)
         if r.problem else None}
        for r in reports
    ]  # fmt: skip
    if as_json:
        click.echo(json.dumps({"forms": shown, "files": files}, ensure_ascii=False, indent=1))
    else:
        for row in shown:
            tell("pull.failed" if row["problem"] else "pull.done", **row)
        tell("pull.files_done", files=files)
    if any(report.problem for report in reports):
        sys.exit(1)


def _look_over_all(as_json: bool) -> None:
    from workers.pull import meet_forms
    from workers.slow_pass import look_over

    with connected() as (settings, engine, central):
        task = partial(look_over, engine, central, Store(settings.store))
        reports = [_with_progress("pull.progress", partial(task, form)) for form in meet_forms(engine, central)]
    for report in reports:
        shown = {"form": report.form_id, "rows": report.rows, "new": report.new_versions, "gone": len(report.gone),
                 "files": report.files, "comments": report.comments,
                 "problem": words.reason(report.problem) if report.problem else None}  # fmt: skip
        if as_json:
            click.echo(json.dumps(shown, ensure_ascii=False))
        else:
            tell("pull.failed" if report.problem else "check.done", **shown)
    if any(report.problem for report in reports):
        sys.exit(1)


def _with_progress(key: str, task: Callable[..., Any]) -> Any:
    """Run a task that reports its progress, and show it to a person; a program's output stays clean."""
    with click.progressbar(length=0, label=words.say(key), file=sys.stderr, show_eta=False, show_pos=True,
                           show_percent=False) as bar:  # fmt: skip
        return task(progress=lambda _form, rows: bar.update(rows))


@main.command("verify", help=words.say("help.verify"))
def verify_command() -> None:
    """Verify every district that has claimed something."""
    with opened() as (settings, engine):
        if settings.central_project is None:
            stop(Reason("central_project_not_named"))
        from xlsforms.build import FORMS

        read_new_visits(engine, FORMS)
        with reading(engine) as session:
            districts = all_districts_with_claims(session)
        for year, district in districts:
            new = verify(engine, settings.central_project, year, district)
            tell("verify.done" if new else "verify.unchanged", district=district, year=str(year))
    if not districts:
        stop(Reason("no_claims_yet"))


@main.command(help=words.say("help.report"))
@click.option("--district", required=True, help=words.say("help.district"))
@click.option("--year", required=True, type=int, help=words.say("help.year"))
@click.option("--csv", "as_csv", is_flag=True, help=words.say("help.csv"))
@json_option
def report(district: str, year: int, as_csv: bool, as_json: bool) -> None:
    """Print a district's report."""
    with opened() as (settings, engine):
        if not (as_csv or as_json):
            _print_summary(engine, settings, year, district)
            return
        with reading(engine) as session:
            found = build_report(session, year, district, settings.central_project or 0, words)
    if found is None:
        stop(Reason("not_verified_yet", {"district": district, "year": str(year)}))
    click.echo(report_json(found) if as_json else report_csv(found, words), nl=False)


# ── certify, repair, remove, files ───────────────────────────────────────────────────────────────────────────────


@main.command(help=words.say("help.certify"))
@click.option("--deep", is_flag=True, help=words.say("help.certify_deep"))
@json_option
def certify(deep: bool, as_json: bool) -> None:
    """Compare Tilik with Central; exit code 0 only where they are identical."""
    from workers.certify import certify as make

    with connected() as (settings, engine, central):
        task = partial(make, engine, central, Store(settings.store), deep=deep)
        verdict = _with_progress("pull.progress", task)
        with reading(engine) as session:
            found, awaited = latest_certificate(session, central.project), not_received(session, central.project)
            assert found is not None  # noqa: S101 - it was just made
            write = terminal.certificate_json if as_json else terminal.certificate_text
            shown = write(found, read_detail(found), awaited, words)
    click.echo(shown if isinstance(shown, str) else "\n".join(shown))
    if verdict != IDENTICAL:
        sys.exit(1)


@main.command(help=words.say("help.repair"))
@click.option("--form", help=words.say("help.form"))
def repair(form: str | None) -> None:
    """Make Tilik what Central is."""
    from workers.pull import meet_forms
    from workers.repair import repair as mend

    with connected() as (settings, engine, central):
        forms = meet_forms(engine, central)
        if form and form not in forms:
            stop(Reason("form_not_known", {"form": form}))
        task = partial(mend, engine, central, Store(settings.store))
        done = [_with_progress("pull.progress", partial(task, form_id)) for form_id in ([form] if form else forms)]
        with writing(engine) as session:
            ask(session, "read", "")
    for one in done:
        passed = one.slow_pass
        tell("pull.failed" if passed.problem else "repair.done", form=passed.form_id, rows=passed.rows,
             new=passed.new_versions, rewritten=one.rewritten, gone=len(passed.gone), files=passed.files,
             broken=one.broken_files, comments=passed.comments,
             problem=words.reason(passed.problem) if passed.problem else None)  # fmt: skip
    if any(one.slow_pass.problem for one in done):
        sys.exit(1)


@main.command(help=words.say("help.remove"))
@click.argument("form")
@click.argument("submission")
@click.option("--purpose", required=True, type=click.Choice(PURPOSES), help=words.say("help.remove_purpose"))
@click.option("--file", "name", help=words.say("help.remove_file"))
@click.option("--yes", is_flag=True, help=words.say("help.yes"))
def remove(form: str, submission: str, purpose: str, name: str | None, yes: bool) -> None:
    """Remove a submission or a file of it, for a lawful purpose."""
    if not yes and not click.confirm(words.say("remove.confirm", root=submission, form=form), err=True):
        tell("remove.nothing_done")
        sys.exit(1)
    with opened() as (settings, engine):
        try:
            with writing(engine) as session:
                found = _known_form(session, settings, form)
                by = getpass.getuser()
                if name:
                    removed = remove_file(session, found, submission, name, purpose, by)
                else:
                    removed = remove_submission(session, found, submission, purpose, by)
        except NothingToRemove as nothing:
            stop(nothing.reason)
        empty_store(Store(settings.store), removed)
    tell("remove.done", versions=removed.versions, files=len(removed.files))


def _known_form(session: Session, settings: Settings, form_id: str) -> Form:
    found = session.scalars(select(Form).filter_by(project=settings.central_project, form_id=form_id)).one_or_none()
    if found is None:
        stop(Reason("form_not_known", {"form": form_id}))
    return found


@main.group(help=words.say("help.files"))
def files() -> None:
    """Manage files that have not come."""


@files.command("list", help=words.say("help.files_list"))
@json_option
def files_list(as_json: bool) -> None:
    """List the files that have not come."""
    with opened() as (settings, engine), reading(engine) as session:
        late = late_files(session, settings.central_project or 0)
    if as_json:
        click.echo(json.dumps([file._asdict() for file in late], default=str, indent=1))
        return
    for file in late:
        click.echo(words.say("files.late", form=file.form_id, root=file.root_id, name=file.name,
                             attempts=file.attempts, next=file.next_ask_at))  # fmt: skip


@files.command("give-up", help=words.say("help.files_give_up"))
@click.argument("form")
@click.argument("submission")
def files_give_up(form: str, submission: str) -> None:
    """Stop waiting for a submission's files."""
    with opened() as (settings, engine), writing(engine) as session:
        given_up = give_up(session, _known_form(session, settings, form).id, submission)
    if not given_up:
        stop(NothingToRemove.reason)
    tell("files.given_up", files=given_up)


# ── bench ────────────────────────────────────────────────────────────────────────────────────────────────────────


@main.group(help=words.say("help.bench"))
def bench() -> None:
    """Measure."""


@bench.command("pull", help=words.say("help.bench_pull"))
@click.option("-n", "sizes", multiple=True, type=click.IntRange(1), default=(1000, 10_000), show_default=True,
              help=words.say("help.bench_sizes"))  # fmt: skip
@click.option("--postgres", help=words.say("help.bench_postgres"))
@click.option("--repeats", default=1, show_default=True, help=words.say("help.bench_repeats"))
@json_option
def bench_pull(sizes: tuple[int, ...], postgres: str | None, repeats: int, as_json: bool) -> None:
    """Measure a pull against the same feed read and thrown away."""
    from workers.bench import bench_pulls, table

    results = bench_pulls(load_settings(), sizes, postgres, repeats, tell)
    click.echo(json.dumps([asdict(result) for result in results], indent=1) if as_json else table(results))


@bench.command("arrival", help=words.say("help.bench_arrival"))
@click.option("--repeats", default=3, show_default=True, type=click.IntRange(1), help=words.say("help.bench_repeats"))
@click.option("--postgres", help=words.say("help.bench_postgres"))
def bench_arrival(repeats: int, postgres: str | None) -> None:
    """Measure from a visit's arrival at Central to the changed report."""
    from workers.bench.arrival import bench_arrivals

    for result in bench_arrivals(load_settings(), repeats, postgres, tell):
        click.echo(words.say("bench.arrival", **asdict(result)))


if __name__ == "__main__":
    main()
