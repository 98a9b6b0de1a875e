"""The program's own configuration: `newskeep.toml` in a home, typed, frozen and strict.

Where the home is: `--home`, else `NEWSKEEP_HOME`, else `./archive`. A file that is absent means all defaults; a key
that does not exist is an error. Sources have a file each (`newskeep.sources`), read here from `sources/` in the home.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from config_tables import alerts, cluster, evidence, extract, fetch, log, monitor, poll, serve
from config_tables.alerts import AlertsConfig
from config_tables.cluster import ClusterConfig
from config_tables.evidence import EvidenceConfig
from config_tables.extract import ExtractConfig
from config_tables.fetch import FetchConfig
from config_tables.log import LogConfig
from config_tables.monitor import MonitorConfig
from config_tables.poll import PollConfig
from config_tables.serve import ServeConfig
from newskeep.errors import ConfigError, SourceError
from newskeep.model import Source
from newskeep.sources import DEFAULT_INTERVAL_SECONDS, parse_source
from newskeep.strict import read_toml

CONFIG_NAME = "newskeep.toml"
SOURCES_NAME = "sources"
HOME_VARIABLE = "NEWSKEEP_HOME"

_ROOT = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything an owner can set, and where the archive lives."""

    home: Path
    fetch: FetchConfig = field(default_factory=FetchConfig)
    extract: ExtractConfig = field(default_factory=ExtractConfig)
    poll: PollConfig = field(default_factory=PollConfig)
    serve: ServeConfig = field(default_factory=ServeConfig)
    evidence: EvidenceConfig = field(default_factory=EvidenceConfig)
    log: LogConfig = field(default_factory=LogConfig)
    alerts: AlertsConfig = field(default_factory=AlertsConfig)
    monitor: MonitorConfig = field(default_factory=MonitorConfig)
    cluster: ClusterConfig = field(default_factory=ClusterConfig)

    @classmethod
    def load(cls, home: Path | None, env: Mapping[str, str]) -> Config:
        """Find the home and read its `newskeep.toml`; without that file, all is default. Nothing is created.

        Raises:
            ConfigError: the file cannot be read, or something in it is wrong.
        """
        chosen = (home or Path(env.get(HOME_VARIABLE) or "archive")).expanduser().absolute()
        path = chosen / CONFIG_NAME
        text = _read(path, ConfigError)
        return cls(home=chosen) if text is None else parse_config(text, path=path)

    @property
    def sources_path(self) -> Path:
        """The folder of the sources' files."""
        return self.home / SOURCES_NAME

    def sources(self) -> tuple[Source, ...]:
        """Read the home's sources, at this configuration's interval where they name none; errors as `load_sources`."""
        return load_sources(self.home, default_interval_seconds=self.poll.interval_seconds)


def parse_config(text: str, *, path: Path) -> Config:
    """Read a `newskeep.toml`; the home is the folder it lies in.

    Raises:
        ConfigError: something in it is wrong; the message names the dotted key and the nearest right word.
    """
    document = read_toml(text, path=path)
    config = Config(
        home=path.parent,
        fetch=fetch.read(document.table("fetch")),
        extract=extract.read(document.table("extract")),
        poll=poll.read(document.table("poll")),
        serve=serve.read(document.table("serve")),
        evidence=evidence.read(document.table("evidence"), path.parent),
        log=log.read(document.table("log")),
        alerts=alerts.read(document.table("alerts")),
        monitor=monitor.read(document.table("monitor")),
        cluster=cluster.read(document.table("cluster")),
    )
    document.finish()
    return config


def load_sources(home: Path, *, default_interval_seconds: int = DEFAULT_INTERVAL_SECONDS) -> tuple[Source, ...]:
    """Read all sources of a home, by slug; none where there is no folder.

    Raises:
        SourceError: a file cannot be read, or something in it is wrong.
    """
    return tuple(load_source(path, default_interval_seconds=default_interval_seconds) for path in source_paths(home))


def readable_sources(home: Path) -> tuple[tuple[Source, ...], tuple[SourceError, ...]]:
    """Read the sources whose files can be read, by slug; and what is wrong with each of the others."""
    found: list[Source] = []
    wrong: list[SourceError] = []
    for path in source_paths(home):
        try:
            found.append(load_source(path))
        except SourceError as error:
            wrong.append(error)
    return tuple(found), tuple(wrong)


def load_source(path: Path, *, default_interval_seconds: int = DEFAULT_INTERVAL_SECONDS) -> Source:
    """Read one source's file.

    Raises:
        SourceError: it is absent, cannot be read, or something in it is wrong.
    """
    text = _read(path, SourceError)
    if text is None:
        raise SourceError("there is no such file", path=path)
    return parse_source(text, path=path, default_interval_seconds=default_interval_seconds)


def source_paths(home: Path) -> tuple[Path, ...]:
    """List the sources' files of a home, in the order of their names."""
    return _toml_files(home / SOURCES_NAME)


def shipped_sources() -> tuple[Path, ...]:
    """List the files of the sources that newskeep comes with."""
    return _toml_files(_ROOT / SOURCES_NAME)


def default_config_text() -> str:
    """Write the `newskeep.toml` of a new home: every key with its default and what it does, all commented out."""
    lines = [
        "# The configuration of this home. Every key is optional; the values shown are the defaults.",
        '# Durations: "90 s", "15 m", "2 h", "1 d". Sizes: "512 KiB", "10 MiB".',
    ]
    for table in (fetch, extract, poll, serve, alerts, monitor, evidence, cluster, log):
        lines += ["", *table.lines()]
    return "\n".join(lines) + "\n"


def _toml_files(folder: Path) -> tuple[Path, ...]:
    # Editors and file managers leave hidden copies about.
    return tuple(sorted(path for path in folder.glob("*.toml") if not path.name.startswith(".")))


def _read(path: Path, error: type[ConfigError]) -> str | None:
    """A file's text; None where there is no file."""
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as fault:
        raise error(f"cannot be read: {fault.strerror}", path=path) from fault
    except UnicodeDecodeError as fault:
        raise error(f"is not UTF-8 text (byte {fault.start + 1})", path=path) from fault
