"""Exit with 0 if the web server of this container is ready, else with 1."""

import http.client
import os
import sys
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 4


def is_ready(base_url: str) -> bool:
    """Ask for /readyz by the name that the server is known by: others are refused."""
    server = http.client.HTTPConnection("127.0.0.1", 8000, timeout=TIMEOUT_SECONDS)
    try:
        server.request("GET", "/readyz", headers={"Host": urlsplit(base_url).netloc})
        return server.getresponse().status == 200
    except OSError:
        return False
    finally:
        server.close()


if __name__ == "__main__":
    sys.exit(0 if is_ready(os.environ["BASE_URL"]) else 1)
