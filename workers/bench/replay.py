"""A feed of any length, generated as it is read: for measuring where sending so many submissions would take too long.

Run as `python -m workers.bench.replay N`; answers until its standard input closes. The rows are those of the sandbox
and of a real Central, with other ids.
"""

import json
import sys
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from workers.bench.submissions import FORM_ID
from xlsforms.build import build

_ROW = json.dumps({
    "start": "2026-11-22T03:30:46.348Z", "end": "2026-11-22T03:30:46.472Z", "today": "2026-11-22",
    "opening": {"notice": None, "mode": "on_site"}, "kinds": "sekolah", "public_kind": "sekolah",
    "place": {"listed": "no", "facility": None, "name_given": "SD Negeri Contoh (fiktif)", "registry_given": None,
              "kind_given": None, "kind": "sekolah", "label": "SD Negeri Contoh (fiktif)"},
    "on_arrival": {"arrival": "open", "closed_why": None, "moved_address_known": None, "refused_by": None,
                   "refused_why": None, "letter_shown": None, "asked_third_party": None},
    "point": {"type": "Point", "coordinates": [111.1, -5.3, 4], "properties": {"accuracy": 8}}, "photo_front": None,
    "seen": dict.fromkeys(("anti_violence_policy", "school_health_unit", "clean_environment", "healthy_behaviour",
                           "adiwiyata", "honesty_canteen", "pupils_consulted", "trained_staff",
                           "complaint_mechanism"), "yes"),
    "photo_room": None, "closing": {"two_adults": "yes", "staff_within_hearing": "no", "concern": None},
    "meta": {"instanceID": "ID", "instanceName": "SD Negeri Contoh (fiktif) · 2026-11-22"}, "__id": "ID",
    "__system": {"submissionDate": "2026-11-22T03:31:00.000Z", "updatedAt": None, "submitterId": "5",
                 "submitterName": "–", "attachmentsPresent": 0, "attachmentsExpected": 0, "status": None,
                 "reviewState": None, "deviceId": None, "edits": 0, "formVersion": "VERSION", "deletedAt": None},
}, separators=(",", ":"))  # fmt: skip
_LISTED = json.dumps({"instanceId": "ID", "currentVersion": {"instanceId": "ID"}, "reviewState": None,
                      "updatedAt": None, "deletedAt": None, "createdAt": "2026-11-22T03:31:00.000Z"},
                     separators=(",", ":"))  # fmt: skip


def make_handler(count: int, version: str) -> type[BaseHTTPRequestHandler]:
    """Make the few answers that a pull and a certificate ask for."""
    row = _ROW.replace("VERSION", version)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self._answer(b'{"token":"x"}')

        def do_GET(self) -> None:
            path = self.path.split("?")[0]
            if ".svc/" in path:
                self._stream(0 if "1970" not in self.path else count, '{"value":[', row, ',"@odata.context":"x"}')
            elif path.endswith("/submissions"):
                self._stream(0 if "deleted" in self.path else count, "[", _LISTED, "")
            else:
                form = {"version": version, "state": "open", "xmlFormId": FORM_ID, "publishedAt": "x"}
                self._answer(json.dumps([form] if path.endswith("/forms") else form).encode())

        def _answer(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _stream(self, rows: int, opening: str, row: str, ending: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for start in range(0, rows, 50):
                ids = (f"uuid:{uuid.UUID(int=number, version=4)}" for number in range(start, min(start + 50, rows)))
                self._chunk(("," if start else opening) + ",".join(row.replace("ID", id_) for id_ in ids))
            self._chunk(("]" if rows else opening + "]") + ending)
            self.wfile.write(b"0\r\n\r\n")

        def _chunk(self, text: str) -> None:
            body = text.encode()
            self.wfile.write(f"{len(body):x}\r\n".encode() + body + b"\r\n")

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler


def main() -> None:
    """Serve on loopback until standard input closes."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), make_handler(int(sys.argv[1]), build(FORM_ID).version))
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
