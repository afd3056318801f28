"""Billy's paths. Unknown paths below these answer Billy's own 404."""

from django.urls import URLPattern, path, re_path

from dialects.billy.company_views import CompanyViewSet, RegistrationViewSet
from dialects.billy.customer_views import CustomerViewSet
from dialects.billy.invoice_views import InvoiceViewSet
from dialects.billy.paths import BILLY
from dialects.billy.plan_views import PlanViewSet
from dialects.billy.subscription_views import SubscriptionViewSet
from dialects.billy.transaction_views import TransactionViewSet
from dialects.billy.views import BillyViewSet, not_found


def route(pattern: str, viewset: type[BillyViewSet], **actions: str) -> URLPattern:
    """Return a path below /v1/: which method does what."""
    return path(f"v1/{pattern}", viewset.as_view({**actions}))


def collection(pattern: str, viewset: type[BillyViewSet], **actions: str) -> list[URLPattern]:
    """Return the path of a list, with and without a slash at its end."""
    return [route(pattern + slash, viewset, **actions) for slash in ("", "/")]


def sub_lists(noun: str, viewset: type[BillyViewSet], *lists: str) -> list[URLPattern]:
    """Return the paths of what belongs to one record."""
    return [
        pattern for name in lists for pattern in collection(f"{noun}/<str:guid>/{name}", viewset, get=name)
    ]


urlpatterns = [
    *collection("companies", RegistrationViewSet, get="stub", post="create"),
    route("companies/<str:guid>", CompanyViewSet, get="retrieve"),
    *collection("customers", CustomerViewSet, get="list", post="create"),
    route("customers/<str:guid>", CustomerViewSet, get="retrieve", delete="destroy"),
    *sub_lists("customers", CustomerViewSet, "subscriptions", "invoices", "transactions"),
    *collection("plans", PlanViewSet, get="list", post="create"),
    route("plans/<str:guid>", PlanViewSet, get="retrieve", delete="destroy"),
    *sub_lists("plans", PlanViewSet, "subscriptions", "customers", "invoices", "transactions"),
    *collection("subscriptions", SubscriptionViewSet, get="list", post="create"),
    route("subscriptions/<str:guid>", SubscriptionViewSet, get="retrieve"),
    route("subscriptions/<str:guid>/cancel", SubscriptionViewSet, post="cancel"),
    *sub_lists("subscriptions", SubscriptionViewSet, "invoices", "transactions"),
    *collection("invoices", InvoiceViewSet, get="list"),
    route("invoices/<str:guid>", InvoiceViewSet, get="retrieve"),
    *sub_lists("invoices", InvoiceViewSet, "transactions"),
    *collection("transactions", TransactionViewSet, get="list"),
    route("transactions/<str:guid>", TransactionViewSet, get="retrieve"),
    re_path(f"^{BILLY}", not_found),
]
