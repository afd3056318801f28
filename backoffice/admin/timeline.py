"""The page of a timeline, behind a button on the page of what it is about."""

from typing import Any

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.decorators import action

from backoffice.admin.base import BillingAdmin
from backoffice.timeline.reading import MOST, read_timeline


class TimelinePages(BillingAdmin):
    """A button that leads to all that happened to a row."""

    @action(description="Timeline", url_path="timeline")
    def timeline(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what happened, the newest first."""
        subject = self.get_object(request, unquote(object_id))
        if subject is None:
            raise Http404
        if not self.has_view_permission(request, subject):
            raise PermissionDenied
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": subject,
            "title": f"Timeline of {subject}",
            "lines": read_timeline(subject, request.user),
            "most": MOST,
            "back": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[subject.pk]),
        }
        return TemplateResponse(request, "admin/timeline.html", context)
