"""Try the whole way on real places: 122 claimed schools, and visits to where 33 of them and 30 clinics were years ago.

    python -m tests.real.demak FOLDER [--registry]

FOLDER holds desa.geojson, sekolah_2025.csv, sekolah_2017.csv and faskes_2019.csv (not part of this repository). The
visits go through the Central that TILIK_CENTRAL_URL, _USER and _PASSWORD name, or else through the sandbox. Without
--registry the verifiers do not type the schools' numbers, so that name and place must do, and the numbers tell
afterwards which matches are right.
"""

import argparse
import csv
import io
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from sqlalchemy import Engine, select

from server.areas.geojson import read_areas
from server.areas.queries import villages_within
from server.claims.queries import claims_of
from server.claims.template import template_for
from server.db import open_database, snapshot
from server.recoding.applying import AreasWish, load_areas
from server.results.reading import read_unread
from server.results.rows import reasons_of
from server.results.tables import IndicatorResult, LineResult, VisitResult
from server.results.verifying import result_of, verify
from server.rulebook import load_rules
from server.schema import upgrade
from server.settings import load_settings
from server.visits.queries import visits_by_submission
from server.words import catalogue
from tests.support.claiming import claims_come, open_round
from verification.model import Fix, Visit
from verification.places.areas import Villages
from workers.central.api import Central, create_project
from workers.demo.story import running_sandbox
from workers.pulling.pull import pull_all
from workers.sending.publish import publish_facilities, publish_forms
from xlsforms.build import build_all
from xlsforms.fill import FormFiller, facilities_csv

DISTRICT, ROUND, YEAR = "33.21", "2025", 2025
words = catalogue("en")
Row = dict[str, str]


def main() -> None:
    """Run it, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--registry", action="store_true", help="let the verifiers type the schools' numbers")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, a_central() as central:
        engine = open_database(f"sqlite:///{Path(folder) / 'demak.sqlite3'}")
        upgrade(engine)
        load_villages(engine, options.folder)
        open_round(engine, ROUND, YEAR, central.project)
        claim_schools(engine, read(options.folder, "sekolah_2025"))
        publish_forms(central, build_all())
        plan = publish_facilities(engine, central)
        print(f"facilities at Central: {len(plan.create)}")
        sent = send_visits(central, options.folder, with_registry=options.registry)
        reports = pull_all(engine, central)
        print(f"visits sent {sent}, pulled {sum(report.rows for report in reports)}")
        read_unread(engine)
        verify(engine, ROUND, DISTRICT)
        print_result(engine, options.folder)
        engine.dispose()


@contextmanager
def a_central() -> Iterator[Central]:
    """Connect to the Central that is named, or to the sandbox; in a project of its own."""
    settings = load_settings()
    if settings.central_url and settings.central_user and settings.central_password:
        where = (settings.central_url, settings.central_user, settings.central_password.get_secret_value())
        with Central(*where, create_project(*where, "Demak")) as central:
            yield central
    else:
        with running_sandbox() as sandbox:
            where = (sandbox["url"], sandbox["user"], sandbox["password"])
            with Central(*where, create_project(*where, "Demak")) as central:
                yield central


def read(folder: Path, name: str) -> list[Row]:
    with (folder / f"{name}.csv").open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def load_villages(engine: Engine, folder: Path) -> None:
    plan = read_areas((folder / "desa.geojson").read_text(encoding="utf-8"), {DISTRICT: "Kabupaten Demak"})
    load_areas(engine, plan, AreasWish("terminal:test", date(YEAR, 1, 1)))
    kinds = Counter(problem.reason.code for problem in plan.outlines)
    print(f"villages {len(plan.villages)}; outlines: " + ", ".join(f"{code} {n}" for code, n in sorted(kinds.items())))


def claim_schools(engine: Engine, schools: list[Row]) -> None:
    """Claim every school as listed; then again without the coordinates that the import refused."""
    with snapshot(engine) as session:
        villages = Villages(villages_within(session, 1, DISTRICT))
        template = template_for(session, ROUND, DISTRICT).content
    places = locate(schools, villages)
    refused: set[int] = set()
    for attempt in ("as listed", "without the refused coordinates"):
        content = fill(template, schools, places, refused)
        plan = claims_come(engine, content, "demak.xlsx")
        print(f"claim {attempt}: {len(plan.problems)} problems")
        for code, n in Counter(problem.reason.code for problem in plan.problems).items():
            print(f"  {n} x {code}")
        refused = {problem.row for problem in plan.problems if problem.row}


def locate(schools: list[Row], villages: Villages) -> list[str]:
    """Give each school's village: where its point lies, or else any village of the subdistrict it is listed under."""
    found = []
    for school in schools:
        fix = Fix(float(school["lon"] or 0), float(school["lat"] or 0), 0.0)
        placement = villages.locate(fix, load_rules().location)
        found.append(placement.villages[0] if placement.villages else "")
    by_subdistrict: dict[str, str] = {}
    for school, village in zip(schools, found, strict=True):
        if village:
            by_subdistrict.setdefault(school["kecamatan"], village)
    return [v or by_subdistrict[school["kecamatan"]] for school, v in zip(schools, found, strict=True)]


def fill(template: bytes, schools: list[Row], places: list[str], refused: set[int]) -> bytes:
    book = load_workbook(io.BytesIO(template))
    book["Klaim"]["E28"] = 20
    for row, (school, village) in enumerate(zip(schools, places, strict=True), start=4):
        cells: dict[str, Any] = {"A": 25, "B": "sekolah", "C": school["nama"], "D": school["npsn"], "E": village}
        if row not in refused:
            cells |= {"G": float(school["lat"]), "H": float(school["lon"])}
        for letter, value in cells.items():
            book["Fasilitas"][f"{letter}{row}"] = value
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def send_visits(central: Central, folder: Path, *, with_registry: bool) -> int:
    """Fill in a visit at every place of 2017 and 2019, with Collect's own engine, and send it."""
    forms = {form.form_id: form for form in build_all()}
    visits = [("visit_school", row, row["npsn"] if with_registry else None) for row in read(folder, "sekolah_2017")]
    visits += [("visit_pojok_asi", row, None) for row in read(folder, "faskes_2019")]
    with FormFiller() as filler:
        for form_id, row, registry in visits:
            answers = dict.fromkeys(forms[form_id].criteria, "yes") | {
                "mode": "on_site", "listed": "no", "name_given": row["nama"].strip(), "arrival": "open",
                "two_adults": "yes", "staff_within_hearing": "no", "attempt": "1", "substitute": "no",
                "letter_shown": "yes",
            }  # fmt: skip
            point = [float(row["lat"]), float(row["lon"]), 5.0, 8.0]
            more = {"point": point, "registry_given": registry}
            filled = filler.fill(forms[form_id].xform, answers | more, media={"facilities.csv": facilities_csv([])})
            if filled.problem:
                raise SystemExit(f"{row['nama']}: {filled.problem} {filled.refused}")
            central.submit(form_id, filled.xml)
    return len(visits)


def print_result(engine: Engine, folder: Path) -> None:
    with snapshot(engine) as session:
        result = result_of(session, ROUND, DISTRICT)
        assert result
        found = session.scalars(select(LineResult).filter_by(result_id=result.id)).all()
        others = session.scalars(select(VisitResult).filter_by(result_id=result.id)).all()
        points = session.get_one(IndicatorResult, (result.id, 25))
        visits = {visit.visit_id: visit for visit in visits_by_submission(session, ROUND, DISTRICT).values()}
        numbers = {line.id: line.registry_no or "" for line in claims_of(session, ROUND, DISTRICT)[25].lines}
        session.expunge_all()
    names = {row["nama"].strip(): row["npsn"] for row in read(folder, "sekolah_2017")}
    outcomes = print_schools(found, visits, numbers, names)
    print(f"of {len(found)} claimed schools: " + ", ".join(f"{n} {o}" for o, n in sorted(outcomes.items())))
    codes = Counter(visit.reason_code for visit in others if not visit.lines)
    print("visits without a claim line: " + ", ".join(f"{n} {code}" for code, n in sorted(codes.items())))
    print(f"points of indicator 25: lowest {points.lowest}, highest {points.highest}")


def print_schools(
    found: Sequence[LineResult], visits: dict[str, Visit], registry: dict[int, str], numbers: dict[str, str]
) -> Counter[str]:
    """Print each school visit with its match and why; the numbers tell whether a match is right."""
    matched: Counter[str] = Counter()
    by_visit = {line.visit_id: line for line in found if line.visit_id}
    for visit_id, visit in visits.items():
        if visit.kind != "sekolah":
            continue
        line = by_visit.get(visit_id)
        if line is None:
            status, why = "unmatched", "no line is likely enough"
        else:
            right = registry[line.line_id] == numbers[visit.name or ""]
            status = ("matched" if line.sure else "unsure") + (" right" if right else " WRONG")
            why = ", ".join(f"{c['what']} {c['level']} {c['bits']:+.1f}" for c in line.comparisons)
            why = f"P {line.probability:.3f}: {why}; {words.reason(reasons_of(line.reasons)[0])}"
        matched[status] += 1
        print(f"  {status:<15} {visit.name}: {why}")
    print("school visits: " + ", ".join(f"{n} {status}" for status, n in sorted(matched.items())))
    return Counter(line.outcome for line in found)


if __name__ == "__main__":
    main()
