"""What ails this machine, told from an error of its database, disk or store: a reason that an operator can act on."""

import errno

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from server.store.interface import StoreProblem
from verification.reason import Reason

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
# by the beginning of the name that SQLite gives its error, or of PostgreSQL's SQLSTATE
_NAMED = {
    "SQLITE_FULL": "disk_full", "SQLITE_IOERR_WRITE": "disk_full", "SQLITE_IOERR_SHMSIZE": "disk_full",
    "SQLITE_BUSY": "database_locked", "SQLITE_CANTOPEN": "database_unreachable",
    "SQLITE_READONLY": "database_unreachable", "SQLITE_CORRUPT": "database_damaged",
    "SQLITE_NOTADB": "database_damaged", "53100": "disk_full", "08": "database_unreachable",
    "57P0": "database_unreachable", "55P03": "database_locked",
}  # fmt: skip


def what_ails(error: DBAPIError | OSError) -> Reason:
    """Name what is wrong. Nothing of the error's own text is kept: it may hold what people answered."""
    if isinstance(error, StoreProblem):
        return error.reason
    if isinstance(error, OSError):
        return _of_file(error)
    name = str(getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None) or "")
    if code := next((code for start, code in _NAMED.items() if name.startswith(start)), None):
        return Reason(code)
    if not isinstance(error, OperationalError | InterfaceError):
        return Reason("our_mistake", {"what": type(error).__name__})
    # PostgreSQL gives no SQLSTATE where it was never reached
    return Reason("machine_disturbed", {"what": name}) if name else Reason("database_unreachable")


def without_data(error: BaseException) -> BaseException:
    """Keep where an error arose and drop its text, which may hold what people answered."""
    return RuntimeError(type(error).__name__).with_traceback(error.__traceback__)


def _of_file(error: OSError) -> Reason:
    if error.errno in _FULL:
        return Reason("disk_full")
    if error.filename is not None:
        return Reason("file_unusable", {"file": str(error.filename), "what": type(error).__name__})
    return Reason("machine_disturbed", {"what": type(error).__name__})
