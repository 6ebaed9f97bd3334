"""The pages of what was written down: all of it, searched and exported; and one's own."""

from typing import Any

from flask import Blueprint, Response, abort, redirect, request, url_for

from server.audit.entries import Act, write_down
from server.audit.searching import FIELDS, SHOWN, NotSearchable, Wanted, all_of, labels_of, page_of, read_wanted
from server.audit.shown import exported, lines_of_csv, shown_entries
from server.db import HIGHEST_KEY, snapshot, writing
from server.disclosure.cleared import Cleared, ClearedValues
from server.disclosure.clearing import Clearance
from server.roles.table import Permission
from server.web.guard import WHOLE, account, needs
from server.web.showing import show
from server.web.site import chosen_words, site
from verification.reason import Reason

blueprint = Blueprint("audit", __name__, template_folder="templates")


@blueprint.route("/jejak-audit", methods=["GET", "POST"])
@needs(Permission.SEE_AUDIT, WHOLE)
def trail() -> Any:
    """Search what was written down. What is typed is posted, since a name in an address would stay in a log."""
    if request.method == "POST":
        return _searched()
    wanted = _wanted()
    page = _page("trail.html", wanted, wanted.fields)
    _note("audit_seen", wanted)  # before it is sent; itself it is on the next page that is asked for
    return page


@blueprint.get("/jejak-audit.csv")
@needs(Permission.SEE_AUDIT, WHOLE)
def trail_as_csv() -> Response:
    """Give what was found as CSV, all of it."""
    wanted, engine = _wanted(), site().engine
    _note("audit_exported", wanted)
    words = chosen_words()
    entries = (exported(found, Clearance(words)) for found in all_of(engine, wanted))
    response = Response(lines_of_csv(entries, words), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="tilik-jejak-audit.csv"'
    return response


@blueprint.get("/jejak-saya")
@needs(Permission.OWN_ACCOUNT, WHOLE)
def own_trail() -> Any:
    """Show somebody what they did, and what was seen in their name."""
    return _page("own_trail.html", Wanted(who=(account().label,)), {})


def _searched() -> Any:
    """Give a search its address, in which people are numbers; or say what is wrong with it."""
    typed = {name: request.form.get(name, "")[:200] for name in FIELDS}
    try:
        with snapshot(site().engine) as session:
            who = labels_of(session, typed["who"])
        wanted = read_wanted(typed | {"who": who})
    except NotSearchable as refused:
        return _page("trail.html", None, typed, refused.reason), 400
    address: dict[str, Any] = {**wanted.fields, "lang": request.args.get("lang")}
    return redirect(url_for(".trail", **address), 303)


def _wanted() -> Wanted:
    try:
        return read_wanted(request.args)
    except NotSearchable:
        abort(400)


def _note(act: str, wanted: Wanted) -> None:
    """Write down who looked at whose acts."""
    people = [label for label in wanted.who if label.startswith("person:")]
    about = " ".join((*people, *wanted.about.split()))
    with writing(site().engine) as session:
        write_down(session, Act(account().label, act, about, wanted.district or None, wanted.round or None))


def _page(template: str, wanted: Wanted | None, typed: dict[str, str], refused: Reason | None = None) -> Any:
    clear, before = Clearance(chosen_words()), request.args.get("before", HIGHEST_KEY, type=int)
    said = {"what": clear.say(f"trail.{refused.values['what']}")} if refused and "what" in refused.values else {}
    if not 0 < before <= HIGHEST_KEY:
        abort(400)
    with snapshot(site().engine) as session:
        found = page_of(session, wanted, before) if wanted else []
        entries = shown_entries(session, found[:SHOWN], clear)
    fields = ClearedValues((name, clear.own(text)) for name, text in typed.items())
    return show(
        template, entries=entries, typed=fields, acts=_acts(clear), older=entries[-1].number if found[SHOWN:] else None,
        refused=clear.why(refused, **said) if refused else None,
    )  # fmt: skip


def _acts(clear: Clearance) -> list[tuple[Cleared, Cleared]]:
    """List every act that has its sentence, by it."""
    codes = (key.removeprefix("audit.") for key in chosen_words().sentences if key.startswith("audit."))
    return sorted(((clear.id(code), clear.say(f"audit.{code}")) for code in codes), key=lambda act: act[1])
