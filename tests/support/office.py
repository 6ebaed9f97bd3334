"""LibreOffice, as a district may have it: opens a workbook, works it out, prints it, saves it."""

import shutil
import subprocess
from pathlib import Path


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

    def printed(self, content: bytes) -> list[str]:
        """Print a workbook; gives the text of each page."""
        reader = shutil.which("pdftotext")
        assert reader, "no pdftotext"
        pdf = self._convert(content, "pdf")
        text = subprocess.run([reader, "-layout", str(pdf), "-"], check=True, capture_output=True, timeout=60).stdout
        return text.decode().split("\f")[:-1]
