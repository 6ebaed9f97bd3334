"""Moments and days: as Central writes them, and by the clocks of Indonesia's three zones."""

from datetime import UTC, date, datetime, timedelta, timezone

from verification.places.zones import HOURS

ZONES = {name: timezone(timedelta(hours=hours), name) for name, hours in HOURS.items()}
CAPITAL = "WIB"  # for moments that belong to no place


def to_central(moment: datetime) -> str:
    """Write a moment as Central does: ISO 8601 in UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_central(text: str) -> datetime:
    """Read a moment that Central wrote."""
    return datetime.fromisoformat(text)


def month_in(zone: str, moment: datetime) -> str:
    """Write which month it is at a moment, by a zone's calendar, such as 2026-11."""
    return f"{day_in(zone, moment):%Y-%m}"


def day_in(zone: str, moment: datetime) -> date:
    """Tell which day it is at a moment, by a zone's calendar."""
    return moment.astimezone(ZONES[zone]).date()
