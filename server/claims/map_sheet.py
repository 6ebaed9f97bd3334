"""An empty map of columns for a set, as a workbook: every field of a claim form with its words, to be filled in."""

from collections.abc import Iterator

from server.claims.column_map import (
    ALL,
    HEADS,
    NOT_MAPPED,
    READING,
    SETTINGS,
    field_name,
    keys_of,
    places_of_set,
)
from server.rulebook import load_kinds
from server.spreadsheets import as_xlsx
from server.words import Catalogue
from verification.claim_form.lists import LISTS
from verification.sets.indicators import IndicatorSet

_DOCUMENT = ("document_number", "dated", "title")
_ANSWER = ("value", "value_before", "data_date")
_Row = tuple[str, str, str, str, str, str, str]


def empty_map(indicators: IndicatorSet, words: Catalogue) -> bytes:
    """Write the map that somebody fills in: the last three columns are theirs."""
    head = [words.say(f"column_map.head.{one}") for one in HEADS]
    return as_xlsx(words.say("column_map.sheet"), head, list(_rows(indicators, words)), words)


def _rows(indicators: IndicatorSet, words: Catalogue) -> Iterator[_Row]:
    yield from (_row(words, READING, "", key, words.say(f"column_map.{key}_what")) for key in SETTINGS)
    all_of = words.say("column_map.all_of")
    for sheet, keys in (("Klaim", ("self_score",)), ("Jawaban", _ANSWER), ("Dokumen", _DOCUMENT)):
        yield from (_row(words, sheet, ALL, key, all_of) for key in keys)
    yield from _of_questions(indicators, words)
    for code in places_of_set(indicators):
        number, _, kind = code.partition("/")
        name = f"{indicators.by_number[int(number)].name[words.language]}: {words.say(f'kind.{kind}')}"
        without = () if load_kinds().may_have_a_point(kind) else ("lat", "lon")
        yield from (_row(words, "Fasilitas", code, key, name) for key in keys_of("Fasilitas") if key not in without)
    for sheet in LISTS:
        if sheet != NOT_MAPPED:
            yield from (_row(words, sheet, "", key, "") for key in keys_of(sheet))


def _of_questions(indicators: IndicatorSet, words: Catalogue) -> Iterator[_Row]:
    language = words.language
    for one in indicators.indicators:
        yield _row(words, "Klaim", str(one.number), "self_score", one.name[language])
    for one in indicators.indicators:
        for question in one.questions:
            for answer in question.answers:
                asked = f"{question.text[language]} – {answer.label[language]}"
                for key in (one for one in _ANSWER if answer.two_years or one != "value_before"):
                    yield _row(words, "Jawaban", answer.code, key, f"{asked} ({answer.unit})" if answer.unit else asked)
    for one in indicators.indicators:
        for question in one.questions:
            yield from (_row(words, "Dokumen", question.code, key, question.text[language]) for key in _DOCUMENT)


def _row(words: Catalogue, sheet: str, code: str, key: str, said: str) -> _Row:
    title = words.say("column_map.reading") if sheet == READING else sheet
    return title, code, field_name(key, words.language), said, "", "", ""
