"""All that leaves Tilik, gone through from its own lists: each route, language, command, log, and byte to Central."""

import io
import json
import logging
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from flask import Flask, template_rendered
from sqlalchemy import Engine, select

from server.app import create_app
from server.audit.tables import AuditEntry
from server.claims.tables import ClaimLine
from server.db import snapshot
from server.disclosure.cleared import must_be_cleared
from server.incidents.tables import Incident
from server.lists.kinds import LISTS
from server.roles.account import Held
from server.roles.table import GIVEN, Role
from server.submissions.tables import Attachment, Form, SubmissionState
from server.words import LANGUAGES
from tests.attacker.scene import HOMES, OPEN, Scene, a_refused_form, behind_closed_doors, people_act, people_write
from tests.support.claiming import ROUND
from tests.support.cli import tilik
from tests.support.proxy import FaultProxy
from tests.support.web import browser, entered
from tests.support.workbooks import DISTRICT

Outputs = dict[str, str]
# who looks: nobody, whoever may see all but homes by name, the team, and each role
OTHERS, TEAM = (Held(Role.SECRETARIAT), Held(Role.ASSESSOR), Held(Role.OPERATOR)), (Held(Role.SUPERVISOR),)
VIEWERS: dict[str, Sequence[Held] | None] = {"nobody": None, "others": OTHERS, "team": TEAM} | {
    role.value: [Held(role, DISTRICT, ROUND) if role is not Role.OPERATOR else Held(role)] for role in GIVEN
}
VIEWS = {
    "report",
    "listing",
    "rows",
    "submission",
    "listed",
    "elsewhere",
    "certificate",
    "late",
    "awaited",
    "work",
    "map",
    "place",
    "groups",
    "entries",
    "typed",
    "acts",
}
OURS = {"Sec-Fetch-Site": "same-origin"}
HERE = ("--round", ROUND, "--district", DISTRICT)
# every command, as far as it says something of its own; the ones that serve, measure or tell stories do not
COMMANDS = [
    ("claims", "show", *HERE), ("claims", "show", *HERE, "--json"), ("rounds", "list"),
    ("rounds", "list", "--json"), ("pull",), ("pull", "--full"), ("pull", "--json"), ("verify",), ("report", *HERE),
    ("report", *HERE, "--json"), ("report", *HERE, "--csv"), ("certify",), ("certify", "--deep"),
    ("certify", "--json"), ("repair",), ("files", "list"), ("files", "list", "--json"),
    ("files", "give-up", HOMES, "uuid:x"), ("homes", "--district", DISTRICT),
    ("remove", HOMES, "uuid:x", "--purpose", "withdrawn_consent", "--yes"), ("audit", "check"), ("audit", "export"),
    ("audit", "export", "--json"), ("incidents", "roster"), ("incidents", "drill", "--district", DISTRICT),
]  # fmt: skip


def everything(scene: Scene, proxy: FaultProxy) -> Outputs:
    """Have Tilik do all that it does, and give what each of its outputs said, by name."""
    found: Outputs = {}
    proxy.seen.clear()
    with logged(found):
        run("work", found, "work", "--once")
        people_write(scene)
        people_act(scene)
        behind_closed_doors(scene)
        for words in COMMANDS:
            run(" ".join(words), found, *words)
        run("work again", found, "work", "--once")
        refused = a_refused_form(Path("formulir.xlsx"))
        for answer in ("--yes", "--json"):
            run(f"claims import {answer}", found, "claims", "import", refused, answer)
        run("claims import --problems", found, "claims", "import", refused, "--problems", "masalah.csv")
        found["file of problems"] = Path("masalah.csv").read_text(encoding="utf-8-sig")
        for viewer, held in VIEWERS.items():
            found |= dict(pages(scene, viewer, held))
    found |= {"file claim form": unpacked(Path("formulir.xlsx").read_bytes()), "file names": names_of_files()}
    for number, request in enumerate(proxy.seen):
        of_all = "of all villages " if b"/datasets/areas/" in request.raw.split(b"\r\n", 1)[0] else ""
        found[f"central {of_all}{number} {request.method}"] = text(request.raw)
    found |= dict(phones(scene)) | {"audit": what_was_written_down(scene)}
    return found


def what_was_written_down(scene: Scene) -> str:
    """Give every entry with all its columns, as JSON, one a line."""
    with snapshot(scene.engine) as session:
        rows = session.execute(select(*AuditEntry.__table__.columns).order_by(AuditEntry.id)).mappings()
        return "\n".join(json.dumps(dict(row), default=str) for row in rows)


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


def pages(scene: Scene, viewer: str, held: Sequence[Held] | None) -> Iterator[tuple[str, str]]:
    """Ask as somebody for every route there is, with all that can stand in it; headers and all.

    Whoever sees most asks in every language, others in one after the other: what they see is less of the same.
    """
    app = create_app(scene.engine, scene.settings)
    with only_views_in_templates(app):
        web = entered(app, held) if held is not None else browser(app)
        in_all = viewer in ("others", "team")
        for number, address in enumerate(addresses(scene.engine, app)):
            for language in LANGUAGES if in_all else LANGUAGES[number % len(LANGUAGES) :][:1]:
                with web.get(address, query_string={"lang": language}) as answer:
                    yield (
                        f"page {viewer} {answer.status_code} {address} {language}",
                        f"{answer.headers}\n{text(answer.data)}",
                    )
        for root in scene.roots.values():
            for form in (HOMES, OPEN):
                answer = web.post(f"/kiriman/{form}/{root}", data={"kind": "comment", "text": ""}, headers=OURS)
                yield f"page {viewer} {answer.status_code} post {form} {root}", f"{answer.headers}\n{answer.text}"


def addresses(engine: Engine, app: Flask) -> Iterator[str]:
    with snapshot(engine) as session:
        incidents = session.scalars(select(Incident.uuid)).all()
        photos, lines = (session.scalars(select(table.id)).all() for table in (Attachment, ClaimLine))
        of_form = SubmissionState.form_pk == Form.id
        submissions = session.execute(
            select(Form.form_id, SubmissionState.root_id).join(SubmissionState, of_form)
        ).all()
    values: dict[str, list[dict[str, Any]]] = {
        "number": [{"number": number} for number in (*photos, 13, 17, 9999)],
        "round_id": [{"round_id": ROUND, "district": DISTRICT}, {"round_id": "x", "district": DISTRICT}],
        "form_id": [{"form_id": form, "root_id": root} for form, root in submissions],
        "uuid": [{"uuid": number} for number in (*incidents, "x" * 36)],
        "filename": [{"filename": "tilik.css"}],
        "token": [{"token": "x"}],
        "person_id": [{"person_id": number} for number in (1, 2, 9999)],
        "team_id": [{"team_id": number} for number in (1, 9999)],
        "line_id": [{"line_id": number} for number in (*lines, 9999)],
        "ending": [{"name": name, "ending": ending} for name in LISTS for ending in ("csv", "xlsx")],
    }
    adapter, told_of = app.url_map.bind("localhost"), set[str]()
    for rule in app.url_map.iter_rules():
        groups = [each for name, each in values.items() if each and name in rule.arguments]
        told = {name for group in groups for name in group[0]}
        groups += [[{name: 1}, {name: 9999}] for name in sorted(rule.arguments - told)]  # other things go by numbers
        for chosen in product(*groups):
            arguments = {name: value for one in chosen for name, value in one.items() if name in rule.arguments}
            address = adapter.build(rule.endpoint, arguments)
            if address not in told_of:
                told_of.add(address)
                yield address


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
