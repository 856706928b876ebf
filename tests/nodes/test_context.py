"""The knobs of a run: their defaults, and what Studio is told about them."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from nodes.context import Context, context_of
from tests.nodes.conftest import runtime

DEFAULTS = {"tone": "neutral", "signature": "", "approve_everything": False}

GIVEN: list[tuple[dict[str, Any], dict[str, Any]]] = [
    # (what the caller sets, what differs from the defaults)
    ({}, {}),
    ({"tone": "brief"}, {"tone": "brief"}),
    ({"signature": "The shop"}, {"signature": "The shop"}),
    ({"approve_everything": True}, {"approve_everything": True}),
]


@pytest.mark.parametrize(("given", "changed"), GIVEN)
def test_what_is_not_set_has_its_default(given: dict[str, Any], changed: dict[str, Any]) -> None:
    assert context_of(runtime(**given)) == {**DEFAULTS, **changed}


def test_a_run_without_any_context_has_the_defaults() -> None:
    class Bare:
        context = None

    assert context_of(Bare()) == DEFAULTS


def test_the_defaults_that_are_shown_are_the_defaults_that_are_used() -> None:
    properties = TypeAdapter(Context).json_schema()["properties"]
    assert {name: about["default"] for name, about in properties.items()} == DEFAULTS
    assert all(about["title"] and about["description"] for about in properties.values())


def test_there_is_no_such_tone() -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Context).validate_python({"tone": "rude"})


def test_no_knob_can_loosen_a_rule_about_money() -> None:
    """`approve_everything` asks more often, never less; a new knob has to be thought about here."""
    assert set(Context.__annotations__) == {"tone", "signature", "approve_everything"}
