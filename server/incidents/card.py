"""The paper card for where there is no signal: place, day, the finder's number, what to do, whom to call. No story."""

from sqlalchemy.orm import Session

from server.opening.conditions import standing_contacts
from server.papers.printing import paper
from server.words import catalogue

FIELDS, LINES = ("place", "day", "number"), 5  # what is written on it; how many lines of what to do
HELP = ("112", "110", "129")


def card_of(session: Session, districts: list[str]) -> bytes:
    """Print two cards on a page, with whom to call in these districts. Raises NotPrinted."""
    say = catalogue("id").say
    offices = [{"name": one.office, "number": one.number} for one in standing_contacts(session, districts)]
    told = {
        "title": say("card.title"), "first": say("card.first"), "never": say("card.never"), "give": say("card.give"),
        "officer": say("card.officer"), "call": say("card.call"), "do": say("card.do"),
        "fields": [say(f"card.{name}") for name in FIELDS],
        "lines": [say(f"card.do_{number}") for number in range(1, LINES + 1)],
        "help": [{"number": number, "name": say(f"help_number.{number}")} for number in HELP], "offices": offices,
    }  # fmt: skip
    return paper("card.typ", told, {})
