"""The command, run in this process; what it prints is caught."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import cli

Newskeep = Callable[..., "Ended"]


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def newskeep(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Newskeep:
    """Run `newskeep` on a home of its own."""

    def run(*arguments: str, home: Path | None = None) -> Ended:
        with pytest.raises(SystemExit) as ended:
            cli.main(["--home", str(home or tmp_path / "home"), *arguments])
        out, err = capfd.readouterr()
        return Ended(int(ended.value.code or 0), out, err)

    return run


@pytest.fixture
def home(newskeep: Newskeep, tmp_path: Path) -> Path:
    """A home without sources, that may ask this machine."""
    newskeep("init", "--without-sources", "--quiet")
    settings = '[fetch]\nallow_addresses = ["127.0.0.0/8"]\ndelay = "0 s"\n[extract]\nworkers = 1\n'
    (tmp_path / "home" / "newskeep.toml").write_text(settings, encoding="utf-8")
    return tmp_path / "home"


PAGE = """<!DOCTYPE html><html lang="en"><head><title>{headline}</title>
<meta property="og:type" content="article"><meta property="og:title" content="{headline}">
<meta property="article:published_time" content="2026-11-20T08:30:00Z"></head>
<body><article><h1>{headline}</h1><p>By <a rel="author" href="/u/ada">Ada Brandt</a></p>{body}</article></body>
</html>"""


def story_page(headline: str, *paragraphs: str) -> str:
    """A page with one story."""
    return PAGE.format(headline=headline, body="".join(f"<p>{text}</p>" for text in paragraphs))


@pytest.fixture
def saved(tmp_path: Path) -> Callable[..., Path]:
    """Save pages, and give the list of them that `newskeep import` reads."""

    def save(*records: dict[str, Any]) -> Path:
        lines = []
        for number, record in enumerate(records):
            page = record.pop("page", None)
            if page is not None:
                path = tmp_path / f"page-{number}.html"
                path.write_bytes(page if isinstance(page, bytes) else page.encode())
                record["html_path"] = path.name
            lines.append(json.dumps(record))
        target = tmp_path / "pages.jsonl"
        target.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return target

    return save
