"""Runs the stand-in: python -m tests.gateway.stripe_stand_in --port 12111."""

import argparse

from tests.gateway.stripe_stand_in.server import StripeStandIn


def main() -> None:
    """Serve until the process ends."""
    parser = argparse.ArgumentParser(prog="python -m tests.gateway.stripe_stand_in", description=main.__doc__)
    parser.add_argument("--port", type=int, default=12111)
    parser.add_argument(
        "--webhook-url", default="", help="where events are sent to, such as .../hooks/stripe/"
    )
    parser.add_argument("--webhook-secret", default="whsec_made_up_for_the_stand_in")
    arguments = parser.parse_args()
    stand_in = StripeStandIn(arguments.port)
    stand_in.webhooks.url, stand_in.webhooks.secret = arguments.webhook_url, arguments.webhook_secret
    print(f"STRIPE_API_BASE={stand_in.address}", flush=True)  # noqa: T201
    stand_in.serve()


if __name__ == "__main__":
    main()
