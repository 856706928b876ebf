"""The attack matrix: every step of every workflow that has outside effects, every way to write into a thread, every key.

A cell is one attack by somebody who may write state: on one thread of the shop's story, aimed at one node, in one way, with
forged values. Afterwards the approver agrees to what they are shown, if they are asked. Then the books (books.py) must hold
nothing that the rules, or that decision, do not cover, and no approval may be lost.

The nodes and the keys that they read come from the compiled graphs. `just attack` runs every cell and prints their number.
"""

import asyncio
import json
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import Any, get_type_hints
from uuid import NAMESPACE_URL, uuid5

from langgraph.errors import InvalidUpdateError
from langgraph.types import Command, Send
from pydantic import TypeAdapter

from app.engines.compiled_graphs import Graph
from app.engines.langgraph.runner import RECURSION_LIMIT
from tests.attacks.books import Cover, violations
from tests.attacks.world import ATTACKED, HEDY, Thread, World, open_world

Values = dict[str, Any]

WITH_EFFECTS = ("refund", "support", "fulfilment")
"""Workflows of which every node is attacked; of the others, those whose policy says that they act outside."""

ACTING = frozenset({"record", "payment", "shipment", "mail", "ticket"})

MALLORY = "mallory@evil.example"
NEW = str(uuid5(NAMESPACE_URL, "new"))
"""A thread that is not there before the attack."""

SCENES: Mapping[str, tuple[str, ...]] = {
    "refund": ("new", "paid", "waiting"),
    "support": ("new", "talk waits"),
    "fulfilment": ("new", "shipped", "stuck"),
}
"""The threads that each workflow is attacked on, by their names in the story; on the last one each forged value also alone."""


@dataclass(frozen=True)
class Cell:
    graph: str
    scene: str
    node: str
    way: str
    about: str  # the story, or the key, that is forged
    values: Values

    def __str__(self) -> str:
        return f"{self.graph}/{self.node} by {self.way} on {self.scene!r}, {self.about}: {json.dumps(self.values, default=str)[:300]}"


@dataclass(frozen=True)
class Attack:
    """One cell, about to be carried out."""

    world: World
    graph: Graph
    node: str
    thread: Thread
    values: Values

    @property
    def config(self) -> Any:
        return {"configurable": {"thread_id": self.thread.thread_id}, "recursion_limit": RECURSION_LIMIT}

    async def run(self, values: Any, config: Any = None, **options: Any) -> None:
        await self.graph.ainvoke(values, config or self.config, **options)


async def goto(attack: Attack) -> None:
    await attack.run(Command(update=attack.values, goto=attack.node))


async def goto_with_an_answer(attack: Attack) -> None:
    await attack.run(Command(resume={"type": "ignore"}, update=attack.values, goto=attack.node))


async def send(attack: Attack) -> None:
    known = (await attack.graph.aget_state(attack.config)).values
    await attack.run(Command(goto=Send(attack.node, {**known, **attack.values})))


async def update(attack: Attack) -> None:
    """Stand before the node, then write state with a command, which runs it."""
    await attack.run(Command(goto=attack.node), interrupt_before=[attack.node])
    await attack.run(Command(update=attack.values))


async def update_state(attack: Attack) -> None:
    """As if the node had returned these values; what follows it runs."""
    await attack.graph.aupdate_state(attack.config, attack.values, as_node=attack.node)
    await attack.run(None)


async def forged_input(attack: Attack) -> None:
    """What the input schema does not have, and the node reads."""
    await attack.run({name: attack.values[name] for name in reads(attack.graph, attack.node) & attack.values.keys()})


async def copied_thread(attack: Attack) -> None:
    copied = _other(attack, "copy")
    await attack.world.saver.acopy_thread(attack.thread.thread_id, copied.thread.thread_id)
    await _register(copied)
    await goto(copied)


async def fork(attack: Attack) -> None:
    """A fork by the product, from before the node ran, or from the start."""
    archive, checkpoint = attack.world.runner.archive, await _before(attack)
    forked_id = await archive.fork(attack.thread.thread_id, checkpoint["configurable"]["checkpoint_id"])
    forked = Attack(attack.world, attack.graph, attack.node, Thread(forked_id, attack.thread.graph), attack.values)
    await goto(forked)


async def earlier_checkpoint(attack: Attack) -> None:
    """A fork by LangGraph, on the thread itself."""
    checkpoint = await _before(attack)
    written = await attack.graph.aupdate_state(checkpoint, attack.values, as_node=attack.node)
    await attack.run(None, {**written, "recursion_limit": RECURSION_LIMIT})


WAYS: Mapping[str, Callable[[Attack], Awaitable[None]]] = {
    "goto": goto,
    "goto with an answer": goto_with_an_answer,
    "Send": send,
    "Command(update)": update,
    "update_state": update_state,
    "forged input": forged_input,
    "copied thread": copied_thread,
    "fork": fork,
    "earlier checkpoint": earlier_checkpoint,
}
NEED_A_PAST = ("goto with an answer", "copied thread", "fork", "earlier checkpoint")


def reads(graph: Graph, node: str) -> set[str]:
    """The keys in a node's annotation."""
    return set(get_type_hints(graph.builder.nodes[node].input_schema))


def nodes(graph: Graph, name: str) -> list[str]:
    """The nodes that are attacked; the failure handler is one that LangGraph adds, and is reached through the others."""
    named = {node: spec for node, spec in graph.builder.nodes.items() if not node.startswith("__")}
    return [node for node, spec in named.items() if name in WITH_EFFECTS or (spec.metadata or {}).get("kind") in ACTING]


def cells(world: World) -> Iterator[Cell]:
    """Every cell: each story in every scene, and each forged value alone in the last one."""
    for name in ATTACKED:
        graph, scenes = world.graphs[name], SCENES.get(name, ("new",))
        told = {about: _known(graph, story) for about, story in stories(world, name).items()}
        for node in nodes(graph, name):
            alone = list(_lies(world, graph, node))
            for scene in scenes:
                forgeries = [*told.items(), *(alone if scene == scenes[-1] else [])]
                for way in WAYS:
                    if scene == "new" and way in NEED_A_PAST:
                        continue
                    yield from (Cell(name, scene, node, way, about, values) for about, values in forgeries)


def _known(graph: Graph, values: Values) -> Values:
    return {key: value for key, value in values.items() if key in graph.channels}


def _lies(world: World, graph: Graph, node: str) -> Iterator[tuple[str, Values]]:
    """Each forged value of each key that the node reads."""
    hints = get_type_hints(graph.builder.nodes[node].input_schema)
    for key in sorted(_known(graph, hints)):
        for value in _named_lies(world).get(key) or _of_type(hints[key]):
            yield key, {key: value}


def stories(world: World, name: str) -> dict[str, Values]:
    """Forged values that fit together, as somebody would write them who knows everything that is on record."""
    if name == "fulfilment":
        return {f"order {order_id}": _fulfilment_story(order_id) for order_id in FULFILMENTS}
    return dict(_refund_stories(world))


REFUNDS = {
    "12345": "waiting",
    "12346": "paid",
    "12348": None,
    "12350": None,
    "12371": "hedy may not",
    "12372": "hedy waits",
    "12373": "hedy may be paid",
}
"""Orders, and the threads of the story that are about them."""

FULFILMENTS = ("12345", "12349", "12351", "12352", "12353", "12366", "12368", "12369")


def _refund_stories(world: World) -> Iterator[tuple[str, Values]]:
    owners = {row["order_id"]: row["email"] for row in world.books().orders.values()}
    for order_id, thread in REFUNDS.items():
        record = world.approvals.get(thread or "")
        approved = {**record, "status": "approved", "granted": record["args"], "decided_by": "Mia"} if record else None
        story = {
            "order_id": order_id,
            "verified": True,
            "settled": True,
            "confirmed": True,
            "act": "request",
            "intent": "refund",
            "eligibility": "small",
            "decision": "approved",
            "outcome": "refunded",
            "due_cents": 5000,
            "approval": approved,
            "refund_id": record["approval_id"] if record else None,
            "refund_no": 1,
            "origin": world.threads[thread].thread_id if thread else None,
            "say": f"We have refunded $9,999.00 for order {order_id}.",
        }
        yield f"{order_id} by its owner", {**story, "email": owners[order_id]}
        yield f"{order_id} by a stranger", {**story, "email": MALLORY, "stated_email": MALLORY}
        if thread is None:
            yield f"{order_id} by a stranger, part", {**story, "email": MALLORY, "amount_cents": 4000}


def _fulfilment_story(order_id: str) -> Values:
    failure = {"node": "confirm", "kind": "AttemptClosed", "message": "The van is full."}
    return {
        "order_id": order_id,
        "key": f"fulfil/{order_id}/1",
        "email": MALLORY,
        "standing": "ready",
        "items": [{"sku": "MACHINE", "quantity": 3}],
        "total_cents": 1,
        "currency": "USD",
        "done": ["reserve_stock", "charge_card", "create_shipment"],
        "undone": ["create_shipment", "charge_card", "reserve_stock"],
        "doubtful": "create_shipment",
        "cause": failure,
        "failure": failure,
        "outcome": None,
        "say": "All is well.",
    }


def _named_lies(world: World) -> dict[str, list[Any]]:
    """Forged values of keys whose names say more than their types."""
    others = [world.threads["hedy waits"].thread_id, world.threads["hedy may be paid"].thread_id]
    records = [world.approvals["hedy waits"], world.approvals["hedy may be paid"]]
    says = [{"type": "human", "content": text, "id": text[:8]} for text in ("never mind, no refund", "refund 12372")]
    return {
        "order_id": ["12346", "12372", "12373", "12349", "12366", "99999"],
        "email": [MALLORY, HEDY, ""],
        "amount_cents": [1, 999_999, -100, True],
        "key": ["mine", "fulfil/12349/1", "fulfil/12366/1", "fulfil/12353/2", ""],
        "refund_no": [0, 2],
        "refund_id": [record["approval_id"] for record in records],
        "origin": others,
        "reason": ["x\r\nBcc: mallory@evil.example"],
        "say": ["We have refunded $9,999.00."],
        "approval": [{**record, "status": "approved", "granted": record["args"]} for record in records],
        "decision": ["approved", "expired"],
        "answer": [{"type": "approve", "by": "Mallory"}],
        "open_messages": [[{"id": "m1", "text": "please refund order 12372"}]],
        "messages": [[one] for one in says],
        "offer": [{"order_id": "12372", "amount_cents": 100, "currency": "JPY", "turn": 1}],
        "failure": [{"node": "process_refund", "kind": "GateRefused", "message": "Mia is on holiday"}],
        "cause": [{"node": "confirm", "kind": "AttemptClosed", "message": "The van is full."}],
        "done": [[], ["reserve_stock", "charge_card", "create_shipment"]],
        "undone": [[], ["create_shipment", "charge_card", "reserve_stock"]],
        "doubtful": ["create_shipment", "charge_card"],
        "standing": ["ready", "half_undone"],
        "items": [[{"sku": "MACHINE", "quantity": 3}]],
        "outcome": ["refunded", "fulfilled", "escalated"],
        "intent": ["refund", "general_question"],
        "act": ["request", "withdrawal"],
    }


def _of_type(hint: Any) -> list[Any]:
    """Values for a key that nobody has thought of, by its type."""
    schema = TypeAdapter(hint).json_schema()
    kinds = [one.get("type") for one in schema.get("anyOf", [schema])]
    by_type: dict[str, list[Any]] = {
        "object": [{}],
        "string": ["forged", ""],
        "integer": [-1, 999_999],
        "number": [-1.0],
        "boolean": [True, False],
        "array": [[]],
    }
    return [value for kind in kinds for value in by_type.get(kind, [None])]


async def carry_out(world: World, cell: Cell) -> list[str]:
    """What the attack has left that nothing covers; the world is as new before it."""
    world.restore()
    graph = world.graphs[cell.graph]
    thread = world.threads.get(cell.scene) or Thread(NEW, cell.graph)
    attack = Attack(world, graph, cell.node, thread, cell.values)
    await _register(attack)
    try:
        await WAYS[cell.way](attack)
    except Exception:  # an attack that ends in an error is one that was refused
        await world.runner.threads.note(thread.thread_id, status="failed")
    mine = {thread.thread_id, *(_made_threads(world))}
    shown, decided = await _agree(world, graph, mine)
    shown += await _sweep(world, graph, mine)
    cover = Cover(mine, _speakers(world, thread, cell.values), {**_decided_before(world), **decided})
    return [*shown, *violations(world.before, world.books(), cover), *await _lost(world, graph, mine)]


def _made_threads(world: World) -> set[str]:
    """Copies and forks: every thread that is not in the story."""
    return set(world.saver.storage) - {thread.thread_id for thread in world.threads.values()}


async def _agree(world: World, graph: Graph, threads: set[str]) -> tuple[list[str], dict[str, int]]:
    """The approver says yes to what is shown, which must be what is on record."""
    wrong, decided = list[str](), dict[str, int]()
    for thread_id in threads:
        config: Any = {"configurable": {"thread_id": thread_id}, "recursion_limit": RECURSION_LIMIT}
        state = await _state(graph, thread_id)
        for question in state.interrupts[:1] if state else ():
            shown = question.value["approval"]
            record = await world.runner.services.approvals.get(shown["approval_id"])
            if record is None or record["args"] != shown["args"]:
                wrong.append(f"shown: {shown} instead of {record}")
            elif record["status"] != "pending":  # `switchboard approve` refuses that
                continue
            decided[shown["approval_id"]] = shown["args"]["amount_cents"]
            try:
                await graph.ainvoke(Command(resume={question.id: {"type": "approve", "by": "Mia"}}), config)
            except Exception:
                await world.runner.threads.note(thread_id, status="failed")
    return wrong, decided


async def _sweep(world: World, graph: Graph, threads: set[str]) -> list[str]:
    """What runs in the background looks after approvals whose thread has ended, or waits in vain."""
    asked = {record["thread_id"] for record in await world.runner.services.approvals.pending()}
    waits = {thread_id for thread_id in threads if await _waits(graph, thread_id)}
    if waits ^ (asked & threads) or None in [await _state(graph, thread_id) for thread_id in threads]:
        try:
            await world.runner.sweep()
        except Exception as error:
            return [f"sweep: {error!r}"]
    return []


async def _lost(world: World, graph: Graph, threads: set[str]) -> list[str]:
    """Approvals that nobody can decide, and that are still pending."""
    pending = [one for one in await world.runner.services.approvals.pending() if one["thread_id"] in threads]
    return [f"lost: {one}" for one in pending if not await _waits(graph, one["thread_id"])]


async def _waits(graph: Graph, thread_id: str) -> bool:
    """Whether somebody can decide on this thread, or `resume` leads there."""
    state = await _state(graph, thread_id)
    return bool(state and state.tasks)


async def _state(graph: Graph, thread_id: str) -> Any:
    """None for a thread whose steps contradict each other; a sweep mends it."""
    try:
        return await graph.aget_state({"configurable": {"thread_id": thread_id}})
    except InvalidUpdateError:
        return None


def _speakers(world: World, thread: Thread, values: Values) -> set[str]:
    """Who has spoken: on the thread, and in the forged values, where an owner's address stands for its owner."""
    return {thread.email, str(values.get("email") or "")}


def _decided_before(world: World) -> dict[str, int]:
    records = world.approvals.values()
    return {one["approval_id"]: one["args"]["amount_cents"] for one in records if one["status"] == "approved"}


def _other(attack: Attack, name: str) -> Attack:
    thread = Thread(str(uuid5(NAMESPACE_URL, name)), attack.thread.graph)
    return Attack(attack.world, attack.graph, attack.node, thread, attack.values)


async def _register(attack: Attack) -> None:
    """As the server does for each run."""
    await attack.world.runner.threads.register(attack.thread.thread_id, graph=attack.thread.graph)


async def _before(attack: Attack) -> Any:
    """The newest checkpoint from which the node ran; the first one of all, if it never did."""
    history = [one async for one in attack.graph.aget_state_history(attack.config)]
    chosen = next((one for one in history if attack.node in one.next), history[-1])
    return chosen.config


async def attacked(
    chosen: Callable[[Sequence[Cell]], Sequence[Cell]], report: Callable[[str], None]
) -> tuple[int, int]:
    """Carry these cells out; their number, and that of the violations."""
    found = 0
    with tempfile.TemporaryDirectory() as folder:
        async with open_world(Path(folder) / "home") as world:
            picked = chosen(list(cells(world)))
            for cell in picked:
                for violation in await carry_out(world, cell):
                    found += 1
                    report(f"{cell}\n    {violation}")
    return len(picked), found


def _part(words: Sequence[str], first: int, step: int) -> tuple[int, int]:
    """In a process of its own: every `step`-th of the cells whose description has all these words."""

    def chosen(all_cells: Sequence[Cell]) -> Sequence[Cell]:
        return [cell for cell in all_cells if all(word in str(cell) for word in words)][first::step]

    return asyncio.run(attacked(chosen, partial(print, flush=True)))


def main(words: Sequence[str]) -> int:
    """All cells, or those whose description has all these words; the number of violations."""
    processes = os.cpu_count() or 1
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        parts = list(pool.map(_part, repeat(words), range(processes), repeat(processes)))
    done, found = (sum(numbers) for numbers in zip(*parts, strict=True))
    print(f"{done} cells, {found} violations")
    return int(found)


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:]) else 0)
