"""`[evidence]` in `newskeep.toml`: who vouches for the time of packs of evidence."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from config_tables.values import web_address
from newskeep.strict import StrictTable


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceConfig:
    """Who vouches for the time of packs of evidence (RFC 3161), and the certificates by which its word is believed.

    `timestamp_url` None: nobody is asked. `timestamp_roots` is a file of certificates (PEM), None where none is named.
    """

    timestamp_url: str | None = None
    timestamp_roots: Path | None = None


def read(table: StrictTable, home: Path) -> EvidenceConfig:
    """Read the table; raises ConfigError where something in it is wrong."""
    roots = table.text("timestamp_roots", str.strip)
    config = EvidenceConfig(
        timestamp_url=table.text("timestamp_url", web_address),
        timestamp_roots=home / Path(roots).expanduser() if roots else None,
    )
    table.finish()
    return config


def lines() -> list[str]:
    """The table in a new home's file: every key with its default and what it does."""
    return [
        "[evidence]",
        "# An authority that says since when a pack of evidence exists (RFC 3161), and its root certificates (PEM).",
        '# timestamp_url = "https://timestamp.example/tsr"',
        '# timestamp_roots = "timestamp-roots.pem"',
    ]
