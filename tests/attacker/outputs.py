"""All that leaves Tilik, gone through from its own lists: each route, language, command, log, and byte to Central."""

import io
import logging
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from flask import Flask, template_rendered
from sqlalchemy import select

from server.app import create_app
from server.db import snapshot
from server.disclosure.cleared import must_be_cleared
from server.submissions.tables import Attachment, Form, SubmissionState
from server.words import LANGUAGES
from tests.attacker.scene import HOMES, OPEN, Scene, a_refused_form, people_write
from tests.support.claiming import ROUND
from tests.support.cli import tilik
from tests.support.proxy import FaultProxy
from tests.support.workbooks import DISTRICT

Outputs = dict[str, str]
VIEWS = {"report", "submission", "listed", "elsewhere", "certificate", "late", "awaited", "work", "map"}
OURS = {"Sec-Fetch-Site": "same-origin"}
HERE = ("--round", ROUND, "--district", DISTRICT)
# every command, as far as it says something of its own; the ones that serve, measure or tell stories do not
COMMANDS = [
    ("claims", "show", *HERE), ("claims", "show", *HERE, "--json"), ("rounds", "list"),
    ("rounds", "list", "--json"), ("pull",), ("pull", "--full"), ("pull", "--json"), ("verify",), ("report", *HERE),
    ("report", *HERE, "--json"), ("report", *HERE, "--csv"), ("certify",), ("certify", "--deep"),
    ("certify", "--json"), ("repair",), ("files", "list"), ("files", "list", "--json"),
    ("files", "give-up", HOMES, "uuid:x"), ("homes", "--district", DISTRICT),
    ("remove", HOMES, "uuid:x", "--purpose", "withdrawn_consent", "--yes"),
]  # fmt: skip


def everything(scene: Scene, proxy: FaultProxy, commands: Sequence[tuple[str, ...]]) -> Outputs:
    """Have Tilik do all that it does, and give what each of its outputs said, by name."""
    found: Outputs = {}
    proxy.seen.clear()
    with logged(found):
        run("work", found, "work", "--once")
        people_write(scene)
        for words in commands:
            run(" ".join(words), found, *words)
        run("work again", found, "work", "--once")
        refused = a_refused_form(Path("formulir.xlsx"))
        for answer in ("--yes", "--json"):
            run(f"claims import {answer}", found, "claims", "import", refused, answer)
        found |= dict(pages(scene))
    found |= {"file claim form": unpacked(Path("formulir.xlsx").read_bytes()), "file names": names_of_files()}
    found |= {f"central {number} {request.method}": text(request.raw) for number, request in enumerate(proxy.seen)}
    found |= dict(phones(scene))
    return found


@contextmanager
def logged(found: Outputs) -> Iterator[None]:
    """Keep what all loggers say, with their tracebacks."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
        found["logs"] = stream.getvalue()


def run(name: str, found: Outputs, *words: str | Path) -> None:
    result = tilik(*words)
    found[f"terminal {name}"] = result.output + result.stderr


def pages(scene: Scene) -> Iterator[tuple[str, str]]:
    """Ask for every route there is, with everything that can stand in it, in every language; headers and all."""
    app = create_app(scene.engine, scene.settings)
    with only_views_in_templates(app):
        web = app.test_client()
        for address in addresses(scene, app):
            for language in LANGUAGES:
                with web.get(address, query_string={"lang": language}) as answer:
                    yield f"page {answer.status_code} {address} {language}", f"{answer.headers}\n{text(answer.data)}"
        for root in scene.roots.values():
            for form in (HOMES, OPEN):
                answer = web.post(f"/kiriman/{form}/{root}", data={"kind": "comment", "text": ""}, headers=OURS)
                yield f"page {answer.status_code} post {form} {root}", f"{answer.headers}\n{answer.text}"


def addresses(scene: Scene, app: Flask) -> Iterator[str]:
    with snapshot(scene.engine) as session:
        photos = session.scalars(select(Attachment.id)).all()
        of_form = SubmissionState.form_pk == Form.id
        submissions = session.execute(
            select(Form.form_id, SubmissionState.root_id).join(SubmissionState, of_form)
        ).all()
    values: dict[str, list[dict[str, Any]]] = {
        "": [{}],
        "number": [{"number": number} for number in (*photos, 9999)],
        "round_id": [{"round_id": ROUND, "district": DISTRICT}, {"round_id": "x", "district": DISTRICT}],
        "form_id": [{"form_id": form, "root_id": root} for form, root in submissions],
        "filename": [{"filename": "tilik.css"}],
    }
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        key = next((name for name in values if name in rule.arguments), "")
        for arguments in values[key]:
            yield adapter.build(rule.endpoint, arguments)


@contextmanager
def only_views_in_templates(app: Flask) -> Iterator[None]:
    """Look at what each template is really given."""

    def look(_app: Flask, context: dict[str, object], **_: object) -> None:
        for name in VIEWS & set(context):
            must_be_cleared(name, context[name])

    with template_rendered.connected_to(look, app):
        yield


def phones(scene: Scene) -> Iterator[tuple[str, str]]:
    """Give what Central gives to phones: all entities of all lists."""
    for name in scene.sandbox.state.projects[scene.central.project].lists:
        yield f"phones {name}", str(list(scene.central.entities(name).values()))


def names_of_files() -> str:
    return "\n".join(str(path) for path in Path("var").rglob("*"))


def unpacked(content: bytes) -> str:
    """Give a workbook's parts as text."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(text(archive.read(name)) for name in archive.namelist())


def text(raw: bytes) -> str:
    """Give bytes as text, what a request has escaped too."""
    if b"PK\x03\x04" in raw:
        return unpacked(raw[raw.index(b"PK\x03\x04") :])
    plain = raw.decode("utf-8", "replace")
    return f"{plain}\n{unquote(plain)}"
