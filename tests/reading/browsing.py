"""A real browser on a real server: what the browser tests stand on.

The browser is the system's own Chromium; nothing is downloaded. Where there is none, the tests are skipped with a line
that says what to install.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--disable-dev-shm-usage",
]  # fmt: skip


def chromium() -> str:
    """The path of a browser; skips the test where there is none."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no browser here: `apt-get install chromium` (or Google Chrome) lets the browser tests run")
    return found


@contextmanager
def browser() -> Iterator[Any]:
    """A running browser."""
    path = chromium()
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield running
        running.close()


@contextmanager
def served(home: Path) -> Iterator[str]:
    """`newskeep serve` on a home; gives its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "--home", str(home), "serve", "--port", "0"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        yield process.stdout.readline().split(" at ")[1].split()[0].rstrip("/")
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout:
            process.stdout.close()


class Watched:
    """A page that remembers what should not happen: errors, dialogs, requests that leave the origin."""

    def __init__(self, page: Any, base: str) -> None:
        self.page, self.base = page, base
        self.wrong: list[str] = []
        page.on("console", lambda message: self._console(message))
        page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (self.wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: self._request(request.url))

    def open(self, path: str, status: int = 200) -> Any:
        answer = self.page.goto(self.base + path)
        assert answer.status == status, path
        return self.page

    def overflow(self) -> int:
        """How many pixels the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.wrong.append(f"{message.type}: {message.text}")

    def _request(self, url: str) -> None:
        if not url.startswith((self.base + "/", "data:")):
            self.wrong.append(f"asked for {url}")
