"""A real SMTP server that behaves as the test says."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage


class Server(socketserver.ThreadingTCPServer):
    """Takes every mail until `answers` has another answer to a command, "hang" or "drop".

    `answers` may be a list for each command, whose last one stays.
    """

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.answers: dict[str, list[str]] = {}
        self.mails: list[EmailMessage] = []
        self.on_mail = lambda: None
        self.connections = 0
        self.stopped = threading.Event()

    @property
    def port(self) -> int:
        return self.server_address[1]

    @property
    def ids(self) -> list[str]:
        return [mail["Message-ID"] for mail in self.mails]

    def find_answer(self, command: str, usual: str) -> str:
        said = self.answers.get(command, [usual])
        return said.pop(0) if len(said) > 1 else said[0]

    def handle_error(self, request, client_address) -> None:
        """Clients that hang up are what is tested."""


class Session(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        self.server.connections += 1
        if not self.say("CONNECT", "220 made-up.example"):
            return
        while line := self.rfile.readline():
            command = line.split()[0].decode().upper() if line.split() else ""
            if command == "DATA":
                answer = self.say(command, "354 go on")
                if not answer or (answer.startswith("3") and not self.take()):
                    return
            elif not self.say(command, "250 made-up.example" if command != "QUIT" else "221 bye"):
                return

    def take(self) -> str:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        if self.server.find_answer("DOT", "250 taken").startswith("2"):
            self.server.mails.append(message_from_bytes(b"".join(lines), policy=policy.default))
        self.server.on_mail()
        return self.say("DOT", "250 taken")

    def say(self, command: str, usual: str) -> str:
        """Answer a command, and return what was said if it goes on."""
        answer = self.server.find_answer(command, usual)
        if answer == "hang":
            self.server.stopped.wait(30)
            return ""
        if answer == "drop":
            return ""
        self.wfile.write(f"{answer}\r\n".encode())
        return "" if answer.startswith(("221", "421")) else answer


@contextmanager
def serving() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.stopped.set()
        server.shutdown()
        thread.join()
        server.server_close()
