"""Requests made from the OpenAPI document: none is answered with a 500, and answers are what the document says.

`just api-requests 500` makes more of them for each route.
"""

import asyncio
import os
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.server.web.api.openapi import ENDPOINTS, document
from app.server.web.application import application
from app.settings import Settings
from graphs import names
from tests.app.server.conftest import ADDRESS, Served

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = int(os.environ.get("API_REQUESTS", "12"))
INPUTS = [{"order_id": "12345", "email": "ada@example.com"}, {"messages": "hello"}, {"question": "how long?"}]


@pytest.fixture
def loop() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as loop:
        yield loop


@pytest.fixture
def served(loop: asyncio.Runner, settings: Settings) -> Iterator[Served]:
    """A server in a loop of its own: what Hypothesis calls is not async."""
    app = application(settings)
    opened = app.router.lifespan_context(app)
    loop.run(opened.__aenter__())
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url=ADDRESS)
    served = Served(app, client)
    loop.run(served.add_people())
    yield served
    loop.run(client.aclose())
    loop.run(opened.__aexit__(None, None, None))


def test_answers_are_what_the_document_says(loop: asyncio.Runner, served: Served) -> None:
    waiting = loop.run(served.waiting_refund("12371", "hedy@example.com"))
    known = {"thread": waiting["thread_id"], "approval": waiting["approval"]["approval_id"]}
    for endpoint in ENDPOINTS:
        asked_of(endpoint, known, lambda **sent: loop.run(served.client.request(**sent)), served.tokens["admin"])()


def asked_of(endpoint: Any, known: dict[str, str], send: Callable[..., httpx.Response], token: str) -> Any:
    """A test of one route; half of its requests are about something that there is."""
    operation = schemathesis.openapi.from_dict(document())[f"/api/v1{endpoint.path}"][endpoint.method]

    @examples(
        max_examples=EXAMPLES,
        derandomize=EXAMPLES < 50,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(
        case=operation.as_strategy(),
        exists=st.booleans(),
        workflow=st.sampled_from(names()),
        some=st.sampled_from(INPUTS),
    )
    def asked(case: Any, exists: bool, workflow: str, some: dict[str, Any]) -> None:
        if exists and "id" in case.path_parameters:
            case.path_parameters["id"] = known["approval" if "approvals" in endpoint.path else "thread"]
        if exists and isinstance(case.body, dict) and "workflow" in case.body:
            case.body |= {"workflow": workflow, "input": some}
        sent = case.as_transport_kwargs(base_url=ADDRESS, headers={"Authorization": f"Bearer {token}"})
        sent.pop("cookies", None)
        sent["headers"] = {name: value.encode("latin-1") for name, value in sent["headers"].items()}
        case.validate_response(send(**sent), checks=CHECKS)

    return asked
