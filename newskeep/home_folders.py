"""Where a home had better not be: on a network, or in a folder that a program keeps in step with other machines.

The archive is in SQLite's WAL mode, which needs memory that all its processes share, so all of them have to run on one
machine with the disk; and files that are copied one by one while they are written arrive as a damaged archive. Pure:
what the system says of its mounts and folders is passed in.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import PurePath, PurePosixPath

_NETWORK = frozenset([
    "nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "ncpfs", "afs", "afpfs", "9p", "ceph", "glusterfs",
    "lustre", "beegfs", "orangefs", "davfs", "webdav", "sshfs", "s3fs", "vboxsf", "prl_fs", "vmhgfs", "virtiofs",
    "drvfs", "fakeowner", "osxfs", "grpcfuse", "macfuse", "osxfuse",
])  # fmt: skip
"""File systems of other machines, and those by which a virtual machine or a container sees its host's folders."""
# What is mounted by FUSE is somebody else's disk as a rule; these are this machine's own.
_LOCAL_FUSE = frozenset(["fuseblk", "fuse.ntfs-3g", "fuse.gocryptfs", "fuse.encfs", "fuse.cryfs", "fuse.bindfs"])

# Names that programs give their folders, as the beginning of a folder's name, and marks they leave in them.
_SYNCED_NAMES = {
    "dropbox": "Dropbox",
    "onedrive": "OneDrive",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "icloud drive": "iCloud",
    "com~apple~clouddocs": "iCloud",
    "mobile documents": "iCloud",
    "cloudstorage": "a cloud",
    "nextcloud": "Nextcloud",
    "owncloud": "ownCloud",
    "pclouddrive": "pCloud",
    "seafile": "Seafile",
    "syncthing": "Syncthing",
}
_SYNCED_MARKS = {
    ".stfolder": "Syncthing",
    ".stignore": "Syncthing",
    ".dropbox": "Dropbox",
    ".dropbox.cache": "Dropbox",
    ".owncloudsync.log": "ownCloud",
    ".nextcloudsync.log": "Nextcloud",
    ".sync_folder": "Resilio Sync",
}
MARKS = frozenset(_SYNCED_MARKS)
"""The names of files and folders by which a synced folder is known."""

_OCTAL = re.compile(r"\\([0-7]{3})")
_MAC_MOUNT = re.compile(r"(.+?) on (.+) \(([^,)]+)[^)]*\)")
_ADVICE = "; the archive can be damaged there. Move the home to a disk of this machine and back it up from there"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """A folder at which a file system begins, and the kind of it as the system calls it."""

    folder: PurePosixPath
    kind: str


def parse_mounts(text: str) -> tuple[Mount, ...]:
    """Read `/proc/mounts`; lines that are none are left out."""
    lines = (line.split(" ") for line in text.splitlines())
    return tuple(Mount(folder=PurePosixPath(_plain(line[1])), kind=line[2]) for line in lines if len(line) >= 3)


def parse_mount_command(text: str) -> tuple[Mount, ...]:
    """Read what `mount` prints on macOS and the BSDs; lines that are none are left out."""
    found = (_MAC_MOUNT.fullmatch(line.strip()) for line in text.splitlines())
    return tuple(Mount(folder=PurePosixPath(match[2]), kind=match[3].strip()) for match in found if match)


def kind_at(folder: PurePosixPath, mounts: Iterable[Mount]) -> str | None:
    """Give the kind of file system a folder is on; None where no mount holds it. The last of equals lies on top."""
    best: Mount | None = None
    for mount in mounts:
        if folder.is_relative_to(mount.folder) and (best is None or len(mount.folder.parts) >= len(best.folder.parts)):
            best = mount
    return best.kind if best else None


def home_caution(home: PurePath, *, kind: str | None, marks: Collection[str]) -> str | None:
    """Say what is wrong with a home's place, in one line; None where nothing can be seen.

    `kind` is the kind of its file system, None where unknown; `marks` are those of `MARKS` that lie in the home or in a
    folder above it.
    """
    if kind is not None and _is_network(kind.lower()):
        return f"{home} is on a network or shared file system ({kind}){_ADVICE}"
    for part in home.parts:
        for name, program in _SYNCED_NAMES.items():
            if part.lower().startswith(name):
                return f"{home} is in a folder that {program} keeps in step with other machines{_ADVICE}"
    for mark in sorted(marks):
        if mark in _SYNCED_MARKS:
            return f"{home} is in a folder that {_SYNCED_MARKS[mark]} keeps in step with other machines{_ADVICE}"
    return None


def _is_network(kind: str) -> bool:
    return kind in _NETWORK or (kind.startswith("fuse.") and kind not in _LOCAL_FUSE)


def _plain(field: str) -> str:
    return _OCTAL.sub(lambda match: chr(int(match[1], 8)), field)
