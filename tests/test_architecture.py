"""Who may know whom, as a test: each room is imported where what it may not know cannot be imported."""

import ast
import importlib.metadata
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from server.settings import CHECKOUT
from server.work.kinds import KINDS
from tests.support.sources import nodes
from workers.queue.handlers import HANDLERS

ROOMS = ("verification", "server", "workers", "xlsforms", "tests", "tilik")
WEB = {"flask", "werkzeug", "waitress"}
MAY_NOT_KNOW = {
    "verification": {"server", "workers", "xlsforms", "tests", "sqlalchemy", "celery", "pyodk", "requests", "pydantic",
                     *WEB},
    "server": {"workers", "xlsforms", "tests", "celery", "pyodk", "requests"},
    "workers": {"flask", "tests"},
    "xlsforms": {"server", "workers", "tests", "sqlalchemy", "celery", "pyodk"} | WEB,
}  # fmt: skip
_IMPORT_WITHOUT = """
import importlib, sys
class Wall:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {forbidden!r}:
            raise ImportError(name + " is behind the wall")
sys.meta_path.insert(0, Wall())
for module in {modules!r}:
    importlib.import_module(module)
"""


def modules_of(room: str) -> list[str]:
    """Name a room's modules, all but those that only run as a process or by Alembic."""
    files = sorted((CHECKOUT / room).rglob("*.py"))
    names = [".".join(file.relative_to(CHECKOUT).with_suffix("").parts).removesuffix(".__init__") for file in files]
    return [name for name in names if "migrations" not in name and not name.endswith("__main__")]


@pytest.mark.parametrize("room", MAY_NOT_KNOW)
def test_a_room_can_be_imported_without_what_it_may_not_know(room: str) -> None:
    program = _IMPORT_WITHOUT.format(forbidden=MAY_NOT_KNOW[room], modules=modules_of(room))
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], cwd=CHECKOUT, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr[-600:]


def imports(file: Path) -> Iterator[str]:
    """Name everything a file imports, inside functions too."""
    for node in _importing(file):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif node.module:
            yield node.module


@cache  # several tests look at all files
def _importing(file: Path) -> list[ast.Import | ast.ImportFrom]:
    tree = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    return [node for node in tree if isinstance(node, ast.Import | ast.ImportFrom)]


@pytest.mark.parametrize("room", MAY_NOT_KNOW)
def test_no_function_imports_it_later_either(room: str) -> None:
    found = [
        f"{file.relative_to(CHECKOUT)} imports {name}"
        for file in sorted((CHECKOUT / room).rglob("*.py"))
        for name in imports(file)
        if name.split(".")[0] in MAY_NOT_KNOW[room]
    ]
    assert found == []


FOR_ALL_TESTS = ("tests/support", "tests/sandbox")


def test_tests_share_nothing_but_what_is_kept_for_sharing() -> None:
    """No test's file nor conftest is imported; helpers of one folder are for that folder, others in tests/support."""
    found = [
        f"{file.relative_to(CHECKOUT)} imports {shared.relative_to(CHECKOUT)}"
        for file in sorted((CHECKOUT / "tests").rglob("*.py"))
        for name in {*imports(file), *imported_names(file)}
        if (shared := CHECKOUT / f"{name.replace('.', '/')}.py").is_relative_to(CHECKOUT / "tests") and shared.is_file()
        if shared.name.startswith(("test_", "conftest"))
        or not (file.is_relative_to(shared.parent) or shared.relative_to(CHECKOUT).as_posix().startswith(FOR_ALL_TESTS))
    ]
    assert found == []


def imported_names(file: Path) -> Iterator[str]:
    """Name what a file imports from elsewhere, which may be modules."""
    for node in _importing(file):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_only_the_package_that_talks_to_central_knows_pyodk_and_requests() -> None:
    files = [file for room in MAY_NOT_KNOW for file in (CHECKOUT / room).rglob("*.py")]
    knowing = {file.name for file in files for name in imports(file) if name.split(".")[0] in ("pyodk", "requests")}
    assert knowing == {"connection.py", "session.py", "submissions.py"}


def test_only_one_file_knows_the_library_of_buckets_and_none_makes_a_link_into_one() -> None:
    """Every byte of a file passes permission and audit: a link would be good for whoever has it."""
    files = [CHECKOUT / "tilik.py", *(file for room in MAY_NOT_KNOW for file in (CHECKOUT / room).rglob("*.py"))]
    knowing = {file.name for file in files for name in imports(file) if name.split(".")[0] in ("botocore", "boto3")}
    assert knowing == {"s3.py"}
    words = re.compile(r"presign|signed_url|generate_url|public-read|\bACL\b", re.IGNORECASE)
    assert [file.name for file in files if words.search(file.read_text(encoding="utf-8"))] == []


def test_two_broad_excepts_in_the_whole_project() -> None:
    files = [CHECKOUT / "tilik.py", *(file for room in MAY_NOT_KNOW for file in (CHECKOUT / room).rglob("*.py"))]
    broad = [
        file.relative_to(CHECKOUT).as_posix()
        for file in files
        for node in nodes(file.read_text(encoding="utf-8"))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or getattr(node.type, "id", "") in ("Exception", "BaseException"))
    ]
    assert sorted(broad) == ["server/aside.py", "server/store/folder.py", "workers/queue/draining.py"], (
        "what is done row by row; the job edge; and a half-written file, which it takes away"
    )


def test_every_kind_of_work_has_who_does_it() -> None:
    """What nobody does would wait in the table for ever, without a word."""
    assert set(KINDS.values()) == set(HANDLERS)


def test_a_word_is_one_thing() -> None:
    """No two classes share a name, but a table and what the rules see of it."""
    owners: dict[str, list[Path]] = {}
    for file in [*(CHECKOUT / "verification").rglob("*.py"), *(CHECKOUT / "server").rglob("*.py"),
                 *(CHECKOUT / "workers").rglob("*.py"), *(CHECKOUT / "xlsforms").rglob("*.py")]:  # fmt: skip
        module, *_ = nodes(file.read_text(encoding="utf-8"))
        assert isinstance(module, ast.Module)
        for node in module.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                owners.setdefault(node.name, []).append(file.relative_to(CHECKOUT))
    twice = {name: files for name, files in owners.items() if len(files) > 1}
    a_table_and_its_rule = {
        name for name, files in twice.items()
        if sorted(file.name == "tables.py" for file in files) == [False, True] and files[0].parts[0] == "verification"
    }  # fmt: skip
    assert a_table_and_its_rule == {
        "Answer", "Claim", "ClaimLine", "Document", "Fact", "LineResult", "Policy", "Visit", "VisitResult",
    }  # fmt: skip
    assert twice.keys() == a_table_and_its_rule, twice


def test_no_installed_distribution_owns_our_names() -> None:
    owners = importlib.metadata.packages_distributions()
    assert {room: owners[room] for room in ROOMS if room in owners and set(owners[room]) != {"tilik"}} == {}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-production.txt", "requirements-test.txt"])
def test_a_lock_file_pins_with_hashes_and_names_no_host(name: str) -> None:
    text = (CHECKOUT / name).read_text(encoding="utf-8")
    assert re.findall(r"\w+://|--(?:extra-)?index-url|--find-links|@ ", text) == []
    pinned = re.findall(r"^([\w.\[\]-]+)==", text, re.M)
    assert len(pinned) > 30 and text.count("--hash=sha256:") > len(pinned)


def test_no_two_pages_have_a_template_of_one_name() -> None:
    """They share one folder in Flask's eyes: which of two is shown depends on the order of packages."""
    names = [template.name for template in (CHECKOUT / "server").rglob("templates/*.html")]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_the_sandbox_stays_small() -> None:
    lines = sum(
        len(file.read_text(encoding="utf-8").splitlines()) for file in (CHECKOUT / "tests/sandbox").glob("*.py")
    )
    assert lines <= 1200
