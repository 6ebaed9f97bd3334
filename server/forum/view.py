"""The page of a district's forum: what its minutes say, beside what a province's forums say together."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.areas.queries import in_version
from server.areas.tables import Area
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.disclosure.viewer import Viewer
from server.forum.queries import KeptMinutes, forums_of_province, minutes_in
from server.results.rows import reasons_of
from server.results.tables import IndicatorResult, Result
from server.rounds.tables import Round
from server.spreadsheets import Row
from server.words import Catalogue
from verification.disclosing.counts import Count, CountOf
from verification.model import province_of
from verification.reading.forum import ForumAnswer, ForumMinutes
from verification.reason import Reason
from verification.summing.forum import ForumPool, ForumSaid, ForumShare, once_each, pooled, present_in, said_of

CSV_HEAD = ("side", "process", *(f"said_{said}" for said in ForumAnswer))
SOURCES_HEAD = ("process", "claim", "papers", "forum")
_COUNTED = ("there", "of", "forum_yes", "forum_no", "discussions")


@view
class ProcessShown:
    """A process, and in how many discussions the forum answered what."""

    process: Cleared
    said: tuple[Cleared, ...]


@view
class SideShown:
    """Minutes by whoever has no tie, or by the district's own side."""

    side: Cleared
    own: bool
    discussions: Cleared
    present: Cleared
    one_adult: Cleared | None
    processes: tuple[ProcessShown, ...]
    proposals: Cleared
    answered: Cleared


@view
class SourcesShown:
    """A process by three sources: the claim, the papers that visits saw, the forum's minutes."""

    process: Cleared
    claim: Cleared
    papers: Cleared
    forum: Cleared
    differ: bool


@view
class PoolShareShown:
    """A question to the forums of a province: how many answered, and which share with what."""

    question: Cleared
    answered: Cleared
    said: tuple[tuple[Cleared, Cleared], ...]


@view
class PoolShown:
    """The forums of a province together; of too few nothing but that."""

    province: Cleared
    forums: Cleared
    shares: tuple[PoolShareShown, ...]
    bands: tuple[tuple[Cleared, Cleared], ...]
    words: tuple[Cleared, ...]


@view
class SummaryShown:
    """A summary that waits to be read, or was released; for the team alone."""

    submission_id: int
    released: bool
    text: Cleared


@view
class MinutesShown:
    """A district's minutes."""

    sides: tuple[SideShown, ...]
    sources: tuple[SourcesShown, ...]
    pool: PoolShown
    summaries: tuple[SummaryShown, ...]


def minutes_shown(session: Session, part: tuple[str, str], words: Catalogue, viewer: Viewer) -> MinutesShown:
    """Show a district's minutes, and its province's forums."""
    round_id, district = part
    province, clear = province_of(district), Clearance(words, viewer=viewer)
    kept = minutes_in(session, round_id, district)
    areas_id = session.get_one(Round, round_id).areas_id
    name = session.scalar(select(Area.name).where(in_version(areas_id), Area.code == province)) or province
    shown = _Shown(clear)
    pool = pooled(*forums_of_province(session, round_id, province))
    return MinutesShown(
        tuple(shown.sides(kept)),
        tuple(shown.source(reason) for reason in _found(session, part)) if clear.sees_findings() else (),
        shown.pool(clear.ours(name), pool), tuple(shown.summaries(kept)) if viewer.texts else (),
    )  # fmt: skip


def _found(session: Session, part: tuple[str, str]) -> Iterator[Reason]:
    """Give what the newest result says of the three sources (E-FORUM)."""
    newest = select(func.max(Result.id)).filter_by(round_id=part[0], district=part[1]).scalar_subquery()
    query = select(IndicatorResult.findings).where(IndicatorResult.result_id == newest)
    for findings in session.scalars(query.order_by(IndicatorResult.indicator)):
        yield from reasons_of([one for one in findings if one.get("about") == "forum"])


class _Shown:
    def __init__(self, clear: Clearance) -> None:
        self._clear = clear

    def sides(self, kept: Sequence[KeptMinutes]) -> Iterator[SideShown]:
        for own in (False, True):
            those = once_each(one.minutes for one in kept if one.independent is not own)
            if those:
                yield self._side(those, own=own)

    def _side(self, those: Sequence[ForumMinutes], *, own: bool) -> SideShown:
        clear, alone = self._clear, sum(one.two_adults is False for one in those)
        return SideShown(
            clear.say(f"forum.side.{'own' if own else 'independent'}"), own, self._things(len(those)),
            clear.count(present_in(those)), self._things(alone) if alone else None,
            tuple(map(self._process, said_of(those))),
            self._children(one.proposals for one in those), self._children(one.answered for one in those),
        )  # fmt: skip

    def _process(self, found: ForumSaid) -> ProcessShown:
        said = tuple(self._things(found.of(answer)) for answer in ForumAnswer)
        return ProcessShown(self._clear.say(f"forum.process.{found.process}"), said)

    def source(self, reason: Reason) -> SourcesShown:
        clear, values = self._clear, reason.values
        process = str(values.get("what")).rpartition("_")[-1]
        claimed = clear.say("word.yes" if values.get("claimed") else "word.no")
        numbers = {name: self._number(values.get(name)) for name in _COUNTED}
        return SourcesShown(
            clear.say(f"forum.process.{process}"), clear.id("–") if values.get("claimed") is None else claimed,
            clear.say("forum.papers", there=numbers["there"], of=numbers["of"]) if numbers["of"] else clear.id("–"),
            clear.say("forum.said", yes=numbers["forum_yes"], no=numbers["forum_no"], of=numbers["discussions"]),
            reason.code == "forum_sources_differ",
        )  # fmt: skip

    def pool(self, name: Cleared, found: ForumPool) -> PoolShown:
        clear = self._clear
        bands = ((clear.say(f"forum.band.{band}"), clear.count(count) if count else clear.of_table(None))
                 for band, count in found.bands)  # fmt: skip
        return PoolShown(name, clear.count(found.forums), tuple(map(self._share, found.shares)), tuple(bands),
                         tuple(map(clear.released, found.words)))  # fmt: skip

    def _share(self, share: ForumShare) -> PoolShareShown:
        clear = self._clear
        said = tuple((clear.say(f"forum.{share.question}.{answer}"), clear.share(count, share.answered))
                     for answer, count in share.said.items())  # fmt: skip
        return PoolShareShown(clear.say(f"forum.{share.question}"), clear.count(share.answered), said)

    def summaries(self, kept: Iterable[KeptMinutes]) -> Iterator[SummaryShown]:
        for one in kept:
            if one.independent and one.minutes.summary:
                yield SummaryShown(one.submission_id, one.released, self._clear.released(one.minutes.summary))

    def _things(self, number: int) -> Cleared:
        return self._clear.count(Count(number, CountOf.THINGS))

    def _children(self, numbers: Iterable[int | None]) -> Cleared:
        return self._clear.count(Count(sum(number or 0 for number in numbers), CountOf.CHILDREN))

    @staticmethod
    def _number(value: object) -> int:
        return value if isinstance(value, int) else 0


def rows_of(shown: MinutesShown) -> Iterator[Row]:
    """Give what minutes say as rows: one for each side and process."""
    for side in shown.sides:
        for one in side.processes:
            yield (side.side, one.process, *one.said)
