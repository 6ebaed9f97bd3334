"""What may be said of an incident, by codes; which state may follow which (drawn in docs/states.md); who is outside."""

WAITING, TAKEN, REFERRED, CLOSED = "waiting", "taken", "referred", "closed"
MOVES = ((WAITING, TAKEN), (TAKEN, REFERRED), (TAKEN, CLOSED), (REFERRED, CLOSED), (CLOSED, TAKEN))
DRILL = "drill"
CAME_BY = ("telephone", "card", "adult", "seen")
CALLED = ("112", "110", "129")
STAFF = ("no", "yes", "unknown")
TOLD_CHILD = ("yes", "not_yet", "not_possible")
INSTITUTION = "institution"
OUTSIDE = ("sapa129", "police", "uptd_province", "lpsk", "kpai")  # above the district that is scored, or beside it
RECEIVERS = (*OUTSIDE, "uptd_district", "social_district", "health_district", INSTITUTION)
TEXTS = ("wish", "decision", "why_not", "feedback")
LONGEST_TEXT, LONGEST_NUMBER = 300, 60
# what entries and the register's own log say
OPENED, ACKNOWLEDGED, CHANGED, TOLD, REOPENED = "opened", "acknowledged", "changed", "told", "reopened"
STEPS = (OPENED, TOLD, ACKNOWLEDGED, CHANGED, REFERRED, CLOSED, REOPENED)
SAW_LIST, SAW_ONE, SAW_LOG = "saw_list", "saw_one", "saw_log"
READS = (SAW_LIST, SAW_ONE, SAW_LOG)


def may_be_told(receiver: str, staff: str) -> bool:
    """Tell whether a receiver may be told: the institution only where nobody of its staff can be suspected."""
    return receiver != INSTITUTION or staff == "no"


def is_outside(receivers: set[str]) -> bool:
    """Tell whether one of the receivers is above or outside the district that is scored."""
    return not receivers.isdisjoint(OUTSIDE)
