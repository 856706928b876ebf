"""Logging: one JSON object a line on stderr, from SWITCHBOARD_LOG_LEVEL upwards."""

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime

from nodes.ports.clock import iso

ROOT = "switchboard"
TALKATIVE = ("trafilatura", "pypdf", "httpx")
"""Libraries that report every strange page as an error of theirs; ours says what could not be read, and why. httpx would log
whole addresses, with the secrets in them."""

SERVER = "uvicorn"
"""The library behind `switchboard serve` logs as we do."""

level_asked_for: ContextVar[str | None] = ContextVar("level_asked_for", default=None)
"""What --quiet or --verbose says, in place of the setting."""


class JsonLines(logging.Formatter):
    """A record's message and its `about` mapping as one line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": iso(datetime.fromtimestamp(record.created, UTC)),
            "level": record.levelname,
            "message": record.getMessage(),
            **getattr(record, "about", {}),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)  # in ASCII: nothing in it controls a terminal


def configure(level: str) -> None:
    """Send our loggers to stderr; calling it again changes the level."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    for name in (ROOT, SERVER):
        logger = logging.getLogger(name)
        logger.setLevel(level_asked_for.get() or level)
        logger.propagate = False
        logger.handlers = [handler]
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL)
