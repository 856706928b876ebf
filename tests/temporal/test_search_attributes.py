"""What threads are found by, and a namespace that may not be taught."""

import logging
from typing import Any

import pytest
from temporalio.service import RPCError, RPCStatusCode

from app.engines.temporal.boundary import Standing
from app.engines.temporal.search_attributes import KEYS, customer, found_by, registered


class Namespace:
    """Stands for a client; knows some attributes, and may or may not learn others."""

    namespace = "default"

    def __init__(self, known: set[str], *, permitted: bool) -> None:
        self.custom_attributes = known
        self._permitted = permitted

    @property
    def operator_service(self) -> Any:
        return self

    async def list_search_attributes(self, request: Any) -> Any:
        return self

    async def add_search_attributes(self, request: Any) -> None:
        if not self._permitted:
            raise RPCError("you are no administrator", RPCStatusCode.PERMISSION_DENIED, b"")
        self.custom_attributes |= set(request.search_attributes)


ALL = {key.name for key in KEYS}


async def test_a_namespace_is_taught_what_is_missing() -> None:
    client: Any = Namespace({"SwitchboardGraph"}, permitted=True)
    assert not await registered(client, add=False)
    assert await registered(client, add=True)
    assert client.custom_attributes == ALL


async def test_where_that_is_not_permitted_threads_run_without(caplog: pytest.LogCaptureFixture) -> None:
    client: Any = Namespace(set(), permitted=False)
    with caplog.at_level(logging.WARNING):
        assert not await registered(client, add=True)
    assert "cannot be found by graph, status, outcome and customer" in caplog.text
    assert "you are no administrator" in caplog.text
    assert await registered(Namespace(set(ALL), permitted=False), add=True)  # type: ignore[arg-type]


def test_a_customer_is_found_by_a_digest_and_an_outcome_comes_last() -> None:
    values = {"email": "Ada@Example.com ", "outcome": "refunded"}
    running = {one.key.name: one.value for one in found_by("refund", Standing("running", values))}
    assert running == {
        "SwitchboardGraph": "refund",
        "SwitchboardStatus": "running",
        "SwitchboardOutcome": None,
        "SwitchboardCustomer": customer("ada@example.com"),
    }
    assert "ada" not in customer("ada@example.com")
    completed = {one.key.name: one.value for one in found_by("refund", Standing("completed", values))}
    assert completed["SwitchboardOutcome"] == "refunded"
