"""Was the visit at the place? The grade of a point, from both points' uncertainty (`rules.toml`, [location]).

A phone's accuracy is the 68 % radius of a circular normal error; the claimed coordinate adds half of its last
written decimal. With a true distance `t` the measured one squared is noncentral chi-square with two degrees of
freedom. Nothing is ever rejected for distance alone: the claimed coordinate may be the one that is wrong.
"""

from math import hypot

from scipy.special import chndtr

from verification.model import ClaimedPoint, Fix, Grade, Mode
from verification.places.distance import distance_m
from verification.reason import Reason
from verification.record import record
from verification.rules import LocationRules

_FAR_IN_SIGMAS = 8.0  # beyond this the probability is 0 or 1 to fifteen digits, and the series would need minutes


@record
class Evidence:
    """What a visit's point shows about having been at the claimed place; `error_m` is a 95 % radius."""

    grade: Grade
    reason: Reason
    distance_m: float | None = None
    error_m: float | None = None
    at_place_probability: float | None = None


def probability_within(radius_m: float, measured_m: float, sigma_m: float) -> float:
    """Give the probability of a true distance below `radius_m`, having measured `measured_m` with error `sigma_m`."""
    if sigma_m <= 0:
        return float(measured_m <= radius_m)
    if abs(measured_m - radius_m) > _FAR_IN_SIGMAS * sigma_m:
        return float(measured_m < radius_m)
    return float(chndtr((radius_m / sigma_m) ** 2, 2, (measured_m / sigma_m) ** 2))


def chance_of_measuring_at_least(measured_m: float, true_m: float, sigma_m: float) -> float:
    """Give the chance of measuring `measured_m` or more from a place that is truly `true_m` away."""
    return 1.0 - probability_within(measured_m, true_m, sigma_m)


def grade_point(
    fix: Fix | None, mode: Mode, claimed: ClaimedPoint | None, allowance_m: float, rules: LocationRules
) -> Evidence:
    """Grade a visit's point against the claimed one, for a kind of place that allows so many metres.

    AT_PLACE where the truth is within the allowance with the required probability; ELSEWHERE where so great a
    distance would hardly be measured from within `elsewhere_beyond_m`; otherwise UNSURE. A large error therefore
    widens UNSURE on both sides: it makes nobody look better, and it accuses nobody either.
    """
    missing = why_no_evidence(fix, mode)
    if missing:
        return Evidence(Grade.NO_EVIDENCE, Reason(missing))
    assert fix is not None and fix.accuracy_m is not None  # noqa: S101 - said by why_no_evidence, for the type checker
    if claimed is None:
        return Evidence(Grade.NO_EVIDENCE, Reason("no_claimed_point"))
    measured = distance_m(fix.lon, fix.lat, claimed.lon, claimed.lat)
    sigma = hypot(fix.accuracy_m / rules.accuracy_to_sigma, claimed.half_cell_m)
    error = hypot(fix.accuracy_m * rules.accuracy_to_r95, claimed.half_cell_m)
    within = probability_within(allowance_m, measured, sigma)
    grade = _grade(measured, sigma, within, rules)
    values = {"distance_m": round(measured), "error_m": round(error), "allowance_m": allowance_m}
    return Evidence(grade, Reason(f"location_{grade}", dict(values)), measured, error, within)


def why_no_evidence(fix: Fix | None, mode: Mode) -> str | None:
    """Say why a visit's point shows nothing, whatever place it is compared with; None where it may show something."""
    if mode is Mode.VIDEO:
        return "video_has_no_point"
    if fix is None:
        return "no_point"
    if fix.accuracy_m is None:
        return "no_accuracy"
    return "accuracy_zero" if fix.accuracy_m <= 0 else None


def _grade(measured_m: float, sigma_m: float, within: float, rules: LocationRules) -> Grade:
    if within >= rules.at_place_probability:
        return Grade.AT_PLACE
    chance = chance_of_measuring_at_least(measured_m, rules.elsewhere_beyond_m, sigma_m)
    if measured_m > rules.elsewhere_beyond_m and chance <= 1 - rules.elsewhere_confidence:
        return Grade.ELSEWHERE
    return Grade.UNSURE
