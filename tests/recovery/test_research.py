"""kill -9 in the middle of a fan-out, then `resume`: what was read is not fetched again, and every source is read."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.composition import open_runner
from app.settings import Settings
from tests.processes import begin, end
from tests.recovery.crashing import research_and_die
from tests.site import Site, as_json, running_site

KILLED = -9
PAGES = 8
READ_BEFORE = 3


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as site:
        yield site


async def test_a_fan_out_survives(site: Site, tmp_path: Path) -> None:
    pages = [site.page(f"/{number}", f"<p>Bees of kind {number} have four wings.</p>") for number in range(PAGES)]
    site.answers("/search", as_json({"results": [{"url": one, "title": one, "content": ""} for one in pages]}))
    settings: dict[str, Any] = {
        "home": tmp_path / "home",
        "searxng_url": site.base,
        "web_allow": f"127.0.0.1:{site.port}",
        "web_per_host": PAGES,
        "web_per_host_delay_s": 0,
        "research_concurrency": 2,
    }
    values = {"topic": "how many wings do bees have?", "web": True, "max_sources": PAGES}
    assert end(begin(research_and_die, settings, READ_BEFORE, values)) == KILLED
    before = site.requests.copy()
    assert sum(before[f"/{number}"] for number in range(PAGES)) >= READ_BEFORE

    async with open_runner(Settings(**settings)) as runner:
        result = await runner.resume("job")
    assert (result["status"], result["outcome"]) == ("completed", "report_ready")
    assert result["values"]["coverage"].endswith(f"{PAGES} of {PAGES} sources read")
    fetched = [site.requests[f"/{number}"] for number in range(PAGES)]
    assert fetched.count(1) >= PAGES - settings["research_concurrency"], "only what was in flight is fetched again"
    assert max(fetched) <= 2
