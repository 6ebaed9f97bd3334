"""What the library of the command line says by itself is in the language that is set; nothing is left in English."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from server.click_words import MODULES, click_sentences
from server.settings import CHECKOUT
from tests.support.cli import said, tilik

# what only a mistake of ours in a command's declaration, or nothing of ours, can bring up
NEVER_SEEN = re.compile(
    "deprecated|Did you mean to declare|Arguments take|Boolean option|Could not determine|defined twice|iterable|"
    "Takes {nargs}|dynamic|env var|Press any key|Repeat for|two entered values|colour|Choice\\(|UUID|boolean|"
    "len_type|version|continue\\?|Confirm the action|start character|standard stream|Missing {|Missing parameter: |"
    "executable"
)


def said_by_click() -> Iterator[str]:
    for name in MODULES:
        source = Path(str(import_module(f"click.{name}").__file__)).read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(source)):
            match node:
                case ast.Call(func=ast.Name(id="_" | "ngettext"), args=[ast.Constant(value=str(text)), *_]):
                    yield text


def test_every_sentence_a_person_can_meet_is_translated_and_each_translation_has_its_sentence() -> None:
    said, ours = set(said_by_click()), click_sentences("id")
    assert len(said) > 50
    assert {text for text in said - ours.keys() if not NEVER_SEEN.search(text)} == set()
    assert ours.keys() - said - {"required"} == set()
    for theirs, text in ours.items():
        assert set(re.findall(r"{(\w+)", text)) <= set(re.findall(r"{(\w+)", theirs)) | {"possibilities", "choices",
                                                                                         "formats"}  # fmt: skip


@pytest.mark.parametrize(("arguments", "sentence"), [
    (["nonsense"], "Salah: Tidak ada perintah 'nonsense'."),
    (["report"], "Salah: Pilihan belum ditulis: '--round' / '--year'."),
    (["serve", "--port", "99999"], "99999 di luar batas 0<=x<=65535."),
    (["serve", "--port", "x"], "'x' bukan bilangan."),
    (["remove", "a", "b", "--purpose", "x"], "'x' bukan salah satu dari 'withdrawn_consent'"),
    (["rounds", "list", "x"], "Salah: Isian berlebih: x"),
])  # fmt: skip
def test_a_mistake_at_the_terminal_is_answered_in_bahasa_indonesia(arguments: list[str], sentence: str) -> None:
    result = tilik(*arguments)
    assert result.exit_code == 2 and sentence in result.output and "Pemakaian:" in result.output
    assert not re.search(r"\b(Usage|Options|Error|Try|Show this)\b", result.output)


def test_yes_and_no_are_taken_in_both_languages() -> None:
    for answer in ("ya\n", "Y\n", "yes\n"):
        result = tilik("remove", "a-form", "uuid:x", "--purpose", "expired", answer=answer)
        assert "a-form tidak dikenal" in result.output, "agreed, and then looked for"
    for answer in ("\n", "t\n", "tidak\n", "n\n"):
        assert "Tidak ada yang dihapus" in tilik("remove", "f", "x", "--purpose", "expired", answer=answer).output


def test_a_person_at_the_terminal_is_told_what_a_setting_may_be_and_never_what_it_is(tmp_path: Path) -> None:
    wrong = {"TILIK_LANGUAGE": "jv", "TILIK_CENTRAL_PARALLEL": "0", "TILIK_CENTRAL_PROJECT": "rahasia"}
    command = [sys.executable, str(CHECKOUT / "tilik.py"), "rounds", "list"]
    result = subprocess.run(command, cwd=tmp_path, env={**os.environ, **wrong}, capture_output=True, text=True)
    assert result.returncode == 2 and "rahasia" not in result.stderr
    told = "TILIK_CENTRAL_PROJECT (bilangan bulat), TILIK_CENTRAL_PARALLEL (≥ 1), TILIK_LANGUAGE ('id', 'en')"
    assert result.stderr == f"Pengaturan ini salah: {told}.\n"


def test_an_empty_list_says_so_and_the_version_is_the_project_s() -> None:
    assert "Belum ada putaran" in said(0, "rounds", "list") and "Tidak ada berkas" in said(0, "files", "list")
    assert tilik("--version").output == "Tilik 0.1.0\n"
    assert "Putaran 1999 tidak ada" in tilik("report", "--round", "1999", "--district", "99.01").output
