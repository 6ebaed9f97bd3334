"""Who acts at the terminal: whoever holds the server."""

import os
import pwd
import re

from server.roles.account import Account, Held
from server.roles.table import Role


def account() -> Account:
    """Give the account of the terminal, called by the operating system's user."""
    return Account(f"terminal:{_user()}", (Held(Role.TERMINAL),))


def _user() -> str:
    """Name the system's user; by number where there is no name, as in a container, or none that an entry could hold."""
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        name = ""
    return name if re.fullmatch(r"[a-z0-9_.-]{1,32}", name, re.ASCII) else str(os.getuid())
