"""What importing a claim form would do, for the terminal, for a program, and its problems as a list to hand on."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import Any

from server.claims.importing import ImportPlan
from server.disclosure.places import UnclearedPlace
from server.disclosure.values import WITHHELD
from server.spreadsheets import as_xlsx
from server.words import Catalogue, catalogue
from verification.claim_form.form import FormProblem
from verification.reason import Reason


def plan_text(plan: ImportPlan, words: Catalogue) -> str:
    """Write every problem by sheet, row and column, then what to look at, then what importing would do."""
    lines = [f"{problem['place']}{problem['sentence']}" for problem in _told(plan.problems, words)]
    if plan.problems:
        lines.append(words.say("claims.refused", count=len(plan.problems)))
    if plan.remarks:
        lines.append(words.say("claims.remarks", count=len(plan.remarks)))
    lines += [f"{remark['place']}{remark['sentence']}" for remark in _told(plan.remarks, words)]
    lines += [words.say("claims.change_new" if c.new else "claims.change", **asdict(c)) for c in plan.changes]
    if plan.form.meetings and not plan.problems and not plan.known:
        lines.append(words.say("claims.meetings", count=len(plan.form.meetings), before=plan.meetings_before))
    return "\n".join(lines)


def plan_json(plan: ImportPlan, words: Catalogue) -> str:
    """Write the same for a program."""
    shown = {"district": plan.district, "round": plan.round_id, "problems": list(_told(plan.problems, words)),
             "remarks": list(_told(plan.remarks, words)),
             "meetings": len(plan.form.meetings), "changes": [asdict(change) for change in plan.changes]}  # fmt: skip
    return json.dumps(shown, ensure_ascii=False, indent=1)


def problems_csv(plan: ImportPlan, words: Catalogue) -> str:
    """Write the problems, and what is to be looked at, as a table for an Indonesian Excel: cell, sentence."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    for told in _told((*plan.problems, *plan.form.remarks), words):
        writer.writerow((told["place"].removesuffix(": "), f" {told['sentence']}"))  # a blank first: never a formula
    return f"\ufeff{file.getvalue()}"


def problems_xlsx(plan: ImportPlan) -> bytes:
    """Write them as a workbook to be sent to the district, in Indonesian as its form is: a row for each cell."""
    words = catalogue("id")
    head = [words.say(f"claims.problem_{column}") for column in ("sheet", "cell", "sentence", "to_do")]
    rows = [
        (told["sheet"], f"{told['column']}{told['row']}" if told["sheet"] else None, told["sentence"], words.say(to_do))
        for problems, to_do in ((plan.problems, "claims.problem_mend"), (plan.form.remarks, "claims.problem_look"))
        for told in _told(problems, words)
    ]
    return as_xlsx(words.say("claims.problem_title"), head, rows, words)


def _told(problems: Iterable[FormProblem], words: Catalogue) -> Iterator[dict[str, Any]]:
    for problem in problems:
        place = f"{problem.sheet}!{problem.column}{problem.row}: " if problem.sheet else ""
        sentence = words.reason(without_homes(problem), **kinds_in_words(problem, words.say))
        yield {"place": place, "sheet": problem.sheet, "row": problem.row, "column": problem.column,
               "code": problem.reason.code, "sentence": sentence}  # fmt: skip


def without_homes(problem: FormProblem) -> Reason:
    """Take what was written of a home off a problem: its cell is named, where whoever has the form reads it."""
    if problem.about is None or not UnclearedPlace((problem.about,)).is_home:
        return problem.reason
    told = ("kind", "indicator", "first", "kinds")
    values = {name: value if name in told else WITHHELD for name, value in problem.reason.values.items()}
    return Reason(problem.reason.code, values)


def kinds_in_words(problem: FormProblem, say: Callable[..., str]) -> dict[str, str]:
    """Say kinds of place by their words, as the form offers them."""
    kinds = str(problem.reason.values.get("kinds") or "")
    return {"kinds": ", ".join(say(f"kind.{kind}") for kind in kinds.split(","))} if kinds else {}
