"""A workflow of a package on Temporal: the workers know it, without an edit here."""

import pytest

from app.settings import Settings
from tests.new_package import NAME, letters, my_letters
from tests.temporal.working import engine_and_worker

__all__ = ["letters", "my_letters"]


@pytest.mark.usefixtures("my_letters")
async def test_it_runs_to_its_approval_and_on(on_temporal: Settings) -> None:
    async with engine_and_worker(on_temporal) as engine:
        asked = await engine.start(NAME, {"topic": "the lamp"}, thread="first")
        assert (asked["status"], asked["outcome"]) == ("waiting", None)
        done = await engine.decide("first", {"type": "approve", "by": "Mia"})
        assert (done["status"], done["outcome"]) == ("completed", "sent")
    letters = [path.read_text() for path in on_temporal.outbox.glob("*.eml")]
    assert len([one for one in letters if "To: ada@example.com" in one]) == 1
