"""Store sessions in the database under the hash of their key."""

import hashlib
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession


class SessionStore(db.SessionStore):
    """Django's session store, but for the key in the row: a reader of the table cannot make the cookie.

    Rows, expiry and `clearsessions` are Django's. Its methods for ASGI are not changed; this server is WSGI.
    """

    def exists(self, session_key: str) -> bool:
        """Say whether there is a session with this key."""
        return super().exists(hash_key(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        """Return the row of this session."""
        row = super().create_model_instance(data)
        row.session_key = hash_key(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        """Delete the session with this key, or this one."""
        if key := session_key or self.session_key:
            super().delete(hash_key(key))

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        stored: Any = db.SessionStore(hash_key(self.session_key or ""))
        row: AbstractBaseSession | None = stored._get_session_from_db()
        if row is None:
            self._session_key = None
        return row


def hash_key(session_key: str) -> str:
    """Return what is stored of a key: 40 hexadecimal digits of SHA-256, as many as the column holds."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:40]
