"""The features of a GeoJSON file, one by one: a whole country at once as Python's lists would take gigabytes."""

import json
import re
from collections.abc import Iterator
from typing import Any

from verification.reason import WithReason

_BLANKS = re.compile(r"[ \t\r\n]*")
_LONGEST_INTEGER = 18  # digits; longer ones become what a float makes of them


class Unreadable(WithReason):
    """Where a file stops being GeoJSON; `reason` says what is there."""


def features_of(content: str) -> Iterator[Any]:
    """Give a feature collection's features; raises where they cannot be read any further."""
    walk = _Walk(content)
    try:
        walk.enter_features()
    except (RecursionError, json.JSONDecodeError):
        raise Unreadable("not_geojson") from None
    try:
        yield from walk.features()
        walk.leave()
    except RecursionError:
        raise Unreadable("feature_too_deep", feature=walk.number) from None
    except json.JSONDecodeError as error:
        number = walk.number or 1
        raise Unreadable("feature_not_json", feature=number, line=error.lineno, column=error.colno) from None


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
        self._skip_blanks()
        value, self._at = self._decoder.raw_decode(self._content, self._at)
        return value

    def _skip_blanks(self) -> None:
        blanks = _BLANKS.match(self._content, self._at)
        self._at = blanks.end() if blanks else self._at


def _integer(digits: str) -> int | float:
    # Python refuses integers of thousands of digits
    return int(digits) if len(digits) <= _LONGEST_INTEGER else float(digits)
