"""What a visit's point showed, as it is kept in a column."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.db import Json
from server.reasons import as_json, from_json
from server.submissions.tables import SubmissionState
from server.traces.tables import TracesGone
from verification.flags.flag import Flag, Flagged
from verification.model import Frozen, FrozenMatch, Grade


def frozen_as_json(frozen: Frozen) -> Json:
    """Write it for a column."""
    matches = [asdict(match) | {"reason": as_json(match.reason)} for match in frozen.matches]
    return {"day": frozen.day.isoformat(), "villages": list(frozen.villages), "placed": as_json(frozen.placed),
            "matches": matches, "flags": [*map(flagged_as_json, frozen.flags)],
            "stood": [list(one) for one in frozen.stood], "beside": list(frozen.beside),
            "perhaps": [list(one) for one in frozen.perhaps]}  # fmt: skip


def flagged_as_json(flagged: Flagged) -> list[str | int | None]:
    """Write a sign for a column: its code, and the other visit; of a clock by how many minutes it was ahead."""
    of = [flagged.other] if flagged.minutes is None else [flagged.other, flagged.minutes]
    return [flagged.flag.value, *of]


def frozen_from_json(stored: Json) -> Frozen:
    """Read it from a column."""
    return Frozen(
        date.fromisoformat(stored["day"]), tuple(stored["villages"]), from_json(stored["placed"]),
        tuple(_match(match) for match in stored["matches"]),
        tuple(Flagged(Flag(flag), *of) for flag, *of in stored.get("flags", ()) if flag in set(Flag)),
        tuple((indicator, sort, changed) for indicator, sort, changed in stored.get("stood", ())),
        tuple(stored.get("beside", ())),
        tuple((indicator, facility) for indicator, facility in stored.get("perhaps", ())),
    )  # fmt: skip


def _match(stored: Json) -> FrozenMatch:
    comparisons = tuple((what, level, bits) for what, level, bits in stored["comparisons"])
    values = {"comparisons": comparisons, "grade": Grade(stored["grade"]), "reason": from_json(stored["reason"])}
    return FrozenMatch(**(stored | values))


def frozen_of(session: Session, round_id: str, district: str) -> Mapping[tuple[int, str], Frozen]:
    """Give what visits of a district's part of a round had shown by their points, by form and first instance id."""
    gone, state = TracesGone, SubmissionState
    is_its = (state.form_pk == gone.form_pk) & (state.root_id == gone.root_id)
    query = select(gone.form_pk, gone.root_id, gone.frozen).join(state, is_its)
    mine = (state.round_id == round_id, state.district == district, gone.frozen.is_not(None))
    found = session.execute(query.where(*mine))
    return {(form_pk, root_id): frozen_from_json(frozen) for form_pk, root_id, frozen in found if frozen}
