"""A real S3 server (moto's, over HTTP) and a proxy before it that breaks answers as it is told."""

import http.client
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRET = "s3cr3t-of-the-tests"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "AKIATESTS",
    "AWS_SECRET_ACCESS_KEY": SECRET,
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}
HOP = {"connection", "transfer-encoding", "keep-alive", "content-length", "host"}


@dataclass
class Answer:
    """What goes back to the client; a fault changes it, or makes it."""

    status: int
    headers: dict[str, str]
    body: bytes
    cut: bool = False
    """Send half of the body, and end the connection."""


@dataclass
class Request:
    """What the client asked. The query of a listing has list-type=2."""

    method: str
    path: str
    headers: dict[str, str]

    @property
    def is_listing(self) -> bool:
        return "list-type=2" in self.path


Fault = Callable[[Request, Answer], None]


@dataclass
class Proxy:
    """Forwards to the server. faults: each is shown every answer; asked: what came, in order."""

    url: str
    fault: Fault | None = None
    forgotten: tuple[str, ...] = ()
    """Headers of requests that the server does not get to see."""
    asked: list[Request] = field(default_factory=list)

    def count(self, method: str, part: str = "") -> int:
        """How often that was asked."""
        return sum(one.method == method and part in one.path for one in self.asked)


def error(status: int, code: str) -> Callable[[Answer], None]:
    """The answer of an S3 server that refuses."""

    def change(answer: Answer) -> None:
        text = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>no</Message></Error>"
        answer.status, answer.body = status, text.encode()
        answer.headers = {"Content-Type": "application/xml"}

    return change


SERVE = """
import sys
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from moto.server import main
backend = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
backend.create_bucket(sys.argv[1], "us-east-1")
for number in range(int(sys.argv[2])):
    backend.put_object(sys.argv[1], f"in/{number:05}.wav", b"sound")
main(["-H", "127.0.0.1", "-p", "0"])
"""
FULL = "full"
KEYS = 10_000


@contextmanager
def s3_server() -> Iterator[str]:
    """Its address; it listens on this machine only, and keeps everything in memory. The bucket
    FULL has so many KEYS, laid there from within: by HTTP that takes minutes."""
    command = [sys.executable, "-c", SERVE, FULL, str(KEYS)]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **CREDENTIALS},
    ) as process:
        assert process.stdout
        lines = iter(process.stdout.readline, "")
        address = next(line.split()[-1] for line in lines if "Running on http" in line)
        reading = threading.Thread(target=process.stdout.read, daemon=True)
        reading.start()  # or its log would fill the pipe
        try:
            yield address
        finally:
            process.kill()


@contextmanager
def proxy(server: str) -> Iterator[Proxy]:
    """A proxy on this machine, until the end of the `with`."""
    host = server.removeprefix("http://")
    serving = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    told = Proxy(f"http://127.0.0.1:{serving.server_port}")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            request = Request(self.command, self.path, dict(self.headers))
            told.asked.append(request)
            body = self.rfile.read(length)
            for name in told.forgotten:
                request.headers.pop(name, None)
            answer = _forwarded(host, request, body)
            if told.fault:
                told.fault(request, answer)
            self._send(answer)

        do_HEAD = do_PUT = do_POST = do_DELETE = do_GET  # noqa: N815

        def _send(self, answer: Answer) -> None:
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if "Content-Length" not in answer.headers:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(
                    answer.body[: len(answer.body) // 2] if answer.cut else answer.body
                )
            self.close_connection = answer.cut

        def log_message(self, *_: Any) -> None:
            pass

    serving.RequestHandlerClass = Handler
    thread = threading.Thread(target=serving.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield told
    finally:
        serving.shutdown()
        serving.server_close()


def _forwarded(host: str, request: Request, body: bytes) -> Answer:
    connection = http.client.HTTPConnection(host, timeout=30)
    headers = {k: v for k, v in request.headers.items() if k.lower() not in HOP}
    try:
        connection.request(request.method, request.path, body or None, {**headers, "Host": host})
        response = connection.getresponse()
        data = response.read()
        back = {k: v for k, v in response.getheaders() if k.lower() not in HOP}
        if request.method == "HEAD":
            back["Content-Length"] = response.headers.get("Content-Length", "0")
        return Answer(response.status, back, data)
    finally:
        connection.close()
