"""Our forms in a browser, as ODK Web Forms shows them: for looking at them, and for the pictures of the guides."""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from flask import Flask, Response, abort, send_file
from playwright.sync_api import Locator, Page

from tests.support.chromium import served
from tests.support.npm import npm_modules
from xlsforms.build import BuiltForm

_PAGE = """<!doctype html><html lang="id"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>ODK Web Forms</title><body><div id="form"></div><script type="module" src="/main.js"></script></body></html>"""
_VUE = {"__VUE_OPTIONS_API__": "true", "__VUE_PROD_DEVTOOLS__": "false",
        "__VUE_PROD_HYDRATION_MISMATCH_DETAILS__": "false", "process.env.NODE_ENV": '"production"'}  # fmt: skip
Media = Mapping[str, str]  # lists by the names of their files


@contextmanager
def web_forms(folder: Path, forms: Sequence[tuple[BuiltForm, Media]]) -> Iterator[str]:
    """Serve the forms, each with its lists, and give the address of the page without which form."""
    app, bundle = Flask(__name__, static_folder=None), _bundled(folder)
    by_id = {form.form_id: (form, media) for form, media in forms}

    @app.get("/")
    def page() -> str:
        return _PAGE

    @app.get("/main.js")
    def program() -> Response:
        return send_file(bundle, mimetype="text/javascript")

    @app.get("/<form>.xml")
    def form_itself(form: str) -> Response:
        return Response(by_id[form][0].xform, mimetype="application/xml")

    @app.get("/<form>/<name>")
    def its_list(form: str, name: str) -> Response:
        if name not in by_id[form][1]:
            abort(404)
        return Response(by_id[form][1][name], mimetype="text/csv")

    with served(app) as address:
        yield f"{address}/?form="


def _bundled(folder: Path) -> Path:
    """Make one program of the page's."""
    modules, bundle = npm_modules(folder), folder / "main.js"
    source = modules.parent / "web_forms.js"
    source.write_bytes(Path(__file__).with_suffix(".js").read_bytes())  # it finds its modules beside itself
    command = [str(modules / ".bin/esbuild"), str(source), "--bundle", "--format=esm", "--loader:.ico=dataurl",
               f"--outfile={bundle}", *(f"--define:{name}={value}" for name, value in _VUE.items())]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return bundle


def group(page: Page, heading: str) -> Locator:
    """Find a group with all that it shows, by its heading."""
    return page.locator(".p-panel").filter(has=page.locator("h2").get_by_text(heading, exact=True)).last


def choose(page: Page, question: str, answer: str) -> None:
    """Choose an answer of a question as a person does."""
    page.locator(".question-container").filter(has_text=question).last.get_by_text(answer, exact=True).click()
