"""What all lists share: their filter as a form, their pages, and the same rows as a file to download.

A list's address holds all that was asked for, so it can be sent to somebody, and it works without a script. The macros
that write it are in `templates/listing.html`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from flask import Response

from server.disclosure.cleared import Cleared, view
from server.disclosure.clearing import Clearance
from server.spreadsheets import Row, as_csv, as_xlsx
from server.web.facets import Facets
from server.words import Catalogue

PAGE_SIZE = 50
PAGE = "hal"  # in an address
CSV, XLSX = "csv", "xlsx"
_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@view
class FieldChoice:
    """A value that can be chosen, and how many rows it would leave."""

    value: Cleared
    label: Cleared
    count: int | None
    chosen: bool


@view
class Field:
    """A field of a filter; `kind` is choice, day or text. `error` says that what was asked for is nothing here."""

    name: Cleared
    label: Cleared
    kind: Cleared
    value: Cleared
    choices: tuple[FieldChoice, ...]
    error: Cleared | None


@view
class Paging:
    """Which rows are shown, from 1: of `wanted` that fit the filter, among `all`."""

    number: int
    pages: int
    first: int
    last: int
    wanted: int
    all: int


@view
class Listing:
    """A list's filter and pages; `args` are what its address holds beside the page's number.

    `unknown` names the fields whose value was passed over, also those that this viewer has not.
    """

    fields: tuple[Field, ...]
    paging: Paging
    args: dict[str, Cleared]
    unknown: tuple[Cleared, ...]

    @property
    def filters(self) -> int:
        """Count the fields that ask for something."""
        return sum(bool(field.value) for field in self.fields if field.kind != "order")


def paging(facets: Facets, asked: str | None) -> Paging:
    """Find the page that was asked for: the first where none can be meant, the last where it is beyond that."""
    pages = max(1, ceil(facets.wanted / PAGE_SIZE))
    number = int(asked) if asked and asked.isascii() and asked.isdigit() and len(asked) < 9 else 1
    number = min(max(1, number), pages)
    first = (number - 1) * PAGE_SIZE
    last = min(first + PAGE_SIZE, facets.wanted)
    return Paging(number, pages, min(first + 1, facets.wanted), last, facets.wanted, facets.all)


def offset(shown: Paging) -> int:
    """Say how many rows come before a page's."""
    return (shown.number - 1) * PAGE_SIZE


@dataclass(frozen=True)
class Fields:
    """Makes a filter's fields; `names` are theirs in the address, `args` what it holds, `unknown` what was passed over.

    A field's label is the sentence `list.<field>`.
    """

    clear: Clearance
    names: Mapping[str, str]
    args: Mapping[str, str]
    unknown: Sequence[str]

    def choice(
        self, name: str, counts: Mapping[str, int | None], label: Callable[[str], Cleared], by: str | None = None
    ) -> Field:
        """Make a field of values to choose from, with how many rows each would leave; what was chosen is among them.

        They stand as they come, or by their "label", or the most frequent first ("count").
        """
        value = self.args.get(self.names[name], "")
        if value and name not in self.unknown:
            counts = {value: 0} | dict(counts)
        offered = [
            FieldChoice(self.clear.id(code), label(code), count, code == value) for code, count in counts.items()
        ]
        if by:
            offered.sort(key=lambda one: (-(one.count or 0) if by == "count" else 0, one.label.casefold()))
        return self._field(name, "choice", tuple(offered))

    def order(self, name: str, orders: Iterable[str]) -> Field:
        """Make the field that says what comes first."""
        value = self.args.get(self.names[name], "")
        offered = tuple(FieldChoice(self.clear.id(one), self.clear.say(f"list.order.{one}"), None, one == value)
                        for one in orders)  # fmt: skip
        return self._field(name, "order", offered)

    def day(self, name: str) -> Field:
        """Make a field for a day."""
        return self._field(name, "day")

    def text(self, name: str) -> Field:
        """Make a field to type into."""
        return self._field(name, "text")

    def _field(self, name: str, kind: str, choices: tuple[FieldChoice, ...] = ()) -> Field:
        clear, value = self.clear, self.args.get(self.names[name], "")
        error = clear.say("list.unknown_value") if name in self.unknown else None
        return Field(clear.id(self.names[name]), clear.say(f"list.{name}"), clear.id(kind), clear.own(value), choices,
                     error)  # fmt: skip


def visitor_field(make: Fields, facets: Facets, clear: Clearance, chosen: str | None) -> Field:
    """Make the field of visitors: by name for people, by the number of one of their submissions in an address."""
    names = {
        make.args[make.names["visitor"]] if name == chosen else str(one.number): name
        for name, one in facets.of("visitor").items()
    }
    counts = {number: facets.of("visitor")[name].count for number, name in names.items()}
    return make.choice("visitor", counts, lambda number: clear.visitor(names.get(number, chosen)) or clear.ours("–"),
                       by="label")  # fmt: skip


def download(ending: str, name: str, head: Sequence[str], rows: Iterable[Row], words: Catalogue) -> Response:
    """Give rows as a file: `ending` is csv or xlsx, `name` the file's, without it."""
    content = as_csv(head, rows, words) if ending == CSV else as_xlsx(name, head, rows, words)
    response = Response(content, content_type=_TYPES[ending])
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.{ending}")
    return response
