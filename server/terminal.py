"""What the command line prints: the report's summary, and what loading or importing a file would do."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from server.areas import AreaPlan
from server.catalogue import Catalogue
from server.certificates import Detail
from server.claims import ImportPlan
from server.not_received import NotReceived
from server.report import Report
from server.tables import Certificate

_NAME_WIDTH = 52
_COLUMNS = ("maximum", "claimed", "lowest", "expected", "highest")


def summary_table(report: Report, words: Catalogue) -> str:
    """Write the summary: per indicator maximum, claimed, and lowest / expected / highest supported points."""
    heads = "".join(f"{words.say(f'report.{key}'):>11}" for key in _COLUMNS)
    rows = [_row(str(i.number), i.name, [getattr(i, key) for key in _COLUMNS], words) for i in report.indicators]
    sums = report.totals
    return "\n".join([
        words.say("report.title", district=report.district_name, year=str(report.year)),
        "",
        f"{'':>3} {words.say('report.indicator'):<{_NAME_WIDTH}}{heads}",
        *rows,
        _row("", words.say("report.summary"), [getattr(sums, key) for key in _COLUMNS], words),
        "",
        f"{words.say('report.observed_claimed')}: {words.points(sums.observed_claimed)}",
        f"{words.say('report.standing')}: {words.points(sums.standing)}",
        f"{words.say('report.if_rest_stands')}: "
        f"{words.points(sums.standing + sums.lowest)} – {words.points(sums.standing + sums.highest)}",
        words.say("report.proposal"),
    ])  # fmt: skip


def _row(number: str, name: str, values: list[float | None], words: Catalogue) -> str:
    short = name if len(name) <= _NAME_WIDTH else name[: _NAME_WIDTH - 1] + "…"
    return f"{number:>3} {short:<{_NAME_WIDTH}}" + "".join(f"{words.points(value):>11}" for value in values)


def outline_lines(plan: AreaPlan, words: Catalogue) -> Iterator[str]:
    """Sum up the outlines' problems by kind, and show the largest three of each."""
    for code in dict.fromkeys(problem.reason.code for problem in plan.outlines):
        found = sorted((p for p in plan.outlines if p.reason.code == code), key=lambda problem: -problem.area_m2)
        hectares = sum(problem.area_m2 for problem in found) / 10_000
        yield words.say(f"areas.{code}", count=len(found), hectares=round(hectares, 1))
        for problem in found[:3]:
            yield f"  {', '.join(problem.codes)}: {words.reason(problem.reason)}"


def areas_json(plan: AreaPlan, counts: dict[str, int], words: Catalogue) -> str:
    """Write what loading areas did, and every problem of their outlines."""
    outlines = [
        {"code": p.reason.code, "areas": p.codes, "area_m2": round(p.area_m2), "sentence": words.reason(p.reason)}
        for p in plan.outlines
    ]
    return json.dumps({"areas": counts, "outlines": outlines}, ensure_ascii=False, indent=1)


def plan_text(plan: ImportPlan, words: Catalogue) -> str:
    """Write what importing a claim form would do, or every problem by sheet, row and column."""
    lines = [f"{problem['place']}{problem['sentence']}" for problem in _problems(plan, words)]
    if plan.problems:
        lines.append(words.say("claims.refused", count=len(plan.problems)))
    lines += [words.say("claims.change_new" if c.new else "claims.change", **asdict(c)) for c in plan.changes]
    return "\n".join(lines)


def plan_json(plan: ImportPlan, words: Catalogue) -> str:
    """Write the same for a program."""
    shown = {"district": plan.district, "year": plan.year, "problems": list(_problems(plan, words)),
             "changes": [asdict(change) for change in plan.changes]}  # fmt: skip
    return json.dumps(shown, ensure_ascii=False, indent=1)


def _problems(plan: ImportPlan, words: Catalogue) -> Iterator[dict[str, Any]]:
    for problem in plan.problems:
        place = f"{problem.sheet}!{problem.column}{problem.row}: " if problem.sheet else ""
        yield {"place": place, "sheet": problem.sheet, "row": problem.row, "column": problem.column,
               "code": problem.reason.code, "sentence": words.reason(problem.reason)}  # fmt: skip


def certificate_text(
    found: Certificate, detail: Detail, awaited: Sequence[NotReceived], words: Catalogue
) -> Iterator[str]:
    """Write a sync certificate: what it states, or every difference with its likely cause."""
    yield words.say(f"sync.{found.verdict}")
    yield words.say("sync.statement", moment=datetime.fromisoformat(found.as_of), **detail.totals)
    yield f"{words.say('sync.digest')} {found.digest}"
    hashed = {"moment": found.bytes_hashed_at}
    yield words.say("sync.bytes_hashed", **hashed) if found.bytes_hashed_at else words.say("sync.bytes_never_hashed")
    for form in detail.forms:
        for code, count in form.causes.items():
            yield f"{form.form_id}: {count} × {words.say(f'difference.{code}')}"
        for difference in form.differences:
            yield f"  {difference.root_id} {words.say(f'difference.{difference.code}', **difference.values)}"
    yield f"{words.say('sync.awaited_title')}: {sum(one.count for one in awaited)}"
    yield words.say("sync.phones")


def certificate_json(found: Certificate, detail: Detail, awaited: Sequence[NotReceived], words: Catalogue) -> str:
    """Write the same for a program."""
    shown = {
        "verdict": found.verdict, "as_of": found.as_of, "made_at": found.made_at.isoformat(), "digest": found.digest,
        "bytes_hashed_at": found.bytes_hashed_at.isoformat() if found.bytes_hashed_at else None,
        "totals": detail.totals, "forms": [asdict(form) for form in detail.forms],
        "visits_not_received": [asdict(one) for one in awaited], "note": words.say("sync.phones"),
    }  # fmt: skip
    return json.dumps(shown, ensure_ascii=False, indent=1, default=str)
