"""From now on these submissions are kept without traces of places: said in the transaction that closes their district.

Whoever keeps something of a submission asks this under the form's lock, as for what was lawfully removed.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from server.areas.queries import zones
from server.db import insert_into, now
from server.moments import CAPITAL, day_in
from server.results.inputs import Inputs
from server.results.verifying import compute
from server.rounds.tables import Round
from server.submissions.keeping import lock_form
from server.submissions.tables import SubmissionState
from server.traces.frozen import frozen_as_json
from server.traces.queries import its_traces_are_gone
from server.traces.tables import TracesGone
from verification.freezing import freeze
from verification.model import Frozen, province_of

Kept = Mapping[int, Frozen]  # by the number of a submission


def zone_of(session: Session, round_id: str, district: str) -> str:
    """Name the zone of a district, by the areas of a round."""
    return zones(session, session.get_one(Round, round_id).areas_id).get(province_of(district), CAPITAL)


def what_points_show(inputs: Inputs, zone: str) -> Kept:
    """Work out what is to be kept of each visit that has a point, as of today in the district's zone."""
    frozen = freeze(inputs.visits, inputs.claims, compute(inputs), day_in(zone, now()))
    return {inputs.states[visit_id]: kept for visit_id, kept in frozen.items()}


def still_with_traces(session: Session, round_id: str, district: str) -> Sequence[Row[int, int, str]]:
    """List the submissions of a part, whether they count or not, of which nobody said yet that theirs go."""
    state = SubmissionState
    query = (
        select(state.id, state.form_pk, state.root_id)
        .outerjoin(TracesGone, its_traces_are_gone())
        .where(state.round_id == round_id, state.district == district, TracesGone.id.is_(None))
        .order_by(state.id)
    )
    return session.execute(query).all()


def let_traces_go(session: Session, round_id: str, district: str, kept: Kept) -> int:
    """Say of all submissions of a part that their traces go, and what their points had shown; gives how many."""
    for form_pk in sorted({one.form_pk for one in still_with_traces(session, round_id, district)}):
        lock_form(session, form_pk)
    left = still_with_traces(session, round_id, district)
    rows = [_row(one, round_id, district, kept) for one in left]
    if rows:
        session.execute(insert_into(session, TracesGone).on_conflict_do_nothing(), rows)
    return len(rows)


def _row(one: Row[int, int, str], round_id: str, district: str, kept: Kept) -> dict[str, object]:
    frozen = kept.get(one.id)
    return {
        "form_pk": one.form_pk, "root_id": one.root_id, "round_id": round_id, "district": district, "removal_id": None,
        "done": False, "frozen": frozen_as_json(frozen) if frozen else None,
    }  # fmt: skip
