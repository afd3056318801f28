"""The sandbox under the name and with the mark of a live processor."""

from gateway.sandbox import SandboxGateway


class LiveGateway(SandboxGateway):
    """Says that it moves real money; no test lets it."""

    name = "live"
    livemode = True


LIVE = {"sandbox": "gateway.sandbox.SandboxGateway", "live": "tests.operations.live_gateway.LiveGateway"}
