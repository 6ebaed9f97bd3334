"""Which day it is for whoever is in a test: by the capital's clock, where it is tomorrow at 17 o’clock in UTC."""

from datetime import date

from server.db import now
from server.moments import CAPITAL, day_in


def today_here() -> date:
    """Give the day by which acts of people in tests are dated."""
    return day_in(CAPITAL, now())
