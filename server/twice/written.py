"""What teams answer differently as rows of a file."""

from collections.abc import Iterator, Sequence

from server.spreadsheets import Row
from server.twice.views import SecondVisits, TallyShown
from server.words import Catalogue

SORTS = ("all", "regulation", "count", "other")


def head(words: Catalogue) -> Sequence[str]:
    """Name the columns."""
    counted = [f"{words.say(f'twice.{sort}')}: {words.say(f'twice.{column}')}"
               for sort in SORTS for column in ("compared", "differ")]  # fmt: skip
    drawn = [words.say(f"twice.drawn_{column}") for column in ("places", "drawn", "differ", "lowest", "highest")]
    return [*(words.say(f"twice.{name}") for name in ("team", "places", "by_others", "days")), *counted, *drawn]


def rows(found: SecondVisits, words: Catalogue) -> Iterator[Row]:
    """Write a row for each team, in the order of `head`."""
    for team in found.teams:
        tallies: list[TallyShown] = [getattr(team, sort) for sort in SORTS]
        drawn = team.drawn
        yield [
            team.name, team.places, team.by_others, team.days,
            *(number for one in tallies for number in (one.compared, one.differ)),
            *((drawn.places, drawn.drawn, drawn.differ, drawn.lowest, drawn.highest) if drawn else [None] * 5),
        ]  # fmt: skip
