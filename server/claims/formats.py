"""A number as a spreadsheet shows it: its format is part of the value, for that is what an officer saw and meant."""

import re
from datetime import date, datetime, time, timedelta

from verification.claim_form.cells import Cell, OddCell, Percent

_PERCENT, _DATE, _TIME, _ELAPSED = "0%", "yyyy-mm-dd", "hh:mm", "[h]:mm"
# formats that a workbook names by number only (ECMA-376, part 1, 18.8.30), as far as they change what is shown
BUILT_IN = {
    **dict.fromkeys((9, 10), _PERCENT),
    **dict.fromkeys((*range(14, 18), 22, *range(27, 32), 36, *range(50, 55), 57, 58), _DATE),
    **dict.fromkeys((*range(18, 22), *range(32, 36), 45, 47, 55, 56), _TIME),
    46: _ELAPSED,
}  # fmt: skip
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_MIDNIGHT = datetime.combine(date(1900, 1, 1), time())
_LAST_DAY = 2_958_465  # 31 December 9999
Shown = Cell | time | timedelta


def as_shown(number: float, code: str, *, since_1904: bool) -> Shown:
    """Give what a number is shown as by a format's code: a date, a time, a percentage, a text of digits, or itself."""
    plain = _LITERAL.sub("", code).split(";")[0].lower()
    if plain in ("", "general", "@", "standard"):
        return number
    if "%" in plain:
        return Percent(number)
    if re.search(r"[dmyhs]", plain):
        return _moment(number, plain, since_1904=since_1904)
    if re.search(r"[0#?],+(?![0#?])", plain):
        return OddCell("number_shown_scaled", f"{number:.15g}")
    if re.fullmatch(r"0{2,}", plain) and number >= 0 and number == int(number):
        return str(int(number)).zfill(len(plain))
    return number


def _moment(number: float, plain: str, *, since_1904: bool) -> Shown:
    """Read a count of days: a date where its format shows one, else a time of day or a duration."""
    if not 0 <= number <= _LAST_DAY:
        return OddCell("error_cell", "########")
    if "[" in plain:
        return timedelta(seconds=round(number * 86_400))
    has_day = re.search(r"[dy]", plain) or ("m" in plain and "h" not in plain and "s" not in plain)
    if not has_day or number < 1:
        return (_MIDNIGHT + timedelta(seconds=round(number % 1 * 86_400))).time()
    if since_1904:
        return datetime(1904, 1, 1) + timedelta(seconds=round(number * 86_400))  # noqa: DTZ001  a wall clock's
    # the 29th of February 1900, which never was, is counted
    epoch = date(1899, 12, 31) if number < 60 else date(1899, 12, 30)
    return datetime.combine(epoch, time()) + timedelta(seconds=round(number * 86_400))
