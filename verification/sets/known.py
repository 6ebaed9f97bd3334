"""Which codes a column of an indicator set may name: what the rules, the claim form and the visits' forms know."""

from collections.abc import Container, Iterable, Mapping
from itertools import chain

from verification.claim_form.cells import SHEETS
from verification.claim_form.choices import CHOICES
from verification.comparing.answers import ABOVE, BELOW, DOWN, UP
from verification.comparing.compare import STATED, TAKES
from verification.judging.checks import KINDS
from verification.model import Seen
from verification.points.readings import READINGS
from verification.reading.fields import Heard
from verification.reading.interview import InterviewTopic
from verification.reading.noted import CHOSEN
from verification.sets.breakdowns import FITS, MARGINS
from verification.sets.criteria import REGULATION
from verification.sets.indicators import ClaimKind
from verification.summing.children import QUESTIONS
from verification.summing.heard import ASKED_UNDER

Known = Mapping[str, tuple[str, ...]]  # by the name of the list

ANSWER_KINDS = ("yes_no", "number", "percent", "text", "date")
PRACTICE = "practice"


def known_codes(places: Iterable[str]) -> Known:
    """Give every list of codes; `places` are the kinds of place."""
    return {
        "claim_kind": tuple(ClaimKind), "answer": ANSWER_KINDS, "source": (REGULATION, PRACTICE), "of": (REGULATION,),
        "seen": tuple(Seen), "heard": tuple(Heard), "place": tuple(places),
        "sheet": tuple(SHEETS), "reading": tuple(READINGS), "level": CHOICES["level"], "check": tuple(KINDS),
        "compare": tuple(TAKES), "direction": (UP, DOWN, ABOVE, BELOW), "chosen_column": STATED,
        "chosen_question": tuple(sorted(CHOSEN)), "topic": tuple(InterviewTopic),
        "asked": tuple(dict.fromkeys(chain(*ASKED_UNDER.values(), QUESTIONS))), "margin": MARGINS,
        "areas": ("subdistrict", "village"), "fits": FITS,
    }  # fmt: skip


def asked_of(kind: str, topic: str) -> Container[str]:
    """Give the questions that a kind of comparison may be about: of people under a topic, or of children."""
    if kind == "children":
        return QUESTIONS
    return ASKED_UNDER.get(InterviewTopic(topic), ()) if topic in set(InterviewTopic) else ()
