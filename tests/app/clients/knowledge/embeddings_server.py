"""A server of embeddings on loopback that knows what a few words mean: a vector has a place for each of their meanings."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MEANINGS = ["bicycle bike two-wheeler", "park put stand", "salary wage pay", "month day date", "lunch meal eat"]


class EmbeddingsServer(ThreadingHTTPServer):
    """Remembers the texts that it was asked about. `answer`: what it says instead of vectors; `status`: with which code;
    `patience`: after so many texts it waits until it may go on."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[str] = []
        self.answer: dict[str, Any] | None = None
        self.status = 200
        self.patience = 1_000_000
        self.is_asked, self.may_go_on = threading.Event(), threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


@contextmanager
def serving() -> Iterator[EmbeddingsServer]:
    with EmbeddingsServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.may_go_on.set()
            server.shutdown()
            thread.join()


def vector(text: str) -> list[float]:
    words = re.findall(r"[a-z-]+", text.lower())
    return [0.1, *(float(sum(word.rstrip("s") in meaning.split() for word in words)) for meaning in MEANINGS)]


class _Handler(BaseHTTPRequestHandler):
    server: EmbeddingsServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        texts = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["input"]
        self.server.is_asked.set()
        if len(self.server.asked) >= self.server.patience:
            self.server.may_go_on.wait(20)
        self.server.asked += texts
        data = [{"object": "embedding", "index": at, "embedding": vector(text)} for at, text in enumerate(texts)]
        body = json.dumps(self.server.answer or {"object": "list", "model": "small", "data": data}).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing on stderr."""
