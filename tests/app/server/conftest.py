"""A server in this process, on the demo shop, with one person of each role."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from app.records.people import ROLES
from app.server.web.application import application
from app.server.web.state import ServerState
from app.settings import Settings

ADDRESS = "http://127.0.0.1:8420"


class Served:
    """The server, and the tokens of its people by role."""

    def __init__(self, app: Starlette, client: httpx.AsyncClient) -> None:
        self.state: ServerState = app.state.server
        self.client = client
        self.tokens: dict[str, str] = {}

    async def add_people(self) -> None:
        for role in ROLES:
            await self.state.people.add(f"the {role}", role, None)
            self.tokens[role] = await self.state.people.token(f"the {role}")

    async def api(self, method: str, path: str, role: str = "admin", **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.tokens[role]}", **more.pop("headers", {})}
        return await self.client.request(method, f"/api/v1{path}", headers=headers, **more)

    async def waiting_refund(self, order: str = "12345", email: str = "ada@example.com") -> dict[str, Any]:
        """A refund that waits for its approval: its result."""
        asked = {"workflow": "refund", "input": {"order_id": order, "email": email}}
        response = await self.api("POST", "/threads", "operator", json=asked)
        assert response.status_code == 201, response.text
        result: dict[str, Any] = response.json()
        assert result["status"] == "waiting"
        return result

    async def refunds(self, order: str = "12345") -> list[int]:
        """What the ledger has paid back for the order."""
        found = await self.state.engine.services.orders.find(order)
        assert found
        return [refund["amount_cents"] for refund in found["refunds"]]


@pytest.fixture
async def alone(settings: Settings) -> AsyncIterator[Served]:
    """The server of a home that nobody was added to."""
    app = application(settings)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
            yield Served(app, client)


@pytest.fixture
async def served(alone: Served) -> Served:
    """The same with people."""
    await alone.add_people()
    return alone
