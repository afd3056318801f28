"""Paths and user of the embedded PostgreSQL; computes only, touches nothing."""

import hashlib
import os
import pwd
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

SYSTEM_ROOM = Path("/var/lib/billing-site")
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_PATH_LIMIT = 107  # Bytes, without the closing zero: the size of sun_path on Linux.


@dataclass(frozen=True)
class Account:
    """The system account that the server runs as: PostgreSQL refuses to run as root."""

    uid: int
    gid: int

    def can_enter(self, folder: Path) -> bool:
        """Whether the permission bits of the folder and of all its parents let this account through."""
        return self.uid == os.geteuid() or all(
            self._passes(part.stat()) for part in (folder, *folder.parents)
        )

    def spawn_options(self) -> dict[str, Any]:
        """Arguments that make `subprocess` start a program as this account, without any of root's groups."""
        if self.uid == os.geteuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def _passes(self, status: os.stat_result) -> bool:
        if status.st_uid == self.uid:
            return bool(status.st_mode & 0o100)
        return bool(status.st_mode & (0o010 if status.st_gid == self.gid else 0o001))


@dataclass(frozen=True)
class Places:
    """The folders of one cluster ("postgres", "test-postgres", "test-postgres-2" ...) of one checkout."""

    checkout: Path
    cluster: str

    @cached_property
    def account(self) -> Account:
        """Ourselves; for root the owner of the data that are there already, else `nobody`."""
        if os.geteuid() != 0:
            return Account(os.geteuid(), os.getegid())
        inside = self.checkout / ".data" / self.cluster
        if inside.is_dir() and (owner := inside.stat()).st_uid != 0:
            return Account(owner.st_uid, owner.st_gid)
        nobody = pwd.getpwnam("nobody")
        return Account(nobody.pw_uid, nobody.pw_gid)

    @cached_property
    def room(self) -> Path:
        """The folder above `home`: `.data`, or one under /var/lib when the account cannot enter that."""
        inside = self.checkout / ".data"
        if self.account.can_enter(inside if inside.is_dir() else self.checkout):
            return inside
        return self.system_room

    @property
    def system_room(self) -> Path:
        """This checkout's folder under /var/lib, for what root has to put outside a closed folder."""
        return SYSTEM_ROOM / f"{self.checkout.name[:40]}-{self._digest}"

    @property
    def home(self) -> Path:
        """The cluster's own folder: data, socket, locks and log."""
        return self.room / self.cluster

    @property
    def socket(self) -> Path:
        """The socket's folder: inside `home`, or in /tmp where that path is too long for a socket."""
        inside = self.home / "socket"
        if len(os.fsencode(inside / SOCKET_NAME)) <= SOCKET_PATH_LIMIT:
            return inside
        return Path("/tmp") / f"billing-site-{self._digest}-{self.account.uid}-{self.cluster}"

    @property
    def _digest(self) -> str:
        return hashlib.sha256(os.fsencode(self.checkout)).hexdigest()[:10]
