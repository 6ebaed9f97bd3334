"""No template has anything that its page's policy would refuse: the policy is a second lock, not the first."""

from pathlib import Path

import pytest

from server.settings import CHECKOUT
from tests.support.markup import refused_in, refused_in_template

TEMPLATES = sorted((CHECKOUT / "server").rglob("templates/*.html"))


# the children's line goes by a policy of its own, by files instead of numbers; its data is no program, and its help
# leads to SAPA 129
_SCRIPT = "<script> that is no file of ours, or without its number"
OF_THE_LINE = {"child_page.html": [_SCRIPT] * 2, "child_help_parts.html": ["href of <a>: https://wa.me/628111129129"]}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.name)
def test_a_template_has_no_script_style_or_handler_and_leads_nowhere_else(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert refused_in_template(text) == OF_THE_LINE.get(template.name, [])
    assert "|safe" not in text.replace("map.svg|safe", "").replace("picture|safe", ""), "drawn by us, its texts escaped"


def test_there_are_templates() -> None:
    assert len(TEMPLATES) >= 10


@pytest.mark.parametrize("bad", [
    "<script>1</script>", '<script src="/x.js"></script>', '<script nonce="n">1</script>',
    "<svg><script>1</script></svg>", "<img src=/x onerror=1>", '<img src="\\\\x.example">',
    "<style>a{}</style>", '<p style="x">', "<body ONLOAD=1>", '<a href="javascript:1">',
    '<a href=" java\nscript:1">', '<form action="https://x.example">', '<a href="//x.example/">',
    '<base href="/">', '<iframe src="/"></iframe>', '<iframe srcdoc="x">', '<meta http-equiv="refresh" content="0">',
    '<a href="data:text/html,x">', '<svg><a xlink:href="javascript:1"></a></svg>', '<button formaction="http://x">',
    '<a href="vbscript:1">', '<object data="/x"></object>', '<a href="http://[">',
])  # fmt: skip
def test_what_would_be_refused_is_found(bad: str) -> None:
    assert refused_in(bad, "n") != [] and refused_in_template(bad) != []


def test_what_is_ours_is_not() -> None:
    links = '<a href="#x"></a><a href="/x?a=b:c"></a><a href="tel:129"></a>'
    assert refused_in(f'<script src="/static/x.js" nonce="n" defer></script>{links}', "n") == []
    assert refused_in_template("""<script src="{{ url_for('x') }}" nonce="{{ csp_nonce() }}"></script>""") == []
    assert refused_in_template('<a {% if x %}class="b"{% endif %} href="{{ url_for("x", y="z") }}">{{ a }}</a>') == []
