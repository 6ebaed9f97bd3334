"""What is shown of children's answers: the children's voice in a district, and what is given back to them."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.areas.queries import in_version
from server.areas.tables import Area
from server.assignments.offering import ShownPart, part_shown
from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.feedback.gathering import told_in
from server.feedback.tables import ChildForm
from server.results.tables import Result, VisitResult
from server.rounds.states import OPEN
from server.rounds.tables import Round, RoundPart
from server.words import Catalogue
from verification.model import province_of
from verification.summing.children import Voice, VoiceShare, voices


@view
class VoiceShareShown:
    """A question, how many answered it, and which share of them with yes; `full` of five circles draw that."""

    question: Cleared
    answered: Cleared
    yes: Cleared | None
    full: int


@view
class VoiceShown:
    """What the children of one batch said of a kind of place, and of which area it is told."""

    kind: Cleared
    area: Cleared
    is_wider: bool
    asked: Cleared
    visited: int  # such places in the district that the team went to
    shares: tuple[VoiceShareShown, ...]


@view
class ChildVoices:
    """The children's voice in a district's part of a round."""

    part: ShownPart
    closed: bool
    voices: tuple[VoiceShown, ...]


def child_voices(session: Session, round_id: str, district: str, words: Catalogue) -> ChildVoices | None:
    """Show what children said in a district, and with others of its province and the country; None without a part."""
    part, found = part_shown(session, round_id, district, words), session.get(RoundPart, (round_id, district))
    if part is None or found is None:
        return None
    province = province_of(district)
    told = voices(told_in(session, round_id, (district, province, "")))
    shown = _Shown(session, Clearance(words, _names(session, round_id, (district, province))), words.language)
    visited = _visited(session, round_id, district)
    return ChildVoices(part, found.state != OPEN, tuple(
        shown.voice(one, district, visited.get(one.place_kind, 0)) for one in told if one.shares))  # fmt: skip


def voices_about(
    session: Session, round_id: str, district: str, kinds: Collection[str], clear: Clearance
) -> tuple[VoiceShown, ...]:
    """Show what children of a district said of these kinds of places, beside what it claims of them."""
    told = [one for one in voices(told_in(session, round_id, (district,))) if one.place_kind in kinds and one.shares]
    if not told:
        return ()
    shown = _Shown(session, clear, clear.language)
    return tuple(shown.voice(one, district, 0) for one in told)


def _names(session: Session, round_id: str, codes: Sequence[str]) -> dict[str, str]:
    version = select(Round.areas_id).where(Round.id == round_id).scalar_subquery()
    query = select(Area.code, Area.name).where(in_version(version), Area.code.in_(codes))
    return dict(session.execute(query).all())


def _visited(session: Session, round_id: str, district: str) -> dict[str, int]:
    """Count visits by the kind of place."""
    query = select(VisitResult.kind, func.count()).join(Result, Result.id == VisitResult.result_id)
    mine = query.where(Result.round_id == round_id, Result.district == district)
    return dict(session.execute(mine.group_by(VisitResult.kind)).all())


class _Shown:
    def __init__(self, session: Session, clear: Clearance, language: str) -> None:
        self._clear = clear
        self._asked: dict[str, str] = {}  # what each question asks, in the words of the newest version that has it
        for page in session.scalars(select(ChildForm.page).order_by(ChildForm.number)):
            self._asked |= {one["name"]: one["label"][language] for one in page["questions"]}

    def voice(self, one: Voice, district: str, visited: int) -> VoiceShown:
        clear = self._clear
        area = clear.area(one.area) if one.area else clear.say("voices.country")
        shares = tuple(self._share(share) for share in one.shares if share.question in self._asked)
        return VoiceShown(clear.say(f"kind.{one.place_kind}"), area, one.area != district, clear.count(one.asked),
                          visited, shares)  # fmt: skip

    def _share(self, share: VoiceShare) -> VoiceShareShown:
        clear = self._clear
        yes = None if share.yes is None else clear.say(f"voices.band.{share.yes.name.lower()}")
        return VoiceShareShown(clear.ours(self._asked[share.question]), clear.count(share.answered), yes,
                               0 if share.yes is None else share.yes + 1)  # fmt: skip
