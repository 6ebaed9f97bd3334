"""The page on which children answer, as files: what is shown and asked is in the script, and nothing is kept anywhere.

It has no cookie and no word of anybody's. Who has no JavaScript reads where there is help. Its files have names by what
is in them, so that a browser asks once; the page itself is kept by no browser.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, make_response, request, send_from_directory, url_for

from server.db import snapshot
from server.disclosure.clearing import Clearance
from server.feedback.page_words import KEYS
from server.opening.conditions import standing_contacts
from server.web.showing import show
from server.web.site import site
from server.words import LANGUAGES, Catalogue, catalogue

ELSEWHERE = "https://id.wikipedia.org/"  # where whoever leaves quickly is: a page that says nothing of this one
_HERE = Path(__file__).parent
STATIC = _HERE / "static"
_ON_DEMAND = ("sound", "sign")  # folders of files of ours, `sound/id/may_come.mp3`; a button is there where a file is
_CODE_SIGNS = 13  # of an area at most
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types 'none'"
)
_NEVER = ("accelerometer", "autoplay", "browsing-topics", "camera", "clipboard-read", "clipboard-write",
          "display-capture", "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer",
          "microphone", "midi", "payment", "publickey-credentials-get", "serial", "storage-access",
          "usb", "xr-spatial-tracking")  # fmt: skip
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Permissions-Policy": ", ".join(f"{name}=()" for name in _NEVER),
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def _mark_of(folder: Path) -> str:
    """Name what is in a folder, all of it: another file, another name."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            digest.update(f"{file.relative_to(folder).as_posix()}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:12]


MARK = _mark_of(STATIC)
blueprint = Blueprint("page", __name__, url_prefix="/anak", template_folder="templates")


@blueprint.after_request
def add_headers(response: Response) -> Response:
    """Tell browsers what these pages may do, and that nobody else is told that they were here."""
    response.headers.update(_HEADERS)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


@blueprint.context_processor
def for_templates() -> dict[str, Any]:
    """Give both pages the words, in the language that is asked for, and what there is beside it."""
    words = _words()
    others = [catalogue(one) for one in LANGUAGES if one != words.language]
    return {"words": words, "others": others, "file": file_address, "elsewhere": ELSEWHERE, "given": _given}


@blueprint.get("/")
def answer_page() -> str:
    """Show the page."""
    return show("child_page.html")


@blueprint.get("/bantuan")
def help_page() -> str:
    """Show where there is help, also without JavaScript; a district's own contacts where it is named."""
    district, clear = request.args.get("kab", "")[:_CODE_SIGNS], Clearance(_words())
    with snapshot(site().engine) as session:
        contacts = tuple((clear.ours(one.office), clear.ours(one.number))
                         for one in standing_contacts(session, [district]))  # fmt: skip
    return show("child_help.html", contacts=contacts)


@blueprint.get("/static/<mark>/<path:filename>")
def static(mark: str, filename: str) -> Response:
    """Give a file of the page's: style, script, picture, or sound and sign language where there are any."""
    if mark != MARK:
        abort(404)
    response = make_response(send_from_directory(STATIC, filename))
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def file_address(filename: str = "") -> str:
    """Give the address of a file, or the one under which they all are."""
    return url_for("page.static", mark=MARK, filename=filename or "-").removesuffix("-" if not filename else "")


def _words() -> Catalogue:
    return catalogue(request.args.get("lang", LANGUAGES[0]))


def _given() -> Mapping[str, Any]:
    """Give the script what it works with: all words in all languages, so that changing them loses no answer."""
    return {
        "files": file_address(), "elsewhere": ELSEWHERE, "begins": _words().language,
        "words": {language: _said(catalogue(language)) for language in LANGUAGES},
        **{folder: _there(folder) for folder in _ON_DEMAND},
    }  # fmt: skip


def _said(words: Catalogue) -> dict[str, str]:
    return {key.partition(".")[2]: words.say(key) for key in KEYS}


def _there(folder: str) -> list[str]:
    """List the files there are to hear or to see: what is not there has no button."""
    return sorted(file.relative_to(STATIC).as_posix() for file in (STATIC / folder).rglob("*") if file.is_file())
