"""The features of a GeoJSON file, one by one: a whole country at once as Python's lists would take gigabytes."""

import json
import re
from collections.abc import Iterator
from typing import Any

from verification.reason import WithReason

MOST_LETTERS = 10_000_000  # of a feature: 200,000 vertices with all their decimals are 8 million; as lists, 300 MB
_FIRST_LOOK = 100_000  # letters: more than nearly all features have
_BLANKS = re.compile(r"[ \t\r\n]*")
_LONGEST_INTEGER = 18  # digits; longer ones become what a float makes of them
# what else people have; the program that wrote it can save it as GeoJSON
_OTHERS = {
    "TopoJSON": re.compile(r'\s*\{(?:(?!"features").){0,1000}?"type"\s*:\s*"Topology"', re.DOTALL),
    "Esri JSON": re.compile(r'\s*\{(?:(?!"features").){0,5000}?"(geometryType|fieldAliases)"\s*:', re.DOTALL),
    "KML, GML": re.compile(r"\s*<"),
    "GeoJSON Text Sequences": re.compile(r'\x1e|\s*\{"type"\s*:\s*"Feature"[^\n]*\}\s*\n\s*\{'),
}


class Unreadable(WithReason):
    """Where a file stops being GeoJSON; `reason` says what is there."""


def features_of(content: str) -> Iterator[Any]:
    """Give a feature collection's features; raises where they cannot be read any further."""
    for name, sign in _OTHERS.items():
        if sign.match(content):
            raise Unreadable("other_than_geojson", found=name)
    walk = _Walk(content)
    try:
        walk.enter_features()
    except (RecursionError, json.JSONDecodeError, _TooLarge):
        raise Unreadable("not_geojson") from None
    try:
        yield from walk.features()
        walk.leave()
    except RecursionError:
        raise Unreadable("feature_too_deep", feature=walk.number) from None
    except _TooLarge:
        raise Unreadable("feature_too_large", feature=walk.number, most=MOST_LETTERS // 1_000_000) from None
    except json.JSONDecodeError as error:
        number = walk.number or 1
        raise Unreadable("feature_not_json", feature=number, line=error.lineno, column=error.colno) from None


class _TooLarge(Exception):
    """A value longer than any that is needed; as Python's lists it would take many times its length."""


class _Walk:
    """Goes through the text of one JSON object up to its list of features, then from feature to feature."""

    def __init__(self, content: str) -> None:
        self._content, self._at = content, 0
        self._decoder = json.JSONDecoder(parse_int=_integer)
        self.number = 0  # of the feature it is at; 0 before the first

    def enter_features(self) -> None:
        """Go to the list of features, past every other member."""
        self._expect("{")
        while self._value() != "features":
            self._expect(":")
            self._value()
            self._expect(",")
        self._expect(":")
        self._expect("[")

    def features(self) -> Iterator[Any]:
        """Give the list's features."""
        if self._takes("]"):
            return
        yield self._feature()
        while not self._takes("]"):
            self._expect(",")
            yield self._feature()

    def leave(self) -> None:
        """Go past the members behind the list: a file that was cut off there is not whole."""
        while self._takes(","):
            self._value()
            self._expect(":")
            self._value()
        self._expect("}")

    def _feature(self) -> Any:
        self.number += 1
        return self._value()

    def _takes(self, sign: str) -> bool:
        self._skip_blanks()
        found = self._content.startswith(sign, self._at)
        self._at += len(sign) * found
        return found

    def _expect(self, sign: str) -> None:
        if not self._takes(sign):
            raise json.JSONDecodeError(f"no {sign}", self._content, self._at)

    def _value(self) -> Any:
        """Read a value, looking no farther than it may reach."""
        self._skip_blanks()
        reach = _FIRST_LOOK
        while True:
            seen = self._content[self._at : self._at + reach]
            try:
                value, length = self._decoder.raw_decode(seen)
            except json.JSONDecodeError as error:
                if len(seen) < reach:
                    raise json.JSONDecodeError(error.msg, self._content, self._at + error.pos) from None
                if reach == MOST_LETTERS:
                    raise _TooLarge from None
                reach = min(5 * reach, MOST_LETTERS)
            else:
                self._at += length
                return value

    def _skip_blanks(self) -> None:
        blanks = _BLANKS.match(self._content, self._at)
        self._at = blanks.end() if blanks else self._at


def _integer(digits: str) -> int | float:
    # Python refuses integers of thousands of digits
    return int(digits) if len(digits) <= _LONGEST_INTEGER else float(digits)
