"""One embedding model on a server that speaks OpenAI's protocol: texts become vectors that are near each other where the
texts mean the same."""

import logging
import re
import time
from array import array
from collections.abc import Callable, Sequence
from math import isfinite, sqrt
from operator import mul
from typing import Self
from urllib.parse import parse_qsl

from langchain_openai import OpenAIEmbeddings
from pydantic import SecretStr

from app.clients.knowledge.vectors import Vector
from app.clients.language.model_server import NO_KEY, OPENAI, TIMEOUT_S, first_line
from app.settings import Settings
from app.shown_addresses import shown
from nodes.ports.errors import LanguageUnavailable, NotConfigured

REST_S = 60.0
"""So long a server that did not answer is left alone: questions are answered by words meanwhile."""
BATCH = 16
"""Texts of one request: also a server without a graphics card answers them in time."""

_log = logging.getLogger("switchboard.knowledge")


class EmbeddingServer:
    """Implements app.clients.knowledge.vectors.EmbeddingModel."""

    def __init__(
        self,
        model: str,
        *,
        api_key: str | None = None,
        base_url: str | None = None,
        timeout_s: float = TIMEOUT_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Nothing is sent before a call. Raises NotConfigured."""
        if not api_key and not base_url:
            raise NotConfigured(
                "The embedding model needs a key: set OPENAI_API_KEY, or SWITCHBOARD_EMBEDDING_BASE_URL for a server that "
                "wants none."
            )
        if base_url and not re.match(r"https?://[^/]", base_url):
            raise NotConfigured(
                f"The address of the embedding model is {shown(base_url)!r}; it has to start with http:// or https://. "
                "Correct SWITCHBOARD_EMBEDDING_BASE_URL or OPENAI_BASE_URL."
            )
        self.name = model
        self._address, self._key = base_url or OPENAI, api_key or ""
        self._server = shown(self._address)  # for messages
        self._clock = clock
        self._rests_until = 0.0
        self._problem = ""
        place, _, query = self._address.partition("?")
        self._client = OpenAIEmbeddings(
            model=model,
            api_key=SecretStr(api_key or NO_KEY),
            base_url=place,
            default_query=dict(parse_qsl(query)),
            timeout=timeout_s,
            max_retries=0,
            chunk_size=BATCH,
            check_embedding_ctx_length=False,  # else it sends numbers of OpenAI's tokens, which other servers do not know
            model_kwargs={"encoding_format": "float"},
        )

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Raises NotConfigured."""
        if not settings.embedding_model:
            raise NotConfigured("No embedding model is configured: set SWITCHBOARD_EMBEDDING_MODEL to its name.")
        key = settings.openai_api_key
        return cls(
            settings.embedding_model,
            api_key=key.get_secret_value() if key else None,
            base_url=settings.embedding_base_url or settings.openai_base_url,
            timeout_s=settings.model_timeout_s,
        )

    @property
    def problem(self) -> str:
        return self._problem if self._clock() < self._rests_until else ""

    def vectors(self, texts: Sequence[str]) -> list[Vector]:
        """One for each text. Raises LanguageUnavailable: at once, for a while after the server has failed."""
        if self.problem:
            raise LanguageUnavailable(self.problem)
        try:
            found = [_normalised(each) for each in self._client.embed_documents(list(texts))]
            if len(found) != len(texts) or len({len(each) for each in found}) > 1:
                raise ValueError("it sent other vectors than were asked for")
        except Exception as error:  # a server that talks nonsense makes the client raise anything
            self._rests_until = self._clock() + REST_S
            self._problem = (
                f"The embedding model {self.name} at {self._server} did not answer "
                f"({first_line(error, self._address, self._key)}). Folders are searched by their words alone."
            )
            _log.warning(self._problem)
            raise LanguageUnavailable(self._problem) from error
        return found


def _normalised(values: Sequence[float]) -> Vector:
    length = sqrt(sum(map(mul, values, values)))
    if not length or not isfinite(length):
        raise ValueError("it sent no vector")
    return array("f", [value / length for value in values])
