"""Places where an archive is not safe."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from newskeep.home_folders import Mount, home_caution, kind_at, parse_mount_command, parse_mounts

HOME = PurePosixPath("/srv/news")


@pytest.mark.parametrize(
    "kind",
    ["nfs", "nfs4", "NFS", "cifs", "smb3", "smbfs", "fuse.sshfs", "fuse.rclone", "fuse.s3fs", "fuse.anything", "9p", "afpfs",
     "virtiofs", "vboxsf", "davfs", "ceph", "fuse.glusterfs"],
)  # fmt: skip
def test_another_machines_disk_is_told_of(kind: str) -> None:
    caution = home_caution(HOME, kind=kind, marks=())
    assert caution is not None
    assert caution.startswith(f"/srv/news is on a network or shared file system ({kind})")


@pytest.mark.parametrize(
    "kind", ["ext4", "xfs", "btrfs", "zfs", "apfs", "hfs", "overlay", "tmpfs", "fuseblk", "fuse.ntfs-3g", None]
)
def test_a_disk_of_this_machine_is_not(kind: str | None) -> None:
    assert home_caution(HOME, kind=kind, marks=()) is None


@pytest.mark.parametrize(
    ("path", "program"),
    [
        ("/home/ada/Dropbox/news", "Dropbox"),
        ("/home/ada/Dropbox (Desk)/news", "Dropbox"),
        ("/Users/ada/OneDrive - Newsroom/news", "OneDrive"),
        ("/Users/ada/Library/Mobile Documents/com~apple~CloudDocs/news", "iCloud"),
        ("/Users/ada/Library/CloudStorage/GoogleDrive-ada/My Drive/news", "a cloud"),
        ("/home/ada/Nextcloud/news", "Nextcloud"),
        ("/home/ada/Syncthing/news", "Syncthing"),
    ],
)
def test_a_synced_folder_is_known_by_its_name(path: str, program: str) -> None:
    caution = home_caution(PurePosixPath(path), kind="ext4", marks=())
    assert caution is not None
    assert f"{program} keeps in step" in caution


def test_a_synced_folder_is_known_by_what_lies_in_it() -> None:
    assert "Syncthing" in (home_caution(HOME, kind="ext4", marks={".stfolder"}) or "")
    assert home_caution(HOME, kind="ext4", marks={".git"}) is None


@pytest.mark.parametrize("path", ["/home/ada/news", "/srv/synced", "/home/ada/cloud/drop", "/mnt/drive"])
def test_a_folder_that_only_sounds_like_it_is_not(path: str) -> None:
    assert home_caution(PurePosixPath(path), kind="ext4", marks=()) is None


PROC = """\
/dev/sda1 / ext4 rw,relatime 0 0
proc /proc proc rw 0 0
desk:/export /srv nfs4 rw,vers=4.2 0 0
/dev/sdb1 /srv/news\\040desk xfs rw 0 0
/dev/sdc1 /srv/old ext4 rw 0 0
desk:/more /srv/old nfs rw 0 0

broken
"""
MAC = """\
/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
devfs on /dev (devfs, local, nobrowse)
//ada@desk/news on /Volumes/news (smbfs, nodev, nosuid, mounted by ada)
map auto_home on /System/Volumes/Data/home (autofs, automounted, nobrowse)
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/ada", "ext4"),
        ("/srv", "nfs4"),
        ("/srv/news", "nfs4"),
        ("/srv/news desk/a", "xfs"),
        ("/srv/old/a", "nfs"),
        ("/srvother", "ext4"),
    ],
)
def test_the_nearest_mount_above_a_folder_says_its_kind(folder: str, kind: str) -> None:
    assert kind_at(PurePosixPath(folder), parse_mounts(PROC)) == kind


def test_the_mounts_of_a_mac() -> None:
    mounts = parse_mount_command(MAC)
    assert mounts[2] == Mount(folder=PurePosixPath("/Volumes/news"), kind="smbfs")
    assert kind_at(PurePosixPath("/Volumes/news/archive"), mounts) == "smbfs"
    assert kind_at(PurePosixPath("/Users/ada"), mounts) == "apfs"


def test_where_no_mount_is_known_nothing_is_said() -> None:
    assert kind_at(HOME, ()) is None
