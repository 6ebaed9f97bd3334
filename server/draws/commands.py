"""Drawing places at the terminal: a new drawing, what has been drawn, and approving one."""

import click
from sqlalchemy import Engine, select

from server.db import snapshot, writing
from server.disclosure.viewer import EVERYONE
from server.draws.drawing import DrawProblems, DrawWish, Part, draw_places
from server.draws.settling import approve
from server.draws.shown import draw_shown
from server.draws.tables import Draw
from server.people.acting import account
from server.roles.table import Permission
from server.terminal import acts, district_option, opened, round_option, stop, tell, words
from verification.sampling.designs import Design, NotDrawn


@click.command("draw", help=words.say("help.plan_draw"))
@round_option
@district_option
@click.option("--indicator", required=True, help=words.say("help.draw_indicator"))
@click.option("--design", type=click.Choice([*Design]), default=Design.RANDOM, show_default=True,
              help=words.say("help.draw_design"))  # fmt: skip
@click.option("-n", "--visits", default="", help=words.say("help.draw_visits"))
@click.option("--seed", default="", help=words.say("help.draw_seed"))
@click.option("--team", "teams", multiple=True, required=True, help=words.say("help.draw_team"))
@click.option("--day", required=True, help=words.say("help.draw_day"))
@click.option("--a-day", default="8", show_default=True, help=words.say("help.draw_a_day"))
@acts(Permission.ASSIGN)
def draw_(
    round_id: str, district: str, indicator: str, design: str, visits: str, seed: str, teams: tuple[str, ...], day: str,
    a_day: str,
) -> None:  # fmt: skip
    """Draw places from an indicator's list."""
    part, wish = (round_id, district), DrawWish(indicator, design, visits, seed, day, a_day, teams)
    with opened() as (_, engine):
        try:
            with writing(engine) as session:
                number = draw_places(session, part, wish, account()).id
        except NotDrawn as wrong:
            _stop(wrong)
        _tell(engine, part, number)


def _stop(wrong: NotDrawn) -> None:
    stop(*(wrong.reasons if isinstance(wrong, DrawProblems) else [wrong.reason]))


@click.command("draws", help=words.say("help.plan_draws"))
@round_option
@district_option
@acts(Permission.SEE_DRAWS)
def draws_(round_id: str, district: str) -> None:
    """List drawings."""
    part = (round_id, district)
    with opened() as (_, engine):
        with snapshot(engine) as session:
            query = select(Draw.id).filter_by(round_id=round_id, district=district).order_by(Draw.id)
            numbers = session.scalars(query).all()
        if not numbers:
            tell("draw.nothing")
        for number in numbers:
            _tell(engine, part, number)


def _tell(engine: Engine, part: Part, number: int) -> None:
    """Say of a drawing how many are visited, and what error that buys."""
    with snapshot(engine) as session:
        one = draw_shown(session, part, session.get_one(Draw, number), EVERYONE, words)
    state = words.say(f"draw_state.{one.state}")
    tell("draw.told", number=one.id, indicator=one.indicator, visits=one.visits, lines=one.lines, seed=one.seed,
         state=state)  # fmt: skip
    if one.false is None:
        tell("draw.no_interval")
    else:
        tell("draw.would_allow", visits=one.visits, false=one.false, lines=one.lines,
             percent=f"{words.number(100 * one.false / one.lines, 1)} %")  # fmt: skip
    if one.fails is not None and one.passes is not None:
        fails, passes = (f"{words.number(100 * error, 1)} %" for error in (one.fails, one.passes))
        tell("draw.lqas", needed=one.needed, visits=one.visits, fails=fails, passes=passes)
    if one.whole_lqas:
        tell("draw.lqas_whole")
    if one.design == Design.AUDIT:
        tell("draw.audit", visits=one.visits)
    if one.rule_beside:
        tell("draw.which_decides")
    if one.at_stake:
        tell("draw.at_stake_told", points=one.at_stake.points, a_line=one.at_stake.a_line,
             visited=one.at_stake.visited)  # fmt: skip
    if found := one.found:
        tell("draw.found_told", visits=one.visits, confirmed=found.confirmed, contradicted=found.contradicted,
             undecided=found.undecided)  # fmt: skip
        if found.verdict:
            tell(f"draw_verdict.{one.design}.{found.verdict}", needed=one.needed, visits=one.visits)


@click.command("approve", help=words.say("help.plan_approve"))
@click.argument("number", type=click.IntRange(1))
@round_option
@district_option
@acts(Permission.APPROVE_DRAW)
def approve_(number: int, round_id: str, district: str) -> None:
    """Approve a drawing."""
    with opened() as (_, engine):
        try:
            with writing(engine) as session:
                count = approve(session, (round_id, district), number, account())
        except NotDrawn as wrong:
            _stop(wrong)
        tell("draw.approved_told", count=count)
