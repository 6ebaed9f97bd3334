"""The report in the terminal, and for programs and spreadsheets."""

from pathlib import Path

import click
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from server.areas.queries import area_of
from server.audit.entries import Act, write_down
from server.db import HIGHEST_KEY, snapshot, writing
from server.people.acting import account
from server.reports.builder import build_report
from server.reports.exports import report_csv, report_json, report_xlsx
from server.reports.material import load_material
from server.reports.report import Report
from server.reports.telling import seen_by, told_of
from server.reports.text import summary_table
from server.roles.table import Permission
from server.rounds.states import OPEN
from server.rounds.tables import Round, RoundPart
from server.settings import Settings
from server.terminal import acts, district_option, json_option, opened, round_option, stop, words
from verification.model import Level
from verification.reason import Reason


@click.command(help=words.say("help.report"))
@round_option
@district_option
@click.option("--csv", "as_csv", is_flag=True, help=words.say("help.csv"))
@click.option("--xlsx", type=click.Path(dir_okay=False, path_type=Path), help=words.say("help.xlsx"))
@json_option
@acts(Permission.EXPORT_REPORT)
def report(round_id: str, district: str, as_csv: bool, xlsx: Path | None, as_json: bool) -> None:
    """Print a district's report."""
    with opened() as (settings, engine):
        found = report_or_stop(engine, settings, round_id, district)
        if xlsx or as_csv or as_json:
            _note_export(engine, round_id, district)
    if xlsx:
        xlsx.write_bytes(report_xlsx(found, words))
    elif as_csv or as_json:
        click.echo(report_json(found) if as_json else report_csv(found, words), nl=False)
    else:
        click.echo(summary_table(found, words))


@click.command(help=words.say("help.why"))
@click.option("--round", "--year", "round_id", help=words.say("help.why_round"))
@click.argument("district")
@click.argument("indicator", type=int)
@click.argument("line", type=int, required=False)
@acts(Permission.EXPORT_REPORT)
def why(round_id: str | None, district: str, indicator: int, line: int | None) -> None:
    """Tell why an indicator, or one of its places by its number there, comes to what it does."""
    if indicator > HIGHEST_KEY:
        stop(Reason("unknown_indicator", {"number": str(indicator)}))
    with opened() as (settings, engine):
        round_id = round_id or _only_round(engine, district)
        with snapshot(engine) as session:
            seen = seen_by(session, account(), (round_id, district), (indicator, line), settings, words)
            if seen is None:
                stop(_why_none(session, round_id, district))
    one = next((one for one in seen.report.indicators if one.number == indicator), None)
    if one is None:
        stop(Reason("unknown_indicator", {"number": str(indicator)}))
    place = next((place for place in one.lines if place.number == line), None)
    if line is not None and place is None:
        stop(Reason("no_such_line", {"indicator": indicator, "number": line, "count": len(one.lines)}))
    click.echo("\n".join(told_of(seen, one, place)))


def _only_round(engine: Engine, district: str) -> str:
    """Give the round that is meant where none is named: the only open one of a district, else its only one."""
    with snapshot(engine) as session:
        states = dict(session.execute(select(RoundPart.round_id, RoundPart.state).filter_by(district=district)).all())
    meant = [round_id for round_id, state in states.items() if state == OPEN] or [*states]
    if len(meant) == 1:
        return meant[0]
    if not meant:
        return stop(Reason("no_round_of_district", {"district": district}))
    return stop(Reason("round_has_to_be_named", {"district": district, "rounds": ", ".join(sorted(meant))}))


def _note_export(engine: Engine, round_id: str, district: str) -> None:
    with writing(engine) as session:
        act = Act(account().label, "report_exported", f"report:{round_id}/{district}", district, round_id)
        write_down(session, act)


def report_or_stop(engine: Engine, settings: Settings, round_id: str, district: str) -> Report:
    """Build a district's report, or end with a sentence where there is none yet."""
    with snapshot(engine) as session:
        if material := load_material(session, round_id, district, settings.project):
            return build_report(material, words)
        why_not = _why_none(session, round_id, district)
    return stop(why_not)


def _why_none(session: Session, round_id: str, district: str) -> Reason:
    """Say why a district has no report in a round."""
    known, begun = session.get(Round, round_id), session.get(RoundPart, (round_id, district))
    if known is None:
        return Reason("round_not_known", {"round": round_id})
    area = area_of(session, known.areas_id, district)
    if area is not None and area.level != Level.DISTRICT:
        return Reason("area_is_no_district", {"district": district})
    if area is None:
        return Reason("district_not_loaded", {"district": district})
    return Reason("not_verified_yet" if begun else "no_claims_of", {"district": district, "round": round_id})
