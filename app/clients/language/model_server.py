"""One chat model on a server that speaks OpenAI's protocol: what is asked of it, what it refuses, and its errors as ours.

Text streams to LangGraph's `stream_mode="messages"`; JSON answers do not. Nothing is tried again here but what the server
refuses by its nature: a JSON schema, a temperature, a count of tokens in a stream. Policies decide about everything else.
"""

import asyncio
import json
import re
import time
import warnings
from collections.abc import Awaitable, Callable
from json import JSONDecodeError, JSONDecoder
from typing import Any, NamedTuple, Self, TypeVar
from urllib.parse import parse_qsl

import httpx
from langchain_core.exceptions import (
    ContextOverflowError,
    ModelAuthenticationError,
    ModelConnectionError,
    ModelNotFoundError,
    ModelPermissionDeniedError,
)
from langchain_core.outputs import ChatGenerationChunk
from langchain_core.runnables import RunnableConfig
from langchain_openai import ChatOpenAI
from langgraph.constants import TAG_NOSTREAM
from openai import DefaultAsyncHttpxClient, pydantic_function_tool
from pydantic import BaseModel, SecretStr, ValidationError

from app.clients.language import prompts
from app.clients.language.model_text import answer_in
from app.clients.language.prompts import Prompt
from app.clients.language.refused_options import Option, RefusedOptions
from app.clients.web.lanes import pause_s
from app.settings import Settings
from app.shown_addresses import hidden, shown
from nodes.ports.errors import Final, LanguageUnavailable, MalformedAnswer, NotConfigured, SwitchboardError

OPENAI = "https://api.openai.com/v1"
NO_KEY = "none"  # servers on one's own machine want no key; the client insists on sending one
TIMEOUT_S = 25.0  # below the policy's limit for a step with a model, so that its own message is the one that is read
LONGEST_PAUSE_S = 20.0
"""So long a Retry-After is waited for; a longer one ends the attempts."""
ATTEMPT_S = 25.0
"""An answer that asks for a pause, and the pause: what does not fit, the next request waits for."""
ASKED_AT = "asked_at"
SCHEMA_REFUSED = (400, 404, 422)
LEFT_OUT: tuple[Option, ...] = ("temperature", "stream_options", "max_completion_tokens")
"""What is not sent any more once it was refused; for the last one, its older name is."""
KEY_REFUSED = (401, 403)
UNNAMED = 500
"""The status of an error that names none."""
PAYMENT_REQUIRED = 402
TEMPORARY = (408, 409, 425, 429)
ASKS_FOR_PAUSE = (429, 503)
NO_CREDIT = re.compile(
    r"insufficient_quota|insufficient (?:balance|credits?|funds)|credit balance is too low|billing_hard_limit",
    re.IGNORECASE,
)
"""In the words of several providers; others answer 402."""
TOO_LONG = re.compile(
    r"context_length_exceeded|maximum context length|exceeds? (?:the )?(?:available |model'?s )?context|prompt is too long",
    re.IGNORECASE,
)
CUT_OFF = ("length", "content_filter")
ONE_CALL_PER_CONNECTION = {
    "Connection": "close"
}  # the client pools across event loops, and a pooled one fails in the next
QUIETLY: RunnableConfig = {"tags": [TAG_NOSTREAM]}

Shape = TypeVar("Shape", bound=BaseModel)
Pause = Callable[[float], Awaitable[None]]


class Answer(NamedTuple):
    text: str
    whole: bool  # not cut off by a limit


class Chat(ChatOpenAI):
    """Keeps what a provider says that an answer costs; the client leaves it out of an answer that streams."""

    def _convert_chunk_to_generation_chunk(
        self, chunk: dict[str, Any], default_chunk_class: type, base_generation_info: dict[str, Any] | None
    ) -> ChatGenerationChunk | None:
        piece = super()._convert_chunk_to_generation_chunk(chunk, default_chunk_class, base_generation_info)
        cost = (chunk.get("usage") or {}).get("cost")
        if piece and cost is not None:
            piece.message.response_metadata["token_usage"] = {"cost": [cost]}  # pieces of a stream are put together
        return piece


class SchemaRefused(Exception):
    """The server turned the request away as it stood; whether because of the schema, the next request tells."""


class ModelServer:
    """Remembers what its server has refused; `refused` also across processes."""

    def __init__(
        self,
        model: str,
        *,
        api_key: str | None = None,
        base_url: str | None = None,
        timeout_s: float = TIMEOUT_S,
        max_tokens: int | None = None,
        temperature: float | None = None,
        refused: RefusedOptions | None = None,
        pause: Pause = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`timeout_s`: how long the server may stay silent. `temperature`: of texts; JSON is asked for at 0.

        Nothing is sent before a call. Raises NotConfigured.
        """
        if not api_key and not base_url:
            raise NotConfigured(
                "The model needs a key: set OPENAI_API_KEY, or OPENAI_BASE_URL for a server that wants none."
            )
        if base_url and not re.match(r"https?://[^/]", base_url):
            raise NotConfigured(
                f"OPENAI_BASE_URL is {shown(base_url)!r}; it has to start with http:// or https://. Correct it."
            )
        self.name = model
        self._address, self._key = base_url or OPENAI, api_key or ""
        self._server = shown(self._address)  # for messages
        self._refused = refused or RefusedOptions(model, self._server)
        self._temperature, self._max_tokens = temperature, max_tokens
        self._pause, self._clock, self._quiet_until = pause, clock, 0.0
        self._says_why_it_ends = False  # then a stream that just ends was broken off
        # Texts that come as lists of parts make the client's library warn, on the user's terminal.
        warnings.filterwarnings("ignore", "Pydantic serializer warnings", UserWarning, r"pydantic\.main")
        place, _, query = self._address.partition("?")
        self._common: dict[str, Any] = {
            "model": model,
            "api_key": SecretStr(api_key or NO_KEY),
            "base_url": place,
            "default_query": dict(parse_qsl(query)),
            "timeout": timeout_s,
            "stream_chunk_timeout": timeout_s,
            "max_retries": 0,
            "default_headers": ONE_CALL_PER_CONNECTION,
        }
        self._begin()

    @classmethod
    def from_settings(cls, settings: Settings, *, model: str | None = None) -> Self:
        """The configured model, or another one on the same server. Raises NotConfigured."""
        name = model or settings.model
        if not name:
            raise NotConfigured("No model is configured: set SWITCHBOARD_MODEL to its name.")
        key, address = settings.openai_api_key, settings.openai_base_url
        return cls(
            name,
            api_key=key.get_secret_value() if key else None,
            base_url=address,
            timeout_s=settings.model_timeout_s,
            max_tokens=settings.model_max_tokens,
            temperature=settings.model_temperature,
            refused=RefusedOptions(name, shown(address or OPENAI), settings.home / "models.json"),
        )

    def _begin(self) -> None:
        """The clients, without what was refused. Raises NotConfigured."""
        refused, counted = "temperature" in self._refused, "stream_options" not in self._refused
        common = {**self._common, **(self._at_most(self._max_tokens) if self._max_tokens else {})}
        try:
            hooks: dict[str, list[Any]] = {"request": [self._waited_for], "response": [_with_its_real_status]}
            common["http_async_client"] = DefaultAsyncHttpxClient(event_hooks=hooks)
            self._speaking = Chat(**common, temperature=None if refused else self._temperature, stream_usage=counted)
            self._judging = Chat(**common, temperature=None if refused else 0, disable_streaming=True)
        except ValueError as error:
            raise NotConfigured(
                "The model's client cannot be set up: the address in HTTPS_PROXY, HTTP_PROXY or ALL_PROXY has to begin with "
                "http://, https://, socks5:// or socks5h://. Correct it, or name the model's host in NO_PROXY."
            ) from error

    def _at_most(self, tokens: int) -> dict[str, Any]:
        """The bound of an answer, under the name that the server knows."""
        if "max_completion_tokens" in self._refused:
            return {"extra_body": {"max_tokens": tokens}}
        return {"max_tokens": tokens}

    async def greet(self) -> None:
        """Ask for one token. Raises LanguageUnavailable, NotConfigured, Final."""
        try:
            await self._speaking.bind(**self._at_most(1)).ainvoke("Hello", QUIETLY)
        except Exception as error:
            if await self._learned_from(error):
                return await self.greet()
            if _status(error) == 400 and "max_tokens" in str(error):
                return None  # it thinks longer than that: it is there
            raise await self._translated(error) from error

    async def speak(self, prompt: Prompt, config: RunnableConfig | None = None) -> Answer:
        """A text, without the model's thoughts; "" when it sent nothing else."""
        try:
            answer = await self._speaking.ainvoke(prompt, config)
        except Exception as error:
            if await self._learned_from(error):
                return await self.speak(prompt, config)
            raise await self._translated(error) from error
        reason = answer.response_metadata.get("finish_reason")
        if self._says_why_it_ends and not reason:
            raise LanguageUnavailable(
                f"The model {self.name} at {self._server} broke off its answer. Try again in a moment."
            )
        self._says_why_it_ends |= bool(reason)
        return Answer(answer_in(answer.text), whole=reason not in CUT_OFF)

    async def ask(self, shape: type[Shape], prompt: Prompt) -> Shape:
        """A JSON answer in this shape. An unusable one is asked again once, in plain text, with what was wrong."""
        try:
            if "json_schema" in self._refused:
                return await self._plainly(shape, prompt)
            return await self._by_schema(shape, prompt)
        except MalformedAnswer as problem:
            return await self._plainly(shape, prompts.again(prompt, str(problem)))

    async def _by_schema(self, shape: type[Shape], prompt: Prompt) -> Shape:
        try:
            return await self._held_to_schema(shape, prompt)
        except SchemaRefused:
            answer = await self._plainly(shape, prompt)
            await self._refused.add("json_schema")
            return answer

    async def _held_to_schema(self, shape: type[Shape], prompt: Prompt) -> Shape:
        asking = self._judging.bind(response_format=_response_format(shape))
        try:
            answer = await asking.ainvoke(prompt, QUIETLY)
        except Exception as error:
            if hasattr(error, "completion"):  # the client's word for an answer that a limit or a filter ended
                raise self._malformed("it was cut off") from error
            if await self._learned_from(error):
                return await self._held_to_schema(shape, prompt)
            if _status(error) in SCHEMA_REFUSED and not _is_too_long(error):
                raise SchemaRefused from error
            raise await self._translated(error) from error
        self._says_why_it_ends |= bool(answer.response_metadata.get("finish_reason"))
        return self._read(shape, Answer(answer_in(answer.text), whole=True))

    async def _plainly(self, shape: type[Shape], prompt: Prompt) -> Shape:
        return self._read(shape, await self.speak(prompts.in_plain_json(prompt, shape.model_json_schema()), QUIETLY))

    def _read(self, shape: type[Shape], answer: Answer) -> Shape:
        try:
            return shape.model_validate(_first_object(answer))
        except ValidationError as error:
            raise self._malformed(_problem(error)) from error

    async def _learned_from(self, error: Exception) -> bool:
        """Whether the server has refused an option by name, which it was not known to do."""
        if _status(error) not in SCHEMA_REFUSED:
            return False
        for option in LEFT_OUT:
            if option in str(error) and option not in self._refused:
                await self._refused.add(option)
                self._begin()
                return True
        return False

    def _malformed(self, problem: str) -> MalformedAnswer:
        return MalformedAnswer(f"The answer of the model {self.name} does not fit: {problem}.")

    async def _translated(self, error: Exception) -> SwitchboardError:
        """Ours for theirs. A server that talks nonsense makes the client raise anything, so nothing is left out.

        Where the server asks for a pause, this takes as long, or what is left of the attempt: the next one is the policy's.
        """
        status, said = _status(error), first_line(error, self._address, self._key)
        if _is_too_long(error):
            return Final(f"The text is longer than the model {self.name} can read. Hand the case to a person.")
        stated = f"{getattr(error, 'code', '')} {getattr(error, 'type', '')} {error}"
        if status == PAYMENT_REQUIRED or NO_CREDIT.search(stated):
            return NotConfigured(
                f"The account at {self._server} has no credit left ({said}). Add some, or set another OPENAI_API_KEY."
            )
        if isinstance(error, ModelAuthenticationError | ModelPermissionDeniedError) or status in KEY_REFUSED:
            return NotConfigured(f"{self._server} refused the key ({said}). Check OPENAI_API_KEY and OPENAI_BASE_URL.")
        if isinstance(error, ModelNotFoundError):
            return NotConfigured(
                f"{self._server} does not know the model {self.name} ({said}). "
                "Check SWITCHBOARD_MODEL and OPENAI_BASE_URL."
            )
        if status is not None and 400 <= status < 500 and status not in TEMPORARY:
            return Final(f"{self._server} refused the request ({said}). Check that SWITCHBOARD_MODEL is a chat model.")
        pause = _pause_asked_for(error) if status in ASKS_FOR_PAUSE else 0
        if pause > LONGEST_PAUSE_S:
            return Final(
                f"The model {self.name} at {self._server} asks for a pause of {pause:.0f} s ({said}). Try again then."
            )
        await self._rest(pause, error)
        return LanguageUnavailable(
            f"The model {self.name} at {self._server} did not answer ({said}). Try again in a moment."
        )

    async def _rest(self, pause: float, error: Exception) -> None:
        now = self._clock()
        self._quiet_until = max(self._quiet_until, now + pause)
        request = getattr(error, "request", None)
        taken = now - request.extensions.get(ASKED_AT, now) if request else 0.0
        await self._pause(max(0.0, min(pause, ATTEMPT_S - taken)))

    async def _waited_for(self, request: httpx.Request) -> None:
        """The rest of a pause that an earlier answer asked for."""
        if (rest := self._quiet_until - self._clock()) > 0:
            await self._pause(rest)
        request.extensions[ASKED_AT] = self._clock()


async def _with_its_real_status(response: httpx.Response) -> None:
    """Some servers answer 200, and only the body says that it is an error."""
    if response.status_code != 200 or "json" not in response.headers.get("content-type", ""):
        return
    try:
        said = json.loads(await response.aread())
    except (ValueError, RecursionError):
        return
    if isinstance(said, dict) and "choices" not in said:
        response.status_code = _stated(said.get("error")) or UNNAMED


def _stated(error: object) -> int | None:
    """The status that an error names itself."""
    codes = map(str, (error.get("code"), error.get("status"))) if isinstance(error, dict) else ()
    return next((int(code) for code in codes if re.fullmatch(r"[45]\d\d", code)), None)


def _status(error: Exception) -> int | None:
    """An error in the middle of a stream has none but the one that it names."""
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) else _stated({"code": getattr(error, "code", None)})


def _is_too_long(error: Exception) -> bool:
    return isinstance(error, ContextOverflowError) or bool(TOO_LONG.search(str(error)))


def _pause_asked_for(error: Exception) -> float:
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    return pause_s(headers.get("retry-after") or "") or 0


def first_line(error: Exception, address: str, key: str) -> str:
    reason = f" {_innermost(error)}" if isinstance(error, ModelConnectionError) else ""
    if isinstance(stated := getattr(error, "body", None), str):
        reason = f" - {stated}"
    lines = hidden(f"{error}{reason}", address, key).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:200]}" if lines else type(error).__name__


def _innermost(error: BaseException) -> BaseException:
    """What a client's "Connection error." comes from: "Connection refused"."""
    while error.__cause__:
        error = error.__cause__
    return error


def _problem(error: ValidationError) -> str:
    """What is wrong, for the model and for a person."""
    found = error.errors(include_url=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, each['loc'])) or 'the answer'}: {each['msg']}" for each in found)


def _response_format(shape: type[BaseModel]) -> dict[str, Any]:
    function = pydantic_function_tool(shape)["function"]
    schema = {"name": shape.__name__, "strict": True, "schema": function["parameters"]}
    return {"type": "json_schema", "json_schema": schema}


def _first_object(answer: Answer) -> dict[str, Any]:
    """The first JSON object in the text; {} when there is none, which no shape accepts.

    In a text that was cut off it has to stand at the beginning: it may be something that the model only thought of.
    """
    for brace in re.finditer(r"\{", answer.text):
        if not answer.whole and not re.fullmatch(r"\s*(?:```\w*\s*)?", answer.text[: brace.start()]):
            break
        try:
            value, _ = JSONDecoder().raw_decode(answer.text, brace.start())
        except JSONDecodeError:
            continue
        return dict(value)
    return {}
