"""What one version of a form changed in another: by the names of questions, wherever they stand."""

import pytest

from server.forms.changes import FormChanges, compare
from server.forms.words import CHOICE, GROUP, NOTE, TEXT, FormQuestion, FormWords

LISTS = {"id": {"why": {"busy": "Sibuk", "other": "Lain"}}}


def words(*questions: FormQuestion, choices: dict[str, dict[str, dict[str, str]]] = LISTS, **labels: str) -> FormWords:
    asked = questions or (FormQuestion("place/name", TEXT), FormQuestion("refused", CHOICE, "why"))
    return FormWords(asked, {"id": labels}, choices, "id")


def test_the_same_is_no_change() -> None:
    assert compare(words(), words()) == FormChanges() and not FormChanges()


def test_a_question_that_moved_is_the_same_one() -> None:
    moved = words(FormQuestion("opening/name", TEXT), FormQuestion("refused", CHOICE, "why"))
    assert compare(words(), moved) == FormChanges()


@pytest.mark.parametrize("kind, added", [(TEXT, ("more",)), (CHOICE, ("more",)), (GROUP, ()), (NOTE, ())])
def test_what_is_asked_besides_is_added_and_the_other_way_round_gone(kind: str, added: tuple[str, ...]) -> None:
    more = words(FormQuestion("place/name", TEXT), FormQuestion("refused", CHOICE, "why"), FormQuestion("more", kind))
    assert compare(words(), more) == FormChanges(added=added)
    assert compare(more, words()) == FormChanges(removed=added) and compare(more, words()).lost == added


def test_another_kind_of_answer_is_told_and_lost() -> None:
    other = words(FormQuestion("place/name", TEXT), FormQuestion("refused", TEXT))
    found = compare(words(), other)
    assert (found.other_kind, found.lost, found.removed) == (("refused",), ("refused",), ())


def test_choices_and_their_words() -> None:
    other = words(choices={"id": {"why": {"busy": "Sedang sibuk", "closed": "Tutup"}}})
    assert compare(words(), other) == FormChanges(
        reworded=("refused: busy",), choices_added=("refused: closed",), choices_removed=("refused: other",)
    )  # fmt: skip


def test_a_label_that_reads_otherwise_is_reworded() -> None:
    assert compare(words(refused="Ditolak?"), words(refused="Mengapa?")) == FormChanges(reworded=("refused",))


def test_two_of_one_name_go_by_their_paths() -> None:
    two = (FormQuestion("a/name", TEXT), FormQuestion("b/name", TEXT))
    assert compare(words(*two), words(two[0])) == FormChanges(removed=("b/name",))


def test_changes_read_back_as_they_are_kept() -> None:
    changes = FormChanges(added=("a",), reworded=("b", "c: d"))
    assert FormChanges.of(changes.kept()) == changes and FormChanges.of({}) == FormChanges()
