"""Take the pictures in docs/images: each page of the reading room, on the demo's archive.

    make demo && .venv/bin/python docs/screenshots.py archive-demo

It needs Chromium, as the browser tests do. A picture that comes out larger than 150 KB is named, and is a failure.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from storage.archive import Archive  # noqa: E402  # the repository's own, wherever this is started
from tests.reading.browsing import ARGUMENTS, chromium, served  # noqa: E402

IMAGES = ROOT / "docs" / "images"
MOST_BYTES = 150_000
_DESK, _PHONE = {"width": 1100, "height": 740}, {"width": 390, "height": 780}


def main() -> int:
    """Take them all; 1 where one is too large."""
    if len(sys.argv) != 2 or not (Path(sys.argv[1]) / "news.db").is_file():
        print("name the home of the demo's archive", file=sys.stderr)
        return 2
    home = Path(sys.argv[1]).absolute()
    too_large = []
    with served(home) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        for name, (path, theme, size) in _pictures(home).items():
            context = browser.new_context(viewport=size, color_scheme=theme, reduced_motion="reduce")
            page = context.new_page()
            page.goto(base + path, wait_until="networkidle")
            target = IMAGES / f"reading-{name}.png"
            page.screenshot(path=target)
            context.close()
            _shrink(target)
            if target.stat().st_size > MOST_BYTES:
                too_large.append(f"{target.name}: {target.stat().st_size:,} bytes")
        browser.close()
    print("\n".join(too_large) or f"all pictures are under {MOST_BYTES:,} bytes")
    return int(bool(too_large))


def _pictures(home: Path) -> dict[str, tuple[str, str, dict[str, int]]]:
    """Path, theme and window of each picture, by name."""
    with Archive(home, read_only=True) as archive:
        run = archive.db.execute
        (revised,) = run("SELECT id FROM stories WHERE revision_count > 1").fetchone()
        (arabic,) = run("SELECT id FROM stories WHERE language = 'ar'").fetchone()
        (capture,) = run("SELECT capture_id FROM revisions WHERE number > 1").fetchone()
        (source,) = run("SELECT slug FROM sources LIMIT 1").fetchone()
    return {
        "front": ("/", "light", _DESK),
        "search": ("/search?q=the+section:analysis", "light", _DESK),
        "story": (f"/stories/{revised}", "light", _DESK),
        "diff": (f"/stories/{revised}/diff/1/2?view=side-by-side", "light", _DESK),
        "capture": (f"/captures/{capture}", "light", _DESK),
        "source": (f"/sources/{source}", "light", _DESK),
        "promotion": ("/promotion", "light", _DESK),
        "copies": ("/copies", "light", _DESK),
        "runs": ("/runs", "light", _DESK),
        "story-dark": (f"/stories/{revised}", "dark", _DESK),
        "front-phone": ("/", "dark", _PHONE),
        "arabic-phone": (f"/stories/{arabic}", "light", _PHONE),
    }


def _shrink(picture: Path) -> None:
    """Give a picture a palette where the machine has a program for that; without one it stays as it is."""
    command = ["pngquant", "--force", "--ext", ".png", "--speed", "1", "64", str(picture)]
    try:
        subprocess.run(command, check=False, capture_output=True)
    except FileNotFoundError:
        return


if __name__ == "__main__":
    sys.exit(main())
