"""Before departure: what each phone of a team is really given by Central, asked as that phone; and its sheet."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from server.backup.encryption import encrypted, recipients
from server.backup.problems import Unready
from server.db import now, snapshot, writing
from server.disclosure.places import UnclearedPlace
from server.disclosure.viewer import PHONE
from server.phones.checked import CheckedLine, CheckedPhone, keep, last_drill, seconds_of
from server.phones.collect import CollectProject, project_on_phone, settings_of
from server.phones.expected import Holding, TeamHolds, holding
from server.phones.tables import Phone, PhoneKit, PhoneSheet
from server.register.at_central import IdsAt
from server.roles.tables import Team
from server.rulebook import load_kinds
from server.words import catalogue
from verification.reason import Reason
from workers.central.api import Central
from workers.central.app_users import AppUser, PhoneRefused
from workers.central.forms import is_version
from workers.central.session import CentralProblem, unless_gone
from workers.sending.assigning import LIST as FOLLOW_UPS
from workers.sending.phones import user_called
from workers.sending.place_ids import PLACES, ids_at
from xlsforms.build import build_all

_DRILL_HOLDS = timedelta(days=90)
Rows = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class Expectation:
    """What a team's phones are to be given."""

    phones: Sequence[Phone]
    team: TeamHolds
    all: Holding
    is_shared_out: bool
    drill: Phone | None
    ids: IdsAt


def check_team(engine: Engine, central: Central, team_id: int, progress: Callable[[], None]) -> list[CheckedPhone]:
    """Check a team's phones as they are at Central now, and keep what was found. Raises CentralProblem."""
    ids = ids_at(engine, central)
    with snapshot(engine) as session:
        wanted = _expected(session, ids, team_id)
    users = central.app_users()
    versions = {form.form_id: form.version for form in build_all()}
    found = []
    for phone in wanted.phones:
        progress()
        user = user_called(users, phone.code)
        found.append(CheckedPhone(phone.code, list(_lines(central, phone, user, wanted, versions))))
    with writing(engine) as session:
        keep(session, team_id, found)
    return found


def _expected(session: Session, ids: IdsAt, team_id: int) -> Expectation:
    found = holding(session, ids.project, only=team_id)
    if found is None or not found.teams:
        raise CentralProblem("phones_not_begun", passes=False)
    team = found.teams[0]
    kit = session.get_one(PhoneKit, team.team.round_id)
    living = select(Phone).filter_by(team_id=team_id, ended_at=None).where(Phone.person_id.is_not(None))
    return Expectation(session.scalars(living.order_by(Phone.id)).all(), team, found, kit.filtered,
                       last_drill(session, team.team.round_id), ids)  # fmt: skip


def _lines(
    central: Central, phone: Phone, user: AppUser | None, wanted: Expectation, versions: Mapping[str, str]
) -> Iterator[CheckedLine]:
    try:
        forms = central.forms_on_phone(user.token) if user and user.token else None
    except PhoneRefused:
        forms = None
    yield CheckedLine("let_in", forms is not None, {})
    if forms is not None and user is not None and user.token is not None:
        there = {form_id: version for form_id, version in versions.items() if form_id in forms}
        old = [form_id for form_id, version in there.items() if not is_version(forms[form_id], version)]
        yield CheckedLine("forms", len(there) == len(versions), {"count": len(there), "wanted": len(versions)})
        yield CheckedLine("versions", not old, {"count": len(old)})
        places = _list(central, user.token, forms, PLACES)
        yield _places(places, wanted)
        follow_ups = _list(central, user.token, forms, FOLLOW_UPS)
        yield _names([*places, *follow_ups], wanted)
        yield _follow_ups(follow_ups, wanted)
    yield CheckedLine("sheet", phone.printed_at is not None, {})
    drill = wanted.drill
    is_recent = drill is not None and drill.refused_at is not None and drill.refused_at > now() - _DRILL_HOLDS
    yield CheckedLine("drill", is_recent, {"seconds": seconds_of(drill) if drill else 0})


def _list(central: Central, token: str, forms: Mapping[str, str], name: str) -> Rows:
    """Give a list as the phone has it, by the first of its forms that has this list; empty where none has."""
    for form_id in forms:
        rows = unless_gone(lambda form_id=form_id: central.rows_on_phone(token, form_id, f"{name}.csv"))  # type: ignore[misc]
        if rows is not None:
            return rows
    return []


def _places(rows: Rows, wanted: Expectation) -> CheckedLine:
    """Compare the places with what they are to be: none is missing, and once shared out none is another team's."""
    got = {wanted.ids.turned(row.get("name", "")) for row in rows}
    expected = wanted.team.places if wanted.is_shared_out else wanted.all.nobodys | wanted.team.places
    missing = len(expected - got)
    others = len(got & (wanted.all.nobodys - wanted.team.places)) if wanted.is_shared_out else 0
    is_fine = wanted.is_shared_out and not missing and not others
    values = {"count": len(got), "wanted": len(wanted.team.places), "missing": missing, "others": others}
    return CheckedLine("places" if wanted.is_shared_out else "places_of_all", is_fine, values)


def _names(rows: Rows, wanted: Expectation) -> CheckedLine:
    """See that no home goes by its name and no shelter is there at all."""
    count = sum(_tells_a_home(row, wanted.all, wanted.ids) for row in rows)
    return CheckedLine("names", not count, {"count": count})


def _tells_a_home(row: Mapping[str, str], known: Holding, ids: IdsAt) -> bool:
    """Tell whether a row of a list is of a shelter, or calls a home otherwise than by its kind and code."""
    its_id, kind, label = row.get("facility") or row.get("name", ""), row.get("kind", ""), row.get("label", "")
    either = (ids.turned(its_id), its_id)  # what lies there by the place's own id is as much that place
    name = next(filter(None, map(known.homes.get, either)), None)
    as_kind = UnclearedPlace((kind,)) if kind in load_kinds() else None
    if not known.shelters.isdisjoint(either) or (as_kind is not None and as_kind.shown not in PHONE.lists):
        return True
    if name and name.casefold() in label.casefold():
        return True
    return as_kind is not None and as_kind.is_home and catalogue("id").say(f"kind.{kind}") not in label


def _follow_ups(rows: Rows, wanted: Expectation) -> CheckedLine:
    """Compare the follow-ups with what they are to be: none is missing, and once shared out none is another's."""
    got = {row.get("name", "") for row in rows}
    missing = len(wanted.team.follow_ups - got)
    if wanted.is_shared_out and (others := len(got & wanted.all.asked - wanted.team.follow_ups)):
        return CheckedLine("follow_ups_of_others", False, {"count": len(got), "missing": missing, "others": others})
    return CheckedLine("follow_ups", not missing, {"count": len(got), "missing": missing})


# ── sheets ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def sheets_of(engine: Engine, central: Central, team_id: int) -> list[dict[str, Any]]:
    """Give what stands on the sheets of a team's phones that Central lets in: code, team, and Collect's settings.

    Whoever has it can let a phone in: it is to be printed or encrypted, and kept nowhere. Raises CentralProblem.
    """
    with snapshot(engine) as session:
        team = session.get_one(Team, team_id)
        living = select(Phone).filter_by(team_id=team_id, ended_at=None).where(Phone.person_id.is_not(None))
        codes = [phone.code for phone in session.scalars(living.order_by(Phone.id))]
        called = project_on_phone(session, team)
    users = central.app_users()
    found: list[dict[str, Any]] = []
    for code in codes:
        user = user_called(users, code)
        if user is not None and user.token is not None:
            project = CollectProject(central.address, central.project, user.token, code, called)
            found.append({"code": code, "team": team.name, "settings": settings_of(project)})
    if not found:
        raise CentralProblem("phones_none_ready", passes=False)
    return found


def seal_sheets(engine: Engine, central: Central, sheet_id: int) -> None:
    """Encrypt what stands on sheets to the key of who asked for them. Raises CentralProblem."""
    with snapshot(engine) as session:
        sheet = session.get(PhoneSheet, sheet_id)
    if sheet is None or sheet.sealed is not None:
        return
    sealed: bytes | None = None
    problem: Reason | None = None
    try:
        sealed = encrypted(json.dumps(sheets_of(engine, central, sheet.team_id)).encode(), recipients(sheet.recipient))
    except CentralProblem as failed:
        if failed.passes:
            raise
        problem = failed.reason
    except Unready:
        problem = Reason("paper_needs_typst")
    with writing(engine) as session:
        if (row := session.get(PhoneSheet, sheet_id)) is not None:
            row.sealed, row.problem = sealed, problem
