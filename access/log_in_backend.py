"""Log people in with name and password, within the limits of the name, the address and the device."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from access.known_devices import find_known_device
from access.log_in_limits import check_password_of
from core.client_address import read_client_address
from customers.errors import NotAuthenticated, TooManyFailures


class LimitedBackend(ModelBackend):
    """Django's own backend; a refusal is left on the request as `log_in_refusal` for the answer."""

    def get_user(self, user_id: int) -> User | None:
        """Return the user of a session with account, organisation and test buyer, which every page needs."""
        user = User.objects.select_related("account__organization__test_buyer").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """Return the user. Raises PermissionDenied, so that no other backend is asked."""
        if request is None or username is None or password is None:
            return super().authenticate(request, username, password, **kwargs)

        def verify() -> User | None:
            return super(LimitedBackend, self).authenticate(request, username, password, **kwargs)

        try:
            return check_password_of(
                name=username,
                address=read_client_address(request),
                known_as=find_known_device(request, name=username),
                verify=verify,
            )
        except NotAuthenticated:
            return None
        except TooManyFailures as refusal:
            request.log_in_refusal = refusal  # type: ignore[attr-defined]
            raise PermissionDenied from refusal
