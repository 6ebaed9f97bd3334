"""What every test would make anew and is the same each time, made once: compiled statements and templates, and hashes.

Each test has a database and an application of its own, so that each would compile every statement and template that it
meets; and what makes passwords hard to guess, made up as they are, took as long as what is tested.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Dialect, Engine, create_engine
from sqlalchemy.util import LRUCache

import server.db
from server.people import passwords

AS_KEPT = passwords._HASHER
_QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@contextmanager
def made_once() -> Iterator[None]:
    """Compile each statement and each template once in this process, and hash quickly."""
    dialects: dict[str, Dialect] = {}
    statements: LRUCache[Any, Any] = LRUCache(2000)

    def open_engine(*args: Any, **options: Any) -> Engine:
        engine = create_engine(*args, **options)
        engine.dialect = dialects.setdefault(engine.name, engine.dialect)  # what is compiled is kept by its dialect
        engine.update_execution_options(compiled_cache=statements)
        return engine

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(server.db, "create_engine", open_engine)
        patched.setattr(Flask, "jinja_options", {"bytecode_cache": _Templates()})
        patched.setattr(passwords, "_HASHER", _QUICK)
        yield


class _Templates(BytecodeCache):
    def __init__(self) -> None:
        self._codes: dict[str, CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get(bucket.key)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key] = bucket.code
