"""Making a Central forget what was deleted, as it does by itself thirty days later."""

import os
import shlex
import subprocess
from collections.abc import Callable

from tests.sandbox.server import Sandbox
from tests.support.forms import FORM_ID
from workers.central.api import Central

# a command that makes a real Central forget a deleted submission; {project}, {form} and {root} are filled in
PURGE = os.environ.get("TILIK_TEST_CENTRAL_PURGE")
Purge = Callable[[Central, list[str]], None]


def purge_at(sandbox: Sandbox, url: str) -> Purge | None:
    """Give what makes a Central forget deleted submissions; None where nobody says how."""
    if url == sandbox.url:
        return lambda central, roots: sandbox.state.purge(sandbox.state.projects[central.project].forms[FORM_ID])
    if PURGE is None:
        return None
    return purge_by_command


def purge_by_command(central: Central, roots: list[str]) -> None:
    for root in roots:
        command = (PURGE or "").format(project=central.project, form=FORM_ID, root=root)
        subprocess.run(shlex.split(command), check=True, capture_output=True, timeout=60)
