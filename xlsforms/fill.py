"""Fill forms as a verifier would, or validate them, by a process that runs Collect's own engine (`xlsforms.engine`)."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_CHECKOUT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Filled:
    """A filled form: its XML, which questions were asked in each round, and which answers the form refused.

    `offered` has what the choices read, of the questions that were to be looked at.

    `problem` names a question that still forbids sending, or is None for a form that Collect would send.
    """

    xml: str
    asked: list[list[str]]
    refused: list[dict[str, str]]
    problem: str | None
    offered: dict[str, list[str]] = field(default_factory=dict)


class FormEngineError(Exception):
    """The engine could not read the form or carry out the answers."""


class FormFiller:
    """The engine's process; use it as a context manager."""

    def __enter__(self) -> Self:
        """Start the process; the JVM takes half a second."""
        self._process = self._started()
        return self

    def _started(self) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "xlsforms.engine"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=_CHECKOUT,
        )  # fmt: skip

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process."""
        assert self._process.stdin and self._process.stdout  # noqa: S101 - both are pipes
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(timeout=30)

    def fill(
        self, xform: str, *rounds: Mapping[str, Any], media: Mapping[str, str] | None = None,
        look_at: Sequence[str] = (), position: Sequence[float] | None = None,
    ) -> Filled:  # fmt: skip
        """Fill a form; every round after the first goes back to the beginning and changes its answers.

        Points are (lat, lon, altitude, accuracy), as XForms write them; `position` is where the phone finds itself to
        be. Raises FormEngineError.
        """
        request = {"xform": xform, "media": dict(media or {}), "rounds": list(rounds), "look_at": list(look_at),
                   "position": list(position) if position else None}  # fmt: skip
        return Filled(**self._ask(request))

    def validate(self, xform: str) -> list[str]:
        """List what ODK Validate says against a form, as it says it. Raises FormEngineError."""
        refused: list[str] = self._ask({"validate": xform})["refused"]
        return refused

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin and self._process.stdout  # noqa: S101 - both are pipes
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        reply: dict[str, Any] = json.loads(line) if line else {"error": "the engine ended"}
        if "error" in reply:
            raise FormEngineError(reply["error"])
        return reply


def facilities_csv(facilities: Sequence[Mapping[str, str]]) -> str:
    """Write the list of facilities as Central would serve it to a phone: name, label and the entity's properties."""
    return list_csv(("kind", "registry_no", "village", "subdistrict", "district"), facilities)


def list_csv(properties: Sequence[str], entities: Sequence[Mapping[str, str]]) -> str:
    """Write an entity list as Central would serve it to a phone."""
    columns = ("name", "label", *properties)
    rows = [",".join(columns)]
    rows += [",".join(_quoted(str(entity.get(column) or "")) for column in columns) for entity in entities]
    return "\n".join(rows) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
