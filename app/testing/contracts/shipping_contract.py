"""What a carrier has to do."""

import asyncio

import pytest

from nodes.ports.errors import AttemptClosed
from nodes.ports.shipping import Shipping


@pytest.mark.asyncio
class ShippingContract:
    """Fixtures: `shipping`, and `order_id`, an order that is placed and has an address it delivers to."""

    async def test_a_label_is_made_once_per_key(self, shipping: Shipping, order_id: str) -> None:
        label = await shipping.create(key="k", order_id=order_id)
        assert (label["key"], label["order_id"], label["status"]) == ("k", order_id, "shipped")
        assert label["tracking_number"]
        assert await shipping.create(key="k", order_id=order_id) == label == await shipping.find("k")

    async def test_calls_at_once_make_one_label(self, shipping: Shipping, order_id: str) -> None:
        labels = await asyncio.gather(*(shipping.create(key="k", order_id=order_id) for _ in range(4)))
        assert len({label["tracking_number"] for label in labels}) == 1

    async def test_a_cancelled_label_stays_cancelled(self, shipping: Shipping, order_id: str) -> None:
        made = await shipping.create(key="k", order_id=order_id)
        for _ in range(2):
            assert await shipping.cancel("k") == {**made, "status": "cancelled"} == await shipping.find("k")
        with pytest.raises(AttemptClosed):
            await shipping.create(key="k", order_id=order_id)
        assert (await shipping.create(key="another", order_id=order_id))["status"] == "shipped"

    async def test_nothing_is_known_under_an_unused_key(self, shipping: Shipping) -> None:
        assert (await shipping.find("k"), await shipping.cancel("k")) == (None, None)
