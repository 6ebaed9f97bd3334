"""A tiny stand-in for the children's line, with the endpoints that the page asks."""

from dataclasses import dataclass, field
from typing import Any

from flask import Flask, jsonify, request
from sqlalchemy import Engine

from server.feedback.page import blueprint
from server.settings import Settings
from server.web.site import Site


@dataclass
class ChildLine:
    """The codes there are, by their state, and what came in."""

    page: dict[str, Any]
    place_kind: str = "sekolah"
    codes: dict[str, str] = field(default_factory=dict)
    stored: list[dict[str, str]] = field(default_factory=list)
    onces: set[str] = field(default_factory=set)
    saw: list[dict[str, str]] = field(default_factory=list)

    def app(self, engine: Engine, settings: Settings) -> Flask:
        app = Flask(__name__, static_folder=None)
        app.extensions["tilik"] = Site(engine, settings)
        app.register_blueprint(blueprint)
        app.add_url_rule("/anak/kode", view_func=self.look, methods=["POST"])
        app.add_url_rule("/anak/jawaban", view_func=self.take, methods=["POST"])
        return app

    def look(self) -> Any:
        self.saw.append(dict(request.headers))
        return self._why(request.json["code"]) or jsonify(
            session={"place_kind": self.place_kind, "district": "99.01"}, page=self.page,
            contacts=[{"kind": "uptd_ppa", "office": "UPTD PPA Rekaan", "number": "(0999) 123-456"}],
        )  # fmt: skip

    def take(self) -> Any:
        sent = request.json
        self.saw.append(dict(request.headers))
        if sent["once"] in self.onces:
            return "", 204
        if refused := self._why(sent["code"]):
            return refused
        self.codes[sent["code"]] = "used"
        self.onces.add(sent["once"])
        self.stored.append(sent["answers"])
        return "", 204

    def _why(self, code: str) -> Any:
        state = self.codes.get(code, "unknown")
        statuses = {"unknown": 404, "used": 410, "expired": 410, "revoked": 410, "wait": 429, "off": 503}
        return None if state == "out" else (jsonify(why=state), statuses[state])
