"""What is wrong with a file of areas, for the terminal."""

from collections.abc import Iterator, Sequence

from server.areas.geojson import AreaPlan
from server.db import Json
from server.words import Catalogue
from verification.reason import Reason

_SHOWN = 10


def problem_lines(problems: Sequence[Reason], words: Catalogue) -> Iterator[str]:
    """Say what forbids loading, of each kind the first few: a file that is wrong throughout is wrong in one way."""
    for code in dict.fromkeys(problem.code for problem in problems):
        found = [problem for problem in problems if problem.code == code]
        yield from map(words.reason, found[:_SHOWN])
        if len(found) > _SHOWN:
            yield words.say("areas.more_of_this_kind", count=len(found) - _SHOWN)


def outline_lines(plan: AreaPlan, words: Catalogue) -> Iterator[str]:
    """Sum up the outlines' problems by kind, and show the largest three of each."""
    for code in dict.fromkeys(problem.reason.code for problem in plan.outlines):
        found = sorted((p for p in plan.outlines if p.reason.code == code), key=lambda problem: -problem.area_m2)
        hectares = sum(problem.area_m2 for problem in found) / 10_000
        yield words.say(f"areas.{code}", count=len(found), hectares=round(hectares, 1))
        for problem in found[:3]:
            codes = [*problem.codes[:_SHOWN], "…"] if len(problem.codes) > _SHOWN else problem.codes
            yield f"  {', '.join(codes)}: {words.reason(problem.reason)}"


def outlines_json(plan: AreaPlan, words: Catalogue) -> list[Json]:
    """Give every problem of the outlines."""
    return [
        {"code": p.reason.code, "areas": p.codes, "area_m2": round(p.area_m2), "sentence": words.reason(p.reason)}
        for p in plan.outlines
    ]
