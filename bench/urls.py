"""Every path of the server, and the reference views beside them."""

from django.urls import path

from bench.reference import BareChargeView, EmptyView, answer_late, answer_much
from billing_site.urls import handler400, handler403, handler404, handler500
from billing_site.urls import urlpatterns as ours

__all__ = ("handler400", "handler403", "handler404", "handler500", "urlpatterns")

urlpatterns = [
    path("v0/bench/nothing", EmptyView.as_view()),
    path("v0/bench/late", answer_late),
    path("v0/bench/much", answer_much),
    path("v0/bench/direct_charge", BareChargeView.as_view()),
    path("v0/bench/direct_charge/<uuid:charge_id>", BareChargeView.as_view()),
    *ours,
]
