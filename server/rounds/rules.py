"""The rules by which a round's districts are computed: fixed when it is planned, before any claim form of it goes out.

An update of Tilik may bring other numbers, or another text of a set; a round that is under way goes on by its own,
until somebody takes the present ones and says by whose minute. Then all its districts are computed by them alike. The
code itself is not kept: what is corrected in it holds for all, and results say by which code they were found.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.orm import Session

from server.audit.entries import Act
from server.audit.entries import write_down as note
from server.benchmarks.known import known_benchmarks
from server.db import Json, now
from server.rounds.states import ARCHIVED, CLOSED, Entry, open_parts, refuse, round_of
from server.rounds.tables import Round, RoundPart, RoundRules
from server.rulebook import built_in_sets, codes_of_sets, load_indicators, load_rules
from server.work.kinds import Verify
from server.work.queue import ask
from verification.comparing.beside import Benchmark, read_benchmarks
from verification.rules import Rules, fixed_numbers, with_fixed
from verification.sets.indicators import IndicatorSet
from verification.sets.sheets import as_plain, restored

LONGEST_WHY = 500


@dataclass(frozen=True)
class FixedRules:
    """What a round's districts are computed by; the same object as long as it is the same."""

    base: Rules
    indicators: IndicatorSet
    benchmarks: tuple[Benchmark, ...]

    @cached_property
    def _both(self) -> tuple[Rules, Rules]:
        return replace(self.base, video_counts=False), replace(self.base, video_counts=True)

    def rules(self, *, video_counts: bool) -> Rules:
        """Give the numbers, where a round says whether visits by video show that a place is there."""
        return self._both[video_counts]

    @cached_property
    def _digests(self) -> tuple[bytes, ...]:
        return tuple(hashlib.sha256(f"{self.indicators} {rules}".encode()).digest() for rules in self._both)

    def digest(self, *, video_counts: bool) -> bytes:
        """Digest the indicators and these numbers: once for all districts."""
        return self._digests[video_counts]


def present_rules(session: Session, set_id: str) -> Json:
    """Give what would be fixed now, for a round of a set."""
    plain = as_plain(load_indicators(set_id)) if set_id in built_in_sets() else None
    found: Json = json.loads(json.dumps({
        "numbers": fixed_numbers(load_rules()), "set": plain,
        "benchmarks": [asdict(one) for one in known_benchmarks(session)],
    }))  # fmt: skip
    return found


def digest_of_rules(rules: Json) -> str:
    """Digest rules: the same always have the same."""
    return hashlib.sha256(json.dumps(rules, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def last_fixed(session: Session, round_id: str) -> RoundRules | None:
    """Give the rules that a round is computed by; None where nobody has fixed any."""
    return session.scalars(select(RoundRules).where(_is_last_of(round_id))).one_or_none()


def last_version(session: Session, round_id: str) -> tuple[str, str] | None:
    """Give the version and the digest of the rules that a round is computed by; None where nobody has fixed any."""
    query = select(RoundRules.version, RoundRules.digest).where(_is_last_of(round_id))
    found = session.execute(query).one_or_none()
    return (found.version, found.digest) if found else None


@dataclass(frozen=True)
class FixedWhen:
    """Which rules a round is computed by, since when and why, without the rules themselves."""

    version: str
    digest: str
    fixed_at: datetime
    why: str | None


def last_of_all(session: Session) -> dict[str, FixedWhen]:
    """Give what rounds are computed by, for each that has fixed rules."""
    rules = RoundRules
    newest = select(func.max(rules.id)).group_by(rules.round_id)
    query = select(rules.round_id, rules.version, rules.digest, rules.fixed_at, rules.why).where(rules.id.in_(newest))
    return {row.round_id: FixedWhen(row.version, row.digest, row.fixed_at, row.why) for row in session.execute(query)}


def _is_last_of(round_id: str) -> ColumnElement[bool]:
    newest = select(func.max(RoundRules.id)).filter_by(round_id=round_id).scalar_subquery()
    return RoundRules.id == newest


def fix_rules(session: Session, found: Round, by: str, why: str | None = None) -> RoundRules:
    """Fix the present rules for a round."""
    rules = present_rules(session, found.indicator_set)
    row = RoundRules(round_id=found.id, version=load_rules().version, digest=digest_of_rules(rules), rules=rules,
                     fixed_by=by, fixed_at=now(), why=why)  # fmt: skip
    session.add(row)
    session.flush()
    return row


def fix_where_none_are(session: Session) -> int:
    """Fix the present rules for rounds that were planned before rules were fixed; gives for how many."""
    without = select(Round).where(Round.state != ARCHIVED, Round.id.not_in(select(RoundRules.round_id)))
    rounds = session.scalars(without.order_by(Round.id)).all()
    for found in rounds:
        row = fix_rules(session, found, "nobody")
        note(session, Act("nobody", "rules_fixed", f"round:{found.id}", None, found.id, after=row.digest))
    return len(rounds)


def take_present_rules(session: Session, round_id: str, entry: Entry) -> bool:
    """Compute a round by the present rules from now on, all of its districts; tells whether they are others.

    Raises NotAllowed: without a reason, and where a district is closed, since it would stay as the old rules had it.
    """
    found = round_of(session, round_id)
    why = entry.why.strip()
    if found.state == ARCHIVED:
        raise refuse("round_archived", round=found.name)
    if not why or len(why) > LONGEST_WHY:
        raise refuse("rules_need_a_minute", limit=LONGEST_WHY)
    closed = select(func.count()).select_from(RoundPart).filter_by(round_id=round_id, state=CLOSED)
    if count := session.scalar(closed):
        raise refuse("rules_of_closed_parts", count=count)
    before = last_fixed(session, round_id)
    if before is not None and before.digest == digest_of_rules(present_rules(session, found.indicator_set)):
        return False
    row = fix_rules(session, found, entry.by, why)
    note(session, Act(entry.by, "rules_taken", f"round:{round_id}", None, round_id, before.digest if before else None,
                      row.digest))  # fmt: skip
    for district in open_parts(session, round_id):
        ask(session, Verify(round_id, district))
    return True


_known: dict[tuple[str, str | None], FixedRules] = {}  # what this process has read, by set and digest
_MOST_KNOWN = 16


def rules_of(session: Session, found: Round) -> FixedRules:
    """Give what a round's districts are computed by; the present rules, where nobody has fixed any."""
    return rules_fixed(session, found, session.scalar(select(RoundRules.digest).where(_is_last_of(found.id))))


def indicators_of(session: Session, found: Round) -> IndicatorSet:
    """Give the indicator set as a round has it, in the words that it is judged by, whatever an update brought since."""
    return rules_of(session, found).indicators


def digest_fixed() -> ScalarSelect[str | None]:
    """Ask for the digest of the rules that a round is computed by, beside the round itself."""
    newest = select(func.max(RoundRules.id)).where(RoundRules.round_id == Round.id).correlate(Round).scalar_subquery()
    return select(RoundRules.digest).where(RoundRules.id == newest).correlate(Round).scalar_subquery()


def rules_fixed(session: Session, found: Round, digest: str | None) -> FixedRules:
    """Give what a round's districts are computed by, where the digest of what was fixed was asked for (above)."""
    key, comes_with_tilik = (found.indicator_set, digest), found.indicator_set in built_in_sets()
    indicators = None if digest and comes_with_tilik else load_indicators(found.indicator_set)
    known = _known.get(key)
    if known is None or indicators not in (None, known.indicators) or (digest is None and known.base != load_rules()):
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        known = _known[key] = _read(session, found.id, digest, indicators)
    return known


def _read(session: Session, round_id: str, digest: str | None, indicators: IndicatorSet | None) -> FixedRules:
    row = last_fixed(session, round_id) if digest else None
    if row is None:
        return FixedRules(load_rules(), indicators or load_indicators(), known_benchmarks(session))
    kept: Mapping[str, Any] = row.rules
    return FixedRules(with_fixed(load_rules(), kept["numbers"]), indicators or restored(kept["set"], codes_of_sets()),
                      read_benchmarks(kept["benchmarks"]))  # fmt: skip
