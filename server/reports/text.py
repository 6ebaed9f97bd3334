"""The report's summary for the terminal."""

from server.reports.report import Report
from server.words import Catalogue

_NAME_WIDTH = 52


_COLUMNS = ("maximum", "claimed", "lowest", "highest")


def summary_table(report: Report, words: Catalogue) -> str:
    """Write the summary: per indicator maximum, claimed, and lowest and highest supported points."""
    heads = "".join(f"{words.say(f'report.{key}'):>11}" for key in _COLUMNS)
    rows = [_row(str(i.number), i.name, [getattr(i, key) for key in _COLUMNS], words) for i in report.indicators]
    sums = report.totals
    if sums is None:  # whoever holds the server sees points: only a page could ask for none
        return "\n".join(rows)
    return "\n".join([
        words.say("report.title", district=report.district_name, round=report.round_name, year=str(report.data_year)),
        "",
        f"{'':>3} {words.say('report.indicator'):<{_NAME_WIDTH}}{heads}",
        *rows,
        _row("", words.say("report.summary"), [getattr(sums, key) for key in _COLUMNS], words),
        "",
        f"{words.say('report.observed_claimed')}: {words.points(sums.observed_claimed)}",
        f"{words.say('report.standing')}: {words.points(sums.standing)}",
        f"{words.say('report.if_rest_stands', count=report.unseen)}: "
        f"{words.points(sums.standing + sums.lowest)} – {words.points(sums.standing + sums.highest)}",
        words.say("report.proposal"),
    ])  # fmt: skip


def _row(number: str, name: str, values: list[float | None], words: Catalogue) -> str:
    short = name if len(name) <= _NAME_WIDTH else name[: _NAME_WIDTH - 1] + "…"
    return f"{number:>3} {short:<{_NAME_WIDTH}}" + "".join(f"{words.points(value):>11}" for value in values)
