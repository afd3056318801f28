"""What `manage.py reset` deletes: the embedded database, and the files of the programs beside it."""

import shutil
from pathlib import Path

from django.conf import settings

from runner import postgres


class InUse(Exception):
    """Another command uses the embedded database."""


def delete_data() -> None:
    """Delete the embedded database, queued messages, mails, logs and the sandbox's memory. Raises InUse.

    The secret key stays, and so does the database of the tests. The caller holds the lock of the server.
    """
    home = postgres.home()
    if home.is_dir() and not postgres.has_ended():
        raise InUse("Another command uses the embedded database; let that end first.")
    data = Path(settings.DATA_DIR)
    books = Path(settings.SANDBOX_BOOKS)
    schedule = Path(settings.CELERY_BEAT_SCHEDULE_FILENAME)
    for folder in (home, Path(settings.BROKER_DIR), Path(settings.MAILBOX_DIR), data / "logs"):
        shutil.rmtree(folder, ignore_errors=not folder.exists())
    for file in (*books.parent.glob(f"{books.name}*"), *schedule.parent.glob(f"{schedule.name}*")):
        file.unlink()
