"""How Central refuses."""

from collections.abc import Container
from typing import Any


class Refused(Exception):
    """One of Central's numbered problems; the number's whole part is the status."""

    def __init__(self, code: str, message: str = "Could not find the resource you were looking for.") -> None:
        super().__init__(message)
        self.code = code


def found(things: dict[Any, Any], key: Any, otherwise: str = "404.1") -> Any:
    if things.get(key) is None:
        raise Refused(otherwise)
    return things[key]


def new(name: str, taken: Container[str]) -> str:
    if name in taken:
        raise Refused("409.3", "A resource already exists.")
    return name


def changed(thing: Any, **values: Any) -> Any:
    vars(thing).update(values)
    return thing


SUCCESS = {"success": True}
