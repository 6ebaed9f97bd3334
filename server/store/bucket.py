"""An S3-compatible bucket as the store, for machines that share no folder: AWS, MinIO, Ceph and others.

An object is there whole or not at all, and the signature holds its SHA-256, so that what was altered on its way is
refused. It is written again although it is there: that mends a damaged one, and tells the sweep that it is needed.
Where the bucket keeps versions, all of them are removed; one that keeps everything for a time (object lock) is refused,
because nothing could be removed from it by law.
"""

import tempfile
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, NamedTuple

from server.store.interface import PIECE, Store, Stored, StoreProblem, digest_of, is_digest, receive
from server.store.s3 import MISSING_KEY, NO_SUCH_CONFIGURATION, NOT_IMPLEMENTED, Address, client_of, code_of, troubles
from verification.reason import Reason


class _Version(NamedTuple):
    """An object as it is or was; `version` is None in a bucket that knows none."""

    name: str
    version: str | None
    modified: datetime


class Bucket(Store):
    """Objects, each under its SHA-256, behind a prefix and its first two signs, as in a folder.

    Everything raises StoreProblem where the bucket does not do what it should.
    """

    def __init__(self, address: Address) -> None:
        self.address, self.client = address, client_of(address)

    def put(self, chunks: Iterable[bytes], limit: int, expected: str | None = None) -> Stored:
        with tempfile.TemporaryFile() as file:  # its digest, and so its name, is known when all of it has come
            stored = receive(file, chunks, limit, expected)
            file.seek(0)
            self._write(stored.digest, file)
        return stored

    def _write(self, name: str, body: Any) -> None:
        with troubles():
            _ = self._lets_go
            answer = self.client.put_object(**self._object(name), Body=body)
        if "ETag" not in answer:
            raise StoreProblem(Reason("store_disturbed", {"what": "ETag"}))  # a page of the network's says "200" too

    @contextmanager
    def open(self, digest: str) -> Iterator[Iterator[bytes]]:
        with troubles():
            body = self._got(digest)
        try:
            yield _pieces(body)
        finally:
            body.close()

    def _got(self, name: str) -> Any:
        try:
            return self.client.get_object(**self._object(name))["Body"]
        except self.client.exceptions.ClientError as error:
            if code_of(error) == MISSING_KEY:
                raise FileNotFoundError(name) from None
            raise

    def has(self, digest: str) -> bool:
        """Ask by a list: of a bucket that is gone, S3 answers to the question for an object as if only that were."""
        with troubles():
            found = self.client.list_objects_v2(Bucket=self.address.bucket, Prefix=self.key(digest), MaxKeys=1)
        return any(one["Key"] == self.key(digest) for one in found.get("Contents", ()))

    def asked_of_many(self) -> Callable[[str], bool]:
        listed = {bytes.fromhex(digest) for digest in self.digests()}
        return lambda digest: bytes.fromhex(digest) in listed or self.has(digest)  # it may have come since

    def digests(self) -> Iterator[str]:
        return (one.name for one in self._objects("") if is_digest(one.name))

    def remove(self, digest: str) -> None:
        for of_file in (True, False):  # the file first: who draws of it looks afterwards whether it is there
            for one in list(self._versions(digest)):
                if one.name == digest or not of_file:
                    self._delete(one)

    def sweep(self, named: Container[str], before: float) -> int:
        swept = set()
        for one in self._versions(""):
            if digest_of(one.name) not in named and one.modified < datetime.fromtimestamp(before, UTC):
                self._delete(one)
                swept.add(one.name)
        return len(swept)

    def put_drawn(self, digest: str, size: str, content: bytes) -> None:
        self._write(f"{digest}.{size}", content)
        if not self.has(digest):
            self.remove(digest)

    def drawn(self, digest: str, size: str) -> bytes | None:
        try:
            return self.read(f"{digest}.{size}")
        except FileNotFoundError:
            return None

    @cached_property
    def _lets_go(self) -> bool:
        """See once that the bucket lets go of what is put into it. Raises StoreProblem."""
        try:
            found = self.client.get_object_lock_configuration(Bucket=self.address.bucket)
        except self.client.exceptions.ClientError as error:
            if code_of(error) in NO_SUCH_CONFIGURATION:
                return True
            raise
        if found["ObjectLockConfiguration"].get("Rule"):
            raise StoreProblem(Reason("store_keeps_by_force"))
        return True

    def _delete(self, one: _Version) -> None:
        version = {"VersionId": one.version} if one.version else {}
        with troubles(), suppress(self.client.exceptions.NoSuchKey):  # another sweep was quicker
            self.client.delete_object(**self._object(one.name), **version)

    def _versions(self, beginning: str) -> Iterator[_Version]:
        """List all versions of what begins so, and the marks of deletion that hide some."""
        try:
            yield from self._listed("list_object_versions", ("Versions", "DeleteMarkers"), beginning)
        except StoreProblem as problem:
            if problem.reason.values.get("what") not in NOT_IMPLEMENTED:
                raise
            yield from self._objects(beginning)

    def _objects(self, beginning: str) -> Iterator[_Version]:
        return self._listed("list_objects_v2", ("Contents",), beginning)

    def _listed(self, how: str, groups: Iterable[str], beginning: str) -> Iterator[_Version]:
        """List what is ours: a bucket may hold what others put there."""
        prefix = self.key(beginning) if beginning else self.address.prefix
        with troubles():
            for page in self.client.get_paginator(how).paginate(Bucket=self.address.bucket, Prefix=prefix):
                for one in (one for group in groups for one in page.get(group, ())):
                    name = one["Key"].rpartition("/")[2]
                    if is_digest(digest_of(name)) and one["Key"] == self.key(name):
                        yield _Version(name, one.get("VersionId"), one["LastModified"])

    def key(self, name: str) -> str:
        """Say under which key a file or picture is."""
        return f"{self.address.prefix}{name[:2]}/{name}"

    def _object(self, name: str) -> dict[str, str]:
        return {"Bucket": self.address.bucket, "Key": self.key(name)}


def _pieces(body: Any) -> Iterator[bytes]:
    with troubles():
        yield from body.iter_chunks(PIECE)
