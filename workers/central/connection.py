"""One project at one Central: the connection, and how its paths are written."""

import codecs
from collections.abc import Callable, Iterator
from typing import Any, Self, TypeVar

import requests
from pyodk._utils.config import CentralConfig, Config
from pyodk.client import Client

from workers.central.session import (
    PATIENCE,
    Patience,
    TilikSession,
    must_be,
    server_time,
    sorted_errors,
    understood,
)
from workers.central.xml import MAX_XML_CHARACTERS

CHUNK_BYTES = 65536
Parsed = TypeVar("Parsed")


class Connection:
    """A connection to one project."""

    def __init__(self, url: str, user: str, password: str, project: int, patience: Patience = PATIENCE) -> None:
        self.project = project
        self.session = TilikSession(url, user, password, patience)
        config = Config(CentralConfig(base_url=url, username=user, password=password))
        self.client = Client(session=self.session, config=config, project_id=project)

    def __enter__(self) -> Self:
        """Use it as a context manager; it logs in with the first request."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close all connections."""
        self.session.close()

    @property
    def address(self) -> str:
        """Give Central's address, as phones ask it."""
        return str(self.session.base_url).rstrip("/").removesuffix("/v1")

    def clock(self) -> str:
        """Tell the moment by Central's own clock."""
        with self.session.ask("GET", f"projects/{self.project}") as response:
            return server_time(response)

    def path_of(self, form_id: str | None = None, root_id: str | None = None) -> str:
        """Write the path of the project's forms, of a form, or of a submission."""
        path = f"projects/{self.project}/forms"
        if form_id is not None:
            path += f"/{self.session.urlquote(form_id)}"
        return path if root_id is None else f"{path}/submissions/{self.session.urlquote(root_id)}"

    def ask_for(self, path: str, **options: Any) -> Any:
        """Read a JSON answer."""
        return self.session.ask_json("GET", path, **options)

    def read(self, path: str, parse: Callable[[Any], Parsed], **options: Any) -> Parsed:
        """Read a JSON answer as what it says. Raises CentralProblem where its words are missing or of another kind."""
        answer = self.ask_for(path, **options)
        with understood():
            return parse(answer)

    def read_each(self, path: str, parse: Callable[[Any], Parsed], **options: Any) -> list[Parsed]:
        """Read a JSON list likewise, one by one."""
        return self.read(path, lambda answer: list(map(parse, answer)), **options)

    def xml_at(self, path: str) -> str:
        """Read XML as UTF-8, whatever it declares, as Central does; of what is too large to be read, the beginning."""
        with self.session.ask("GET", path, stream=True) as response:
            must_be(response, "xml")
            decode = codecs.getincrementaldecoder("utf-8")("replace").decode
            text = ""
            for chunk in self.chunks_of(response):
                text += decode(chunk)
                if len(text) > MAX_XML_CHARACTERS:
                    break
            return text + decode(b"", final=True)

    @staticmethod
    def chunks_of(response: requests.Response) -> Iterator[bytes]:
        """Give an answer's bytes as they come."""
        with sorted_errors():
            yield from response.iter_content(CHUNK_BYTES)
