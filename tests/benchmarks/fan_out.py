"""How close a fan-out comes to what its slowest source needs: twenty sources, each 0.3 s slow, all at once.

    python -m tests.benchmarks.fan_out

Each round runs the research workflow twice, side by side: over pages that answer at once (what the run costs anyway) and over
slow ones. The difference is what waiting for the pages added; ideal is the time of one page.
"""

import asyncio
import json
import statistics
import tempfile
import time
from pathlib import Path

from app.composition import open_runner
from app.engines.langgraph.runner import Runner
from app.settings import Settings
from tests.site import Site, as_json, running_site

SOURCES = 20
DELAY_S = 0.3
ROUNDS = 7


async def main() -> None:
    with running_site() as fast, running_site() as slow, tempfile.TemporaryDirectory() as home:
        _publish(fast, 0.0)
        _publish(slow, DELAY_S)
        added = []
        async with (
            open_runner(_settings(Path(home) / "f", fast)) as quick,
            open_runner(_settings(Path(home) / "s", slow)) as waiting,
        ):
            await _timed(quick)  # loads what is loaded once
            await _timed(waiting)
            for _ in range(ROUNDS):
                anyway, whole = await _timed(quick), await _timed(waiting)
                added.append(whole - anyway)
                print(
                    json.dumps(
                        {"fixed_s": round(anyway, 3), "whole_s": round(whole, 3), "added_s": round(added[-1], 3)}
                    )
                )
    ratio = statistics.median(added) / DELAY_S
    print(json.dumps({"sources": SOURCES, "delay_s": DELAY_S, "added_to_ideal": round(ratio, 2)}))


def _publish(site: Site, delay_s: float) -> None:
    pages = [
        site.page(f"/{number}", f"<p>Bees of kind {number} have four wings, two on each side.</p>", delay_s=delay_s)
        for number in range(SOURCES)
    ]
    site.answers("/search", as_json({"results": [{"url": one, "title": one, "content": ""} for one in pages]}))


def _settings(home: Path, site: Site) -> Settings:
    return Settings(
        home=home,
        searxng_url=site.base,
        web_allow=(f"127.0.0.1:{site.port}",),
        web_per_host=SOURCES,
        web_per_host_delay_s=0,
        web_robots=False,
        research_concurrency=SOURCES,
    )


async def _timed(runner: Runner) -> float:
    start = time.perf_counter()
    result = await runner.start(
        "research", {"topic": "how many wings do bees have?", "web": True, "max_sources": SOURCES}
    )
    assert result["values"]["coverage"].endswith(f"{SOURCES} of {SOURCES} sources read"), result["values"]["coverage"]
    return time.perf_counter() - start


if __name__ == "__main__":
    asyncio.run(main())
