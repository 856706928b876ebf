"""Requests that nobody sends by accident: each is answered with a sentence, and none with a 500."""

import json

import pytest

from app.server.web.api.openapi import ENDPOINTS, document
from tests.app.server.conftest import Served

VALUES: list[object] = [
    None,
    True,
    0,
    -1,
    10**30,
    1e308,
    "",
    " ",
    "\0",
    "\ud800",
    "x" * 5000,
    "../../etc/passwd",
    [],
    {},
    [[]],
    {"a": {"b": 1}},
]
QUERIES = [
    "limit=0",
    "limit=x",
    "since=soon",
    "until=9999-99-99",
    "status=no",
    "graph=no",
    "order=%00",
    "email=%ff",
    "a=1",
    "since=99999999d",
]
IDS = ["%00", "%ff", "..", "x" * 3000, "%F0%9F%98%80", "' or 1=1 --", "{id}"]


async def test_no_request_is_answered_with_a_500(served: Served) -> None:
    for endpoint in ENDPOINTS:
        for number, value in enumerate(VALUES):
            id_ = IDS[number % len(IDS)]
            path = endpoint.path.replace("{id}", id_)
            if endpoint.method == "GET":
                response = await served.api("GET", f"{path}?{QUERIES[number % len(QUERIES)]}")
                assert response.status_code in (200, 404, 409, 422), (path, response.text)
                continue
            fields = endpoint.body.model_fields if endpoint.body else {}
            for body in [value, *({**_right(endpoint.path), name: value} for name in fields)]:
                raw = json.dumps(body).encode()
                headers = {"Content-Type": "application/json", "Idempotency-Key": f"{number}"}
                response = await served.api("POST", path, content=raw, headers=headers)
                assert response.status_code < 500, (endpoint.path, body, response.text)


def _right(path: str) -> dict[str, object]:
    if path == "/threads":
        return {"workflow": "refund", "input": {"order_id": "no", "email": "ada@example.com"}}
    return {"verdict": "approve"} if path.endswith("decision") else {"text": "hello"}


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[" * 100_000, b"\xff\xfe", b'{"workflow":"refund","workflow":"x"}', b"1" * 5000, b"NaN"]
)
async def test_what_is_not_json(served: Served, raw: bytes) -> None:
    response = await served.api("POST", "/threads", content=raw, headers={"Content-Type": "application/json"})
    assert response.status_code == 422, response.text


async def test_bodies_of_another_kind_are_refused(served: Served) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        response = await served.api("POST", "/threads", content=b"{}", headers={"Content-Type": kind})
        assert response.status_code == 415, kind


async def test_the_openapi_document_names_every_route(served: Served) -> None:
    paths = (await served.client.get("/api/v1/openapi.json")).json()["paths"]
    assert {
        (method.upper(), path.removeprefix("/api/v1")) for path, methods in paths.items() for method in methods
    } == {(endpoint.method, endpoint.path) for endpoint in ENDPOINTS}
    text = json.dumps(document())
    names = set(document()["components"]["schemas"])
    assert {name.split('"')[0] for name in text.split('"#/components/schemas/')[1:]} <= names
    page = await served.client.get("/api/v1/docs")
    assert (page.status_code, "http://" in page.text, "https://" in page.text) == (200, False, False)
