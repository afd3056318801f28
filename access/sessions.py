"""Store sessions in the database under the hash of their key, and keep whose they are."""

import hashlib
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession

# What the session itself holds about where it was begun.
DEVICE = "device"
# And as what it was kept last, so that a session that is saved on each request writes its owner once.
KEPT_AS = "kept_as"


class SessionStore(db.SessionStore):
    """Django's session store, but for the key in the row: a reader of the table cannot make the cookie.

    Rows, expiry and `clearsessions` are Django's. Beside each session of a person there is an `OpenSession`.
    Its methods for ASGI are not changed; this server is WSGI.
    """

    def exists(self, session_key: str) -> bool:
        """Say whether there is a session with this key."""
        return super().exists(hash_key(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        """Return the row of this session."""
        row = super().create_model_instance(data)
        row.session_key = hash_key(row.session_key)
        return row

    def save(self, must_create: bool = False) -> None:
        """Save the session, and whose it is unless that stands already."""
        is_kept = must_create or self.session_key is None or self._is_kept()
        super().save(must_create=must_create)
        if not is_kept:
            _keep_owner(*self[KEPT_AS])

    def _is_kept(self) -> bool:
        """Say whether the row of the owner stands; else note in the session what it will say."""
        if (user_id := self.get(SESSION_KEY)) is None:
            return True
        owner = [hash_key(self.session_key or ""), int(user_id), self.get(DEVICE) or {}]
        is_kept: bool = self.get(KEPT_AS) == owner
        self[KEPT_AS] = owner
        return is_kept

    def delete(self, session_key: str | None = None) -> None:
        """Delete the session with this key, or this one."""
        if key := session_key or self.session_key:
            super().delete(hash_key(key))
            _find_rows().filter(session_key=hash_key(key)).delete()

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        stored: Any = db.SessionStore(hash_key(self.session_key or ""))
        row: AbstractBaseSession | None = stored._get_session_from_db()
        if row is None:
            self._session_key = None
        return row


def hash_key(session_key: str) -> str:
    """Return what is stored of a key: 40 hexadecimal digits of SHA-256, as many as the column holds."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:40]


def _find_rows() -> Any:
    # Django imports a session store before its models are ready.
    from access.models import OpenSession

    return OpenSession.objects


def _keep_owner(session_key: str, user_id: int, device: dict[str, str]) -> None:
    rows = _find_rows()
    row = rows.model(session_key=session_key, user_id=user_id, **device)
    fields = ["user_id", *device]
    rows.bulk_create([row], update_conflicts=True, unique_fields=["session_key"], update_fields=fields)
