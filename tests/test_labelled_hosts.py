"""No rule of the product is made for a labelled page: none of their hosts stands anywhere in its code."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from newskeep.urls import registrable_domain

_ROOT = Path(__file__).resolve().parents[1]
_DOTTED = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_LABELS = _ROOT.parent / "shared/data/extraction/labels.jsonl"


@pytest.mark.skipif(not _LABELS.is_file(), reason="the labelled pages beside the project (../shared) are not there")
def test_no_host_of_the_labels_stands_in_the_code() -> None:
    lines = _LABELS.read_text(encoding="utf-8").rstrip("\n").split("\n")
    hosts = {urlsplit(json.loads(line)["url"]).hostname for line in lines}
    domains = {registrable_domain(host) for host in hosts if host}
    assert len(domains) > 500
    found = [
        f"{path.relative_to(_ROOT)}: {name}"
        for path in sorted((_ROOT / "newskeep").rglob("*.py"))
        for name in _DOTTED.findall(path.read_text(encoding="utf-8").lower())
        if registrable_domain(name) in domains
    ]
    assert found == []
