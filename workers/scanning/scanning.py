"""Asking the virus scanner about documents that it has not seen; what it says is kept with each."""

from collections.abc import Callable

from sqlalchemy import Engine, update

from server.audit.entries import Act, write_down
from server.db import snapshot, writing
from server.documents.queries import unscanned
from server.documents.tables import CLEAN, FOUND, UNSCANNABLE, HandedIn
from server.settings import Settings
from server.store.interface import Store
from workers.scanning import clamd

_AT_ONCE = 100
_SAYS = {clamd.CLEAN: CLEAN, clamd.FOUND: FOUND, clamd.TOO_LARGE: UNSCANNABLE}


def scan_documents(engine: Engine, store: Store, settings: Settings, progress: Callable[[], None]) -> int:
    """Have all scanned that wait, where there is a scanner; gives how many were. Raises ScannerProblem, OSError."""
    if settings.clamd is None:
        return 0
    count, lost = 0, set[int]()
    while waiting := [one for one in _waiting(engine, len(lost)) if one[0] not in lost]:
        for number, digest in waiting:
            progress()
            try:
                with store.open(digest) as pieces:
                    said = clamd.scan(settings.clamd, pieces)
            except FileNotFoundError:  # marked meanwhile, or not there: nobody can open it either
                lost.add(number)
                continue
            _keep(engine, number, digest, _SAYS[said])
            count += 1
    return count


def _waiting(engine: Engine, more: int) -> list[tuple[int, str]]:
    with snapshot(engine) as session:
        return list(unscanned(session, _AT_ONCE + more))


def _keep(engine: Engine, number: int, digest: str, said: str) -> None:
    with writing(engine) as session:
        session.execute(update(HandedIn).filter_by(id=number, digest=digest).values(scan=said))
        if said == FOUND and (file := session.get(HandedIn, number)):
            write_down(session, Act("nobody", "document_quarantined", f"document:{number}", file.district,
                                    file.round_id, after=digest))  # fmt: skip
