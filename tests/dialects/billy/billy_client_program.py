"""A company's program on billy-client as published; it runs in an environment of its own, not under pytest.

Usage: billy_client_program.py ADDRESS. It writes what each step returned as JSON. The client was written for
Python 2, whose names of three things are given to it.
"""

import builtins
import json
import sys
import urllib
import urllib.parse

urllib.urlencode = urllib.parse.urlencode
sys.modules["urlparse"] = urllib.parse
builtins.unicode = str

from billy_client import BillyAPI, NotFoundError  # noqa: E402

CARD = "/v1/marketplaces/MP1/cards/CC1"


def main(address):
    """Ask for everything that the client can ask for and that is offered here."""
    api = BillyAPI(None, endpoint=address)
    company = api.create_company("made-up-processor-key")
    customer = company.create_customer(processor_uri="/v1/customers/CU1")
    plan = company.create_plan(plan_type="debit", frequency="weekly", amount=1000)
    credit = company.create_plan(plan_type="credit", frequency="monthly", amount=500, interval=2)
    subscription = plan.subscribe(customer_guid=customer.guid, funding_instrument_uri=CARD)
    steps = {
        "company": [company, api.get_company(company.guid)],
        "customer": [customer, api.get_customer(customer.guid), *api.list_customers()],
        "plan": [plan, api.get_plan(plan.guid), *customer_plans(api, plan)],
        "credit": [credit, api.get_plan(credit.guid)],
        "subscription": [subscription, api.get_subscription(subscription.guid), *api.list_subscriptions()],
        "customer's subscriptions": [*customer.list_subscriptions()],
        "plan's subscriptions": [*plan.list_subscriptions()],
        "plan's customers": [*plan.list_customers()],
    }
    steps |= read_invoices(api, customer, plan, subscription)
    steps["canceled"] = [subscription.cancel()]
    shown = {name: [record.json_data for record in records] for name, records in steps.items()}
    shown["unknown"] = is_refused(lambda: api.get_customer("CUCh6Mi3xwWyJ9DzdwyCqnAm"))
    shown["refund of an invoice"] = is_refused(lambda: steps["invoices"][0].refund(1))
    sys.stdout.write(json.dumps(shown))


def customer_plans(api, plan):
    return [each for each in api.list_plans() if each.guid == plan.guid]


def read_invoices(api, customer, plan, subscription):
    (invoice,) = api.list_invoices()
    (transaction,) = api.list_transactions()
    owners = (customer, plan, subscription)
    return {
        "invoices": [
            invoice,
            api.get_invoice(invoice.guid),
            *(each for owner in owners for each in owner.list_invoices()),
        ],
        "transactions": [
            transaction,
            api.get_transaction(transaction.guid),
            *(each for owner in (*owners, invoice) for each in owner.list_transactions()),
        ],
    }


def is_refused(ask):
    try:
        ask()
    except NotFoundError:
        return True
    return False


if __name__ == "__main__":
    main(*sys.argv[1:])
