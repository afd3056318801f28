"""Pages for readers who may not see what they asked for; they tell nothing about it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from customers.models import Account


def show_unknown(request: HttpRequest) -> HttpResponse:
    """404: no such purchase, or one of somebody else."""
    return render(request, "checkout/unknown.html", status=404)


def ask_a_colleague(request: HttpRequest, account: Account) -> HttpResponse:
    """403: the reader's organisation buys it, but others there decide."""
    return render(request, "checkout/no_billing_role.html", {"account": account}, status=403)
