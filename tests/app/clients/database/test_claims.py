from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.clients.database.claims import UNCLAIMED, Waits, claimed, is_claimed, next_try
from app.clients.database.owners import owner

NOW = datetime(2026, 11, 17, 12, tzinfo=UTC)
WAITS = Waits(first_s=5, longest_s=60, most_tries=6)


def of_a_dead_process() -> dict[str, str]:
    host, _, told = owner().rsplit("/", 2)
    return claimed(NOW, 60) | {"claimed_by": f"{host}/{2**22 + 1}/{told}"}


@pytest.mark.parametrize(
    ("row", "later_s", "counts"),
    [
        (claimed(NOW, 60), 59, True),
        (claimed(NOW, 60), 60, False),  # it takes longer than a delivery may take
        (claimed(NOW, 60) | {"claimed_by": "another-machine/1/x"}, 59, True),
        (of_a_dead_process(), 1, False),
        (UNCLAIMED, 0, False),
    ],
)
def test_a_claim_counts_while_its_process_may_be_at_work(row: Mapping[str, Any], later_s: int, counts: bool) -> None:
    assert is_claimed(row, NOW + timedelta(seconds=later_s)) is counts


def test_each_wait_is_twice_as_long_up_to_the_longest_and_the_last_try_has_none() -> None:
    waits = [next_try(NOW, failed, WAITS) for failed in range(6)]
    seconds = [(datetime.fromisoformat(at) - NOW).total_seconds() if at else None for at in waits]
    assert seconds == [5, 10, 20, 40, 60, None]
