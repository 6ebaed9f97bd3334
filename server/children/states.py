"""The states of a session with children, of a code on a slip, and of an answer, as the tables have them."""

PLANNED, HELD, SETTLED, DROPPED = "planned", "held", "settled", "dropped"  # of a session
OUT, USED, REVOKED = "out", "used", "revoked"  # of a code
KEPT, PASSED, ASIDE = "kept", "passed", "aside"  # of an answer
UNSETTLED = (PLANNED, HELD)  # sessions whose answers may still come
