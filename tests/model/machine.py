"""Everything that can happen to a form and its submissions, in any order, with pulls, decisions and faults in between.

Beside Central and Tilik stands a model of what must be kept. After every sequence the faults end, the work that waits
is done and a slow pass runs; then the certificate has to say "identical", and what is kept has to be what the model
says: every version's answers, comments, files; and every decision's effect is at Central once.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server.db import now, snapshot, writing
from server.decisions.deciding import COMMENT, REVIEW, Wish, decide
from server.decisions.tables import Decision
from server.decisions.typed import Undecidable
from server.removals.removing import NothingToRemove, empty_store, remove_submission
from server.removals.tables import Removal
from server.submissions.changes import note_changes
from server.submissions.tables import Attachment, Form, Submission, SubmissionComment, SubmissionState
from server.sync.certificates import IDENTICAL, latest_certificate, read_detail
from server.sync.compared import forget_compared
from server.work.tables import Job
from tests.support.faults import QUICK
from tests.support.forms import FORM_ID, a_form, a_submission, new_id
from tests.support.proxy import FaultProxy
from tests.support.trial import changes_of, close, delete, reopen, restore
from tests.support.web import TESTER
from verification.reason import Reason
from workers.central.api import Central
from workers.central.session import CentralProblem
from workers.pulling.certify import certify
from workers.pulling.files import fetch_all
from workers.pulling.pull import pull_form
from workers.pulling.slow_pass import look_over
from workers.queue.context import Context
from workers.queue.draining import drain

WHICH = st.integers(0, 7)
PHOTO = "1.jpg"


def a_jpeg(number: int) -> bytes:
    return b"\xff\xd8\xff\xe0" + number.to_bytes(4, "big") * 9


@dataclass
class Kept:
    """A submission as it must be kept: words and photographs of its versions by instance id, oldest first."""

    words: dict[str, str | None]
    form_versions: dict[str, str]
    photos: dict[str, int | None]  # a version that names no photograph is not in it
    deleted: bool = False
    gone: bool = False
    removed: bool = False
    comments: list[str] = field(default_factory=list)

    @property
    def root(self) -> str:
        return next(iter(self.words))

    @property
    def current(self) -> str:
        return list(self.words)[-1]

    @property
    def names_photo(self) -> bool:
        return self.current in self.photos

    @property
    def photo(self) -> int | None:
        return self.photos.get(self.current)


@dataclass
class World:
    """What a machine works with: Central as everybody else sees it, and Tilik, which has a proxy before it.

    `purge` makes Central forget deleted submissions.
    """

    central: Central
    context: Context
    proxy: FaultProxy
    purge: Callable[[Central, list[str]], None] | None
    operations: int = 0
    purges: int = 0
    faults: int = 0


class Everything(RuleBasedStateMachine):
    """One form's life."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world, self.central, self.engine = world, world.central, world.context.engine
        self.store, self.tilik = world.context.store, world.context.central()
        self.known: list[Kept] = []
        self.disturbed = False
        self.version, self.open, self.counter, self.photos = 1, True, 0, 0
        self.wordless: set[str] = set()  # versions of the form that do not ask for the word
        self.roomless: set[str] = set()
        self.central.publish(FORM_ID, a_form("1"), "1")

    def next_word(self) -> str:
        self.counter += 1
        self.world.operations += 1
        return f"word {self.counter}"

    def a_word(self, form_version: str) -> str | None:
        """Give an answer to the question, where that version of the form asks it."""
        word = self.next_word()
        return None if form_version in self.wordless else word

    def rooms(self, form_version: str, *uses: str) -> tuple[str, ...]:
        """Give rooms, where that version of the form asks for them: no phone answers what it was not asked."""
        return () if form_version in self.roomless else uses

    def pick(self, which: int, **wanted: object) -> Kept | None:
        """Pick one of the submissions that are as wanted."""
        wanted = {"deleted": False, "gone": False, "removed": False} | wanted
        found = [kept for kept in self.known if all(getattr(kept, name) == value for name, value in wanted.items())]
        return found[which % len(found)] if found else None

    @initialize(submitted=st.integers(0, 3), pulled=st.booleans(), purged=st.integers(0, 2))
    def begin(self, submitted: int, pulled: bool, purged: int) -> None:
        """Begin with a form that has a past already, pulled or not."""
        for number in range(submitted):
            self.create(photo=number % 2 == 0, rooms=number)
        if pulled:
            self.pull()
        for left in reversed(range(min(purged, submitted))):
            self.delete(which=0, long_ago=left == 0)

    # ── at Central ───────────────────────────────────────────────────────────────────────────────────────────────

    @precondition(lambda self: self.open)
    @rule(photo=st.booleans(), rooms=st.integers(0, 3))
    def create(self, photo: bool, rooms: int, root: str | None = None) -> None:
        word, root = self.a_word(str(self.version)), root or new_id()
        answers = {"word": word or ""} | ({"photo": PHOTO} if photo else {})
        xml = a_submission(
            root,
            version=str(self.version),
            rooms=self.rooms(str(self.version), *("hall", "yard", "roof")[:rooms]),
            **answers,
        )
        self.central.submit(FORM_ID, xml)
        self.known.append(Kept({root: word}, {root: str(self.version)}, {root: None} if photo else {}))

    @precondition(lambda self: self.open)
    @rule(which=WHICH, photo=st.booleans(), filled_in_with=st.none() | WHICH)
    def edit(self, which: int, photo: bool, filled_in_with: int | None = None) -> None:
        """Edit, with the form version that it was filled in with, or any other that there ever was."""
        kept = self.pick(which)
        if kept is None:
            return
        first = kept.form_versions[kept.root]
        version = first if filled_in_with is None else str(1 + filled_in_with % self.version)
        word, instance = self.a_word(version), new_id()
        answers = {"word": word or ""} | ({"photo": PHOTO} if photo else {})
        xml = a_submission(
            instance, version=version, replaces=kept.current, rooms=self.rooms(version, "cellar"), **answers
        )
        self.central.edit(FORM_ID, kept.root, xml)
        kept.form_versions[instance] = version
        photos = {instance: kept.photo} if photo else {}  # Central carries a file over by its name
        kept.words[instance] = word
        kept.photos |= photos

    @rule(which=WHICH, state=st.sampled_from(["approved", "hasIssues", "rejected"]))
    def review(self, which: int, state: str) -> None:
        if kept := self.pick(which):
            self.next_word()
            self.central.review(FORM_ID, kept.root, state)

    @rule(which=WHICH)
    def comment(self, which: int) -> None:
        if kept := self.pick(which):
            kept.comments.append(self.next_word())
            self.central.comment(FORM_ID, kept.root, kept.comments[-1])

    @rule(which=WHICH)
    def attach_late_or_replace(self, which: int) -> None:
        if kept := self.pick(which, names_photo=True):
            self.next_word()
            self.photos += 1
            self.central.attach(FORM_ID, kept.root, PHOTO, a_jpeg(self.photos))
            kept.photos[kept.current] = self.photos

    @rule(which=WHICH)
    def clear(self, which: int) -> None:
        if (kept := self.pick(which, names_photo=True)) and kept.photo is not None:
            self.next_word()
            self.central.clear(FORM_ID, kept.root, PHOTO)
            kept.photos[kept.current] = None

    @rule(which=WHICH, long_ago=st.booleans())
    def delete(self, which: int, long_ago: bool) -> None:
        if kept := self.pick(which):
            self.next_word()
            delete(self.central, kept.root)
            kept.deleted = True
            if long_ago and self.world.purge:
                self.purge()

    @rule(which=WHICH)
    def restore(self, which: int) -> None:
        if kept := self.pick(which, deleted=True):
            self.next_word()
            restore(self.central, kept.root)
            kept.deleted = False

    @precondition(lambda self: self.world.purge is not None and any(k.deleted and not k.gone for k in self.known))
    @rule()
    def purge(self) -> None:
        assert self.world.purge
        self.world.proxy.heal()
        self.look_over()  # thirty days lie between a deletion and its purge: Tilik has seen the one before the other
        self.next_word()
        deleted = [kept for kept in self.known if kept.deleted and not kept.gone]
        self.world.purge(self.central, [kept.root for kept in deleted])
        self.world.purges += 1
        for kept in deleted:
            kept.gone = True

    @precondition(lambda self: self.open)
    @rule(which=WHICH, photo=st.booleans())
    def send_again(self, which: int, photo: bool) -> None:
        """What was purged is sent again under its id, by a phone that still has it, with other answers."""
        kept = self.pick(which, deleted=True, gone=True)
        if kept is None:
            return
        self.known.remove(kept)
        self.create(photo=photo, rooms=1, root=kept.root)

    @rule(drop=st.sampled_from([None, "word", "share", "room"]), add=st.booleans())
    def publish(self, drop: str | None, add: bool) -> None:
        self.next_word()
        self.version += 1
        self.wordless |= {str(self.version)} if drop == "word" else set()
        self.roomless |= {str(self.version)} if drop == "room" else set()
        added = {f"more{self.version}": "text"} if add else {}
        self.central.publish(FORM_ID, a_form(str(self.version), drop=drop, **added), str(self.version))

    @rule()
    def close_or_open(self) -> None:
        self.next_word()
        (close if self.open else reopen)(self.central)
        self.open = not self.open

    # ── between them ─────────────────────────────────────────────────────────────────────────────────────────────

    @rule(fault=st.sampled_from(sorted(QUICK)), at=st.integers(1, 9))
    def disturb(self, fault: str, at: int) -> None:
        """Something goes wrong with one of Tilik's next requests."""
        self.world.proxy.next(QUICK[fault], at)
        self.world.faults += 1
        self.disturbed = True

    @rule()
    def go_down(self) -> None:
        """Central is away while Tilik asks for all it ever asks for, and then is there again."""
        self.world.proxy.down()
        self.world.faults += 1
        self.disturbed = True
        self.pull()
        self.write_back()
        self.world.proxy.up()

    @rule()
    def revoke(self) -> None:
        """The token that Tilik uses dies."""
        self.tilik.session.headers["Authorization"] = "Bearer revoked"
        self.world.faults += 1

    # ── at Tilik ─────────────────────────────────────────────────────────────────────────────────────────────────

    @rule()
    def pull(self) -> None:
        self.attempt(lambda: pull_form(self.engine, self.tilik, FORM_ID).problem)

    @rule()
    def fetch_files(self) -> None:
        self.attempt(self.fetch)

    def fetch(self) -> None:
        fetch_all(self.engine, self.tilik, self.store)

    @rule()
    def look_over(self) -> None:
        self.attempt(lambda: look_over(self.engine, self.tilik, self.store, FORM_ID).problem)

    def attempt(self, task: Callable[[], Reason | None]) -> None:
        """Do what Tilik does by itself; only where something was disturbed may it fail."""
        self.world.operations += 1
        try:
            problem = task()
        except CentralProblem as error:
            problem = error.reason
        assert problem is None or self.disturbed, problem

    @rule(which=WHICH, kind=st.sampled_from([REVIEW, COMMENT]), state=st.sampled_from(["hasIssues", "rejected"]))
    def decide(self, which: int, kind: str, state: str) -> None:
        """A supervisor decides about what Tilik shows."""
        kept = self.pick(which)
        if kept is None:
            return
        word = self.next_word()
        with writing(self.engine) as session:
            found = session.scalars(select(SubmissionState).filter_by(root_id=kept.root)).one_or_none()
            if found is None:
                return
            wish = Wish(kind, found.instance_id, review_state=state, text=word, why=word)
            try:
                decide(session, found.form_pk, kept.root, wish, TESTER)
            except Undecidable:
                return

    @rule()
    def write_back(self) -> None:
        self.world.operations += 1
        drain(self.world.context, ["write_back"])

    @rule(which=WHICH)
    def remove_lawfully(self, which: int) -> None:
        kept = self.pick(which)
        if kept is None:
            return
        self.world.operations += 1
        try:
            with writing(self.engine) as session:
                form = session.scalars(select(Form)).one_or_none()
                if form is None:
                    return
                removed = remove_submission(session, form, kept.root, "withdrawn_consent", "terminal:test")
        except NothingToRemove:
            return  # not pulled yet
        empty_store(self.store, removed)
        delete(self.central, kept.root)  # as the job does
        kept.removed = kept.deleted = True

    # ── at the end ───────────────────────────────────────────────────────────────────────────────────────────────

    def teardown(self) -> None:
        self.world.proxy.heal()
        self.disturbed = False
        self.do_what_waits()
        self.look_over()
        note_changes(self.engine)
        with writing(self.engine) as session:  # all of it, whatever an earlier one found
            forget_compared(session, self.central.project)
        with self.tilik as central:
            verdict = certify(self.engine, central, self.store, deep=True)
        with snapshot(self.engine) as session:
            found = latest_certificate(session, self.central.project)
            assert found is not None
            detail = read_detail(found)
            assert verdict == IDENTICAL, detail
            assert detail.totals["living"] == sum(not kept.deleted for kept in self.known)
            for kept in self.known:
                self.check(session, kept)
        self.central.session.close()

    def do_what_waits(self) -> None:
        """Let the time pass for which work was put off."""
        with writing(self.engine) as session:
            session.execute(update(Job).filter_by(kind="write_back", state="waiting").values(run_at=now()))
        drain(self.world.context, ["write_back"])
        with snapshot(self.engine) as session:
            unfinished = (Job.kind == "write_back") & Job.state.in_(["waiting", "running"])
            assert session.scalars(select(Job.key).where(unfinished)).all() == []

    def check(self, session: Session, kept: Kept) -> None:
        mine = {"root_id": kept.root}
        versions = session.scalars(select(Submission).filter_by(**mine).order_by(Submission.number)).all()
        state = session.scalars(select(SubmissionState).filter_by(**mine)).one_or_none()
        if kept.removed:
            assert (list(versions), state) == ([], None)
            assert session.scalars(select(Removal).filter_by(**mine)).one().name == ""
            return
        assert state is not None
        assert ((state.deleted_at is not None), (state.gone_at is not None)) == (kept.deleted, kept.gone)
        if kept.deleted:
            return  # what Central gives of it was kept; it may have been deleted before the first pull
        assert {v.instance_id: json.loads(v.answers).get("word") for v in versions} == kept.words
        assert {v.instance_id: v.form_version for v in versions} == kept.form_versions
        assert [v.number for v in versions] == list(range(1, len(kept.words) + 1))
        changed = {change[0] for _, found in changes_of(session, state.form_pk, kept.root) for change in found}
        assert changed >= ({"word"} if len(set(kept.words.values())) > 1 else set())
        self.check_comments(session, kept)
        files = session.scalars(select(Attachment).filter_by(**mine, replaced_at=None)).all()
        assert {file.instance_id: self.bytes_of(file) for file in files} == {
            instance: None if photo is None else a_jpeg(photo) for instance, photo in kept.photos.items()
        }

    def check_comments(self, session: Session, kept: Kept) -> None:
        """What is kept is what Central has, in its order; and there every decision to comment has its effect once."""
        query = select(SubmissionComment.body).filter_by(root_id=kept.root).order_by(SubmissionComment.number)
        bodies = session.scalars(query).all()
        there = self.central.comments(FORM_ID, kept.root)
        assert bodies == [comment.body for comment in reversed(there)]
        mine = select(Decision).filter_by(form_pk=self.form_pk(session), root_id=kept.root, kind=COMMENT)
        for decision in session.scalars(mine):
            times = bodies.count(f"{decision.text}\n\n— Tilik {decision.uuid[:6]}")
            # one whose answer was lost, and whose submission was deleted then, may be there without our knowing
            assert times == 1 or (times == 0 and decision.sent_at is None)
        assert [body for body in bodies if "— Tilik" not in body] == kept.comments

    @staticmethod
    def form_pk(session: Session) -> int:
        return session.scalars(select(Form.id)).one()

    def bytes_of(self, file: Attachment) -> bytes | None:
        return self.store.read(file.digest) if file.digest else None
