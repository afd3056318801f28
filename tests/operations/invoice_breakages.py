"""How each invariant of tax papers is broken on purpose."""

PAPER = "UPDATE invoicing_taxpaper SET {} WHERE id = {{{}}}"
# What each does to an {invoice}, its {note} over a part, and the {file} of the invoice.
INVOICES = {
    "I-46a": ("UPDATE invoicing_series SET last = last + 1 WHERE kind = 'invoice'", {"I-46a"}),
    "I-46a gap": (PAPER.format("number = 7", "invoice"), {"I-46a"}),
    "I-46a none": ("UPDATE invoicing_series SET last = 0 WHERE kind = 'credit_note'", {"I-46a"}),
    "I-46b": (
        PAPER.format("total_minor = total_minor + 1, net_minor = net_minor + 1", "invoice"),
        {"I-46b"},
    ),
    "I-46b currency": (PAPER.format("currency = 'EUR'", "invoice"), {"I-46b"}),
    "I-46b mode": (PAPER.format("livemode = NOT livemode", "invoice"), {"I-46b"}),
    "I-46b buyer": (PAPER.format("buyer_id = seller_id", "invoice"), {"I-46b"}),
    "I-46c": (
        PAPER.format("total_minor = total_minor + 1, net_minor = net_minor + 1", "note"),
        {"I-46c"},
    ),
    "I-46c tax": (
        PAPER.format("tax_minor = tax_minor + 30, net_minor = net_minor - 30", "note"),
        {"I-46c"},
    ),
    "I-46c refund": ("UPDATE invoicing_taxpaper SET refund_id = charge_id WHERE id = {note}", {"I-46c"}),
    "I-46d": (
        "ALTER TABLE invoicing_paperfile DROP CONSTRAINT a_file_has_its_fingerprint;"
        "UPDATE invoicing_paperfile SET content = 'another' WHERE paper_id = {invoice}",
        {"I-46d", "I-39"},
    ),
    "I-46e": (PAPER.format("tax_basis_points = 2000", "invoice"), {"I-46e"}),
    "I-40i": (
        "INSERT INTO invoicing_heldinvoice (charge_id, country, day, terms, held_at)"
        " VALUES ({forgotten}, 'DE', '2020-01-01', '{{}}', now() - interval '2 hours')",
        {"I-40i"},
    ),
    "I-40h": (
        "UPDATE charges_charge SET finished_at = finished_at - interval '2 hours' WHERE id = {forgotten}",
        {"I-40h"},
    ),
}
