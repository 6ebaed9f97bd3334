"""A team with phones: its places, who tends them, and Central as one of its phones sees it."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, select

from server.db import snapshot, writing
from server.phones import keeping
from server.phones.keeping import prepare
from server.phones.tables import Phone
from server.roles.teams import join, make_team
from tests.support.assigning import Field, a_field
from tests.support.built import built
from tests.support.claiming import forget_jobs
from tests.support.trial import a_context, publish_xml
from tests.support.web import TESTER, person
from tests.support.workbooks import DISTRICT
from workers.central.api import Central
from workers.central.app_users import AppUser
from workers.queue.draining import drain
from workers.sending.phones import bring_phones, user_called
from workers.sending.publish import publish_lists

FORM = "visit_pojok_asi"


@dataclass
class Kit:
    """A field whose team has phones at Central; two forms of ours are published there."""

    field: Field
    central: Central

    @property
    def engine(self) -> Engine:
        return self.field.engine

    def phones(self) -> list[Phone]:
        with snapshot(self.engine) as session:
            return list(session.scalars(select(Phone).order_by(Phone.id)))

    def living(self) -> list[Phone]:
        return [phone for phone in self.phones() if phone.ended_at is None]

    def user(self, phone: Phone) -> AppUser:
        found = user_called(self.central.app_users(), phone.code)
        assert found
        return found

    def token(self, phone: Phone) -> str:
        found = self.user(phone).token
        assert found
        return found

    def on_phone(self, phone: Phone, name: str = "facilities") -> set[str]:
        """Give the labels of a list as this phone is given it."""
        rows = self.central.rows_on_phone(self.token(phone), FORM, f"{name}.csv")
        return {row["label"] for row in rows}

    def work(self, tmp_path: Path, url: str, *kinds: str) -> None:
        drain(a_context(self.central, self.engine, tmp_path, url), list(kinds))


def nothing() -> None:
    """Report no progress, and that the job is still ours."""


def a_kit(district: Engine, central: Central) -> Kit:
    field = a_field(district)
    for name in ("facilities", "follow_ups", "districts", "areas"):
        central.ensure_entity_list(name, ("district",))
    for form_id in (FORM, "visit_lksa"):
        publish_xml(central, built(form_id).xform)
    with writing(district) as session:
        prepare(session, field.team, TESTER)
    assert bring_phones(district, central, nothing) == ()
    publish_lists(district, central)
    forget_jobs(district)
    return Kit(field, central)


def a_team(kit: Kit, round_id: str, name: str = "Tim Putaran Lain", who: int | None = None) -> Phone:
    """Make a team of one in the made-up district, with its phone."""
    with writing(kit.engine) as session:
        team = make_team(session, TESTER, round_id, name, [DISTRICT])
        join(session, TESTER, team.id, who or person(session, name="Verifikator Rekaan"), leads=True)
        (made,) = (phone.id for phone in keeping.prepare(session, team.id, TESTER))
    bring_phones(kit.engine, kit.central, nothing)
    return next(phone for phone in kit.phones() if phone.id == made)
