"""`newskeep.toml`: where it is, what it may say, what is refused."""

from __future__ import annotations

import re
from datetime import time
from ipaddress import ip_network
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import config
from config import Config
from config_tables.alerts import AlertsConfig, Target
from config_tables.cluster import ClusterConfig
from config_tables.evidence import EvidenceConfig
from config_tables.extract import ExtractConfig
from config_tables.fetch import FetchConfig
from config_tables.log import LogConfig, LogFormat, LogLevel
from config_tables.monitor import MonitorConfig
from config_tables.poll import PollConfig
from config_tables.serve import ServeConfig
from config_tables.version import program_version
from newskeep.alerts import Quiet
from newskeep.errors import ConfigError, SourceError
from newskeep.polling import Pace

SOURCE = """name = "Harbour Times"
homepage = "https://news.example/"
[[listings]]
url = "https://news.example/feed.rss"
kind = "feed"
"""


def write(home: Path, text: str) -> Path:
    path = home / "newskeep.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problem(home: Path) -> str:
    with pytest.raises(ConfigError) as error:
        Config.load(home, {})
    return str(error.value)


def test_a_home_without_a_file_has_all_defaults(tmp_path: Path) -> None:
    assert Config.load(tmp_path, {}) == Config(home=tmp_path)


def test_the_option_beats_the_variable_and_the_variable_beats_the_default(tmp_path: Path) -> None:
    env = {"NEWSKEEP_HOME": str(tmp_path / "variable")}
    assert Config.load(tmp_path / "option", env).home == tmp_path / "option"
    assert Config.load(None, env).home == tmp_path / "variable"
    assert Config.load(None, {"NEWSKEEP_HOME": ""}).home == Path.cwd() / "archive"


def test_loading_creates_nothing(tmp_path: Path) -> None:
    Config.load(tmp_path / "new", {})
    assert list(tmp_path.iterdir()) == []


def test_a_full_file_is_read(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
[fetch]
contact = "desk@newsroom.example"
user_agent = "desk-bot/1"
allow_addresses = ["127.0.0.0/8", "::1", "192.168.1.7"]
timeout = "10 s"
max_size = "512 KiB"
delay = "0.5 s"
concurrency = 4
concurrency_per_host = 1
obey_robots = false
obey_noarchive = false
obey_tdm_reservation = false
max_redirects = 0
[extract]
workers = 1
page_time = "5 s"
worker_memory = "1 GiB"
[poll]
interval = "1 h"
floor = "5 m"
cap = "12 h"
slow = "3 d"
jitter = 0
[serve]
host = "0.0.0.0"
port = 80
allow_hosts = ["Archive.example", "bücher.example"]
[alerts]
targets = ["json://desk:$HOOK@hook.example/"]
digest = "10 m"
quiet = "22:30-07:00"
timezone = "Europe/Berlin"
least_free = "5 GiB"
[monitor]
enabled = false
host = "::1"
port = 9100
[cluster]
engine = "redis://archive.lan:6379/0"
prefix = "desk"
[evidence]
timestamp_url = "https://clock.example/tsr"
timestamp_roots = "Zürich.pem"
[log]
level = "debug"
format = "json"
""",
    )
    assert Config.load(tmp_path, {}) == Config(
        home=tmp_path,
        fetch=FetchConfig(
            contact="desk@newsroom.example",
            user_agent="desk-bot/1",
            allow_addresses=(ip_network("127.0.0.0/8"), ip_network("::1"), ip_network("192.168.1.7")),
            timeout_seconds=10,
            max_bytes=524_288,
            delay_seconds=0.5,
            concurrency=4,
            concurrency_per_host=1,
            obey_robots=False,
            obey_noarchive=False,
            obey_tdm_reservation=False,
            max_redirects=0,
        ),
        extract=ExtractConfig(workers=1, page_seconds=5, worker_memory_bytes=1_073_741_824),
        poll=PollConfig(
            interval_seconds=3_600,
            pace=Pace(floor_seconds=300, cap_seconds=43_200, slow_seconds=259_200, jitter_share=0.0),
        ),
        serve=ServeConfig(host="0.0.0.0", port=80, allow_hosts=("archive.example", "xn--bcher-kva.example")),
        alerts=AlertsConfig(
            targets=(Target(text="json://desk:$HOOK@hook.example/", label="json-3fa5bd"),),
            digest_seconds=600,
            quiet=Quiet(begins=time(22, 30), ends=time(7), zone=ZoneInfo("Europe/Berlin")),
            least_free_bytes=5 * 1024**3,
        ),
        monitor=MonitorConfig(enabled=False, host="::1", port=9100),
        cluster=ClusterConfig(engine="redis://archive.lan:6379/0", prefix="desk"),
        evidence=EvidenceConfig(timestamp_url="https://clock.example/tsr", timestamp_roots=tmp_path / "Zürich.pem"),
        log=LogConfig(level=LogLevel.DEBUG, format=LogFormat.JSON),
    )


def test_servers_are_told_who_asks(tmp_path: Path) -> None:
    write(tmp_path, '[fetch]\ncontact = "https://newsroom.example/bot"\n')
    agent = Config.load(tmp_path, {}).fetch.user_agent
    assert re.fullmatch(r"newskeep/\d+\.\d+\S* \(\+https://newsroom\.example/bot\)", agent)


def test_the_version_is_the_projects() -> None:
    project = (Path(config.__file__).parent / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{program_version()}"' in project


def test_the_text_of_a_new_home_says_the_defaults(tmp_path: Path) -> None:
    text = config.default_config_text()
    write(tmp_path, text)
    assert Config.load(tmp_path, {}) == Config(home=tmp_path)
    settings = re.sub(r"^# (?=[a-z_]+ = )", "", text, flags=re.MULTILINE)
    examples = re.sub(
        r"^(?:contact|allow_addresses|allow_hosts|timestamp_url|timestamp_roots|targets|quiet|timezone) = .*",
        "",
        settings,
        flags=re.MULTILINE,
    )
    write(tmp_path, examples)
    assert Config.load(tmp_path, {}) == Config(home=tmp_path)


def test_the_text_of_a_new_home_names_every_key(tmp_path: Path) -> None:
    write(tmp_path, re.sub(r"^# (?=[a-z_]+ = )", "", config.default_config_text(), flags=re.MULTILINE))
    named = Config.load(tmp_path, {}).fetch
    assert named.contact == "desk@newsroom.example"
    for table in ("fetch", "extract", "poll", "serve", "alerts", "monitor", "cluster", "log"):
        write(tmp_path, f"[{table}]\nnonsense_key = 1\n")
        known = problem(tmp_path).partition("known are ")[2].split(", ")
        assert all(f"# {key} = " in config.default_config_text() for key in known)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[fetcher]\n", "fetcher: is no key here; did you mean fetch?"),
        ("[fetch]\nuseragent = 'x'\n", "fetch.useragent: is no key here; did you mean user_agent?"),
        ("fetch = 1\n", "fetch: is 1, but should be a table"),
        ("[fetch]\ntimeout = 30\n", "fetch.timeout: is 30, but should be a text in quotes"),
        ("[fetch]\ntimeout = 'soon'\n", 'fetch.timeout: "soon" is no duration'),
        ("[fetch]\nmax_size = '10 MB'\n", 'fetch.max_size: "10 MB" is no size; write it like "512 KiB" or "10 MiB"'),
        ("[fetch]\nmax_size = '1 B'\n", "fetch.max_size: should be from 1 KiB to 1 GiB"),
        ("[fetch]\nconcurrency = 0\n", "fetch.concurrency: is 0, but should be from 1 to 256"),
        ("[fetch]\nconcurrency = true\n", "fetch.concurrency: is true, but should be a whole number"),
        ("[fetch]\nallow_addresses = ['home']\n", 'fetch.allow_addresses[1]: "home" is no network'),
        ('[fetch]\nuser_agent = "a\\nb"\n', "fetch.user_agent: should be plain ASCII on one line"),
        ("[poll]\njitter = 1.5\n", "poll.jitter: is 1.5, but should be from 0 to 1"),
        ("[poll]\njitter = true\n", "poll.jitter: is true, but should be"),
        ("[poll]\nfloor = '1 d'\ncap = '1 h'\n", "poll.cap: is too short"),
        ("[poll]\nslow = '1 h'\n", "poll.slow: is too short"),
        ("[evidence]\ntimestamp_url = 'clock.example'\n", 'evidence.timestamp_url: "clock.example" is no web address'),
        ("[alerts]\ntargets = ['hush, hush']\n", "alerts.targets[1]: is no address of apprise's"),
        ("[alerts]\nquiet = 'at night'\n", 'alerts.quiet: "at night" are no hours; write them like "22:00-07:00"'),
        ("[alerts]\ntimezone = 'Nowhere/Land'\n", 'alerts.timezone: "Nowhere/Land" is no time zone'),
        ("[monitor]\nport = -1\n", "monitor.port: is -1, but should be from 0 to 65535"),
        ("[serve]\nport = 70000\n", "serve.port: is 70000, but should be from 0 to 65535"),
        ("[serve]\nallow_hosts = ['https://a.example']\n", 'serve.allow_hosts[1]: "https://a.example" is no name'),
        ("[log]\nlevel = 'verbose'\n", 'log.level: "verbose" is not known; known are debug, info, warning, error'),
        ("[log\n", "is not valid TOML: Expected ']' at the end of a table declaration (at line 1, column 5)"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_key(tmp_path: Path, text: str, sentence: str) -> None:
    path = write(tmp_path, text)
    assert problem(tmp_path).startswith(f"{path}: {sentence}")


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "newskeep.toml").write_bytes(b"# \xff")
    assert problem(tmp_path).endswith("newskeep.toml: is not UTF-8 text (byte 3)")


def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "newskeep.toml").mkdir()
    assert "newskeep.toml: cannot be read: " in problem(tmp_path)


def test_sources_are_read_by_slug(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    for name in ("b.toml", "a.toml", ".hidden.toml", "note.txt"):
        (tmp_path / "sources" / name).write_text(SOURCE, encoding="utf-8")
    assert [source.slug for source in config.load_sources(tmp_path)] == ["a", "b"]


def test_a_home_without_sources_has_none(tmp_path: Path) -> None:
    assert config.load_sources(tmp_path) == ()


def test_sources_that_name_no_interval_take_the_homes(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "a.toml").write_text(SOURCE, encoding="utf-8")
    write(tmp_path, '[poll]\ninterval = "42 m"\n')
    assert [source.interval_seconds for source in Config.load(tmp_path, {}).sources()] == [2_520]


def test_a_wrong_source_is_named(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    path = tmp_path / "sources" / "a.toml"
    path.write_text("colour = 1\n", encoding="utf-8")
    with pytest.raises(SourceError, match=re.escape(f"{path}: name: is missing")):
        config.load_sources(tmp_path)


def test_an_absent_source_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="there is no such file"):
        config.load_source(tmp_path / "a.toml")
