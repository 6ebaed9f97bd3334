"""One claimed place, with all that speaks for and against it."""

from flask import abort

from server.assignments.line_actions import LineRead, actions_at
from server.assignments.listing import ReadBy
from server.audit.entries import Act, write_down
from server.db import snapshot, writing
from server.disclosure.clearing import Clearance
from server.disclosure.viewer import viewer_of
from server.documents.part import DocumentReader, PartHere
from server.documents.speaking import SpeakingDocuments, SpokenFor, speaking_for
from server.facts.before import Part
from server.facts.decided import Looks
from server.facts.lines import FoundLine
from server.facts.shown import Tried, asks_for_others, show_facts
from server.lines.evidence import LineEvidence, load_line
from server.lines.line_view import place_of, view_line, visited_place_of
from server.roles.table import Permission
from server.rounds.states import OPEN
from server.web.guard import BY_ADDRESS, account, needs
from server.web.showing import show
from server.web.site import chosen_words, site


@needs(Permission.SEE_REPORT, BY_ADDRESS)
def line_page(round_id: str, district: str, line_id: int) -> str:
    """Show a line."""
    return shown_line(round_id, district, line_id)


def shown_line(round_id: str, district: str, line_id: int, tried: Tried | None = None) -> str:
    """Show a line; with a decision that was refused, as it was typed."""
    with snapshot(site().engine) as session:
        found = load_line(session, account(), round_id, district, line_id, site().settings.project,
                          near=asks_for_others(tried)) or abort(404)  # fmt: skip
        words = chosen_words().at(found.zone)
        viewer = viewer_of(account(), district, round_id, is_open=found.part.state == OPEN)
        line = view_line(found, words, viewer)
        looks = Looks(account(), viewer, words, Clearance(words, found.names, viewer))
        indicator = found.indicators.by_number[found.claim.indicator]
        decided = show_facts(session, Part(round_id, district), found_line(found), place_of(found), indicator,
                             lines_of_part(found), looks, tried)  # fmt: skip
        actions = actions_at(session, account(), _read(found), ReadBy(words, viewer))
        documents = _documents(found, looks.clear)
    with writing(site().engine) as session:
        write_down(session, Act(account().label, "line_seen", f"line:{line_id}", district, round_id))
    return show("line.html", words, line=line, facts=decided, actions=actions, documents=documents)


def _read(found: LineEvidence) -> LineRead:
    """Give a line as it was read to those who say what goes on from it."""
    judged_by = found.found.state_id if found.found else None
    visit = next((one for one in found.visits if one.is_current and one.state_id == judged_by), None)
    return LineRead(found.line.id, found.part, found.round, visited_place_of(found), visit, found.approval_lists,
                    found.teams, found.zone)  # fmt: skip


def _documents(found: LineEvidence, clear: Clearance) -> SpeakingDocuments | None:
    """Give the documents that speak for a line; none to who may see no documents."""
    round_id, district = found.part.round_id, found.part.district
    reader = DocumentReader(account(), district, round_id, site().settings)
    if not reader.may(Permission.SEE_DOCUMENTS):
        return None
    here = PartHere(found.round, district, found.names, found.zone, found.part.state == OPEN, found.indicators)
    spoken = SpokenFor(found.claim.indicator, place_of(found), (found.line.name, found.facility.name))
    return speaking_for(found.stated.of_part, here, spoken, reader, clear)


def lines_of_part(found: LineEvidence) -> list[FoundLine]:
    """Give the other lines of the part that were read to those who decide about this one."""
    here = (found.claim.round_id, found.claim.district)
    return [FoundLine(one.line, one.claim.indicator, one.kind, one.found) for one in found.others
            if (one.claim.round_id, one.claim.district) == here]  # fmt: skip


def found_line(found: LineEvidence) -> FoundLine:
    """Give a line to those who decide about it."""
    return FoundLine(found.line, found.claim.indicator, found.facility.kind, found.found)
