"""Children who answer in a known order, each by a device, an address and a code of their own; and what is found of it.

An attacker has all that a machine leaves: files, logs, backups, Central. From each place where answers lie in some
order, that order is set beside the one in which they came; where nothing is given away, it is as chance would have it.
"""

import itertools
import json
import random
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import requests
from requests.adapters import HTTPAdapter
from sqlalchemy import Engine

from server.db import Json, writing
from tests.support.lining import plan_session

SESSIONS, CHILDREN = 8, 12
QUESTIONS = ("may_come", "pay_here", "books_for_me", "friend_wheelchair")
CHOICES = ("yes", "sometimes", "no", "unknown")
# a mean of ranks' correlations over the sessions beyond this comes by chance once in 10^9 (sd 1/√(8·11) = 0.107)
MOST_CORRELATION = 0.65
# and a child that was first, or last, lies first, or last, in all sessions once in 10^8: (1/12)^8 for each
_PLAIN = re.compile(rb'\{(?:"[a-z_]{1,30}": ?"[a-z0-9_]{1,20}"(?:, ?)?){4,20}\}')
_HEAD, _TAIL = 300, 100  # signs of what is sealed that no other has


@dataclass(frozen=True)
class Child:
    """Who answered: in which session, the how-manyth there, and all that would tell who it was."""

    session: int
    turn: int
    code: str
    once: str
    device: str
    address: str
    answers: Json

    @property
    def traces(self) -> tuple[str, ...]:
        """What may be found nowhere."""
        return self.code, self.code.replace("-", ""), self.once, self.device, self.address


def some_children(engine: Engine, month: str, secret: str) -> list[list[Child]]:
    """Plan sessions and their codes; which child has which code is drawn, and no two answer the same."""
    drawn = random.Random(2026)
    marks = list(itertools.product(CHOICES, repeat=len(QUESTIONS)))
    drawn.shuffle(marks)
    found = []
    for number in range(SESSIONS):
        with writing(engine) as session:
            codes = plan_session(session, CHILDREN, month, secret, place_kind="perpustakaan").codes
        drawn.shuffle(codes)
        found.append([
            Child(number, turn, code, secrets.token_hex(16), f"PonselRekaan/{secrets.token_hex(6)}",
                  f"127.7.{number + 100}.{turn + 100}",
                  {"assent": "yes", "age_band": "13_15", **dict(zip(QUESTIONS, marks.pop(), strict=True))})
            for turn, code in enumerate(codes)
        ])  # fmt: skip
    return found


class Sealed(NamedTuple):
    """An answer as it lies sealed in the table, and what the keys of the moment open of it."""

    text: str
    answers: Json


@dataclass
class Attack:
    """What was tried, and what came of it."""

    children: list[list[Child]]
    version: str
    tried: dict[str, str] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._by_marks = {tuple(one.answers[name] for name in QUESTIONS): one for one in self.everybody()}

    def everybody(self) -> Iterator[Child]:
        """Give them all."""
        return itertools.chain.from_iterable(self.children)

    def child_of(self, answers: Mapping[str, Any]) -> Child | None:
        """Tell whose answers these are: so much is known to who looks whether it can be told."""
        return self._by_marks.get(tuple(answers.get(name) for name in QUESTIONS))

    def orders(self, name: str, found: Iterable[Json], *, all_of_them: bool = True) -> None:
        """Set an order in which answers were found beside that of their coming."""
        sessions: dict[int, list[int]] = {}
        for answers in found:
            child = self.child_of(answers)
            if child is not None and child.turn not in sessions.setdefault(child.session, []):
                sessions[child.session].append(child.turn)
        whole = [order for order in sessions.values() if len(order) == CHILDREN]
        assert len(whole) == SESSIONS or not all_of_them, f"{name}: {len(whole)} of {SESSIONS} sessions"
        if len(whole) == SESSIONS:
            self._judge(name, whole)
        else:
            self.tried[name] = f"nothing to order: {sum(map(len, sessions.values()))} answers"

    def _judge(self, name: str, whole: Sequence[Sequence[int]]) -> None:
        mean = sum(map(correlation, whole)) / len(whole)
        ends = [all(order[place] == turn for order in whole) for place in (0, -1) for turn in (0, CHILDREN - 1)]
        self.tried[name] = f"correlation {mean:+.2f}"
        if abs(mean) > MOST_CORRELATION or any(ends):
            self.broken.append(f"{name}: {self.tried[name]}")

    def files(self, name: str, content: bytes, sealed: Sequence[Sealed] = (), *, lies_here: bool | None = None) -> None:
        """Look where in these bytes answers lie: in clear, and by the beginning and the end of what is sealed.

        `lies_here`: whether all of them have to; None where there may be any or none.
        """
        self.traces(name, content)
        plain = [json.loads(found) for found in _PLAIN.findall(content)]
        self.orders(f"{name}, in clear", plain, all_of_them=bool(lies_here) and not sealed)
        parts = {"beginnings": slice(_HEAD), "ends": slice(-_TAIL, None)} if sealed else {}
        for part, piece in parts.items():
            there = sorted((place, one) for one in sealed if (place := content.find(one.text[piece].encode())) >= 0)
            self.orders(f"{name}, {part} of what is sealed", (one.answers for _, one in there),
                        all_of_them=bool(lies_here))  # fmt: skip

    def traces(self, name: str, content: bytes) -> None:
        """Look for what tells who a child is."""
        found = [trace for child in self.everybody() for trace in child.traces if trace.encode() in content]
        self.tried[f"{name}, for codes, devices and addresses"] = f"{len(found)} found"
        if found:
            self.broken.append(f"{name}: {found[:3]}")


def correlation(order: Sequence[int]) -> float:
    """Correlate the ranks of an order with the order itself (Spearman), between -1 and 1."""
    n = len(order)
    return 1 - 6 * sum((place - turn) ** 2 for place, turn in enumerate(order)) / (n * (n * n - 1))


class From(HTTPAdapter):
    """Ask from an address of one's own, of the many that loopback has; `name` is that of a certificate."""

    def __init__(self, address: str, name: str | None) -> None:
        self._address, self._name = address, name
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        by_name: dict[str, Any] = {"server_hostname": self._name, "assert_hostname": self._name} if self._name else {}
        super().init_poolmanager(*arguments, **{"source_address": (self._address, 0), **by_name, **options})


def post(
    child: Child, url: str, version: str, name: str | None = None,
    prepare: Callable[[requests.Session], None] = lambda _: None,
) -> int:  # fmt: skip
    """Answer as a child's phone does: type the code, then send."""
    headers = {"User-Agent": child.device, "X-Forwarded-For": child.address, "Cookie": f"tilik={child.device}",
               "Referer": f"http://localhost/{child.device}", "Sec-Fetch-Site": "same-origin"}  # fmt: skip
    with requests.Session() as phone:
        phone.trust_env = False
        phone.mount(url, From(child.address, name))
        prepare(phone)
        looked = phone.post(f"{url}/anak/kode", json={"code": child.code}, headers=headers, timeout=60)
        assert looked.status_code == 200, looked.text
        sent = {"code": child.code, "version": version, "answers": child.answers, "once": child.once}
        answer = phone.post(f"{url}/anak/jawaban", json=sent, headers=headers, timeout=60)
        assert not answer.cookies and not looked.cookies
        return answer.status_code
