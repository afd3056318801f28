"""Rows of a Billy dump that cannot be taken over are named with their line, and then nothing is."""

import shutil
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from core.billy_guids import read_guid
from customers.models import Merchant, Organization
from operations.factories import MerchantFactory
from subscriptions.models import Subscription
from tests.operations.billy_dump import Dump, guid
from tests.subscriptions.clients import subscribe
from tests.verification import assert_books_are_sound

pytestmark = pytest.mark.django_db


@pytest.fixture
def dump(tmp_path):
    return Dump(tmp_path)


@pytest.fixture
def refuse(capsys):
    """Try to import and return the refusals; nothing may have been written."""

    def run(folder, *options):
        before = (Organization.objects.count(), Subscription.objects.count())
        with pytest.raises(SystemExit) as end:
            call_command("import_billy", str(folder), "--commit", *options)
        assert end.value.code == 1
        assert (Organization.objects.count(), Subscription.objects.count()) == before
        told = capsys.readouterr()
        assert told.out.splitlines()[-1] == "Nothing was imported: some rows were refused."
        return told.err.splitlines()

    return run


BAD = [
    ("company", {"guid": ""}, "guid is missing"),
    ("company", {"guid": guid("CU")}, "is not a guid (CP and 128 bits in base 58)"),
    ("company", {"guid": "CP" + "z" * 22}, "is not a guid (CP and 128 bits in base 58)"),
    ("company", {"guid": "CP0OIl"}, "is not a guid (CP and 128 bits in base 58)"),
    ("company", {"guid": "CP" + "z" * 90_000}, "is not a guid (CP and 128 bits in base 58)"),
    ("company", {"api_key": ""}, "api_key is missing"),
    ("company", {"api_key": "k" * 65}, "is longer than 64 characters"),
    ("company", {"api_key": "k\0"}, "is not text in UTF-8 without NUL"),
    ("company", {"processor_key": ""}, "processor_key is missing"),
    ("company", {"name": "n" * 256}, "is longer than 255 characters"),
    ("company", {"name": "\u200b"}, "name must have a character that can be seen"),
    ("company", {"deleted": "perhaps"}, "deleted 'perhaps' is neither t nor f"),
    ("company", {"created_at": "yesterday"}, "created_at 'yesterday' is not a time"),
    ("customer", {"company_guid": "CPunknown"}, "is no company here or in company.csv"),
    ("customer", {"external_id": "x" * 129}, "is longer than 128 characters"),
    ("customer", {"external_id": "\0"}, "is not text in UTF-8 without NUL"),
    ("customer", {"deleted": "t", "updated_at": ""}, "updated_at is missing"),
    ("plan", {"amount": ""}, "amount is missing"),
    ("plan", {"amount": "0"}, "amount '0' is not between 1 and 99999999"),
    ("plan", {"amount": "-5"}, "amount '-5' is not between 1 and 99999999"),
    ("plan", {"amount": "100000000"}, "amount '100000000' is not between 1 and 99999999"),
    ("plan", {"amount": "9" * 5000}, "is not a whole number"),
    ("plan", {"amount": "10.00"}, "amount '10.00' is not a whole number"),
    ("plan", {"amount": "١٢"}, "is not a whole number"),
    ("plan", {"amount": "1_0"}, "is not a whole number"),
    ("plan", {"interval": "0"}, "interval '0' is not between 1 and 2147483647"),
    ("plan", {"plan_type": "2"}, "plan_type '2' is not one of charge, payout or 0 to 1"),
    ("plan", {"plan_type": "refund"}, "is not one of charge, payout or 0 to 1"),
    ("plan", {"frequency": "4"}, "is not one of daily, weekly, monthly, yearly or 0 to 3"),
    ("plan", {"frequency": "²"}, "is not one of daily, weekly, monthly, yearly or 0 to 3"),
    ("plan", {"company_guid": "CPunknown"}, "is no company here or in company.csv"),
    ("subscription", {"customer_guid": "CUunknown"}, "is no customer here or in customer.csv"),
    ("subscription", {"plan_guid": "PLunknown"}, "is no plan here or in plan.csv"),
    ("subscription", {"payment_uri": "x" * 129}, "is longer than 128 characters"),
    ("subscription", {"amount": "0"}, "amount '0' is not between 1 and 99999999"),
    ("subscription", {"period": "-1"}, "period '-1' is not between 0 and 2147483647"),
    ("subscription", {"period": "9999999999"}, "is not between 0 and 2147483647"),
    ("subscription", {"period": "2147483647"}, "period 2147483647 begins beyond the calendar"),
    (
        "subscription",
        {"period": "4"},
        "next_transaction_at is 2027-01-31 10:00:00.250000, but period 4 of the schedule begins at"
        " 2027-02-28 10:00:00.250000",
    ),
    ("subscription", {"next_transaction_at": "2027-01-31 10:00:00"}, "but period 3 of the schedule begins"),
    ("subscription", {"next_transaction_at": ""}, "next_transaction_at is missing"),
    ("subscription", {"started_at": ""}, "started_at is missing"),
    ("subscription", {"started_at": "2026-10-31"}, "is not a time such as"),
    ("subscription", {"started_at": "2026-10-31 10:00:00+02"}, "is not a time such as"),
    ("subscription", {"started_at": "2026-02-30 10:00:00"}, "is not a time such as"),
    ("subscription", {"started_at": "infinity"}, "is not a time such as"),
    ("subscription", {"canceled": "t"}, "canceled_at is missing"),
    ("subscription", {"canceled_at": "2026-12-24 00:00:00"}, "canceled is false"),
    ("transaction", {"status": "init"}, "is init and would never be finished"),
    ("transaction", {"status": "1"}, "is retrying and would never be finished"),
    ("transaction", {"status": "lost"}, "is not one of init, retrying, done, failed, canceled or 0 to 4"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("table", "values", "reason"), BAD)
def test_a_bad_row_is_named_with_its_line(dump, refuse, table, values, reason):
    dump.add_company(), dump.add_customer(), dump.add_plan(), dump.add_subscription()
    dump.add_transaction("done"), dump.add_transaction("done")
    dump.tables[table][1] |= {column: unknown(value) for column, value in values.items()}
    [told] = refuse(dump.write())
    assert told.startswith(f"{table}.csv line 3: ")
    assert reason in told
    assert len(told) < 300


def unknown(value):
    return guid(value[:2]) if value.endswith("unknown") else value


def test_a_guid_may_come_once_only(dump, refuse):
    dump.add_customer(guid=dump.customer["guid"])
    assert refuse(dump.write()) == ["customer.csv line 3: guid is that of line 2"]


def test_two_companies_cannot_share_a_key(dump, refuse):
    dump.add_company()["api_key"] = dump.company["api_key"]
    assert refuse(dump.write()) == ["company.csv line 3: api_key is the key of another company"]


def test_every_bad_row_is_named_and_what_belongs_to_one_as_well(dump, refuse):
    dump.company["deleted"] = "x"
    assert [line.partition(":")[0] for line in refuse(dump.write())] == [
        "company.csv line 2",
        "customer.csv line 2",
        "plan.csv line 2",
        "subscription.csv line 2",
    ]


def test_customer_and_plan_are_of_one_company(dump, refuse):
    other = dump.add_company()
    dump.plan["company_guid"] = other["guid"]
    assert refuse(dump.write()) == [
        "subscription.csv line 2: customer_guid and plan_guid are of different companies"
    ]


def test_what_is_here_already_does_not_change_hands(dump, refuse):
    call_command("import_billy", str(dump.write()), "--commit")
    other = dump.add_company()
    dump.customer["company_guid"] = dump.plan["company_guid"] = other["guid"]
    dump.subscription["customer_guid"] = dump.add_customer(company_guid=other["guid"])["guid"]
    assert refuse(dump.write()) == [
        "customer.csv line 2: guid is here already, of another company",
        "plan.csv line 2: guid is here already, of another company",
        "subscription.csv line 2: customer_guid and plan_guid are of different companies",
    ]


def test_the_guid_of_a_subscription_of_somebody_else_is_refused(dump, refuse):
    call_command("import_billy", str(dump.write()), "--commit")
    dump.subscription["customer_guid"] = dump.add_customer()["guid"]
    assert refuse(dump.write()) == ["subscription.csv line 2: guid is here already, of another customer"]


def test_billy_must_not_have_gone_on_since(dump, refuse):
    call_command("import_billy", str(dump.write()), "--commit")
    dump.subscription |= {"period": 4, "next_transaction_at": "2027-02-28 10:00:00.25"}
    [told] = refuse(dump.write())
    assert "was taken over with 3 periods billed in Billy, now they are 4" in told
    dump.subscription |= {"period": 3, "next_transaction_at": "2027-01-31 10:00:00.25"}
    dump.subscription |= {"canceled": "t", "canceled_at": "2026-12-24 00:00:00"}
    [told] = refuse(dump.write())
    assert "was canceled in Billy after it was taken over" in told


def test_lines_that_are_not_csv_are_named(dump, refuse):
    customers = dump.write() / "customer.csv"
    good = customers.read_bytes().splitlines()[1]
    customers.write_bytes(customers.read_bytes() + b'a,b\n\n"x" y,' + good + b'\n"never closed')
    told = refuse(dump.folder)
    assert told[0] == "customer.csv line 3: has 2 values instead of 6"
    assert told[1].startswith("customer.csv line 5: not CSV")
    assert told[2].startswith("customer.csv line 6: not CSV")


def test_a_value_over_several_lines_is_counted_by_where_its_row_begins(dump, refuse):
    dump.customer["external_id"] = "two\nlines"
    dump.add_customer(deleted="x")
    assert refuse(dump.write()) == ["customer.csv line 4: deleted 'x' is neither t nor f"]


def test_bytes_that_are_no_text_are_refused(dump, refuse):
    customers = dump.write() / "customer.csv"
    customers.write_bytes(customers.read_bytes().replace(b"/v1/customers/known", b"caf\xe9"))
    told = refuse(dump.folder)
    assert told[0].startswith("customer.csv line 2: external_id")
    assert "is not text in UTF-8 without NUL" in told[0]


@pytest.mark.parametrize("name", ["company", "customer", "plan", "subscription"])
def test_each_table_is_needed(dump, name):
    (dump.write() / f"{name}.csv").unlink()
    with pytest.raises(CommandError, match=rf"{name}\.csv cannot be read: No such file"):
        call_command("import_billy", str(dump.folder), "--commit")
    assert not Organization.objects.exists()


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("", "has no line with the names of its columns"),
        ("guid,company_guid", "has no column external_id, deleted, created_at, updated_at"),
        ("guid,guid,company_guid,external_id,deleted,created_at,updated_at", "two columns of the same name"),
    ],
)
def test_a_table_has_its_columns(dump, header, reason):
    (dump.write() / "customer.csv").write_text(header)
    with pytest.raises(CommandError, match=reason):
        call_command("import_billy", str(dump.folder), "--commit")
    assert not Organization.objects.exists()


def test_a_folder_that_is_none_is_an_error(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_billy", str(tmp_path / "nowhere"))
    shutil.copy(__file__, tmp_path / "file")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_billy", str(tmp_path / "file"))


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_import_once(dump):
    folder, told = str(dump.write()), []

    def second():
        try:
            call_command("import_billy", folder, "--commit")
        except CommandError as refusal:
            told.append(str(refusal))
        finally:
            connection.close()

    thread = threading.Thread(target=second)
    with transaction.atomic():
        public_id = read_guid(dump.company["guid"], "CP")
        MerchantFactory(public_id=public_id)
        thread.start()
        thread.join(1)
        assert thread.is_alive()
    thread.join(30)
    [refusal] = told
    assert "try again" in refusal
    assert Merchant.objects.count() == 1
    call_command("import_billy", folder, "--commit")
    assert Merchant.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_was_here_before_is_left_alone(dump):
    subscription = subscribe()
    before = Subscription.objects.filter(pk=subscription.pk).values().get()
    call_command("import_billy", str(dump.write()), "--commit")
    assert Subscription.objects.filter(pk=subscription.pk).values().get() == before
    assert_books_are_sound()
