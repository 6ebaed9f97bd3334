"""What the door's pages share: how one is shown, where it leads, and what passkeys are asked."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, request, url_for
from flask import session as cookie
from flask_login import current_user
from werkzeug.wrappers import Response

from server.db import snapshot
from server.disclosure.clearing import Clearance
from server.login import passkeys
from server.login.devices import remember
from server.login.entering import LoggedIn
from server.login.passkeys import LONGEST_ANSWER, Challenge, NoPasskey, RelyingParty, ask
from server.login.tables import LoginSession
from server.web.guard import somebody
from server.web.identity import let_in, let_out
from server.web.showing import show
from server.web.site import chosen_words, site
from verification.reason import Reason

blueprint = Blueprint("login", __name__, template_folder="templates")
_ASKED = "passkey_asked"


def page(template: str, refused: Reason | None = None, **views: Any) -> Any:
    """Show a page, with the reason why what was sent was not taken."""
    clear = Clearance(chosen_words())
    return show(template, refused=clear.why(refused) if refused else None, **views), 400 if refused else 200


def enter(token: str) -> Response:
    """Let the browser carry a session, and go on; it is known again where all was shown that is asked."""
    let_in(token)
    found: LoggedIn = current_user.found
    if found.missing is None and found.account.person_id is not None:
        remember(found.account.person_id)
    return onwards()


def onwards() -> Response:
    """Go where somebody wanted to, or to what they still have to do first; never to another site."""
    wanted = request.args.get("next", "")
    found = somebody()
    if found and found.missing:
        return redirect(url_for(f"login.{found.missing}", next=wanted if is_ours(wanted) else None, **language()), 303)
    return redirect(wanted if is_ours(wanted) else url_for("districts.index", **language()), 303)


def to_prove(back: str) -> Response:
    """Ask for a proof first; afterwards lead to a page from which it can be done again."""
    if request.method != "GET":
        flash("proof_first", "notice")
    return redirect(url_for("login.prove", next=back, **language()), 303)


def after_wrong_proof(session_id: int) -> Any | None:
    """Give the page of who was wrong too often, and whose session has ended; None for all others."""
    with snapshot(site().engine) as session:
        if session.get_one(LoginSession, session_id).ended_at is None:
            return None
    let_out()
    return page("login.html", Reason("proofs_failed"), passkeys=here() is not None, provider=None, left=False)


def is_ours(wanted: str) -> bool:
    """Tell whether an address is a path of ours, however a browser may read it."""
    if not wanted.startswith("/") or wanted.startswith(("//", "/\\")) or not wanted.isprintable():
        return False  # browsers leave out tabs and line ends, and take a backslash for a stroke
    parts = urlsplit(wanted)
    return not (parts.scheme or parts.netloc)


def language() -> dict[str, Any]:
    """Give the language that was asked for, to take it along."""
    return {"lang": request.args.get("lang")}


def here() -> RelyingParty | None:
    """Tell where the pages are, where passkeys can be used: by the one name that they are bound to."""
    name = site().settings.web_name or "localhost"
    if not passkeys.INSTALLED or request.host.partition(":")[0].lower() != name:
        return None
    return RelyingParty(name, f"{request.scheme}://{request.host.lower()}")


def ask_passkey(purpose: str, session_id: int | None) -> Challenge:
    """Ask this browser for a passkey; what it was asked before counts no more."""
    asked = ask(purpose, session_id)
    cookie[_ASKED] = asdict(asked) | {"at": asked.at.isoformat()}
    return asked


def answered(purpose: str, session_id: int | None) -> tuple[RelyingParty, Challenge, str]:
    """Give what this browser was asked for this purpose, and its answer. Raises NoPasskey."""
    kept, where, answer = cookie.pop(_ASKED, None), here(), request.form.get("credential", "")
    if kept is None or where is None:
        raise NoPasskey("passkey_late")
    asked = Challenge(**kept | {"at": datetime.fromisoformat(kept["at"])})
    if (asked.purpose, asked.session_id) != (purpose, session_id) or not 0 < len(answer) <= LONGEST_ANSWER:
        raise NoPasskey("passkey_wrong")
    return where, asked, answer
