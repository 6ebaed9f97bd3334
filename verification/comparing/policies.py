"""Which clusters of the Convention do the regulations cover that a district lists as in force? (catalogue B2)"""

from collections.abc import Iterable, Iterator

from verification.comparing.finding import Said, Verdict
from verification.model import Claim, Policy
from verification.reason import Reason

CLUSTERS = ("I", "II", "III", "IV", "V")  # of the Convention, as the annex heads them


def clusters_covered(claim: Claim) -> Iterator[Said]:
    """Set the union of what is covered, of all that is in force, against all five; a draft covers nothing yet.

    Nothing is said where nothing is listed. What a regulation says is read in its text: the desk's work.
    """
    if not claim.policies:
        return
    surely, at_most = (_missing(policy for policy in claim.policies if policy.in_force in may_be)
                       for may_be in ((True,), (True, None)))  # fmt: skip
    if at_most:
        yield Verdict.CONTRADICTED, Reason("policies_leave_out_clusters", {"list": ", ".join(at_most)})
    elif surely:
        yield Verdict.OPEN, Reason("policies_without_a_stage", {"list": ", ".join(surely)})
    else:
        yield Verdict.OPEN, Reason("policies_cover_clusters")


def _missing(policies: Iterable[Policy]) -> list[str]:
    covered = {cluster for policy in policies for cluster in policy.clusters}
    return [cluster for cluster in CLUSTERS if cluster not in covered]
