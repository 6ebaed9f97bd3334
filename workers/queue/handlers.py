"""What each kind of work does.

pulls ──► pull (a form) ──┬──► read ──► verify (a district's part of a round)
checks ─► check (a form) ─┘
read, verify ──► assign (what was visited leaves the phones)
place ──► read            traces, facilities, certify, remove, approval_lists, write_back (a decision), sweep, catch_up,
                          tombstones, seal, scan, plan_publishing, publish, child_batch; what_waits, alerts,
                          watch_register ──► tell
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine

from server.assignments.noticing import note_visited
from server.audit.sealing import seal
from server.backup.apart import put_apart
from server.backup.encryption import recipients
from server.backup.problems import Unready
from server.claims import waiting
from server.db import leave_no_log, now, snapshot, writing
from server.feedback.expiring import forget_answers
from server.feedback.gathering import gather_what_is_left
from server.incidents.escalating import watch
from server.incidents.forgetting import forget_closed
from server.login import sessions
from server.messages import outbox
from server.messages.alerts import tell_operators
from server.messages.day_end import tell_what_is_missing
from server.messages.waiting import tell_what_waits
from server.people import links
from server.phones.keeping import follow_places, forget_sheets
from server.plan.noticing import note_arrivals
from server.removals.tombstones import tombstone
from server.results.reading import read_unread
from server.results.verifying import ask_for_outdated, verify
from server.schema import named_files
from server.settings import Settings
from server.store.interface import Store
from server.store.opening import open_store
from server.submissions.changes import note_changes
from server.submissions.keeping import read_again
from server.traces.deleting import delete_traces
from server.traces.queries import ask_where_traces_are_left
from server.work import kinds
from server.work.kinds import Work
from server.work.queue import Limit, Taken, ask, sweep
from verification.reason import Reason
from workers.central.api import Central
from workers.central.session import CentralProblem
from workers.pulling.certify import certify
from workers.pulling.files import fetch_attachments
from workers.pulling.forms import meet_forms
from workers.pulling.pull import form_key, pull_form
from workers.pulling.slow_pass import look_over, read_audits
from workers.queue.lease import Lease
from workers.scanning.scanning import scan_documents
from workers.sending.assigning import bring
from workers.sending.child_batch import pass_on
from workers.sending.phone_check import check_team, seal_sheets
from workers.sending.phone_lists import keep_shared_out
from workers.sending.phone_sharing import share_as_asked
from workers.sending.phones import bring_phones, end_phone
from workers.sending.publish import publish_lists
from workers.sending.publishing import carry_out_plan, make_plan
from workers.sending.write_back import carry_out, note_approval_lists
from workers.telling.telling import tell_due

A_DAY = timedelta(days=1)


@dataclass
class Context:
    """What jobs work with; and how some ended, where the database was gone before that could be noted."""

    engine: Engine
    settings: Settings
    owed: list[tuple[Callable[[Engine, Taken, Reason], None], Taken, Reason]] = field(default_factory=list)

    @property
    def store(self) -> Store:
        """The store of files."""
        return open_store(self.settings)

    @property
    def limits(self) -> Sequence[Limit]:
        """How many jobs may talk to each outside system at once."""
        return [Limit(TALK_TO_CENTRAL, self.settings.central_parallel)]

    def central(self) -> Central:
        """Connect to Central. Raises CentralProblem where none is named."""
        return Central.from_settings(self.settings)


def ask_pulls(context: Context, _work: kinds.Pulls, _lease: Lease) -> None:
    """Ask for a pull of every published form, and for what the audit log shows."""
    with context.central() as central:
        _ask_for_each_form(context, central, kinds.Pull)
        read_audits(context.engine, central)
    with writing(context.engine) as session:
        ask(session, kinds.ApprovalLists())


def ask_checks(context: Context, _work: kinds.LookOverAll, _lease: Lease) -> None:
    """Ask for a slow pass over every published form."""
    with context.central() as central:
        _ask_for_each_form(context, central, kinds.LookOver)


def _ask_for_each_form(context: Context, central: Central, kind: type[kinds.Pull | kinds.LookOver]) -> None:
    forms = meet_forms(context.engine, central)
    with writing(context.engine) as session:
        for form_id in forms:
            ask(session, kind(form_id))


def pull(context: Context, work: kinds.Pull, lease: Lease) -> None:
    """Pull a form and its files; ask for reading where something came."""
    with context.central() as central:
        report = pull_form(context.engine, central, work.form_id, lease.now_and_then)
        if report.rows:
            _ask_to_read(context)  # at once: what fails below must not keep back what has come
        _raise(report.problem)
        form_pk = form_key(context.engine, central.project, work.form_id)
        fetch_attachments(context.engine, central, form_pk, work.form_id, context.store, lease.now_and_then)


def _ask_to_read(context: Context) -> None:
    with writing(context.engine) as session:
        ask(session, kinds.Read())


def _raise(problem: Reason | None) -> None:
    if problem:
        raise CentralProblem(problem.code, passes=True, **problem.values)


def check(context: Context, work: kinds.LookOver, lease: Lease) -> None:
    """Look over everything of a form; ask for reading."""
    with context.central() as central:
        report = look_over(context.engine, central, context.store, work.form_id, lease.now_and_then)
    _ask_to_read(context)
    _raise(report.problem)


def make_certificate(context: Context, _work: kinds.Certify, lease: Lease) -> None:
    """Compare everything with Central, bytes and comments too."""
    with context.central() as central:
        certify(context.engine, central, context.store, deep=True, progress=lease.now_and_then)


def remove(context: Context, work: kinds.Remove, _lease: Lease) -> None:
    """Take away at Central what was lawfully removed here."""
    with snapshot(context.engine) as session:
        found = tombstone(session, work.removal)
    if found is None:
        return
    form_id, removal = found
    with context.central() as central:
        try:
            if removal.name:
                central.clear(form_id, removal.root_id, removal.name)
            else:
                central.delete(form_id, removal.root_id)
        except CentralProblem as problem:
            if problem.reason.code != "central_not_found":
                raise  # what is not there needs no removing


def read(context: Context, _work: kinds.Read, _lease: Lease) -> None:
    """Read what has changed; that asks for the verification of what it concerns."""
    read_unread(context.engine)
    note_changes(context.engine)
    _note_visited(context)


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
        ask_for_outdated(session)
        ask_where_traces_are_left(session)


def facilities(context: Context, _work: kinds.Facilities, _lease: Lease) -> None:
    """Bring Central's lists of phones up to what is so here."""
    with context.central() as central:
        kept_back = sum(len(rows.obstacles) for rows in publish_lists(context.engine, central))
    if kept_back:
        raise CentralProblem("facilities_kept_back", passes=False, count=kept_back)


def approval_lists(context: Context, _work: kinds.ApprovalLists, _lease: Lease) -> None:
    """Note which entity lists approving a form's submissions would write to."""
    with context.central() as central:
        note_approval_lists(context.engine, central)


def write_back(context: Context, work: kinds.WriteBack, lease: Lease) -> None:
    """Carry a decision to Central."""
    with context.central() as central:
        carry_out(context.engine, central, work.decision, lease.must_be_ours)


def assign(context: Context, work: kinds.Assign, lease: Lease) -> None:
    """Bring an assignment to phones as it stands, or take it back."""
    with context.central() as central:
        bring(context.engine, central, work.assignment, lease.must_be_ours)
        follow_places(context.engine, central.project)


def phones(context: Context, _work: kinds.Phones, lease: Lease) -> None:
    """Let Central have every team's phones as they are to be."""
    with context.central() as central:
        problems = bring_phones(context.engine, central, lease.now_and_then)
        keep_shared_out(context.engine, central)
    if problems:
        raise CentralProblem("phones_kept_back", passes=False, count=len(problems))


def stop_phone(context: Context, work: kinds.EndPhone, lease: Lease) -> None:
    """Let nobody in by a phone any more."""
    with context.central() as central:
        end_phone(context.engine, central, work.phone, lease.must_be_ours)


def sheets(context: Context, work: kinds.SealSheets, _lease: Lease) -> None:
    """Make what stands on sheets, for who asked."""
    with context.central() as central:
        seal_sheets(context.engine, central, work.sheet)


def plan_publishing(context: Context, work: kinds.PlanPublishing, _lease: Lease) -> None:
    """See what publishing would do, for the page."""
    with context.central() as central:
        make_plan(context.engine, central, work.publishing)


def publish(context: Context, work: kinds.CarryOut, lease: Lease) -> None:
    """Publish what was agreed to on the page."""
    with context.central() as central:
        carry_out_plan(context.engine, central, work.publishing, lease.must_be_ours)


def check_phones(context: Context, work: kinds.CheckPhones, lease: Lease) -> None:
    """Check what a team's phones are given."""
    with context.central() as central:
        check_team(context.engine, central, work.team, lease.now_and_then)


def share_lists(context: Context, work: kinds.ShareLists, lease: Lease) -> None:
    """Share lists out to phones, or give them whole again."""
    with context.central() as central:
        share_as_asked(context.engine, central, work.sharing, lease.now_and_then)


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


def pass_on_answers(context: Context, work: kinds.ChildBatch, lease: Lease) -> None:
    """Pass on what children answered in a month, checked and shuffled."""
    with context.central() as central:
        pass_on(context.engine, central, work, lease.now_and_then)


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
            forget_answers,
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


HANDLERS: Mapping[type[Work], Callable[[Context, Any, Lease], None]] = {
    kinds.Pulls: ask_pulls,
    kinds.Pull: pull,
    kinds.LookOverAll: ask_checks,
    kinds.LookOver: check,
    kinds.Certify: make_certificate,
    kinds.Remove: remove,
    kinds.Read: read,
    kinds.Place: place,
    kinds.Verify: verify_part,
    kinds.DeleteTraces: traces,
    kinds.CatchUp: catch_up,
    kinds.Facilities: facilities,
    kinds.ApprovalLists: approval_lists,
    kinds.WriteBack: write_back,
    kinds.Assign: assign,
    kinds.Phones: phones,
    kinds.EndPhone: stop_phone,
    kinds.SealSheets: sheets,
    kinds.CheckPhones: check_phones,
    kinds.PlanPublishing: plan_publishing,
    kinds.CarryOut: publish,
    kinds.ShareLists: share_lists,
    kinds.PutApart: put_tombstones_apart,
    kinds.ScanDocuments: scan,
    kinds.Seal: seal_entries,
    kinds.SeeWhatWaits: see_what_waits,
    kinds.SeeAlerts: see_alerts,
    kinds.Tell: tell,
    kinds.ChildBatch: pass_on_answers,
    kinds.WatchRegister: watch_register,
    kinds.Sweep: sweep_away,
}
_STAY_HERE = {kinds.Read, kinds.Place, kinds.Verify, kinds.DeleteTraces, kinds.CatchUp, kinds.PutApart, kinds.Seal,
              kinds.ScanDocuments, kinds.SeeWhatWaits, kinds.SeeAlerts, kinds.WatchRegister, kinds.Tell,
              kinds.Sweep}  # fmt: skip
TALK_TO_CENTRAL = frozenset(work.kind for work in HANDLERS if work not in _STAY_HERE)
