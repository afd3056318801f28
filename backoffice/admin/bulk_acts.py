"""Acts on several rows of a list: what will happen, a reason, each row by itself, and a report of each."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import structlog
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from backoffice.admin.acts import Act, ActPages, ReasonForm
from backoffice.log_in.second_factor import ask_anew
from core.errors import BillingError

AT_MOST = 50  # Rows at once: a page of a list.
REPORT = "bulk_report"  # In the session, until the next one.
DONE, REFUSED, FAILED = "Done", "Refused", "Failed"

log = structlog.get_logger(__name__)


class BulkAct(NamedTuple):
    """An act that can be done to several rows, and the middle of the method that says who may.

    What differs from row to row must follow from the row: its form asks for a reason only.
    """

    act: Act
    needs: str


class BulkPages(ActPages):
    """A list with acts on what was ticked. Approvals never get one: each is looked at by itself."""

    bulk_acts: tuple[BulkAct, ...] = ()
    list_disable_select_all = True  # The rows of other pages are not ticked: nobody has seen them.

    def get_actions(self, request: HttpRequest) -> dict[str, tuple[Callable[..., Any], str, str]]:
        """Offer what this person may do."""
        return {
            each.act.name: (_make_action(each.act), each.act.name, each.act.title)
            for each in self.bulk_acts
            if getattr(self, f"has_{each.needs}_permission")(request)
        }

    def get_urls(self) -> list[Any]:
        """Add the page of the report."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_report"
        view = self.admin_site.admin_view(self.show_report)
        return [path("report/", view, name=name), *super().get_urls()]

    def show_bulk_act(
        self, request: HttpRequest, rows: QuerySet[Any], act: Act
    ) -> HttpResponse | TemplateResponse | None:
        """Show what will happen to each row, or do it to one after the other."""
        if act.needs_factor and (way := ask_anew(request)):
            return way
        ids = [*rows.order_by("pk").values_list("pk", flat=True)[: AT_MOST + 1]]
        if len(ids) > AT_MOST:
            messages.error(request, f"These are too many at once: tick up to {AT_MOST} rows.")
            return None
        said = request.POST if "confirmed" in request.POST else None
        form = ReasonForm(said, subject=None)
        if not form.is_valid():
            return self._render_bulk(request, ids, act, form)
        lines = [[*self._do_to_one(request, pk, act, form)] for pk in ids]
        request.session[REPORT] = {"title": act.title, "model": self.opts.label, "lines": lines}
        return redirect(self._report_address())

    def show_report(self, request: HttpRequest) -> HttpResponse:
        """Show what became of each row of the last act of this person."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        kept = request.session.get(REPORT) or {}
        if kept.get("model") != self.opts.label:
            return redirect(self._list_address())
        done = sum(line[2] == DONE for line in kept["lines"])
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": kept["title"],
            "said": f"{done} of {len(kept['lines'])} done.",
            "lines": [(self._row_address(pk), *others) for pk, *others in kept["lines"]],
            "back": self._list_address(),
        }
        return TemplateResponse(request, "admin/bulk_report.html", context)

    def _do_to_one(self, request: HttpRequest, pk: int, act: Act, form: ReasonForm) -> Iterator[Any]:
        """Do it in a transaction of its own; yield id, name, result and why not."""
        subject = self.get_object(request, str(pk))
        yield from (pk, self._name(subject))
        if not act.applies(subject):
            yield from (REFUSED, act.pointless)
            return
        try:
            self.carry_out(request, subject, act, form)
        except BillingError as refusal:
            yield from (REFUSED, str(refusal))
        except Exception:
            log.exception("act on a row failed", act=act.name, row=pk)
            yield from (FAILED, "Something went wrong here; of this row nothing was changed.")
        else:
            yield from (DONE, "")

    def _render_bulk(
        self, request: HttpRequest, ids: list[int], act: Act, form: ReasonForm
    ) -> TemplateResponse:
        lines = [self._foresee(self.get_object(request, str(pk)), act) for pk in ids]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": act.title,
            "act": act,
            "form": form,
            "lines": lines,
            "is_pointless": not any(applies for *_, applies in lines),
            "ids": ids,
            "box": ACTION_CHECKBOX_NAME,
            "back": self._list_address(),
        }
        return TemplateResponse(request, "admin/bulk_act.html", context)

    def _foresee(self, subject: Any, act: Act) -> tuple[str, list[str], bool]:
        """Return the name of a row, what will happen to it in words, and whether anything will."""
        applies = act.applies(subject)
        said = [*act.explain(subject)] if applies else [f"Left out: {act.pointless}"]
        return self._name(subject), said, applies

    def _name(self, subject: Any) -> str:
        """Return what tells one row from another."""
        return " · ".join(self.list_facts(subject)[:2])

    def _list_address(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def _report_address(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_report")

    def _row_address(self, pk: int) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[pk])


def _make_action(act: Act) -> Callable[..., Any]:
    def run(pages: BulkPages, request: HttpRequest, rows: QuerySet[Any]) -> Any:
        return pages.show_bulk_act(request, rows, act)

    run.__name__ = act.name
    return run
