"""One row of a sheet: what each of its cells says, or what is wrong with it."""

import re
from datetime import date, datetime

from verification.claim_form.cells import (
    LARGEST_EXACT,
    SHEETS,
    Cell,
    OddCell,
    Percent,
    Row,
    clean,
    day_meant,
    degrees_meant,
    numbers_meant,
)
from verification.claim_form.choices import Words, chosen, kind_meant
from verification.claim_form.form import FormProblem
from verification.matching.identity import registry_key, says_no_number
from verification.places.kinds import names_a_shelter
from verification.reason import Reason, Value
from verification.sets.indicators import AnswerField

EARLIEST_YEAR, LATEST_YEAR = 1900, 2100
LARGEST_SHARE = 100.0  # of a whole
LARGEST_PERCENT = 200.0  # participation may exceed 100; 8.500 is 85 in a cell that was made a percentage afterwards
_MEASURED = frozenset({"juta Rp", "per 1.000 kelahiran hidup"})  # all other numbers count something, and are whole
_YES_NO = {"ya": "yes", "tidak": "no"}
FEWER_THAN_EIGHT = "<8"
_SHOWN = 40  # letters of a cell that a sentence repeats


class FormRow:
    """One row of a sheet; reads its cells and notes what is wrong with them."""

    def __init__(
        self, sheet: str, row: int, cells: Row, problems: list[FormProblem], names: Words | None = None
    ) -> None:
        self.row = row
        self._names = names or {}
        self._sheet = sheet
        self._cells = cells
        self._problems = problems
        self._columns = {column.key: column for column in SHEETS[sheet]}

    def cell(self, key: str) -> str:
        """Say where a cell is."""
        return f"{self._sheet}!{self._columns[key].letter}{self.row}"

    def note(self, code: str, key: str, /, **values: Value) -> FormProblem:
        """Say something of a cell that does not forbid to take the form."""
        return FormProblem(Reason(code, values), self._sheet, self.row, self._columns[key].letter, self._about())

    def _about(self) -> str | None:
        """Tell what kind of place a row says it is about; no kind where its name says that it is a shelter."""
        if "kind" not in self._columns:
            return None
        shelter = names_a_shelter(str(self._cells.get("facility_name") or ""))
        return "" if shelter else kind_meant(str(self._cells.get("kind") or ""), self._names)

    def refuse(self, code: str, key: str, /, **values: Value) -> None:
        """Say what is wrong with a cell."""
        self._problems.append(self.note(code, key, **values))

    @property
    def problems_so_far(self) -> int:
        """Count the problems of all that was read until now."""
        return len(self._problems)

    def is_filled(self, key: str) -> bool:
        """Tell whether there is anything in a cell."""
        return is_filled(self._cells.get(key))

    def _value(self, key: str) -> Cell:
        """Give a cell's value, cleaned; none where it is blank, or odd and therefore refused."""
        value = self._cells.get(key)
        if isinstance(value, OddCell):
            self.refuse(value.code, key, text=value.text[:_SHOWN])
            return None
        return (clean(value) or None) if isinstance(value, str) else value

    def _missing(self, key: str) -> None:
        if not self.is_filled(key):
            self.refuse("missing", key)

    def text(self, key: str, *, required: bool = False) -> str | None:
        """Read a text; a number is one too, as far as its digits are all there."""
        value = self._value(key)
        if value is None:
            self._missing(key) if required else None
            return None
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            self.refuse("not_a_text", key, text=_seen(value))
            return None
        if isinstance(value, int | float) and abs(value) >= LARGEST_EXACT:
            self.refuse("number_lost_digits", key, text=_seen(value))
            return None
        return self._within_limit(key, _seen(value) if isinstance(value, int | float) else value)

    def _within_limit(self, key: str, text: str) -> str | None:
        limit = self._columns[key].limit
        if len(text) > limit:
            self.refuse("text_too_long", key, length=len(text), limit=limit)
            return None
        return text

    def name(self, key: str) -> str | None:
        """Read a name or a document's number: on one line, and it has to be there."""
        text = self.text(key, required=True)
        return None if text is None else " ".join(text.split())

    def registry_number(self, key: str) -> str | None:
        """Read a registry number; none where a placeholder stands for it."""
        text = "".join((self.text(key) or "").split())
        if says_no_number(text):
            return None
        if not re.fullmatch(r"[0-9A-Za-z./-]{1,30}", text) or registry_key(text) is None:
            self.refuse("not_a_code", key, text=text[:_SHOWN])
            return None
        return text

    def number(self, key: str, *, required: bool = False) -> float | None:
        """Read a number, one written as text too, where that can mean only one."""
        value = self._value(key)
        if value is None:
            self._missing(key) if required else None
            return None
        if isinstance(value, str):
            return self._only(key, value, numbers_meant(value))
        if isinstance(value, Percent):
            self.refuse("percent_where_number_belongs", key, text=str(value))
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.refuse("text_where_number_belongs", key, text=_seen(value))
            return None
        return self._only(key, _seen(value), {float(value)})

    def _only(self, key: str, text: str, meant: set[float]) -> float | None:
        if len(meant) == 1 and abs(number := next(iter(meant))) < LARGEST_EXACT:
            return number
        code = "number_of_two_notations" if len(meant) > 1 else "text_where_number_belongs"
        self.refuse(code, key, text=text[:_SHOWN])
        return None

    def degrees(self, key: str) -> float | None:
        """Read a coordinate. Thousands of degrees there are none: a point or comma stands before the decimals."""
        value = self._value(key)
        if not isinstance(value, str):
            return self.number(key)
        degrees = degrees_meant(value)
        if numbers_meant(value) and not degrees:
            self.refuse("not_degrees", key, text=value[:_SHOWN])
            return None
        return self._only(key, value, degrees)

    def seen(self, key: str) -> Cell:
        """Give what stands in a cell, without reading it as anything."""
        value = self._cells.get(key)
        return clean(value) if isinstance(value, str) else value

    def percent(self, key: str, limit: float = LARGEST_PERCENT) -> float | None:
        """Read a percentage: 85, or 85 % in a cell or text that says so."""
        value = self._value(key)
        if isinstance(value, Percent):
            number: float | None = value.shown
        elif isinstance(value, str):
            number = self._only(key, value, numbers_meant(value.removesuffix("%").rstrip()))
        else:
            number = self.number(key)
        if number is not None and not 0 <= number <= limit:
            self.refuse("not_a_percentage", key, number=number, limit=limit)
            return None
        return number

    def day(self, key: str) -> date | None:
        """Read a date."""
        value = self._value(key)
        try:
            day: Cell = day_meant(value) if isinstance(value, str) else value
        except ValueError:
            day = value
        if isinstance(day, date) and EARLIEST_YEAR <= day.year <= LATEST_YEAR:
            return day.date() if isinstance(day, datetime) else day
        if value is None:
            return None
        self.refuse("not_a_date", key, text=_seen(value))
        return None

    def answer(self, key: str, answer: AnswerField) -> str | None:
        """Read the answer to a question, as text that will be shown."""
        match answer.kind:
            case "yes_no":
                return self._yes_no(key)
            case "date":
                day = self.day(key)
                return day.isoformat() if day else None
            case "percent":
                return _written(self.percent(key, LARGEST_SHARE if answer.share else LARGEST_PERCENT))
            case "number":
                return _written(self._counted(key, answer))
        return self.text(key)

    def _counted(self, key: str, answer: AnswerField) -> float | None:
        number = self.number(key)
        if number is not None and (number < 0 or (answer.unit not in _MEASURED and number != int(number))):
            self.refuse("not_a_count", key, number=number)
            return None
        return number

    def year(self, key: str, latest: int = LATEST_YEAR) -> int | None:
        """Read a year."""
        year = self.number(key)
        if year is None:
            return None
        if year != int(year) or not EARLIEST_YEAR <= year <= latest:
            self.refuse("year_out_of_range", key, year=f"{year:g}", earliest=str(EARLIEST_YEAR), latest=str(latest))
            return None
        return int(year)

    def count(self, key: str) -> int | None:
        """Read how many there are of something."""
        number = self.number(key)
        if number is None or (number >= 0 and number == int(number)):
            return None if number is None else int(number)
        self.refuse("not_a_count", key, number=number)
        return None

    def small_count(self, key: str) -> str | None:
        """Read a count that may be said as "<8"; what else stands there is not repeated."""
        value = self._value(key)
        if value is None:
            return None
        if isinstance(value, str) and "".join(value.split()) == FEWER_THAN_EIGHT:
            return FEWER_THAN_EIGHT
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        meant = numbers_meant(value) if isinstance(value, str) else {float(value)} if is_number else set()  # type: ignore[arg-type]
        number = next(iter(meant)) if len(meant) == 1 else -1.0
        if not 0 <= number < LARGEST_EXACT or number != int(number):
            self.refuse("not_a_count_here", key)
            return None
        return str(int(number))

    def amount(self, key: str) -> float | None:
        """Read an amount of money."""
        number = self.number(key)
        if number is not None and number < 0:
            self.refuse("not_an_amount", key)
            return None
        return number

    def choice(self, key: str) -> str | None:
        """Read what was chosen from a list, as its code. What else was typed is not repeated: it may be a name."""
        text = self.text(key)
        code = chosen(text, self._columns[key].words, self._names) if text else None
        if text and code is None:
            self.refuse("not_in_list", key)
        return code

    def several(self, key: str) -> str | None:
        """Read what was chosen from a list, one or more with commas between them, as codes in the list's order."""
        texts = [text for text in re.split(r"[,;\n]", self.text(key) or "") if text.strip()]
        codes = [chosen(text, self._columns[key].words, self._names) for text in texts]
        if None in codes:
            self.refuse("not_in_list", key)
            return None
        return ",".join(dict.fromkeys(code for code in codes if code)) or None

    def yes_no(self, key: str) -> bool | None:
        """Read "ya" or "tidak"."""
        return {"yes": True, "no": False}.get(self._yes_no(key) or "")

    def _yes_no(self, key: str) -> str | None:
        text = (self.text(key) or "").lower()
        if text and text not in _YES_NO:
            self.refuse("not_yes_or_no", key, text=text[:_SHOWN])
        return _YES_NO.get(text)


def is_filled(value: Cell) -> bool:
    """Tell whether there is anything in a cell that a person sees."""
    return value is not None and (not isinstance(value, str) or bool(clean(value)))


def _written(number: float | None) -> str | None:
    if number is None:
        return None
    return str(int(number)) if number == int(number) else f"{number:.12g}"


def _seen(value: object) -> str:
    """Write what is seen in a cell, as far as a sentence repeats it."""
    if isinstance(value, float) and value.is_integer() and abs(value) < LARGEST_EXACT:
        return str(int(value))
    if isinstance(value, datetime) and value.hour == value.minute == value.second == 0:
        value = value.date()
    return f"{value:%d/%m/%Y}" if type(value) is date else str(value)[:_SHOWN]
