"""Stores of files as tests look at them, past what the code may do: what lies in one, and a file that was damaged.

The buckets are those of moto, an S3 service in Python that takes every key.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import SecretStr

from server.settings import Settings
from server.store.bucket import Bucket
from server.store.folder import Folder
from server.store.interface import Store
from server.store.opening import open_store

FOLDER, BUCKET, VERSIONED = "folder", "bucket", "bucket with versions"
BUCKETS = (BUCKET, VERSIONED)
STORES = (FOLDER, *BUCKETS)
PREFIX, SECRET = "tilik/files/", "the secret of the bucket"


@contextmanager
def running_s3() -> Iterator[str]:
    """Run an S3 service on loopback, and give its address."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        yield "http://{}:{}".format(*server.get_host_and_port())
    finally:
        server.stop()


def settings_for(address: str, bucket: str = "tilik", **others: object) -> Settings:
    """Give settings that name a bucket behind a prefix."""
    return Settings.model_validate({
        "store_url": f"s3://{bucket}/{PREFIX}", "store_endpoint": address, "store_key": SecretStr("key"),
        "store_secret": SecretStr(SECRET), **others,
    })  # fmt: skip


def a_new_bucket(address: str, *, versions: bool = False, **how: Any) -> str:
    """Make a bucket, which keeps versions or does not, and give its name."""
    name = f"tilik-{uuid.uuid4()}"
    client = the_bucket(settings_for(address, name)).client
    client.create_bucket(Bucket=name, **how)
    if versions:
        client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


def the_bucket(settings: Settings) -> Bucket:
    """Give the bucket that settings name."""
    found = open_store(settings)
    assert isinstance(found, Bucket)
    return found


def everything_in(store: Store) -> dict[str, bytes]:
    """Give all that lies in a store by its name: halves and drawn pictures too, and of a bucket every version."""
    if isinstance(store, Folder):
        return {file.name: file.read_bytes() for file in store.folder.rglob("*") if file.is_file()}
    return {name: content for name, _, content in versions_in(store)}


def versions_in(store: Store) -> list[tuple[str, str, bytes]]:
    """List all versions in a bucket, with their content; a mark of deletion has none."""
    assert isinstance(store, Bucket)
    page = store.client.list_object_versions(Bucket=store.address.bucket)
    found = [(one["Key"], one["VersionId"]) for one in page.get("Versions", ())]
    contents = [
        (key, version, store.client.get_object(Bucket=store.address.bucket, Key=key, VersionId=version)["Body"].read())
        for key, version in found
    ]
    marks = [(one["Key"], one["VersionId"], b"") for one in page.get("DeleteMarkers", ())]
    return [(key.rpartition("/")[2], version, content) for key, version, content in contents + marks]


def damage(store: Store, digest: str, content: bytes = b"damaged") -> None:
    """Have a file hold other bytes than its name says."""
    if isinstance(store, Bucket):
        key = f"{PREFIX}{digest[:2]}/{digest}"
        store.client.put_object(Bucket=store.address.bucket, Key=key, Body=content)
    if isinstance(store, Folder):
        store.path(digest).write_bytes(content)
