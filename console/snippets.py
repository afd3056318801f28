"""Programs of the quick start: each makes a test charge, waits until it is accepted, and activates it."""

CURL = r"""TOKEN='$token'
API='$api'

# 1. Ask for a test charge of 12.50. Open the address that this prints, and accept.
URL=$$(curl -sS -X POST "$$API" -H "Authorization: Bearer $$TOKEN" -H 'Content-Type: application/json' \
  -d '{"name": "Quick start", "price": 1250, "quantity": 1, "return_url": null, "test": true}' \
  | sed 's/.*"confirmation_url": *"\([^"]*\)".*/\1/')
echo "$$URL"

# 2. Wait until it is accepted, and activate it: from then on it is collected. Its status is success soon.
until curl -sS "$$API/$${URL##*=}" -H "Authorization: Bearer $$TOKEN" \
  | grep '"status": *"accepted"' > /dev/null; do sleep 2; done
curl -sS -X PUT "$$API/$${URL##*=}/activate" -H "Authorization: Bearer $$TOKEN"
sleep 5
curl -sS "$$API/$${URL##*=}" -H "Authorization: Bearer $$TOKEN"
"""

PYTHON = """import json
import time
import urllib.request

TOKEN = "$token"
API = "$api"


def call(method, path="", terms=None):
    headers = {"Authorization": "Bearer " + TOKEN, "Content-Type": "application/json"}
    body = json.dumps(terms).encode() if terms else None
    request = urllib.request.Request(API + path, body, headers, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


charge = call("POST", "", {
    "name": "Quick start", "price": 1250, "quantity": 1, "return_url": None, "test": True,
})
print("Open and accept:", charge["confirmation_url"], flush=True)
path = "/" + charge["id"]
while charge["status"] in ("pending", "accepted", "processed"):
    if charge["status"] == "accepted":
        call("PUT", path + "/activate")
    time.sleep(2)
    charge = call("GET", path)
print(charge["status"])
"""

NODE = """// Node 18 or later: node quick_start.mjs
const TOKEN = "$token";
const API = "$api";

async function call(method, path = "", terms = undefined) {
  const headers = { Authorization: "Bearer " + TOKEN, "Content-Type": "application/json" };
  const answer = await fetch(API + path, { method, headers, body: terms && JSON.stringify(terms) });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

let charge = await call("POST", "", {
  name: "Quick start", price: 1250, quantity: 1, return_url: null, test: true,
});
console.log("Open and accept:", charge.confirmation_url);
const path = "/" + charge.id;
while (["pending", "accepted", "processed"].includes(charge.status)) {
  if (charge.status === "accepted") await call("PUT", path + "/activate");
  await new Promise((resolve) => setTimeout(resolve, 2000));
  charge = await call("GET", path);
}
console.log(charge.status);
"""

PHP = """<?php
const TOKEN = "$token";
const API = "$api";

function call(string $$method, string $$path = "", ?array $$terms = null): array {
    $$line = curl_init(API . $$path);
    curl_setopt_array($$line, [
        CURLOPT_CUSTOMREQUEST => $$method,
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_HTTPHEADER => ["Authorization: Bearer " . TOKEN, "Content-Type: application/json"],
    ]);
    if ($$terms !== null) {
        curl_setopt($$line, CURLOPT_POSTFIELDS, json_encode($$terms));
    }
    $$answer = curl_exec($$line);
    if (curl_getinfo($$line, CURLINFO_RESPONSE_CODE) >= 400) {
        throw new Exception($$answer);
    }
    return json_decode($$answer, true);
}

$$charge = call("POST", "", [
    "name" => "Quick start", "price" => 1250, "quantity" => 1, "return_url" => null, "test" => true,
]);
echo "Open and accept: ", $$charge["confirmation_url"], "\\n";
$$path = "/" . $$charge["id"];
while (in_array($$charge["status"], ["pending", "accepted", "processed"])) {
    if ($$charge["status"] === "accepted") {
        call("PUT", $$path . "/activate");
    }
    sleep(2);
    $$charge = call("GET", $$path);
}
echo $$charge["status"], "\\n";
"""

PROGRAMS = {"curl": CURL, "Python": PYTHON, "Node": NODE, "PHP": PHP}

TOKEN_EXCHANGE = """CODE='the code from the address that you came back to'
CLIENT_SECRET='your client secret'
curl -sS -X POST '$base_url/oauth/token/' \\
  --data-urlencode 'grant_type=authorization_code' \\
  --data-urlencode "code=$$CODE" \\
  --data-urlencode 'redirect_uri=$redirect_uri' \\
  --data-urlencode 'code_verifier=$verifier' \\
  --data-urlencode 'client_id=$client_id' \\
  --data-urlencode "client_secret=$$CLIENT_SECRET"
"""
