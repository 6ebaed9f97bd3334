"""What people decided of a line, for the terminal: made by what its page is made by, for whoever sees the same."""

from sqlalchemy.orm import Session

from server.claims.tables import ClaimLine
from server.disclosure.cleared import view
from server.disclosure.clearing import Clearance
from server.disclosure.viewer import Viewer
from server.facts.before import Part, before_eyes, readable
from server.facts.decided import Looks, in_force_shown, shown_history, standing_of
from server.facts.lines import line_found, lines_known_by
from server.facts.views import FactShown, InForceShown
from server.reports.builder import place_claimed
from server.reports.material import Material
from server.roles.account import Account
from server.words import Catalogue


@view
class LineDecided:
    """How a line stands with those who decide; `withheld`: there are decisions that the viewer may not read."""

    in_force: InForceShown | None
    reopened: bool
    history: tuple[FactShown, ...]
    withheld: bool


def claimed_line(material: Material, line: tuple[int, int]) -> ClaimLine | None:
    """Give a line by its indicator and its number there."""
    claim = material.claims.get(line[0])
    return claim.lines[line[1] - 1] if claim is not None and 0 < line[1] <= len(claim.lines) else None


def line_decided(
    session: Session, material: Material, line: tuple[int, int], by: Account, viewer: Viewer, words: Catalogue
) -> LineDecided | None:
    """Show what was decided of a line, by its indicator and its number there; None where nothing is known of it."""
    part, claimed = Part(material.round.id, material.district), claimed_line(material, line)
    if claimed is None:
        return None
    found = line_found(session, part.round_id, part.district, claimed.id)
    if found is None or found.row is None:
        return None
    words = words.at(material.zone)
    clear = Clearance(words, material.names, viewer)
    before = before_eyes(session, part, found)
    points_to = {(one.other["indicator"], one.other["facility_id"]) for one in before.history if one.other}
    known = lines_known_by(session, part.round_id, part.district, points_to)
    history = shown_history(readable(before.history, by, part), known, before.names,
                            standing_of(found, before.history).state, place_claimed(material, claimed, found.row),
                            material.indicators.by_number[line[0]], Looks(by, viewer, words, clear))  # fmt: skip
    return LineDecided(
        in_force=in_force_shown(clear, found.row),
        reopened=found.row.reopened_id is not None,
        history=history,
        withheld=len(history) < len(before.history),
    )
