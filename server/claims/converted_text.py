"""What came of an export by a map, in sentences: which column was taken for what, and what was not. No contents."""

from collections.abc import Iterable, Iterator

from server.claims.column_map import BY_CODE, NOT_MAPPED, READING, Trouble, codes_of, field_name
from server.claims.converted import Converted
from server.claims.export import Use
from server.claims.text import kinds_in_words, without_homes
from server.words import Catalogue
from verification.claim_form.lists import LISTS

_MOST = 20  # rows and cells that a sentence names


def troubles_text(troubles: Iterable[Trouble], words: Catalogue) -> list[str]:
    """Say what is wrong in the map and in the export, by cell."""
    return [f"{_where(one, words)}: {words.reason(one.reason)}" for one in troubles]


def _where(one: Trouble, words: Catalogue) -> str:
    if one.file == "map":
        return words.say("column_map.at_map", cell=one.cell)
    return words.say("column_map.at_export", cell=one.cell)


def converted_text(found: Converted, words: Catalogue) -> list[str]:
    """Say how an export was read, what was taken, and what was left aside on either side."""
    how = words.say("column_map.by_question" if found.by_question else "column_map.by_district")
    return [how, words.say("column_map.filled", count=found.count), *_misfits(found, words), *_unused(found, words),
            *_not_filled(found, words), *_taken(found, words)]  # fmt: skip


def _taken(found: Converted, words: Catalogue) -> Iterator[str]:
    for title, sheet in found.export.sheets.items():
        yield words.say("column_map.headings_in", sheet=title or "CSV", row=sheet.heading_row)
        for letter, uses in sheet.used.items():
            said = ", ".join(_used_for(use, words) for use in uses)
            yield words.say("claims.table_column", letter=letter, heading=sheet.heading(letter), field=said)


def _used_for(use: Use, words: Catalogue) -> str:
    sheet, code, key = use
    return " ".join(one for one in (sheet.replace(READING, ""), code, field_name(key, words.language)) if one)


def _unused(found: Converted, words: Catalogue) -> Iterator[str]:
    for title, sheet in found.export.sheets.items():
        if sheet.unused:
            yield words.say("column_map.columns_unused", sheet=title or "CSV", columns="; ".join(sheet.unused))
        yield from map(words.reason, sheet.hidden)
        if at := sheet.merged:
            cells = ", ".join(at[:_MOST])
            yield words.say("column_map.rows_merged", sheet=title or "CSV", count=len(at), cells=cells)
    for title, rows in found.rows_unused.items():
        if rows:
            shown = ", ".join(map(str, sorted(rows)[:_MOST]))
            yield words.say("column_map.rows_unused", sheet=title or "CSV", count=len(rows), rows=shown)
    if found.export.unused:
        yield words.say("column_map.sheets_unused", sheets="; ".join(found.export.unused))
    if found.shelters:
        yield words.say("column_map.shelters", cells=", ".join(found.shelters[:_MOST]))


def _not_filled(found: Converted, words: Catalogue) -> Iterator[str]:
    """Name what the map says nothing of, and what it names and the export leaves empty."""
    named = {(one.sheet, one.code) for one in found.wishes}
    filled = {(sheet, code) for sheet, codes in found.rows.items() for code in codes}
    for key, lacking in (("column_map.not_named", [one for one in _all_of(found) if one not in named]),
                         ("column_map.empty", [one for one in _all_of(found) if one in named - filled])):  # fmt: skip
        for sheet in dict.fromkeys(sheet for sheet, _ in lacking):
            codes = ", ".join(code for title, code in lacking if title == sheet and code)
            yield words.say(key, sheet=sheet, codes=codes or "–")


def _all_of(found: Converted) -> Iterator[tuple[str, str]]:
    for sheet in (*BY_CODE, "Fasilitas", *(one for one in LISTS if one != NOT_MAPPED)):
        yield from ((sheet, code) for code in codes_of(sheet, found.indicators))


def _misfits(found: Converted, words: Catalogue) -> Iterator[str]:
    """Say what a form's own reading will refuse, by the export's cell and the form's."""
    if found.misfits:
        yield words.say("column_map.misfits", count=len(found.misfits))
    for cell, problem in found.misfits:
        sentence = words.reason(without_homes(problem), **kinds_in_words(problem, words.say))
        at = f"{problem.sheet}!{problem.column}{problem.row}"
        yield words.say("column_map.misfit", cell=cell or "–", at=at, sentence=sentence)
