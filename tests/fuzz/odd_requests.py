"""Requests drawn at random: each address × method × odd header × odd part of an address, and bytes that are none."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import quote, unquote_to_bytes

METHODS = ("GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "get", "XYZZY")
READING = ("GET", "HEAD", "OPTIONS")
ROUTES = ("/", "/sehat", "/laporan/{}/{}", "/laporan/{}/{}.json", "/laporan/{}/{}.csv", "/foto/{}.jpg",
          "/kiriman/{}/{}", "/pekerjaan", "/sertifikat", "/static/{}", "/{}", "{}")  # fmt: skip
ODD = (
    "", "0", "-1", "1", "2147483647", "2147483648", "9" * 20, "9" * 5000, "1.5", "1e9", "٣", "0x10", " 1", "1 ",
    "%00", "a%00b", "%", "%2", "%zz", "%ff%fe", "%ed%a0%80", "%f0%9f%98%80", "%0d%0aX: y", "%0a", "%2f", "%2e%2e%2f",
    "..", "../../etc/passwd", ".", "//", "\\", "'", '"', "<script>", "{{7*7}}", "${x}", "'; DROP TABLE jobs; --",
    "a" * 255, "a" * 3000, "é", "%c3%a9", "NaN", "null", "None", "true", "[]", "{}", "2026;x=1", "2026?", "2026#x", "~",
    "uuid:", "uuid:1", "99.01", "99.01.01.2001", "2026", "*", "%25", "%2500", "tilik.css", "..%2fapp.py", "+", "@", ":",
)  # fmt: skip
HOSTS = {
    True: ("localhost", "127.0.0.1", "[::1]", "localhost:8000", "LOCALHOST", "127.0.0.1:1", "[::1]:65535"),
    False: ("attacker.example", "localhost.attacker.example", "localhost:80:80", "[", "[::1", "::1", "", "127.1",
            "localhost,attacker.example", "localhost@attacker.example", "attacker.example#localhost", "0", "\xff",
            "localhost\t", "a" * 5000, "[::ffff:127.0.0.1]", "localhost.", "127.0.0.1:", "localhost:999999"),
}  # fmt: skip
ORIGINS = ("http://[", "http://attacker.example", "null", "", "http://localhost.attacker.example", "https://[::1",
           "\xff", "http://localhost:1", "http://localhost, http://attacker.example", "file://",
           "http://localhost/")  # fmt: skip
HEADERS: dict[str, Sequence[str]] = {
    "Content-Type": ("application/x-www-form-urlencoded; charset=utf-16", "multipart/form-data", "text/plain", "\xff",
                     "multipart/form-data; boundary=", "multipart/form-data; boundary=x", "application/json", "",
                     "multipart/form-data; boundary=" + "b" * 300, ";;;", "multipart/mixed; boundary=x; x*=utf-9''%ff"),
    "Content-Length": ("-1", "x", "", "00", "5, 5", "1e3", "9" * 30, "١"),
    "Transfer-Encoding": ("chunked", "identity", "gzip, chunked", "x"),
    "Range": ("bytes=0-", "bytes=-1", "bytes=9-1", "bytes=" + "0-1," * 500, "x=1", "bytes=99999999999999999999-"),
    "If-Modified-Since": ("x", "Thu, 01 Jan 1970 00:00:00 GMT", "Thu, 99 Foo 9999 99:99:99 GMT", "0"),
    "If-None-Match": ("*", '"x"', "W/", '"' * 99, "\xff"), "If-Range": ('"', "x", "Thu, 01 Jan 1970"),
    "Accept": ("*/*;q=x", "text/html;q=1e999", "," * 500, "\xff"), "Accept-Language": ("id", "x" * 3000, "q=0;;"),
    "Cookie": ("a=b", "=", ";" * 999, "\xff=\xff", 'x="\\400"', "session=" + "A" * 4000),
    "X-Forwarded-Host": ("attacker.example", "localhost"), "X-Forwarded-For": ("127.0.0.1", "x"),
    "X-Forwarded-Proto": ("https", "javascript"), "X-Original-URL": ("/pekerjaan",), "Forwarded": ("host=x;for=_",),
    "X-HTTP-Method-Override": ("POST", "DELETE"), "Expect": ("100-continue", "x"), "Upgrade": ("h2c", "websocket"),
    "Authorization": ("Basic !!!", "Bearer \xff", "Digest " + "a=b," * 300), "Connection": ("close", "upgrade", "x"),
    "Referer": ("http://[", "http://localhost/", "\xff"), "Sec-Fetch-Site": ("none", "cross-site", "same-site", "\xff"),
    "User-Agent": ("", "x" * 7000), "Date": ("x",), "Max-Forwards": ("-1",), "Origin": ORIGINS,
}  # fmt: skip
LANGUAGES = ("id", "en", "xx", "ID", "", "%00", "../en", "a" * 2000, "id&lang=en", "%ff", "[]", "en;x")
TEXTS = ("", "x", "\0", "a\0b", "é😀", "x" * 2001, "x" * 40_000, "x" * 150_000, b"\xed\xa0\x80", b"\xff\xfe",
         "<script>", "2026-13-45", "9999-12-31", "0000-00-00", "9" * 20, "-1", "approved", "2026")  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A request, as it goes over the wire; and what may be said of it without asking the server."""

    method: str
    target: str  # percent-encoded, with its query
    headers: tuple[tuple[str, str], ...]
    body: bytes
    for_us: bool
    from_us: bool

    @property
    def must_be_refused(self) -> bool:
        return not self.for_us or (self.method.upper() not in READING and not self.from_us)

    @property
    def may_write(self) -> bool:
        return self.method == "POST" and self.for_us and self.from_us

    def environ(self) -> dict[str, Any]:
        """Write it for an application, as a server does."""
        path, _, query = self.target.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.method, "PATH_INFO": unquote_to_bytes(path).decode("latin-1"), "SCRIPT_NAME": "",
            "QUERY_STRING": query, "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.url_scheme": "http", "wsgi.input": BytesIO(self.body), "wsgi.errors": None, "wsgi.version": (1, 0),
            "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False, "wsgi.input_terminated": True,
            "CONTENT_LENGTH": str(len(self.body)),
        }  # fmt: skip
        for name, value in self.headers:
            key = name.upper().replace("-", "_")
            environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
        return environ

    def wire(self) -> bytes:
        """Write it for a server; the connection ends with its answer."""
        lines = [f"{self.method} {self.target} HTTP/1.1", *(f"{name}: {value}" for name, value in self.headers)]
        if not any(name == "Content-Length" for name, _ in self.headers):
            lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1", "replace") + self.body


@dataclass
class Requests:
    """A source of requests about what a database holds: always the same ones of a seed."""

    seed: int
    known: Sequence[str]  # parts of addresses that there are
    sent: Sequence[tuple[str, dict[str, str]]]  # addresses, and what their pages send there
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def draw(self, from_us: bool | None = None) -> Asked:
        """Draw a request; where `from_us` is said, it comes from a page of ours, or plainly from elsewhere."""
        chance, plainly = self.chance, from_us is False
        for_us, from_us = chance.random() < 0.8, chance.random() < 0.7 if from_us is None else from_us
        host = chance.choice(HOSTS[for_us])
        headers = {"Host": host} if for_us or chance.random() < 0.9 else {}
        for name in chance.sample(sorted(HEADERS), chance.choice((0, 0, 1, 1, 2, 5))):
            headers[name] = chance.choice(HEADERS[name])
        elsewhere = {"Sec-Fetch-Site": "cross-site", "Origin": "http://attacker.example"}
        headers |= elsewhere if plainly else self._origin(host, from_us)
        method = chance.choices(METHODS, [6, 6] + [1] * (len(METHODS) - 2))[0]
        address, form = chance.choice(self.sent)
        body = self._body(headers, form) if method != "GET" or chance.random() < 0.05 else b""
        target = address if chance.random() < 0.2 else self._target()
        return Asked(method, target, tuple(headers.items()), body, for_us, from_us)

    def _origin(self, host: str, from_us: bool) -> dict[str, str]:
        """Say where a request comes from: from us only where all that is said agrees."""
        if from_us:
            return {"Sec-Fetch-Site": "same-origin", "Origin": f"http://{host}"}
        return self.chance.choice((
            {"Sec-Fetch-Site": "cross-site", "Origin": f"http://{host}"},
            {"Sec-Fetch-Site": "same-origin", "Origin": self.chance.choice(ORIGINS)},
            {"Sec-Fetch-Site": "none", "Origin": f"http://{host}"},
        ))  # fmt: skip

    def _target(self) -> str:
        route = self.chance.choice(ROUTES)
        parts = [self._part() for _ in range(route.count("{}"))]
        path = route.format(*parts)
        if self.chance.random() < 0.05:
            at = self.chance.randrange(len(path) + 1)
            path = path[:at] + self.chance.choice(ODD) + path[at:]
        if self.chance.random() < 0.4:
            path += (
                "?"
                + self.chance.choice(("lang", "lang", "x", "lang[]", "%00", ""))
                + "="
                + self.chance.choice(LANGUAGES)
            )
        return quote(path, safe="/?%&=#;:@!$'()*+,~{}[]<>\"\\|^`. -")

    def _part(self) -> str:
        return quote(self.chance.choice(self.known), safe="") if self.chance.random() < 0.4 else self.chance.choice(ODD)

    def _body(self, headers: dict[str, str], form: dict[str, Any]) -> bytes:
        form = dict(form)
        for name in self.chance.sample(sorted(form), min(len(form), self.chance.choice((0, 1, 1, 3)))):
            form[name] = self.chance.choice(TEXTS)
        if "Content-Type" not in headers or self.chance.random() < 0.7:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if self.chance.random() < 0.1:
            return self.chance.choice(
                (b"", b"&" * 3000, b"--x\r\n\r\n--x--", b"\xff" * 99, b"x" * 120_000, b"%", b"a=%u0")
            )
        return "&".join(f"{name}={quote(value)}" for name, value in form.items()).encode()


def each_once(sent: Sequence[tuple[str, dict[str, str]]]) -> Iterator[Asked]:
    """Give each odd part at each address, each method at each, and each odd header with what pages send and without."""
    ours = (("Host", "localhost"), ("Sec-Fetch-Site", "same-origin"))
    form = ("Content-Type", "application/x-www-form-urlencoded")
    for route in ROUTES:
        for odd in ODD if "{" in route else ("",):
            yield Asked("GET", route.format(odd, odd), ours, b"", True, True)
            yield Asked("GET", route.format(ODD[-1], odd), ours, b"", True, True)
        for method in METHODS:
            yield Asked(method, route.format("1", "1"), ours, b"", True, True)
    for name, values in HEADERS.items():
        from_us = name not in ("Origin", "Sec-Fetch-Site")
        for value in values:
            for address, fields in (("/", {}), *sent[-2:]):
                headers = tuple((dict([*ours, form]) | {name: value}).items())
                body = "&".join(f"{name}={quote(text)}" for name, text in fields.items()).encode()
                yield Asked("POST" if fields else "GET", address, headers, body, True, from_us)
    for host in HOSTS[False]:
        for method in METHODS:
            yield Asked(method, "/pekerjaan", (("Host", host), ours[1], form), b"job=1", False, True)


def damaged(wire: bytes, chance: random.Random) -> bytes:
    """Turn a request into what is hardly one: bytes lost, doubled, turned over, or cut off."""
    content = bytearray(wire)
    for _ in range(chance.choice((1, 1, 2, 8))):
        at, what = chance.randrange(len(content) or 1), chance.randrange(5)
        if what == 0:
            del content[at : at + chance.choice((1, 2, 20))]
        elif what == 1:
            content[at:at] = chance.choice(
                (b"\0", b"\r", b"\n", b"\r\n\r\n", b" ", b"\xff", b":", content[at : at + 40])
            )
        elif what == 2 and content:
            content[at % len(content)] = chance.randrange(256)
        elif what == 3:
            content[at:at] = chance.choice(
                (b"\r\nHost: attacker.example", b"\r\nContent-Length: 3", b"\r\n x", b"\r\nX_Y: z")
            )
        elif chance.random() < 0.2:
            del content[at:]
    return bytes(content)
