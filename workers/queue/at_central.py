"""What each kind of work does that talks to Central."""

from collections.abc import Mapping

from server.db import snapshot, writing
from server.phones.keeping import follow_places
from server.removals.tombstones import tombstone
from server.work import kinds
from server.work.kinds import Work
from server.work.queue import ask
from verification.reason import Reason
from workers.central.api import Central
from workers.central.session import CentralProblem
from workers.pulling.certify import certify
from workers.pulling.files import fetch_attachments
from workers.pulling.forms import meet_forms
from workers.pulling.pull import form_key, pull_form
from workers.pulling.slow_pass import look_over, read_audits
from workers.queue.context import Context, Handler
from workers.queue.here import ask_to_read
from workers.queue.lease import Lease
from workers.sending.assigning import bring
from workers.sending.child_batch import pass_on
from workers.sending.child_forgetting import forget_at_central_too
from workers.sending.phone_check import check_team, seal_sheets
from workers.sending.phone_lists import keep_shared_out
from workers.sending.phone_sharing import share_as_asked
from workers.sending.phones import bring_phones, end_phone
from workers.sending.publish import publish_lists
from workers.sending.publishing import carry_out_plan, make_plan
from workers.sending.write_back import carry_out, note_approval_lists


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
            ask_to_read(context)  # at once: what fails below must not keep back what has come
        _raise(report.problem)
        form_pk = form_key(context.engine, central.project, work.form_id)
        came = fetch_attachments(context.engine, central, form_pk, work.form_id, context.store, lease.now_and_then)
    if came:  # photographs are looked at once their visits are read
        ask_to_read(context)


def _raise(problem: Reason | None) -> None:
    if problem:
        raise CentralProblem(problem.code, passes=True, **problem.values)


def check(context: Context, work: kinds.LookOver, lease: Lease) -> None:
    """Look over everything of a form; ask for reading."""
    with context.central() as central:
        report = look_over(context.engine, central, context.store, work.form_id, lease.now_and_then)
    ask_to_read(context)
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


def pass_on_answers(context: Context, work: kinds.ChildBatch, lease: Lease) -> None:
    """Pass on what children answered in a month, checked and shuffled."""
    with context.central() as central:
        pass_on(context.engine, central, work, lease.now_and_then)


def forget_children(context: Context, _work: kinds.ForgetAnswers, lease: Lease) -> None:
    """Delete at Central and here what children answered, when its time is over."""
    with context.central() as central:
        forget_at_central_too(context.engine, central, lease.now_and_then)


AT_CENTRAL: Mapping[type[Work], Handler] = {
    kinds.Pulls: ask_pulls,
    kinds.Pull: pull,
    kinds.LookOverAll: ask_checks,
    kinds.LookOver: check,
    kinds.Certify: make_certificate,
    kinds.Remove: remove,
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
    kinds.ChildBatch: pass_on_answers,
    kinds.ForgetAnswers: forget_children,
}
