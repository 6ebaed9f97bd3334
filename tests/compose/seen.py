"""What gunicorn tells the children's line of a request, in the place of the line: all of it, as JSON."""

import json
from typing import Any


def application() -> Any:
    def say(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps({name: value for name, value in environ.items() if isinstance(value, str)}).encode()]

    return say
