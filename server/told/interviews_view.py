"""The page of what people said in a district: summed up, and an institution's words where they were released."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy.orm import Session

from server.areas.queries import names_within
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.disclosure.viewer import Viewer
from server.rounds.tables import Round
from server.spreadsheets import Row
from server.told.queries import HeardInterview, SaidAlike, heard_in, statements_in
from server.words import Catalogue
from verification.disclosing.counts import Count, CountOf
from verification.reading.fields import Heard
from verification.reading.interview import Party
from verification.summing.heard import HeardGroup, HeardRow, HeardShare, heard

CSV_HEAD = ("party", "staff", "topic", "where", "asked", "question", "answered", *(f"said_{said}" for said in Heard))


@view
class ShareShown:
    """A question, how many answered it, and which share said yes, no, and that they do not know."""

    question: Cleared
    answered: Cleared
    said: tuple[Cleared, ...]


@view
class HeardShown:
    """People in one subdistrict, in several together, or in the district, and what they said."""

    where: Cleared
    asked: Cleared
    shares: tuple[ShareShown, ...]


@view
class TopicShown:
    """A topic; without rows where too few spoke of it."""

    party: Cleared
    staff: Cleared
    topic: Cleared
    rows: tuple[HeardShown, ...]


@view
class StatementShown:
    """What an institution said, by whom with their post; to others than the team only once it was released."""

    submission_id: int
    released: bool
    named: Cleared | None
    statement: Cleared | None
    where: Cleared


@view
class InterviewsShown:
    """A district's interviews."""

    asked: Cleared
    topics: tuple[TopicShown, ...]
    statements: tuple[StatementShown, ...]
    waits: bool  # words that nobody has released yet are among them


def interviews_shown(
    session: Session, round_id: str, district: str, words: Catalogue, viewer: Viewer
) -> InterviewsShown:
    """Show a district's interviews."""
    found, statements = heard_in(session, round_id, district), statements_in(session, round_id, district)
    names = names_within(session, session.get_one(Round, round_id).areas_id, district)
    return _Shown(Clearance(words, names, viewer), viewer).all(found, statements)


class _Shown:
    def __init__(self, clear: Clearance, viewer: Viewer) -> None:
        self._clear, self._viewer = clear, viewer

    def all(self, found: Sequence[SaidAlike], spoken: Sequence[HeardInterview]) -> InterviewsShown:
        statements, asked = tuple(self._statements(spoken)), sum(one.times for one in found)
        return InterviewsShown(self._clear.count(Count(asked, CountOf.ASKED)), tuple(map(self._topic, heard(found))),
                               statements, any(not one.released for one in statements))  # fmt: skip

    def _topic(self, group: HeardGroup) -> TopicShown:
        say = self._clear.say
        return TopicShown(
            say(f"told.party.{group.party}"), say(f"told.staff.{'near' if group.staff_near else 'away'}"),
            say(f"told.topic.{group.topic}"), tuple(map(self._row, group.rows)),
        )  # fmt: skip

    def _row(self, row: HeardRow) -> HeardShown:
        clear = self._clear
        where = clear.joined(*map(clear.area, row.subdistricts))
        if row.is_whole:
            where = clear.say("told.whole")
        elif len(row.subdistricts) > 1:
            where = clear.say("told.pooled", names=where)
        return HeardShown(where, clear.count(row.asked), tuple(map(self._share, row.shares)))

    def _share(self, share: HeardShare) -> ShareShown:
        clear = self._clear
        return ShareShown(clear.say(f"told.question.{share.question}"), clear.count(share.answered),
                          tuple(clear.share(share.said[said], share.answered) for said in Heard))  # fmt: skip

    def _statements(self, found: Iterable[HeardInterview]) -> Iterator[StatementShown]:
        clear = self._clear
        for one in found:
            said = one.interview
            speaks = said.role is not None and said.role.party is Party.THIRD_PARTY and (said.named or said.statement)
            if speaks and (one.released or self._viewer.texts):
                named, statement = (clear.released(text) if text else None for text in (said.named, said.statement))
                yield StatementShown(one.submission_id, one.released, named, statement, clear.area(one.subdistrict))


def rows_of(shown: InterviewsShown) -> Iterator[Row]:
    """Give what the page shows as rows: one for each question, or for a topic without any."""
    for topic in shown.topics:
        for row in topic.rows:
            head = (topic.party, topic.staff, topic.topic, row.where, row.asked)
            for share in row.shares:
                yield (*head, share.question, share.answered, *share.said)
            if not row.shares:
                yield (*head, *(["–"] * (len(CSV_HEAD) - len(head))))
