"""A table of subscriptions as a marketplace has them: 10,000 buyers with a card each, 100 sellers."""

from datetime import UTC, datetime

from django.contrib.auth import get_user_model

from bench.charges import VARIED
from bench.harness import CouldNotMeasure
from bench.rows import execute, fetch_one, filling
from bench.settlement_batches import CLEARING, REVENUE, open_account, payable
from bench.statement import renew_by_statement
from bench.tenants import make_app, make_tenant
from charges.models.consented import SUBSCRIPTION_TERMS, write_terms_sql
from charges.requests.parties import Parties
from core import clock
from core.keys import write_charge_reference
from customers.models import Account, Application, Organization, PaymentOption, Product
from subscriptions.lifecycle.create import create_subscription
from subscriptions.lifecycle.policies import bill_when_paid
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
    running = Subscription.objects.filter(due_at__isnull=False).order_by("due_at", "pk")
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
    app = make_app()
    tenant = make_tenant(app, "first")
    parties = Parties.of_offer(
        caller=tenant.caller, product=Product.LIVECHAT, return_url="https://seller.example/back"
    )
    create_subscription(parties=parties, policy=bill_when_paid(), name="Monthly app", price_minor=1900)
    organizations = Organization.objects.bulk_create(
        Organization(name=f"Party {number}") for number in range(BUYERS + SELLERS)
    )
    users = get_user_model().objects.bulk_create(
        get_user_model()(username=f"{number}@buyer.example") for number in range(BUYERS)
    )
    buyers = list(zip(organizations[:BUYERS], users, strict=True))
    Account.objects.bulk_create(
        Account(organization=organization, user=user, email=user.username) for organization, user in buyers
    )
    PaymentOption.objects.bulk_create(map(make_card, organizations[:BUYERS]))
    Application.objects.bulk_create(make_other_app(app, seller) for seller in organizations[BUYERS:])
    execute("ANALYZE")


def make_card(buyer: Organization) -> PaymentOption:
    """Return a card that the benchmark's gateway takes."""
    return PaymentOption(
        organization=buyer,
        gateway=GATEWAY,
        gateway_token=f"token {buyer.pk}",
        brand="visa",
        last4="4242",
        exp_month=12,
        exp_year=2030,
        is_default=True,
    )


def make_other_app(app: Application, seller: Organization) -> Application:
    """Return the like of an app for another seller."""
    return Application(
        organization=seller,
        name=f"App of {seller.name}",
        author_email=app.author_email,
        products=app.products,
        hash_client_secret=False,
        client_type=app.client_type,
        authorization_grant_type=app.authorization_grant_type,
    )


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
