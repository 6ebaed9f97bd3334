"""How S3 is spoken to: by botocore, AWS's own library, and by nothing else here. Its errors become sentences.

botocore is among what production needs; a folder needs none of it. It knows more ways to find keys (files in the home
folder, the machine it runs on) and to change the address than anybody would look for: only the settings count here.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from typing import Any

from server.store.interface import StoreProblem
from verification.reason import Reason

_one_at_a_time = Lock()
ATTEMPTS = 3
CONNECT_SECONDS, SILENCE_SECONDS = 5, 20
MISSING_KEY = "NoSuchKey"
NOT_IMPLEMENTED = frozenset({"NotImplemented", "MethodNotAllowed"})
NO_SUCH_CONFIGURATION = frozenset({"ObjectLockConfigurationNotFoundError", "NoSuchObjectLockConfiguration",
                                   "InvalidRequest", *NOT_IMPLEMENTED})  # fmt: skip
_REFUSED = frozenset({
    "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "RequestTimeTooSkewed", "ExpiredToken",
    "InvalidToken", "AccountProblem", "AllAccessDisabled", "401", "403",
})  # fmt: skip
_GONE = frozenset({"NoSuchBucket", "InvalidBucketName", "PermanentRedirect", "404"})
_FULL = frozenset({"QuotaExceeded", "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "507"})


@dataclass(frozen=True)
class Address:
    """Where a bucket is, and the keys to it; the prefix is "" or ends in a slash."""

    bucket: str
    prefix: str
    endpoint: str | None
    region: str
    key: str = field(repr=False)
    secret: str = field(repr=False)


def client_of(address: Address) -> Any:
    """Make a client, which several threads may use. Raises StoreProblem where botocore is not installed."""
    try:
        from botocore.config import Config
    except ImportError:
        raise StoreProblem(Reason("store_needs_library")) from None
    config = Config(
        connect_timeout=CONNECT_SECONDS, read_timeout=SILENCE_SECONDS,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS}, ignore_configured_endpoint_urls=True,
        request_checksum_calculation="when_required", response_checksum_validation="when_required",
        s3={"addressing_style": "path" if address.endpoint else "auto", "payload_signing_enabled": True},
    )  # fmt: skip
    try:
        with _one_at_a_time:
            return _session().create_client(
                "s3", region_name=address.region, endpoint_url=address.endpoint, config=config,
                aws_access_key_id=address.key, aws_secret_access_key=address.secret,
            )  # fmt: skip
    except ValueError:
        raise StoreProblem(Reason("store_address_wrong")) from None


@cache
def _session() -> Any:
    """Give what clients are made by: it holds all of S3 as data, 12 MB. Several threads must not make one at once."""
    from botocore.session import Session

    nothing = (None, None, os.devnull, None)
    return Session({"profile": (None, None, None, None), "config_file": nothing, "credentials_file": nothing})


def code_of(error: Any) -> str:
    """Give the word with which S3 refuses, or the number where it has none."""
    return str(error.response.get("Error", {}).get("Code", "?"))


@contextmanager
def troubles() -> Iterator[None]:
    """Raise StoreProblem, with a reason that an operator can act on, for whatever goes wrong with a bucket.

    Nothing of the error's own text is kept: it may name keys.
    """
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError
    from urllib3.exceptions import HTTPError

    try:
        yield
    except ClientError as error:
        raise StoreProblem(_of_answer(error)) from None
    except (BotoCoreError, ResponseParserError, HTTPError) as error:
        raise StoreProblem(_of_line(error)) from None


def _of_answer(error: Any) -> Reason:
    code, status = code_of(error), error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    known = {"disk_full": _FULL, "store_refused": _REFUSED, "store_not_there": _GONE}
    if found := next((reason for reason, codes in known.items() if {code, str(status)} & codes), None):
        return Reason(found)
    return Reason("store_disturbed", {"what": code})


def _of_line(error: Exception) -> Reason:
    from botocore.exceptions import ConnectionError as NoConnection
    from botocore.exceptions import HTTPClientError, IncompleteReadError
    from urllib3.exceptions import HTTPError

    if isinstance(error, NoConnection | HTTPClientError | IncompleteReadError | HTTPError):
        return Reason("store_unreachable")
    return Reason("store_disturbed", {"what": type(error).__name__})
