"""What a form sends, and where its sender goes afterwards."""

from flask import flash, redirect, request
from werkzeug.wrappers import Response

from server.db import HIGHEST_KEY


def typed(name: str) -> str:
    """Give what was typed into a field; nothing where there is no such field."""
    return request.form.get(name, "")


def one_file(name: str, most: int) -> bytes | None:
    """Read the file that was chosen, of one that is too large no more than shows that; None where none was chosen."""
    file = request.files.get(name)
    return file.stream.read(most + 1) if file and file.filename else None


def number(name: str) -> int:
    """Give the number of a row that a field names; 0, which no row has, where it names none."""
    found = request.form.get(name, 0, type=int)
    return found if 0 < found <= HIGHEST_KEY else 0


def gone(address: str, notice: str) -> Response:
    """Go to a page, which says what was done."""
    flash(notice)
    return redirect(address, 303)
