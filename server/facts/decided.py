"""Decisions as they are shown, on pages and in the terminal, to whom they may be shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from server.disclosure.cleared import Cleared
from server.disclosure.clearing import Clearance
from server.disclosure.places import UnclearedPlace
from server.disclosure.viewer import Viewer
from server.facts.history import Line, as_decided
from server.facts.lines import FoundLine
from server.facts.tables import Fact
from server.facts.views import FactShown, InForceShown, SeenShown, Selectable
from server.results.tables import LineResult
from server.roles.account import Account
from server.words import Catalogue
from verification.deciding.facts import SeenVisit
from verification.deciding.states import Stands, State, standing
from verification.model import Outcome
from verification.places.distance import distance_m
from verification.sets.indicators import Indicator


@dataclass(frozen=True)
class Looks:
    """Who looks at decisions, in which language; `clear` clears for them, with the names of the areas spoken of."""

    by: Account
    viewer: Viewer
    words: Catalogue
    clear: Clearance


def standing_of(line: FoundLine, history: Sequence[Fact]) -> Stands:
    """Say how a line stands; whether evidence has reopened it was found out when it was computed.

    Of what its own row says has ended nothing is decided any more.
    """
    stands = standing(map(as_decided, history))
    row = line.row
    if line.has_ended and not stands.opinions:
        return Stands()
    reopened = row is not None and stands.in_force is not None and row.reopened_id == stands.in_force.number
    return stands.reopened() if reopened else stands


def shown_history(
    history: Sequence[Fact], lines: Mapping[Line, FoundLine], people: Mapping[str, str], state: State,
    place: UnclearedPlace, indicator: Indicator | None, looks: Looks,
) -> tuple[FactShown, ...]:  # fmt: skip
    """Show decisions, newest first, with the names of people and lines; nothing to who may not see findings."""
    if not history or not looks.viewer.findings:
        return ()
    texts = {c.code: c.text[looks.words.language] for c in indicator.criteria} if indicator else {}
    stands = standing(map(as_decided, history))
    return tuple(
        _fact(fact, _now(fact.id, stands, state), people, lines, texts, place, looks.clear)
        for fact in reversed(history)
    )


def _fact(
    fact: Fact, now: str, people: Mapping[str, str], lines: Mapping[Line, FoundLine], texts: Mapping[str, str],
    place: UnclearedPlace, clear: Clearance,
) -> FactShown:  # fmt: skip
    proposed = fact.evidence.get("proposed")
    other = lines.get((fact.other["indicator"], fact.other["facility_id"])) if fact.other else None
    return FactShown(
        number=fact.id, outcome=clear.say(f"fact_outcome.{fact.outcome}"), standing=clear.ours(now),
        standing_text=clear.say(f"fact_now.{now}"),
        decided_by=clear.ours(people.get(fact.decided_by, fact.decided_by)), decided_at=fact.decided_at,
        why=clear.typed(fact.why, place, None),
        criteria=tuple(clear.ours(texts[code]) for code in fact.criteria if code in texts),
        other=line_choice(clear, other, 0).label if other else None, other_line=other.line_id if other else None,
        bulk=fact.bulk is not None, proposed=said_of(clear, proposed, decided=False) if proposed else None,
        visits=tuple(map(_seen, as_decided(fact).evidence.visits)),
    )  # fmt: skip


def said_of(clear: Clearance, outcome: str, *, decided: bool) -> Cleared:
    """Say an outcome: that nothing could be decided is a person's word; of the rules it is that they could not."""
    undecided = outcome == Outcome.UNSURE and not decided
    return clear.say("fact_outcome.undecided" if undecided else f"fact_outcome.{outcome}")


def in_force_shown(clear: Clearance, row: LineResult) -> InForceShown | None:
    """Say what a person decided of a line and what the rules proposed, each exactly to who may see findings."""
    if row.fact_id is None:
        return None
    if not clear.sees_findings():
        proposed = clear.say(f"outcome.{clear.outcome(row.proposed)}")
        return InForceShown(clear.say("line.decided"), clear.say("line.proposed", outcome=proposed))
    outcome, proposed = said_of(clear, row.outcome, decided=True), said_of(clear, row.proposed, decided=False)
    return InForceShown(clear.say("line.decided_as", outcome=outcome), clear.say("line.proposed", outcome=proposed))


def _now(number: int, stands: Stands, state: State) -> str:
    """Say what a decision is now: waiting, in force, reopened, or past."""
    if number in {one.number for one in stands.opinions}:
        return "waits"
    if stands.in_force is None or stands.in_force.number != number or state is State.PROPOSED:
        return "past"
    return "reopened" if state is State.REOPENED else "in_force"


def _seen(seen: SeenVisit) -> SeenShown:
    return SeenShown(date.fromisoformat(seen.day) if seen.day else None, seen.number, len(seen.files))


def line_choice(
    clear: Clearance, line: FoundLine, chosen: int, seen_at: tuple[float, float] | None = None
) -> Selectable:
    """Selectable a line, by its name as the viewer may see it, where it is and its cell.

    With how far its claimed point is from where a visit was (lon, lat); never of a home, whose point is not told.
    """
    named, one = clear.place(line.place), line.claimed
    label = clear.say("fact.line", label=named.label, area=named.area, cell=clear.id(one.cell))
    if seen_at and one.lon is not None and one.lat is not None and not line.place.is_home:
        label = clear.say("fact.line_at", line=label, distance_m=round(distance_m(*seen_at, one.lon, one.lat)))
    return Selectable(clear.ours(str(line.line_id)), label, line.line_id == chosen)
