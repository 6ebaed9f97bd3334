"""Take the README's picture of the report anew: `python -m tests.browser.picture` writes docs/report.png."""

import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import FloatRect

from server.settings import CHECKOUT
from tests.support.chromium import running_chromium, served
from tests.support.demo import PAGE, told_demo

PICTURE = CHECKOUT / "docs/report.png"
WIDTH = 1100


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as data,
        told_demo(Path(data)) as run,
        served(run.app) as site,
        running_chromium() as browser,
    ):
        page = browser.new_page(viewport={"width": WIDTH, "height": 900})
        page.goto(site + PAGE)
        below = page.locator("section[aria-labelledby=points]").bounding_box()
        assert below
        shot = page.screenshot(full_page=True, clip=FloatRect(x=0, y=0, width=WIDTH, height=below["y"]))
    PICTURE.parent.mkdir(exist_ok=True)
    Image.open(io.BytesIO(shot)).convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE).save(PICTURE, optimize=True)
    print(f"{PICTURE}: {PICTURE.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
