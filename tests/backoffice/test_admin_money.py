"""Money rows are to be looked at: no page, form or action of the admin changes them, but a confirmed act."""

import pytest
from django.contrib import admin
from django.forms.models import model_to_dict
from django.urls import reverse

from charges.disputes.record import Asked, record_dispute
from charges.hints.store import store_hints
from charges.models import (
    Acceptance,
    Attempt,
    Charge,
    Dispute,
    DisputeChange,
    ProcessorEvent,
    RefundRequest,
    StatusChange,
)
from core import clock
from gateway.hints import DisputeStatus, Hint, Subject
from ledger.models import LedgerAccount, LedgerEntry, LedgerTransaction
from operations.factories import ChargeFactory
from tests.charges.scripted_gateway import report
from tests.module_rows import rows_of_module

MONEY = (Charge, Attempt, Dispute, ProcessorEvent, LedgerAccount, LedgerTransaction, LedgerEntry)
ALL = (*MONEY, Acceptance, StatusChange, DisputeChange, RefundRequest)
ACTS = {
    Charge: ("refund", "write_off", "timeline"),
    Attempt: ("settle",),
    Dispute: ("evidence", "evidence_pdf"),
}


@pytest.fixture(scope="module")
def books(request):
    with rows_of_module(request, make_books):
        yield


def make_books():
    charge = ChargeFactory(collected=True)
    record_dispute(Asked("sandbox", report(charge, status=DisputeStatus.WON), clock.now()))
    store_hints(gateway="sandbox", hints=[Hint("evt_1", Subject.CARD, "pm_1")])
    ChargeFactory()


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def everything():
    return {model: list(model.objects.order_by("pk").values()) for model in ALL}


def changed_form(row):
    """Every value of the row, changed, and the inlines' forms with a row each marked for deletion."""
    form = {name: f"{value}1" for name, value in model_to_dict(row).items()}
    for prefix in ("attempts", "history", "acceptance", "entries"):
        form |= {f"{prefix}-TOTAL_FORMS": 1, f"{prefix}-INITIAL_FORMS": 1, f"{prefix}-0-id": 1}
        form |= {f"{prefix}-0-DELETE": "on"}
    return form | {"_save": "Save", "status": "success", "state": "succeeded", "amount_minor": 1}


@pytest.mark.parametrize("model", MONEY)
def test_nothing_can_be_added(model, staff, books):
    before = everything()
    assert staff.get(address(model, "add")).status_code == 403
    assert staff.post(address(model, "add"), changed_form(model.objects.first())).status_code == 403
    assert everything() == before


@pytest.mark.slow
@pytest.mark.parametrize("model", MONEY)
def test_nothing_can_be_changed(model, staff, books):
    before = everything()
    for row in model.objects.all():
        assert staff.get(address(model, "change", row.pk)).status_code == 200
        assert staff.post(address(model, "change", row.pk), changed_form(row)).status_code == 403
        assert staff.post(address(model, "change", row.pk), {"_saveasnew": "1"}).status_code == 403
    assert everything() == before


@pytest.mark.slow
@pytest.mark.parametrize("model", MONEY)
def test_nothing_can_be_deleted(model, staff, books):
    before = everything()
    for row in model.objects.all():
        assert staff.get(address(model, "delete", row.pk)).status_code == 403
        assert staff.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert everything() == before


@pytest.mark.slow
@pytest.mark.parametrize("model", MONEY)
@pytest.mark.parametrize("action", ["delete_selected", "anything"])
def test_no_bulk_action_and_no_edit_in_the_list_does_anything(model, action, staff, books):
    before = everything()
    rows = [row.pk for row in model.objects.all()]
    for form in (
        {"action": action, "_selected_action": rows, "index": 0, "select_across": 1, "post": "yes"},
        {"_save": "Save", "form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": rows[0]},
    ):
        assert staff.post(address(model, "changelist"), form).status_code in (200, 302, 403)
    assert everything() == before


@pytest.mark.slow
@pytest.mark.parametrize(("model", "act"), [(model, act) for model in ACTS for act in ACTS[model]])
def test_an_act_changes_nothing_before_somebody_confirms_it_with_a_reason(model, act, staff, books):
    before = everything()
    for row in model.objects.all():
        for answer in (
            staff.get(address(model, act, row.pk)),
            staff.post(address(model, act, row.pk), changed_form(row)),
            staff.post(address(model, act, row.pk), {"amount": "1", "reason": "Broken."}),
            staff.post(address(model, act, row.pk), {"amount": "1", "confirmed": "yes"}),
        ):
            assert answer.status_code in (200, 302)
    assert everything() == before


@pytest.mark.parametrize("model", MONEY)
def test_no_address_of_these_models_is_left_untried(model):
    tried = {"add", "change", "delete", "changelist", "history", *ACTS.get(model, ())}
    names = {pattern.name for pattern in admin.site._registry[model].get_urls() if pattern.name}
    prefix = f"{model._meta.app_label}_{model._meta.model_name}_"
    assert {name.removeprefix(prefix) for name in names} == tried


@pytest.mark.parametrize("model", ALL)
def test_even_staff_with_every_permission_sees_no_form_for_them(model, staff, books):
    site_admin = admin.site._registry.get(model)
    if site_admin is not None:
        assert not site_admin.actions
        page = staff.get(address(model, "change", model.objects.first().pk)).content.decode()
        assert 'name="_save"' not in page
        assert 'name="amount_minor"' not in page


def test_consent_and_history_have_no_pages_of_their_own():
    assert not {Acceptance, StatusChange, DisputeChange} & set(admin.site._registry)


def test_the_page_of_a_charge_has_no_tables_without_rows(staff, books):
    unpaid = Charge.objects.exclude(attempts__isnull=False).get()
    page = staff.get(address(Charge, "change", unpaid.pk))
    assert page.context["inline_admin_formsets"] == []
    paid = staff.get(address(Charge, "change", Attempt.objects.get().charge_id))
    tables = [table.formset.model for table in paid.context["inline_admin_formsets"]]
    assert tables == [Attempt, Dispute, Acceptance, StatusChange]
