"""The report as JSON, CSV and XLSX: the same value as the page, for programs and for spreadsheets."""

from collections.abc import Iterable

from pydantic import TypeAdapter

from server.reports.report import IndicatorReport, LineReport, Report
from server.spreadsheets import Row, as_csv, as_xlsx
from server.words import Catalogue

_report = TypeAdapter(Report)
RECORDS = ("indicator", "place", "finding")
COLUMNS = (
    "record", "indicator", "number", "label", "place", "outcome", "why", "claimed", "lowest", "highest",
    "distance_m", "error_m", "submission", "version", "file", "cell",
)  # fmt: skip


def report_json(report: Report) -> str:
    """Write the report as JSON."""
    return _report.dump_json(report, indent=1).decode()


def report_csv(report: Report, words: Catalogue) -> str:
    """Write the report as CSV: a row for each indicator, each claimed place, and each finding."""
    return as_csv(_head(words), _table(report, words), words)


def report_xlsx(report: Report, words: Catalogue) -> bytes:
    """Write the same table as a workbook."""
    return as_xlsx(f"{report.district} {report.round_id}", _head(words), _table(report, words), words)


def _head(words: Catalogue) -> list[str]:
    return [words.say(f"csv.{name}") for name in COLUMNS]


def _table(report: Report, words: Catalogue) -> Iterable[Row]:
    for indicator in report.indicators:
        for row in _rows(indicator):
            yield [words.say(f"csv.record.{row['record']}"), *(row.get(name) for name in COLUMNS[1:])]


def _rows(indicator: IndicatorReport) -> Iterable[dict[str, object]]:
    source = indicator.claimed_source
    yield {
        "record": "indicator", "indicator": indicator.number, "label": indicator.name,
        "why": " ".join(why.sentence for why in indicator.reasons), "claimed": indicator.claimed,
        "lowest": _rounded(indicator.lowest), "highest": _rounded(indicator.highest),
        "file": source.file if source else None, "cell": source.cell if source else None,
    }  # fmt: skip
    for line in indicator.lines:
        yield _line_row(indicator.number, line)
    for finding in indicator.findings:
        yield {"record": "finding", "indicator": indicator.number, "outcome": finding.verdict_text,
               "why": finding.why.sentence}  # fmt: skip


def _line_row(indicator: int, line: LineReport) -> dict[str, object]:
    return {
        "record": "place", "indicator": indicator, "number": line.number, "label": line.label, "place": line.place,
        "outcome": line.outcome_text, "why": " ".join(why.sentence for why in line.reasons),
        "distance_m": _rounded(line.distance_m), "error_m": _rounded(line.error_m),
        "submission": line.visit.submission if line.visit else None,
        "version": line.visit.version if line.visit else None, "file": line.source.file, "cell": line.source.cell,
    }  # fmt: skip


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
