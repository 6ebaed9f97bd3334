"""Finding places by their names, so that nobody finds a home by a name that they are not told."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, func, not_, or_

from server.disclosure.viewer import Viewer
from server.rulebook import load_kinds
from verification.places.kinds import Shown

# a place that is called a shelter is hidden whatever its kind: no name that could be read so is looked in
_COULD_BE_A_SHELTERS = ("%rumah%aman%", "%rumah%perlindungan%", "%rpsa%", "%rptc%", "%safe%house%", "%shelter%")


def kinds_named_to(viewer: Viewer) -> list[str]:
    """List the kinds whose places a viewer sees by name."""
    named = viewer.names - {Shown.ON_NO_LIST}
    return [code for code, kind in load_kinds().by_code.items() if kind.shown in named]


def is_called(text: str, name: Any, kinds_said: Iterable[Any], viewer: Viewer) -> ColumnElement[bool]:
    """Write "has this in its name" as SQL, of places that the viewer sees by name, whoever says of what kind."""
    named, lowered = kinds_named_to(viewer), func.lower(name)
    openly = [or_(kind.is_(None), kind.in_(named)) for kind in kinds_said]
    return and_(lowered.contains(text.lower(), autoescape=True), *openly,
                *(not_(lowered.like(hidden)) for hidden in _COULD_BE_A_SHELTERS))  # fmt: skip
