"""A marketplace after three years: charges of all outcomes with what hangs on each, for the pages of staff.

Each kind of charge is made once, by the services, and then copied with ids, amounts, parties and days of its
own: its attempts, history, ledger transaction, events and tax paper are copied along.
"""

from datetime import timedelta
from typing import Any

from django.db.models import Model

from bench.rows import execute, fetch_one, filling
from bench.settlement_batches import open_account, payable
from bench.subscribers import fill_subscriptions
from bench.tenants import make_tenant
from bookkeeping.figures.counting import count_figures
from charges.models import Attempt, Charge, PageShown, StatusChange
from core import clock
from customers.models import Account, Application
from events.models import Event
from invoicing.issue import issue_batch
from invoicing.models import TaxPaper
from ledger.balances import roll_up_balances
from ledger.entry_sums import sum_up_block
from ledger.models import AccountKind, LedgerEntry, LedgerTransaction
from mail.models import Mail
from operations.factories import ApplicationFactory, ChargeFactory
from request_log.models import LoggedRequest

# How many of a hundred charges are of each kind; what has failed did so for one of a few reasons.
KINDS: tuple[tuple[int, dict[str, Any]], ...] = (
    (90, {"collected": True}),
    (2, {"collected": True, "test": True}),
    (5, {"failed": True}),  # With a card that the ones after it need not be paid with.
    (2, {}),
    (1, {"declined": True}),
)
REASONS = ("expired_card", "insufficient_funds", "do_not_honor", "insufficient_funds")
RARE = "stolen_card"  # The reason of every thousandth.
SELDOM = 5_000  # Each of so many charges is for something else.
DAYS = 1095
SPAN = f"interval '{DAYS} days'"
CHARGES = "charges_charge"
CREATED = f"(now() - {SPAN} * (%(count)s - n) / %(count)s)"
PRICE = "(100 + n * 7919 %% 50000)"
WHO = "1 + n * 7919 %% cardinality(%({})s::bigint[])"
BUYER, SELLER = WHO.format("buyers"), WHO.format("sellers")
UUID = """(lpad(to_hex((extract(epoch from {at}) * 1000)::bigint), 12, '0') || '7'
    || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid"""
OF_CHARGE = {
    "id": "%(first)s + n",
    "public_id": UUID.format(at=CREATED),
    "buyer_id": f"(%(buyers)s::bigint[])[{BUYER}]",
    "buyer_account_id": f"(%(accounts)s::bigint[])[{BUYER}]",
    "payee_id": f"(%(sellers)s::bigint[])[{SELLER}]",
    "order_application_id": f"(%(apps)s::bigint[])[{SELLER}]",
    "seller_application_id": f"(%(apps)s::bigint[])[{SELLER}]",
    "name": f"CASE WHEN n %% {SELDOM} = 0 THEN 'Heatmap ' ELSE 'Extension ' END || n",
    "price_minor": PRICE,
    "quantity": "1",
    "total_minor": PRICE,
    "commission_minor": f"({PRICE} * template.commission_percent + 50) / 100",
    "failure_code": f"""CASE WHEN template.failure_code = '' THEN '' WHEN n %% 1000 = 93 THEN '{RARE}'
        ELSE (%(reasons)s::text[])[1 + n / 7 %% cardinality(%(reasons)s::text[])] END""",
    "created_at": CREATED,
}
# What hangs on a charge: how the row of its template is found, and what differs.
PARTS: tuple[tuple[type[Model], str, dict[str, str]], ...] = (
    (
        Attempt,
        "template.charge_id = {kind}",
        {
            "charge_id": "charge.id",
            "key": "charge.public_id || '/' || template.number",
            "gateway_reference": "'ch_' || md5(charge.id::text)",
            "amount_minor": "charge.total_minor",
            "code": "charge.failure_code",
        },
    ),
    (StatusChange, "template.charge_id = {kind}", {"charge_id": "charge.id"}),
    (
        LedgerTransaction,
        "template.reference = 'charge:' || (SELECT public_id FROM charges_charge t WHERE t.id = {kind})",
        {"public_id": "gen_random_uuid()", "reference": "'charge:' || charge.public_id"},
    ),
    (
        Event,
        "template.object_id = (SELECT public_id FROM charges_charge t WHERE t.id = {kind})",
        {
            "id": "gen_random_uuid()",
            "object_id": "charge.public_id",
            "application_id": "charge.order_application_id",
            "organization_id": "charge.payee_id",
            "buyer_id": "charge.buyer_id",
        },
    ),
    (
        TaxPaper,
        "template.charge_id = {kind}",
        {
            "public_id": "gen_random_uuid()",
            "charge_id": "charge.id",
            "number": "template.number + charge.id",
            "name": "'INV-' || charge.id",
            "net_minor": "charge.total_minor - template.tax_minor",
            "total_minor": "charge.total_minor",
            "application_id": "charge.order_application_id",
            "seller_id": "charge.payee_id",
            "buyer_id": "charge.buyer_id",
        },
    ),
)
ENTRIES = """
INSERT INTO ledger_ledgerentry (transaction_id, account_id, amount_minor, xact)
SELECT t.id, line.account_id, line.amount, 1 FROM ledger_ledgertransaction t
JOIN charges_charge c ON t.reference = 'charge:' || c.public_id
JOIN ledger_ledgeraccount a ON a.organization_id = c.payee_id AND a.kind = %(payable)s AND a.livemode
CROSS JOIN LATERAL (VALUES (%(clearing)s::bigint, c.total_minor),
    (a.id, c.commission_minor - c.total_minor), (%(revenue)s::bigint, -c.commission_minor)
) line (account_id, amount)
WHERE c.id > %(first)s ORDER BY t.id
"""
# The services that renew subscriptions go on behind what was copied.
NEXT_CHARGE = "SELECT setval('charges_charge_id_seq', max(id)) FROM charges_charge"
MAILS = """
INSERT INTO mail_mail (public_id, kind, cause, address, account_id, object_id, facts, livemode, language,
    tries, failures, trouble, resends, sent_at, withheld, provider_id, created_at)
SELECT gen_random_uuid(), 'receipt', c.public_id::text, a.email, a.id, c.public_id, '{}', true, 'en',
    1, 0, '', 0, c.created_at, '', '', c.created_at
FROM charges_charge c JOIN customers_account a ON a.id = c.buyer_account_id
WHERE c.id > %(first)s AND c.status = 'success' ORDER BY c.id
"""
LOGGED = """
INSERT INTO request_log_loggedrequest
    (organization_id, method, path, status, request_id, duration_ms, refusal, object_id, created_at)
SELECT c.payee_id, 'PUT', '/v2/direct_charge/livechat/' || c.public_id || '/activate', 200,
    md5('request' || c.id), 7, '', c.public_id, c.created_at
FROM charges_charge c WHERE c.id > %(first)s ORDER BY c.id
"""
SHOWN = """
INSERT INTO charges_pageshown (object_id, account_id, shown_at)
SELECT c.public_id, c.buyer_account_id, c.created_at FROM charges_charge c
WHERE c.id > %(first)s ORDER BY c.id
"""


def fill_marketplace(count: int, *, subscriptions: int | None = None) -> None:
    """Make that many charges with what hangs on them, and as many subscriptions as told, or a tenth."""
    fill_subscriptions(count // 10 if subscriptions is None else subscriptions)
    templates = make_templates()
    first = max(templates) + 1000
    params = {**_list_parties(), "count": count, "first": first, "reasons": list(REASONS)}
    params["kinds"] = [pk for (share, _), pk in zip(KINDS, templates, strict=True) for _ in range(share)]
    _copy_charges(params)
    for model, found, varied in PARTS:
        _copy_part(model, found, varied, params)
    _fill_rest(params)
    execute("ANALYZE")
    roll_up_balances()
    while sum_up_block():  # As workers would have.
        pass
    count_figures()


def make_templates() -> list[int]:
    """Make a charge of each kind and its papers, the oldest of all, and return their keys."""
    app = ApplicationFactory.create()
    caller = make_tenant(app, "template").caller
    with clock.travel_to(clock.now() - timedelta(days=DAYS)):
        made = [ChargeFactory.create(caller=caller, **traits).pk for _, traits in KINDS]
        while issue_batch():
            pass
    return made


def _list_parties() -> dict[str, Any]:
    accounts = Account.objects.filter(email__endswith="@buyer.example", email__regex=r"^\d").order_by("pk")
    apps = Application.objects.filter(hash_client_secret=False).order_by("pk")
    sellers = [seller for seller in apps.values_list("organization_id", flat=True)]
    for seller in sellers:
        open_account(payable(seller))
    return {
        "buyers": list(accounts.values_list("organization_id", flat=True)),
        "accounts": list(accounts.values_list("pk", flat=True)),
        "sellers": sellers,
        "apps": list(apps.values_list("pk", flat=True)),
    }


def _copy_charges(params: dict[str, Any]) -> None:
    columns = [str(field.column) for field in Charge._meta.concrete_fields]
    dated = {
        name: f"CASE WHEN template.{name} IS NOT NULL THEN {CREATED} END"
        for name in columns
        if _is_instant(name)
    }
    values = [({**dated, **OF_CHARGE}).get(column, f"template.{column}") for column in columns]
    with filling(CHARGES):
        execute(
            f"""INSERT INTO charges_charge ({", ".join(columns)}) SELECT {", ".join(values)}
            FROM generate_series(1::bigint, %(count)s::bigint) n
            JOIN charges_charge template
                ON template.id = (%(kinds)s::bigint[])[1 + n %% cardinality(%(kinds)s::bigint[])]
            ORDER BY n""",
            params,
        )
    execute(NEXT_CHARGE)


def _is_instant(column: str) -> bool:
    return column in ("decided_at", "activated_at", "finished_at", "updated_at")


def _copy_part(model: type[Model], found: str, varied: dict[str, str], params: dict[str, Any]) -> None:
    table = model._meta.db_table
    columns = [
        field for field in model._meta.concrete_fields if not field.primary_key or field.column in varied
    ]
    dated = {
        str(field.column): f"CASE WHEN template.{field.column} IS NOT NULL THEN charge.created_at END"
        for field in columns
        if field.get_internal_type() == "DateTimeField"
    }
    values = [({**dated, **varied}).get(str(field.column), f"template.{field.column}") for field in columns]
    kind = "(%(kinds)s::bigint[])[1 + (charge.id - %(first)s) %% cardinality(%(kinds)s::bigint[])]"
    with filling(table):
        execute(
            f"""INSERT INTO {table} ({", ".join(str(field.column) for field in columns)})
            SELECT {", ".join(values)} FROM charges_charge charge
            JOIN LATERAL (SELECT {kind} AS pk) kind ON true
            JOIN {table} template ON {found.format(kind="kind.pk")}
            WHERE charge.id > %(first)s ORDER BY charge.id""",
            params,
        )


def _fill_rest(params: dict[str, Any]) -> None:
    accounts = {
        name: fetch_one(
            "SELECT id FROM ledger_ledgeraccount WHERE kind = %(kind)s AND livemode AND currency = 'USD'",
            {"kind": kind.value},
        )[0]
        for name, kind in (
            ("clearing", AccountKind.BUYER_CLEARING),
            ("revenue", AccountKind.COMMISSION_REVENUE),
        )
    }
    with filling(LedgerEntry._meta.db_table):
        execute(ENTRIES, {**params, **accounts, "payable": AccountKind.SELLER_PAYABLE.value})
    with filling(Mail._meta.db_table):
        execute(MAILS, params)
    with filling(LoggedRequest._meta.db_table):
        execute(LOGGED, params)
    with filling(PageShown._meta.db_table):
        execute(SHOWN, params)
