"""What `tilik why` tells somebody, read as their pages read it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from server.desk.evidence import desk_evidence
from server.disclosure.clearing import Clearance
from server.disclosure.viewer import Viewer, viewer_of
from server.districts.claimed import claimed_indicator
from server.lines.evidence import load_line
from server.lines.line_view import view_line
from server.lines.views import LineView
from server.reports.builder import build_report
from server.reports.decided import LineDecided, claimed_line, line_decided
from server.reports.material import Material, load_material
from server.reports.report import IndicatorReport, LineReport, Report
from server.reports.why import ToldBeside, why_indicator
from server.reports.why_line import why_line
from server.results.parts import judged_part
from server.roles.account import Account
from server.rounds.states import OPEN
from server.settings import Settings
from server.words import Catalogue


@dataclass(frozen=True)
class AsSeen:
    """A report as pages show it to an account, what was decided of a line, and what is told beside; `words` tell it."""

    report: Report
    decided: LineDecided | None
    beside: ToldBeside
    words: Catalogue


def seen_by(
    session: Session, by: Account, part: tuple[str, str], about: tuple[int, int | None], settings: Settings,
    words: Catalogue,
) -> AsSeen | None:  # fmt: skip
    """Read what pages show of an indicator, and of its line where one is named; None before there is a result.

    All of one moment, that of the session. Moments are told by the clocks of the district.
    """
    material = load_material(session, *part, settings.project)
    if material is None:
        return None
    words, (indicator, line) = words.at(material.zone), about
    viewer = viewer_of(by, part[1], part[0], is_open=material.part.state == OPEN)
    beside, decided = _beside(session, by, part, indicator, viewer, settings, words), None
    if line:
        decided = line_decided(session, material, (indicator, line), by, viewer, words)
        page = _page_of(session, by, material, (indicator, line), viewer, settings, words)
        beside = replace(beside, line=page)
    return AsSeen(build_report(material, words, viewer), decided, beside, words)


def told_of(seen: AsSeen, indicator: IndicatorReport, line: LineReport | None) -> Iterator[str]:
    """Tell of an indicator of the report, or of one of its places."""
    if line is None:
        return why_indicator(seen.report, indicator, seen.beside, seen.words)
    return why_line(seen.report, indicator, line, seen.decided, seen.beside, seen.words)


def _beside(
    session: Session, by: Account, part: tuple[str, str], number: int, viewer: Viewer, settings: Settings,
    words: Catalogue,
) -> ToldBeside:  # fmt: skip
    """Give what an indicator's page shows, and what the desk read of its documents."""
    here = judged_part(session, *part)
    if here is None:
        return ToldBeside()
    clear = Clearance(words, here.names, viewer)
    read = desk_evidence(session, here, number, by, clear, has_scanner=settings.clamd is not None)
    return ToldBeside(read, claimed_indicator(session, here, number, words, clear))


def _page_of(
    session: Session, by: Account, material: Material, line: tuple[int, int], viewer: Viewer, settings: Settings,
    words: Catalogue,
) -> LineView | None:  # fmt: skip
    """Give a place, by its indicator and its number there, as its page shows it."""
    claimed = claimed_line(material, line)
    if claimed is None:
        return None
    found = load_line(session, by, material.round.id, material.district, claimed.id, settings.project)
    return view_line(found, words, viewer) if found else None
