"""A seller's app that sells one thing. Run: manage.py demo --json | python3 examples/sell_one_thing.py"""

import json
import sys
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

PORT = int(sys.argv[1]) if len(sys.argv) > 1 else 8100
SHOP = f"http://127.0.0.1:{PORT}"
DEMO = json.load(sys.stdin)  # A real app gets the buyer's token by OAuth; here the demo prints it.
CHARGES = DEMO["base_url"] + "/v2/direct_charge/livechat"


def call_billing(method: str, path: str, terms: dict | None = None) -> dict:
    """Call the billing server for the buyer and return what it says of the charge."""
    headers = {"Authorization": "Bearer " + DEMO["buyer"]["access_token"], "Content-Type": "application/json"}
    body = json.dumps(terms).encode() if terms else None
    with urllib.request.urlopen(
        urllib.request.Request(CHARGES + path, body, headers, method=method)
    ) as answer:
        return json.load(answer)


class Shop(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if address.path != "/back":
            return self.show("<h1>Kite icons</h1><form method=post><button>Buy for $12.50</button></form>")
        path = "/" + parse_qs(address.query)["id"][0]  # The billing server adds it to the return_url.
        charge = call_billing("GET", path)
        if charge["status"] == "accepted":
            charge = call_billing("PUT", path + "/activate")  # From now on the payment is collected.
        self.show(f"<h1>{charge['name']}: {charge['status']}</h1><a href=''>Look again</a>")

    def do_POST(self) -> None:
        terms = {"name": "Kite icons", "price": 1250, "quantity": 1, "return_url": SHOP + "/back"}
        self.send_response(303)
        self.send_header("Location", call_billing("POST", "", terms)["confirmation_url"])
        self.end_headers()

    def show(self, html: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(html.encode())


with HTTPServer(("127.0.0.1", PORT), Shop) as server:
    print(f"Open {SHOP} and log in as {DEMO['buyer']['email']} / {DEMO['buyer']['password']}", flush=True)
    server.serve_forever()
