"""LibreOffice, as a district may have it: opens a workbook, works it out, prints it, saves it."""

import shutil
import subprocess
from pathlib import Path

from PIL import Image, ImageChops


class Office:
    """LibreOffice with a profile of its own, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        found = shutil.which("soffice")
        assert found, "no soffice"
        self._program, self._folder = found, folder

    def _convert(self, content: bytes, to: str) -> Path:
        (self._folder / "in").mkdir(exist_ok=True)
        source = self._folder / "in" / "form.xlsx"
        source.write_bytes(content)
        profile = f"-env:UserInstallation={(self._folder / 'profile').as_uri()}"
        command = [self._program, profile, "--headless", "--convert-to", to, "--outdir", str(self._folder), str(source)]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        return self._folder / f"form.{to}"

    def saved(self, content: bytes) -> bytes:
        """Open a workbook, work out its formulas, and save it."""
        return self._convert(content, "xlsx").read_bytes()

    def as_csv(self, content: bytes) -> bytes:
        """Save a workbook's first sheet as an Indonesian office does: semicolons, decimal commas, UTF-8."""
        self._convert(content, "csv:Text - txt - csv (StarCalc):59,34,76,1,,1057,false,true")
        return (self._folder / "form.csv").read_bytes()

    def printed(self, content: bytes) -> list[str]:
        """Print a workbook; gives the text of each page."""
        return self._texts(self._convert(content, "pdf"))

    def drawn(self, content: bytes, *headings: str) -> list[Image.Image]:
        """Print a workbook; gives the first page that has each of these texts as a picture, without its margins."""
        pdf, found = self._convert(content, "pdf"), []
        texts = self._texts(pdf)
        for heading in headings:
            number = str(next(n for n, text in enumerate(texts, start=1) if heading in text))
            command = ["pdftoppm", "-r", "90", "-f", number, "-l", number, "-singlefile", "-png", str(pdf)]
            subprocess.run([*command, str(self._folder / "page")], check=True, capture_output=True, timeout=60)
            page = Image.open(self._folder / "page.png").convert("RGB")
            box = ImageChops.difference(page, Image.new("RGB", page.size, "white")).getbbox() or (0, 0, *page.size)
            found.append(page.crop((box[0] - 8, box[1] - 8, box[2] + 8, box[3] + 8)))
        return found

    def _texts(self, pdf: Path) -> list[str]:
        reader = shutil.which("pdftotext")
        assert reader, "no pdftotext"
        text = subprocess.run([reader, "-layout", str(pdf), "-"], check=True, capture_output=True, timeout=60).stdout
        return text.decode().split("\f")[:-1]
