"""A district with a team of three, an officer and Tim Penilai, each in a browser of their own; and its services."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import Engine, select

from server.db import now, writing
from server.register.tables import Facility
from server.roles.account import Held
from server.roles.table import Role
from server.roles.tables import TeamMember
from tests.support.builders import INDICATORS, VILLAGES
from tests.support.claiming import ROUND
from tests.support.days import this_month, today_here
from tests.support.web import Browser, browser_of, person
from tests.support.workbooks import DISTRICT
from verification.protection.shelter import NUMBERS, criteria_of_a_shelter

PART = f"/wilayah/{ROUND}/{DISTRICT}"
GIVING, TOTALS = f"{PART}/tersegel", f"{PART}/rekap-layanan"
SERVICE, HIDDEN_SERVICE, OTHERS_SERVICE, SCHOOL = (f"{n}0000000-0000-4000-8000-00000000000{n}" for n in range(1, 5))


@dataclass
class Ward:
    """Everybody by what they are called: their browser, and their number."""

    app: Flask
    engine: Engine
    people: dict[str, int]
    team: int
    browsers: dict[str, Browser] = field(default_factory=dict)

    def __getitem__(self, who: str) -> Browser:
        if who not in self.browsers:
            self.browsers[who] = browser_of(self.app, self.people[who])
        return self.browsers[who]

    def post(self, who: str, path: str, data: Mapping[str, Any]) -> Any:
        """Send what a form of our own pages would."""
        return self[who].post(path, data=data, headers={"Sec-Fetch-Site": "same-origin"})

    def wish(self, **other: str) -> dict[str, str]:
        """Fill in the officer's form."""
        return {
            "uuid": str(uuid.uuid4()), "kind": "rumah_aman", "first": f"{self.team}/{self.people['ketua']}",
            "second": f"{self.team}/{self.people['anggota']}", "decision": "B-12/PA/XI/2026",
            "decided_on": today_here().isoformat(), "month": this_month(),
        } | other  # fmt: skip

    def give(self, **other: str) -> tuple[int, str]:
        """Have the officer give an assignment; gives its number and its code."""
        page = self.post("petugas", GIVING, self.wish(**other))
        assert page.status_code == 200, page.text
        rows = re.findall(rf"{GIVING}/(\d+)", self["petugas"].get(GIVING).text)
        return max(map(int, rows)), code_on(page.text)

    def open(self, who: str, number: int, code: str) -> Any:
        return self.post(who, f"/tersegel/{number}", {"act": "open", "code": code})

    def fill(self, who: str, number: int, before: int = 0, **other: Any) -> Any:
        data = answers() | {"act": "fill", "before": before, "month": this_month()} | other
        return self.post(who, f"/tersegel/{number}", data)

    def act(self, who: str, number: int, act: str, before: int = 1, **other: Any) -> Any:
        return self.post(who, f"/tersegel/{number}", {"act": act, "before": before} | other)

    def confirmed(self, **other: str) -> int:
        """Have an assignment given, filled in by one and confirmed by the other; gives its number."""
        number, code = self.give(**other)
        for who in ("ketua", "anggota"):
            assert self.open(who, number, code).status_code == 200
        assert self.fill("ketua", number).status_code == 303
        assert self.act("anggota", number, "confirm").status_code == 303
        return number


def code_on(page: str) -> str:
    (code,) = re.findall(r"<code>([A-Z0-9]{4}(?:-[A-Z0-9]{4}){2})</code>", page)
    return str(code)


def answers() -> dict[str, str]:
    """Answer everything that is asked of a shelter with yes."""
    asked = criteria_of_a_shelter(INDICATORS, "rumah_aman")
    return {criterion.code: "yes" for criterion in asked} | dict.fromkeys(NUMBERS, "6")


def a_ward(app: Flask, district: Engine) -> Ward:
    """Make the people, in a district whose round is open and which has claimed something."""
    with writing(district) as session:
        session.add_all(Facility(id=key, kind=kind, name=name, village=village) for key, kind, name, village in (
            (SERVICE, "uptd_ppa", "UPTD PPA Rekaan", VILLAGES[0].code),
            (HIDDEN_SERVICE, "lbh", "Rumah Aman Melati Rekaan", VILLAGES[0].code),
            (OTHERS_SERVICE, "uptd_ppa", "UPTD PPA Tetangga", "99.02.01.2001"),
            (SCHOOL, "sekolah", "SDN 1 Rekaan", VILLAGES[0].code),
        ))  # fmt: skip
        people = {
            "ketua": person(session, Held(Role.LEAD, DISTRICT, ROUND), name="Ketua Rekaan"),
            "lain": person(session, Held(Role.VERIFIER, DISTRICT, ROUND), name="Tim Lain Rekaan"),
            "petugas": person(session, Held(Role.SAFEGUARDING), name="Petugas Rekaan"),
            "penilai": person(session, Held(Role.ASSESSOR), name="Penilai Rekaan"),
            "pengamat": person(session, Held(Role.OBSERVER), name="Pengamat Rekaan"),
        }
        team = session.scalars(select(TeamMember.team_id).filter_by(person_id=people["ketua"])).one()
        for who in ("anggota", "ketiga"):
            people[who] = person(session, name=f"{who.title()} Rekaan")
            session.add(TeamMember(team_id=team, person_id=people[who], leads=False, given_by="test", given_at=now()))
    return Ward(app, district, people, team)
