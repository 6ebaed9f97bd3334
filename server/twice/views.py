"""Second visits for a viewer: by team and by question as counts, or the pairs of visits that a count is of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from server.areas.queries import names_of
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.disclosure.viewer import EVERYONE, viewer_of
from server.plan.listing import teams_named
from server.roles.account import Account
from server.roles.table import Permission
from server.rounds.rules import indicators_of
from server.rounds.states import ARCHIVED
from server.rounds.tables import Round, RoundPart
from server.twice.drawn import drawn_by_team
from server.twice.pairs import OneVisit, Pair, pairs_of
from server.visits.places import VisitedPlace, known_places
from server.words import Catalogue
from verification.judging.twice import Differing, DrawnTwice, Sort, by_question, tally
from verification.places.kinds import Shown

AT_ONCE = 50  # pairs on a page
UNKNOWN = "0"  # in an address: the team is not known


@dataclass(frozen=True)
class PairFilter:
    """Which pairs are asked for: of a team (`UNKNOWN`: of none that is known), that differ in a sort or question."""

    team: str = ""
    sort: str = ""
    question: str = ""

    def fits(self, pair: Pair) -> bool:
        """Tell whether a pair is one of them."""
        if self.team and self.team != str(pair.team or UNKNOWN):
            return False
        if not (self.sort or self.question):
            return True
        return any(self.sort in ("", one.sort) and self.question in ("", one.question) for one in pair.differing)


@view
class RoundOffered:
    """A round that could be looked at."""

    id: Cleared
    name: Cleared


@view
class TallyShown:
    """Answers that were compared, and how many differ; `share` is none of fewer than ten."""

    compared: int
    differ: int
    share: float | None


@view
class DrawnShown:
    """What lots let be said of a team's places: from `lowest` to `highest` of all `places` differ in some answer."""

    places: int
    drawn: int
    differ: int
    undecided: int
    lowest: int
    highest: int


@view
class TeamTwice:
    """A team whose places were visited again: how many, how often by another team, and what was answered there."""

    key: Cleared
    name: Cleared
    places: int
    by_others: int
    days: int | None
    all: TallyShown
    regulation: TallyShown
    count: TallyShown
    other: TallyShown
    drawn: DrawnShown | None


@view
class QuestionTwice:
    """A question that both visits answered."""

    code: Cleared
    name: Cleared
    sort: Cleared
    tally: TallyShown


@view
class SecondVisits:
    """A round's teams and questions."""

    teams: tuple[TeamTwice, ...]
    questions: tuple[QuestionTwice, ...]


@view
class VisitTwice:
    """One visit of a pair: its submission, when and by which team it was made."""

    form_id: Cleared
    root_id: Cleared
    day: date | None
    team: Cleared


@view
class AnswerTwice:
    """What a pair answers differently: the question, and both answers where they may be told."""

    name: Cleared
    sort: Cleared
    before: Cleared | None
    after: Cleared | None


@view
class PairTwice:
    """A place, both visits to it, the days between them, and what they answer differently."""

    place: Cleared
    area: Cleared | None
    district: Cleared
    days: int | None
    compared: int
    earlier: VisitTwice
    later: VisitTwice
    answers: tuple[AnswerTwice, ...]


@view
class PairsShown:
    """Pairs of visits, those with most differences first; `more`: whether there are others beyond them."""

    pairs: tuple[PairTwice, ...]
    count: int
    begin: int
    more: bool


def rounds_offered(session: Session, by: Account) -> list[Round]:
    """Give the rounds with a part within reach, the newest first."""
    within = by.reach(Permission.SEE_SECOND_VISITS, RoundPart.district, RoundPart.round_id)
    has = exists().where(RoundPart.round_id == Round.id, within)
    return [*session.scalars(select(Round).where(Round.state != ARCHIVED, has).order_by(Round.id.desc()))]


class Telling:
    """Tells of the pairs of a round in a language."""

    def __init__(self, session: Session, by: Account, found: Round, words: Catalogue) -> None:
        self._session, self._by, self._round, self._words = session, by, found, words
        self._clear = Clearance(words)
        self._names = teams_named(session, found.id)
        self._criteria = indicators_of(session, found).criteria
        self._pairs = pairs_of(session, by, found)

    def summed(self) -> SecondVisits:
        """Count by team and by question."""
        drawn = drawn_by_team(self._session, self._by, self._round.id, self._pairs)
        of: dict[int | None, list[Pair]] = {}
        for pair in self._pairs:
            of.setdefault(pair.team, []).append(pair)
        teams = sorted((self._team(team, those, drawn.get(team or 0)) for team, those in of.items()),
                       key=lambda one: (one.key == UNKNOWN, one.name.casefold(), one.key))  # fmt: skip
        asked = by_question(answer for pair in self._pairs for answer in pair.answers)
        questions = (QuestionTwice(self._clear.id(code), self._question(code), self._sort(sort), _tally(found))
                     for code, sort, found in asked)  # fmt: skip
        return SecondVisits(tuple(teams), tuple(questions))

    def _team(self, team: int | None, pairs: Sequence[Pair], drawn: DrawnTwice | None) -> TeamTwice:
        answers = [answer for pair in pairs for answer in pair.answers]
        return TeamTwice(
            key=self._clear.id(str(team or UNKNOWN)), name=self._called(team),
            places=len({pair.earlier.facility_id for pair in pairs}),
            by_others=sum(pair.later.team not in (None, team) for pair in pairs), days=_middle(pairs),
            all=_tally(tally(answers)), regulation=_tally(tally(answers, Sort.REGULATION)),
            count=_tally(tally(answers, Sort.COUNT)), other=_tally(tally(answers, Sort.OTHER)),
            drawn=DrawnShown(drawn.places, drawn.drawn, drawn.differ, drawn.undecided, drawn.lowest, drawn.highest)
            if drawn else None,
        )  # fmt: skip

    def pairs(self, wanted: PairFilter, begin: int) -> PairsShown:
        """Give the pairs that are wanted, from one on."""
        those = sorted((pair for pair in self._pairs if wanted.fits(pair)),
                       key=lambda one: (-len(one.differing), one.earlier.order))  # fmt: skip
        page = those[begin : begin + AT_ONCE]
        places = known_places(self._session, sorted({one.earlier.facility_id for one in page})) if page else {}
        districts = names_of(self._session, None, {one.earlier.district for one in page}) if page else {}
        shown = (self._pair(one, places[one.earlier.facility_id], districts) for one in page)
        return PairsShown(tuple(shown), len(those), begin, len(those) > begin + AT_ONCE)

    def _pair(self, pair: Pair, at: VisitedPlace, districts: Mapping[str, str]) -> PairTwice:
        """Tell of a pair; homes by their kind alone, whatever else the viewer may see of them."""
        district, place = pair.earlier.district, at.place
        viewer = replace(viewer_of(self._by, district, self._round.id), names=EVERYONE.names)
        clear = Clearance(self._words, {**at.names, **districts}, viewer)
        is_hidden = place.shown is Shown.ON_NO_LIST  # a claim may say so, where register and forms do not
        return PairTwice(
            place=clear.say("report.place_unknown") if is_hidden else clear.place(place).label,
            area=None if is_hidden else clear.place(place).area,
            district=clear.area(district), days=pair.days, compared=len(pair.answers),
            earlier=self._visit(pair.earlier), later=self._visit(pair.later), answers=tuple(self._answers(pair)),
        )  # fmt: skip

    def _visit(self, one: OneVisit) -> VisitTwice:
        return VisitTwice(self._clear.id(one.form_id), self._clear.id(one.root_id), one.day, self._called(one.team))

    def _answers(self, pair: Pair) -> Iterable[AnswerTwice]:
        """Give what differs; counts are of people, and so are told on the visits' own pages alone."""
        for one in pair.differing:
            criterion = self._criteria.get(one.question)
            said = [self._clear.ours(criterion.scale.said(visit.answers.seen[one.question], self._clear.language))
                    for visit in (pair.earlier, pair.later)] if criterion else [None, None]  # fmt: skip
            yield AnswerTwice(self._question(one.question), self._sort(one.sort), *said)

    def _question(self, code: str) -> Cleared:
        criterion = self._criteria.get(code)
        if criterion is not None:
            return self._clear.ours(criterion.text[self._clear.language])
        return self._clear.say(f"twice.question.{code}")

    def _sort(self, sort: Sort) -> Cleared:
        return self._clear.say(f"twice.sort.{sort}")

    def _called(self, team: int | None) -> Cleared:
        name = self._names.get(team) if team is not None else None
        return self._clear.ours(name) if name else self._clear.say("twice.team_unknown")


def _tally(found: Differing) -> TallyShown:
    return TallyShown(found.compared, found.differ, found.share)


def _middle(pairs: Sequence[Pair]) -> int | None:
    """Give the days between two visits: half of the pairs have no more."""
    days = sorted(pair.days for pair in pairs if pair.days is not None)
    return days[(len(days) - 1) // 2] if days else None
