"""What a page's policy would refuse, found by reading its HTML: what is written into it, and others' addresses."""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

_PLACEHOLDER = "FILLED-IN"
_NEVER = {"style", "base", "iframe", "frame", "object", "embed", "applet", "portal"}
_ADDRESSES = {
    "href",
    "src",
    "action",
    "formaction",
    "poster",
    "data",
    "cite",
    "ping",
    "xlink:href",
    "srcset",
    "background",
}
_SCHEMES = {"", "mailto", "tel"}


class _Reader(HTMLParser):
    def __init__(self, nonce: str) -> None:
        super().__init__()
        self.nonce, self.found = nonce, list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag in _NEVER or (tag == "meta" and "http-equiv" in said):
            self.found.append(f"<{tag}>")
        if tag == "script" and not ("src" in said and said.get("nonce") == self.nonce):
            self.found.append("<script> that is no file of ours, or without its number")
        for name, value in said.items():
            if name.startswith("on") or name in ("style", "srcdoc"):
                self.found.append(f"{name} of <{tag}>")
            if name in _ADDRESSES and is_foreign(value):
                self.found.append(f"{name} of <{tag}>: {value[:60]}")


def is_foreign(address: str) -> bool:
    """Tell whether an address leads to another site, or is a program or a document by itself."""
    plain = re.sub(r"[\x00-\x20]", "", address).replace("\\", "/")  # as a browser reads it
    try:
        parts = urlsplit(plain)
    except ValueError:
        return True
    return parts.scheme.lower() not in _SCHEMES or bool(parts.netloc)


def refused_in(html: str, nonce: str = "") -> list[str]:
    """List what the policy would refuse in a page that may have scripts of one number."""
    reader = _Reader(nonce)
    reader.feed(html)
    reader.close()
    return reader.found


def refused_in_template(text: str) -> list[str]:
    """List what the policy would refuse in a template, whatever is filled in; its scripts ask for their number."""
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}", "", text, flags=re.DOTALL)
    text = re.sub(r"\{\{\s*csp_nonce\(\)\s*\}\}", "THE-NUMBER", text)
    return refused_in(re.sub(r"\{\{.*?\}\}", _PLACEHOLDER, text, flags=re.DOTALL), "THE-NUMBER")
