"""A made-up country, or the first so many of its districts, put straight into the tables: claims and submissions.

As large as the real one where it has all 514 districts. Everything is made up and says so (`fiktif`); it lies in the
Java Sea. The same numbers come out every time. Nothing has been read or verified yet.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import numpy as np
import shapely
from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from server.areas.comparing import area_row
from server.areas.tables import Area, AreaVersion
from server.claims.tables import Claim, ClaimFile, ClaimLine
from server.db import Json, batches, now, writing
from server.register.tables import CentralProject, Facility
from server.rounds.planning import RoundWish, add_round, move_round
from server.rounds.states import OPEN, Entry, begin_part
from server.rulebook import load_indicators
from server.submissions.files import STORED
from server.submissions.keeping import digest, insert_versions, upsert_states
from server.submissions.tables import Attachment, Form
from server.visits.reading import VISIT
from verification.model import province_of, subdistrict_of
from workers.bench.district import HALF_CELL_M, SIDE, SOUTH, VERTICES_APART, WEST
from workers.bench.large import ROUND, SHARES, YEAR, TruePlace
from workers.bench.replayed import row_of_visit
from xlsforms.build import build
from xlsforms.forms import FORMS

DISTRICTS, VILLAGES = 514, 163  # the country's districts, each one's villages
PROJECT = 1
ACROSS, WIDE, HIGH, INSIDE = 26, 15, 12, 10  # districts beside each other; a district's villages; a subdistrict's
_BEGAN = datetime(2026, 9, 1, 2, tzinfo=UTC)
_NAMES = {"sekolah": "SD Negeri {n} {village}", "pojok_asi": "Pojok ASI {village} {n}", "lksa": "Panti {village} {n}"}
_BY = Entry("terminal:bench", "a measurement")


class Each(NamedTuple):
    """How many places each district claims, and how many visits it has: in all the country 500,000 and a million."""

    lines: int = 973
    visits: int = 1946


def codes(districts: int) -> list[str]:
    """Give the codes of so many districts."""
    return [f"{50 + n // 50}.{n % 50 + 1:02}" for n in range(districts)]


def make_country(engine: Engine, districts: int, each: Each) -> None:
    """Make so many districts with their claims, and the submissions of visits to them; the database is empty."""
    with writing(engine) as session:
        session.add(AreaVersion(id=1, valid_from=date(YEAR, 1, 1), loaded_at=now()))
        session.add(CentralProject(number=PROJECT, own_ids=False))
        session.flush()
        for number, code in enumerate(codes(districts)):
            session.execute(insert(Area), [row | {"since": 1} for row in _areas(number, code)])
        add_round(session, RoundWish(ROUND, YEAR, f"KLA {YEAR} (fiktif)", project=PROJECT), _BY)
        move_round(session, ROUND, OPEN, _BY)
        built = {form_id: build(form_id) for form_id in FORMS}
        forms = {form_id: Form(project=PROJECT, form_id=form_id, read_as=VISIT, published_version=form.version)
                 for form_id, form in built.items() if form.kinds}  # fmt: skip
        session.add_all(forms.values())
        session.flush()
        keys = {form_id: form.id for form_id, form in forms.items()}
    for number, code in enumerate(codes(districts)):
        with writing(engine) as session:
            places = _claim(session, number, code, each.lines)
            for form_id, rows in _visited(number, places, each.visits).items():
                send(session, keys[form_id], rows)
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def send(session: Session, form_pk: int, rows: Sequence[Json]) -> None:
    """Keep what Central's feed says of submissions, as a pull does; their photographs have come, and were looked at."""
    texts = [json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows]
    for batch in batches(zip(rows, texts, strict=True)):
        upsert_states(session, [_state(form_pk, row) for row, _ in batch])
        insert_versions(session, [
            {"form_pk": form_pk, "root_id": row["__id"], "instance_id": row["meta"]["instanceID"],
             "number": row["__system"]["edits"] + 1, "digest": digest(text), "source": "odata",
             "form_version": row["__system"]["formVersion"], "answers": text}
            for row, text in batch
        ])  # fmt: skip
        session.execute(insert(Attachment), [_photograph(form_pk, row) for row, _ in batch])


def _photograph(form_pk: int, row: Json) -> Json:
    """Give a version its photograph, unlike all others: 256 bits of what it looks like."""
    shown = digest(row["meta"]["instanceID"])
    return {
        "form_pk": form_pk, "root_id": row["__id"], "instance_id": row["meta"]["instanceID"], "name": "photo.jpg",
        "state": STORED, "digest": digest(shown), "media_type": "image/jpeg",
        "traits": {"looks": shown, "taken": row["start"]},
    }  # fmt: skip


def _state(form_pk: int, row: Json) -> Json:
    system = row["__system"]
    return {
        "form_pk": form_pk, "root_id": row["__id"], "instance_id": row["meta"]["instanceID"],
        "submitted_at": system["submissionDate"], "updated_at": system["updatedAt"], "deleted_at": None,
        "review_state": None, "edits": system["edits"], "attachments_present": 0, "attachments_expected": 0,
        "submitter": system["submitterName"], "seen_at": "2026-11-01T00:00:00.000Z", "gone_at": None,
        "settlement_id": None, "problem": None,
    }  # fmt: skip


def _areas(number: int, code: str) -> Iterator[Json]:
    if number % 50 == 0:
        yield area_row(province_of(code), f"Provinsi Rekaan {province_of(code)} (fiktif)", None, None)
    yield area_row(code, f"Kabupaten Rekaan {number + 1} (fiktif)", None, None)
    for village in range(VILLAGES):
        if village % INSIDE == 0:
            subdistrict = subdistrict_of(_village(code, village))
            yield area_row(subdistrict, f"Kecamatan Rekaan {village // INSIDE + 1} (fiktif)", None, None)
        west, south = _corner(number, village)
        square = shapely.segmentize(shapely.box(west, south, west + SIDE, south + SIDE), VERTICES_APART)
        yield area_row(_village(code, village), _name(village), None, square)


def _village(code: str, village: int) -> str:
    return f"{code}.{village // INSIDE + 1:02}.{2001 + village % INSIDE}"


def _name(village: int) -> str:
    return f"Desa {chr(65 + village // INSIDE)}{village % INSIDE + 1} Rekaan (fiktif)"


def _corner(district: int, village: int) -> tuple[float, float]:
    """Give a village's south-west corner; a subdistrict's villages lie beside each other, five in two rows."""
    subdistrict, inside = divmod(village, INSIDE)
    column, row = subdistrict % 3 * 5 + inside % 5, subdistrict // 3 * 2 + inside // 5
    return (WEST + (district % ACROSS * WIDE + column) * SIDE, SOUTH + (district // ACROSS * HIGH + row) * SIDE)


def _claim(session: Session, number: int, code: str, count: int) -> list[TruePlace]:
    """Claim a district's places; those of a kind lie in all of its villages."""
    random = np.random.default_rng(number)
    begin_part(session, ROUND, code, _BY)
    file = ClaimFile(round_id=ROUND, district=code, digest=digest(code), filename=f"{code}.xlsx", template_version="1",
                     imported_at=now())  # fmt: skip
    session.add(file)
    session.flush()
    indicators, places = load_indicators().indicators, []
    for kind, share in SHARES:
        indicator = next(i for i in indicators if kind in i.facility_kinds)
        claim = Claim(round_id=ROUND, district=code, indicator=indicator.number, self_score=indicator.points,
                      file_id=file.id)  # fmt: skip
        session.add(claim)
        session.flush()
        rows = [_line(random, number, code, kind, n) for n in range(max(1, round(count * share)))]
        session.execute(insert(Facility), [{"id": r["facility_id"]} | {
            k: r[k] for k in ("kind", "name", "registry_no", "village")} for r in rows])  # fmt: skip
        session.execute(insert(ClaimLine), [row | {"claim_id": claim.id, "cell": "–"} for row in rows])
        places += [TruePlace(r["facility_id"], kind, r["name"], r["lon"], r["lat"]) for r in rows]
    return places


def _line(random: np.random.Generator, district: int, code: str, kind: str, n: int) -> Json:
    village = n % VILLAGES
    west, south = _corner(district, village)
    east, north = random.uniform(0.02, 0.98, 2) * SIDE
    return {
        "facility_id": f"{code}-{kind}-{n}", "kind": kind, "village": _village(code, village), "registry_no": None,
        "name": _NAMES[kind].format(n=1 + n // VILLAGES, village=_name(village)), "since_year": 2012 + n % 12,
        "lon": round(west + float(east), 5), "lat": round(south + float(north), 5), "half_cell_m": HALF_CELL_M,
    }  # fmt: skip


def _visited(number: int, places: Sequence[TruePlace], visits: int) -> dict[str, list[Json]]:
    """Visit a district: every seventh place by nobody, the others about equally often."""
    random = np.random.default_rng((visits, number))
    built = [build(form_id) for form_id in FORMS]
    form_of = {kind: next(form for form in built if kind in form.kinds) for kind, _ in SHARES}
    places = [place for n, place in enumerate(places) if n % 7] or list(places)
    found: dict[str, list[Json]] = {}
    for n in range(visits):
        place = places[n % len(places)]
        row = row_of_visit(random, form_of[place.kind], place, _BEGAN + timedelta(minutes=4 * n))
        found.setdefault(form_of[place.kind].form_id, []).append(row)
    return found
