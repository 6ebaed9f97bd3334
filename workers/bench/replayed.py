"""Visits to made-up districts as Central's feed gives them, and a Central that gives them: `python -m … FOLDER`.

Sending ten thousand forms with five thousand photographs would take an hour; what Tilik does with them is the same.
Answers until its standard input closes.
"""

import io
import json
import sys
import threading
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
from PIL import Image, ImageDraw

from server.moments import to_central
from verification.places.areas import METRES_PER_DEGREE
from workers.bench.large import TruePlace
from xlsforms.build import BuiltForm, build
from xlsforms.forms import FORMS

PICTURES = 40  # different ones: what is kept by its content is kept once
_BEGAN = datetime(2026, 9, 1, 2, tzinfo=UTC)
_ARRIVALS = ("open", "closed", "not_there", "refused")
_SEEN = ("yes", "no", "not_seen")


class Feeds:
    """The feeds of all forms, filled visit by visit."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._districts = folder, 0
        self._forms = {form_id: build(form_id) for form_id in FORMS}
        self._rows: dict[str, list[dict[str, Any]]] = {form_id: [] for form_id in FORMS}

    def visit(self, lines: Sequence[TruePlace], visits: int, photographs: int) -> None:
        """Visit a district: every seventh place by nobody, the others about equally often."""
        self._districts += 1  # no two have submissions of one id
        random = np.random.default_rng((visits, self._districts))
        places = [line for n, line in enumerate(lines) if n % 7] or list(lines)
        for n in range(visits):
            line = places[n % len(places)]
            form = next(form for form in self._forms.values() if line.kind in form.kinds)
            row = row_of_visit(random, form, line, _BEGAN + timedelta(minutes=4 * n), with_photograph=n < photographs)
            self._rows[form.form_id].append(row)

    def write(self) -> None:
        """Write what Central is to answer into the folder."""
        for number in range(PICTURES):
            (self._folder / f"{number}.jpg").write_bytes(_picture(number))
        for form_id, rows in self._rows.items():
            newest_first = json.dumps({"value": rows[::-1], "@odata.context": "x"}, separators=(",", ":"))
            (self._folder / f"{form_id}.feed").write_text(newest_first, encoding="utf-8")


def row_of_visit(
    random: np.random.Generator, form: BuiltForm, line: TruePlace, moment: datetime, *, with_photograph: bool = False
) -> dict[str, Any]:
    """Give what Central's feed says of a visit to a place: mostly picked and open, a few metres from where it is."""
    chance, north, east = random.uniform(), *random.normal(0, 12, 2) / METRES_PER_DEGREE
    arrival = _ARRIVALS[int(random.choice(4, p=(0.9, 0.04, 0.04, 0.02)))]
    at = [round(line.lon + float(east), 7), round(line.lat + float(north), 7), 4]
    accuracy = float(random.uniform(4, 30)) * (20 if chance > 0.97 else 1)
    own, picked = f"uuid:{uuid.UUID(bytes=random.bytes(16), version=4)}", chance < 0.9
    criteria = {} if arrival != "open" else {
        code: _SEEN[int(random.choice(3, p=(0.93, 0.04, 0.03)))] for code in form.criteria
    }  # fmt: skip
    photograph = f"{int(moment.timestamp() * 1000)}.jpg" if with_photograph else None
    return {
        "start": to_central(moment), "end": to_central(moment + timedelta(minutes=20)),
        "today": moment.date().isoformat(), "opening": {"notice": None, "mode": "on_site"}, "kinds": line.kind,
        "public_kind": None if line.kind == "lksa" else line.kind,
        "place": {"listed": "yes" if picked else "no", "facility": line.facility_id if picked else None,
                  "name_given": None if picked else line.name.removesuffix(" (fiktif)"), "registry_given": None,
                  "kind_given": None, "kind": line.kind, "label": line.name},
        "on_arrival": {"arrival": arrival, "closed_why": "outside_hours" if arrival == "closed" else None,
                       "moved_address_known": None, "refused_by": "staff" if arrival == "refused" else None,
                       "refused_why": "no_letter" if arrival == "refused" else None, "letter_shown": None,
                       "asked_third_party": "yes" if arrival == "not_there" else None},
        "point": {"type": "Point", "coordinates": at, "properties": {"accuracy": round(accuracy, 1)}},
        "photo_front": photograph, "seen": criteria or None, "photo_room": None,
        "closing": {"two_adults": "yes", "staff_within_hearing": "no", "concern": None},
        "meta": {"instanceID": own, "instanceName": f"{form.form_id} · {moment.date()}"}, "__id": own,
        "__system": {"submissionDate": to_central(moment + timedelta(minutes=30)), "updatedAt": None,
                     "submitterId": "5", "submitterName": f"Tim Rekaan {1 + int(chance * 12)} (fiktif)",
                     "attachmentsPresent": int(with_photograph), "attachmentsExpected": int(with_photograph),
                     "status": None, "reviewState": None, "deviceId": None, "edits": 0, "formVersion": form.version,
                     "deletedAt": None},
    }  # fmt: skip


def _picture(number: int) -> bytes:
    image = Image.new("RGB", (1200, 900), (180 + number, 200, 210))
    ImageDraw.Draw(image).text((40, 40), f"FOTO CONTOH {number + 1} (FIKTIF)", fill=(60, 70, 74), font_size=52)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=70)
    return file.getvalue()


def make_handler(folder: Path) -> type[BaseHTTPRequestHandler]:
    """Make the few answers that a pull and fetching files ask for."""
    forms = {form_id: build(form_id) for form_id in FORMS}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else each answer waits 40 ms for a receipt

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self._answer(b'{"token":"x"}')

        def do_GET(self) -> None:
            parts = unquote(self.path.split("?")[0]).strip("/").split("/")
            if parts[-1].endswith(".jpg"):
                content = (folder / f"{int(parts[-1].split('.')[0]) // 240_000 % PICTURES}.jpg").read_bytes()
                self._answer(content, "image/jpeg", md5(content, usedforsecurity=False).hexdigest())
            elif parts[-1].endswith(".xml"):  # a form's, of the one version there is
                form_id = parts[parts.index("forms") + 1].removesuffix(".xml")
                self._answer(forms[form_id].xform.encode(), "application/xml")
            elif "Submissions" in parts[-1]:
                whole = "1970" in self.path
                feed = folder / f"{parts[-2].removesuffix('.svc')}.feed"
                self._answer(feed.read_bytes() if whole else b'{"value":[],"@odata.context":"x"}')
            else:
                self._answer(json.dumps(self._said(parts)).encode())

        def _said(self, parts: list[str]) -> Any:
            if parts[-1] == "attachments":
                return [{"name": name, "exists": True} for name in _files(folder, parts[-6], parts[-2])]
            said = [{"version": form.version, "state": "open", "xmlFormId": form_id, "publishedAt": "x"}
                    for form_id, form in forms.items()]  # fmt: skip
            return next((form for form in said if form["xmlFormId"] == parts[-1]), said)

        def _answer(self, body: bytes, media_type: str = "application/json", etag: str = "") -> None:
            self.send_response(200)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            if etag:
                self.send_header("ETag", f'"{etag}"')
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler


_NAMED: dict[str, dict[str, str]] = {}


def _files(folder: Path, form_id: str, version: str) -> list[str]:
    """Name the photograph of a version, if it has one."""
    if form_id not in _NAMED:
        rows = json.loads((folder / f"{form_id}.feed").read_bytes())["value"]
        _NAMED[form_id] = {row["__id"]: row["photo_front"] for row in rows if row["photo_front"]}
    return [name] if (name := _NAMED[form_id].get(version)) else []


def main() -> None:
    """Serve a folder on loopback until standard input closes."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), make_handler(Path(sys.argv[1])))
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
