"""What importing a claim form would do, for the terminal."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from server.claims.importing import ImportPlan
from server.disclosure.places import UnclearedPlace
from server.disclosure.values import WITHHELD
from server.words import Catalogue
from verification.claim_form.form import FormProblem
from verification.reason import Reason


def plan_text(plan: ImportPlan, words: Catalogue) -> str:
    """Write what importing a claim form would do, or every problem by sheet, row and column."""
    lines = [f"{problem['place']}{problem['sentence']}" for problem in _problems(plan, words)]
    if plan.problems:
        lines.append(words.say("claims.refused", count=len(plan.problems)))
    lines += [words.say("claims.change_new" if c.new else "claims.change", **asdict(c)) for c in plan.changes]
    return "\n".join(lines)


def plan_json(plan: ImportPlan, words: Catalogue) -> str:
    """Write the same for a program."""
    shown = {"district": plan.district, "round": plan.round_id, "problems": list(_problems(plan, words)),
             "changes": [asdict(change) for change in plan.changes]}  # fmt: skip
    return json.dumps(shown, ensure_ascii=False, indent=1)


def _problems(plan: ImportPlan, words: Catalogue) -> Iterator[dict[str, Any]]:
    for problem in plan.problems:
        place = f"{problem.sheet}!{problem.column}{problem.row}: " if problem.sheet else ""
        yield {"place": place, "sheet": problem.sheet, "row": problem.row, "column": problem.column,
               "code": problem.reason.code, "sentence": words.reason(_without_homes(problem))}  # fmt: skip


def _without_homes(problem: FormProblem) -> Reason:
    """Take what was written of a home off a problem: its cell is named, where whoever has the form reads it."""
    if problem.about is None or not UnclearedPlace((problem.about,)).is_home:
        return problem.reason
    told = ("kind", "indicator", "first")
    values = {name: value if name in told else WITHHELD for name, value in problem.reason.values.items()}
    return Reason(problem.reason.code, values)
