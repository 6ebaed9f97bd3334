"""The page of what was seen of shelters: the nation, and the provinces and districts where so many were looked at."""

from sqlalchemy.orm import Session

from server.areas.queries import names_of
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.restricted.shelter_sums import Sum, shelter_sums
from server.rounds.tables import Round
from server.words import Catalogue
from verification.restricted_counts import FEW, shown_count, shown_share


@view
class SumRow:
    """An area's sum as it may be read: how many shelters, and how much was seen; nothing of it where they are few."""

    name: Cleared
    shelters: Cleared
    claimed: Cleared
    seen: Cleared


@view
class SumsShown:
    """A round's sums."""

    round_id: Cleared
    nation: SumRow
    provinces: tuple[SumRow, ...]
    districts: tuple[SumRow, ...]


def sums_shown(session: Session, found: Round, words: Catalogue) -> SumsShown:
    """Show a round's sums."""
    clear, sums = Clearance(words), shelter_sums(session, found)
    names = names_of(session, found.areas_id, {*sums.provinces, *sums.districts})
    provinces, districts = (
        tuple(_row(clear, clear.ours(names.get(code, code)), its) for code, its in part.items())
        for part in (sums.provinces, sums.districts)
    )
    nation = _row(clear, clear.say("shelter_sums.nation"), sums.nation)
    return SumsShown(clear.id(found.id), nation, provinces, districts)


def _row(clear: Clearance, name: Cleared, its: Sum) -> SumRow:
    told = clear.say("shelter_sums.too_few")
    if its.shelters > FEW:
        seen, of = shown_share(its.seen, its.of)
        told = clear.say("shelter_sums.seen_of", seen=seen, of=of)
    return SumRow(name, clear.id(shown_count(its.shelters)), _claimed(clear, its), told)


def _claimed(clear: Clearance, its: Sum) -> Cleared:
    return clear.say("shelter_sums.too_few") if its.claimed is None else clear.id(shown_count(its.claimed))
