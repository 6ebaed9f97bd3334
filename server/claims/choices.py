"""What the claim form calls the choices of its lists, in Indonesian as the form is: by these names they are read."""

from collections.abc import Mapping

from server.words import catalogue
from verification.claim_form.choices import CHOICES
from verification.claim_form.lists import ALL_OF_BUDGET
from verification.sets.indicators import Cluster, IndicatorSet


def names_of_choices(indicators: IndicatorSet) -> Mapping[str, Mapping[str, str]]:
    """Give each list's choices by their codes, in the order in which a form offers them; clusters and kinds too."""
    names = {key: {code: name_of_choice(key, code) for code in codes} for key, codes in CHOICES.items()}
    clusters = {cluster.code: _with_contents(cluster) for cluster in indicators.clusters}
    kinds = dict.fromkeys(kind for one in indicators.by_number.values() for kind in one.facility_kinds)
    say = catalogue("id").say
    return names | {"cluster": clusters | {ALL_OF_BUDGET: say("choice.cluster.total")},
                    "kind": {kind: say(f"kind.{kind}") for kind in kinds}}  # fmt: skip


def name_of_choice(key: str, code: str) -> str:
    """Say one choice; of a single age its number is the code."""
    say = catalogue("id").say
    return say("choice.age.single", age=code) if key == "age" and code.isdecimal() else say(f"choice.{key}.{code}")


def _with_contents(cluster: Cluster) -> str:
    name = cluster.name["id"]
    return f"{name} ({cluster.budget['id']})" if cluster.budget else name
