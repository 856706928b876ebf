"""A sample of `just crash`: killed at some of the commits of every workflow, a thread still ends as if nothing had happened."""

import pytest

from tests.recovery.crash_run import SCENARIOS, run

STEP = 17
"""Every so many-th durable act is a death here, before and after it; `just crash` takes each."""


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_death_at_any_commit_costs_and_doubles_nothing(name: str) -> None:
    said: list[str] = []
    assert run([name], STEP, said.append) == [], said
