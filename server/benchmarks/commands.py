"""The country's numbers at the terminal: listed with those that are lacking, stated, taken away."""

import json

import click

from server.benchmarks.stating import BenchmarkWish, NotStated, state_benchmark, take_away
from server.benchmarks.views import numbers_asked_for
from server.db import snapshot, writing
from server.disclosure.clearing import Clearance
from server.people.acting import account
from server.roles.table import Permission
from server.terminal import acts, json_option, opened, stop, tell, words


@click.group(help=words.say("help.benchmarks"))
def benchmarks() -> None:
    """Manage the country's numbers."""


@benchmarks.command("list", help=words.say("help.benchmarks_list"))
@json_option
@acts(Permission.MANAGE_ROUNDS)
def list_(as_json: bool) -> None:
    """List what sets ask for, known or not."""
    with opened() as (_, engine), snapshot(engine) as session:
        asked = numbers_asked_for(session, Clearance(words))
    if as_json:
        shown = [vars(one) | {"numbers": [vars(found) for found in one.numbers]} for one in asked]
        click.echo(json.dumps(shown, ensure_ascii=False, indent=1, default=str))
        return
    for one in asked:
        click.echo(f"{one.code}: {one.what}")
        for found in one.numbers:
            stated = found.stated or words.say("set.built_in")
            click.echo("  " + words.say("benchmarks.line", **vars(found) | {"stated": stated}))
        if not one.numbers:
            click.echo("  " + words.say("benchmarks.lacking"))


@benchmarks.command("state", help=words.say("help.benchmarks_state"))
@click.argument("code")
@click.argument("year")
@click.argument("value")
@click.option("--source", required=True, help=words.say("help.benchmarks_source"))
@acts(Permission.MANAGE_ROUNDS)
def state(code: str, year: str, value: str, source: str) -> None:
    """State a number."""
    with opened() as (_, engine):
        try:
            with writing(engine) as session:
                row = state_benchmark(session, BenchmarkWish(code, year, value, source), account())
        except NotStated as refused:
            stop(refused.reason)
    tell("notice.benchmark_stated" if row else "notice.benchmark_as_before")


@benchmarks.command("withdraw", help=words.say("help.benchmarks_withdraw"))
@click.argument("code")
@click.argument("year", type=click.IntRange(1900, 2100))
@acts(Permission.MANAGE_ROUNDS)
def withdraw(code: str, year: int) -> None:
    """Take a number away."""
    with opened() as (_, engine):
        try:
            with writing(engine) as session:
                take_away(session, code, year, account())
        except NotStated as refused:
            stop(refused.reason)
    tell("notice.benchmark_taken_away")
