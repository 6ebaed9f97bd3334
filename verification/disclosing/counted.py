"""What each number of a form counts, so that it leaves by the right threshold; and which numbers tell another."""

from collections.abc import Mapping

from verification.disclosing.counts import THRESHOLDS, CountOf, parts_to_show

_CHILDREN = ("recount_total recount_boys recount_girls children_enrolled children_u2 children_2to4 children_4to6 "
             "members_boys members_girls weighing_this_month cohort_due cohort_complete register_total "
             "certificate_total capacity proposals_made proposals_answered n_invited n_parent_consent n_assent "
             "n_present n_stopped band_10_12 band_13_15 band_16_17 n_disability")  # fmt: skip
_PROTECTED = "adopted_total families_planned families_reached"
_STAFF = ("staff_total staff_social_workers staff_certified staff_kha_trained carers_u2 carers_2to4 carers_4to6 "
          "psychologists counsellors trained_count")  # fmt: skip
_THINGS = ("days_typical meetings_12m events_12m titles copies titles_looked_at titles_unsuitable minutes_observed "
           "since_year half_year budget_juta decisions_before decisions_followed gt_met fee_amount "
           "q_proposals q_answered forum_year page")  # fmt: skip
COUNTED: Mapping[str, CountOf] = {
    name: counted
    for names, counted in ((_CHILDREN, CountOf.CHILDREN), (_PROTECTED, CountOf.PROTECTED), (_STAFF, CountOf.STAFF),
                           (_THINGS, CountOf.THINGS))
    for name in names.split()
}  # fmt: skip
PARTS_OF: Mapping[str, tuple[str, ...]] = {
    "recount_total": ("recount_boys", "recount_girls"),
    "children_enrolled": ("children_u2", "children_2to4", "children_4to6"),
    "cohort_due": ("cohort_complete",), "register_total": ("certificate_total",),
    "n_present": ("band_10_12", "band_13_15", "band_16_17"),
}  # fmt: skip
"""By a whole, the parts that are counted of it: whole and parts are answers to one form."""
ALL_PARTS = frozenset(name for names in PARTS_OF.values() for name in names)


def counted_by(name: str, *, is_home: bool) -> CountOf:
    """Say what a question counts; where children live the strictest holds, also of a question that is not ours."""
    counted = COUNTED.get(name, CountOf.PROTECTED if is_home else CountOf.THINGS)
    return CountOf.PROTECTED if is_home and counted is not CountOf.THINGS else counted


def parts_hidden(numbers: Mapping[str, int], *, is_home: bool) -> frozenset[str]:
    """Name the numbers that would tell another one by their sum, or by what they lack to it."""
    hidden: set[str] = set()
    for whole, names in PARTS_OF.items():
        parts = {name: numbers[name] for name in names if name in numbers}
        if whole not in numbers or not parts:
            continue
        few = THRESHOLDS[counted_by(whole, is_home=is_home)].few
        rest = numbers[whole] - sum(parts.values())
        shown = parts_to_show(parts | ({"": rest} if rest > 0 else {}), few)
        hidden |= parts.keys() - shown
    return frozenset(hidden)


def counted_in_claim(*, children: bool, published: bool = False) -> CountOf:
    """Say what a number of a claim counts; `published` where a breakdown goes back to the district that hands it in."""
    if published:
        return CountOf.OWN
    return CountOf.CLAIMED if children else CountOf.THINGS
