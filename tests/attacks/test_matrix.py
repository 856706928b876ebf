"""A sample of `just attack`, and the proof that it notices a guard that is gone."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nodes.ports import install
from tests.attacks.matrix import WAYS, WITH_EFFECTS, carry_out, cells, reads
from tests.attacks.world import World, open_world

STEP = 401
"""Every so many-th cell is carried out here; `just attack` carries out each."""


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(open_world(tmp_path / "home"))


async def test_an_attack_gains_nothing(world: World) -> None:
    sample = list(cells(world))[::STEP]
    assert [(str(cell), found) for cell in sample for found in await carry_out(world, cell)] == []


async def test_every_step_is_attacked_in_every_way_with_every_key(world: World) -> None:
    seen = {(cell.graph, cell.node, cell.way, key) for cell in cells(world) for key in (*cell.values, "")}
    for name in WITH_EFFECTS:
        graph = world.graphs[name]
        wanted = {
            (name, node, way, key)
            for node in graph.builder.nodes.keys() - {"__default_error_handler__"}
            for way in WAYS
            for key in (*reads(graph, node) & graph.channels.keys(), "")
        }
        assert wanted - seen == set()


class Careless:
    """Stands in front of a real service; what one of its methods is asked, or answers, is changed."""

    def __init__(self, service: Any, method: str, change: Callable[..., Any]) -> None:
        self._service = service
        self._method = method
        self._change = change

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._service, name)
        return (lambda *args, **kwargs: self._change(real, *args, **kwargs)) if name == self._method else real


async def forget_the_reservation(refund: Any, **call: Any) -> Any:
    return await refund(**{**call, "reservation": None})


async def every_attempt_is_being_undone(find: Any, key: str) -> Any:
    found = await find(key)
    return found and {**found, "status": "closing"}


async def everything_is_approved(get: Any, approval_id: str) -> Any:
    found = await get(approval_id)
    return found and {**found, "status": "approved", "granted": found["args"]}


async def every_order_is_mallorys(find: Any, order_id: str) -> Any:
    found = await find(order_id)
    return found and {**found, "email": "mallory@evil.example"}


async def send_to_mallory(send: Any, **mail: Any) -> Any:
    return await send(**{**mail, "to": "mallory@evil.example"})


GONE: list[tuple[str, Mapping[str, tuple[str, Callable[..., Any]]], str]] = [
    (
        "refund_charge by goto on 'new', order 12366",
        {"payments": ("refund", forget_the_reservation), "stock": ("find", every_attempt_is_being_undone)},
        "refunds",
    ),
    (
        "process_refund by goto on 'new', 12372 by its owner",
        {"approvals": ("get", everything_is_approved)},
        "refunds",
    ),
    ("process_refund by Send on 'new', 12348 by a stranger", {"orders": ("find", every_order_is_mallorys)}, "refunds"),
    ("process_refund by goto on 'new', 12348 by its owner", {"mail": ("send", send_to_mallory)}, "mails"),
    (
        "send_confirmation by goto on 'paid', 12346 by a stranger",
        {"orders": ("find", every_order_is_mallorys)},
        "mails",
    ),
]
"""A cell, the services that do not check what they should, and which rule notices."""


async def test_a_guard_that_is_gone_is_noticed(world: World) -> None:
    everything, services = list(cells(world)), world.runner.services
    for wanted, careless, rule in GONE:
        cell = next(one for one in everything if wanted in str(one))
        assert await carry_out(world, cell) == []
        changed: Any = {name: Careless(getattr(services, name), *change) for name, change in careless.items()}
        with install(replace(services, **changed)):
            assert [one for one in await carry_out(world, cell) if one.startswith(f"{rule}:")], wanted
