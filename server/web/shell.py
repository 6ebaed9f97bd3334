"""What stands around every page: the way to it, what its reader is and where, and in which language they read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import g, request, url_for
from sqlalchemy import CompoundSelect, Integer, bindparam, cast, literal, null, select, union_all

from server.areas.tables import Area
from server.db import snapshot
from server.roles.account import EVERYWHERE, Account, Held
from server.rounds.tables import Round, RoundPart
from server.web.guard import may_open, may_open_somewhere, somebody
from server.web.menu import DISTRICT, HOME, menu, name_of, way_to
from server.web.site import chosen_words, site
from server.words import LANGUAGES, Catalogue
from verification.model import province_of

_NAMED = 3  # so many areas or roles are named; the rest is a number, and on the page of one's own account
# and with more under them
_IN_A_DISTRICT = frozenset({DISTRICT, "lines.lines_page", "lists.submissions", "plan.plan_page", "draws.draws_page",
                            "claims.claims_page", "documents.documents_page", "desk.part_page",
                            "parts.parts_page", "voice.heard"})  # fmt: skip
_About = tuple[str | None, str | None]  # district, round


@dataclass(frozen=True)
class Crumb:
    """A step of the way to a page; the last one, where one is, has no address."""

    name: str
    address: str | None


@dataclass(frozen=True)
class Shell:
    """What stands around a page; whether there is the district's part of a round that it is about."""

    crumbs: list[Crumb]
    scope: list[str]
    menu: dict[str, list[Crumb]]
    has_part: bool = False


@dataclass(frozen=True)
class _Names:
    """The rounds that are spoken of, each with its name and version of areas; and areas: code, since, until, name."""

    rounds: Mapping[str, tuple[str, int]]
    areas: Iterable[tuple[str, int, int | None, str]]
    has_part: bool = False

    def area(self, code: str, round_id: str | None = None) -> str:
        """Name an area: as its round has it, else as it is now."""
        version = self.rounds[round_id][1] if round_id and round_id in self.rounds else None
        found = {
            since: name for one, since, until, name in self.areas
            if one == code and (version is None or (since <= version and (until is None or until > version)))
        }  # fmt: skip
        return found[max(found)] if found else code

    def round(self, round_id: str) -> str:
        """Name a round."""
        return self.rounds[round_id][0] if round_id in self.rounds else round_id


def shell() -> Shell:
    """Give what stands around this page, read once."""
    if "shell" not in g:
        g.shell = _shell()
    found: Shell = g.shell
    return found


def _shell() -> Shell:
    """Read it: by one statement at most, and by none for who is nobody yet."""
    found, words = somebody(), chosen_words()
    if found is None or found.missing:
        return Shell([], [], {})
    about = _about()
    names = _read(found.account, about)
    pages = {group: [Crumb(words.say(name_of(page)), url_for(page)) for page in pages]
             for group, pages in menu(found.account).items()}  # fmt: skip
    crumbs, scope = _crumbs(names, about, found.account, words), _scope(found.account.held, names, words)
    return Shell(crumbs, scope, pages, names.has_part)


def _about() -> _About:
    """Tell which district and round a page is about: by its address, or by what it asked leave for."""
    if g.get("refused"):
        return None, None
    address = request.view_args or {}
    if "district" in address and "round_id" in address:
        return address["district"], address["round_id"]
    found: _About = g.get("about", (None, None))
    return found


def _read(account: Account, about: _About) -> _Names:
    district, round_id = about
    codes = {held.area for held in account.held if held.area != EVERYWHERE}
    codes |= {district, province_of(district)} if district else set()
    ids = {one for one in (round_id, *(held.round_id for held in account.held)) if one}
    if not codes and not ids:
        return _Names({}, [])
    rounds: dict[str, tuple[str, int]] = {}
    areas: list[tuple[str, int, int | None, str]] = []
    has_part = False
    with snapshot(site().engine) as session:
        asked = {"codes": sorted(codes), "ids": sorted(ids), "district": district, "round_id": round_id}
        found = session.execute(_named(), asked).all()
    for what, key, name, since, until in map(tuple, found):
        if what == "round":
            rounds[key] = name, since
        elif what == "part":
            has_part = True
        else:
            areas.append((key, since, until, name))
    return _Names(rounds, areas, has_part)


@cache  # putting it together took every page longer than asking it
def _named() -> CompoundSelect[Any]:
    """Ask for the names of areas and of rounds, and for a district's part of one, at once: every page does."""
    rounds = select(literal("round"), Round.id, Round.name, Round.areas_id, cast(null(), Integer))
    areas = select(literal("area"), Area.code, Area.name, Area.since, Area.until)
    part = select(literal("part"), RoundPart.district, RoundPart.round_id, cast(null(), Integer), cast(null(), Integer))
    part = part.where(RoundPart.district == bindparam("district"), RoundPart.round_id == bindparam("round_id"))
    return union_all(
        rounds.where(Round.id.in_(bindparam("ids", expanding=True))),
        areas.where(Area.code.in_(bindparam("codes", expanding=True))),
        part,
    )


def _crumbs(names: _Names, about: _About, account: Account, words: Catalogue) -> list[Crumb]:
    found: list[Crumb] = []
    for page in () if g.get("refused") else way_to(request.endpoint):
        if page == request.endpoint and page != DISTRICT:
            found.append(Crumb(words.say(name_of(page)), None))
        elif page not in _IN_A_DISTRICT:
            name = words.say("crumb.nation" if page == HOME else name_of(page))
            found.append(Crumb(name, url_for(page) if may_open_somewhere(account, page) else None))
        elif all(about):
            found += _in_district(page, names, about, account, words)
    return found


def _in_district(page: str, names: _Names, about: _About, account: Account, words: Catalogue) -> list[Crumb]:
    """Write the steps of a district: its province and itself, or a list of its own."""
    district, round_id = str(about[0]), str(about[1])
    is_elsewhere = page != request.endpoint and names.has_part
    is_open = is_elsewhere and may_open(account, page, district, round_id)
    here = url_for(page, round_id=round_id, district=district) if is_open else None
    if page != DISTRICT:
        return [Crumb(words.say(name_of(page)), here)]
    province = province_of(district)
    name = words.say("crumb.district", district=names.area(district, round_id), round=names.round(round_id))
    return [
        Crumb(names.area(province, round_id), url_for(HOME, provinsi=province)),
        Crumb(name, here),
    ]


def _scope(held: Iterable[Held], names: _Names, words: Catalogue) -> list[str]:
    """Say what somebody is and where: each role with its areas and its round."""
    grouped: dict[tuple[str, str | None], list[str]] = {}
    for one in held:
        grouped.setdefault((one.role.value, one.round_id), []).append(one.area)
    said = [_role(words, role, areas, round_id, names) for (role, round_id), areas in grouped.items()]
    return said[:_NAMED] + ([words.say("scope.more", count=len(said) - _NAMED)] if len(said) > _NAMED else [])


def _role(words: Catalogue, role: str, areas: list[str], round_id: str | None, names: _Names) -> str:
    named = ", ".join(names.area(area) if area else words.say("people.everywhere") for area in areas[:_NAMED])
    if len(areas) > _NAMED:
        named += " " + words.say("scope.more", count=len(areas) - _NAMED)
    which = names.round(round_id) if round_id else words.say("people.every_round")
    called = words.say(f"role.{role}")
    return " · ".join((called[:1].upper() + called[1:], named, which))


def here_in_no_language() -> str:
    """Give the address of this page without the language that it asks for: where to come back to in another one."""
    if request.method != "GET" or request.endpoint is None:
        return url_for(HOME)
    kept: dict[str, Any] = {name: values for name, values in request.args.lists()
                            if name not in ("lang", "endpoint") and not name.startswith("_")}  # fmt: skip
    return url_for(request.endpoint, **(kept | dict(request.view_args or {}) | {"lang": None}))


def carry_language(_endpoint: str, values: dict[str, Any]) -> None:
    """Carry a language on that an address asks for: whoever was sent a link in it goes on reading in it."""
    if (asked := request.args.get("lang")) in LANGUAGES and "static" not in _endpoint:
        values.setdefault("lang", asked)
