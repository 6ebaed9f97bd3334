"""The rounds as a page shows them: when each stage is, by which rules they are computed, and what else they go by."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.roles.account import Account
from server.rounds.listing import ListedRound, listed_rounds
from server.rounds.planning import STAGES, all_sharing_days
from server.rounds.rules import FixedWhen, digest_of_rules, last_of_all, present_rules
from server.rounds.states import ARCHIVED
from server.rounds.tables import RoundStage


@view
class ShownStage:
    """A stage of a round; `now`: whether today is in it."""

    name: Cleared
    starts: date | None
    ends: date | None
    now: bool


@view
class ShownRules:
    """The rules that a round is computed by, and whether present ones are others."""

    version: Cleared
    digest: Cleared
    fixed_at: datetime
    why: Cleared | None
    differ: bool


@view
class ShownRound:
    """A round. `sharing`: the others that take visits of the same days."""

    id: Cleared
    name: Cleared
    data_year: Cleared
    indicator_set: Cleared
    state: Cleared
    parts_open: int
    parts_closed: int
    stages: tuple[ShownStage, ...]
    rules: ShownRules | None
    goes_by: tuple[Cleared, ...]
    sharing: Cleared | None


def rounds_shown(session: Session, account: Account, clear: Clearance, today: date) -> list[ShownRound]:
    """Show the rounds that an account sees, the newest first."""
    rules, sharing, present = last_of_all(session), all_sharing_days(session), dict[str, str]()
    rounds = listed_rounds(session, account)
    for set_id in {one.round.indicator_set for one in rounds if one.round.state != ARCHIVED}:
        present[set_id] = digest_of_rules(present_rules(session, set_id))
    shown = [_shown(one, rules.get(one.round.id), present, sharing.get(one.round.id, []), clear, today)
             for one in rounds]  # fmt: skip
    return sorted(shown, key=lambda one: (one.data_year, one.id), reverse=True)


def _shown(
    listed: ListedRound, rules: FixedWhen | None, present: dict[str, str], sharing: Sequence[str], clear: Clearance,
    today: date,
) -> ShownRound:  # fmt: skip
    found = listed.round
    stages = {stage.stage: stage for stage in listed.stages}
    now = present.get(found.indicator_set) if found.state != ARCHIVED else None
    return ShownRound(
        clear.id(found.id), clear.ours(found.name), clear.ours(str(found.data_year)), clear.id(found.indicator_set),
        clear.id(found.state), listed.parts_open, listed.parts_closed,
        tuple(_stage(name, stages.get(name), clear, today) for name in STAGES),
        _rules(rules, now, clear) if rules else None,
        (clear.say(f"rounds.two_checkers_{found.two_checkers}"),
         clear.say("rounds.page_video_counts" if found.video_counts else "rounds.page_video_informs"),
         clear.say("rounds.retention_set", days=found.keep_traces_days)),
        clear.joined(*map(clear.id, sharing)) if sharing else None,
    )  # fmt: skip


def _stage(name: str, stage: RoundStage | None, clear: Clearance, today: date) -> ShownStage:
    starts, ends = (stage.starts, stage.ends) if stage else (None, None)
    has_days = starts is not None or ends is not None
    now = has_days and (starts is None or starts <= today) and (ends is None or today <= ends)
    return ShownStage(clear.say(f"stage.{name}"), starts, ends, now)


def _rules(rules: FixedWhen, present: str | None, clear: Clearance) -> ShownRules:
    return ShownRules(
        clear.id(rules.version), clear.id(rules.digest[:12]), rules.fixed_at,
        clear.ours(rules.why) if rules.why else None, present not in (None, rules.digest),
    )  # fmt: skip
