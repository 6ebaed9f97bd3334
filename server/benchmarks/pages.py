"""The page of the country's numbers: which there are, which are lacking, and stating one with who published it."""

from typing import Any

from flask import Blueprint, url_for

from server.benchmarks.stating import (
    LONGEST_SOURCE,
    BenchmarkWish,
    NotStated,
    state_benchmark,
    take_away,
)
from server.benchmarks.views import numbers_asked_for, typed_again
from server.db import snapshot, writing
from server.disclosure.clearing import Clearance
from server.roles.table import Permission
from server.web.forms import gone, number, typed
from server.web.guard import WHOLE, account, needs
from server.web.showing import show
from server.web.site import chosen_words, site
from verification.reason import Reason

blueprint = Blueprint("benchmarks", __name__, template_folder="templates")


@blueprint.get("/angka-nasional")
@needs(Permission.MANAGE_ROUNDS, WHOLE)
def benchmarks_page() -> Any:
    """List the country's numbers, and take one."""
    return _page()


@blueprint.post("/angka-nasional")
@needs(Permission.MANAGE_ROUNDS, WHOLE)
def state() -> Any:
    """State a number."""
    wish = BenchmarkWish(typed("code"), typed("year"), typed("value"), typed("source"))
    try:
        with writing(site().engine) as session:
            row = state_benchmark(session, wish, account())
    except NotStated as refused:
        return _page(refused.reason, wish), 400
    return _back("notice.benchmark_stated" if row else "notice.benchmark_as_before")


@blueprint.post("/angka-nasional/tarik")
@needs(Permission.MANAGE_ROUNDS, WHOLE)
def withdraw() -> Any:
    """Take a number away."""
    try:
        with writing(site().engine) as session:
            take_away(session, typed("code"), number("year"), account())
    except NotStated as refused:
        return _page(refused.reason), 409
    return _back("notice.benchmark_taken_away")


def _back(notice: str) -> Any:
    return gone(url_for(".benchmarks_page", lang=chosen_words().language), notice)


def _page(refused: Reason | None = None, wish: BenchmarkWish | None = None) -> str:
    clear = Clearance(chosen_words())
    with snapshot(site().engine) as session:
        asked = numbers_asked_for(session, clear)
    return show("benchmarks.html", asked=asked, typed=typed_again(wish, clear) if wish else None,
                longest=LONGEST_SOURCE, refused=clear.why(refused) if refused else None)  # fmt: skip
