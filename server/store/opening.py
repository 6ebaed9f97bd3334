"""Opening the store that the settings name."""

import re
from collections.abc import Iterator
from functools import cache

from server.settings import Settings
from server.store.bucket import Bucket
from server.store.folder import Folder
from server.store.interface import Store, StoreProblem
from server.store.s3 import Address
from verification.reason import Reason

_ADDRESS = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([A-Za-z0-9._/-]*?))?/*")  # a bucket, a prefix


def open_store(settings: Settings) -> Store:
    """Give the store that the settings name: a folder, where they name no bucket. Raises StoreProblem."""
    if not settings.store_url:
        return Folder(settings.store)
    if not (found := _ADDRESS.fullmatch(settings.store_url)):
        raise StoreProblem(Reason("store_address_wrong"))
    if not (settings.store_key and settings.store_secret):
        raise StoreProblem(Reason("store_needs_keys"))
    bucket, prefix = found[1], f"{found[2]}/" if found[2] else ""
    keys = settings.store_key.get_secret_value(), settings.store_secret.get_secret_value()
    return _bucket(Address(bucket, prefix, settings.store_endpoint or None, settings.store_region, *keys))


def every_store(settings: Settings) -> Iterator[Store]:
    """Give all places where files may lie: the folder too, from which they may not have been moved yet."""
    yield Folder(settings.store)
    if settings.store_url:
        yield open_store(settings)


@cache  # in each process once: making a client takes longer than asking for a file, and it keeps its connections
def _bucket(address: Address) -> Bucket:
    return Bucket(address)
