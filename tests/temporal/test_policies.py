"""The one table, read for Temporal: activities are tried as often, and take as long, as LangGraph's steps."""

from datetime import timedelta
from typing import get_args

import pytest
from temporalio.common import RetryPolicy

from app.engines.temporal.temporal_failures import KINDS
from app.engines.temporal.worker import Pace, plugin
from graphs import BUILT_IN, workflow
from graphs.policies import DEATHS, HEARTBEAT_S, QUICK_S, TABLE, Kind, temporal, worth_another_try
from nodes.ports.errors import SwitchboardError


@pytest.mark.parametrize("kind", get_args(Kind))
def test_temporal_gets_what_the_table_says(kind: Kind) -> None:
    policy, about = TABLE[kind], temporal(kind)["metadata"]
    retry: RetryPolicy = about["retry_policy"]
    assert (about["kind"], about["execute_in"]) == (kind, "activity")
    assert retry.maximum_attempts == policy.attempts + DEATHS
    assert retry.initial_interval == timedelta(seconds=policy.backoff_s)
    assert retry.maximum_interval == timedelta(seconds=policy.backoff_max_s)
    limit_s = policy.timeout_s or QUICK_S
    assert about["start_to_close_timeout"] == timedelta(seconds=limit_s + HEARTBEAT_S)
    assert about["heartbeat_timeout"] == timedelta(seconds=HEARTBEAT_S)


def test_the_server_knows_which_of_our_errors_are_hopeless() -> None:
    hopeless = set(temporal("payment")["metadata"]["retry_policy"].non_retryable_error_types)
    kinds: dict[str, type[SwitchboardError]] = KINDS
    assert hopeless == {name for name, kind in kinds.items() if not worth_another_try(kind())}
    assert {"PaymentDeclined", "GateRefused", "NotConfigured"} <= hopeless
    assert not {"PaymentsUnavailable", "PaymentTimedOut", "DependencyDown"} & hopeless


def test_every_step_of_every_workflow_is_an_activity() -> None:
    steps = {f"{graph}.{node}" for graph in BUILT_IN for node in workflow(graph).build().nodes}
    activities = {one.__temporal_activity_definition.name for one in plugin(Pace()).activities or []}
    assert activities == steps
