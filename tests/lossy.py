"""A proxy before Central that loses answers: the request arrives and has its effect, and nobody hears of it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class LossyProxy:
    """`lose` holds what requests begin with, such as "PATCH"; each entry costs one answer."""

    url: str
    lose: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)


@contextmanager
def lossy_proxy(central_url: str) -> Iterator[LossyProxy]:
    address = (urlsplit(central_url).hostname or "", urlsplit(central_url).port or 80)
    with socket.create_server(("127.0.0.1", 0)) as server:
        proxy = LossyProxy(f"http://127.0.0.1:{server.getsockname()[1]}")
        threading.Thread(target=_serve, args=(server, address, proxy), daemon=True).start()
        yield proxy
        server.shutdown(socket.SHUT_RDWR)


def _serve(server: socket.socket, central: tuple[str, int], proxy: LossyProxy) -> None:
    while True:
        try:
            client, _ = server.accept()
        except OSError:
            return
        with client, socket.create_connection(central) as upstream:
            _pass_on(client, upstream, proxy)


def _pass_on(client: socket.socket, upstream: socket.socket, proxy: LossyProxy) -> None:
    """Pass one request on and its answer back, unless it is to be lost; then hang up."""
    request = client.makefile("rb")
    head = [line for line in iter(request.readline, b"\r\n") if line]
    lengths = [int(line.split(b":")[1]) for line in head if line.lower().startswith(b"content-length:")]
    kept = [line for line in head if not line.lower().startswith(b"connection:")]
    upstream.sendall(b"".join([*kept, b"Connection: close\r\n\r\n", request.read(sum(lengths))]))
    answer = b"".join(iter(lambda: upstream.recv(65536), b""))
    line = head[0].decode() if head else ""
    proxy.seen.append(line.rsplit(" ", 1)[0])
    lost = next((entry for entry in proxy.lose if line.startswith(entry)), None)
    if lost is None:
        client.sendall(answer)
    else:
        proxy.lose.remove(lost)
