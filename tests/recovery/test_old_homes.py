"""A home that version 0.1.0 has left: its threads are listed, decided and resumed by this version.

The archive holds threads of every workflow: finished, waiting for an approval, stopped half way, and one that needs
attention. Its approvals wait until 2036, and its orders are judged as if the return window were a hundred years.
"""

import shutil
import tarfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.composition import open_runner
from app.engines.contract import RunResult
from app.engines.langgraph.runner import Runner
from app.exports.audit import verify
from app.records.installation import PartsDoNotFit
from app.settings import Settings
from tests.stored import open_database

HOMES = Path(__file__).parents[1] / "data" / "homes"
EXPECTED = {
    "answer-failed": ("failed", None),
    "answer-finished": ("completed", "answered"),
    "fulfilment-compensated": ("completed", "compensated"),
    "fulfilment-failed": ("failed", None),
    "fulfilment-finished": ("completed", "fulfilled"),
    "fulfilment-stuck": ("completed", "needs_attention"),
    "refund-declined": ("completed", "declined"),
    "refund-escalated": ("completed", "escalated"),
    "refund-failed": ("failed", None),
    "refund-finished": ("completed", "refunded"),
    "refund-part": ("completed", "refunded"),
    "refund-waiting": ("waiting", None),
    "research-failed": ("failed", None),
    "research-finished": ("completed", "report_ready"),
    "support-asking": ("completed", "needs_information"),
    "support-failed": ("failed", None),
    "support-finished": ("completed", "refunded"),
    "support-waiting": ("waiting", None),
    "writing-finished": ("completed", "accepted"),
    "writing-half": ("failed", None),
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with tarfile.open(HOMES / "0.1.0.tar.xz") as archive:
        archive.extractall(tmp_path / "home", filter="data")
    return tmp_path / "home"


@pytest.fixture
async def old(home: Path) -> AsyncIterator[Runner]:
    async with open_runner(Settings(home=home, return_window_days=36_500)) as runner:
        yield runner


async def refunds(runner: Runner, order_id: str) -> list[int]:
    order = await runner.services.orders.find(order_id)
    assert order
    return [refund["amount_cents"] for refund in order["refunds"]]


async def test_every_thread_stands_where_it_stood(old: Runner) -> None:
    listed = {thread["name"]: (thread["status"], thread["outcome"]) for thread in await old.threads.recent()}
    assert listed == EXPECTED
    shown = {name: await old.show(name) for name in EXPECTED}
    assert {name: (result["status"], result["outcome"]) for name, result in shown.items()} == EXPECTED


async def test_its_audit_is_whole_from_the_first_use_on(old: Runner, home: Path) -> None:
    await old.decide("refund-waiting", {"type": "approve", "by": "Mia"})
    async with open_database(f"sqlite:///{home}/business.db") as database:
        found = await verify(database)
    assert (found["problems"], found["unlinked"] > 0) == ([], True)


async def test_what_waits_is_listed_and_approved(old: Runner) -> None:
    assert {approval["args"]["order_id"] for approval in await old.pending()} == {"12345", "12346"}
    result = await old.decide("refund-waiting", {"type": "edit", "args": {"amount": "80.00"}, "by": "Mia"})
    assert (result["status"], result["outcome"]) == ("completed", "refunded")
    assert result["approval"]
    assert result["approval"]["decided_by"] == "Mia"
    assert await refunds(old, "12345") == [8000]


async def test_what_waits_is_rejected(old: Runner) -> None:
    result = await old.decide("refund-waiting", {"type": "reject", "message": "used", "by": "Mia"})
    assert (result["status"], result["outcome"]) == ("completed", "rejected")
    assert await refunds(old, "12345") == []


async def test_a_message_that_was_kept_is_answered_after_the_decision(old: Runner) -> None:
    assert (await old.decide("support-waiting", {"type": "approve", "by": "Mia"}))["outcome"] == "refunded"
    assert await refunds(old, "12346") == [1000, 2950]
    told = await old.say("where is my order 12349?", thread="support-waiting", email="grace@example.com")
    assert told["status"] == "completed"
    assert told["reply"]


@pytest.mark.parametrize(
    ("thread", "outcome"),
    [
        ("answer-failed", "answered"),
        ("refund-failed", "escalated"),  # paid with a card whose gateway never answers
        ("support-failed", "escalated"),
        ("research-failed", "report_ready"),
        ("writing-half", "accepted"),
        ("fulfilment-failed", "compensated"),  # sent to an address whose carrier never answers
        ("fulfilment-stuck", "needs_attention"),
    ],
)
async def test_what_stopped_goes_on(old: Runner, thread: str, outcome: str) -> None:
    result: RunResult = await old.resume(thread)
    assert (result["status"], result["outcome"]) == ("completed", outcome), result["reply"]


async def test_a_conversation_goes_on(old: Runner) -> None:
    result = await old.say("it is order 12347, and I am ada@example.com", thread="support-asking")
    assert result["status"] == "completed"
    assert "12347" in (result["reply"] or "")


@pytest.mark.parametrize("file", ["business.db", "checkpoints.db"])
async def test_its_two_files_belong_together_from_the_first_use_on(home: Path, file: str, tmp_path: Path) -> None:
    async with open_runner(Settings(home=home)):
        pass
    async with open_runner(Settings(home=tmp_path / "other")):
        pass
    shutil.copy(tmp_path / "other" / file, home / file)
    with pytest.raises(PartsDoNotFit, match="different installations"):
        async with open_runner(Settings(home=home)):
            pass


@pytest.mark.parametrize("file", ["business.db", "checkpoints.db"])
async def test_a_home_that_has_lost_a_file_before_is_refused(home: Path, file: str) -> None:
    (home / file).unlink()
    with pytest.raises(PartsDoNotFit, match=f"{file} is missing"):
        async with open_runner(Settings(home=home)):
            pass
    assert not (home / file).exists()


async def test_its_checkpoints_are_not_taken_for_those_of_another_home(home: Path, tmp_path: Path) -> None:
    async with open_runner(Settings(home=tmp_path / "other")) as runner:
        await runner.start("refund", {"order_id": "12345", "email": "ada@example.com"}, thread="job")
    shutil.copy(home / "checkpoints.db", tmp_path / "other" / "checkpoints.db")
    with pytest.raises(PartsDoNotFit, match="different installations"):
        async with open_runner(Settings(home=tmp_path / "other")):
            pass
