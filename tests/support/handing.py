"""A district with a claim whose sheet Dokumen names files, and the desk at which documents are handed in."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Engine, select

from server.app import create_app
from server.db import snapshot, writing
from server.documents.handing_in import Came, Handing, TakenFiles, hand_in
from server.documents.tables import HandedIn
from server.roles.account import Held
from server.roles.table import Role
from server.settings import Settings
from server.store.folder import Folder
from tests.support.claiming import ROUND
from tests.support.documents import files
from tests.support.web import Browser, account, browser_of, person
from tests.support.workbooks import DISTRICT

OURS = {"Sec-Fetch-Site": "same-origin"}
PAGE = f"/wilayah/{ROUND}/{DISTRICT}/dokumen"
# number, title and file of two documents of indicator 1, and one of an indicator that lists homes
DOCUMENTS = {"Dokumen!A4": 1, "Dokumen!B4": "12/2026", "Dokumen!D4": "Peraturan Rekaan", "Dokumen!J4": "Perbup 12.pdf",
             "Dokumen!A5": 1, "Dokumen!B5": "13/2026", "Dokumen!D5": "Keputusan Rekaan", "Dokumen!J5": "sk 13.pdf",
             "Dokumen!A6": 13, "Dokumen!B6": "14/2026", "Dokumen!D6": "Daftar Rekaan", "Dokumen!J6": "daftar.pdf",
             "Klaim!E4": 10, "Klaim!E16": 10}  # fmt: skip


@dataclass
class Desk:
    """Where documents are handed in, and who does so."""

    engine: Engine
    app: Flask
    settings: Settings
    store: Folder

    def hand_in(self, *came: tuple[str, bytes], **wish: Any) -> TakenFiles:
        with writing(self.engine) as session:
            by = account(session, Held(Role.DISTRICT, DISTRICT, ROUND))
        with files(came) as opened:
            return hand_in(self.engine, self.store, self.settings, [Came(*one) for one in opened],
                           replace(Handing(ROUND, DISTRICT, by), **wish))  # fmt: skip

    def here(self) -> list[HandedIn]:
        with snapshot(self.engine) as session:
            found = list(session.scalars(select(HandedIn).order_by(HandedIn.id)))
            for one in found:
                _ = one.attached
            session.expunge_all()
        return found

    def browser(self, role: Role, area: str = DISTRICT) -> Browser:
        with writing(self.engine) as session:
            number = person(session, Held(role, area, ROUND))
        return browser_of(self.app, number)


def a_desk(engine: Engine, tmp_path: Path, **more: Any) -> Desk:
    settings = Settings.model_validate({"data": tmp_path, "secret_key": "k" * 40, **more})
    return Desk(engine, create_app(engine, settings), settings, Folder(settings.store))
