"""The paths of the UniBill dialect: each action by its name, and where it is implicit by its method alone."""

from collections.abc import Iterable, Mapping

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, re_path
from django.views.decorators.csrf import csrf_exempt

from dialects.unibill.actions import ACTIONS, Action, Resource
from dialects.unibill.customers import CustomerViewSet
from dialects.unibill.errors import NO_ACTION, NO_PATH, render_refusal
from dialects.unibill.payment_options import PaymentOptionViewSet
from dialects.unibill.plans import PlanViewSet
from dialects.unibill.subscriptions import AdjustmentViewSet, SubscriptionViewSet
from dialects.unibill.transactions import AllocationViewSet, TransactionViewSet
from dialects.unibill.views import UniBillViewSet

VIEWSETS: tuple[type[UniBillViewSet], ...] = (
    PlanViewSet,
    CustomerViewSet,
    PaymentOptionViewSet,
    SubscriptionViewSet,
    AdjustmentViewSet,
    TransactionViewSet,
    AllocationViewSet,
)


def write_pattern(resource: Resource, on: str) -> str:
    """Return the path of one or many objects; the documentation writes some words of it in brackets too."""
    before = f"{write_pattern(resource.within, 'one')}/" if resource.within else ""
    many = rf"{before}(?:{resource.plural}|\[{resource.plural}\])"
    return many if on == "many" else f"{many}/(?P<{resource.key}>[^/~][^/]*)"


def list_routes(viewset: type[UniBillViewSet]) -> list[URLPattern]:
    """Return the paths of the actions that a view serves."""
    served = [
        action for action in ACTIONS if action.resource == viewset.resource and hasattr(viewset, action.name)
    ]
    routes = [route(viewset, [action], f"/~{action.name}") for action in served]
    for on in ("many", "one"):
        if implicit := [action for action in served if action.implicit and action.on == on]:
            routes.append(route(viewset, implicit))
    return routes


def route(viewset: type[UniBillViewSet], actions: list[Action], name: str = "") -> URLPattern:
    """Return one path for actions of different methods; HEAD only asks, so it is for those that read."""
    handlers: Mapping[str, str] = {action.method.lower(): action.name for action in actions}
    reads = ["head"] if any(action.reads for action in actions) else []
    view = viewset.as_view(
        dict(handlers),
        http_method_names=[*handlers, *reads, "options"],
        answers_pairs=any(action.changes_by_get for action in actions),
    )
    pattern = write_pattern(viewset.resource, actions[0].on)
    return re_path(rf"^{pattern}{name}/?\Z", view)


def list_all_routes(viewsets: Iterable[type[UniBillViewSet]]) -> list[URLPattern]:
    """Return every path, and an answer for all others."""
    return [*(path for viewset in viewsets for path in list_routes(viewset)), re_path("", refuse_path)]


@csrf_exempt
def refuse_path(request: HttpRequest) -> HttpResponse:
    """404: no such action, or no such path."""
    last = request.path_info.rstrip("/").rpartition("/")[2]
    if last.startswith("~"):
        return render_refusal(request, 404, "There is no such action here.", NO_ACTION)
    message = "There is no such path. An action that is not implicit must be named, as in allocations/~find."
    return render_refusal(request, 404, message, NO_PATH)


urlpatterns = list_all_routes(VIEWSETS)
