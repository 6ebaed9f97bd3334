"""What a visit's point showed, kept without the point: for visits of a district that was closed, and opened again.

The point is deleted when the district is closed. Then nobody can measure anew, so what it showed is kept: grade and
distance to the line that the visit was given to, never to others. From the distances to three known places the point
could be worked out again.
"""

from hashlib import sha256

from verification.model import ClaimLine, Frozen, Grade
from verification.places.evidence import Evidence
from verification.reason import Reason


def claimed_place(line: ClaimLine) -> str:
    """Digest where a line is claimed to be: a grade that was kept says something of this place alone."""
    return sha256(f"{line.kind} {line.village} {line.point!r}".encode()).hexdigest()


def evidence_kept(frozen: Frozen, line: ClaimLine) -> Evidence:
    """Give what a point that is no longer there showed of a line; nothing, where that is claimed elsewhere since."""
    kept = next((m for m in frozen.matches if (m.indicator, m.facility_id) == (line.indicator, line.facility_id)), None)
    if kept is None:
        return Evidence(Grade.NO_EVIDENCE, Reason("never_measured"))
    if kept.claimed != claimed_place(line):
        return Evidence(Grade.NO_EVIDENCE, Reason("claimed_elsewhere_since"))
    return Evidence(kept.grade, kept.reason, kept.distance_m, kept.error_m, kept.at_place_probability)
