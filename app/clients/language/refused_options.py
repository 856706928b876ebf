"""What a model's server has refused, kept in the home, so that the next process need not find it out again."""

import asyncio
import json
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal

Option = Literal["json_schema", "temperature", "stream_options", "max_completion_tokens"]
KEPT = timedelta(days=30)
"""After that the server is asked again: it may have learned it."""


class RefusedOptions:
    """Of one model on one server. Without a file it is remembered as long as the process lives."""

    def __init__(self, model: str, server: str, file: Path | None = None) -> None:
        self._name, self._file = f"{model} at {server}", file
        since = _read(file).get(self._name, {})
        self._refused = {option: day for option, day in since.items() if _today() - day < KEPT}

    def __contains__(self, option: Option) -> bool:
        return option in self._refused

    async def add(self, option: Option) -> None:
        self._refused[option] = _today()
        if self._file:
            await asyncio.to_thread(self._write, self._file)

    def _write(self, file: Path) -> None:
        """Of two processes that write at once one is forgotten, and finds it out again."""
        known = {**_read(file), self._name: self._refused}
        text = json.dumps(
            {name: {key: str(day) for key, day in since.items()} for name, since in known.items()}, indent=2
        )
        part = file.with_name(f".{file.name}.{os.getpid()}.part")
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as new:
            new.write(text + "\n")
        part.replace(file)


def _read(file: Path | None) -> dict[str, dict[str, date]]:
    """What the file says; nothing when it is missing or damaged."""
    try:
        known = json.loads(file.read_text(encoding="utf-8")) if file else {}
        return {name: {key: date.fromisoformat(day) for key, day in since.items()} for name, since in known.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def _today() -> date:
    return datetime.now(UTC).date()
