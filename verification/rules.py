"""Every number an officer may change, typed. The values live in `rules.toml`; whoever loads that file passes it in."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from verification.places.kinds import Kinds
from verification.points.categories import Categories
from verification.record import record


@record
class LocationRules:
    """Distances and probabilities for grading a point; see `rules.toml` for what each one means."""

    at_place_probability: float
    elsewhere_beyond_m: float
    elsewhere_confidence: float
    accuracy_to_sigma: float
    accuracy_to_r95: float
    coast_m: float
    same_building_m: float
    stood_r95_m: float


@record
class Frequency:
    """How often a level of agreement occurs among true matches (m) and among other pairs (u)."""

    m: float
    u: float


@record
class MatchingRules:
    """Thresholds and frequencies for matching a visit to a claim line."""

    automatic: float
    person: float
    neighbourhood_m: float
    word_shared_by: int  # lines, at most, that one word of a name leads to
    usual_lines: float  # as how many lines what is usual counts, when a name's own rarity is worked out
    latest_that_looked: bool  # of several visits to a place (`matching/latest.py`)
    frequencies: dict[str, dict[str, Frequency]]  # comparison, then level
    distance_of_others: dict[str, Frequency]  # the same for distance, where names say little or clash
    distance_of_namesakes: dict[str, Frequency]  # where they are alike
    distance_of_relatives: dict[str, Frequency]  # and where all but a number or a kind is
    name_similarity: dict[str, float]  # level, then its lower bound
    anew: dict[str, float]  # how it is noticed that numbers were given anew (`matching/anew.py`)


@record
class PointRules:
    """Which rows of a list points are worked out of; see `rules.toml`."""

    ended_is_no_claim: bool


@record
class FlagRules:
    """From where on something is a sign (`verification/flags`); see `rules.toml` for what each one means."""

    away_m: float
    fastest_kmh: float
    clock_s: float
    hurried_share: float
    hurried_from: int
    opened_longest_min: float
    waits_longest_days: float
    alike_bits: int
    photograph_apart_min: float
    zones_h: tuple[int, ...]


@record
class Rules:
    """The rules of one version; stored with each result.

    `video_counts` is a round's: whether a visit by video to a place picked from the list shows that it is there.
    """

    version: str
    location: LocationRules
    matching: MatchingRules
    points: PointRules
    kinds: Kinds
    categories: Categories
    flags: FlagRules
    video_counts: bool = False


_ANEW = ("usual_share", "usual_visits", "noticed_from", "least", "nearest")
_COMPARISONS = ("picked", "registry", "kind", "name", "distance", "area")


def read_rules(table: Mapping[str, Any], kinds: Kinds) -> Rules:
    """Read the parsed `rules.toml`; the kinds of place come from a file of their own.

    Raises KeyError or TypeError where a number is missing: rules with a hole must not judge anyone.
    """
    matching = table["matching"]
    return Rules(
        version=table["version"],
        location=LocationRules(**table["location"]),
        matching=MatchingRules(
            automatic=matching["automatic"],
            person=matching["person"],
            neighbourhood_m=matching["neighbourhood_m"],
            word_shared_by=matching["word_shared_by"],
            usual_lines=matching["usual_lines"],
            latest_that_looked=matching["latest_that_looked"],
            frequencies={comparison: _frequencies(matching[comparison]) for comparison in _COMPARISONS},
            distance_of_others=_frequencies(matching["distance_of_others"]),
            distance_of_namesakes=_frequencies(matching["distance_of_namesakes"]),
            distance_of_relatives=_frequencies(matching["distance_of_relatives"]),
            name_similarity=matching["name_similarity"],
            anew={name: matching["anew"][name] for name in _ANEW},
        ),
        points=PointRules(**table["points"]),
        kinds=kinds,
        categories=Categories(table["categories"]["near"], table["categories"]["from"]),
        flags=FlagRules(**(table["flags"] | {"zones_h": tuple(table["flags"]["zones_h"])})),
    )


def fixed_numbers(rules: Rules) -> dict[str, Any]:
    """Give the numbers that touch points, as plain values to be kept; signs and who may see what do not."""
    return {
        "version": rules.version, "location": asdict(rules.location), "matching": asdict(rules.matching),
        "points": asdict(rules.points), "categories": asdict(rules.categories),
        "allowances_m": {code: kind.allowance_m for code, kind in rules.kinds.by_code.items()},
    }  # fmt: skip


def with_fixed(present: Rules, kept: Mapping[str, Any]) -> Rules:
    """Give the rules of which the numbers were kept; a number that is only of a later version is the present one's.

    But what was not looked at when they were kept is not looked at (`stood_r95_m`, rules 8; `latest_that_looked`, 9;
    `ended_is_no_claim`, 10).
    """
    location = _over(asdict(present.location) | {"stood_r95_m": 0}, kept["location"])
    matching = _over(asdict(present.matching) | {"latest_that_looked": False}, kept["matching"])
    points = _over(asdict(present.points) | {"ended_is_no_claim": False}, kept.get("points", {}))
    levels = ("distance_of_others", "distance_of_namesakes", "distance_of_relatives")
    matching |= {name: _frequencies(matching[name]) for name in levels}
    matching["frequencies"] = {name: _frequencies(table) for name, table in matching["frequencies"].items()}
    allowed = kept["allowances_m"]
    kinds = {code: replace(kind, allowance_m=allowed.get(code, kind.allowance_m))
             for code, kind in present.kinds.by_code.items()}  # fmt: skip
    return replace(
        present, version=kept["version"], location=LocationRules(**location), matching=MatchingRules(**matching),
        points=PointRules(**points), categories=Categories(**kept["categories"]), kinds=Kinds(kinds),
    )  # fmt: skip


def _over(present: Mapping[str, Any], kept: Mapping[str, Any]) -> dict[str, Any]:
    """Lay what was kept over what there is now; what there is no more is left out."""
    return {
        name: _over(value, kept.get(name, {})) if isinstance(value, Mapping) else kept.get(name, value)
        for name, value in present.items()
    }


def _frequencies(table: Mapping[str, Mapping[str, float]]) -> dict[str, Frequency]:
    return {level: Frequency(**frequency) for level, frequency in table.items()}
