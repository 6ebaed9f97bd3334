"""What each kind of work does that leaves Central alone."""

from collections.abc import Mapping
from datetime import timedelta

from server.assignments.noticing import note_visited
from server.audit.sealing import seal
from server.backup.apart import put_apart
from server.backup.encryption import recipients
from server.backup.problems import Unready
from server.claims import waiting
from server.db import leave_no_log, now, snapshot, writing
from server.feedback.expiring import see_what_is_over
from server.feedback.gathering import gather_what_is_left
from server.incidents.escalating import watch
from server.incidents.forgetting import forget_closed
from server.login import sessions
from server.messages import outbox
from server.messages.alerts import tell_operators
from server.messages.day_end import tell_what_is_missing
from server.messages.waiting import tell_what_waits
from server.people import links
from server.phones.keeping import forget_sheets
from server.plan.noticing import note_arrivals
from server.results.reading import read_unread
from server.results.verifying import ask_for_outdated, verify
from server.rounds.rules import fix_where_none_are
from server.schema import named_files
from server.submissions.changes import note_changes
from server.submissions.keeping import read_again
from server.traces.deleting import delete_traces
from server.traces.queries import ask_where_traces_are_left
from server.visits.looking import look_at_photographs
from server.work import kinds
from server.work.kinds import Work
from server.work.queue import ask, sweep
from workers.central.session import CentralProblem
from workers.queue.context import Context, Handler
from workers.queue.lease import Lease
from workers.scanning.scanning import scan_documents
from workers.telling.telling import tell_due

A_DAY = timedelta(days=1)


def read(context: Context, _work: kinds.Read, _lease: Lease) -> None:
    """Read what has changed, and look at photographs; that asks for the verification of what it concerns."""
    read_unread(context.engine)
    note_changes(context.engine)
    _note_visited(context)
    if look_at_photographs(context.engine, lambda: context.store):
        ask_to_read(context)


def ask_to_read(context: Context) -> None:
    """Ask for reading what has changed."""
    with writing(context.engine) as session:
        ask(session, kinds.Read())


def place(context: Context, _work: kinds.Place, _lease: Lease) -> None:
    """Have everything read and placed again."""
    with writing(context.engine) as session:
        read_again(session)
        ask(session, kinds.Read())


def verify_part(context: Context, work: kinds.Verify, _lease: Lease) -> None:
    """Verify a district's part of a round; a visit may be found to be the one that was asked for."""
    verify(context.engine, work.round_id, work.district)
    _note_visited(context)


def _note_visited(context: Context) -> None:
    with writing(context.engine) as session:
        note_visited(session)
        note_arrivals(session)


def traces(context: Context, work: kinds.DeleteTraces, lease: Lease) -> None:
    """Delete the traces of places of a part that was closed."""
    delete_traces(context.engine, context.store, work.round_id, work.district, lease.now_and_then)


def catch_up(context: Context, _work: kinds.CatchUp, _lease: Lease) -> None:
    """Ask for what other rules have computed, and for what closed parts have still to give up."""
    with writing(context.engine) as session:
        fix_where_none_are(session)
        ask_for_outdated(session)
        ask_where_traces_are_left(session)


def scan(context: Context, _work: kinds.ScanDocuments, lease: Lease) -> None:
    """Ask the virus scanner about documents, where there is one."""
    scan_documents(context.engine, context.store, context.settings, lease.now_and_then)


def seal_entries(context: Context, _work: kinds.Seal, lease: Lease) -> None:
    """Seal what was written down, a few thousand entries at a time."""
    sealed = 1
    while sealed:
        with writing(context.engine) as session:
            sealed = seal(session)
        lease.now_and_then()


def see_what_waits(context: Context, _work: kinds.SeeWhatWaits, _lease: Lease) -> None:
    """See what waits for whom, and at a day's end which visits are missing; that asks for telling them."""
    with writing(context.engine) as session:
        tell_what_waits(session, context.settings)
        tell_what_is_missing(session, context.settings)


def see_alerts(context: Context, _work: kinds.SeeAlerts, _lease: Lease) -> None:
    """See whether all is well with Tilik itself; what is not asks for telling the operators."""
    with writing(context.engine) as session:
        tell_operators(session, context.settings)


def tell(context: Context, _work: kinds.Tell, lease: Lease) -> None:
    """Send what is due in the outbox."""
    tell_due(context.engine, context.settings, lease.must_be_ours)


def watch_register(context: Context, _work: kinds.WatchRegister, _lease: Lease) -> None:
    """See whether somebody is to be told that something waits in the register."""
    with writing(context.engine) as session:
        watch(session, context.settings)


def sweep_away(context: Context, _work: kinds.Sweep, _lease: Lease) -> None:
    """Forget jobs, messages, sessions, links and uploads that are done with, and files not named for a day."""
    with writing(context.engine) as session:
        sweep(session)
        for forget in (
            outbox.forget_old,
            sessions.forget_old,
            links.forget_old,
            forget_sheets,
            waiting.forget_old,
            see_what_is_over,
            gather_what_is_left,
        ):
            forget(session)
        gone = forget_closed(session, context.settings.incident_days)
    if gone:
        leave_no_log(context.engine)
    with snapshot(context.engine) as session:
        named = named_files(session)
    context.store.sweep(named, (now() - A_DAY).timestamp())


def put_tombstones_apart(context: Context, _work: kinds.PutApart, _lease: Lease) -> None:
    """Put the tombstones beside the backups, where backups are made."""
    if context.settings.backup is None or not context.settings.backup_keys:
        return
    try:
        put_apart(context.engine, context.settings.backup, recipients(context.settings.backup_keys))
    except Unready as unready:
        raise CentralProblem(unready.reason.code, passes=False, **unready.reason.values) from None


HERE: Mapping[type[Work], Handler] = {
    kinds.Read: read,
    kinds.Place: place,
    kinds.Verify: verify_part,
    kinds.DeleteTraces: traces,
    kinds.CatchUp: catch_up,
    kinds.PutApart: put_tombstones_apart,
    kinds.ScanDocuments: scan,
    kinds.Seal: seal_entries,
    kinds.SeeWhatWaits: see_what_waits,
    kinds.SeeAlerts: see_alerts,
    kinds.Tell: tell,
    kinds.WatchRegister: watch_register,
    kinds.Sweep: sweep_away,
}
