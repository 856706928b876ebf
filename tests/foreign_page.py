"""A page of another origin, on this machine, in a real browser: it tries to use a server of ours.

Browsers count another port as another origin of the same site, so they send our cookies along: the harder case.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, NamedTuple

_FETCH = """async ([method, url, body, kind, mode]) => {
    try {
        const headers = body === null ? {} : {"Content-Type": kind};
        const answer = await fetch(url, {method, body, mode, headers, credentials: "include"});
        return mode === "no-cors" ? "" : await answer.text();
    } catch (error) {
        return "";
    }
}"""

_SUBMIT = """([url, fields]) => {
    const form = document.body.appendChild(document.createElement("form"));
    Object.assign(form, {method: "post", action: url});
    for (const [name, value] of Object.entries(fields)) {
        form.appendChild(Object.assign(document.createElement("input"), {name, value}));
    }
    HTMLFormElement.prototype.submit.call(form);
}"""


class Try(NamedTuple):
    """A request of the page's script."""

    method: str
    url: str
    body: str | None = None
    kind: str = "application/json"
    mode: str = "cors"


class _Blank(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Another page</title><body></body>")

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def another_origin() -> Iterator[str]:
    """The address of a page that is not ours."""
    with HTTPServer(("127.0.0.1", 0), _Blank) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            serving.join()


async def read(page: Any, tries: list[Try]) -> list[str]:
    """What the script of the page got to see of each answer; "" when the browser shows it nothing."""
    return [await page.evaluate(_FETCH, list(one)) for one in tries]


async def submit(page: Any, url: str, fields: dict[str, str]) -> int:
    """The page sends a form, and goes where it leads: the status of the answer."""
    async with page.expect_navigation() as going:
        await page.evaluate(_SUBMIT, [url, fields])
    return int((await going.value).status)
