"""Verifying at once, without waiting for the queue."""

import click

from server.db import snapshot
from server.results.reading import read_unread
from server.results.verifying import parts_to_verify, verify
from server.roles.table import Permission
from server.terminal import acts, opened, stop, tell, words
from verification.reason import Reason


@click.command("verify", help=words.say("help.verify"))
@acts(Permission.MANAGE_WORK)
def verify_command() -> None:
    """Verify every district's open part of a round."""
    with opened() as (_, engine):
        read_unread(engine)
        with snapshot(engine) as session:
            parts = parts_to_verify(session)
        for round_id, district in parts:
            new = verify(engine, round_id, district)
            tell("verify.done" if new else "verify.unchanged", district=district, round=round_id)
    if not parts:
        stop(Reason("no_claims_yet"))
