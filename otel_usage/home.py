"""The data directory: where everything lies, created private to its user."""

from __future__ import annotations

import os
from pathlib import Path

from msgspec import Struct

from otel_usage.errors import HomeError

__all__ = ["Home"]

_NETWORK_FILE_SYSTEMS = frozenset(
    {
        "9p",
        "afs",
        "ceph",
        "cifs",
        "fuse.sshfs",
        "glusterfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "smb3",
        "smbfs",
    }
)


class Home(Struct, frozen=True):
    """Paths inside one data directory.

    Attributes:
        root: The directory itself.
    """

    root: Path

    @property
    def logs(self) -> Path:
        """The journal: the truth."""
        return self.root / "logs"

    @property
    def content(self) -> Path:
        """What was said in calls, where that is kept; made with the first file."""
        return self.root / "content"

    @property
    def database(self) -> Path:
        """The ledger: an index of the journal that can be deleted and rebuilt."""
        return self.root / "usage.db"

    @property
    def summary(self) -> Path:
        """The sums of all calls as JSON, as ``query`` and ``report`` left them."""
        return self.root / "summary.json"

    @property
    def configuration(self) -> Path:
        """The home's own configuration file; it need not exist."""
        return self.root / "otel-usage.yaml"

    @property
    def configuration_cache(self) -> Path:
        """The parsed configuration as JSON, so that short commands need no YAML reader."""
        return self.root / "config.cache.json"

    @property
    def prices(self) -> Path:
        """The price index that ``otel-usage prices update`` fetched; it need not exist."""
        return self.root / "prices.json"

    @property
    def redaction_key(self) -> Path:
        """The key of the hashes that redaction leaves; made when the first one is needed."""
        return self.root / "redaction.key"

    def prepare(self) -> None:
        """Create the directory and its journal folder with mode 0700.

        Only what is created here gets a mode: a directory that was there keeps its own, as its owner may share it
        on purpose; the journal folder inside is closed to others all the same, and so is each file. The file system
        is looked at until both the journal and the ledger exist.

        Raises:
            HomeError: It cannot be created or written, or lies on a network file system, where appends of
                several machines are not atomic and SQLite's locks are not reliable.
        """
        try:
            if self.logs.is_dir() and self.database.exists() and os.access(self.logs, os.W_OK):
                return
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            kind = _file_system(self.root)
            if kind in _NETWORK_FILE_SYSTEMS:
                raise HomeError(
                    self.root, f"lies on a network file system ({kind}), where records could be lost"
                )
            self.logs.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            if isinstance(error, HomeError):
                raise
            raise HomeError(self.root, f"cannot be created ({error.strerror})") from error
        if not os.access(self.logs, os.W_OK):
            raise HomeError(self.root, "cannot be written")


def _file_system(path: Path) -> str | None:
    """Type of the file system that holds a path, where the system says so (Linux: proc(5), mountinfo)."""
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    here = path.resolve()
    best, kind = -1, None
    for line in mounts.splitlines():
        _, point, name, *_ = line.split(" ")
        mount = Path(point.replace("\\040", " "))
        if len(mount.parts) >= best and here.is_relative_to(mount):
            best, kind = len(mount.parts), name
    return kind
