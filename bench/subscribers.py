"""A table of subscriptions as a marketplace has them: 10,000 buyers with a card each, 100 sellers."""

from datetime import UTC, datetime

from django.contrib.auth import get_user_model

from bench.charges import VARIED
from bench.harness import CouldNotMeasure
from bench.rows import execute, fetch_one, filling
from bench.settlement_batches import CLEARING, REVENUE, open_account, payable
from bench.statement import renew_by_statement
from bench.tenants import make_tenant
from charges.models.consented_terms import SUBSCRIPTION_TERMS, write_terms_sql
from core import clock
from core.ledger_references import write_charge_reference
from customers.models import Account, Application, Organization, PaymentOption
from operations.factories import (
    AccountFactory,
    ApplicationFactory,
    OrganizationFactory,
    PaymentOptionFactory,
    SubscriptionFactory,
    UserFactory,
)
from subscriptions.models import Subscription

GATEWAY = "bench"
BUYERS = 10_000
SELLERS = 100
# Years ago, so that no worker of this machine's clock is late, and in no order of the ids.
DUE = "timestamptz '2001-01-01 UTC' + n * 7919 %% 2419200 * interval '1 second'"
BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)
RENEWED = (
    "subscriptions_subscription",
    "charges_charge",
    "charges_attempt",
    "charges_statuschange",
    "ledger_ledgertransaction",
    "ledger_ledgerentry",
)
VARYING = {
    "public_id": VARIED["public_id"],
    "buyer_id": "(%(buyers)s::bigint[])[1 + n %% %(buyer_count)s]",
    "buyer_account_id": "(%(accounts)s::bigint[])[1 + n %% %(buyer_count)s]",
    "payment_option_id": "(%(cards)s::bigint[])[1 + n %% %(buyer_count)s]",
    "order_application_id": "(%(apps)s::bigint[])[1 + n %% %(seller_count)s]",
    "seller_application_id": "(%(apps)s::bigint[])[1 + n %% %(seller_count)s]",
    "payee_id": "(%(sellers)s::bigint[])[1 + n %% %(seller_count)s]",
    "status": "'active'",
    "anchor_at": f"{DUE} - interval '1 month'",
    "period": "1",
    "due_at": DUE,
    "current_charge_at": f"{DUE} - interval '1 month'",
    "next_charge_at": DUE,
    "catch_up_limit": "NULL::smallint",
}
# What is recorded when a buyer accepts.
ACCEPT = f"""
INSERT INTO charges_acceptance
    (subscription_id, account_id, organization_id, terms_hash, user_agent, created_at)
SELECT s.id, s.buyer_account_id, s.buyer_id, {write_terms_sql("s", SUBSCRIPTION_TERMS)}, '', s.created_at
FROM subscriptions_subscription s WHERE s.status <> 'pending'
ON CONFLICT (subscription_id) DO NOTHING
"""
FIND_WRONG = f"""
SELECT
    (SELECT count(*) FROM (
        SELECT 1 FROM charges_charge GROUP BY subscription_id, period HAVING count(*) > 1) twice)
    + (SELECT count(*) FROM subscriptions_subscription s
        LEFT JOIN (SELECT subscription_id, count(*) AS n FROM charges_charge GROUP BY 1) paid
            ON paid.subscription_id = s.id
        WHERE s.period - 1 <> COALESCE(n, 0) AND s.status = 'active')
    + (SELECT count(*) FROM charges_charge c
        LEFT JOIN (
            SELECT charge_id, count(*) AS n FROM charges_attempt WHERE state = 'succeeded' GROUP BY 1
        ) captured ON captured.charge_id = c.id
        LEFT JOIN ledger_ledgertransaction t ON t.reference = {write_charge_reference("c.public_id")}
        WHERE c.status <> 'success' OR n IS DISTINCT FROM 1 OR t.id IS NULL)
    + (SELECT count(*) FROM (
        SELECT 1 FROM ledger_ledgerentry GROUP BY transaction_id
        HAVING SUM(amount_minor) <> 0 OR count(*) <> 3) unbalanced),
    (SELECT count(*) FROM charges_charge)
"""


def fill_subscriptions(count: int) -> None:
    """Make that many, of parties that are made once in a database."""
    if not Subscription.objects.exists():
        make_parties()
    with filling("subscriptions_subscription", "charges_acceptance"):
        copy_subscriptions(count, after=Subscription.objects.count())
        execute(ACCEPT)


def fill_past_period(count: int) -> None:
    """Renew all of them once, so that the other tables are as long, and have statistics."""
    for seller in Application.objects.filter(hash_client_secret=False).values_list(
        "organization_id", flat=True
    ):
        open_account(payable(seller))
    open_account(CLEARING)
    open_account(REVENUE)
    with filling(*RENEWED):
        if renew_by_statement(until=clock.now(), limit=count) != count:
            raise CouldNotMeasure("not all subscriptions could be renewed")


def find_instant(due: int) -> datetime:
    """Return when so many subscriptions are due (UTC). Raises CouldNotMeasure when there are fewer."""
    running = Subscription.objects.filter(due_at__isnull=False, has_own_clock=False).order_by("due_at", "pk")
    instant = running.values_list("due_at", flat=True)[due - 1 : due].first()
    if instant is None:
        raise CouldNotMeasure(f"fewer than {due:,} subscriptions will ever be due")
    return instant


def find_wrong() -> tuple[int, int]:
    """Count what is wrong in the books, and the charges."""
    wrong, charges = fetch_one(FIND_WRONG)
    return wrong, charges


def make_parties() -> None:
    """Make buyers and sellers, and a subscription that the others are copied from."""
    app = ApplicationFactory.create()
    SubscriptionFactory.create(caller=make_tenant(app, "first").caller)
    organizations = Organization.objects.bulk_create(
        OrganizationFactory.build(name=f"Party {number}") for number in range(BUYERS + SELLERS)
    )
    users = get_user_model().objects.bulk_create(
        UserFactory.build(username=f"{number}@buyer.example", password="") for number in range(BUYERS)
    )
    buyers, sellers = organizations[:BUYERS], organizations[BUYERS:]
    Account.objects.bulk_create(
        AccountFactory.build(organization=buyer, user=user, email=user.username)
        for buyer, user in zip(buyers, users, strict=True)
    )
    PaymentOption.objects.bulk_create(
        PaymentOptionFactory.build(
            organization=buyer, gateway=GATEWAY, gateway_token=f"token {buyer.pk}", is_default=True
        )
        for buyer in buyers
    )
    Application.objects.bulk_create(
        ApplicationFactory.build(organization=seller, hash_client_secret=False) for seller in sellers
    )
    execute("ANALYZE")


def copy_subscriptions(count: int, *, after: int) -> None:
    """Insert copies of the first subscription, each with parties, an id and a due date of its own."""
    columns = [str(field.column) for field in Subscription._meta.concrete_fields if not field.primary_key]
    values = [VARYING.get(column, f"template.{column}") for column in columns]
    cards = PaymentOption.objects.order_by("pk")
    apps = Application.objects.filter(hash_client_secret=False).order_by("pk")
    buyers = list(cards.values_list("organization_id", flat=True))
    execute(
        f"""INSERT INTO subscriptions_subscription ({", ".join(columns)}) SELECT {", ".join(values)}
        FROM generate_series(%(first)s::bigint, %(last)s::bigint) n
        JOIN subscriptions_subscription template
            ON template.id = (SELECT min(id) FROM subscriptions_subscription)
        ORDER BY n""",
        {
            "first": after,
            "last": after + count - 1,
            "buyers": buyers,
            "buyer_count": len(buyers),
            "accounts": list(
                Account.objects.filter(organization__in=buyers)
                .order_by("organization_id")
                .values_list("pk", flat=True)
            ),
            "cards": list(cards.values_list("pk", flat=True)),
            "apps": list(apps.values_list("pk", flat=True)),
            "seller_count": len(apps),
            "sellers": list(apps.values_list("organization_id", flat=True)),
        },
    )
