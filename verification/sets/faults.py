"""What no cell alone can have wrong: sums of points, what names what, checks and comparisons that cannot be made."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from verification.comparing.compare import BY_AREA, TAKES
from verification.judging.checks import KINDS
from verification.model import Seen
from verification.reason import Reason
from verification.sets.breakdowns import AREA, GROUP
from verification.sets.criteria import REGULATION
from verification.sets.indicators import ClaimKind
from verification.sets.known import asked_of
from verification.sets.layout import FIRST_ROW, HEAD, SHEETS
from verification.sets.rows import Fault, Rows, SetRow

_SMALLEST = 1e-9  # of a difference between sums of points


def faults_between(rows: Rows) -> list[Fault]:
    """Find what does not go together; what names nothing at all has been told already."""
    return [fault for find in (_heads, _points, _children, _lists, _criteria, _checks, _strict, _compares, _breakdowns,
                               _once) for fault in find(rows)]  # fmt: skip


def _number(row: SetRow, key: str) -> float:
    value = row.values.get(key)
    return value if isinstance(value, int | float) else 0


def _by(rows: Sequence[SetRow], key: str) -> Mapping[object, list[SetRow]]:
    found = defaultdict[object, list[SetRow]](list)
    for row in rows:
        if key in row.values:
            found[row.values[key]].append(row)
    return found


def _is_true(row: SetRow, key: str) -> bool:
    return row.values.get(key) is True


# ── points


def _heads(rows: Rows) -> Iterator[Fault]:
    for row in rows[HEAD][1:]:
        yield row.fault("id", "set_one_head")


def _points(rows: Rows) -> Iterator[Fault]:
    for row in (*rows["Klaster"], *rows["Indikator"]):
        if row.values.get("points") == 0:
            yield row.fault("points", "set_without_points")
    of_cluster = _by(rows["Indikator"], "cluster")
    for cluster in rows["Klaster"]:
        indicators = of_cluster.get(cluster.values.get("code"), [])
        if not indicators and "code" in cluster.values:
            yield cluster.fault("code", "set_cluster_empty", found=cluster.text("code"))
        elif "points" in cluster.values and _differs(cluster, indicators):
            said = _number(cluster, "points")
            yield cluster.fault("points", "set_cluster_sum", claimed=said, counted=_sum(indicators))
    for head in rows[HEAD][:1]:
        if "points" in head.values and _differs(head, rows["Klaster"]):
            yield head.fault("points", "set_total_sum", claimed=_number(head, "points"), counted=_sum(rows["Klaster"]))


def _sum(rows: Sequence[SetRow]) -> float:
    return round(sum(_number(row, "points") for row in rows), 6)


def _differs(whole: SetRow, parts: Sequence[SetRow]) -> bool:
    """Tell whether a sum is another than it says; not where a part could not be read, which is told itself."""
    is_read = all("points" in part.values for part in parts)
    return is_read and abs(_sum(parts) - _number(whole, "points")) > _SMALLEST


# ── indicators


def _children(rows: Rows) -> Iterator[Fault]:
    asked, answered = _by(rows["Pertanyaan"], "indicator"), _by(rows["Isian"], "question")
    for row in rows["Indikator"]:
        if "number" in row.values and row.values["number"] not in asked:
            yield row.fault("number", "set_no_question", indicator=int(_number(row, "number")))
    for row in rows["Pertanyaan"]:
        if "code" in row.values and row.values["code"] not in answered:
            yield row.fault("code", "set_no_answer", found=row.text("code"))


def _lists(rows: Rows) -> Iterator[Fault]:
    sheets: dict[str, int] = {}
    for row in rows["Indikator"]:
        if row.text("claim_kind") == ClaimKind.LIST and not row.several("facility_kinds"):
            yield row.fault("facility_kinds", "set_list_of_nothing")
        sheet = row.text("sheet")
        if sheet in sheets:
            yield row.fault("sheet", "set_stands_twice", found=sheet, line=sheets[sheet])
        if sheet:
            sheets.setdefault(sheet, row.number)


# ── criteria


def _criteria(rows: Rows) -> Iterator[Fault]:
    named = {code for row in rows["Indikator"] for code in row.several("criteria")}
    scales = _by(rows["Skala"], "scale")
    answers = {scale: {row.values.get("answer") for row in found} for scale, found in scales.items()}
    for row in rows["Kriteria"]:
        if "code" in row.values and row.values["code"] not in named:
            yield row.fault("code", "set_criterion_unused", found=row.text("code"))
        if _is_true(row, "strict") and Seen.NOT_APPLICABLE in answers.get(row.values.get("scale"), ()):
            yield row.fault("strict", "set_strict_may_not_apply")
    for row in {row.text("scale"): row for row in reversed(rows["Skala"])}.values():
        if Seen.NOT_SEEN not in answers.get(row.values.get("scale"), {Seen.NOT_SEEN}):
            yield row.fault("answer", "set_scale_without_not_seen", found=row.text("scale"))


def _takes(row: SetRow, needs: frozenset[str], may: frozenset[str] = frozenset()) -> Iterator[Fault]:
    """Say which parameters a check or comparison lacks, and which it does not take."""
    parameters = [column.key for column in SHEETS[row.sheet].columns if column.key not in ("indicator", "kind")]
    for key in parameters:
        if key in needs and key not in row.values:
            yield row.fault(key, "set_kind_needs", what=row.text("kind"), wanted=key)
        if key in row.values and row.values[key] is not False and key not in needs | may:
            yield row.fault(key, "set_kind_takes_not", what=row.text("kind"), wanted=key)


def _checks(rows: Rows) -> Iterator[Fault]:
    indicators, criteria = _first(rows["Indikator"], "number"), _first(rows["Kriteria"], "code")
    for row in rows["Pemeriksaan"]:
        indicator = indicators.get(row.values.get("indicator"))
        if row.text("kind") not in KINDS or indicator is None:
            continue
        yield from _takes(row, KINDS[row.text("kind")][1])
        mine = [criteria[code] for code in indicator.several("criteria") if code in criteria]
        usable = [one.text("code") for one in mine if one.text("source") == REGULATION]
        for code in row.several("criteria"):
            if code in criteria and code not in usable:
                yield row.fault("criteria", "set_not_of_regulation", found=str(code))
        count = _number(row, "count")
        if count > len(usable):
            yield row.fault("count", "set_count_too_high", count=int(count), most=len(usable))
        if row.text("kind") == "all_strict" and not any(_is_true(one, "strict") for one in mine):
            yield row.fault("kind", "set_nothing_strict")


def _strict(rows: Rows) -> Iterator[Fault]:
    strict = {row.text("code") for row in rows["Kriteria"] if _is_true(row, "strict")}
    asks = {row.values.get("indicator") for row in rows["Pemeriksaan"] if row.text("kind") == "all_strict"}
    unasked = [row for row in rows["Indikator"]
               if strict & set(row.several("criteria")) and row.values.get("number") not in asks]  # fmt: skip
    if unasked and not rows["Pemeriksaan"]:
        yield Fault("Pemeriksaan", FIRST_ROW, "A", Reason("set_sheet_empty", {"sheet": "Pemeriksaan"}))
    else:
        yield from (row.fault("criteria", "set_strict_without_check") for row in unasked)


def _first(rows: Sequence[SetRow], key: str) -> Mapping[object, SetRow]:
    return {row.values[key]: row for row in reversed(rows) if key in row.values}


# ── comparisons


def _compares(rows: Rows) -> Iterator[Fault]:
    questions, answers = _first(rows["Pertanyaan"], "code"), _first(rows["Isian"], "code")
    indicators, broken_down = _first(rows["Indikator"], "number"), _first(rows["Rincian"], "code")
    of = {code: questions[row.text("question")].values.get("indicator") for code, row in answers.items()
          if row.text("question") in questions}  # fmt: skip
    for row in rows["Pembandingan"]:
        indicator, takes = indicators.get(row.values.get("indicator")), TAKES.get(row.text("kind"))
        if indicator is None or takes is None:
            continue
        yield from _takes(row, takes.needs, takes.may)
        for key in ("answers", "whole"):
            for code in row.several(key):
                if code in of and of[code] != row.values["indicator"]:
                    yield row.fault(key, "set_of_another_indicator", found=str(code))
                yield from _unsaid(row, key, answers.get(code))
        for key in ("criterion", "criteria"):
            for code in row.several(key):
                if code not in indicator.several("criteria"):
                    yield row.fault(key, "set_of_another_indicator", found=str(code))
        direction = row.text("direction")
        if direction and takes.directions and direction not in takes.directions:
            wanted = ", ".join(sorted(takes.directions))
            yield row.fault("direction", "set_code_unknown", found=direction, wanted=wanted)
        yield from _by_group(row, broken_down)
        yield from _by_area(row, broken_down)
        asks = row.text("kind") if row.text("kind") in ("heard", "children") else ""
        if asks and row.text("asked") not in asked_of(asks, row.text("topic")):
            yield row.fault("asked", "set_not_asked", found=row.text("asked"), what=row.text("topic") or asks)


def _by_group(row: SetRow, broken_down: Mapping[object, SetRow]) -> Iterator[Fault]:
    """Say which breakdowns are not of the comparison's answers, by group."""
    codes, totals = row.several("breakdowns"), (row.several("answers"), row.several("whole"))
    if codes and len(codes) != len(totals):
        yield row.fault("breakdowns", "set_not_by_group", found=str(codes[-1]))
    for code, total in zip(codes, totals, strict=False):
        one = broken_down.get(code)
        fits = one and one.values.get("indicator") == row.values["indicator"] and one.several("total") == total
        if one and not (fits and GROUP in one.several("by")):
            yield row.fault("breakdowns", "set_not_by_group", found=str(code))


def _by_area(row: SetRow, broken_down: Mapping[object, SetRow]) -> Iterator[Fault]:
    """Say which of the comparison's answers are not broken down by area, each by itself."""
    for key in ("answers", "whole") if row.text("kind") == BY_AREA else ():
        for code in row.several(key):
            one = broken_down.get(code)
            if not (one and one.several("total") == (code,) and AREA in one.several("by")):
                yield row.fault(key, "set_not_by_area", found=str(code))


def _unsaid(row: SetRow, key: str, answer: SetRow | None) -> Iterator[Fault]:
    """Say that a comparison would write numbers that count children."""
    counts = row.text("kind") == "changes" and answer is not None and _is_true(answer, "counts_children")
    if answer is not None and counts and not _is_true(row, "children"):
        yield row.fault(key, "set_children_unsaid", found=answer.text("code"))


# ── the form


def _breakdowns(rows: Rows) -> Iterator[Fault]:
    for row in rows["Rincian"]:
        if _is_true(row, "protected") and "area" in row.several("by"):
            yield row.fault("by", "set_protected_by_area")


def _once(rows: Rows) -> Iterator[Fault]:
    for row in rows["Dihitung sekali"]:
        named = row.several("indicators")
        if named and len(set(named)) < max(2, len(named)):
            yield row.fault("indicators", "set_fewer_than_two")
