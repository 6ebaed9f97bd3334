"""What comes of setting one thing a district says against another: a finding. It moves no line of a list."""

from enum import StrEnum

from verification.reason import Reason
from verification.record import record


class Verdict(StrEnum):
    """What a finding says of the claim. `differs`: two things do not go together, and a person has to ask why."""

    SHOWN = "shown"
    CONTRADICTED = "contradicted"
    DIFFERS = "differs"
    OPEN = "open"


@record
class ClaimFinding:
    """One finding on an indicator's claim; `about` is the kind of comparison, where it comes of one."""

    indicator: int
    verdict: Verdict
    reason: Reason
    about: str = ""


Said = tuple[Verdict, Reason]  # a finding before it is an indicator's
