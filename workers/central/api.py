"""ODK Central, as Tilik uses it. Only this package knows its paths and status codes, and only two files of it pyodk.

How a real Central 2026.2 behaves where one would not expect it is said at the spot; API: https://docs.getodk.org/central-api/
"""

from typing import Self

from server.settings import Settings
from workers.central.app_users import AppUsers
from workers.central.entities import Entities
from workers.central.forms import Forms
from workers.central.session import (
    CentralProblem,
    Patience,
)
from workers.central.submissions import Submissions


class Central(Forms, Submissions, Entities, AppUsers):
    """One project at one Central."""

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Connect as the settings say. Raises CentralProblem where they do not name a Central."""
        if not (settings.central_url and settings.central_user and settings.central_password):
            raise CentralProblem("central_not_named", passes=False)
        if settings.central_project is None:
            raise CentralProblem("central_project_not_named", passes=False)
        password = settings.central_password.get_secret_value()
        patience = Patience(read_seconds=settings.central_seconds)
        return cls(settings.central_url, settings.central_user, password, settings.central_project, patience)


def create_project(url: str, user: str, password: str, name: str) -> int:
    """Make a project and give its number."""
    with Central(url, user, password, 0) as central:
        return int(central.session.ask_json("POST", "projects", json={"name": name})["id"])


def project_called(central: Central, name: str) -> int | None:
    """Find a project by its name; of several the first made."""
    projects = central.ask_for("projects")
    return min((int(one["id"]) for one in projects if one["name"] == name), default=None)
