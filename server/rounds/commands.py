"""Rounds from the terminal: planning them, opening and closing them and districts' parts of them."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import click

from server.closing.closing import close_district, reopen_district
from server.db import snapshot, writing
from server.disclosure.clearing import Clearance
from server.opening.opening import open_round
from server.people.acting import account
from server.roles.table import Permission
from server.rounds.listing import ListedRound, listed_rounds
from server.rounds.planning import (
    STAGES,
    VISITS,
    Days,
    RoundWish,
    add_round,
    move_round,
    set_retention,
    set_stages,
    set_two_checkers,
    set_video,
    sharing_days,
)
from server.rounds.rules import digest_of_rules, last_fixed, present_rules, take_present_rules
from server.rounds.states import ARCHIVED, CLOSED, OPEN, Entry, NotAllowed, open_parts, round_of
from server.rulebook import DEFAULT_SET, load_indicators
from server.sets.commands import tell_unasked
from server.sets.views import unasked_of_round
from server.terminal import acts, json_option, opened, stop, tell, words
from verification.deciding.facts import TwoCheckers
from verification.reason import Reason

_WHY = click.option("--why", default="", help=words.say("help.why_change"))
_DISTRICT = click.option("--district", help=words.say("help.rounds_district"))
_STAGES = click.option("--stage", "stages", type=(click.Choice(STAGES), str, str), multiple=True,
                       help=words.say("help.rounds_stage"))  # fmt: skip


_TWO = click.option("--two-checkers", type=click.Choice([rule.value for rule in TwoCheckers]),
                    help=words.say("help.rounds_two_checkers"))  # fmt: skip


@click.group(help=words.say("help.rounds"))
def rounds() -> None:
    """Manage rounds."""


@rounds.command("add", help=words.say("help.rounds_add"))
@click.argument("round_id", metavar="ROUND")
@click.option("--data-year", required=True, type=click.IntRange(2000, 2100), help=words.say("help.rounds_year"))
@click.option("--name", default="", help=words.say("help.rounds_name"))
@click.option("--set", "indicator_set", default=DEFAULT_SET, show_default=True, help=words.say("help.rounds_set"))
@click.option("--project", type=int, help=words.say("help.rounds_project"))
@click.option("--open", "open_it", is_flag=True, help=words.say("help.rounds_open_it"))
@_STAGES
@_TWO
@acts(Permission.MANAGE_ROUNDS)
def add(
    round_id: str, data_year: int, name: str, indicator_set: str, project: int | None, open_it: bool,
    stages: tuple[tuple[str, str, str], ...], two_checkers: str | None,
) -> None:  # fmt: skip
    """Plan a round."""
    with opened() as (settings, engine), _sentences(), writing(engine) as session:
        project_, rule = project or settings.central_project, TwoCheckers(two_checkers or TwoCheckers.NONE)
        wish = RoundWish(round_id, data_year, name, indicator_set, project_, _days(stages), rule)
        found = add_round(session, wish, Entry(account().label))
        if open_it:
            open_round(session, round_id, Entry(account().label))
        tell("rounds.added", round=found.name, state=words.say(f"state.{found.state}"))
        tell_unasked(load_indicators(found.indicator_set))
        _tell_shared_days(sharing_days(session, round_id))


@rounds.command("set", help=words.say("help.rounds_dates"))
@click.argument("round_id", metavar="ROUND")
@_STAGES
@_TWO
@click.option("--video", type=click.Choice(["counts", "informs"]), help=words.say("help.rounds_video"))
@click.option("--keep-traces-days", type=int, help=words.say("help.rounds_keep_traces"))
@acts(Permission.MANAGE_ROUNDS)
def set_(
    round_id: str, stages: tuple[tuple[str, str, str], ...], two_checkers: str | None, video: str | None,
    keep_traces_days: int | None,
) -> None:  # fmt: skip
    """Say when stages of a round are, of which decisions two people have to say the same, and what else it goes by."""
    with opened() as (_, engine), _sentences(), writing(engine) as session:
        set_stages(session, round_id, _days(stages), Entry(account().label))
        others = sharing_days(session, round_id) if VISITS in {stage for stage, _, _ in stages} else []
        if two_checkers:
            set_two_checkers(session, round_id, TwoCheckers(two_checkers), Entry(account().label))
        if video:
            set_video(session, round_id, counts=video == "counts", entry=Entry(account().label))
        if keep_traces_days is not None:
            set_retention(session, round_id, keep_traces_days, Entry(account().label))
    if video:
        tell(f"rounds.video_{video}")
    if keep_traces_days is not None:
        tell("rounds.retention_set", days=keep_traces_days)
    if stages or not (two_checkers or video or keep_traces_days is not None):
        tell("rounds.stages_set", count=len(stages))
    _tell_shared_days(others)
    if two_checkers:
        tell(f"rounds.two_checkers_{two_checkers}")


@rounds.command("rules", help=words.say("help.rounds_rules"))
@click.argument("round_id", metavar="ROUND")
@click.option("--take-present", is_flag=True, help=words.say("help.rounds_take_present"))
@_WHY
@acts(Permission.MANAGE_ROUNDS)
def rules(round_id: str, take_present: bool, why: str) -> None:
    """Tell by which rules a round is computed; take the present ones for all of its districts."""
    with opened() as (_, engine), _sentences(), writing(engine) as session:
        found = round_of(session, round_id)
        if take_present:
            taken = take_present_rules(session, round_id, Entry(account().label, why))
            tell("rounds.rules_taken" if taken else "rounds.rules_the_same", count=len(open_parts(session, round_id)))
        fixed, present = last_fixed(session, round_id), digest_of_rules(present_rules(session, found.indicator_set))
        if fixed is None:
            tell("rounds.rules_not_fixed")
        else:
            tell("rounds.rules_fixed", version=fixed.version, digest=fixed.digest[:12], by=fixed.fixed_by,
                 since=words.show(fixed.fixed_at), why=fixed.why or "–")  # fmt: skip
            tell("rounds.rules_as_now" if fixed.digest == present else "rounds.rules_not_as_now")


@rounds.command("open", help=words.say("help.rounds_open"))
@click.argument("round_id", metavar="ROUND")
@_DISTRICT
@_WHY
@acts(Permission.MANAGE_ROUNDS)
def open_(round_id: str, district: str | None, why: str) -> None:
    """Open a round, or again a closed one or a district's part of one."""
    _move(round_id, district, OPEN, why)


@rounds.command("close", help=words.say("help.rounds_close"))
@click.argument("round_id", metavar="ROUND")
@_DISTRICT
@_WHY
@acts(Permission.MANAGE_ROUNDS)
def close(round_id: str, district: str | None, why: str) -> None:
    """Close a round, or a district's part of one."""
    _move(round_id, district, CLOSED, why)


@rounds.command("archive", help=words.say("help.rounds_archive"))
@click.argument("round_id", metavar="ROUND")
@acts(Permission.MANAGE_ROUNDS)
def archive(round_id: str) -> None:
    """Archive a closed round."""
    _move(round_id, None, ARCHIVED, "")


@rounds.command("list", help=words.say("help.rounds_list"))
@json_option
@acts(Permission.MANAGE_ROUNDS)
def list_(as_json: bool) -> None:
    """List the rounds with their stages and parts."""
    with opened() as (_, engine), snapshot(engine) as session:
        listed = listed_rounds(session)
        found = [_shown(one) for one in listed]
        unasked = [unasked_of_round(session, one.round, Clearance(words)) for one in listed]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1, default=str))
        return
    if not found:
        tell("rounds.none")
    for one, note in zip(found, unasked, strict=True):
        click.echo(words.say("rounds.line", **one | {"state": words.say(f"state.{one['state']}")}))
        for stage in one["stages"]:
            click.echo("  " + words.say("rounds.stage", name=words.say(f"stage.{stage['stage']}"), **stage))
        if note:
            click.echo(f"  {note}")


def _shown(listed: ListedRound) -> dict[str, Any]:
    found = listed.round
    return {
        "id": found.id, "name": found.name, "data_year": str(found.data_year), "set": found.indicator_set,
        "project": found.project, "state": found.state, "two_checkers": found.two_checkers,
        "video_counts": found.video_counts, "keep_traces_days": found.keep_traces_days,
        "parts_open": listed.parts_open, "parts_closed": listed.parts_closed,
        "stages": [{"stage": s.stage, "starts": s.starts, "ends": s.ends} for s in listed.stages],
    }  # fmt: skip


def _move(round_id: str, district: str | None, state: str, why: str) -> None:
    entry, others = Entry(account().label, why), list[str]()
    with opened() as (settings, engine), _sentences():
        if district and state == CLOSED:
            close_district(engine, round_id, district, account(), why, project=settings.project)
        elif district:
            reopen_district(engine, round_id, district, account(), why)
        else:
            with writing(engine) as session:
                if state == OPEN:
                    open_round(session, round_id, entry)
                    others = sharing_days(session, round_id)
                else:
                    move_round(session, round_id, state, entry)
    tell("rounds.moved", what=f"{round_id} {district or ''}".strip(), state=words.say(f"state.{state}"))
    _tell_shared_days(others)


def _tell_shared_days(others: Sequence[str]) -> None:
    """Say which rounds take visits of the same days: such a visit would count in none of them."""
    if others:
        tell("rounds.shares_days", rounds=", ".join(others))


@contextmanager
def _sentences() -> Iterator[None]:
    """End with every reason against a change."""
    try:
        yield
    except NotAllowed as refused:
        stop(*map(_in_words, refused.reasons))


def _in_words(reason: Reason) -> Reason:
    """Name states as people do."""
    named = {name: words.say(f"state.{state}") for name, state in reason.values.items() if name in ("old", "new")}
    return Reason(reason.code, {**reason.values, **named})


def _days(stages: Iterable[tuple[str, str, str]]) -> dict[str, Days]:
    return {stage: (_day(starts), _day(ends)) for stage, starts, ends in stages}


def _day(typed: str) -> date | None:
    """Read 2026-03-01; a dash leaves the stage without a bound on that side."""
    if typed == "-":
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        stop(Reason("not_a_day", {"typed": typed[:20]}))
