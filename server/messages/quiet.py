"""The hours in which nobody is told anything, by Jakarta's clock."""

from datetime import datetime, timedelta

from server.moments import CAPITAL, ZONES


def not_in(quiet: str, moment: datetime) -> datetime:
    """Give the first moment from this one on that is not quiet. `quiet` is "20-6": from eight at night to six."""
    starts, ends = map(int, quiet.split("-"))
    there = moment.astimezone(ZONES[CAPITAL])
    is_quiet = starts <= there.hour < ends if starts <= ends else there.hour >= starts or there.hour < ends
    if not is_quiet:
        return moment
    end = there.replace(hour=ends, minute=0, second=0, microsecond=0)
    return (end if end > there else end + timedelta(days=1)).astimezone(moment.tzinfo)
