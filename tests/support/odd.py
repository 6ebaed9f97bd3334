"""Submissions at the sandbox that are not what they should be: in the feed, or in their XML."""

import json
from collections.abc import Callable
from typing import Any

from tests.sandbox.server import Sandbox
from tests.sandbox.state import Submission
from workers.central.api import Central

Json = dict[str, Any]


def at_central(sandbox: Sandbox, central: Central, form_id: str, root: str) -> Submission:
    """Give what the sandbox remembers of a submission."""
    return sandbox.state.projects[central.project].forms[form_id].submissions[root]


def change_row(submission: Submission, change: Callable[[str], str]) -> None:
    """Let the feed show a submission's row changed."""
    shown = submission.odata
    submission.odata = lambda published: change(shown(published))  # type: ignore[method-assign]


def change_answers(submission: Submission, **answers: Any) -> None:
    """Let the feed show other answers than those that came, and other words of Central's (as `__system`)."""

    def change(row: str) -> str:
        read: Json = json.loads(row)
        words = read.pop("__system") | answers.get("__system", {})
        return json.dumps(read | answers | {"__system": words}, separators=(",", ":"))

    change_row(submission, change)
