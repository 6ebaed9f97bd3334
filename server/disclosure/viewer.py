"""For whom something is cleared.

An account is a viewer of a district in a round: what it may see there follows from the table of permissions alone. So a
team sees its own districts' homes by name and another's not, and a district does not read what was found out before it
could reply. Beside accounts there are whoever is nobody in particular, whoever holds a phone, and a printed list.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

from server.roles.account import Account
from server.roles.table import Permission
from verification.places.kinds import Shown


@dataclass(frozen=True)
class Viewer:
    """Somebody who is shown something: which places they see named, which listed, and homes by their code or not.

    `findings`: what was found out, by its code, before the district could reply. `photographs`: of places, never homes.
    `points`: claimed and supported points, categories, ranks. `answers`: of visits, in words; `texts`: what was typed
    among them, which nobody has read before. `visitors`: by whom, or whose phone, a visit was sent; who is in the team.
    `questions`: by their names, those that a version answers differently. `voice`: what ten and more children said.
    """

    names: frozenset[Shown]
    lists: frozenset[Shown]
    codes: bool = False
    findings: bool = False
    photographs: bool = False
    points: bool = False
    answers: bool = False
    texts: bool = False
    visitors: bool = False
    questions: bool = True
    voice: bool = False

    def of_form(self, read_as: str | None) -> Self:
        """Give what is left to see of one submission of a form, by what that is read as.

        Of one interview, or of whatever else is read of people, nothing that was answered: what several said together
        may be shown, what one said is theirs (safeguarding 4, 7).
        """
        if read_as in _SHOWN_ONE_BY_ONE:
            return self
        return replace(self, answers=False, texts=False, photographs=False, questions=False)

    @property
    def names_homes(self) -> bool:
        """Tell whether homes are called by their names, which is then written down."""
        return Shown.BY_SUBDISTRICT in self.names


_SHOWN_ONE_BY_ONE = frozenset({None, "visit", "programme"})  # None: a form that is not this project's
_OPENLY, _HOMES = frozenset({Shown.OPENLY}), frozenset({Shown.BY_SUBDISTRICT})
EVERYONE = Viewer(names=_OPENLY, lists=frozenset(Shown), points=True, voice=True)
PHONE = Viewer(names=_OPENLY, lists=_OPENLY | _HOMES, codes=True)  # a phone is lost, lent and looked at by others
TEAM = Viewer(names=_OPENLY | _HOMES, lists=_HOMES, codes=True)  # who has to find a home carries its address on paper


def viewer_of(account: Account, district: str | None, round_id: str | None, *, is_open: bool = True) -> Viewer:
    """Give what an account may see of a district in a round. A shelter is named to nobody (safeguarding 8, 15).

    Who decides facts or reads documents there sees no points while the part `is_open`, whatever else they are: nobody
    decides by what a decision would bring. Once it is closed they see what their decisions came to.
    """

    def may(permission: Permission) -> bool:
        return account.may(permission, district, round_id)

    return Viewer(
        names=_OPENLY | _HOMES if may(Permission.SEE_HOMES) else _OPENLY,
        lists=frozenset(Shown),
        findings=may(Permission.SEE_FINDINGS),
        photographs=may(Permission.SEE_PHOTOGRAPHS),
        answers=may(Permission.SEE_SUBMISSION),
        texts=may(Permission.COMMENT),
        points=not is_open if _decides(may) else may(Permission.SEE_POINTS),
        visitors=may(Permission.SEE_SUBMISSION),  # no district reads who of a team was where
        voice=may(Permission.SEE_VOICE),
    )


def _decides(may: Callable[[Permission], bool]) -> bool:
    return may(Permission.DECIDE_FACTS) or may(Permission.READ_DOCUMENTS)
