"""What is said before servers are asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from commands.cautions import tell_cautions
from config import Config
from storage.home_folder import caution_of


@pytest.fixture
def home(tmp_path: Path, newskeep) -> Path:
    home = tmp_path / "home"
    assert newskeep("init", home=home).code == 0
    for path in (home / "sources").glob("*.toml"):
        path.unlink()
    (home / "sources" / "quay.toml").write_text(
        'name = "Quay"\nhomepage = "http://127.0.0.1:1/"\n[[listings]]\nurl = "http://127.0.0.1:1/feed"\nkind = "feed"\n',
        encoding="utf-8",
    )
    return home


def test_a_home_on_a_disk_of_this_machine_is_not_told_of(home, newskeep):
    assert "caution" not in newskeep("crawl", home=home).err


def test_a_home_in_a_synced_folder_is_told_of_at_each_crawl(home, newskeep):
    (home.parent / ".stfolder").mkdir()
    for words in (["crawl"], ["fetch", "http://127.0.0.1:1/a"]):
        assert "Syncthing keeps in step" in newskeep(*words, home=home).err


def test_a_home_on_a_network_is_found_in_the_systems_mounts(tmp_path):
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\ndesk:/export {tmp_path} nfs4 rw 0 0\n", encoding="utf-8")
    assert "nfs4" in caution_of(tmp_path / "home", mounts=mounts)
    mounts.write_text("/dev/sda1 / ext4 rw 0 0\n", encoding="utf-8")
    assert caution_of(tmp_path / "home", mounts=mounts) is None


def test_a_system_without_proc_is_asked_by_its_command(tmp_path, monkeypatch):
    command = tmp_path / "bin" / "mount"
    command.parent.mkdir()
    command.write_text(f"#!/bin/sh\necho '//ada@desk/news on {tmp_path} (smbfs, nodev)'\n", encoding="utf-8")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(command.parent), prepend=":")
    assert "smbfs" in caution_of(tmp_path / "home", mounts=tmp_path / "none")
    command.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    assert caution_of(tmp_path / "home", mounts=tmp_path / "none") is None


def test_the_service_says_in_its_log_that_publishers_cannot_write_to_its_owner(home, caplog):
    tell_cautions(Config.load(home, {}), is_service=True)
    assert "set `contact` under [fetch]" in caplog.text
    caplog.clear()
    config = home / "newskeep.toml"
    config.write_text(config.read_text(encoding="utf-8").replace("# contact = ", "contact = "), encoding="utf-8")
    tell_cautions(Config.load(home, {}), is_service=True)
    assert caplog.text == ""


def test_a_crawl_says_so_to_people_only(home, newskeep):
    assert "contact" not in newskeep("crawl", home=home).err
