"""A receipt as PDF, in the reader's language, printed as tax papers are."""

from django.utils import translation
from django.utils.translation import gettext as _

from charges.models import Charge
from checkout.receipts import Receipt
from invoicing.files.layout import Block, build_pdf, facts, gap, paragraph, title


def write_receipt_pdf(charge: Charge) -> bytes:
    """Return the file. Arabic letters would not be joined, so that who reads Arabic gets English."""
    language = "en" if translation.get_language_bidi() else translation.get_language() or "en"
    with translation.override(language):
        mark = _("TEST: NO MONEY MOVED") if charge.test else ""
        name = _("Receipt %(number)s") % {"number": charge.public_id}
        return build_pdf(
            _list_blocks(Receipt.of(charge)), name=name, author=_("Marketplace billing"), mark=mark
        )


def _list_blocks(receipt: Receipt) -> list[Block]:
    blocks = [title(_("Receipt")), facts(receipt.facts), gap()]
    if receipt.refunds:
        blocks.append(paragraph("\n".join(f"{words}." for words in receipt.refunds)))
    if receipt.papers:
        names = ", ".join(paper.name for paper in receipt.papers)
        blocks.append(paragraph(_("Tax invoice and credit notes: %(names)s") % {"names": names}))
    return [*blocks, paragraph(_("This receipt is not a tax invoice."))]
