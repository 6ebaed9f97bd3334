"""What a set's criteria meet on phones: which of them forms ask, and in whose words."""

from collections.abc import Iterator

from verification.protection.shelter import KINDS as SHELTERS
from verification.protection.shelter import criteria_of_a_shelter
from verification.record import record
from verification.sets.criteria import Criterion
from verification.sets.indicators import IndicatorSet


@record
class Unasked:
    """A criterion that no form asks at some kinds of place: no visit there can say anything of it."""

    criterion: Criterion
    kinds: tuple[str, ...]


def not_asked(indicators: IndicatorSet, by_forms: IndicatorSet) -> tuple[Unasked, ...]:
    """Name the criteria that forms do not ask; `by_forms` is the set whose criteria they are built from."""
    return tuple(Unasked(criterion, kinds) for criterion in indicators.criteria.values()
                 if (kinds := tuple(dict.fromkeys(_kinds_without(criterion, indicators, by_forms)))))  # fmt: skip


def asked_otherwise(indicators: IndicatorSet, by_forms: IndicatorSet) -> tuple[Criterion, ...]:
    """Name the criteria that forms ask in other words, or with other answers."""
    asked = ((one, by_forms.criteria.get(code)) for code, one in indicators.criteria.items())
    return tuple(one for one, other in asked if other and (one.text, one.scale) != (other.text, other.scale))


def _kinds_without(criterion: Criterion, indicators: IndicatorSet, by_forms: IndicatorSet) -> Iterator[str]:
    for indicator in indicators.indicators:
        if criterion in indicator.criteria:
            for kind in indicator.facility_kinds:
                if criterion.asked_at(kind) and criterion.code not in _asked_at(kind, indicators, by_forms):
                    yield kind


def _asked_at(kind: str, indicators: IndicatorSet, by_forms: IndicatorSet) -> frozenset[str]:
    """Name what is asked at a kind of place: of a shelter by a page, which asks the set's own criteria."""
    asked = criteria_of_a_shelter(indicators, kind) if kind in SHELTERS else by_forms.criteria_at(kind)
    return frozenset(one.code for one in asked)
