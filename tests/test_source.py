"""What no source of ours does, by whatever spelling: run data, join statements, make cryptography, connect elsewhere.

Where a call is needed all the same it is named here, with the reason beside it; a new one fails until somebody has.
"""

import ast
import re
from collections.abc import Callable, Iterator

import pytest

from server.settings import CHECKOUT
from tests.support.days import days_of_nowhere
from tests.support.sources import nodes

ROOMS = ("server", "workers", "verification", "xlsforms")
SOURCES = [CHECKOUT / "tilik.py", *(file for room in ROOMS for file in sorted((CHECKOUT / room).rglob("*.py")))]
TEMPLATES = sorted((CHECKOUT / "server").rglob("*.html"))
RUNS_DATA = {"eval", "exec", "compile", "__import__", "Markup", "render_template_string", "from_string"}
FROM_BYTES = {"pickle", "marshal", "shelve", "dill", "jsonpickle"}  # makes objects of whatever bytes say
SHELLS = {
    "os.system",
    "os.popen",
    "subprocess.getoutput",
    "subprocess.getstatusoutput",
    "yaml.load",
    "yaml.unsafe_load",
}
STATEMENTS = re.compile(r"((sa|sqlalchemy)\.)?text|(.+\.)?(exec_driver_sql|executescript|literal_column)")
# file → what is called there, and why that is harmless
NAMED = {
    "server/claims/limited.py": {"pickle"},  # between a process and the child that it forked itself
    "server/db.py": {"exec_driver_sql"},  # a number of ours; PRAGMAs by a constant
    "server/many_rows.py": {"exec_driver_sql"},  # a statement as SQLAlchemy wrote it, with values apart
    "server/schema.py": {"text"},  # the number of a lock
    "server/work/queue.py": {"text"},  # the same
    "server/audit/sealing.py": {"text"},  # the same
    "server/backup/target.py": {"text"},  # names of our own tables and columns
    "server/visits/queries.py": {"marshal"},  # written, to be digested; nothing is read
    "server/submissions/keeping.py": {"exec_driver_sql"},  # names of our own columns
    "workers/bench/pulls.py": {"text"},  # the name of a database that it has just drawn
}


def named(node: ast.expr) -> str:
    """Write what is called, with the module it is asked of: "os.system"; "format" of a value."""
    return ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute) else ""


def calls(source: str) -> Iterator[ast.Call]:
    yield from (node for node in nodes(source) if isinstance(node, ast.Call))


def imported(source: str) -> Iterator[str]:
    """Name all that is imported, inside functions too."""
    for node in nodes(source):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def dangerous(source: str) -> set[str]:
    """Name what a source calls that could run what somebody sent."""
    found = {name.split(".")[0] for name in imported(source)} & FROM_BYTES
    found |= {name for name in imported(source) if name in SHELLS}
    for call in calls(source):
        whole = named(call.func)
        last = whole.rpartition(".")[2]
        if whole in RUNS_DATA or whole in SHELLS or last in RUNS_DATA - {"eval", "exec", "compile"}:
            found.add(last)
        if any(keyword.arg == "shell" for keyword in call.keywords):
            found.add("shell")
        if STATEMENTS.fullmatch(whole) and call.args and not is_ours(call.args[0]):
            found.add(last)
    return found


def is_ours(statement: ast.expr) -> bool:
    """Tell whether a statement stands there as it is, or is a constant of the module."""
    return isinstance(statement, ast.Constant) or re.fullmatch("_?[A-Z_]+", ast.unparse(statement)) is not None


def of_all(look: Callable[[str], set[str]]) -> dict[str, set[str]]:
    """Look through every source of ours but migrations, whose statements are never given a value."""
    files = [file for file in SOURCES if "migrations" not in file.parts]
    found = {file.relative_to(CHECKOUT).as_posix(): look(file.read_text(encoding="utf-8")) for file in files}
    assert len(found) > 120
    return {name: seen for name, seen in found.items() if seen}


def test_no_dangerous_call_but_those_that_are_named() -> None:
    assert of_all(dangerous) == NAMED


@pytest.mark.parametrize("source", [
    "eval(x)", "exec(x)", "compile(x, '', 'exec')", "__import__(x)", "import pickle", "from pickle import loads",
    "import marshal as m", "import os\nos.system(x)", "from os import system", "subprocess.run(x, shell=True)",
    "text(f'SELECT {x}')", "text('SELECT ' + x)", "text(x)", "connection.exec_driver_sql(x)", "sa.text(x)",
    "flask.render_template_string(x)", "Markup(x)", "markupsafe.Markup(x)", "env.from_string(x)", "yaml.load(x)",
])  # fmt: skip
def test_a_dangerous_call_is_seen(source: str) -> None:
    assert dangerous(source)


def test_what_is_no_danger_is_not_named() -> None:
    assert dangerous("re.compile('a')\ntext('SELECT 1')\ncolumn.type.compile(x)\nsubprocess.run(['a', x])") == set()


# ── cryptography, chance, and who may connect


CRYPTOGRAPHY = {"hashlib", "hmac", "secrets", "ssl", "random", "uuid", "crypt"}
DIGESTS = {"sha256", "file_digest"}  # all that is asked of hashlib
USES = {
    "md5": {"workers/central/session.py"},  # Central's own mark of a file, compared to see whether it came whole
}


def cryptographic(source: str) -> set[str]:
    """Name the functions of hashing, chance and ciphers that a source calls."""
    modules = {name.split(".")[0] for name in imported(source)} & CRYPTOGRAPHY
    return {
        ".".join(name)
        for call in calls(source)
        if (name := named(call.func).split("."))[0] in modules and len(name) == 2
    }


def test_cryptography_is_other_peoples_and_named() -> None:
    found = of_all(cryptographic)
    hashing = {(file, name.removeprefix("hashlib.")) for file, names in found.items() for name in names
               if name.startswith("hashlib.")}  # fmt: skip
    assert len(hashing) > 5
    assert {name for _, name in hashing} - DIGESTS == USES.keys()
    assert {file for file, name in hashing if name in USES} == set().union(*USES.values())
    assert "hashlib.md5(usedforsecurity=False)" in (CHECKOUT / "workers/central/session.py").read_text(encoding="utf-8")


def test_no_source_draws_from_what_can_be_foretold() -> None:
    found = of_all(
        lambda source: {name for name in imported(source) if re.match(r"random\b|numpy\.random|crypt\b", name)}
    )
    assert found == {"workers/bench/flags.py": {"random"}}, "made-up visits, to be made up again by their seed"


CONNECTING = {"socket", "http", "urllib", "urllib3", "requests", "httpx", "aiohttp", "smtplib", "ftplib", "telnetlib",
              "pyodk", "xmlrpc", "authlib"}  # fmt: skip
# beside the drivers of the database and of Redis: to TILIK_CENTRAL_URL, to the bucket of TILIK_STORE_URL, and to the
# channels by which people are told; to the provider of TILIK_OIDC_ISSUER; a bench to the server that it has started
MAY_CONNECT = {f"workers/central/{file}.py" for file in ("connection", "session", "submissions")} | {
    "server/login/provider.py",
    "server/store/s3.py",
    "workers/bench/walking.py",
    "workers/scanning/clamd.py",
    "workers/telling/gateway.py",
    "workers/telling/mail.py",
    "workers/telling/problems.py",
}


def test_a_day_is_a_places_day_in_tests_too() -> None:
    assert of_all(days_of_nowhere) == {}
    assert {str(file): seen for file in (CHECKOUT / "tests").rglob("*.py")
            if (seen := days_of_nowhere(file.read_text(encoding="utf-8")))} == {}  # fmt: skip


@pytest.mark.parametrize("source", [
    "now().date()", "datetime.now(UTC).date()", "date.today()", "d.datetime.today()",
    "(now() + timedelta(days=2)).date()", "until = now() + LEASE\nuntil.date()", "one, then = 1, now()\nthen.date()",
    "for moment in (LONG_AGO, now()):\n    print(f'{moment:%Y-%m}')", "f'{now():%d/%m}'", "now().isoformat()[:10]",
    "now().year", "now().replace(day=1)", "now().strftime('%Y-%m')",
])  # fmt: skip
def test_a_day_of_nowhere_is_seen(source: str) -> None:
    assert days_of_nowhere(source)


@pytest.mark.parametrize("source", [
    "day_in(zone, now())", "now().astimezone(there).date()", "today = day_in(zone, now())\ntoday.year", "moment.date()",
    "f'{now():%Y-%m-%d %H:%M:%S}'", "now().isoformat()", "now().replace(minute=10)",
    "now().strftime('%Y-%m-%d %H:%M')", "one, *others = many",
])  # fmt: skip
def test_a_places_day_and_a_moment_are_not_taken_for_one(source: str) -> None:
    assert not days_of_nowhere(source)


def test_only_who_is_named_may_connect() -> None:
    """To addresses of the settings: none that came with data is ever asked."""
    found = of_all(lambda source: {name for name in imported(source) if connects(name)})
    assert found.keys() == MAY_CONNECT


def connects(name: str) -> bool:
    return name.split(".")[0] in CONNECTING and not name.startswith(("urllib.parse", "http.cookiejar", "http.server"))


def test_what_connects_is_seen() -> None:
    assert all(map(connects, ["urllib.request.urlopen", "requests", "http.client", "socket.socket", "smtplib.SMTP"]))
    assert not connects("urllib.parse.quote")


def test_a_pattern_made_from_a_value_escapes_it() -> None:
    found = [f"{file.name}: {ast.unparse(value)}" for file in SOURCES
             for call in calls(file.read_text(encoding="utf-8")) if named(call.func).startswith("re.") and call.args
             for value in values_of(call.args[0])]  # fmt: skip
    assert any("re.escape" in value for value in found)
    loose = [value for value in found if "re.escape" not in value and not re.fullmatch(r".+: _?[A-Z_]+", value)]
    assert loose == [], "neither a constant of ours nor escaped"


def values_of(pattern: ast.expr) -> Iterator[ast.expr]:
    """Give what a pattern is made of beside its own letters."""
    if isinstance(pattern, ast.JoinedStr):
        yield from (part.value for part in pattern.values if isinstance(part, ast.FormattedValue))
    elif isinstance(pattern, ast.BinOp):
        yield from (side for side in (pattern.left, pattern.right) if not isinstance(side, ast.Constant))


# ── logs


def test_nothing_is_logged_but_to_standard_error() -> None:
    """docs/security.md lists the logs: none of ours is a file, a socket or somebody else's service."""
    opening = re.compile(
        r"logging\.handlers|FileHandler|SysLogHandler|addHandler|dictConfig|fileConfig|filename=.*logging"
    )
    assert [file.name for file in SOURCES if opening.search(file.read_text(encoding="utf-8"))] == []
    begun = [file.name for file in SOURCES if "logging.basicConfig(" in file.read_text(encoding="utf-8")]
    assert begun == ["tilik.py"] and "filename" not in (CHECKOUT / "tilik.py").read_text(encoding="utf-8")


# ── photographs


WRITE_FILES = {  # what each writes of a submission's files, and whether what its photographs show is another by it
    "server/submissions/files.py": {"Attachment", "update"},  # another content: noted; what is damaged, or given up
    "server/removals/removing.py": {"update"},  # taken away: noted
    "server/submissions/replacing.py": {"update"},  # sent anew: it has another version, and is read again
    "server/sync/compared.py": {"update"},  # compared with Central's: shows nothing
    "server/visits/looking.py": {"update_each"},  # looked at: noted
    "workers/bench/country.py": {"insert"},  # before anything is read
}


WRITING = {"insert", "insert_into", "update", "update_each", "delete"}


def writes_files(source: str) -> set[str]:
    """Name what a source calls that writes of files: a change of what photographs show is to be noted."""
    return {name for call in calls(source) if (name := named(call.func)) == "Attachment"
            or (name in WRITING and any(ast.unparse(given) == "Attachment" for given in call.args))}  # fmt: skip


def test_whoever_writes_of_files_is_known_by_whether_photographs_are_noted() -> None:
    """A verification reads photographs again only where `note_photographs` said so."""
    assert of_all(writes_files) == WRITE_FILES
    noting = of_all(lambda source: {named(call.func) for call in calls(source)} & {"note_photographs"})
    assert noting.keys() == {
        f"server/{name}.py" for name in ("submissions/files", "removals/removing", "visits/looking")
    }


# ── pages


def test_templates_switch_escaping_off_for_drawings_of_ours_alone() -> None:
    """The map escapes each text it writes (`tests/server/reports/test_markup.py`); the picture is squares alone."""
    texts = {file.name: file.read_text(encoding="utf-8") for file in TEMPLATES}
    found = {name: re.findall(r"[\w.]+\s*\|\s*safe|autoescape|Markup", text) for name, text in texts.items()}
    switches = [switch for each in found.values() for switch in each]
    assert sorted(switches) == ["map.svg|safe", "map.svg|safe", "picture|safe"]


def test_no_page_stores_anything_in_the_browser() -> None:
    served = [file for room in ("server", "workers") for kind in ("html", "js", "svg")
              for file in (CHECKOUT / room).rglob(f"*.{kind}")]  # fmt: skip
    assert len(served) > 5
    stores = re.compile(r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\.|serviceWorker", re.IGNORECASE)
    assert [file.name for file in served if stores.search(file.read_text(encoding="utf-8"))] == []
