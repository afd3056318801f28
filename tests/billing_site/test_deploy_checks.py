"""`manage.py check --deploy` names what a half-configured production lacks, and nothing else."""

import pytest
from django.core.checks import run_checks
from django.db import connection

from billing_site.deploy_checks import CONSOLE_MAIL

COMPLETE = {
    "BASE_URL": "https://billing.example",
    "OVER_TLS": True,
    "TRUSTED_PROXIES": 1,
    "DATABASE_URL_IS_SET": True,
    "REDIS_URL": "redis://:a-password@redis.example:6379/0",
    "MESSAGE_BROKER_URL": "",
    "LIVE_GATEWAY": "a-processor",
    "ALLOW_DEMO": False,
    "COMPANY_CREATION": "closed",
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "ALLOWED_HOSTS": ["billing.example"],
    "DEPLOYMENT": "production",
}


def find_ours(settings, **changed):
    for name, value in (COMPLETE | changed).items():
        setattr(settings, name, value)
    found = run_checks(include_deployment_checks=True)
    return [(message.id, message.hint) for message in found if str(message.id).startswith("billing.")]


def test_a_complete_production_lacks_nothing(settings):
    assert find_ours(settings) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changed", "number", "named"),
    [
        ({"BASE_URL": "http://billing.example", "OVER_TLS": False}, "W001", "BASE_URL"),
        ({"TRUSTED_PROXIES": 0}, "W002", "TRUSTED_PROXIES"),
        ({"DATABASE_URL_IS_SET": False}, "W003", "DATABASE_URL"),
        ({"REDIS_URL": ""}, "W004", "REDIS_URL"),
        ({"REDIS_URL": "redis://redis.example:6379/0"}, "W005", "REDIS_URL"),
        ({"MESSAGE_BROKER_URL": "amqp://rabbit.example/billing"}, "W005", "BROKER_URL"),
        ({"LIVE_GATEWAY": "sandbox"}, "W006", "LIVE_GATEWAY"),
        ({"LIVE_GATEWAY": "stripe", "STRIPE_API_KEY": "sk_test_madeUp"}, "W013", "STRIPE_API_KEY"),
        ({"ALLOW_DEMO": True}, "W007", "ALLOW_DEMO"),
        ({"COMPANY_CREATION": "open"}, "W008", "COMPANY_CREATION"),
        ({"EMAIL_BACKEND": CONSOLE_MAIL}, "W009", "EMAIL_URL"),
        ({"ALLOWED_HOSTS": ["*"]}, "W011", "ALLOWED_HOSTS"),
        ({"DEPLOYMENT": "local"}, "W012", "DEPLOYMENT"),
    ],
)
def test_each_thing_that_is_missing_is_named_with_its_setting(settings, changed, number, named):
    ((found, hint),) = find_ours(settings, **changed)
    assert found == f"billing.{number}"
    assert named in hint


def test_a_redis_on_this_machine_needs_no_password(settings):
    assert find_ours(settings, REDIS_URL="redis://127.0.0.1:6379/0") == []


@pytest.mark.slow
def test_a_superuser_of_the_database_is_named(db):
    found = [message.id for message in run_checks(include_deployment_checks=True, databases=["default"])]
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        assert ("billing.W010" in found) is cursor.fetchone()[0]
        cursor.execute("CREATE ROLE ordinary_of_a_test")
        cursor.execute("SET LOCAL ROLE ordinary_of_a_test")
    found = [message.id for message in run_checks(include_deployment_checks=True, databases=["default"])]
    assert {"billing.W010", "billing.W014"}.isdisjoint(found)


def test_a_role_that_owns_the_tables_is_named(db):
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE owner_of_a_test")
        cursor.execute("ALTER TABLE customers_merchant OWNER TO owner_of_a_test")
        cursor.execute("SET LOCAL ROLE owner_of_a_test")
    found = [message for message in run_checks(include_deployment_checks=True, databases=["default"])]
    [ours] = [message for message in found if message.id == "billing.W014"]
    assert "DATABASE_OWNER_URL" in ours.hint


def test_a_session_that_does_not_know_the_limit_of_refunds_is_named(db):
    """Behind a pooler the role has it, since `manage.py database_role` was last run."""
    assert "billing.W016" not in {message.id for message in run_checks(databases=["default"])}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL billing.refund_approval_limit = 'USD:1'")
    found = [message for message in run_checks(include_deployment_checks=True, databases=["default"])]
    [ours] = [message for message in found if message.id == "billing.W016"]
    assert "billing.refund_approval_limit" in ours.msg
    assert "database_role" in ours.hint
