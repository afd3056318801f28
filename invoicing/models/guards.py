"""Triggers of tax papers: a paper is of its charge to the cent, and credit notes stay within the invoice."""

import pgtrigger

# Looks at all rows of a statement at once. The lock on an invoice lets its credit notes be written one after
# the other.
FITS = """
IF EXISTS (
    SELECT FROM new_papers n JOIN invoicing_series s ON s.id = n.series_id
    WHERE n.number > s.last OR (n.kind, n.livemode) <> (s.kind, s.livemode)
       OR s.issuer_id IS NOT NULL AND s.issuer_id <> n.seller_id
) THEN
    RAISE EXCEPTION 'a number is taken from the series of its paper' USING ERRCODE = 'check_violation';
END IF;
IF EXISTS (
    SELECT FROM new_papers n JOIN charges_charge c ON c.id = n.charge_id
    WHERE c.kind <> 'charge' OR c.status <> 'success'
       OR (n.buyer_id, n.seller_id, n.application_id, n.currency, n.livemode)
          IS DISTINCT FROM (c.buyer_id, c.payee_id, c.order_application_id, c.currency, NOT c.test)
       OR n.kind = 'invoice' AND n.total_minor <> c.total_minor
) THEN
    RAISE EXCEPTION 'a tax invoice is of a collected charge, to the cent' USING ERRCODE = 'check_violation';
END IF;
IF EXISTS (
    SELECT FROM new_papers n
    LEFT JOIN charges_charge r ON r.id = n.refund_id
    LEFT JOIN charges_dispute d ON d.id = n.dispute_id
    WHERE n.kind = 'credit_note' AND (
        (n.charge_id, n.total_minor) IS DISTINCT FROM (COALESCE(r.refund_of_id, d.charge_id),
                                                        COALESCE(r.total_minor, d.amount_minor))
        OR r.status <> 'success' OR d.status <> 'lost')
) THEN
    RAISE EXCEPTION 'a credit note is of a refund or a lost dispute, to the cent'
        USING ERRCODE = 'check_violation';
END IF;
PERFORM FROM invoicing_taxpaper i WHERE i.id IN (SELECT invoice_id FROM new_papers) ORDER BY i.id
FOR NO KEY UPDATE;
IF EXISTS (
    SELECT FROM invoicing_taxpaper i JOIN invoicing_taxpaper c ON c.invoice_id = i.id
    WHERE i.id IN (SELECT invoice_id FROM new_papers)
    GROUP BY i.id
    HAVING i.kind <> 'invoice' OR SUM(c.total_minor) > i.total_minor OR SUM(c.tax_minor) > i.tax_minor
        OR SUM(c.net_minor) > i.net_minor OR BOOL_OR(c.charge_id <> i.charge_id)
) THEN
    RAISE EXCEPTION 'credit notes stay within their invoice' USING ERRCODE = 'check_violation';
END IF;
RETURN NULL;
"""


def fits_what_it_is_of() -> pgtrigger.Trigger:
    """Return the trigger for tax papers."""
    return pgtrigger.Trigger(
        name="fits_what_it_is_of",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="new_papers"),
        func=FITS,
    )
