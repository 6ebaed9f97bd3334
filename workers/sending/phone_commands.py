"""Phones from the terminal: prepared, printed, checked, lost; shared-out lists; the practice project."""

import os
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select

from server.audit.entries import Act, digest_of, write_down
from server.db import snapshot, writing
from server.papers.printing import NotPrinted
from server.people.acting import account
from server.phones import keeping
from server.phones.checked import last_drill, seconds_of
from server.phones.expected import holding
from server.phones.keeping import NotKept
from server.phones.sharing import against_filter
from server.phones.sheets import sheets_as_pdf
from server.phones.states import state_of
from server.phones.tables import Phone
from server.roles.table import Permission
from server.roles.tables import Team
from server.terminal import acts, agreed, opened, round_option, stop, tell, words
from verification.reason import Reason
from workers.sending.phone_check import check_team, sheets_of
from workers.sending.phone_lists import give_all_again
from workers.sending.phone_sharing import share_all
from workers.sending.phones import bring_phones, end_phone
from workers.terminal import connected

_TOLD = 20  # places that are told one by one
_team_option = click.option("--team", "team_id", required=True, type=click.IntRange(1), help=words.say("help.team"))
_out = click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path),
                    help=words.say("help.phones_out"))  # fmt: skip


def _nothing() -> None:
    """Report no progress."""


@click.group(help=words.say("help.phones"))
def phones() -> None:
    """Manage the phones of teams."""


@phones.command("prepare", help=words.say("help.phones_prepare"))
@_team_option
@acts(Permission.TEND_PHONES)
def prepare(team_id: int) -> None:
    """Let every member of a team have a phone's account at Central."""
    with connected() as (_, engine, central):
        try:
            with writing(engine) as session:
                keeping.prepare(session, team_id, account())
        except NotKept as refused:
            stop(refused.reason)
        problems = bring_phones(engine, central, _nothing)
        with snapshot(engine) as session:
            _tell_phones(session, Phone.team_id == team_id)
    if problems:
        stop(*problems)


@phones.command("list", help=words.say("help.phones_list"))
@round_option
@acts(Permission.TEND_PHONES)
def list_(round_id: str) -> None:
    """List the phones of a round by code."""
    with opened() as (_, engine), snapshot(engine) as session:
        _tell_phones(session, Team.round_id == round_id)


def _tell_phones(session: Any, which: Any) -> None:
    query = select(Phone, Team.name).join(Team, Team.id == Phone.team_id).where(which).order_by(Phone.team_id, Phone.id)
    for phone, team in session.execute(query):
        click.echo(words.say("phones.line", code=phone.code, team=team, state=words.say(f"phone.{state_of(phone)}")))


@phones.command("print", help=words.say("help.phones_print"))
@_team_option
@_out
@click.option("--admin", "with_admin", is_flag=True, help=words.say("help.phones_admin"))
@acts(Permission.TEND_PHONES)
def print_(team_id: int, out: Path, with_admin: bool) -> None:
    """Write the sheets of a team's phones as PDF."""
    with connected() as (_, engine, central):
        try:
            with snapshot(engine) as session:
                team = keeping.must_tend(session, account(), team_id)
            sheets = sheets_of(engine, central, team_id)
            pdf = sheets_as_pdf(sheets, with_admin=with_admin)
        except (NotKept, NotPrinted) as refused:
            stop(refused.reason)
        with writing(engine) as session:  # before the file is there: what nobody wrote down nobody has
            keeping.note_printed(session, team, [str(sheet["code"]) for sheet in sheets], account())
    _write(out, pdf)
    tell("phones.printed", count=len(sheets), file=click.format_filename(out))


def _write(out: Path, content: bytes) -> None:
    """Write a file that only its owner reads."""
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)


@phones.command("lost", help=words.say("help.phones_lost"))
@click.argument("code")
@acts(Permission.TEND_PHONES)
def lost(code: str) -> None:
    """Let nobody in by a phone that is lost, at once; its member gets another."""
    with connected() as (_, engine, central):
        try:
            with writing(engine) as session:
                phone, new = keeping.lose(session, code, account())
                lost_id, lost_code, new_code = phone.id, phone.code, new.code if new else None
        except NotKept as refused:
            stop(refused.reason)
        end_phone(engine, central, lost_id, _nothing)
        bring_phones(engine, central, _nothing)
    tell("phones.lost", code=lost_code)
    if new_code:
        tell("phones.instead", code=new_code)


@phones.command("drill", help=words.say("help.phones_drill"))
@_team_option
@acts(Permission.TEND_PHONES)
def drill(team_id: int) -> None:
    """Practise losing a phone, and tell how long Central took to refuse it."""
    with connected() as (_, engine, central):
        try:
            with writing(engine) as session:
                number = keeping.practise_loss(session, team_id, account()).id
        except NotKept as refused:
            stop(refused.reason)
        bring_phones(engine, central, _nothing)
        end_phone(engine, central, number, _nothing)
        with snapshot(engine) as session:
            phone = session.get_one(Phone, number)
            if phone.refused_at is None:
                stop(phone.problem or Reason("phones_not_begun"))
            tell("phones.drilled", code=phone.code, seconds=seconds_of(phone))


@phones.command("check", help=words.say("help.phones_check"))
@round_option
@click.option("--team", "team_id", type=click.IntRange(1), help=words.say("help.team"))
@acts(Permission.TEND_PHONES)
def check(round_id: str, team_id: int | None) -> None:
    """Check before departure what each phone of a team, or of all, is given by Central."""
    bad = 0
    with connected() as (settings, engine, central):
        with snapshot(engine) as session:
            found = holding(session, settings.project, only=team_id)
            teams = [one.team for one in found.teams if one.team.round_id == round_id] if found else []
        if not teams:
            stop(Reason("phones_not_begun"))
        for team in teams:
            phones = check_team(engine, central, team.id, _nothing)
            tell("phones.checked_team", team=team.name, count=len(phones))
            for phone in phones:
                for line in phone.lines:
                    bad += not line.is_fine
                    said = words.say(f"check.{line.line}.{'fine' if line.is_fine else 'wrong'}", **line.values)
                    click.echo(f"{phone.code} {'✓' if line.is_fine else '✗'} {said}")
    if bad:
        raise SystemExit(1)


@phones.command("hold", help=words.say("help.phones_hold"))
@round_option
@click.argument("what", type=click.Choice(["all", "assigned"]))
@acts(Permission.PUBLISH_FORMS)
def hold(round_id: str, what: str) -> None:
    """Say whether phones hold all places of their districts, or those that were assigned."""
    with opened() as (_, engine):
        try:
            with writing(engine) as session:
                keeping.hold_all(session, round_id, what == "all", account())
        except NotKept as refused:
            stop(refused.reason)
    tell(f"phones.hold_{what}")


@phones.command("share", help=words.say("help.phones_share"))
@round_option
@click.option("--off", is_flag=True, help=words.say("help.phones_share_off"))
@click.option("--yes", is_flag=True, help=words.say("help.phones_yes"))
@acts(Permission.PUBLISH_FORMS)
def share(round_id: str, off: bool, yes: bool) -> None:
    """Show what phones would hold, then let Central give each phone its own places only; or all again."""
    with connected() as (settings, engine, central):
        try:
            with snapshot(engine) as session:
                keeping.kit_of(session, round_id, account())
                found, drilled = holding(session, settings.project), last_drill(session, round_id)
        except NotKept as refused:
            stop(refused.reason)
        if not off:
            _tell_plan(found)
            if against := against_filter(found):
                stop(*against)
            if drilled is None:
                tell("phones.no_drill")
        if not (yes or agreed(words.say("phones.share_off_question" if off else "phones.share_question"))):
            tell("phones.unchanged")
            return
        with writing(engine) as session:
            write_down(session, Act(account().label, "phones_shared", f"round:{round_id}", None, round_id,
                                    after=digest_of(not off)))  # fmt: skip
        if off:
            give_all_again(engine, central)
        else:
            share_all(engine, central, _nothing)
    tell("phones.gives_all" if off else "phones.shared")


def _tell_plan(found: Any) -> None:
    for one in found.teams if found else ():
        click.echo(words.say("phones.plan_team", team=one.team.name, places=len(one.places),
                             homes=len(one.places & found.homes.keys()), tasks=len(one.follow_ups), ready=one.ready,
                             members=one.members))  # fmt: skip
    if found and found.nobodys:
        click.echo(words.say("phones.plan_nobodys", count=len(found.nobodys)))
    for place, why in list(found.against.items())[:_TOLD] if found else ():
        click.echo(f"{place[:8]}: {words.reason(why)}")
