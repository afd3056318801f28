"""Making the folders of the embedded database, each with the permissions that it needs."""

import os
import stat
from pathlib import Path

from runner.postgres.errors import EmbeddedDatabaseError
from runner.postgres.places import Account, Places


def make_folders(places: Places) -> None:
    """Make what is missing of a cluster's folders. Raises OSError or EmbeddedDatabaseError."""
    if places.room == places.system_room:
        make_public(places.room)
    else:
        make_data_folder(places.room)
    for folder in (places.home, places.socket):
        _make_private(folder, places.account)


def make_data_folder(folder: Path) -> None:
    """Make `.data`: closed to others, but for root one to pass through, as the server's account has to."""
    if not folder.is_dir():
        folder.mkdir(exist_ok=True)
        folder.chmod(0o711 if os.geteuid() == 0 else 0o700)


def make_public(folder: Path) -> None:
    """Make a folder under /var/lib, and its missing parents there, such that others may pass through."""
    for part in (*reversed(folder.parents), folder):
        if not part.is_dir():
            part.mkdir(exist_ok=True)
            part.chmod(0o755)


def _make_private(folder: Path, account: Account) -> None:
    try:
        folder.mkdir(mode=0o700)
        os.chown(folder, account.uid, account.gid)
    except FileExistsError:
        found = folder.lstat()  # In /tmp anybody could have made it, or a link to elsewhere.
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid or found.st_mode & 0o077:
            raise EmbeddedDatabaseError(
                f"{folder} must be a folder of user {account.uid} that nobody else can enter. "
                "Run as its owner, or move it away and try again."
            ) from None
