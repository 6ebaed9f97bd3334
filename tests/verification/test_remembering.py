"""What was made of the very same objects is given again; a part forgets only when it is computed itself."""

from collections.abc import Sequence
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from verification.remembering import Remembered


def test_a_part_that_is_not_computed_forgets_nothing() -> None:
    known, of = Remembered(), object()
    known.begin()
    known.part("one").keep("made", "first", of)
    for _ in range(3):
        known.begin()
    assert known.part("one").known("made", of) == "first"


def test_what_a_part_did_not_ask_for_is_forgotten_with_its_next_computation() -> None:
    known, of = Remembered(), object()
    known.part("one").keep("made", "first", of)
    known.part("one")
    assert known.part("one").known("made", of) is None


def test_nothing_but_the_same_objects_counts_as_the_same() -> None:
    known, of = Remembered(), [1]
    known.keep("made", "first", of)
    assert (known.known("made", of), known.known("made", [1]), known.known("made", of, of)) == ("first", None, None)


def test_columns_of_equal_values_are_alike_and_any_other_value_is_not() -> None:
    known, numbers = Remembered(), count(1)

    def of(*columns: list[object]) -> int:
        return known.alike("made", lambda: next(numbers), *columns)

    assert [of(["a", 1], [("b", 2)]), of(["a", 1], [("b", 2)])] == [1, 1]
    assert [of(["a", 1], [("b", 3)]), of(["a", 1]), of([1, "a"]), of([1, "a", 1])] == [2, 3, 4, 5]
    known.begin()
    assert of([1, "a", 1]) == 5, "the computation before may have made it"
    known.begin()
    known.begin()
    assert of([1, "a", 1]) == 6, "nobody asked for it in between"


VALUES = [object(), object(), ("a", 1), ("a", 2), "text", 300, None]  # texts, numbers and tuples come as other objects
ROWS = st.dictionaries(st.sampled_from("abcdef"), st.tuples(st.sampled_from(VALUES), st.sampled_from(VALUES)))


@given(st.lists(ROWS, min_size=1, max_size=5))
def test_rows_give_what_making_all_of_them_gives_and_only_those_that_differ_are_made(times: list[dict]) -> None:
    known, before = Remembered(), dict[str, tuple]()
    for rows in times:
        known.begin()
        keys, first, second = [*rows], [one for one, _ in rows.values()], [_anew(one) for _, one in rows.values()]
        made: list[str] = []

        def make(positions: Sequence[int], keys: list = keys, first: list = first, second: list = second,
                 made: list = made) -> list[tuple]:  # fmt: skip
            made += [keys[position] for position in positions]
            return [(keys[position], first[position], second[position]) for position in positions]

        found = known.each("rows", make, keys, first, second)
        assert found == [(key, *rows[key]) for key in keys]
        assert made == [key for key in keys if before.get(key) != rows[key]]
        before = rows


def _anew(value: object) -> object:
    """Give an equal value that is another object, where there is such a one."""
    return (*value,) if isinstance(value, tuple) else int(str(value)) if isinstance(value, int) else value


def test_all_rows_are_made_anew_where_anything_else_is_another() -> None:
    known, times = Remembered(), list[int]()

    def counted(positions: Sequence[int]) -> Sequence[int]:
        times.append(len(positions))
        return positions

    for of in (rule := object(), rule, object()):
        known.each("rows", counted, ["a", "b"], ["x", "y"], of=(of,))
    assert times == [2, 2]
