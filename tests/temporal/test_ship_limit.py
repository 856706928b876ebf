"""Fulfilment above a limit on Temporal: it waits for the approval, and is charged after it."""

from app.settings import Settings
from tests.temporal.working import engine_and_worker


async def test_an_order_above_the_limit_waits(on_temporal: Settings) -> None:
    async with engine_and_worker(on_temporal.model_copy(update={"ship_limit_cents": 5000})) as engine:
        asked = await engine.start("fulfilment", {"order_id": "12351"}, thread="first")
        assert (asked["status"], asked["approval"] and asked["approval"]["action"]) == ("waiting", "ship_order")
        done = await engine.decide("first", {"type": "approve", "by": "Mia"})
        assert (done["status"], done["outcome"]) == ("completed", "fulfilled")
