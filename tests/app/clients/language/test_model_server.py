"""A server with limits: what it refuses is learned, and how long it asks to be left alone is kept to."""

import json
import socket
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from app.clients.language.model_server import ModelServer
from app.clients.language.refused_options import RefusedOptions
from nodes.ports.errors import Final, LanguageUnavailable, MalformedAnswer, NotConfigured
from tests.app.clients.language.test_chat import FakeServer, Says, refuses, says, served

HELLO = [("user", "Hello")]


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with served() as running:
        yield running


class Pauses(list[float]):
    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


def busy(after: str, status: int = 429) -> Says:
    return Says(json.dumps({"error": {"message": "slow down"}}), status=status, headers={"Retry-After": after})


@pytest.mark.parametrize(
    ("after", "pause"), [("3", 3), ("0", 0), ("soon", 0), ("-4", 0), ("9" * 40, None), ("120", None)]
)
@pytest.mark.parametrize("status", [429, 503])
async def test_a_pause_that_is_asked_for_is_made(
    server: FakeServer, after: str, pause: float | None, status: int
) -> None:
    """Within the step's own time. A longer one ends the attempts, with a sentence."""
    server.will(busy(after, status))
    pauses = Pauses()
    model = ModelServer("fake", base_url=server.url, pause=pauses)
    with pytest.raises(Final if pause is None else LanguageUnavailable, match="fake"):
        await model.speak(HELLO)
    assert pauses == ([] if pause is None else [pause])


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


@pytest.mark.parametrize(
    ("answered_after", "pauses"),
    [
        (1, [15]),  # within the attempt
        (18, [7, 8]),  # what does not fit, the next request waits for
        (40, [0, 15]),
    ],
)
@pytest.mark.parametrize("way", ["speak", "ask"])
async def test_a_pause_and_a_slow_answer_that_asks_for_it_fit_into_one_attempt(
    server: FakeServer, way: str, answered_after: int, pauses: list[int]
) -> None:
    clock, made = Clock(), list[float]()

    async def pause(seconds: float) -> None:
        made.append(seconds)
        clock.advance(seconds)

    server.will(replace(busy("15"), first=lambda: clock.advance(answered_after)), says({"number": 7}))
    model = ModelServer("fake", base_url=server.url, pause=pause, clock=clock)
    for unavailable in (True, False):
        with pytest.raises(LanguageUnavailable) if unavailable else nullcontext():
            await (model.speak(HELLO) if way == "speak" else model.ask(Number, HELLO))
    assert made == pauses


@pytest.mark.parametrize(
    "body",
    [
        {"message": "You exceeded your quota.", "type": "insufficient_quota", "code": "insufficient_quota"},
        {"message": "You exceeded your quota (insufficient_quota).", "type": "requests", "code": "429"},
        {"message": "Insufficient Balance", "type": "unknown_error", "code": "invalid_request_error", "status": 402},
        {"message": "Pay first.", "status": 402},
        {"message": "Your credit balance is too low to access the API.", "status": 400},
        {"message": "Insufficient credits", "code": 402, "status": 200},
    ],
)
async def test_an_account_without_credit_is_for_an_operator_to_mend(server: FakeServer, body: dict[str, Any]) -> None:
    if body.get("status") == 200:  # an error in place of an answer
        server.answers_with = {"error": body}
    server.will(Says(json.dumps({"error": body}), status=body.get("status", 429)))
    with pytest.raises(NotConfigured, match="no credit left"):
        await ModelServer("fake", base_url=server.url).speak(HELLO)


@pytest.mark.parametrize("way", ["speak", "ask"])
@pytest.mark.parametrize(
    ("body", "error", "words"),
    [
        ({"error": {"message": "Overloaded", "code": 503}}, LanguageUnavailable, "Overloaded"),
        ({"error": "Model fake was unloaded"}, LanguageUnavailable, "unloaded"),
        ({"error": {"message": "No such key", "code": "401"}}, NotConfigured, "refused the key"),
        ({"error": {"message": "This model's maximum context length is 4096 tokens", "code": 400}}, Final, "longer"),
        ({"object": "error", "message": "CUDA out of memory"}, LanguageUnavailable, "CUDA"),
    ],
)
async def test_an_error_with_status_200_is_one(
    server: FakeServer, way: str, body: dict[str, Any], error: type[Exception], words: str
) -> None:
    server.answers_with = body
    server.will(says("Hello."))
    model = ModelServer("fake", base_url=server.url)
    with pytest.raises(error, match=words):
        await (model.speak(HELLO) if way == "speak" else model.ask(Number, HELLO))


async def test_a_temperature_that_is_refused_is_left_out_from_then_on(server: FakeServer, tmp_path: Path) -> None:
    """Also by the next process, which reads it in the home."""
    server.refuses_temperature = refuses(400, "Unsupported value: 'temperature' does not support 0.5 with this model.")
    server.will(says("Hello."))
    for _ in range(2):
        refused = RefusedOptions("fake", server.url, tmp_path / "models.json")
        model = ModelServer("fake", base_url=server.url, temperature=0.5, refused=refused)
        assert (await model.speak(HELLO)).text == "Hello."
    assert ["temperature" in body for body in server.asked] == [True, False, False]


@pytest.mark.parametrize("proxy", ["socks4://me:secret@127.0.0.1:1", "ftp://me:secret@127.0.0.1:1"])
def test_a_proxy_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises(NotConfigured, match="socks5://") as caught:
        ModelServer("fake", base_url="http://model.example/v1")
    assert "secret" not in str(caught.value)


async def test_a_socks_proxy_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a word of a missing package: nobody listens at this one's port."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"socks5://127.0.0.1:{taken.getsockname()[1]}"
    monkeypatch.setenv("ALL_PROXY", address)
    with pytest.raises(LanguageUnavailable, match=r"[Cc]onnect"):
        await ModelServer("fake", base_url="http://model.example/v1").speak(HELLO)


async def test_a_text_in_parts_is_put_together_without_thoughts(server: FakeServer) -> None:
    thought = {"type": "thinking", "thinking": "Order 99999."}
    server.will(Says([thought, {"type": "text", "text": "Hello."}]))
    assert (await ModelServer("fake", base_url=server.url).speak(HELLO)).text == "Hello."


async def test_a_schema_that_is_refused_is_remembered_for_its_own_model_alone(tmp_path: Path) -> None:
    file = tmp_path / "models.json"
    await RefusedOptions("fake", "http://here", file).add("json_schema")
    assert "json_schema" in RefusedOptions("fake", "http://here", file)
    assert "temperature" not in RefusedOptions("fake", "http://here", file)
    assert "json_schema" not in RefusedOptions("fake", "http://there", file)
    assert file.stat().st_mode & 0o077 == 0


async def test_after_a_month_the_server_is_asked_again(tmp_path: Path) -> None:
    file = tmp_path / "models.json"
    file.write_text('{"fake at http://here": {"json_schema": "2020-01-01"}}')
    assert "json_schema" not in RefusedOptions("fake", "http://here", file)


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", '{"fake at http://here": []}', '{"fake at http://here": {"json_schema": 7}}']
)
async def test_a_damaged_file_is_written_anew(tmp_path: Path, damage: str) -> None:
    file = tmp_path / "models.json"
    file.write_text(damage)
    refused = RefusedOptions("fake", "http://here", file)
    assert "json_schema" not in refused
    await refused.add("json_schema")
    assert "json_schema" in RefusedOptions("fake", "http://here", file)


NUMBER = {"number": 7}


class Number(BaseModel):
    number: int


@pytest.mark.parametrize(
    "before", ['<think>Is it 8? {"number": 8}</think>', 'Is it 8? {"number": 8}</think>', "Sure:\n"]
)
async def test_json_after_thoughts_is_one_call(server: FakeServer, before: str) -> None:
    server.will(says(before + json.dumps(NUMBER)))
    assert await ModelServer("fake", base_url=server.url).ask(Number, HELLO) == Number(number=7)
    assert len(server.asked) == 1


async def test_json_in_thoughts_that_were_cut_off_is_no_answer(server: FakeServer) -> None:
    """Not every server marks where a model's thoughts begin."""
    server.refuses_schema = refuses(400)
    server.will(Says('Perhaps {"number": 8}, but then', finish="length"))
    with pytest.raises(MalformedAnswer):
        await ModelServer("fake", base_url=server.url).ask(Number, HELLO)


async def test_json_before_an_end_that_was_cut_off_is_one(server: FakeServer) -> None:
    server.refuses_schema = refuses(400)
    server.will(Says('```json\n{"number": 7}\n```\nI chose it because', finish="length"))
    assert await ModelServer("fake", base_url=server.url).ask(Number, HELLO) == Number(number=7)


async def test_a_bound_of_tokens_is_sent_under_the_name_that_the_server_knows(server: FakeServer) -> None:
    server.refuses_new_bound = refuses(422, "Extra inputs are not permitted: body.max_completion_tokens")
    server.will(says("Hello."))
    model = ModelServer("fake", base_url=server.url, max_tokens=50)
    for _ in range(2):
        assert (await model.speak(HELLO)).text == "Hello."
    assert [body.get("max_tokens") for body in server.asked] == [None, 50, 50]


async def test_a_model_that_thinks_longer_than_a_greeting_is_there(server: FakeServer) -> None:
    server.will(refuses(400, "Could not finish the message because max_tokens or model output limit was reached."))
    await ModelServer("fake", base_url=server.url).greet()
    assert len(server.asked) == 1


async def test_a_greeting_learns_what_is_refused(server: FakeServer) -> None:
    server.refuses_temperature = refuses(400, "Unsupported value: 'temperature'")
    server.will(says("Hello."))
    await ModelServer("fake", base_url=server.url, temperature=0.5).greet()
    assert ["temperature" in body for body in server.asked] == [True, False]
