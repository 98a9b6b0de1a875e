"""Is what rendering needs here? Told without loading any of it."""

from __future__ import annotations

import importlib.util
import shutil

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""Names under which the system's browser may be found."""


def browser_path() -> str | None:
    """Where the system's browser is; None where there is none."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def missing_for_rendering() -> str | None:
    """Say what is missing to render pages, and how to get it; None where nothing is."""
    if importlib.util.find_spec("scrapy_playwright") is None:
        return "the rendering extra is not installed: `.venv/bin/pip install -e '.[render]'`"
    if browser_path() is None:
        return f"no browser is installed (looked for {', '.join(BROWSERS)}); install Chromium, on Debian `chromium`"
    return None
