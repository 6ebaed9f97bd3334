"""The desk check at the terminal: what waits in a round, and what holds for its desk."""

import json

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.areas.queries import names_of
from server.audit.entries import Act, digest_of, write_down
from server.db import snapshot, writing
from server.desk.checked import checked_parts
from server.desk.queries import desk_rules, draw_rules, is_begun
from server.people.acting import account
from server.roles.table import Permission
from server.rounds.tables import Round, RoundPart
from server.terminal import acts, json_option, opened, round_option, stop, tell, words
from verification.desk.states import DocumentState
from verification.reason import Reason

_PARTS_AT_ONCE = 20


@click.group(help=words.say("help.desk"))
def desk() -> None:
    """Follow the desk check of documents."""


@desk.command("waiting", help=words.say("help.desk_waiting"))
@round_option
@json_option
@acts(Permission.SEE_DESK)
def waiting(round_id: str, as_json: bool) -> None:
    """Count the documents of each district by how they stand; one of which no document is named is left out."""
    with opened() as (settings, engine), snapshot(engine) as session:
        found = session.get(Round, round_id) or stop(Reason("round_not_known", {"round": round_id}))
        rows = _rows(session, found, has_scanner=settings.clamd is not None)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        states = ", ".join(
            f"{words.say(f'desk_state.{state}')} {row[state.value]}" for state in DocumentState if row[state.value]
        )
        tell("desk.line", district=row["district"], name=row["name"], states=states)
    if not rows:
        tell("desk.nothing_handed_in")


def _rows(session: Session, found: Round, *, has_scanner: bool) -> list[dict[str, str | int]]:
    query = select(RoundPart.district).filter_by(round_id=found.id).order_by(RoundPart.district)
    districts = list(session.scalars(query))
    names = names_of(session, found.areas_id, districts)
    rows: list[dict[str, str | int]] = []
    for first in range(0, len(districts), _PARTS_AT_ONCE):
        parts = [(found.id, district) for district in districts[first : first + _PARTS_AT_ONCE]]
        for (_, district), documents in checked_parts(session, parts, has_scanner=has_scanner).items():
            if documents:
                counts = {state.value: sum(one.state is state for one in documents) for state in DocumentState}
                rows.append({"district": district, "name": names.get(district, district), **counts})
        session.expunge_all()
    return rows


@desk.command("rules", help=words.say("help.desk_rules"))
@round_option
@click.option("--window-days", type=click.IntRange(1, 30), help=words.say("help.desk_window"))
@click.option("--second-percent", type=click.FloatRange(0, 100), help=words.say("help.desk_second"))
@acts(Permission.MANAGE_ROUNDS)
def rules(round_id: str, window_days: int | None, second_percent: float | None) -> None:
    """Show what holds for the desk of a round, or set it, until a first document has been read."""
    with opened() as (_, engine):
        if window_days is None and second_percent is None:
            with snapshot(engine) as session:
                session.get(Round, round_id) or stop(Reason("round_not_known", {"round": round_id}))
                found = desk_rules(session, round_id)
                told = (found.window_days, found.second_percent, found.seed)
        else:
            with writing(engine) as session:
                told = _set(session, round_id, window_days, second_percent)
    tell("desk.rules", days=told[0], percent=told[1], seed=told[2] or "–")


def _set(session: Session, round_id: str, days: int | None, percent: float | None) -> tuple[int, float, str]:
    if session.get(Round, round_id, with_for_update=True) is None:
        stop(Reason("round_not_known", {"round": round_id}))
    if is_begun(session, round_id):
        stop(Reason("desk_rules_fixed"))
    found = draw_rules(session, round_id)
    found.window_days = found.window_days if days is None else days
    found.second_percent = found.second_percent if percent is None else percent
    values = [found.window_days, found.second_percent]
    write_down(
        session, Act(account().label, "desk_rules_set", f"round:{round_id}", None, round_id, after=digest_of(values))
    )
    return found.window_days, found.second_percent, found.seed
