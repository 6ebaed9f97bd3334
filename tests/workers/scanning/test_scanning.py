"""The virus scanner: asked in its own protocol about each document, once; nothing is open that it did not clear."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from server.db import now, snapshot, writing
from server.documents.tables import HandedIn
from server.settings import Settings
from server.store.folder import Folder
from server.work.kinds import ScanDocuments
from server.work.queue import ask
from server.work.tables import Job
from tests.support.acts import newest, written_down
from tests.support.claiming import ROUND
from tests.support.clamd import HARMFUL, Daemon, a_free_port, running_clamd
from tests.support.workbooks import DISTRICT
from workers.queue.context import Context
from workers.queue.draining import drain
from workers.scanning.clamd import CLEAN, FOUND, TOO_LARGE, ScannerProblem, scan
from workers.scanning.scanning import scan_documents

SMALL, BAD = b"%PDF-1.7 baik", b"%PDF-1.7 " + HARMFUL


def test_a_file_is_sent_in_pieces_and_judged(tmp_path: Path) -> None:
    with running_clamd() as tcp, running_clamd(tmp_path / "clamd.sock") as here:
        for daemon in (tcp, here):
            assert scan(daemon.address, [b"%PDF-", b"", b"1.7 baik"]) == CLEAN
            assert scan(daemon.address, [BAD[:12], BAD[12:]]) == FOUND
            assert daemon.asked == [SMALL, BAD]


def test_what_it_does_not_take_or_say_is_no_leave(tmp_path: Path) -> None:
    with running_clamd() as daemon:
        daemon.most = 1000
        assert scan(daemon.address, [bytes(600)] * 5000) == TOO_LARGE
        odd = (b"OK\0", b"stream: lstat() ERROR\0", b"\xff" * 9000, b"stream: OK FOUND? \0")
        for says, code in ((b"", "scanner_unreachable"), *((one, "scanner_odd") for one in odd)):
            daemon.says = says
            with pytest.raises(ScannerProblem, match=code):
                scan(daemon.address, [SMALL])
    for address in (f"tcp://127.0.0.1:{a_free_port()}", f"unix:{tmp_path}/nobody", daemon.address):
        with pytest.raises(ScannerProblem, match="scanner_unreachable") as problem:
            scan(address, [SMALL])
        assert problem.value.passes


def here(engine: Engine, store: Folder, *contents: bytes) -> None:
    with writing(engine) as session:
        for content in contents:
            session.add(HandedIn(round_id=ROUND, district=DISTRICT, name="rekaan.pdf", size=len(content),
                                 digest=store.put([content], len(content)).digest, media_type="application/pdf",
                                 handed_in_by="terminal:test", handed_in_at=now()))  # fmt: skip


def scans(engine: Engine) -> list[str]:
    with snapshot(engine) as session:
        return list(session.scalars(select(HandedIn.scan).order_by(HandedIn.id)))


def settings_of(folder: Path, daemon: Daemon | None) -> Settings:
    return Settings.model_validate({"data": folder} | ({"clamd": daemon.address} if daemon else {}))


def test_each_document_is_asked_about_once_and_what_is_found_is_written_down(district: Engine, tmp_path: Path) -> None:
    store, since = Folder(tmp_path / "store"), newest(district)
    here(district, store, SMALL, BAD, b"%PDF-1.7" + bytes(5000))
    store.remove(store.put([b"%PDF gone"], 9).digest)
    with running_clamd() as daemon:
        daemon.most = 4000
        settings = settings_of(tmp_path, daemon)
        assert scan_documents(district, store, settings, lambda: None) == 3
        assert scans(district) == ["clean", "found", "unscannable"]
        assert scan_documents(district, store, settings, lambda: None) == 0
        assert len(daemon.asked) == 2
    assert [(one.act, one.by) for one in written_down(district, since)] == [("document_quarantined", "nobody")]


def test_a_file_that_is_gone_keeps_no_other_waiting(district: Engine, tmp_path: Path) -> None:
    store = Folder(tmp_path / "store")
    here(district, store, *(b"%PDF " + str(number).encode() for number in range(120)), SMALL)
    for number in range(120):
        store.remove(store.put([b"%PDF " + str(number).encode()], 99).digest)
    with running_clamd() as daemon:
        assert scan_documents(district, store, settings_of(tmp_path, daemon), lambda: None) == 1
    assert scans(district) == ["waiting"] * 120 + ["clean"]


def test_a_job_waits_for_a_scanner_that_rests_and_goes_on_by_itself(district: Engine, tmp_path: Path) -> None:
    settings = Settings.model_validate({"data": tmp_path, "clamd": f"tcp://127.0.0.1:{a_free_port()}"})
    here(district, Folder(settings.store), SMALL)
    with writing(district) as session:
        ask(session, ScanDocuments())
    drain(Context(district, settings), kinds={"scan"})
    with snapshot(district) as session:
        job = session.scalars(select(Job).filter_by(kind="scan")).one()
        assert job.problem is not None
        assert job.problem.code == "scanner_unreachable"
    assert scans(district) == ["waiting"]


def test_without_a_scanner_nothing_is_asked(district: Engine, tmp_path: Path) -> None:
    here(district, Folder(tmp_path / "store"), SMALL)
    assert scan_documents(district, Folder(tmp_path / "store"), settings_of(tmp_path, None), lambda: None) == 0
    assert scans(district) == ["waiting"]


@pytest.mark.parametrize("address", ["tcp://clamav:3310", "unix:/run/clamav/clamd.ctl", "tcp://[::1]:3310"])
def test_addresses_that_are_taken(address: str) -> None:
    assert Settings.model_validate({"clamd": address}).clamd == address


@pytest.mark.parametrize("address", ["clamav:3310", "http://clamav:3310", "tcp://clamav", "tcp://a b:1", "unix:x"])
def test_addresses_that_are_refused(address: str) -> None:
    with pytest.raises(ValueError, match="clamd"):
        Settings.model_validate({"clamd": address})
