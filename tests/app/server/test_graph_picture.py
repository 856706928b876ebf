"""The picture of a thread's path: the arrows it has taken, and no others."""

import re

import pytest

from app.server.web.pages.graph_picture import picture

TAKEN = {("notify_customer", "respond")}


@pytest.mark.parametrize(("state", "labels"), [("done", []), ("failed", ["failed"])])
def test_of_two_arrows_to_one_step_the_one_taken_is_drawn(state: str, labels: list[str]) -> None:
    drawn = picture("fulfilment", {"notify_customer": state, "respond": "done"}, TAKEN, whole=False)
    assert drawn
    assert re.findall(r">\s*(failed)\s*</text>", drawn) == labels
    assert len(re.findall(r'class="edge taken"', drawn)) == 1
