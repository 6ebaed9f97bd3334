"""Random sequences of what can happen to submissions leave the same feed on the sandbox and on a real Central.

What should be there is worked out beside them, so that the sandbox alone is held to it too.
"""

import os
import uuid
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.forms import FORM_ID, a_form, a_submission
from tests.support.listed import listing
from tests.support.trial import feed_rows
from workers.central.api import Central
from workers.central.wire import FileInfo

JPEG = b"\xff\xd8\xff\xe0" + b"0" * 40
Step = tuple[str, int, str]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["create", "create", "edit", "edit", "review", "comment", "delete", "restore", "attach"]),
        st.integers(0, 9),
        st.sampled_from(["approved", "hasIssues", "rejected"]),
    ),
    min_size=1, max_size=14,
)  # fmt: skip


@dataclass
class Expected:
    """A submission as it should be; `versions` are its instance ids, oldest first."""

    versions: list[str]
    word: str
    rooms: tuple[str, ...]
    review: str | None = None
    deleted: bool = False
    photo: bool = False
    comments: list[str] = field(default_factory=list)


def act(central: Central, steps: list[Step], number: int, known: list[Expected]) -> None:
    """Carry out one step where it is possible; a step that is not does nothing."""
    what, which, state = steps[number]
    here = id_for(steps, number)
    target = known[which % len(known)] if known else None
    if what == "create" or target is None:
        root, rooms = here, ("hall", "yard", "roof")[: which % 4]
        central.submit(FORM_ID, a_submission(root, word=f"w{number}", photo="1.jpg", rooms=rooms))
        known.append(Expected([root], f"w{number}", rooms))
        return
    root, path = target.versions[0], f"projects/{central.project}/forms/{FORM_ID}/submissions/{target.versions[0]}"
    if what == "restore":
        if target.deleted:
            central.session.ask("POST", f"{path}/restore").close()
            target.deleted = False
    elif target.deleted:
        return
    elif what == "edit":
        old = target.versions[-1]
        target.word, target.rooms, target.review = f"w{number}", target.rooms[1:], "edited"
        xml = a_submission(here, replaces=old, word=target.word, photo="1.jpg", rooms=target.rooms)
        central.edit(FORM_ID, root, xml)
        target.versions.append(here)
    elif what == "review":
        central.review(FORM_ID, root, state)
        target.review = state
    elif what == "comment":
        central.comment(FORM_ID, root, f"c{number}")
        target.comments.append(f"c{number}")
    elif what == "attach":
        central.attach(FORM_ID, root, "1.jpg", JPEG)
        target.photo = True
    elif what == "delete":
        central.session.ask("DELETE", path).close()
        target.deleted = True


def id_for(sequence: list[Step], number: int) -> str:
    """Give the same ids on both Centrals, and others in every sequence."""
    return f"uuid:{uuid.uuid5(uuid.NAMESPACE_OID, f'{sequence} {number}')}"


def seen(central: Central) -> list[dict[str, Any]]:
    """Read the feed with its moments and addresses taken out."""
    rows = feed_rows(central)
    for row in rows:
        system = row.pop("__system")
        system["submissionDate"] = "…"
        system |= {name: "…" for name in ("updatedAt", "deletedAt") if system[name]}
        system |= {"submitterId": "…", "submitterName": "…"}
    return rows


FEEDS: dict[str, list[dict[str, Any]]] = {}


def test_random_sequences_leave_equal_feeds(any_central: Central) -> None:
    any_central.publish(FORM_ID, a_form(), "1")
    tried: set[str] = set()

    @settings(max_examples=int(os.environ.get("TILIK_TEST_SEQUENCES", "25")), deadline=None, database=None,
              derandomize=True, suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(STEPS)
    def check(steps: list[Step]) -> None:
        if repr(steps) in tried:
            return
        tried.add(repr(steps))
        known: list[Expected] = []
        before = len(seen(any_central))
        for number in range(len(steps)):
            act(any_central, steps, number, known)
        feed = seen(any_central)
        feed = feed[: len(feed) - before]
        assert FEEDS.setdefault(repr(steps), feed) == feed  # the other Central's, where both are tried
        assert [summary(row) for row in feed] == [wanted(expected) for expected in reversed(known)]
        for expected in known:
            if not expected.deleted:
                check_one(any_central, expected)
        deleted = {listed.root_id for listed in listing(any_central, FORM_ID, deleted=True)}
        assert {e.versions[0] for e in known if e.deleted} == deleted & {e.versions[0] for e in known}

    check()


def summary(row: dict[str, Any]) -> dict[str, Any]:
    system = row["system"]
    return {
        "root": row["__id"], "version": row["meta"]["instanceID"], "word": row["word"],
        "rooms": tuple(room["use"] for room in row.get("room", ())), "edits": system["edits"],
        "review": system["reviewState"], "deleted": system["deletedAt"] is not None,
        "photo": system["attachmentsPresent"] == 1, "moved": system["updatedAt"] is not None,
    }  # fmt: skip


def wanted(expected: Expected) -> dict[str, Any]:
    return {
        "root": expected.versions[0], "version": expected.versions[-1], "word": expected.word,
        "rooms": expected.rooms, "edits": len(expected.versions) - 1, "review": expected.review,
        "deleted": expected.deleted, "photo": expected.photo, "moved": expected.review is not None,
    }  # fmt: skip


def check_one(central: Central, expected: Expected) -> None:
    root = expected.versions[0]
    assert [v.instance_id for v in central.versions(FORM_ID, root)] == expected.versions[::-1]
    assert [c.body for c in central.comments(FORM_ID, root)] == expected.comments[::-1]
    assert central.attachments(FORM_ID, root, expected.versions[-1]) == [FileInfo("1.jpg", expected.photo)]
