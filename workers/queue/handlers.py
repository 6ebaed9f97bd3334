"""What each kind of work does.

pulls ──► pull (a form) ──┬──► read ──► verify (a district's part of a round)
checks ─► check (a form) ─┘
read, verify ──► assign (what was visited leaves the phones)
place ──► read            traces, facilities, certify, remove, approval_lists, write_back (a decision), sweep, catch_up,
                          tombstones, seal, scan, plan_publishing, publish, child_batch, forget_answers;
                          what_waits, alerts, watch_register ──► tell
"""

from collections.abc import Mapping

from server.work.kinds import Work
from workers.queue.at_central import AT_CENTRAL
from workers.queue.context import Handler
from workers.queue.here import HERE

HANDLERS: Mapping[type[Work], Handler] = {**AT_CENTRAL, **HERE}
TALK_TO_CENTRAL = frozenset(work.kind for work in AT_CENTRAL)
