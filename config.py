"""The program's own configuration: `newskeep.toml` in a home, typed, frozen and strict.

Where the home is: `--home`, else `NEWSKEEP_HOME`, else `./archive`. A file that is absent means all defaults; a key
that does not exist is an error. Sources have a file each (`newskeep.sources`), read here from `sources/` in the home.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TypeVar

from newskeep.addresses import Network, parse_networks
from newskeep.errors import ConfigError, SourceError
from newskeep.model import Source
from newskeep.polling import Pace
from newskeep.sources import DEFAULT_INTERVAL_SECONDS, parse_source
from newskeep.strict import StrictTable, format_duration, format_size, one_of, quoted, read_toml

T = TypeVar("T")

CONFIG_NAME = "newskeep.toml"
SOURCES_NAME = "sources"
HOME_VARIABLE = "NEWSKEEP_HOME"

_ROOT = Path(__file__).resolve().parent
_MIB = 1024 * 1024


class LogLevel(StrEnum):
    """How much the service says."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    """For whom it is said: people or programs."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchConfig:
    """How pages are asked for. `user_agent` is complete: with the contact in it, where there is one."""

    user_agent: str = field(default_factory=lambda: default_user_agent(None))
    contact: str | None = None
    allow_addresses: tuple[Network, ...] = ()
    timeout_seconds: float = 30.0
    max_bytes: int = 10 * _MIB
    delay_seconds: float = 1.0
    concurrency: int = 16
    concurrency_per_host: int = 2
    obey_robots: bool = True
    max_redirects: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractConfig:
    """How pages are read: in so many processes, each page within so much time and memory."""

    workers: int = 2
    page_seconds: float = 20.0
    worker_memory_bytes: int = 512 * _MIB


@dataclass(frozen=True, slots=True, kw_only=True)
class PollConfig:
    """How often listings are asked. `interval_seconds` is for sources that name none.

    `rechecks` is how many archived stories of a source are looked at again in one poll, at most.
    """

    interval_seconds: int = DEFAULT_INTERVAL_SECONDS
    pace: Pace = field(default_factory=Pace)
    rechecks: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeConfig:
    """Where the archive is shown."""

    host: str = "127.0.0.1"
    port: int = 8001


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceConfig:
    """Who vouches for the time of packs of evidence (RFC 3161), and the certificates by which its word is believed.

    `timestamp_url` None: nobody is asked. `timestamp_roots` is a file of certificates (PEM), None where none is named.
    """

    timestamp_url: str | None = None
    timestamp_roots: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogConfig:
    """What the service writes to standard error."""

    level: LogLevel = LogLevel.INFO
    format: LogFormat = LogFormat.TEXT


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
        fetch=_fetch(document.table("fetch")),
        extract=_extract(document.table("extract")),
        poll=_poll(document.table("poll")),
        serve=_serve(document.table("serve")),
        evidence=_evidence(document.table("evidence"), path.parent),
        log=_log(document.table("log")),
    )
    document.finish()
    return config


def load_sources(home: Path, *, default_interval_seconds: int = DEFAULT_INTERVAL_SECONDS) -> tuple[Source, ...]:
    """Read all sources of a home, by slug; none where there is no folder.

    Raises:
        SourceError: a file cannot be read, or something in it is wrong.
    """
    return tuple(load_source(path, default_interval_seconds=default_interval_seconds) for path in source_paths(home))


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


def default_user_agent(contact: str | None) -> str:
    """Make the name newskeep gives itself to servers: its version, and whom to write to."""
    name = f"newskeep/{program_version()}"
    return f"{name} (+{contact})" if contact else name


def program_version() -> str:
    """Give the program's version, also from a clone that was never installed."""
    try:
        return version("newskeep")
    except PackageNotFoundError:
        project = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        return str(project["project"]["version"])


def default_config_text() -> str:
    """Write the `newskeep.toml` of a new home: every key with its default and what it does, all commented out."""
    fetch, extract, poll, serve, log = FetchConfig(), ExtractConfig(), PollConfig(), ServeConfig(), LogConfig()
    lines = [
        "# The configuration of this home. Every key is optional; the values shown are the defaults.",
        '# Durations: "90 s", "15 m", "2 h", "1 d". Sizes: "512 KiB", "10 MiB".',
        "",
        "[fetch]",
        "# Whom a publisher can write to, a mail or web address. It goes along with every request: please set it.",
        '# contact = "desk@newsroom.example"',
        "# The whole name given to servers, in place of newskeep's own with the contact.",
        f"# user_agent = {quoted(fetch.user_agent)}",
        "# Networks that are not public (loopback, private, link-local, …) and may be asked all the same.",
        '# allow_addresses = ["127.0.0.0/8"]',
        _setting("timeout", _duration(fetch.timeout_seconds), "for one answer"),
        _setting("max_size", quoted(format_size(fetch.max_bytes)), "of one answer"),
        _setting("delay", _duration(fetch.delay_seconds), "between two requests to one host"),
        _setting("concurrency", fetch.concurrency, "requests at a time in one crawl"),
        _setting("concurrency_per_host", fetch.concurrency_per_host, "of them to one host"),
        _setting("obey_robots", str(fetch.obey_robots).lower(), "do as robots.txt says"),
        _setting("max_redirects", fetch.max_redirects, "followed for one request"),
        "",
        "[extract]",
        _setting("workers", extract.workers, "processes that read pages"),
        _setting("page_time", _duration(extract.page_seconds), "that one page may take"),
        _setting("worker_memory", quoted(format_size(extract.worker_memory_bytes)), "that one process may take"),
        "",
        "[poll]",
        _setting("interval", _duration(poll.interval_seconds), "for sources that name none"),
        _setting("rechecks", poll.rechecks, "stories of a source looked at again in one poll, at most; 0: none"),
        _setting("floor", _duration(poll.pace.floor_seconds), "no listing is asked more often than this"),
        _setting("cap", _duration(poll.pace.cap_seconds), "the longest wait after a fault that may pass"),
        _setting("slow", _duration(poll.pace.slow_seconds), "between two looks at a listing that seems dead"),
        _setting("jitter", poll.pace.jitter_share, "every wait grows at random by up to this share"),
        "",
        "[serve]",
        _setting("host", quoted(serve.host), "127.0.0.1: this machine alone can see it"),
        _setting("port", serve.port, "of the web server"),
        "",
        "[evidence]",
        "# An authority that says since when a pack of evidence exists (RFC 3161), and its root certificates (PEM).",
        '# timestamp_url = "https://timestamp.example/tsr"',
        '# timestamp_roots = "timestamp-roots.pem"',
        "",
        "[log]",
        _setting("level", quoted(log.level), ", ".join(LogLevel)),
        _setting("format", quoted(log.format), ", ".join(LogFormat)),
    ]
    return "\n".join(lines) + "\n"


def _setting(key: str, value: object, comment: str) -> str:
    return f"{f'# {key} = {value}':<36}# {comment}"


def _fetch(table: StrictTable) -> FetchConfig:
    default = FetchConfig()
    contact = table.text("contact", _printable)
    config = FetchConfig(
        contact=contact,
        user_agent=table.text("user_agent", _printable) or default_user_agent(contact),
        allow_addresses=table.texts("allow_addresses", _network) or (),
        timeout_seconds=_either(table.seconds("timeout", least=1, most=600), default.timeout_seconds),
        max_bytes=_either(table.size("max_size", least=1024, most=1024 * _MIB), default.max_bytes),
        delay_seconds=_either(table.seconds("delay", least=0, most=3_600), default.delay_seconds),
        concurrency=_either(table.integer("concurrency", least=1, most=256), default.concurrency),
        concurrency_per_host=_either(
            table.integer("concurrency_per_host", least=1, most=64), default.concurrency_per_host
        ),
        obey_robots=_either(table.flag("obey_robots"), default.obey_robots),
        max_redirects=_either(table.integer("max_redirects", least=0, most=50), default.max_redirects),
    )
    table.finish()
    return config


def _extract(table: StrictTable) -> ExtractConfig:
    default = ExtractConfig()
    config = ExtractConfig(
        workers=_either(table.integer("workers", least=1, most=64), default.workers),
        page_seconds=_either(table.seconds("page_time", least=1, most=3_600), default.page_seconds),
        worker_memory_bytes=_either(
            table.size("worker_memory", least=128 * _MIB, most=65_536 * _MIB), default.worker_memory_bytes
        ),
    )
    table.finish()
    return config


def _poll(table: StrictTable) -> PollConfig:
    default = PollConfig()
    year = 366 * 86_400
    interval = _either(table.whole_seconds("interval", least=1, most=year), default.interval_seconds)
    pace = Pace(
        floor_seconds=_either(table.whole_seconds("floor", least=1, most=86_400), default.pace.floor_seconds),
        cap_seconds=_either(table.whole_seconds("cap", least=60, most=year), default.pace.cap_seconds),
        slow_seconds=_either(table.whole_seconds("slow", least=60, most=year), default.pace.slow_seconds),
        jitter_share=_either(table.share("jitter"), default.pace.jitter_share),
    )
    rechecks = _either(table.integer("rechecks", least=0, most=10_000), default.rechecks)
    table.finish()
    # A cap below the floor would make every wait the cap, and the floor a lie.
    for shorter, longer, name in (
        (pace.floor_seconds, pace.cap_seconds, "cap"),
        (pace.cap_seconds, pace.slow_seconds, "slow"),
    ):
        if shorter > longer:
            raise table.problem("is too short: floor, cap and slow must each be at least the one before", name)
    return PollConfig(interval_seconds=interval, pace=pace, rechecks=rechecks)


def _serve(table: StrictTable) -> ServeConfig:
    default = ServeConfig()
    config = ServeConfig(
        host=table.text("host", _printable) or default.host,
        port=_either(table.integer("port", least=0, most=65_535), default.port),
    )
    table.finish()
    return config


def _evidence(table: StrictTable, home: Path) -> EvidenceConfig:
    roots = table.text("timestamp_roots", str.strip)
    config = EvidenceConfig(
        timestamp_url=table.text("timestamp_url", _web_address),
        timestamp_roots=home / Path(roots).expanduser() if roots else None,
    )
    table.finish()
    return config


def _log(table: StrictTable) -> LogConfig:
    default = LogConfig()
    config = LogConfig(
        level=LogLevel(table.text("level", one_of(LogLevel)) or default.level),
        format=LogFormat(table.text("format", one_of(LogFormat)) or default.format),
    )
    table.finish()
    return config


def _either(value: T | None, default: T) -> T:
    return default if value is None else value


def _duration(seconds: float) -> str:
    return quoted(format_duration(seconds))


def _printable(text: str) -> str:
    if not (text.isascii() and text.isprintable()):
        raise ValueError("should be plain ASCII on one line: it is sent in a header")
    return text.strip()


def _web_address(text: str) -> str:
    if not _printable(text).startswith(("http://", "https://")):
        raise ValueError(f"{quoted(text)} is no web address; it begins with https:// or http://")
    return _printable(text)


def _network(text: str) -> Network:
    try:
        return parse_networks((text,))[0]
    except ValueError as error:
        raise ValueError(f'{quoted(text)} is no network; write it like "127.0.0.0/8" or "192.168.1.7"') from error


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
