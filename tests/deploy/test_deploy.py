"""The files of `deploy/` and the Dockerfile: whole, hardened, and in step with the command."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

import cli

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted(path for path in DEPLOY.iterdir() if path.suffix in (".service", ".timer"))


def unit(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None, comment_prefixes=("#",), delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # keys of units tell cases apart
    parser.read(path, encoding="utf-8")
    return parser


@pytest.mark.parametrize("path", [path for path in UNITS if path.suffix == ".service"], ids=lambda path: path.name)
def test_a_unit_starts_a_command_there_is_and_may_do_little_else(path: Path) -> None:
    service = unit(path)["Service"]
    command = service["ExecStart"].split()
    assert command[0].endswith("/.venv/bin/newskeep")
    assert command[1] in cli.COMMANDS
    hardened = {"NoNewPrivileges": "yes", "ProtectSystem": "strict", "DynamicUser": "yes", "CapabilityBoundingSet": ""}
    assert {key: service[key] for key in hardened} == hardened


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_understands_a_unit(path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("there is no systemd-analyze here")
    said = subprocess.run(["systemd-analyze", "verify", str(path)], text=True, capture_output=True, check=False).stderr
    # The clone it starts is not in its place here.
    lines = [line for line in said.splitlines() if path.name in line and "is not executable" not in line]
    assert lines == []


def test_a_timer_starts_the_service_of_its_name() -> None:
    timers = {path.stem for path in UNITS if path.suffix == ".timer"}
    assert timers <= {path.stem for path in UNITS if path.suffix == ".service"}
    assert timers == {"newskeep-crawl", "newskeep-backup"}


def test_the_image_runs_without_root_and_says_how_it_does() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    last = text[text.rindex("\nFROM ") :]
    assert re.search(r"^USER 10001:10001$", last, re.MULTILINE)
    assert "127.0.0.1:8002/-/health" in last
    assert "--require-hashes -r requirements${EXTRAS:+-$EXTRAS}.lock" in text
    assert (ROOT / "requirements-cluster.lock").is_file()
    assert all(re.search(r":[\w.-]+", image) for image in re.findall(r"^FROM (\S+)", text, re.MULTILINE))
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".git", ".venv", "archive*"} <= set(ignored)


def test_what_compose_opens_is_open_to_this_machine_alone() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    for name, service in compose["services"].items():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), name
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
    assert set(compose["services"]) == {"service", "reading-room"}


def test_the_cluster_s_compose_file_has_one_archiver_and_opens_nothing() -> None:
    compose = yaml.safe_load((DEPLOY / "cluster.yaml").read_text(encoding="utf-8"))
    assert set(compose["services"]) == {"redis", "service", "worker"}
    assert not any("ports" in service for service in compose["services"].values())
    redis = compose["services"]["redis"]["command"]
    assert redis[redis.index("--appendfsync") + 1] == "always"
    for name in ("service", "worker"):
        service = compose["services"][name]
        assert service["read_only"] is True
        assert service["build"]["args"] == {"EXTRAS": "cluster"}
        assert service["environment"]["NEWSKEEP_ENGINE"].startswith("redis://")
    assert "volumes" not in compose["services"]["worker"], "a worker keeps nothing"
