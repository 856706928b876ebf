"""A site of its own for each test, and a reader that may read this machine."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.clients.web.limits import WebLimits
from app.clients.web.reader import WebReader
from tests.site import Site, running_site

HERE = WebLimits(timeout_s=60, per_host=20, per_host_delay_s=0, robots=False, allowed=("127.0.0.0/8",))


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as site:
        yield site


@pytest.fixture
def reader() -> WebReader:
    return reader_with()


def reader_with(**limits: object) -> WebReader:
    return WebReader(replace(HERE, **limits))  # type: ignore[arg-type]
