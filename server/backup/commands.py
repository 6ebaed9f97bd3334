"""Backups from the terminal: a pair of keys, a backup, a restore."""

import sys
from pathlib import Path
from typing import Any

import click

from server.backup.apart import FOLDER
from server.backup.encryption import identities, new_key, public_key, recipients
from server.backup.making import BackupPlace, make_backup
from server.backup.problems import Unready, Unrestorable
from server.backup.restoring import Restored, RestoreWish, check_backup
from server.backup.restoring import restore as restore_all
from server.db import now, open_database
from server.people.acting import account
from server.roles.table import Permission
from server.settings import Settings, load_settings
from server.store.folder import keep_to_ourselves
from server.store.opening import open_store
from server.terminal import acts, agreed, opened, stop, tell, with_progress, words

_A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_A_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("backup-key", help=words.say("help.backup-key"))
@acts(Permission.OPERATE)
def backup_key() -> None:
    """Make a pair of keys: the private one is printed, and kept by nobody but who reads it."""
    try:
        text = new_key(now())
        click.echo(text, nl=False)
        tell("backup.key", public=public_key(text))
    except Unready as unready:
        stop(unready.reason)


@click.command(help=words.say("help.backup"))
@acts(Permission.OPERATE)
def backup() -> None:
    """Make a backup in the folder that is set."""
    with opened() as (settings, engine):
        try:
            place, store, by = place_of(settings), open_store(settings), account().label
            made = with_progress("backup.progress", lambda progress: make_backup(engine, store, place, progress, by))
        except Unready as unready:
            stop(unready.reason)
    found = made.backup
    tell("backup.done", file=str(made.file), megabytes=found.size / 10**6, rows=found.rows, files=found.files)
    tell("backup.digest", digest=found.digest)
    tell("backup.tombstones", tombstones=made.tombstones, folder=str(place.folder / FOLDER))
    if found.lacking:
        tell("backup.lacking", files=found.lacking)
    for name in made.older:
        tell("backup.older", file=name, days=place.days)


def place_of(settings: Settings) -> BackupPlace:
    """Say where backups go by the settings. Raises Unready where one lacks."""
    if settings.backup is None:
        raise Unready("backup_no_folder")
    return BackupPlace(settings.backup, recipients(settings.backup_keys or ""), settings.backup_days)


@click.command(help=words.say("help.restore"))
@click.argument("file", type=_A_FILE)
@click.option("--key", "keys", required=True, multiple=True, type=click.Path(dir_okay=False, allow_dash=True),
              help=words.say("help.restore_key"))  # fmt: skip
@click.option("--tombstones", type=_A_FOLDER, help=words.say("help.restore_tombstones"))
@click.option("--without-tombstones", is_flag=True, help=words.say("help.restore_without_tombstones"))
@click.option("--replace", is_flag=True, help=words.say("help.restore_replace"))
@click.option("--check", is_flag=True, help=words.say("help.restore_check"))
@click.option("--yes", is_flag=True, help=words.say("help.restore_yes"))
@acts(Permission.OPERATE)
def restore(file: Path, keys: tuple[str, ...], tombstones: Path | None, without_tombstones: bool, replace: bool,
            check: bool, yes: bool) -> None:  # fmt: skip
    """Restore a backup into the database and the store that the settings name, or only read it."""
    try:
        private = identities("\n".join(map(_read, keys)))
        if check:
            _tell_checked(file, private)
            return
        if replace and not yes and not agreed(words.say("restore.confirm")):
            tell("restore.nothing_done")
            raise SystemExit(1)
        apart = None if without_tombstones else tombstones or _beside(file)
        wish = RestoreWish(private, apart, without=without_tombstones, replace=replace, by=account().label)
        _tell_restored(_restored(load_settings(), file, wish), wish)
    except (Unready, Unrestorable) as problem:
        stop(problem.reason)


def _read(key: str) -> str:
    return sys.stdin.read() if key == "-" else Path(key).read_text(encoding="utf-8")


def _beside(file: Path) -> Path | None:
    apart = file.resolve().parent / FOLDER
    return apart if apart.is_dir() else None


def _tell_checked(file: Path, private: list[Any]) -> None:
    with file.open("rb") as source:
        found = check_backup(source, private)
    tell("restore.checked", moment=found.made_at, rows=found.rows, files=found.files)
    if found.lacking:
        tell("backup.lacking", files=found.lacking)


def _restored(settings: Settings, file: Path, wish: RestoreWish) -> Restored:
    keep_to_ourselves(settings.data)
    engine = open_database(settings.database)
    try:
        with file.open("rb") as source:
            return with_progress("restore.progress", lambda progress: restore_all(
                engine, open_store(settings), source, wish, progress))  # fmt: skip
    finally:
        engine.dispose()


def _tell_restored(restored: Restored, wish: RestoreWish) -> None:
    tell("restore.done", moment=restored.made_at, rows=restored.rows, files=restored.files)
    tell("restore.buried", removals=restored.buried, moment=restored.known_until)
    tell("restore.unknown" if wish.without else "restore.later", moment=restored.known_until)
    if restored.lacking:
        tell("restore.lacking", files=restored.lacking)
    tell("restore.accounts")
    tell("restore.next")
