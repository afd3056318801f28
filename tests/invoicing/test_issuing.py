"""Each collected charge has one tax invoice, in the order of the payments."""

import pytest

from invoicing.issue import issue_papers
from invoicing.models import PaperKind, TaxPaper
from operations.factories import ChargeFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_collected_charge_has_one_invoice_over_its_total():
    charge = ChargeFactory(collected=True)
    assert issue_papers() == 1
    assert issue_papers() == 0
    paper = TaxPaper.objects.get()
    assert (paper.kind, paper.total_minor, paper.charge_id) == (PaperKind.INVOICE, 200, charge.pk)
    assert paper.name.startswith("INV-")
    assert (paper.net_minor, paper.tax_minor) == (168, 32)
