"""The quick start of an application: programs with the seller's own credentials filled in."""

from string import Template

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from access.oauth.access_tokens import issue_token
from access.oauth.scopes import LEDGER_READ, PRODUCT_SCOPES, list_given, list_permitted
from checkout.see_other import SeeOther
from console.looks import render_console
from console.lookup import find_application
from console.page_access import Member, for_console
from console.shown_once import keep_secret, take_secret
from console.snippets import PROGRAMS, TOKEN_EXCHANGE
from core.errors import InvalidField
from customers.models import Application, Product, Role

NO_TOKEN = "paste-an-access-token"
# The pair of RFC 7636, appendix B: good for a try, as everybody knows it.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@for_console(Role.DEVELOPER)
@require_http_methods(["GET", "HEAD", "POST"])
def quick_start_page(request: HttpRequest, member: Member, client_id: str) -> HttpResponseBase:
    """Show programs that make a test charge, or issue the token that they need: it acts for the reader."""
    application = find_application(member, client_id)
    kept_for, notice = f"token of {client_id}", ""
    if request.method == "POST":
        try:
            keep_secret(request, of=kept_for, secret=issue_own_token(member, application))
            return SeeOther(reverse("console_quick_start", args=[client_id]))
        except InvalidField:
            notice = "Give the application the scope of its product first."
    token = take_secret(request, of=kept_for) if request.method == "GET" else ""
    context = {
        "application": application,
        "token": token,
        "programs": write_programs(application, token or NO_TOKEN),
        "authorize_url": write_authorize_url(application),
        "exchange": write_exchange(application),
        "notice": notice,
    }
    return render_console(request, member, "quick_start", context, status=409 if notice else 200)


def issue_own_token(member: Member, application: Application) -> str:
    """Let an application act for the reader, who buys from it in tests; not with payouts.

    Raises InvalidField where the application has no scope for charges.
    """
    wanted = {*PRODUCT_SCOPES.values(), LEDGER_READ}
    scopes = [scope for scope in list_permitted(application, member.account.user) if scope in wanted]
    if not {*scopes} & {*PRODUCT_SCOPES.values()}:
        raise InvalidField("scopes", "must have one for charges")
    return issue_token(member.account, application, scopes)


def write_programs(application: Application, token: str) -> list[tuple[str, str]]:
    """Return the names and the texts of the programs."""
    product = next(iter(application.products), Product.LIVECHAT)
    filled = {"api": f"{settings.BASE_URL}/v2/direct_charge/{product}", "token": token}
    return [(name, Template(text).substitute(filled)) for name, text in PROGRAMS.items()]


def write_authorize_url(application: Application) -> str:
    """Return where a buyer says yes to the application: to charges, and to nothing else."""
    charging = [scope for scope in list_given(application) if scope in PRODUCT_SCOPES.values()]
    query = {
        "response_type": "code",
        "client_id": application.client_id,
        "redirect_uri": _first_address(application),
        "scope": " ".join(charging),
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return f"{settings.BASE_URL}/oauth/authorize/?{urlencode(query)}"


def write_exchange(application: Application) -> str:
    """Return the command that makes tokens of a code."""
    return Template(TOKEN_EXCHANGE).substitute(
        base_url=settings.BASE_URL,
        client_id=application.client_id,
        redirect_uri=_first_address(application),
        verifier=VERIFIER,
    )


def _first_address(application: Application) -> str:
    return next(iter(application.redirect_uris.split()), "")
