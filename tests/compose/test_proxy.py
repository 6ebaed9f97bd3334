"""What the proxy's configuration in compose.yaml promises beyond its limits."""

import re

from tests.compose.stack import FILE

CONFIGURATION: str = FILE["configs"]["proxy"]["content"]


def test_the_proxy_asks_the_pages_and_the_childrens_line_and_nobody_else() -> None:
    """The sockets beside it, and machines that an operator named in a file of their own: of the line there is one."""
    assert set(re.findall(r"(?:proxy|fastcgi|uwsgi|scgi|grpc|memcached)_pass\s+(\S+);", CONFIGURATION)) == {
        "http://pages",
        "http://line",
    }
    (pages,) = re.findall(r"upstream pages \{(.*?)\}", CONFIGURATION, re.DOTALL)
    asked = [line.split("#")[0].strip() for line in pages.strip().splitlines()]
    assert asked == ["server unix:/run/tilik/web.sock;", "include /etc/tilik-machines/*.conf;"]
    (line,) = re.findall(r"upstream line \{(.*?)\}", CONFIGURATION, re.DOTALL)
    assert [one.split("#")[0].strip() for one in line.strip().splitlines()] == ["server unix:/run/tilik/line.sock;"]
    assert len(re.findall(r"upstream \w+ \{", CONFIGURATION)) == 2 and "resolver" not in CONFIGURATION


def test_the_proxy_keeps_no_answer() -> None:
    assert re.findall(r"(proxy_cache|proxy_store|fastcgi_cache|slice)\w*", CONFIGURATION) == []


def test_the_proxy_lists_no_folder_and_tells_no_version() -> None:
    assert "server_tokens off;" in CONFIGURATION
    assert re.findall(r"autoindex|stub_status", CONFIGURATION) == []
