"""What every test would make anew and is the same each time, made once: statements, templates, addresses, claim forms.

Each test has a database and an application of its own, so that each would compile every statement, template and address
that it meets, and climb every step to an empty database; and what makes passwords hard to guess, made up as they are,
took as long as what is tested. Nor does a test wait for a disk.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType, MethodType
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from argon2 import PasswordHasher
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Connection, Dialect, Engine, create_engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

import server.db
from server.claims import template
from server.people import passwords
from server.rounds import rules
from verification.sets.indicators import IndicatorSet

AS_KEPT = passwords._HASHER
_QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
_climb, _compile, _set_up = command.upgrade, Rule.compile, server.db._set_up_sqlite
_COMPILED = ("_parts", "_trace", "_converters", "arguments", "_build", "_build_unknown")  # what compiling sets


@contextmanager
def made_once() -> Iterator[None]:
    """Compile each statement, template and address once in this process, make each claim form once, hash quickly."""
    dialects: dict[str, Dialect] = {}
    statements: LRUCache[Any, Any] = LRUCache(2000)

    def open_engine(*args: Any, **options: Any) -> Engine:
        engine = create_engine(*args, **options)
        own, kept = engine.dialect, dialects.setdefault(engine.name, engine.dialect)
        if own is not kept:
            engine.dialect = kept  # what is compiled is kept by its dialect, and it has asked what server this is
            own.initialize = _known_already  # type: ignore[assignment, method-assign]
        engine.update_execution_options(compiled_cache=statements)
        return engine

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(server.db, "create_engine", open_engine)
        patched.setattr(Flask, "jinja_options", {"bytecode_cache": _Templates()})
        patched.setattr(passwords, "_HASHER", _QUICK)
        patched.setattr(Rule, "compile", _compiled_once())
        patched.setattr(command, "upgrade", _Schema().climb)
        patched.setattr(rules, "as_plain", _of_a_set_once(rules.as_plain))
        patched.setattr(template, "write_template", _of_a_set_once(template.write_template))
        yield


@contextmanager
def no_power_cuts() -> Iterator[None]:
    """Wait for no disk: what a process wrote outlives that it is killed; only a machine that falls would lose it."""
    options = f"{server.db._POSTGRESQL['options']} -c synchronous_commit=off"

    def set_up(connection: Any, record: Any) -> None:
        _set_up(connection, record)
        connection.execute("PRAGMA synchronous=OFF")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(server.db, "_set_up_sqlite", set_up)
        patched.setitem(server.db._POSTGRESQL, "options", options)
        patched.setattr(os, "fsync", lambda _file: None)
        yield


@contextmanager
def step_by_step() -> Iterator[None]:
    """Climb every step, as Tilik itself does: for tests of the steps."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(command, "upgrade", _climb)
        yield


def _known_already(_connection: Connection) -> None:
    """Ask the server nothing at the first connection of one more engine."""


def _compiled_once() -> Callable[[Rule], None]:
    """Give what compiles how a rule takes addresses apart and puts them together: the same in every application."""
    compiled: dict[tuple[Any, ...], dict[str, Any]] = {}

    def compile_once(rule: Rule) -> None:
        if rule.defaults:  # they are put in by its converters
            _compile(rule)
            return
        key = rule.rule, rule.host, rule.subdomain, rule.merge_slashes
        if key not in compiled:
            _compile(rule)
            compiled[key] = {name: getattr(rule, name) for name in _COMPILED}
        for name, made in compiled[key].items():
            setattr(rule, name, made.__func__.__get__(rule) if isinstance(made, MethodType) else made)

    return compile_once


def _of_a_set_once(make: Callable[..., Any]) -> Callable[..., Any]:
    """Give what makes the same of the same set and the same plain values, and takes long over it: claim forms."""
    made: dict[tuple[int, str], tuple[IndicatorSet, Any]] = {}  # with the set: no other has its number meanwhile

    def make_once(indicators: IndicatorSet, *asked: object) -> Any:
        key = id(indicators), repr(asked)
        if key not in made:
            made[key] = indicators, make(indicators, *asked)
        return made[key][1]

    return make_once


class _Schema:
    """What the steps come to in a SQLite database that was empty."""

    def __init__(self) -> None:
        self._made: list[str] = []

    def climb(self, config: Config, step: str) -> None:
        connection: Connection = config.attributes["connection"]
        if step != "head" or connection.dialect.name != "sqlite" or _has_something(connection):
            _climb(config, step)
        elif self._made:
            for statement in self._made:
                connection.exec_driver_sql(statement)
        else:
            _climb(config, step)
            raw: Any = connection.connection.driver_connection
            self._made = list(raw.iterdump())[1:-1]  # but for its own BEGIN and COMMIT


def _has_something(connection: Connection) -> bool:
    return connection.exec_driver_sql("SELECT 1 FROM sqlite_master").first() is not None


class _Templates(BytecodeCache):
    def __init__(self) -> None:
        self._codes: dict[str, CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get(bucket.key)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key] = bucket.code
