"""What several said together: whoever adds up the rows finds nobody who was one of few."""

from hypothesis import given
from hypothesis import strategies as st

from verification.reading.fields import Heard
from verification.reading.interview import Interview, InterviewRole, InterviewTopic
from verification.summing.heard import heard

WHERE = st.lists(st.sampled_from(["99.01.01", "99.01.02", "99.01.03", "99.01.04"]), max_size=40)


def one(answer: Heard = Heard.YES, role: InterviewRole = InterviewRole.PARENT) -> Interview:
    return Interview("uuid:1", "uuid:1", None, role=role, topics=frozenset({InterviewTopic.WATER}),
                     answers={"water_today": answer})  # fmt: skip


@given(WHERE)
def test_no_row_and_no_difference_of_rows_is_of_few(where: list[str]) -> None:
    group = next(iter(heard((code, one(), 1) for code in where)), None)
    if group is None or not group.rows:
        assert len(where) < 5
        return
    *parts, whole = group.rows
    assert whole.is_whole and not any(row.asked.is_hidden for row in group.rows)
    named = {code for row in parts if len(row.subdistricts) == 1 for code in row.subdistricts}
    left = [code for code in where if code not in named]
    assert not left or len(left) >= 5
    assert not parts or len(set(left)) != 1, "one alone is what the others lack to the sum"


def test_who_said_nothing_of_a_topic_is_in_no_row_of_it() -> None:
    assert heard([("99.01.01", Interview("uuid:1", "uuid:1", None), 20)]) == []


def test_many_who_said_the_same_are_as_many_one_by_one() -> None:
    where = ["99.01.01"] * 7 + ["99.01.02"] * 3
    assert heard([("99.01.01", one(), 7), ("99.01.02", one(), 3)]) == heard((code, one(), 1) for code in where)
