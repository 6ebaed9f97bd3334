"""The services of compose.yaml, started by hand: the very commands, environment and configuration of the file.

Only what a container would have of its own is put elsewhere: folders lie in the test's, addresses are local.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from server.settings import CHECKOUT

FILE: dict[str, Any] = yaml.safe_load((CHECKOUT / "compose.yaml").read_text(encoding="utf-8"))
_VARIABLE = re.compile(r"\$(?:\$|\{(\w+)(?::[?-]([^}]*))?\})")


def interpolate(text: str, variables: Mapping[str, str]) -> str:
    """Fill in variables as Compose does: ${NAME:?why it is needed}, ${NAME:-default}, and $$ for a dollar."""
    return _VARIABLE.sub(lambda found: variables.get(found[1], found[2]) if found[1] else "$", text)


@dataclass
class Stack:
    """Where the services run by hand: a folder, a database, a Redis, a Central, ports; `instead` of a text, another."""

    folder: Path
    database_url: str
    redis_port: int
    variables: Mapping[str, str]  # what an operator writes into .env
    secrets: Mapping[str, str]  # what an operator writes into files
    instead: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=lambda: free_port())
    tls_port: int = field(default_factory=lambda: free_port())
    health_port: int = field(default_factory=lambda: free_port())
    running: dict[str, subprocess.Popen[str]] = field(default_factory=dict)

    def start(self, service: str, number: int = 1) -> None:
        """Start a service as its container would."""
        found = FILE["services"][service]
        command = self.words(service, [*found.get("entrypoint", []), *found["command"]])
        self._write_secrets(service, found)
        for config in found.get("configs", []):
            content = self.words(service, [FILE["configs"][config["source"]]["content"]])[0]
            (self.folder / "nginx.conf").write_text(content, encoding="utf-8")
        if command[0] == "nginx" and os.geteuid() == 0:
            command += ["-g", "user root;"]  # the container has a user of its own
        name = f"{service}-{number}"
        with (self.folder / f"{name}.log").open("w") as log:
            self.running[name] = subprocess.Popen(
                command, cwd=CHECKOUT, env=self.environment(service), stdout=log, stderr=log, text=True,
                start_new_session=True,
            )  # fmt: skip

    def environment(self, service: str) -> dict[str, str]:
        """Give a service's environment, and nothing else of ours but the path to this Python's programs."""
        found = FILE["services"][service].get("environment", {})
        values = {name: self.words(service, [value])[0] for name, value in found.items()}
        path = f"{Path(sys.executable).parent}:/usr/sbin:{os.environ['PATH']}"
        return values | {"PATH": path, "TMPDIR": str(self._tmp(service))}

    def check(self, service: str) -> int:
        """Run a service's health check; 0 is healthy."""
        kind, *test = FILE["services"][service]["healthcheck"]["test"]
        command = self.words(service, test)
        command = ["sh", "-c", *command] if kind == "CMD-SHELL" else command
        environment = self.environment(service)
        return subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, timeout=60).returncode

    def until_healthy(self, *services: str) -> None:
        """Wait until services are healthy; where they are not, show what they said."""
        end = time.monotonic() + 120
        while any(self.check(service) for service in services):
            assert time.monotonic() < end, "\n".join(self.log(name) for name in self.running)
            time.sleep(0.2)

    def words(self, service: str, texts: list[str]) -> list[str]:
        """Fill in the variables, and put the container's folders and addresses where ours are."""
        ours = {
            "/run/tilik": str(self.folder / "run"), "/run/secrets": str(self.folder / f"secrets-{service}"),
            "/var/lib/tilik": str(self.folder / "data"), "/etc/tilik-nginx.conf": str(self.folder / "nginx.conf"),
            "/tmp": str(self._tmp(service)),  # noqa: S108 - the container's, not this machine's
            "/var/lib/acme": str(self.folder / "acme"), "/etc/tilik-machines": str(self.folder / "machines"),
            "listen 8080": f"listen 127.0.0.1:{self.port}", "listen 8443": f"listen 127.0.0.1:{self.tls_port}",
            "8081": str(self.health_port), "redis:6379": f"127.0.0.1:{self.redis_port}",
            "postgresql+psycopg://tilik@postgres:5432/tilik": self.database_url,
            "6379": str(self.redis_port), **self.instead,
        }  # fmt: skip
        theirs = re.compile("|".join(re.escape(text) for text in sorted(ours, key=len, reverse=True)))
        return [theirs.sub(lambda found: ours[found[0]], interpolate(str(text), self.variables)) for text in texts]

    def _tmp(self, service: str) -> Path:
        for folder in ("run", "data", "acme", "machines", f"tmp-{service}"):
            (self.folder / folder).mkdir(exist_ok=True)
        return self.folder / f"tmp-{service}"

    def _write_secrets(self, service: str, found: dict[str, Any]) -> None:
        folder = self.folder / f"secrets-{service}"
        folder.mkdir(exist_ok=True)
        for secret in found.get("secrets", []):
            source, target = (secret, secret) if isinstance(secret, str) else (secret["source"], secret["target"])
            (folder / target).write_text(self.secrets[source] + "\n", encoding="utf-8")

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(encoding="utf-8")

    def stop(self, name: str) -> int:
        """End a service as Compose does, by SIGTERM; returns how it ended."""
        process = self.running.pop(name)
        process.terminate()
        return process.wait(timeout=120)

    def kill(self, name: str) -> None:
        """End a service, and whatever it started, at once."""
        process = self.running.pop(name)
        if still_runs(process):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=30)

    def kill_all(self) -> None:
        for name in list(self.running):
            self.kill(name)


def still_runs(process: subprocess.Popen[str]) -> bool:
    """Tell whether anything is left of a service: it, or a process that it started."""
    try:
        os.killpg(process.pid, 0)
    except ProcessLookupError:
        return False
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
