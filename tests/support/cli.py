"""Running the command line as an operator does, and the files an operator has."""

import json
from pathlib import Path
from typing import Any

import shapely
from click.testing import CliRunner, Result

from tests.support.builders import VILLAGES
from tilik import main


def tilik(*words: str | Path, answer: str | None = None) -> Result:
    result = CliRunner().invoke(main, [str(word) for word in words], input=answer)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def said(code: int, *words: str | Path, answer: str | None = None) -> str:
    """Run a command that must end with this code; gives what a person was told."""
    result = tilik(*words, answer=answer)
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result.stderr


def name_officers() -> None:
    """Name who answers for children in every round: without them none opens."""
    for role in ("safeguarding", "deputy"):
        said(0, "people", "add", "--name", f"Petugas rekaan {role}", "--email", f"{role}@kla.example", "--role", role)


def printed(*words: str | Path) -> str:
    """Run a command that must succeed; gives what a program would read."""
    result = tilik(*words)
    assert result.exit_code == 0, result.output
    return result.stdout


def a_file(name: str, content: str | bytes) -> Path:
    path = Path(name)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def geojson(*villages: Any, **properties: str) -> str:
    features = [
        {"type": "Feature", "properties": {"kode": v.code, "nama": v.name} | properties,
         "geometry": json.loads(shapely.to_geojson(v.outline))}
        for v in villages or VILLAGES
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": features})
