"""The web: everything it has, on one screen."""

from typing import Any

from flask import Flask
from flask_wtf import CSRFProtect
from sqlalchemy import Engine

import server.assignments.pages
import server.audit.pages
import server.benchmarks.pages
import server.children.pages
import server.claims.pages
import server.claims.part_pages
import server.closing.pages
import server.decisions.pages
import server.desk.pages
import server.desk.reply_pages
import server.districts.pages
import server.documents.pages
import server.draws.pages
import server.facts.pages
import server.feedback.pages
import server.forum.pages
import server.incidents.duty_pages
import server.incidents.pages
import server.incidents.register_pages
import server.lines.pages
import server.lists.pages
import server.login.pages
import server.map.pages
import server.messages.pages
import server.opening.pages
import server.people.own_pages
import server.people.pages
import server.phones.pages
import server.phones.share_pages
import server.plan.pages
import server.publishing.pages
import server.reports.pages
import server.restricted.pages
import server.restricted.totals_pages
import server.roles.pages
import server.rounds.pages
import server.sealed.pages
import server.sets.pages
import server.sync.pages
import server.told.pages
import server.twice.pages
import server.visits.pages
import server.web.pages
import server.work.pages
from server.db import impatient
from server.login.devices import remember_devices
from server.login.limits import limit_guesses
from server.login.provider import know_provider
from server.roles.table import Permission
from server.settings import Settings
from server.web.door import LONGEST_BODY, turn_away
from server.web.errors import show_errors
from server.web.guard import guard_pages, may_open, somebody
from server.web.headers import add_headers, csp_nonce
from server.web.identity import know_people
from server.web.noting import count_refusals
from server.web.secret import secret_key
from server.web.shell import carry_language, here_in_no_language, shell
from server.web.site import Site, chosen_words
from server.words import LANGUAGES

_WAIT_SECONDS = 3  # for a lock that another program holds


def create_app(engine: Engine, settings: Settings, published: bool = False) -> Flask:
    """Make the web application around a database; `published` where others reach it, by its name and over TLS."""
    app = Flask(__name__, static_folder=None)
    app.debug = False  # whatever FLASK_DEBUG says: a debugger at a failed page is a shell
    app.config["MAX_CONTENT_LENGTH"] = LONGEST_BODY
    app.url_map.merge_slashes = False  # a redirect would name the host that was asked for
    app.config.update(_cookies(settings, published))
    app.extensions["tilik"] = Site(impatient(engine, _WAIT_SECONDS), settings, published)
    for package in (
        server.web,
        server.login,
        server.people,
        server.roles,
        server.phones,
        server.districts,
        server.lines,
        server.map,
        server.facts,
        server.lists,
        server.assignments,
        server.plan,
        server.draws,
        server.claims,
        server.documents,
        server.desk,
        server.closing,
        server.opening,
        server.children,
        server.feedback,
        server.sealed,
        server.restricted,
        server.told,
        server.twice,
        server.incidents,
        server.forum,
        server.reports,
        server.visits,
        server.decisions,
        server.work,
        server.sync,
        server.publishing,
        server.rounds,
        server.sets,
        server.benchmarks,
        server.audit,
        server.messages,
    ):
        app.register_blueprint(package.pages.blueprint)
    app.register_blueprint(server.people.own_pages.blueprint)
    app.register_blueprint(server.claims.part_pages.blueprint)
    app.register_blueprint(server.restricted.totals_pages.blueprint)
    app.register_blueprint(server.incidents.register_pages.blueprint)
    app.register_blueprint(server.incidents.duty_pages.blueprint)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_for_templates)
    app.url_defaults(carry_language)
    app.before_request(turn_away)
    CSRFProtect(app)
    know_people(app)
    remember_devices(app)
    limit_guesses(app, settings)
    know_provider(app, settings)
    guard_pages(app)
    app.after_request(add_headers)
    show_errors(app)
    count_refusals(app)
    return app


def _for_templates() -> dict[str, Any]:
    """Give templates the words, who is there, and whether they may do something to a district in a round."""
    found = somebody()
    return {
        "words": chosen_words(), "languages": LANGUAGES, "who": found.name if found else None,
        "csp_nonce": csp_nonce, "shell": shell, "here_in_no_language": here_in_no_language,
        "may_somewhere": lambda permission: found is not None and found.account.may_somewhere(Permission(permission)),
        "may": lambda permission, *about: found is not None and found.account.may(Permission(permission), *about),
        "may_open": lambda page, *about: found is not None and may_open(found.account, page, *about),
    }  # fmt: skip


def _cookies(settings: Settings, published: bool) -> dict[str, Any]:
    """Say how cookies are: beyond this machine only over TLS, and then only for this very name."""
    return {
        "SECRET_KEY": secret_key(settings), "SESSION_COOKIE_NAME": "__Host-tilik" if published else "tilik",
        "SESSION_COOKIE_SECURE": published, "SESSION_COOKIE_HTTPONLY": True, "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_SSL_STRICT": False,  # it asks for a Referer, which some leave out; the door has looked at the Origin
        "WTF_CSRF_TIME_LIMIT": None,  # a page may lie open for a day; the session it belongs to does not last longer
    }  # fmt: skip
