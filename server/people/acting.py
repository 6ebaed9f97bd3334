"""Who acts."""

import os
import pwd


def account() -> str:
    """Name who decides: until there are roles, the operating system's account that runs the server."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container's user has no name
        return str(os.getuid())
