"""Close the log-ins of the demo, whose secrets are public, where others than this machine can use them."""

from collections.abc import Iterator

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import User
from django.db import transaction

from customers.models import Application, ServiceUser
from operations.demo import BUYER, MARKETPLACE, OTHER_BUYER, OTHER_SELLER, SELLER, STAFF, UNIBILL

PEOPLE = {STAFF["username"]: STAFF["password"]} | {
    tenant.email: tenant.password for tenant in (SELLER, OTHER_SELLER, BUYER, OTHER_BUYER)
}
APPS = {tenant.client_id: tenant.client_secret for tenant in (SELLER, OTHER_SELLER, MARKETPLACE)}


@transaction.atomic
def close_demo() -> list[str]:
    """Take away the passwords and secrets that `load_demo` made public and return whose.

    What somebody has replaced since is left alone. `load_demo` opens them again.
    """
    return [*_close_people(), *_close_apps(), *_close_service_user()]


def _close_people() -> Iterator[str]:
    for user in User.objects.select_for_update().filter(username__in=PEOPLE):
        if check_password(PEOPLE[user.username], user.password):
            user.set_unusable_password()
            user.save(update_fields=["password"])
            yield user.username


def _close_apps() -> Iterator[str]:
    for app in Application.objects.select_for_update().filter(client_id__in=APPS):
        if check_password(APPS[app.client_id], app.client_secret):
            Application.objects.filter(pk=app.pk).update(client_secret=make_password(None))
            yield app.name


def _close_service_user() -> Iterator[str]:
    for user in ServiceUser.objects.select_for_update().filter(username=UNIBILL["username"], is_active=True):
        if check_password(UNIBILL["password"], user.password):
            user.is_active = False
            user.save(update_fields=["is_active"])
            yield user.username
