"""What can be heard is what stands on the page: each file was made of, or recorded from, just these words."""

import csv

from server.feedback.page import STATIC
from tests.browser.sound import FOLDER, LIST, digest, read_aloud
from tests.support.built import built
from tests.support.child_line import CHILD_FORM
from xlsforms.child_page import child_page

LARGEST = 41_000  # bytes: some twenty seconds on a slow line, for who asks for it


def test_every_text_that_is_read_aloud_has_a_file_that_says_it() -> None:
    with LIST.open() as there:
        rows = {row["file"]: row for row in csv.DictReader(there)}
    said = {f"{language}/{name}.mp3": digest(words.encode()) for language, name, words in read_aloud()}
    assert {file: row["words"] for file, row in rows.items()} == said, "make them anew: python -m tests.browser.sound"
    assert {file: digest((FOLDER / file).read_bytes()) for file in rows} == {
        file: row["sound"] for file, row in rows.items()}  # fmt: skip


def test_no_file_is_large_or_of_nothing() -> None:
    files = {file.relative_to(FOLDER).as_posix(): file.stat().st_size for file in FOLDER.rglob("*.mp3")}
    assert files.keys() == {f"{language}/{name}.mp3" for language, name, _ in read_aloud()}
    assert max(files.values()) < LARGEST


def test_the_script_asks_for_these_names() -> None:
    """A question's file is asked for by the question's name; of all else the name stands in the script."""
    script = (STATIC / "page.js").read_text()
    questions = {question["name"] for question in child_page(built(CHILD_FORM))["questions"]}
    assert {name for _, name, _ in read_aloud() if f'"{name}"' not in script} == questions
