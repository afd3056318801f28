"""The stand-in's pages for buyers: Checkout with test cards as buttons, and the bank's question."""

from html import escape
from typing import NamedTuple

from tests.gateway.stripe_stand_in import cards, intents
from tests.gateway.stripe_stand_in.books import Books
from tests.gateway.stripe_stand_in.failures import Json
from tests.gateway.stripe_stand_in.methods import METHODS, ON_THE_PAGE

STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:24rem;margin:2rem auto;padding:0 1rem}"
    "button{display:block;width:100%;padding:.6rem;margin:.4rem 0;font:inherit;text-align:left}"
)


class Page(NamedTuple):
    """An answer to a browser: a page, or where it is led."""

    html: str = ""
    location: str = ""
    status: int = 200


def show(books: Books, path: str) -> Page:
    """Return the page of a path."""
    match path.strip("/").split("/"):
        case ["c", "pay", name]:
            return _show_checkout(cards.retrieve_session(books, {}, name))
        case ["3ds", name]:
            return _show_question(intents.retrieve(books, {}, name))
    return Page(_write("Not found", "<p>There is no such page.</p>"), status=404)


def press(books: Books, path: str, form: Json) -> Page:
    """Do what a button does, and lead the buyer back."""
    match path.strip("/").split("/"):
        case ["c", "pay", name]:
            return Page(location=cards.enter_card(books, name, form["card"]))
        case ["3ds", name]:
            return Page(location=_answer_question(books, name, is_confirmed=form["answer"] == "complete"))
    return Page(_write("Not found", "<p>There is no such page.</p>"), status=404)


def _show_checkout(session: Json) -> Page:
    if session["status"] != "open":
        return Page(_write("Checkout", "<p>This page is over.</p>"))
    buttons = "".join(
        f'<button name="card" value="{name}">{METHODS[name].label}'
        f" <small>{METHODS[name].brand} ending in {METHODS[name].last4}</small></button>"
        for name in ON_THE_PAGE
    )
    back = f'<p><a href="{escape(session["cancel_url"] or "#")}">Back</a></p>'
    return Page(_write("Add a card", f'<form method="post">{buttons}</form>{back}'))


def _show_question(intent: Json) -> Page:
    if intent["status"] != "requires_action":
        return Page(_write("Confirm your payment", "<p>There is nothing to confirm.</p>"))
    asked = f"<p>{intent['amount']} {intent['currency'].upper()} in the smallest unit. Is this you?</p>"
    buttons = "".join(
        f'<button name="answer" value="{word.lower()}">{word}</button>' for word in ("Complete", "Fail")
    )
    return Page(_write("Confirm your payment", f'{asked}<form method="post">{buttons}</form>'))


def _answer_question(books: Books, name: str, *, is_confirmed: bool) -> str:
    """Capture or decline, and return where the buyer goes."""
    intent = intents.retrieve(books, {}, name)
    action = intent["next_action"]
    if action is None:
        return f"{books.address}/3ds/{name}"
    intents.capture(books, intent) if is_confirmed else intents.fail_authentication(books, intent)
    address: str = action["redirect_to_url"]["return_url"]
    joint = "&" if "?" in address else "?"
    status = "succeeded" if is_confirmed else "failed"
    return f"{address}{joint}payment_intent={name}&redirect_status={status}"


def _write(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style>'
        f"<main><h1>{title}</h1><p>Stand-in for Stripe: no real card, no real money.</p>{body}</main></html>"
    )
