"""E-FORUM: 10h against the invitations that visits saw and the forum's own minutes; three processes, three sources."""

from verification.comparing.finding import Verdict
from verification.comparing.forum import compare_forum
from verification.judging.line import CriterionSeen, LineResult
from verification.model import Answer, Claim, Outcome, Seen
from verification.reading.forum import ForumAnswer, ForumMinutes, ForumProcess
from verification.summing.forum import ForumSaid, said_of

CRITERIA = ("invited_planning", "invited_monitoring", "invited_evaluation")
YES, NO, UNKNOWN = ForumAnswer.YES, ForumAnswer.NO, ForumAnswer.UNKNOWN


def claim(value: str | None) -> Claim:
    return Claim(10, 1.0, {"10h1": Answer(value)} if value else {})


def papers(*seen: Seen) -> list[LineResult]:
    criteria = tuple(CriterionSeen(code, True, False, one) for code, one in zip(CRITERIA, seen, strict=False))
    return [LineResult(1, 10, Outcome.CONFIRMED, (), criteria=criteria)]


def forum(*answers: ForumAnswer) -> tuple[ForumSaid, ...]:
    told = dict(zip(ForumProcess, answers, strict=False))
    return said_of([ForumMinutes("uuid:1", "a", None, present=7, invited_to=told)])


def test_the_table_of_three_processes_by_three_sources() -> None:
    """Claimed yes; papers show planning alone; the forum was invited to planning and evaluation, by its own word."""
    found = list(compare_forum("10h1", CRITERIA, claim("yes"), papers(Seen.YES, Seen.NO, Seen.NOT_SEEN),
                               forum(YES, YES, NO)))  # fmt: skip
    assert [(said[0], said[1].code) for said in found] == [
        (Verdict.OPEN, "forum_sources_agree"),
        (Verdict.DIFFERS, "forum_sources_differ"),
        (Verdict.DIFFERS, "forum_sources_differ"),
    ]
    assert [tuple(said[1].values[name] for name in ("claimed", "there", "of", "forum_yes", "forum_no", "sources",
                                                    "differ")) for said in found] == [
        (True, 1, 1, 1, 0, 3, 0), (True, 0, 1, 1, 0, 3, 2), (True, 0, 0, 0, 1, 2, 1),
    ]  # fmt: skip
    assert found[0][1].values["what"] == "10h1 invited_planning"


def test_it_never_speaks_for_or_against_the_claim() -> None:
    for value in ("yes", "no", None):
        for answer in ForumAnswer:
            for said in compare_forum("10h1", CRITERIA, claim(value), papers(Seen.NO, Seen.NO, Seen.NO),
                                      forum(*[answer] * 3)):  # fmt: skip
                assert said[0] in (Verdict.OPEN, Verdict.DIFFERS)


def test_what_the_forum_does_not_know_is_no_source_and_without_minutes_nothing_is_said() -> None:
    (said, *_) = compare_forum("10h1", CRITERIA, claim("yes"), [], forum(UNKNOWN))
    assert (said[0], said[1].values["sources"]) == (Verdict.OPEN, 1)
    assert list(compare_forum("10h1", CRITERIA, claim("yes"), papers(Seen.NO), ())) == []


def test_a_forum_that_said_both_is_told_and_taken_for_neither() -> None:
    both = [ForumMinutes(str(said), "a", None, present=7, invited_to={ForumProcess.PLANNING: said})
            for said in (YES, NO)]  # fmt: skip
    (said, *_) = compare_forum("10h1", CRITERIA, claim("yes"), [], said_of(both))
    assert (said[1].values["forum_yes"], said[1].values["forum_no"], said[1].values["sources"]) == (1, 1, 1)
