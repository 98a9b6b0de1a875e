"""The direction of imports between the rooms, as `docs/design.md` draws it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ALLOWED: dict[str, set[str]] = {
    "newskeep": set(),
    "storage": {"newskeep"},
    "spiders": {"newskeep"},
    "middlewares": {"newskeep", "storage"},
    "pipelines": {"newskeep", "storage", "config"},
    "config_tables": {"newskeep"},
    "config": {"newskeep", "config_tables"},
    "settings": set(),
    "demo": set(),
    "service": {"newskeep", "storage", "config", "config_tables"},
    "reading": {"newskeep", "storage", "config", "config_tables"},
    "imports": {"newskeep"},
    "cluster": {
        "imports",
        "newskeep",
        "storage",
        "middlewares",
        "pipelines",
        "spiders",
        "newsroom",
        "crawl_settings",
        "config",
        "config_tables",
    },
    "crawl_settings": {"newskeep", "middlewares", "config"},
    "newsroom": {
        "newskeep",
        "storage",
        "middlewares",
        "spiders",
        "pipelines",
        "config",
        "config_tables",
        "crawl_settings",
    },
    "scheduler": {"newskeep", "storage", "newsroom", "config", "config_tables"},
    "commands": {
        "newskeep",
        "storage",
        "spiders",
        "pipelines",
        "config",
        "config_tables",
        "newsroom",
        "scheduler",
        "service",
        "demo",
        "imports",
        "reading",
        "cluster",
    },
    "cli": {"newskeep", "commands", "config", "config_tables"},
    "benchmarks": {
        "newskeep",
        "storage",
        "middlewares",
        "pipelines",
        "config",
        "newsroom",
        "scheduler",
        "service",
        "reading",
        "cluster",
        "imports",
        "commands",
        "demo",
    },
    "training": {"newskeep", "commands"},
}
# The core is pure: nothing in it may reach a network, a database, a file, a clock or a process.
FORBIDDEN_IN_CORE = {
    "scrapy", "twisted", "aiohttp", "sqlite3", "sqlite_utils", "datasette", "apscheduler", "socket", "urllib.request",
    "subprocess", "asyncio", "threading", "os", "time", "random", "tempfile", "shutil",
}  # fmt: skip


def modules(room: str) -> Iterator[Path]:
    """The files of a room."""
    single = ROOT / f"{room}.py"
    yield from [single] if single.exists() else sorted((ROOT / room).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """The modules a file imports, by their full names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield node.module or ""


@pytest.mark.parametrize("room", sorted(ALLOWED))
def test_a_room_imports_only_the_rooms_below_it(room: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(room)
        for name in imports(path)
        if (target := name.split(".")[0]) in ALLOWED and target != room and target not in ALLOWED[room]
    ]
    assert wrong == []


def test_the_core_reaches_nothing_outside_itself() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules("newskeep")
        for name in imports(path)
        if name in FORBIDDEN_IN_CORE or name.split(".")[0] in FORBIDDEN_IN_CORE
    ]
    assert wrong == []


def test_every_room_is_drawn() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    files = {path.stem for path in ROOT.glob("*.py")}
    assert packages | files <= set(ALLOWED)


def test_modules_stay_readable_in_one_sitting() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {count} lines"
        for room in ALLOWED
        for path in modules(room)
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 400
    ]
    assert long == []
