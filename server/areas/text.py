"""What loading areas did, for the terminal."""

import json
from collections.abc import Iterator

from server.areas.geojson import AreaPlan
from server.words import Catalogue


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
