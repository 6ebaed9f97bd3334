"""Make all sound files of the children's page anew: `python -m tests.browser.sound`.

For phones without a voice of their own. Needs the programs espeak-ng and lame. It is a machine's voice: a person's
recording may take a file's place, under the same name and with its new digest in `sound.csv`, which says of each file
which words it says; a test compares them with the page, so that no file says what the page does not.
"""

import csv
import hashlib
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from server.feedback.page import STATIC
from server.words import LANGUAGES, catalogue
from tests.support.built import built
from tests.support.child_line import CHILD_FORM
from xlsforms.child_page import child_page

FOLDER, LIST = STATIC / "sound", Path(__file__).parent / "sound.csv"
COLUMNS = ("file", "words", "sound")  # digests of both
WORDS_A_MINUTE, KBITS, KHZ = 140, 8, 11.025
_OF_THE_PAGE = {"stop": ("stop_really", "stop_explained"), "ready": ("ready", "ready_explained"),
                "help": ("help_title", "help_first", "help_129", "help_110", "help_112")}  # fmt: skip


def read_aloud() -> Iterator[tuple[str, str, str]]:
    """Give language, name and words of all that the page reads aloud, as its script puts them together."""
    page = child_page(built(CHILD_FORM))
    for language in LANGUAGES:
        say = catalogue(language).say
        for name, texts in _said(page):
            yield language, name, "\n".join(text[language] for text in texts)
        for name, keys in _OF_THE_PAGE.items():
            yield language, name, "\n".join(say(f"voice.{key}") for key in keys)


def _said(page: dict[str, Any]) -> Iterator[tuple[str, list[dict[str, str]]]]:
    first, *rest = page["outro"]
    yield "before", page["intro"]
    yield "thanks", page["outro"]
    for question in page["questions"]:
        yield question["name"], [question["label"], *(choice["label"] for choice in question["choices"])]
        for choice in question["choices"]:
            if "again" in choice:
                yield "told", choice["again"]
    ends = {str(choice["ends"]): choice["ends"] for question in page["questions"] for choice in question["choices"]
            if choice.get("ends")}  # fmt: skip
    for notes in ends.values():
        yield "another_age", [first, *notes, *rest]


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def main() -> None:
    rows = []
    for language, name, words in read_aloud():
        file = FOLDER / language / f"{name}.mp3"
        file.parent.mkdir(parents=True, exist_ok=True)
        speak = ["espeak-ng", "-v", language, "-s", str(WORDS_A_MINUTE), "-g", "2", "--stdout"]
        paragraphs = words.replace("\n", "\n\n").encode()
        spoken = subprocess.run(speak, input=paragraphs, capture_output=True, check=True)
        subprocess.run(["lame", "--quiet", "-t", "-m", "m", "-b", str(KBITS), "--resample", str(KHZ), "-", str(file)],
                       input=spoken.stdout, check=True)  # fmt: skip
        rows.append((f"{language}/{file.name}", digest(words.encode()), digest(file.read_bytes())))
    with LIST.open("w", newline="") as there:
        csv.writer(there, lineterminator="\n").writerows([COLUMNS, *rows])


if __name__ == "__main__":
    main()
