"""What is due by time: one schedule for both shapes, the loop of `tilik work` and Celery's beat.

The job table says what was asked for when; a clock that ticks often, twice or not for a while changes nothing.
"""

from collections.abc import Sequence
from datetime import timedelta

from server.work.kinds import (
    CatchUp,
    Certify,
    Facilities,
    LookOverAll,
    Phones,
    Pulls,
    PutApart,
    ScanDocuments,
    Seal,
    SeeAlerts,
    SeeWhatWaits,
    Sweep,
    Tell,
    WatchRegister,
)  # fmt: skip
from server.work.queue import Regular

SCHEDULE: Sequence[Regular] = (
    Regular(Pulls(), every=timedelta(minutes=1)),
    Regular(Seal(), every=timedelta(seconds=30)),
    Regular(LookOverAll(), every=timedelta(days=1), offset=timedelta(hours=18)),  # 1 in the morning in Jakarta
    Regular(Facilities(), every=timedelta(days=1), offset=timedelta(hours=19)),  # what no phone may have, none keeps
    Regular(Phones(), every=timedelta(days=1), offset=timedelta(hours=19, minutes=30)),  # forms that are new since
    Regular(Certify(), every=timedelta(days=1), offset=timedelta(hours=20)),
    Regular(PutApart(), every=timedelta(hours=1)),  # up to when a restore knows of removals
    Regular(CatchUp(), every=timedelta(minutes=10)),
    Regular(ScanDocuments(), every=timedelta(minutes=10)),  # what came asks at once; this is for a scanner that rested
    Regular(SeeWhatWaits(), every=timedelta(hours=1)),
    Regular(SeeAlerts(), every=timedelta(hours=1), offset=timedelta(minutes=30)),  # a pull has had its time by then
    Regular(Tell(), every=timedelta(minutes=5)),  # what was put in asks for it at once; this is for the next attempt
    Regular(WatchRegister(), every=timedelta(minutes=1)),  # never asked for: its row tells nobody anything
    Regular(Sweep(), every=timedelta(days=1), offset=timedelta(hours=21)),
)
TICK = timedelta(seconds=2)  # how often a worker looks for work
TURN = timedelta(seconds=30)  # how long it goes on taking work before it looks at the clock, or may be stopped
