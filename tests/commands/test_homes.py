"""Homes: made, missing, wrong, foreign, read-only. Every error is one line that says what to do."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import cli

COMMANDS_ON_AN_ARCHIVE = [("status",), ("search", "harbor"), ("show", "1"), ("verify",), ("serve", "--port", "0"),
                          ("crawl",), ("fetch", "https://news.example/a")]  # fmt: skip


def test_init_makes_a_home_with_sources_and_an_archive(newskeep, tmp_path):
    ended = newskeep("init")
    assert ended.code == 0
    home = tmp_path / "home"
    assert {path.name for path in home.iterdir()} >= {"newskeep.toml", "sources", "news.db", "captures.db"}
    assert (home / "sources" / "gzero.toml").exists()


def test_init_leaves_what_is_there_as_it_is(newskeep, home):
    before = (home / "newskeep.toml").read_text(encoding="utf-8")
    assert "nothing was changed" in newskeep("init").out
    assert (home / "newskeep.toml").read_text(encoding="utf-8") == before


RELEASED = Path(__file__).resolve().parents[1] / "storage" / "schemas"


@pytest.fixture
def older(home: Path) -> Path:
    """A home whose archive was made by version 0.1.0."""
    for name in ("news", "captures"):
        (home / f"{name}.db").unlink()
        with closing(sqlite3.connect(home / f"{name}.db")) as file:
            file.executescript((RELEASED / f"0.1.0.{name}.sql").read_text(encoding="utf-8"))
    return home


def test_an_older_archive_is_brought_up_to_date_by_the_command_that_is_named(newskeep, older):
    refused = newskeep("status")
    assert (refused.code, "`newskeep init` brings it up to date" in refused.err) == (1, True)
    ended = newskeep("init", "--quiet")
    assert (ended.code, str(older / "backups") in ended.out) == (0, True)
    assert (older / "backups" / "news-schema-1.db").exists()
    assert newskeep("verify").code == 0
    assert "nothing was changed" in newskeep("init").out


@pytest.mark.parametrize("last", [("--home", "{home}"), ("--home={home}",)])
def test_the_home_may_be_named_at_the_end(home, tmp_path, monkeypatch, capfd, last):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        cli.main(["status", "--json", *(part.format(home=home) for part in last)])
    assert ended.value.code == 0
    assert '"stories": 0' in capfd.readouterr().out
    with pytest.raises(SystemExit) as ended:
        cli.main(["--home", str(home), "search", "--", "--home"])
    assert ended.value.code == 1


@pytest.mark.parametrize("arguments", COMMANDS_ON_AN_ARCHIVE)
def test_without_a_home_every_command_says_how_to_make_one(newskeep, arguments):
    ended = newskeep(*arguments)
    assert ended.code == 2
    assert len(ended.err.splitlines()) == 1
    assert "newskeep init" in ended.err


@pytest.mark.parametrize("arguments", COMMANDS_ON_AN_ARCHIVE)
def test_a_foreign_database_is_refused_and_left_as_it_is(newskeep, home, arguments):
    (home / "news.db").unlink()
    for ending in ("-wal", "-shm"):
        (home / f"news.db{ending}").unlink(missing_ok=True)
    with closing(sqlite3.connect(home / "news.db")) as foreign:
        foreign.execute("CREATE TABLE recipes (id INTEGER PRIMARY KEY)")
        foreign.commit()
    before = (home / "news.db").read_bytes()
    (home / "sources" / "one.toml").write_text(
        'name = "One"\nhomepage = "https://one.example/"\n[[listings]]\nkind = "feed"\nurl = "https://one.example/feed"\n'
    )
    ended = newskeep(*arguments)
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)
    assert (home / "news.db").read_bytes() == before


@pytest.mark.parametrize("arguments", [("status",), ("verify",), ("search", "x"), ("fetch", "https://news.example/a")])
def test_an_archive_of_a_newer_newskeep_is_refused_with_one_line(newskeep, home, arguments):
    with closing(sqlite3.connect(home / "news.db")) as archive:
        archive.execute("PRAGMA user_version = 999")
    ended = newskeep(*arguments)
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)
    assert "newer" in ended.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_home_is_one_clear_line(newskeep, home):
    home.chmod(0o555)
    try:
        ended = newskeep("fetch", "https://news.example/a")
    finally:
        home.chmod(0o755)
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)


def test_a_home_that_cannot_be_made_is_one_clear_line(newskeep, tmp_path):
    (tmp_path / "file").write_text("x")
    ended = newskeep("init", home=tmp_path / "file" / "home")
    assert (ended.code, len(ended.err.splitlines())) == (2, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[fetch]\ncontct = "x"\n', "fetch.contct"),
        ("[fetch\n", "line 1"),
        ('[fetch]\ntimeout = "soon"\n', "fetch.timeout"),
    ],
)
def test_a_wrong_configuration_names_file_and_key(newskeep, home, text, said):
    (home / "newskeep.toml").write_text(text, encoding="utf-8")
    ended = newskeep("status")
    assert ended.code == 1
    assert len(ended.err.splitlines()) == 1
    assert "newskeep.toml" in ended.err
    assert said in ended.err


def test_a_wrong_source_stops_a_crawl_with_its_file_and_key(newskeep, home):
    (home / "sources" / "one.toml").write_text('name = "One"\nhomepag = "https://one.example/"\n', encoding="utf-8")
    ended = newskeep("crawl")
    assert ended.code == 1
    assert "one.toml" in ended.err
    assert "homepag" in ended.err


@pytest.mark.parametrize("name", list(cli.COMMANDS))
def test_every_command_has_help_with_its_arguments(newskeep, name):
    ended = newskeep(name, "--help")
    assert ended.code == 0
    assert ended.out.startswith(f"Usage: newskeep {name} ")


def test_an_unknown_command_is_a_usage_error(newskeep):
    assert newskeep("craawl").code == 2


def test_the_version_is_told(newskeep):
    assert newskeep("--version").out.startswith("newskeep, version ")


def test_the_default_home_is_archive_in_this_folder(monkeypatch, tmp_path, capfd):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSKEEP_HOME", raising=False)
    with pytest.raises(SystemExit):
        cli.main(["init", "--quiet"])
    assert Path("archive/news.db").exists()
    monkeypatch.setenv("NEWSKEEP_HOME", "elsewhere")
    with pytest.raises(SystemExit):
        cli.main(["init", "--quiet"])
    assert Path("elsewhere/news.db").exists()
