"""What the community said of a district, by topic and question: the sums that a claim is set against."""

from collections.abc import Iterable

from verification.reading.fields import Heard
from verification.reading.interview import InterviewTopic, Party
from verification.record import record
from verification.summing.heard import ASKED_UNDER, Same


@record
class HeardOf:
    """How many of the community answered a question under a topic, without staff near, and how many with yes or no."""

    topic: InterviewTopic
    question: str
    answered: int
    yes: int
    no: int


def heard_of(interviews: Iterable[Same]) -> tuple[HeardOf, ...]:
    """Add up what the community said, by topic and question, in an order."""
    found: dict[tuple[InterviewTopic, str], list[int]] = {}
    for _, one, times in interviews:
        if one.role is None or one.role.party is not Party.COMMUNITY or one.staff_near:
            continue
        for topic in one.topics:
            for question in ASKED_UNDER.get(topic, ()):
                if said := one.answers.get(question):
                    sums = found.setdefault((topic, question), [0, 0, 0])
                    for at, counts in enumerate((True, said is Heard.YES, said is Heard.NO)):
                        sums[at] += times * counts
    return tuple(HeardOf(*key, *found[key]) for key in sorted(found))
