"""When a visit took place: by the phone's own clock, as far as that can be right."""

from datetime import datetime, timedelta

# a phone may be without a line for long; a clock that is further off is not believed
LONGEST_WITHOUT_LINE, CLOCKS_DIFFER = timedelta(days=180), timedelta(days=1)


def believable(began_at: datetime | None, received_at: datetime) -> datetime:
    """Give the moment of a visit: when the form was opened, unless the phone's clock cannot have been right."""
    if began_at is None or not received_at - LONGEST_WITHOUT_LINE <= began_at <= received_at + CLOCKS_DIFFER:
        return received_at
    return began_at


def made_at(began_at: datetime | None, received_at: datetime) -> datetime:
    """Say when a visit was made, to order visits by: whatever a phone says, that was before Central received it."""
    return min(believable(began_at, received_at), received_at)
