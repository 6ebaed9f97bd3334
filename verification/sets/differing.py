"""What one indicator set says otherwise than another: indicators and clusters by number and code."""

from collections.abc import Callable, Mapping

from verification.record import record
from verification.sets.indicators import Indicator, IndicatorSet

REST: Mapping[str, Callable[[IndicatorSet], object]] = {
    "law": lambda found: found.law,
    "valid_from": lambda found: found.valid_from,
    "breakdowns": lambda found: dict(found.breakdowns),
    "consistency": lambda found: found.consistency,
    "agencies": lambda found: found.agencies,
    "counted_once": lambda found: found.counted_once,
    "order": lambda found: ([one.code for one in found.clusters], list(found.by_number)),
}  # what a set says beside its indicators and clusters


@record
class OtherIndicator:
    """An indicator of both sets that is another; the points before are given where they changed."""

    number: int
    points_before: float | None
    named: bool  # its name or measure
    asked: bool  # its questions, or how they are answered
    judged: bool  # its places, criteria, checks, comparisons, readings


@record
class Differences:
    """How a set differs from another one."""

    new: tuple[int, ...]
    gone: tuple[int, ...]
    changed: tuple[OtherIndicator, ...]
    clusters: tuple[str, ...]  # that are new, gone or of other points
    rest: tuple[str, ...]  # what else differs, of `REST`

    def __bool__(self) -> bool:
        return bool(self.new or self.gone or self.changed or self.clusters or self.rest)


def differences(before: IndicatorSet, after: IndicatorSet) -> Differences:
    """Compare two sets."""
    both = [(before.by_number[number], one) for number, one in after.by_number.items() if number in before.by_number]
    was, now = ({one.code: one for one in found.clusters} for found in (before, after))
    return Differences(
        new=tuple(number for number in after.by_number if number not in before.by_number),
        gone=tuple(number for number in before.by_number if number not in after.by_number),
        changed=tuple(_between(old, new) for old, new in both if old != new),
        clusters=tuple(code for code in {**now, **was} if was.get(code) != now.get(code)),
        rest=tuple(what for what, read in REST.items() if read(before) != read(after)),
    )  # fmt: skip


def _between(old: Indicator, new: Indicator) -> OtherIndicator:
    return OtherIndicator(
        new.number,
        old.points if old.points != new.points else None,
        named=(old.name, old.measure, old.cluster) != (new.name, new.measure, new.cluster),
        asked=(old.questions, old.explanation, old.data_source) != (new.questions, new.explanation, new.data_source),
        judged=_judged(old) != _judged(new),
    )


def _judged(one: Indicator) -> tuple[object, ...]:
    return (one.claim_kind, one.facility_kinds, one.criteria, one.checks, one.compares, one.readings, one.sheet,
            one.beyond_a_visit)  # fmt: skip
