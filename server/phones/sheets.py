"""The sheets of phones: a page for each, with the picture that sets Collect up, what is recorded and what to do."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.papers.printing import paper
from server.phones.collect import PRACTICE_COLOUR, TEAM_COLOUR, packed, picture
from server.words import catalogue

PARTS = {"scan": 4, "records": 4, "lost": 3}  # parts of a sheet, and how many lines each has


def sheets_as_pdf(sheets: Sequence[Mapping[str, Any]], *, with_admin: bool = False) -> bytes:
    """Print sheets: each has a code, its team and Collect's settings. Raises NotPrinted.

    `with_admin` adds the password that unlocks a phone's settings: for who manages phones, not to be handed out.
    """
    words = catalogue("id")
    pages, pictures = [], {}
    for number, sheet in enumerate(sheets):
        practice, name = bool(sheet.get("practice")), f"{number}.svg"
        pictures[name] = picture(packed(sheet["settings"]))
        pages.append({
            "code": sheet["code"], "picture": name, "colour": PRACTICE_COLOUR if practice else TEAM_COLOUR,
            "heading": words.say("sheet.practice" if practice else "sheet.heading"),
            "whose": words.say("sheet.whose_practice") if practice else words.say("sheet.whose", team=sheet["team"]),
            "admin": words.say("sheet.admin", password=sheet["settings"]["admin"]["admin_pw"]) if with_admin else "",
        })  # fmt: skip
    parts = [{"title": words.say(f"sheet.{part}"), "lines": [words.say(f"sheet.{part}_{line}")
              for line in range(1, lines + 1)]} for part, lines in PARTS.items()]  # fmt: skip
    told = {"code": words.say("sheet.code"), "secret": words.say("sheet.secret"), "parts": parts}
    return paper("phone.typ", {"sheets": pages, "words": told}, pictures)
