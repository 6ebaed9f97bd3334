"""`tilik why` and the pages tell the same, to whoever asks, in either language, whatever came or was decided.

Each text and each number of a page is in what the command tells, and each number of that is on one of the pages; but
for what a page alone has: files, drawings and photographs, who may be asked, forms, and the regulation's explanation.
"""

import random
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.exc import NoResultFound

from server.db import snapshot, writing
from server.facts.before import NotThere, Refused
from server.reports.telling import seen_by, told_of
from server.roles.account import Account, Held
from server.roles.table import Role
from server.settings import Settings
from server.words import catalogue
from tests.support.builders import LAT, LON
from tests.support.claiming import ROUND, claims_come
from tests.support.facts import District, a_district, places
from tests.support.web import account, browser_of
from tests.support.workbooks import DISTRICT, filled, row_of
from verification.deciding.facts import WITHDRAWN

HERE = f"/wilayah/{ROUND}/{DISTRICT}"
_PAGE_ALONE = {"indikator": {"children"}, "baris": {"documents", "teams", "tasks", "deciding"}}  # sections, by labels
_BREAKS = {"p", "li", "dt", "dd", "td", "th", "h1", "h2", "h3", "summary", "section", "ul", "ol", "dl", "table", "br"}
_TOLD = {"dd", "td", "li", "p"}  # what says something; the rest are headings
_EXPLAINED = re.compile(r'<details class="small"><summary>(?:Penjelasan|Explanation)</summary>.*?</details>', re.DOTALL)
_EXPLAINS = ("factor.explained", "report.findings_explained", "desk.found_explained", "flag.explained",
             "answer.left_out", "line.nobody_was_there", "line.no_pictures", "line.considered_explained")  # fmt: skip
_LEADS_ON = ("visit.open", "visit_decision.decide", "documents.open", "flag.to_other",
             "assignments.the_visits_page")  # fmt: skip
_SILENT = {"script", "style", "svg", "form", "figure", "button", "nav"}


class Texts(HTMLParser):
    """The texts of a page's main part: of cells, items and paragraphs."""

    def __init__(self, alone: set[str]) -> None:
        super().__init__()
        self._alone = alone
        self.found: list[str] = []
        self._said: list[str] = []
        self._silent: list[str] = []
        self._is_main = False
        self._tag = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "main":
            self._is_main = True
        elif self._silent or self._is_quiet(tag, named):
            self._silent += [tag] * (tag not in ("input", "img", "br", "link"))
        else:
            self._end()
            self._tag = tag if tag in _BREAKS else self._tag

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self._end()
            self._is_main = False
        elif self._silent:
            self._silent.pop()
        else:
            self._end()
            self._tag = "" if tag in _BREAKS else self._tag

    def handle_data(self, data: str) -> None:
        if self._is_main and not self._silent:
            self._said.append(data)

    def _is_quiet(self, tag: str, named: dict[str, str | None]) -> bool:
        return tag in _SILENT or named.get("class") == "button" or named.get("aria-labelledby") in self._alone

    def _end(self) -> None:
        said = " ".join("".join(self._said).split())
        if said and self._tag in _TOLD:
            self.found.append(said)
        self._said = []


def texts(page: str, kind: str) -> list[str]:
    found = Texts(_PAGE_ALONE[kind])
    found.feed(_EXPLAINED.sub("", page))
    return [piece for said in found.found for piece in said.split(" · ")]


def plain(text: str) -> str:
    """Leave out what the two write otherwise: spaces, marks between, and letters' case."""
    return " ".join(re.findall(r"\w+|[%→±≥√]", text.lower()))


def numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:[.,]\d+)*", text))


def comes(here: District, chance: random.Random) -> None:
    point = {"type": "Point", "coordinates": [LON, LAT - chance.choice([0, 0.0021, 0.03]), 0],
             "properties": {"accuracy": chance.choice([5, 400])}}  # fmt: skip
    said: dict[str, Any] = {"point": point} if chance.random() < 0.5 else {}
    said["start"] = f"2026-10-{chance.randrange(10, 28)}T09:00:00.000+07:00"
    said |= {"mode": chance.choice(["on_site", "video"]), "arrival": chance.choice(["open", "closed", "not_there"])}
    place, version = chance.choice([0, 1, 2, None]), chance.choice(["", "b", "c"])
    here.visit(chance.choice("1234"), place=place, version=version, name_given="Pojok ASI Pasar", **said)


def decided(here: District, chance: random.Random) -> None:
    by = chance.choice([here.lead, here.supervisor])
    here.decide(chance.choice(["not_found", "unsure", "confirmed", WITHDRAWN]), by=by, number=chance.randrange(3))


def put(here: District, chance: random.Random) -> None:
    here.put(chance.randrange(1, 5), "belongs", chance.randrange(3))


def deleted(here: District, chance: random.Random) -> None:
    here.changed(chance.randrange(1, 5), deleted_at=chance.choice([None, "2026-11-03T00:00:00.000Z"]))


def claimed(here: District, chance: random.Random) -> None:
    cells = {f"Klaim!E{row_of(17)}": chance.choice([12, 15]), "Jawaban!E92": chance.choice([3, 12]), "Jawaban!F92": 1,
             "Dokumen!A4": 17, "Dokumen!B4": "SK Rekaan 15/2023", "Dokumen!C4": "9/5/2023",
             "Dokumen!D4": "Penetapan (fiktif)", "Dokumen!E4": "17a"}  # fmt: skip
    listed = [place | chance.choice([{}, {"G": None, "H": None}]) for place in places()]
    claims_come(here.engine, filled(cells, *listed))


STEPS = [comes, comes, comes, decided, put, deleted, claimed]


def same(here: District, app: Flask, by: Account, language: str) -> int:
    """Compare an indicator and its places, as somebody is shown them; gives how many texts were compared."""
    assert by.person_id
    web, pages, told, missing = browser_of(app, by.person_id), "", "", list[str]()
    compared, ours = 0, {catalogue(language).say(key) for key in (*_EXPLAINS, *_LEADS_ON)}
    for number, path in [(None, "indikator/17"), *((n + 1, f"baris/{here.line(n)}") for n in range(3))]:
        page = web.get(f"{HERE}/{path}?lang={language}").text
        with snapshot(here.engine) as session:
            seen = seen_by(session, by, (ROUND, DISTRICT), (17, number), Settings(), catalogue(language))
            assert seen
            one = next(one for one in seen.report.indicators if one.number == 17)
            place = next(place for place in one.lines if place.number == number) if number else None
            said = "\n".join(told_of(seen, one, place))
        found = [one for one in texts(page, path.split("/")[0]) if one not in ours]
        missing += [f"{path}: {one}" for one in found if plain(one) not in plain(said)]
        pages, told, compared = pages + page, told + said, compared + len(found)
    assert missing == [], "\n".join(missing)
    for path in (f"{HERE}/baris", f"/laporan/{ROUND}/{DISTRICT}"):
        pages += web.get(f"{path}?lang={language}").text
    assert sorted(numbers(told) - numbers(pages)) == []
    return compared


@pytest.mark.parametrize(
    "seed, times", [(1, 4), *(pytest.param(seed, 9, marks=pytest.mark.ci) for seed in range(1, 8))]
)
def test_whatever_happened_the_command_and_the_pages_tell_the_same(
    district: Engine, app: Flask, seed: int, times: int
) -> None:
    here, chance = a_district(district), random.Random(seed)
    with writing(here.engine) as session:
        people = [account(session, held) for held in (Held(Role.INSPECTORATE), Held(Role.DISTRICT, DISTRICT, ROUND))]
    compared = 0
    for _ in range(times):
        for _ in range(2):
            try:
                chance.choice(STEPS)(here, chance)
            except (Refused, NotThere, NoResultFound):
                continue
        here.compute()
        compared += same(here, app, chance.choice([here.lead, *people]), chance.choice(["id", "en"]))
    assert compared > 45 * times
