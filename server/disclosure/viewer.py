"""For whom something is cleared.

Until there are accounts there are three: everyone who opens a page on this machine, whoever holds a phone, and a team
with its printed list. An account will be a viewer too: which places it may see named follows from its role and its
districts, and the rest of this package asks nothing else.
"""

from dataclasses import dataclass

from verification.places.kinds import Shown


@dataclass(frozen=True)
class Viewer:
    """Somebody who is shown something: which places they see named, which listed, and homes by their code or not."""

    names: frozenset[Shown]
    lists: frozenset[Shown]
    codes: bool = False


_OPENLY, _HOMES = frozenset({Shown.OPENLY}), frozenset({Shown.BY_SUBDISTRICT})
EVERYONE = Viewer(names=_OPENLY, lists=frozenset(Shown))
PHONE = Viewer(names=_OPENLY, lists=_OPENLY | _HOMES, codes=True)  # a phone is lost, lent and looked at by others
TEAM = Viewer(names=_OPENLY | _HOMES, lists=_HOMES, codes=True)  # who has to find a home carries its address on paper
