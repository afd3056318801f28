"""The files of a paper: the same bytes, valid by the schema, whatever a name looks like."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from facturx import get_xml_from_pdf, xml_check_xsd
from lxml import etree
from pypdf import PdfReader

from invoicing.files import fonts
from invoicing.files.pdf import write_pdf
from invoicing.files.xml import write_xml
from taxes.rules import TaxCategory
from tests.invoicing.papers import ISSUER, make_paper
from tests.odd_data import BY_KIND

pytestmark = pytest.mark.rules

GOLDEN = """\
INV-2027-000007 - 1
Tax invoice INV-2027-000007
Bücherei & Söhne GmbH
Unter den Linden 1
10117 Berlin
Germany
VAT number DE136695976
For
Harbour Lane Dental
Quay 7
1010 Wien
Austria
Issued
2027-01-02
Supplied and paid
2027-01-01
App
Report Builder
Sold by
Paper Kites Ltd
Charge
01a1fd11-7931-75fb-bcfe-a7b384ee8fb4
What was sold
Quantity
Net
100 extra reports
33.33 EUR each, tax included
3
83.32 EUR
Net
83.32 EUR
Tax, 20 % (AT)
16.67 EUR
Total
99.99 EUR
Bank: DE02 1203 0000 0000 2020 51
This invoice is paid; nothing is due.
All dates are in UTC."""
CREDITED = {
    "kind": "credit_note",
    "name": "CN-2027-000001",
    "line": {"invoice": "INV-2026-000099", "invoice_day": "2026-12-31", "reason": "refund", "quantity": 1},
}


def print_paper(paper) -> bytes:
    return write_pdf(paper, xml=write_xml(paper))


def read_text(pdf: bytes) -> list[str]:
    text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return [line.strip() for line in text.strip().split("\n")]


def read_terms(xml: bytes, *names: str) -> list[str | None]:
    root = etree.fromstring(xml)
    return [root.findtext(f".//{{*}}{name}") for name in names]


def test_a_paper_says_all_that_an_invoice_has_to():
    assert read_text(print_paper(make_paper())) == GOLDEN.split("\n")


def test_the_same_paper_gives_the_same_bytes():
    paper = make_paper()
    assert write_xml(paper) == write_xml(paper)
    assert print_paper(paper) == print_paper(paper)
    assert print_paper(paper) != print_paper(make_paper(number=8, name="INV-2027-000008"))


def test_the_structured_invoice_is_in_the_pdf_where_readers_look_for_it():
    paper = make_paper()
    name, xml = get_xml_from_pdf(print_paper(paper))
    assert (name, xml) == ("factur-x.xml", write_xml(paper))


@pytest.mark.parametrize(
    "fields", [{}, {"livemode": False}, {"line": {"name": "日本 😀 שלום ŁÓDŹ " * 12}}, CREDITED], ids=str
)
def test_the_pdf_is_what_pdf_a_3_and_factur_x_ask_for(fields):
    paper = make_paper(**fields)
    reader = PdfReader(BytesIO(print_paper(paper)))
    root = reader.trailer["/Root"]
    assert reader.pdf_header == "%PDF-1.7"
    assert "/ID" in reader.trailer
    assert "/Encrypt" not in reader.trailer
    assert root["/OutputIntents"][0].get_object()["/S"] == "/GTS_PDFA1"
    assert root["/OutputIntents"][0]["/DestOutputProfile"].get_data()[36:40] == b"acsp"
    [file] = [each.get_object() for each in root["/AF"]]
    assert (file["/F"], file["/UF"], file["/AFRelationship"]) == (
        "factur-x.xml",
        "factur-x.xml",
        "/Alternative",
    )
    assert file["/EF"]["/F"].get_object()["/Subtype"] == "/text/xml"
    fonts_used = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    assert fonts_used
    assert all("/FontFile2" in font["/FontDescriptor"] for font in fonts_used)


def test_both_kinds_of_metadata_say_the_same():
    reader = PdfReader(BytesIO(print_paper(make_paper(issuer=ISSUER | {"legal_name": "A & B <\ufffe>"}))))
    stream = reader.trailer["/Root"]["/Metadata"].get_object()
    assert (stream["/Type"], stream["/Subtype"], "/Filter" in stream) == ("/Metadata", "/XML", False)
    names = (
        "part",
        "conformance",
        "ConformanceLevel",
        "DocumentFileName",
        "prefix",
        "CreateDate",
        "Producer",
    )
    assert read_terms(stream.get_data(), *names) == [
        *("3", "B", "EN 16931", "factur-x.xml", "fx", "2027-01-02T03:04:05+00:00", "pypdf")
    ]
    facts = reader.metadata
    assert facts.creation_date == facts.modification_date == datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)
    words = [facts.title, facts.author, facts.subject]
    texts = etree.fromstring(stream.get_data()).findall(
        ".//{*}Description/{http://purl.org/dc/elements/1.1/}*"
    )
    assert ["".join(text.itertext()).strip() for text in texts] == words
    assert words[1] == "A & B <\ufffd>"


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"rate": 0, "tax_category": TaxCategory.REVERSE_CHARGE.value, "tax_country": ""},
        {"rate": 0, "tax_category": TaxCategory.OUT_OF_SCOPE.value, "tax_country": ""},
        {"issuer": ISSUER | {"vat_number": ""}},
        {"recipient": {"country": "GR", "vat_number": "EL094259216"}, "currency": "KWD", "total": 99_999_999},
        {"rate": 0, "tax_category": TaxCategory.ZERO.value, "tax_country": "AE"},
        {"rate": 2550, "tax_country": "FI"},
        {"currency": "JPY"},
        {"currency": "KWD"},
        {"livemode": False},
        {"recipient": dict.fromkeys(("street", "postal_code", "city", "country"), "")},
        {"line": {"per_account": True, "period_start": "2027-01-01"}},
        CREDITED,
    ],
    ids=str,
)
def test_every_kind_of_paper_is_valid_by_the_schema(fields):
    paper = make_paper(**fields)
    assert xml_check_xsd(write_xml(paper), flavor="factur-x", level="en16931")
    assert print_paper(paper).startswith(b"%PDF")


def test_amounts_have_the_decimals_of_their_currency():
    for currency, total in (("EUR", "99.99"), ("JPY", "9999"), ("KWD", "9.999")):
        paper = make_paper(currency=currency)
        assert read_terms(write_xml(paper), "GrandTotalAmount") == [total]
        assert f"{total} {currency}" in [line.replace(",", "") for line in read_text(print_paper(paper))]


def test_a_credit_note_has_its_type_and_names_its_invoice():
    xml = write_xml(make_paper(**CREDITED))
    assert read_terms(xml, "TypeCode") == ["381"]
    reference = etree.fromstring(xml).find(".//{*}InvoiceReferencedDocument")
    assert reference.findtext("{*}IssuerAssignedID") == "INV-2026-000099"
    assert "INV-2026-000099 of 2026-12-31" in read_text(print_paper(make_paper(**CREDITED)))


def test_reverse_charge_is_said_in_words_and_as_a_code():
    recipient = {"vat_number": "ATU13585627"}
    paper = make_paper(rate=0, tax_category="AE", tax_country="", recipient=recipient)
    assert read_terms(write_xml(paper), "ExemptionReasonCode", "CategoryCode") == ["VATEX-EU-AE", "AE"]
    text = read_text(print_paper(paper))
    assert "VAT number ATU13585627" in text
    assert any(line.startswith("Reverse charge") for line in text)


def read_party(xml: bytes, party: str, *names: str) -> list[str | None]:
    element = etree.fromstring(xml).find(f".//{{*}}{party}")
    return [element.findtext(f".//{{*}}{name}") for name in names]


def test_where_there_is_no_vat_its_numbers_are_any_identifiers():
    """Rules BR-O-02 and BR-CO-26 of EN 16931, which its schema does not check."""
    out = {"rate": 0, "tax_category": "O", "tax_country": ""}
    numbers = ("ID", "SpecifiedTaxRegistration")
    xml = write_xml(make_paper(**out, recipient={"country": "CH", "vat_number": "CHE107787577MWST"}))
    assert read_party(xml, "SellerTradeParty", *numbers) == ["DE136695976", None]
    assert read_party(xml, "BuyerTradeParty", *numbers) == ["CHE107787577MWST", None]
    xml = write_xml(make_paper(**out, issuer=ISSUER | {"vat_number": ""}))
    assert read_party(xml, "SellerTradeParty", *numbers) == ["Bücherei & Söhne GmbH", None]


def test_a_recipient_whose_country_is_not_known_is_treated_as_one_of_the_issuers():
    """Rules BR-10 and BR-11."""
    nowhere = dict.fromkeys(("street", "postal_code", "city", "country"), "")
    assert read_party(write_xml(make_paper(recipient=nowhere)), "BuyerTradeParty", "CountryID") == ["DE"]


def test_a_specimen_cannot_be_taken_for_an_invoice():
    paper = make_paper(livemode=False)
    assert "SPECIMEN - NOT AN INVOICE" in read_text(print_paper(paper))
    assert "SPECIMEN: a test, not an invoice." in read_terms(write_xml(paper), "Content")


@pytest.mark.parametrize("kind", BY_KIND)
def test_odd_names_are_printed_and_kept_exactly_in_the_structured_invoice(kind):
    for text in BY_KIND[kind]:
        paper = make_paper(line={"name": text}, recipient={"legal_name": text})
        assert print_paper(paper).startswith(b"%PDF")
        assert read_terms(write_xml(paper), "SpecifiedTradeProduct/{*}Name") == [text]


@pytest.mark.parametrize("text", ["\ufffe", "a\x00b", "\udcff"])
def test_what_xml_cannot_hold_is_marked(text):
    xml = write_xml(make_paper(line={"name": text}))
    assert "\N{REPLACEMENT CHARACTER}" in (read_terms(xml, "SpecifiedTradeProduct/{*}Name")[0] or "")


@pytest.fixture
def own_font(settings):
    """The font that comes with the library, which has few alphabets."""
    settings.INVOICING = settings.INVOICING | {"font": str(fonts.OWN)}
    fonts.load_font.cache_clear()
    yield
    fonts.load_font.cache_clear()


def test_letters_that_the_font_lacks_are_shown_as_marks(own_font):
    assert fonts.write_text("Łódź Żółw 日本 😀 <b>") == "Łód? ?ółw ?? ? &lt;b&gt;"


def test_right_to_left_words_are_in_the_order_in_which_they_are_drawn():
    text = fonts.write_text("Nr. 7 שלום עולם Ltd")
    assert text in ("Nr. 7 םלוע םולש Ltd", f"Nr. 7 {'?' * 9} Ltd", "Nr. 7 ???? ???? Ltd")
