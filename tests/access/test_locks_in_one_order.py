"""Whoever locks an account and its user takes the account first, so that nobody waits in a circle."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections, transaction

from access.log_in_links import Purpose, make_token, use_log_in_link, use_reset_link
from access.members import lock_member, lock_organization, remove_member
from access.own_passwords import change_password
from customers.application_looks import change_application_icon, change_application_looks
from customers.errors import MemberNotFound
from operations.factories import AccountFactory, ApplicationFactory, CallerFactory, ChargeFactory
from tests.money import run_at_once
from tests.webhooks.receiver import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
NEW = "a-new-long-password-9"


def count_waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        [count] = cursor.fetchone()
    return count


@pytest.fixture
def start() -> Iterator[Callable[[Callable[[], Any]], "Future[Any]"]]:
    """Start a work in another thread; return when it waits for a lock of this one, or is done."""

    def run(work: Callable[[], Any]) -> Any:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '10s'")
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:

        def start(work: Callable[[], Any]) -> "Future[Any]":
            result = pool.submit(run, work)
            wait_until(lambda: result.done() or count_waiting() > 0)
            return result

        yield start


@pytest.fixture
def owner():
    return AccountFactory(is_owner=True, has_billing_role=True)


@pytest.fixture
def member(owner):
    return AccountFactory(organization=owner.organization)


@pytest.mark.parametrize("purpose", Purpose)
def test_a_mailed_link_and_the_removal_of_its_owner_do_not_wait_for_each_other(owner, member, purpose, start):
    token = make_token(purpose, member.user)
    use = {
        Purpose.LOG_IN: lambda: use_log_in_link(token),
        Purpose.RESET: lambda: use_reset_link(token, password=NEW),
    }[purpose]
    with transaction.atomic():
        lock_organization(owner.organization_id)
        lock_member(member.pk, owner.organization_id)  # As far as a removal has come.
        link = start(use)
        remove_member(member.pk, by=owner)
        assert not link.done()
    assert link.result() is None
    member.user.refresh_from_db()
    assert not member.user.is_active


def test_a_new_password_and_a_removal_do_not_wait_for_each_other(owner, member, start):
    user = member.user
    with transaction.atomic():
        lock_organization(owner.organization_id)
        lock_member(member.pk, owner.organization_id)
        changed = start(lambda: change_password(user, password=NEW))
        remove_member(member.pk, by=owner)
        assert not changed.done()
    assert changed.result() is None
    member.user.refresh_from_db()
    assert not member.user.is_active


def test_many_links_and_removals_at_once_end(owner):
    members = [AccountFactory(organization=owner.organization) for _ in range(6)]
    tokens = [make_token(Purpose.RESET, each.user) for each in members]

    def reset(token: str) -> Any:
        return lambda: use_reset_link(token, password=NEW)

    def remove(pk: int) -> Any:
        return lambda: remove_member(pk, by=owner)

    works = [
        work for each, token in zip(members, tokens, strict=True) for work in (reset(token), remove(each.pk))
    ]
    assert not [result for result in run_at_once(*works) if isinstance(result, Exception)]
    with pytest.raises(MemberNotFound):
        remove_member(members[0].pk, by=owner)


@pytest.mark.parametrize("changes", ["looks", "icon"])
def test_an_app_is_sold_while_its_looks_are_changed(changes, start):
    app = ApplicationFactory()
    caller = CallerFactory(application=app)
    with transaction.atomic():
        if changes == "icon":
            change_application_icon(application_id=app.pk, icon=b"")
        else:
            change_application_looks(
                application_id=app.pk, website_url="https://seller.example", support_address="", terms_url=""
            )
        sold = start(lambda: ChargeFactory(caller=caller))
        assert sold.done()
    assert sold.result().order_application_id == app.pk
