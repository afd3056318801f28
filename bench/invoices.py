"""Tax invoices: numbered in batches against one a transaction, and their files."""

import time
from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.db import transaction

from bench.harness import CouldNotMeasure, Options, Row, format_rate, interleave, say, weigh
from bench.rows import execute, fetch_one, filling
from charges.models import Charge
from events.models import Event
from invoicing.drafts import write_papers
from invoicing.files.pdf import write_pdf
from invoicing.files.xml import write_xml
from invoicing.invoices import draft_invoices
from invoicing.issue import AT_ONCE, issue_batch
from invoicing.models import Series, TaxPaper
from operations.factories import ChargeFactory, OrganizationFactory

BUYERS = 200
LEAST = 2_000.0  # A second.
FILL_CHARGES = """
INSERT INTO charges_charge
SELECT (jsonb_populate_record(c, jsonb_build_object(
    'id', nextval(pg_get_serial_sequence('charges_charge', 'id')), 'public_id', gen_random_uuid(),
    'buyer_id', (%(buyers)s::bigint[])[1 + n %% cardinality(%(buyers)s::bigint[])],
    'total_minor', 100 + n %% 900, 'price_minor', 100 + n %% 900, 'quantity', 1,
    'commission_percent', 20, 'commission_minor', ((100 + n %% 900) * 20 + 50) / 100,
    'status', 'success', 'finished_at', now(), 'event_count', 1))).*
FROM charges_charge c, generate_series(1, %(count)s) n WHERE c.id = %(charge)s
"""
FILL_EVENTS = """
INSERT INTO events_event (id, xact, type, object_type, object_id, sequence, application_id, organization_id,
                          buyer_id, livemode, occurred_at, snapshot)
SELECT gen_random_uuid(), 1, 'charge.succeeded', 'charge', public_id, 2, order_application_id, payee_id,
       buyer_id, true, finished_at, '{}'
FROM charges_charge WHERE id > %(charge)s ORDER BY id LIMIT %(count)s
"""
FIND_WRONG = """
SELECT (SELECT count(*) FROM invoicing_series s WHERE s.last <> (
            SELECT count(DISTINCT number) FROM invoicing_taxpaper p WHERE p.series_id = s.id))
     + (SELECT count(*) FROM invoicing_taxpaper p JOIN charges_charge c ON c.id = p.charge_id
        WHERE p.total_minor <> c.total_minor),
       (SELECT count(*) FROM invoicing_taxpaper)
"""


def run(options: Options) -> list[Row]:
    """Return the rows of this program."""
    count, singles = options.pick(100_000, 10_000), options.pick(200, 50)
    rounds = options.pick(9, 3)
    say(f"  filling {count:,} collected charges")
    fill_charges(count + singles * (rounds + 1), told=count)
    say("  numbering")
    # The naive loop takes those that no event tells of.
    others = iter(list(Charge.objects.order_by("-pk").values_list("public_id", flat=True)))
    batches = count // AT_ONCE // (rounds + 1)
    found = interleave(
        {
            "ours": partial(take_rate, lambda: sum(issue_batch() or 0 for _ in range(batches))),
            "naive": partial(take_rate, lambda: sum(issue_one(next(others)) for _ in range(singles))),
        },
        rounds=rounds,
    )
    job = f"tax invoices, {batches * AT_ONCE * rounds:,} numbered, a second, against"
    least = [LEAST] * rounds
    return [
        weigh(f"{job}, one a transaction", found["ours"], found["naive"], at_least=10, tell=format_rate),
        weigh(f"{job}, 2,000", found["ours"], least, at_least=1, tell=format_rate),
        check_numbers(),
        measure_files(options.pick(200, 30)),
    ]


def fill_charges(count: int, *, told: int) -> None:
    """Make that many collected charges of 200 buyers; events tell of the first of them."""
    buyers = [OrganizationFactory.create().pk for _ in range(BUYERS)]
    charge = ChargeFactory.create()
    with filling("charges_charge", "events_event"):
        execute(FILL_CHARGES, {"count": count, "charge": charge.pk, "buyers": buyers})
        execute(FILL_EVENTS, {"count": told, "charge": charge.pk})
    if Event.objects.filter(type="charge.succeeded").count() != told:
        raise CouldNotMeasure("the charges were not filled")


def issue_one(charge: UUID) -> int:
    """Number one in a transaction of its own."""
    with transaction.atomic():
        return write_papers(draft_invoices([charge]).drafts)


def take_rate(work: Callable[[], int]) -> float:
    """Return how many a second."""
    start = time.perf_counter()
    count = work()
    return count / (time.perf_counter() - start)


def check_numbers() -> Row:
    """Return that no number is missing or given twice."""
    wrong, papers = fetch_one(FIND_WRONG)
    job = f"wrong among {papers:,} tax invoices of {Series.objects.count()} series: gaps, doubles, amounts"
    return Row(job, f"{wrong:,}", "0", wrong, 0)


def measure_files(count: int) -> Row:
    """Return how many files are made a second, each with the structured invoice in it."""
    say("  printing")
    papers = list(TaxPaper.objects.order_by("pk")[:count])
    write_pdf(papers[0], xml=write_xml(papers[0]))  # Loads the font.

    def print_all() -> int:
        return len([write_pdf(paper, xml=write_xml(paper)) for paper in papers])

    return Row("tax invoices as PDF with XML, a second, one process", format_rate([take_rate(print_all)]), "")
