"""How Tilik talks HTTP to Central: pyodk's session with time limits and retries on http as on https, and a new login.

pyodk 1.3.0 mounts its time limit and retries for https only, never logs in again after a 401, and logs whole answers
(with people's names in them) when a request fails; each is mended here. Errors leave as one kind, `CentralProblem`,
with a reason whose sentence tells an operator what to do.
"""

import hashlib
import json
import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any, TypeVar

import requests
import urllib3
from pydantic import ValidationError
from pyodk._utils.session import Adapter, Session
from pyodk.errors import PyODKError
from requests.adapters import Retry

from server.moments import to_central
from workers.outside import OutsideProblem

_BUSY = frozenset({429, 500, 502, 503, 504})
_LOGIN = "sessions"  # as pyodk asks for it
PAUSE_SECONDS = 0.5  # before the one more login
_NO_ADDRESS = (
    requests.exceptions.MissingSchema, requests.exceptions.InvalidSchema, requests.exceptions.InvalidURL,
)  # fmt: skip
# what a proxy that compresses on the way makes of a mark: "<md5>-gzip", "<md5>-br", "<md5>;gzip", W/"<md5>"
_MARK = re.compile(r"(?:W/)?\"?([0-9a-f]{32})\"?(?:[-;:]+(?:x-)?(?:gzip|br|deflate|zstd)\"?)?", re.IGNORECASE)

Answer = TypeVar("Answer")

logging.getLogger("pyodk").setLevel(logging.CRITICAL + 1)


class CentralProblem(OutsideProblem):
    """Central did not do what it was asked."""

    @property
    def is_conflict(self) -> bool:
        """Tell whether Central refused something because it is there already."""
        return self.reason.values.get("status") == str(requests.codes.conflict)

    @property
    def number(self) -> str:
        """Give Central's own number of the problem, such as 409.6; empty where it gave none."""
        return str(self.reason.values.get("number", ""))

    @property
    def is_about_this(self) -> bool:
        """Tell whether Central could not do with just what it was given, so that another thing may fare better."""
        return self.reason.code == "central_refused" or self.reason.values.get("status") == "500"


def unless_gone(ask: Callable[[], Answer]) -> Answer | None:
    """Ask Central; None where it will never say, such as of what was deleted since. Raises what may pass."""
    try:
        return ask()
    except CentralProblem as problem:
        if problem.passes:
            raise
        return None


@dataclass(frozen=True)
class Patience:
    """How long to wait for Central, and how often to ask it again at once: later is the job table's business."""

    connect_seconds: float = 5
    read_seconds: float = 60
    retries: int = 3
    backoff: float = 0.5

    def as_retry(self) -> Retry:
        """Write it for urllib3. A Retry-After may name tomorrow, and would hold a worker until then."""
        return Retry(total=self.retries, backoff_factor=self.backoff, status_forcelist=_BUSY, raise_on_status=False,
                     respect_retry_after_header=False)  # fmt: skip


PATIENCE = Patience()


class TilikSession(Session):
    """pyodk's session with the same limits on both schemes, and one new login after a 401."""

    def __init__(self, url: str, user: str, password: str, patience: Patience = PATIENCE) -> None:
        super().__init__(base_url=url, api_version="v1", username=user, password=password, chunk_size=65536)
        # by its token alone: Central refuses even a new login that brings the cookie of a session that has ended
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        limits, retry = (patience.connect_seconds, patience.read_seconds), patience.as_retry()
        for scheme in ("http://", "https://"):
            self.mount(scheme, Adapter(timeout=limits, max_retries=retry, blocksize=self.blocksize))

    def request(self, method: str, url: str, *args: Any, **options: Any) -> requests.Response:
        """Send a request; where the token has died, log in and send it once more.

        No redirect is followed but where one is meant: Central sends nobody anywhere, save for files that lie on S3.
        """
        options.setdefault("allow_redirects", False)
        response = super().request(method, url, *args, **options)
        if url == _LOGIN:
            return self._logged_in(response, *args, **options)
        if response.status_code == requests.codes.unauthorized and "Authorization" in response.request.headers:
            response.close()
            self.headers.pop("Authorization", None)
            response = super().request(method, url, *args, **options)
        _must_not_be_a_page(response)
        return response

    def _logged_in(self, response: requests.Response, *args: Any, **options: Any) -> requests.Response:
        """Log in once more where that is refused: of several logins at once Central may refuse one that is right."""
        if response.status_code == requests.codes.unauthorized:
            response.close()
            time.sleep(PAUSE_SECONDS)
            response = super().request("POST", _LOGIN, *args, **options)
        if response.status_code == requests.codes.not_found:
            raise _no_login(response)
        _must_not_be_a_page(response)
        return response

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        """Send a request to a path below /v1/. Raises CentralProblem for anything but success."""
        with sorted_errors():
            response = self.request(method, path, **options)
            if not response.ok:
                raise _refusal(response)
            return response

    def ask_json(self, method: str, path: str, **options: Any) -> Any:
        """Send a request and read its JSON answer."""
        with self.ask(method, path, **options) as response, sorted_errors():
            must_be(response, "json")
            return response.json()


@contextmanager
def sorted_errors() -> Iterator[None]:
    """Turn whatever can go wrong between here and Central into a CentralProblem."""
    try:
        yield
    except PyODKError as error:
        response = next((arg for arg in error.args if isinstance(arg, requests.Response)), None)
        if response is None:
            raise CentralProblem("central_request_wrong", passes=False, detail=str(error.args[0])[:100]) from None
        raise _refusal(response) from None
    except requests.exceptions.SSLError:
        raise CentralProblem("central_tls", passes=True) from None
    except requests.exceptions.Timeout:
        raise CentralProblem("central_slow", passes=True) from None
    except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError):
        raise CentralProblem("central_cut", passes=True) from None
    except (requests.exceptions.JSONDecodeError, json.JSONDecodeError, UnicodeDecodeError, ValidationError):
        raise CentralProblem("central_malformed", passes=True) from None
    except requests.exceptions.ConnectionError as error:
        if _waited_in_vain(error):
            raise CentralProblem("central_slow", passes=True) from None
        raise CentralProblem("central_unreachable", passes=True) from None
    except _NO_ADDRESS:
        raise CentralProblem("central_address_wrong", passes=False) from None
    except requests.exceptions.RequestException as error:  # before OSError, which it is a kind of
        raise CentralProblem("central_request_wrong", passes=False, detail=type(error).__name__) from None
    except (urllib3.exceptions.HTTPError, OSError):
        raise CentralProblem("central_unreachable", passes=True) from None


@contextmanager
def understood() -> Iterator[None]:
    """Say of an answer whose words are missing or of another kind that it cannot be read."""
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError):
        raise CentralProblem("central_malformed", passes=True) from None


def _waited_in_vain(error: requests.exceptions.ConnectionError) -> bool:
    """Tell a silence from a broken line: requests calls both a ConnectionError once retries or a body are involved."""
    cause = error.args[0] if error.args else None
    return isinstance(getattr(cause, "reason", cause), urllib3.exceptions.ReadTimeoutError)


def _refusal(response: requests.Response) -> CentralProblem:
    """Name what a status says. Nothing of the answer's text is kept but Central's own problem number."""
    status = response.status_code
    with response:
        number = _problem_number(response)
    if status == requests.codes.unauthorized:
        return CentralProblem("central_login_refused", passes=True)
    if status == requests.codes.forbidden:
        return CentralProblem("central_not_allowed", passes=True, number=number)
    if status == requests.codes.not_found:
        return CentralProblem("central_not_found", passes=False, number=number)
    if status in _BUSY:
        return CentralProblem("central_busy", passes=True, status=str(status))
    return CentralProblem("central_refused", passes=False, status=str(status), number=number)


def _no_login(response: requests.Response) -> CentralProblem:
    """Say why nobody can log in: by single sign-on a Central has no such address, and what is no Central has none."""
    with response:
        is_central = _problem_number(response) == "404.1"
    return CentralProblem("central_login_by_password_off" if is_central else "central_not_there", passes=True)


def _problem_number(response: requests.Response) -> str:
    try:
        return str(response.json()["code"])
    except (ValueError, KeyError, TypeError, requests.exceptions.RequestException):
        return "–"


def _must_not_be_a_page(response: requests.Response) -> None:
    """Refuse a page, or the way to one: a network's login page must pass neither for evidence nor for success.

    A file that came as HTML is Central's own answer: it says under which name to keep it.
    """
    of_page = "html" in response.headers.get("Content-Type", "") and "Content-Disposition" not in response.headers
    if response.is_redirect or (response.status_code == requests.codes.ok and of_page):
        response.close()
        raise CentralProblem("central_answers_with_a_page", passes=True)


def must_be(response: requests.Response, kind: str) -> None:
    """Refuse what is not of the kind that was asked for."""
    if kind not in response.headers.get("Content-Type", ""):
        raise CentralProblem("central_answers_with_a_page", passes=True)


def server_time(response: requests.Response) -> str:
    """Give the moment of an answer by Central's own clock, as Central writes moments; ours may be wrong by hours."""
    try:
        moment = parsedate_to_datetime(response.headers.get("Date", ""))
    except ValueError:
        raise CentralProblem("central_malformed", passes=True) from None
    return to_central(moment)


def mark_of(etag: str | None) -> str:
    """Give Central's own mark of a file's content, without what a proxy on the way added; anybody else's as it is."""
    found = _MARK.fullmatch(etag or "")
    return f'"{found[1]}"' if found else (etag or "")


def as_central_has_it(response: requests.Response, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Give a file's bytes, and refuse what is not the file: its ETag is its MD5, where the answer is Central's own.

    Of an S3 store that Central sent us to, the ETag may be anything.
    """
    named = mark_of(response.headers.get("ETag")).strip('"')
    found = hashlib.md5(usedforsecurity=False)
    for chunk in chunks:
        found.update(chunk)
        yield chunk
    is_it = (
        response.history or found.hexdigest() == named.lower() if named else "Content-Disposition" in response.headers
    )
    if not is_it:
        raise CentralProblem("central_malformed", passes=True)
