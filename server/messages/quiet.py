"""The hours in which nobody is told anything: by Jakarta's clock, or by that of the place it is about."""

from datetime import datetime, timedelta

from server.moments import CAPITAL, ZONES

NEVER = "0-0"  # no hour is quiet


def not_in(quiet: str, moment: datetime, zone: str = CAPITAL) -> datetime:
    """Give the first moment from this one on that is not quiet. `quiet` is "20-6": from eight at night to six."""
    starts, ends = map(int, quiet.split("-"))
    there = moment.astimezone(ZONES[zone])
    is_quiet = starts <= there.hour < ends if starts <= ends else there.hour >= starts or there.hour < ends
    return _next(there, ends).astimezone(moment.tzinfo) if is_quiet else moment


def after(quiet: str, moment: datetime, hours: timedelta, zone: str = CAPITAL) -> datetime:
    """Give the moment at which so much time has gone by that was not quiet."""
    starts, ends = map(int, quiet.split("-"))
    begins = not_in(quiet, moment, zone)
    if starts == ends:
        return begins + hours
    night = _next(begins.astimezone(ZONES[zone]), starts).astimezone(moment.tzinfo)
    return begins + hours if begins + hours <= night else after(quiet, night, hours - (night - begins), zone)


def _next(there: datetime, hour: int) -> datetime:
    """Give the next time that a clock strikes an hour."""
    strikes = there.replace(hour=hour, minute=0, second=0, microsecond=0)
    return strikes if strikes > there else strikes + timedelta(days=1)
