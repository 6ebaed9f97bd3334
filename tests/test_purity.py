"""The rules open no file and ask no clock, network, environment or chance, however it is written."""

import os
import re
import subprocess
import sys

import pytest

from server.settings import CHECKOUT
from tests.support.purity import impure

RULES_CODE = sorted((CHECKOUT / "verification").rglob("*.py"))


def test_the_rules_import_and_name_nothing_but_what_rules_may_use() -> None:
    found = {file: impure(file.read_text(encoding="utf-8")) for file in RULES_CODE}
    assert len(found) > 20
    assert {str(file): names for file, names in found.items() if names} == {}


@pytest.mark.ci
def test_the_rules_ask_for_nothing_but_their_arguments_while_they_run() -> None:
    """They are imported, and all of their tests are run, where whatever else they ask for ends the test."""
    command = [sys.executable, "-m", "tests.support.purity", "tests/verification", "-q", "-p", "no:cacheprovider"]
    result = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout[-2000:] + result.stderr[-600:]
    assert re.search(r"\d{3} passed", result.stdout)


IMPURE = [  # by whatever spelling: each is seen in the source, and most of them when they run too
    "from time import time\ntime()", "import time as t\nt.monotonic()", "from time import perf_counter as n\nn()",
    "import datetime\ndatetime.datetime.now()", "from datetime import datetime as d\nd.now()",
    "from datetime import datetime\ngetattr(datetime, 'n' + 'ow')()", "from datetime import date\ndate.today()",
    "from datetime import UTC, datetime\nx = datetime.utcnow\nx()",
    "import os\nos.environ['HOME']", "import os\nos.environ.get('HOME')", "from os import environ\nenviron.get('HOME')",
    "from os import getenv\ngetenv('HOME')", "from dataclasses import sys\nsys.modules['os'].getenv('HOME')",
    "open('/etc/hostname')", "import io\nio.open('/etc/hostname')", "__builtins__['open']('/etc/hostname')",
    "from pathlib import Path\nPath('/etc/hostname').read_text()", "from pathlib import Path\nPath('/').exists()",
    "import numpy\nnumpy.fromfile('/etc/hostname')", "import numpy as np\nnp.genfromtxt('/etc/hostname', dtype=str)",
    "from importlib import resources\nresources.files('verification').joinpath('rules.toml').read_text()",
    "import random\nrandom.random()", "from random import choice\nchoice([1, 2])",
    "import secrets\nsecrets.token_hex()",
    "import uuid\nuuid.uuid4()", "import socket\nsocket.socket()", "import socket\nsocket.getaddrinfo('localhost', 80)",
    "import subprocess\nsubprocess.run(['true'])", "import os\nos.system('true')", "import os\nos.listdir('/')",
    "import shutil\nshutil.which('true')", "import tempfile\ntempfile.mkdtemp()", "import platform\nplatform.node()",
]  # fmt: skip
SEEN_IN_THE_SOURCE_ONLY = [  # what a library does inside, beyond the hooks' reach
    "import numpy as np\nnp.random.default_rng().random()", "import numpy as np\nnp.datetime64('now')",
    "from numpy import random", "import numpy.random", "from shapely import *", "hash('x')", "from . import secret",
    "from pyproj import CRS", "from pyproj import datadir", "eval('1')", "print('x')", "import sqlite3",
    "import shapely.io",
]  # fmt: skip


@pytest.mark.parametrize("source", [*IMPURE, *SEEN_IN_THE_SOURCE_ONLY])
def test_what_no_rule_may_use_is_seen_in_its_source(source: str) -> None:
    assert impure(source)


def test_what_no_rule_may_ask_for_is_seen_when_it_runs() -> None:
    """As if each stood in a file of the rules; in one process, since the guard stays where it was put."""
    result = subprocess.run(
        [sys.executable, "-c", _GUARDED.format(sources=IMPURE)], cwd=CHECKOUT, capture_output=True, text=True
    )
    assert result.stdout.splitlines() == [], result.stderr[-600:]
    assert result.returncode == 0


_GUARDED = """
from tests.support.purity import RULES, Guard, Impure
guard = Guard()
def slips_through(source, filename):
    code = compile(source, str(filename), "exec")
    for module in {{line.split()[1] for line in source.splitlines() if "import" in line}}:
        __import__(module)
    before = len(guard.seen)
    try:
        guard.around(exec)(code, {{}})
    except (Impure, SystemError):  # the latter where C cannot cope with being stopped
        pass
    return len(guard.seen) == before
for source in {sources!r}:
    if slips_through(source, RULES / "rule.py"):
        print(repr(source))
    if not slips_through(source, RULES.parent / "server" / "page.py"):
        print("not the rules' doing:", repr(source))
"""


_VERIFIED = """
from server.rulebook import load_indicators, load_rules
from verification.comparing.beside import Beside
from verification.places.areas import Villages
from verification.verify import verify_district
from workers.bench.district import made_up_district
d = made_up_district(60, 2)
print(verify_district(load_indicators(), d.claims, d.visits, Villages(d.villages), d.names, load_rules(),
                      Beside(2025)))
"""


@pytest.mark.ci
def test_the_order_of_a_set_in_one_process_decides_nothing() -> None:
    """Python gives every process another order of its sets, unless it is told which."""
    told = [
        subprocess.run([sys.executable, "-c", _VERIFIED], cwd=CHECKOUT, capture_output=True, text=True, check=True,
                       env=os.environ | {"PYTHONHASHSEED": seed}).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert told[0] == told[1] and told[0].count("LineResult") == 60
