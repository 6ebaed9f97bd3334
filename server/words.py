"""The sentences users read, in Bahasa Indonesia and English: gettext catalogues under `locale/`, one for each language.

Rules and jobs return codes with values; pages, terminal and exports all say them through here. Sentences use
`{name}` for values, and in a language that has a plural `{count} {count:place|places}`, as often as a sentence counts;
numbers and dates are written as the language writes them, moments in one of Indonesia's zones.
"""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_datetime, format_timedelta
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from server.disclosure.values import cleared_values
from server.moments import CAPITAL, ZONES
from verification.reason import Reason

LANGUAGES = ("id", "en")
_KEPT_DECIMAL = re.compile(r"-?\d{1,15}\.(\d{1,15})")  # 32.5; of what is whole, nothing is changed
FOLDER = Path(__file__).parent / "locale"


class Catalogue:
    """One language's sentences, and the zone its moments are told in."""

    def __init__(self, language: str, zone: str) -> None:
        self.language, self.zone = language, zone
        with (FOLDER / f"{language}.po").open("rb") as file:
            self.sentences = {str(m.id): str(m.string) for m in read_po(file, locale=language) if m.id and m.string}

    def at(self, zone: str) -> "Catalogue":
        """Give the same sentences, with moments told in a place's zone."""
        return catalogue(self.language, zone)

    def say(self, key: str, /, **values: Any) -> str:
        """Say a sentence. A key without a sentence is said as itself: visible, and caught by the tests."""
        shown = {name: _Said(str(value) if _is_a_name(name, value) else self.show(value))
                 for name, value in values.items()}  # fmt: skip
        return self.sentences.get(key, key).format_map(_Missing(shown))

    def reason(self, reason: Reason, **more: Any) -> str:
        """Say a reason with those values that may be said; `more` replaces values that are codes by words."""
        values = {name: _as_day(name, value) for name, value in cleared_values(reason, self.knows).items()}
        return self.say(f"reason.{reason.code}", **(values | more))

    def knows(self, key: str) -> bool:
        """Tell whether there is a sentence for a key."""
        return key in self.sentences

    def show(self, value: Any) -> str:
        """Write a value as the language writes it."""
        if isinstance(value, bool):
            return self.say("word.yes" if value else "word.no")
        if isinstance(value, int | float):
            return self.number(value)
        if isinstance(value, datetime):
            pattern = "d MMM y HH.mm" if self.language == "id" else "d MMM y HH:mm"
            there = value.astimezone(ZONES[self.zone]).replace(tzinfo=None)
            return f"{format_datetime(there, pattern, locale=self.language)} {self.zone}"
        if isinstance(value, date):
            return _day(value, self.language)
        return "–" if value is None else str(value)

    def ago(self, passed: timedelta) -> str:
        """Say how long ago something was: 6 menit yang lalu."""
        return str(
            format_timedelta(
                -max(passed, timedelta(seconds=1)), threshold=1.5, add_direction=True, locale=self.language
            )
        )

    def number(self, value: float, decimals: int = 2) -> str:
        """Write a number with at most so many decimals."""
        return _number(value, decimals, self.language)

    def written(self, text: str) -> str:
        """Write a text that is kept as a number with a point, whole, as the language writes it; any other as it is."""
        if not (found := _KEPT_DECIMAL.fullmatch(text)):
            return text
        return str(format_decimal(Decimal(text), format="#,##0." + "0" * len(found[1]), locale=self.language))

    def percent(self, probability: float) -> str:
        """Write a probability; never a certainty that nobody has."""
        if 0.001 < probability < 0.999:
            return f"{self.number(probability * 100, 1)} %"
        return f"> {self.number(99.9)} %" if probability >= 0.5 else f"< {self.number(0.1)} %"

    def points(self, value: float | None) -> str:
        """Write points with one decimal, or two where they have them; a dash where there are none."""
        return "–" if value is None else _points(value, self.language)


class _Said(str):
    """A value in a sentence. `{count:place|places}` is not the value but the word that goes with so many."""

    def __format__(self, forms: str) -> str:
        one, _, more = forms.partition("|")
        return (one if self == "1" else more) if more else str(self)


_NUMBERED = frozenset({"year", "data_year", "port", "fact", "draw", "entry", "sequence"})


def _is_a_name(name: str, value: Any) -> bool:
    """Tell whether a number names something and counts nothing: the year 2024 is no "2.024", nor is a decision."""
    return type(value) is int and name in _NUMBERED


def _as_day(name: str, value: Any) -> Any:
    """Read a reason's day, which is kept as a text, so that it is written as all other days are."""
    if name != "day" or not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        return value


class _Missing(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return _Said("{" + key + "}")


def catalogue(language: str, zone: str = CAPITAL) -> Catalogue:
    """Give a language's catalogue; Bahasa Indonesia for a language there is none for."""
    return _kept(language if language in LANGUAGES else LANGUAGES[0], zone)


# a page writes hundreds of numbers and days, and most of them again and again


@lru_cache(20_000)
def _number(value: float, decimals: int, language: str) -> str:
    return str(format_decimal(round(value, decimals), format="#,##0." + "#" * decimals, locale=language))


@lru_cache(20_000)
def _points(value: float, language: str) -> str:
    return str(format_decimal(round(value, 2), format="#,##0.0#", locale=language))


@lru_cache(5_000)
def _day(day: date, language: str) -> str:
    return str(format_date(day, "d MMM y", locale=language))


@cache  # by what we have, never by what somebody asked for: it would grow
def _kept(language: str, zone: str) -> Catalogue:
    return Catalogue(language, zone)
