"""A comparison as an indicator set's file names it: a kind with parameters (`[[indicators.compares]]`)."""

from collections.abc import Iterable, Mapping
from typing import Any

from verification.comparing.answers import ABOVE, BELOW, DOWN, UP
from verification.reading.forum import ForumProcess
from verification.reading.interview import InterviewTopic
from verification.reading.noted import CHOSEN
from verification.record import record
from verification.summing.children import QUESTIONS
from verification.summing.heard import ASKED_UNDER


@record
class Compare:
    """One comparison: its kind, and the parameters that this kind takes.

    `children`: the numbers count children, and none of them is written. `protected`: by the stricter threshold.
    `share`: a percentage of a whole, which ends at 100. `column`: of the list of places, by its key; `question`: of the
    visits' forms; `same`: the list's codes for the form's, where they differ. `topic` and `asked`: what people were
    asked, or children; `against`: the answer of theirs that speaks against the claim. `breakdowns`: two, of `answers`
    and of `whole`, by group.
    """

    kind: str
    answers: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    direction: str = ""
    at_least: float | None = None
    at_most: float | None = None
    benchmark: str = ""
    criterion: str = ""
    criteria: tuple[str, ...] = ()
    column: str = ""
    question: str = ""
    same: tuple[tuple[str, str], ...] = ()
    breakdowns: tuple[str, ...] = ()
    topic: str = ""
    asked: str = ""
    against: str = ""
    children: bool = False
    protected: bool = False
    share: bool = False


class UnusableCompare(ValueError):
    """A comparison that cannot be made; its text is for whoever wrote the set's file."""


@record
class Takes:
    """The parameters that a kind needs, those that it may have, and the directions that it knows."""

    needs: frozenset[str]
    may: frozenset[str] = frozenset()
    directions: frozenset[str] = frozenset()


BY_AREA = "share_by_area"
_UP_DOWN, _ABOVE_BELOW = frozenset({UP, DOWN}), frozenset({ABOVE, BELOW})
TAKES: Mapping[str, Takes] = {  # what each is made by: comparisons.py
    "changes": Takes(frozenset({"answers", "direction"}), frozenset({"children", "share"}), _UP_DOWN),
    "rise": Takes(frozenset(), frozenset({"answers"})),
    "yes_no": Takes(frozenset({"answers", "criterion"})),
    "share_of_list": Takes(frozenset({"answers", "whole"})),
    "ratio": Takes(frozenset({"answers", "whole"}), frozenset({"at_least", "protected"})),
    "share_by_group": Takes(frozenset({"answers", "whole", "breakdowns"})),
    BY_AREA: Takes(frozenset({"answers", "whole"})),
    "ratio_rises": Takes(frozenset({"answers", "whole"})),
    "benchmark": Takes(frozenset({"answers", "direction", "benchmark"}), directions=_ABOVE_BELOW),
    "target": Takes(frozenset({"answers", "at_least"})),
    "union": Takes(frozenset({"answers"})),
    "yes_in_parts": Takes(frozenset({"answers", "criteria"})),
    "used": Takes(frozenset({"answers", "at_least", "at_most"}), frozenset({"protected"})),
    "chosen": Takes(frozenset({"column", "question"}), frozenset({"same"})),
    "counts_elsewhere": Takes(frozenset({"question"})),
    "all_seen": Takes(frozenset({"criteria"})),
    "forum": Takes(frozenset({"answers", "criteria"})),
    "share_of_budget": Takes(frozenset({"answers"})),
    "clusters_covered": Takes(frozenset()),
    "children": Takes(frozenset({"asked"}), frozenset({"against", "answers", "criterion"})),
    "heard": Takes(frozenset({"topic", "asked", "against"}), frozenset({"answers", "criterion"})),
}
STATED = ("category", "run_by", "paid", "location_kind", "smoke_free_kind")  # columns in which something is chosen
_CHILDREN_UNSAID = frozenset({"changes"})  # kinds that write the numbers unless these count children


def read_compare(row: Mapping[str, Any], asked: Mapping[str, Any], criteria: Iterable[str]) -> Compare:
    """Read one comparison; `asked` are the indicator's answer fields by code, `criteria` the codes of its criteria.

    Raises UnusableCompare where the indicator's questions or criteria do not allow it.
    """
    parameters = dict(row)
    kind = parameters.pop("kind", None)
    if kind not in TAKES:
        raise UnusableCompare(f"no kind of comparison is called {kind!r}; known are {', '.join(TAKES)}")
    named: dict[str, Any] = {name: tuple(parameters[name]) for name in ("answers", "whole") if name in parameters}
    for problem in _problems(kind, parameters, named, asked, frozenset(criteria)):
        raise UnusableCompare(f"{kind}: {problem}")
    named |= {name: tuple(parameters[name]) for name in ("criteria", "breakdowns") if name in parameters}
    if "same" in parameters:
        named["same"] = tuple(sorted(parameters["same"].items()))
    return Compare(kind, **(parameters | named))


def _problems(
    kind: str, parameters: Mapping[str, Any], named: Mapping[str, tuple[str, ...]], asked: Mapping[str, Any],
    criteria: frozenset[str],
) -> list[str]:  # fmt: skip
    takes = TAKES[kind]
    problems = [f"needs {name}" for name in sorted(takes.needs - parameters.keys())]
    problems += [f"takes no {name}" for name in sorted(parameters.keys() - takes.needs - takes.may)]
    codes = [code for several in named.values() for code in several]
    problems += [f"no answer is called {code!r} here" for code in codes if code not in asked]
    problems += [f"names no {name}" for name, several in named.items() if not several]
    if takes.directions and parameters.get("direction") not in takes.directions:
        problems.append(f"direction is one of {', '.join(sorted(takes.directions))}")
    of_criteria = [*parameters.get("criteria", ()), *([parameters["criterion"]] if "criterion" in parameters else [])]
    problems += [f"{code!r} is no criterion here" for code in of_criteria if code not in criteria]
    problems += [f"no list of places has a column {found!r}" for found in [parameters.get("column")]
                 if found is not None and found not in STATED]  # fmt: skip
    problems += [f"no question {found!r} is read of visits" for found in [parameters.get("question")]
                 if found is not None and found not in CHOSEN]  # fmt: skip
    if kind == "forum" and len(parameters.get("criteria", ())) != len(ForumProcess):
        problems.append(f"names {len(ForumProcess)} criteria, one of each process")
    if "breakdowns" in takes.needs and len(parameters.get("breakdowns", ())) != len(("answers", "whole")):
        problems.append("names two breakdowns, of the answers and of the whole")
    if kind == "heard" and parameters.get("asked") not in _asked_under(str(parameters.get("topic"))):
        problems.append(f"nobody is asked {parameters.get('asked')!r} under {parameters.get('topic')!r}")
    if kind == "children" and parameters.get("asked") not in QUESTIONS:
        problems.append(f"no child is asked {parameters.get('asked')!r}, or it is not told")
    if kind in _CHILDREN_UNSAID and not parameters.get("children"):
        counted = [code for code in codes if code in asked and asked[code].counts_children]
        problems += [f"{code!r} counts children: say children = true" for code in counted]
    return problems


def _asked_under(topic: str) -> tuple[str, ...]:
    return ASKED_UNDER.get(InterviewTopic(topic), ()) if topic in set(InterviewTopic) else ()
