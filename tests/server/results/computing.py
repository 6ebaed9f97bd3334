"""A process that computes a district and stops in the middle of the rules until it is told to go on.

Run as `python -m tests.server.results.computing DATABASE ROUND DISTRICT`. Python's own profiling hook sees the
rules being called; the product's code knows nothing of it.
"""

import sys
from types import FrameType

from server.db import open_database
from server.results.verifying import verify
from verification.verify import verify_district


def watch(frame: FrameType, what: str, _argument: object) -> None:
    if frame.f_code is not verify_district.__code__:
        return
    if what == "call":
        print("computing", flush=True)
        sys.stdin.readline()
    if what == "return":
        print("computed", flush=True)


def main() -> None:
    database, round_id, district = sys.argv[1:]
    engine = open_database(database)
    sys.setprofile(watch)
    stored = verify(engine, round_id, district)
    sys.setprofile(None)
    print("stored" if stored else "nothing new", flush=True)


if __name__ == "__main__":
    main()
