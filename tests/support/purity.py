"""What keeps the rules pure: no file, clock, environment, network, process or random state, by whatever spelling.

`impure` reads source. `Guard` watches it run: Python's profiling hook sees every call, its audit hook what is opened,
and the stack says whether the rules asked for it. Run as `python -m tests.support.purity PYTEST'S ARGUMENTS` this
imports the rules and runs their tests under the guard.
"""

import _io
import _random
import _socket
import ast
import gc
import posix
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache, wraps
from pathlib import Path
from types import FrameType
from typing import Any

RULES = Path(__file__).parents[2] / "verification"
MODULES = frozenset({  # all that the rules may import, beside each other
    "bisect", "collections", "collections.abc", "dataclasses", "datetime", "enum", "functools", "hashlib", "heapq",
    "itertools", "math", "operator", "re", "typing", "unicodedata", "numpy", "numpy.typing", "pyproj", "rapidfuzz",
    "scipy.optimize", "scipy.sparse", "scipy.sparse.csgraph", "scipy.spatial", "scipy.special", "shapely",
    "shapely.geometry", "shapely.geometry.base",
})  # fmt: skip
NAMES_OF = {
    "datetime": {"date", "datetime", "timedelta"}, "hashlib": {"sha256"}, "pyproj": {"Geod"},
    "rapidfuzz": {"fuzz", "process"},
}  # fmt: skip
NAMES = frozenset({
    "open", "print", "input", "exec", "eval", "compile", "breakpoint", "getattr", "setattr", "globals", "locals",
    "vars",
    "hash", "id",  # differ from process to process
    "__import__", "__builtins__", "__loader__", "__spec__", "__file__",
})  # fmt: skip
ATTRIBUTES = frozenset({
    "now", "today", "utcnow", "fromtimestamp", "utcfromtimestamp", "astimezone", "strftime", "datetime64", "time",
    "time_ns", "monotonic", "perf_counter", "process_time", "localtime", "gmtime", "ctime",  # clocks, and their zone
    "random", "default_rng", "seed", "shuffle", "urandom", "uuid1", "uuid4", "token_hex",  # chance
    "environ", "getenv", "getcwd", "system", "popen", "Popen", "argv", "getpid",  # what is around
    "open", "read_text", "read_bytes", "write_text", "write_bytes", "load", "loadtxt", "genfromtxt", "fromfile",
    "fromregex", "save", "savez", "savetxt", "tofile", "memmap", "DataSource", "datadir", "network",  # files
    "os", "sys", "io", "modules", "import_module", "ctypeslib", "testing", "lib", "f2py",  # ways to all of these
    "__dict__", "__globals__", "__builtins__", "__subclasses__", "__getattribute__", "__loader__", "__import__",
})  # fmt: skip


def impure(source: str) -> list[str]:
    """Name everything in a module's source that a rule may not use."""
    return [ast.unparse(node) for node in ast.walk(ast.parse(source)) if _is_impure(node)]


def _is_impure(node: ast.AST) -> bool:
    match node:
        case ast.Import(names=names):
            return any(not _may_import(alias.name) for alias in names)
        case ast.ImportFrom(module=module, names=names, level=level):
            return level > 0 or not _may_import(module or "") or any(_is_a_way_out(module, a.name) for a in names)
        case ast.Name(id=name, ctx=ast.Load()):
            return name in NAMES
        case ast.Attribute(attr=name):
            return name in ATTRIBUTES
    return False


def _may_import(module: str) -> bool:
    return module in MODULES or module.split(".")[0] == "verification"


def _is_a_way_out(module: str | None, name: str) -> bool:
    """Tell whether a name is a module that another one happens to hold, or more than is wanted of it."""
    allowed = NAMES_OF.get(module or "")
    return name not in allowed if allowed else name == "*" or name in sys.stdlib_module_names or name in ATTRIBUTES


# ── while they run


class Impure(BaseException):
    """The rules asked for something that is not among their arguments. No `except Exception` stops it."""


_EVENTS = ("open", "os.", "socket.", "subprocess.", "shutil.", "glob.", "tempfile.", "ctypes.", "urllib.", "sqlite3.",
           "pathlib.", "builtins.input")  # fmt: skip
_OWNERS = frozenset({"time", "posix", "nt", "_io", "io", "_socket", "_posixsubprocess", "_random", "random"})
_FILES = frozenset({"os.py", "pathlib.py", "random.py", "secrets.py", "uuid.py", "tempfile.py", "subprocess.py",
                    "socket.py", "shutil.py", "resources", "platform.py", "locale.py", "getpass.py"})  # fmt: skip
_CLOCKS = frozenset({"now", "today", "utcnow"})
_SUSPECT = _CLOCKS.union(*map(dir, (time, posix, _io, _socket, _random, _random.Random)))


class Guard:
    """Raises Impure, and keeps what it saw, wherever code under a folder asks for what it may not."""

    def __init__(self, folder: Path = RULES) -> None:
        self._folder = f"{folder}/"
        self._on = False
        self.seen: list[str] = []
        sys.addaudithook(self._audit)  # cannot be taken away again: it sleeps

    def __enter__(self) -> "Guard":
        gc.disable()  # what others do when it comes round would look as if the rules had asked for it
        self._on = True
        sys.setprofile(self._profile)
        return self

    def __exit__(self, *_error: object) -> None:
        sys.setprofile(None)
        self._on = False
        gc.enable()

    def around(self, test: Callable[..., Any]) -> Callable[..., Any]:
        """Give what does the same under the guard."""

        @wraps(test)
        def guarded(*given: Any, **named: Any) -> Any:
            with self:
                return test(*given, **named)

        return guarded

    def _profile(self, frame: FrameType, what: str, called: Any) -> None:
        if what == "c_call":
            if called.__name__ in _SUSPECT and _is_forbidden(called):
                self._refuse_if_asked_by_the_rules(frame, called.__qualname__)
        elif what == "call" and _is_in_forbidden_file(frame.f_code.co_filename):
            self._refuse_if_asked_by_the_rules(frame.f_back, frame.f_code.co_qualname)

    def _audit(self, event: str, _arguments: tuple[object, ...]) -> None:
        if self._on and event.startswith(_EVENTS):
            self._refuse_if_asked_by_the_rules(sys._getframe(1), event)

    def _refuse_if_asked_by_the_rules(self, frame: FrameType | None, what: str) -> None:
        """What a library does while it is being imported is its own affair."""
        while frame and "importlib" not in frame.f_code.co_filename:
            if frame.f_code.co_filename.startswith(self._folder):
                self.seen.append(f"{frame.f_code.co_filename}:{frame.f_lineno} {what}")
                raise Impure(self.seen[-1])
            frame = frame.f_back


def _is_forbidden(called: Any) -> bool:
    owner = getattr(called, "__self__", None)
    if getattr(called, "__name__", "") in _CLOCKS and isinstance(owner, type):
        return True
    return (getattr(called, "__module__", None) or type(owner).__module__) in _OWNERS


@cache
def _is_in_forbidden_file(filename: str) -> bool:
    return Path(filename).name in _FILES if filename.endswith(".py") else filename in ("<frozen os>",)


def _modules() -> Iterator[str]:
    for file in sorted(RULES.rglob("*.py")):
        yield ".".join(file.relative_to(RULES.parent).with_suffix("").parts).removesuffix(".__init__")


def main() -> int:
    """Import the rules and run their tests under the guard; the exit code is pytest's, or 13 where it saw something."""
    import importlib

    import pytest

    guard = Guard()

    class Guarded:
        """Puts the guard around each test; collecting them reads files, and is none of the rules' doing.

        Of a property around each of its examples: what Hypothesis does to draw them is none of theirs either, and took
        longer than the rules.
        """

        @pytest.hookimpl(wrapper=True)
        def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
            drawn = getattr(getattr(item, "obj", None), "hypothesis", None)
            if drawn is None:
                with guard:
                    return (yield)
            with pytest.MonkeyPatch.context() as patched:
                patched.setattr(drawn, "inner_test", guard.around(drawn.inner_test))
                return (yield)

    with guard:
        for module in _modules():
            importlib.import_module(module)
    code = pytest.main([*sys.argv[1:], "--hypothesis-profile", "guarded"], plugins=[Guarded()])
    print(*guard.seen, sep="\n")
    return 13 if guard.seen else int(code)


if __name__ == "__main__":
    sys.exit(main())
