"""Agencies' own tables as workbooks and as CSV, and what is taken from them."""

import io
from typing import Any

from openpyxl import Workbook
from sqlalchemy import Engine

from server.claims.adding import WantedRows, take
from server.claims.grids import read_sheet
from server.claims.joined_text import taken_text
from server.claims.taken import TakenRows
from server.claims.workbook import open_workbook
from server.db import snapshot
from server.words import catalogue
from tests.support.claiming import ROUND
from tests.support.workbooks import filled

Rows = list[list[Any]]


def as_xlsx(rows: Rows) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append([None if value == "" else value for value in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def as_csv(rows: Rows, separator: str = ";", encoding: str = "utf-8-sig") -> bytes:
    return "\r\n".join(separator.join(f'"{value}"' for value in row) for row in rows).encode(encoding)


def taken(engine: Engine, content: bytes, *what: str, is_text: bool = False, **more: Any) -> TakenRows:
    with snapshot(engine) as session:
        opened = open_workbook(filled(stamp={5: ROUND}))
        return take(session, opened, read_sheet(content, is_text), WantedRows(what, **more))


def numbers(found: TakenRows) -> dict[tuple[str, str], Any]:
    return {(code_in(row["breakdown"]), code_in(row.get("area") or row.get("age"))): row["value"] for row in found.rows}


def code_in(shown: Any) -> str:
    return str(shown).rpartition("(")[2].rstrip(")")


def told(found: TakenRows) -> str:
    """Say what is said of a table, as officers read it."""
    return "\n".join(taken_text(found, catalogue("id")))
