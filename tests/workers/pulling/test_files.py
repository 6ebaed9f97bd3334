"""Files that submissions name: fetched when they come, checked, kept once; a bad one never stops its neighbours."""

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from server.db import now, snapshot, writing
from server.store.folder import Folder
from server.store.interface import Store
from server.submissions.files import EXPECTED, REFUSED, STORED
from server.submissions.tables import Attachment, FileList, Form
from tests.sandbox.server import Sandbox
from tests.support.forms import FORM_ID, a_form, a_submission, new_id
from tests.support.scripted import Answer, in_json, scripted
from tests.support.trial import delete
from verification.reason import Reason
from workers.central.api import Central
from workers.central.session import CentralProblem
from workers.pulling.files import LIMIT_BYTES, fetch_all, fetch_attachments
from workers.pulling.forbearance import TROUBLES_IN_A_ROW
from workers.pulling.pull import pull_form

JPEG = b"\xff\xd8\xff\xe0 a photograph"


def send(central: Central, content: bytes | None = JPEG, name: str = "1.jpg") -> str:
    files = {} if content is None else {name: content}
    return central.submit(FORM_ID, a_submission(photo=name), files)


def form_pk(engine: Engine) -> int:
    with snapshot(engine) as session:
        return session.scalars(select(Form.id)).one()


def fetch(engine: Engine, central: Central, store: Store) -> int:
    return fetch_attachments(engine, central, form_pk(engine), FORM_ID, store)


def pull_and_fetch(engine: Engine, central: Central, store: Store) -> int:
    pull_form(engine, central, FORM_ID)
    return fetch(engine, central, store)


def notes(engine: Engine) -> dict[str, Attachment]:
    """Give what is noted of each submission's file, by the submission's current version."""
    with snapshot(engine) as session:
        found = {attachment.instance_id: attachment for attachment in session.scalars(select(Attachment))}
        session.expunge_all()
    return found


def content_of(note: Attachment, store: Store) -> bytes:
    assert note.digest
    return store.read(note.digest)


def missing(engine: Engine) -> list[str]:
    with snapshot(engine) as session:
        return list(session.scalars(select(FileList.root_id).filter_by(settled=False).order_by(FileList.id)))


def time_passes(engine: Engine) -> None:
    """Come to the moment when everything that is missing is asked for again."""
    with writing(engine) as session:
        session.execute(update(FileList).values(next_ask_at=now()))


def test_a_file_is_kept_as_it_came_under_the_hash_of_its_content(engine: Engine, trial: Central, store: Store) -> None:
    root = send(trial)
    assert pull_and_fetch(engine, trial, store) == 1
    note = notes(engine)[root]
    assert (note.state, note.name, note.size, note.media_type) == (STORED, "1.jpg", len(JPEG), "image/jpeg")
    assert content_of(note, store) == JPEG
    assert missing(engine) == []


def test_what_was_fetched_is_not_asked_for_again(engine: Engine, trial: Central, store: Store) -> None:
    root = send(trial)
    pull_and_fetch(engine, trial, store)
    time_passes(engine)
    unreachable = Central("http://127.0.0.1:1", "u", "p", trial.project)
    assert fetch(engine, unreachable, store) == 0
    assert notes(engine)[root].state == STORED


def test_of_two_files_the_one_that_is_late_is_asked_for(engine: Engine, central: Central, store: Store) -> None:
    central.publish(FORM_ID, a_form(second="image"), "1")
    root = central.submit(FORM_ID, a_submission(photo="1.jpg", second="2.jpg"), {"1.jpg": JPEG})
    assert pull_and_fetch(engine, central, store) == 1
    assert missing(engine) == [root]
    central.attach(FORM_ID, root, "2.jpg", JPEG + b"!")
    time_passes(engine)
    assert fetch(engine, central, store) == 1
    assert missing(engine) == []


def test_the_same_photograph_twice_is_one_file(engine: Engine, trial: Central, store: Store) -> None:
    roots = [send(trial), send(trial, name="again.jpg")]
    assert pull_and_fetch(engine, trial, store) == 2
    assert len({notes(engine)[root].digest for root in roots}) == 1


def test_an_edit_has_files_of_its_own(engine: Engine, trial: Central, store: Store) -> None:
    root, edited = send(trial), new_id()
    pull_and_fetch(engine, trial, store)
    trial.edit(FORM_ID, root, a_submission(edited, replaces=root, photo="new.jpg"))
    trial.attach(FORM_ID, root, "new.jpg", JPEG + b"!")
    assert pull_and_fetch(engine, trial, store) == 1
    found = notes(engine)
    assert (content_of(found[root], store), content_of(found[edited], store)) == (JPEG, JPEG + b"!")


HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
KINDS = {
    "no name of a kind": ("photo", JPEG, "image/jpeg"),
    "HEIC called JPEG": ("a.jpg", HEIC, "image/heic"),
    "no picture": ("a.jpg", b"<script>", "application/octet-stream"),
}


@pytest.mark.parametrize("name, content, kind", KINDS.values(), ids=KINDS)
def test_a_file_of_any_name_is_kept_and_what_it_is_told_by_its_content(
    engine: Engine, trial: Central, store: Store, name: str, content: bytes, kind: str
) -> None:
    root = send(trial, content, name)
    assert pull_and_fetch(engine, trial, store) == 1
    note = notes(engine)[root]
    assert (note.state, note.media_type, content_of(note, store)) == (STORED, kind, content)
    assert missing(engine) == []


def test_what_is_too_large_says_why_and_never_stops_its_neighbours(
    engine: Engine, trial: Central, store: Store
) -> None:
    bad, fine = send(trial, JPEG.ljust(LIMIT_BYTES + 1)), send(trial)
    assert pull_and_fetch(engine, trial, store) == 1
    found = notes(engine)
    refused = (REFUSED, Reason("attachment_too_large", {"limit": 20}), None)
    assert (found[bad].state, found[bad].problem, found[bad].digest) == refused
    assert found[fine].state == STORED
    assert missing(engine) == [], "what is refused is not asked for again"


def test_what_was_deleted_since_the_pull_is_passed_over(engine: Engine, trial: Central, store: Store) -> None:
    gone, fine = send(trial), send(trial)
    pull_form(engine, trial, FORM_ID)
    delete(trial, gone)
    assert fetch(engine, trial, store) == 1
    assert set(notes(engine)) == {fine}


def test_what_is_deleted_is_not_asked_for(engine: Engine, trial: Central, store: Store) -> None:
    delete(trial, send(trial))
    unreachable = Central("http://127.0.0.1:1", "u", "p", trial.project)
    pull_form(engine, trial, FORM_ID)
    assert fetch(engine, unreachable, store) == 0


def test_a_file_cleared_while_we_asked_is_still_expected(engine: Engine, trial: Central, store: Store) -> None:
    root = send(trial)
    pull_form(engine, trial, FORM_ID)
    listed = Answer(body=json.dumps([{"name": "1.jpg", "exists": True}]).encode())
    with scripted(listed, in_json(404, code=404.1)) as script, Central(script.url, "u", "p", trial.project) as racing:
        assert fetch(engine, racing, store) == 0
    assert notes(engine)[root].state == EXPECTED
    time_passes(engine)
    assert fetch(engine, trial, store) == 1


def test_a_poisoned_submission_never_stops_its_neighbours(
    engine: Engine, trial: Central, store: Store, sandbox: Sandbox
) -> None:
    poisoned, fine = send(trial), send(trial)
    pull_form(engine, trial, FORM_ID)
    files = sandbox.state.projects[trial.project].forms[FORM_ID].submissions[poisoned].current.files
    files["1.jpg"] = object()  # type: ignore[assignment]
    with pytest.raises(CentralProblem) as caught:
        fetch(engine, trial, store)
    assert caught.value.reason.code == "central_busy" and caught.value.passes
    assert missing(engine) == [poisoned] and notes(engine)[fine].state == STORED
    assert fetch(engine, trial, store) == 0, "it is asked for later, and fails nobody's pull meanwhile"
    files["1.jpg"] = ("image/jpeg", JPEG)
    time_passes(engine)
    assert fetch(engine, trial, store) == 1


def test_a_central_that_is_down_is_not_asked_for_every_file(engine: Engine, trial: Central, store: Store) -> None:
    for _ in range(TROUBLES_IN_A_ROW + 2):
        send(trial)
    pull_form(engine, trial, FORM_ID)
    busy = scripted(in_json(401, code=401.2))
    with busy as script, Central(script.url, "u", "p", trial.project) as down, pytest.raises(CentralProblem):
        fetch(engine, down, store)
    assert len({line for line in script.asked if line.startswith("GET")}) == TROUBLES_IN_A_ROW


def test_a_store_that_cannot_be_written_leaves_the_file_asked_for(
    engine: Engine, trial: Central, store: Store, tmp_path: Path
) -> None:
    root = send(trial)
    pull_form(engine, trial, FORM_ID)
    (tmp_path / "no-folder").write_text("a file stands where the folder should")
    with pytest.raises(OSError):
        fetch(engine, trial, Folder(tmp_path / "no-folder"))
    assert notes(engine) == {} and missing(engine) == [root]
    assert fetch(engine, trial, store) == 1


def test_files_of_a_form_whose_pull_failed_wait_for_its_pull(engine: Engine, trial: Central, store: Store) -> None:
    send(trial)
    pull_form(engine, trial, FORM_ID)
    with writing(engine) as session:
        session.execute(update(Form).values(problem=Reason("central_busy")))
    assert fetch_all(engine, trial, store) == 0
    pull_form(engine, trial, FORM_ID)
    assert fetch_all(engine, trial, store) == 1
