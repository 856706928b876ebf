"""`approvals.toml`: what it says, what it refuses, and that exactly what it names comes out, in every order of arrival."""

import asyncio
import json
import random
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from app.approvals.approval_rules import DEFAULT, ApprovalRules, Rule, Terms, escalates_at, problems, read_rules
from app.background.notices import Notices
from app.clients.database.database import Database, prepare
from app.clients.database.schema import approval_voices, outgoing
from app.exports.audit import verify
from app.records.approval_table import DatabaseApprovals
from app.records.people import People, Person, acting
from app.records.threads import Threads
from app.testing import NOON, FakeClock, Fakes
from graphs import actions
from nodes.approvals.quorum import decided
from nodes.approvals.so_far import so_far
from nodes.ports.approvals import Approval, Decider, Voice
from nodes.ports.clock import iso
from nodes.ports.errors import AlreadyDecided, MayNotDecide, NotConfigured
from tests.pages import DOCS

TABLE = """
[[approval]]
action = "process_refund"
currency = "USD"
above = "500.00"
who = ["admin", "mia", "Tom"]
quorum = 3
deadline = "2h"
remind = ["15m", "1h"]
escalate_to = "boss@example.com"

[[approval]]
action = "process_refund"
currency = "USD"
who = ["approver"]
quorum = 2

[[approval]]
action = "ship_order"
requester_may = true
"""
EVERYBODY: dict[str, Any] = {
    "mia": "approver",
    "tom": "approver",
    "zoe": "approver",
    "ada": "admin",
    "bob": "admin",
    "eve": "operator",
    "vic": "viewer",
    "web": "channel",
}
PEOPLE = [Person(name, role) for name, role in EVERYBODY.items()]


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture
def table(tmp_path: Path) -> ApprovalRules:
    (tmp_path / "approvals.toml").write_text(TABLE)
    return ApprovalRules(tmp_path / "approvals.toml")


@pytest.fixture
async def approvals(database: Database, clock: FakeClock, table: ApprovalRules) -> DatabaseApprovals:
    people = People(database, clock)
    for name, role in EVERYBODY.items():
        await people.add(name, role)
    return DatabaseApprovals(database, clock, table)


def args(cents: int, currency: str = "USD") -> dict[str, Any]:
    return {"order_id": "12345", "amount_cents": cents, "currency": currency, "reason": ""}


async def ask(
    approvals: DatabaseApprovals, approval_id: str, asked: dict[str, Any], action: str = "process_refund"
) -> Approval:
    expires_at = iso(NOON + timedelta(minutes=5))
    return await approvals.ask(
        approval_id=approval_id, thread_id=approval_id, action=action, args=asked, expires_at=expires_at
    )


async def decide(
    approvals: DatabaseApprovals, record: Approval, name: str, less: int | None = None, *, no: bool = False
) -> Approval:
    return await approvals.decide(
        record["approval_id"],
        decision_id=f"{name} {less} {no}",
        args_digest=record["args_digest"],
        verdict="rejected" if no else "approved",
        granted=None if no else {**record["args"], "amount_cents": less or record["args"]["amount_cents"]},
        by="",
        reason="it was used" if no else "",
        decider=Decider(name, signed_in=True),
    )


def test_whatever_the_order_the_voices_make_one_outcome() -> None:
    """A thousand orders of arrival: the lowest amount stands, one rejection settles, and nothing is settled before."""
    dice = random.Random(11)
    for _ in range(1000):
        quorum, said = dice.randint(1, 5), [dice.choice([0, *range(1, 30)]) for _ in range(6)]  # 0: no
        voices: list[Voice] = []
        for number, cents in enumerate(said):
            granted = args(cents) if cents else None
            verdict: Any = "approved" if cents else "rejected"
            voices.append({"person": f"p{number}", "verdict": verdict, "granted": granted, "reason": "", "at": ""})
            found, heard = decided(quorum, voices), said[: number + 1]
            if 0 in heard:
                assert found == voices[heard.index(0)]
                break
            if len(heard) >= quorum:
                assert found
                assert (found["verdict"], (found["granted"] or {})["amount_cents"]) == ("approved", min(heard))
                break
            assert found is None


@pytest.mark.parametrize("seed", range(8))
async def test_whatever_the_order_the_table_names_the_outcome(approvals: DatabaseApprovals, seed: int) -> None:
    """The same in the database, with people who may not decide about it, and are refused."""
    dice = random.Random(seed)
    record = await ask(approvals, "a", args(60_000 if seed % 2 else 30_000))
    able, quorum = ({"mia", "tom", "ada", "bob"}, 3) if seed % 2 else ({"mia", "tom", "zoe"}, 2)
    heard, status = list[int](), "pending"
    for name in dice.sample([*EVERYBODY], 6):
        no, less = dice.random() < 0.15, dice.randrange(1, 30_000)
        if status == "pending" and name not in able:
            with pytest.raises(MayNotDecide):
                await decide(approvals, record, name, less, no=no)
            continue
        if status == "pending":
            heard += [] if no else [less]
            status = "rejected" if no else "approved" if len(heard) == quorum else "pending"
        assert (await decide(approvals, record, name, less, no=no))["status"] == status
    settled = await approvals.get("a")
    assert settled
    assert (settled["granted"] or {}).get("amount_cents") == (min(heard) if status == "approved" else None)


async def test_of_fifty_who_decide_at_once_a_quorum_counts(approvals: DatabaseApprovals) -> None:
    """Everybody, most of them several times: three voices, of three people, and no more."""
    record = await ask(approvals, "a", args(60_000))
    names = [name for name in EVERYBODY for _ in range(7)][:50]
    random.Random(50).shuffle(names)
    told = await asyncio.gather(
        *(decide(approvals, record, name, 100 + place) for place, name in enumerate(names)), return_exceptions=True
    )
    settled = await approvals.get("a")
    assert settled
    assert settled["status"] == "approved"
    voices = settled.get("voices", [])
    assert len({voice["person"] for voice in voices}) == len(voices) == 3
    assert {voice["person"] for voice in voices} < {"mia", "tom", "ada", "bob"}
    amounts = [(voice["granted"] or {})["amount_cents"] for voice in voices]
    assert (settled["granted"] or {})["amount_cents"] == min(amounts)
    assert set((settled["decided_by"] or "").split(", ")) == {voice["person"] for voice in voices}
    refused = [one for one in told if isinstance(one, BaseException)]
    assert {type(one) for one in refused} <= {MayNotDecide, AlreadyDecided}


async def test_what_fits_no_rule_is_decided_as_ever(approvals: DatabaseApprovals) -> None:
    record = await ask(approvals, "a", args(60_000, "EUR"))
    assert record["expires_at"] == iso(NOON + timedelta(minutes=5))
    for name in ("eve", "vic", "web", "nobody"):
        with pytest.raises(MayNotDecide):
            await decide(approvals, record, name)
    settled = await decide(approvals, record, "zoe")
    assert (settled["status"], settled["decided_by"], settled.get("decided_as")) == ("approved", "zoe", "zoe")


async def test_an_unproven_name_decides_nothing(approvals: DatabaseApprovals) -> None:
    """Also when the operating-system user is called like an approver."""
    record = await ask(approvals, "a", args(10_000))
    for decider in (None, Decider("zoe", signed_in=False)):
        with pytest.raises(MayNotDecide, match="switchboard login"):
            await approvals.decide(
                "a",
                decision_id="d",
                args_digest=record["args_digest"],
                verdict="approved",
                granted=record["args"],
                by="zoe",
                reason="",
                decider=decider,
            )
    assert (await approvals.pending())[0]["status"] == "pending"


async def test_one_person_has_one_voice(approvals: DatabaseApprovals, clock: FakeClock) -> None:
    record = await ask(approvals, "a", args(60_000))
    assert (await decide(approvals, record, "mia"))["status"] == "pending"
    assert (await decide(approvals, record, "mia"))["status"] == "pending"  # the same again, as after a crash
    with pytest.raises(AlreadyDecided):
        await decide(approvals, record, "mia", 5)
    await decide(approvals, record, "tom")
    clock.advance(hours=2)  # the rule's deadline, not the setting's
    assert (await decide(approvals, record, "ada"))["status"] == "expired"


async def test_a_voice_of_somebody_who_may_not_decide_any_more_counts_no_more(
    approvals: DatabaseApprovals, database: Database, clock: FakeClock
) -> None:
    people, record = People(database, clock), await ask(approvals, "a", args(40_000))
    await decide(approvals, record, "mia")
    await people.set_role("mia", "viewer")
    assert (await decide(approvals, record, "tom"))["status"] == "pending"
    assert (await decide(approvals, record, "zoe"))["status"] == "approved"


async def test_a_name_in_other_letters_is_the_same_person(
    approvals: DatabaseApprovals, database: Database, clock: FakeClock
) -> None:
    people, record = People(database, clock), await ask(approvals, "a", args(40_000))
    await decide(approvals, record, "mia")
    await people.remove("mia")
    await people.add("MIA", "approver")
    with pytest.raises(AlreadyDecided):
        await decide(approvals, record, "MIA")


async def test_a_requester_decides_about_nothing_of_their_own(
    approvals: DatabaseApprovals, database: Database, clock: FakeClock
) -> None:
    threads = Threads(database, clock, lease_s=30, engine="langgraph")
    token = acting.set("zoe")
    try:
        for thread, graph in (("r", "refund"), ("s", "fulfilment")):
            await threads.register(thread, graph=graph)
    finally:
        acting.reset(token)
    refund = await ask(approvals, "r", args(10_000, "EUR"))
    await threads.register("r", graph="refund")  # an anonymous run later on changes nothing about what was asked
    with pytest.raises(MayNotDecide, match="asked for this"):
        await decide(approvals, refund, "zoe")
    assert (await decide(approvals, await ask(approvals, "s", args(1), "ship_order"), "zoe"))["status"] == "approved"


async def test_a_table_that_changes_leaves_what_waits_alone(approvals: DatabaseApprovals, table: ApprovalRules) -> None:
    record = await ask(approvals, "a", args(60_000))
    assert table.file
    table.file.write_text("")
    assert (await decide(approvals, record, "mia"))["status"] == "pending"
    assert (await decide(approvals, await ask(approvals, "b", args(60_000)), "zoe"))["status"] == "approved"


WRONG = [
    # (the file, what the sentence names)
    ("[[approval]]\nwho = []", "rule 1, `who`"),
    ("[[approval]]\n[[approval]]\nquorum = 0", "rule 2, `quorum`: it has to be 1 or more"),
    ("[[approval]]\nquorum = true", "rule 1, `quorum`: it has to be a whole number"),
    ('[[approval]]\nabove = "500"', "needs a `currency`"),
    ('[[approval]]\nabove = 500.0\ncurrency = "USD"', "in quotes"),
    ('[[approval]]\nabove = "500.5"\ncurrency = "JPY"', "no decimals"),
    ('[[approval]]\ncurrency = "usd"', "a currency like USD"),
    ('[[approval]]\ndeadline = "soon"', "write it like 2h"),
    ('[[approval]]\nremind = "1h"', "it has to be a list"),
    ('[[approval]]\nwhoo = ["mia"]', "`whoo`: nothing has that name"),
    ("[approval", "is not TOML"),
    ('[[aproval]]\nwho = ["mia"]', "`aproval`: nothing has that name"),
]


@pytest.mark.parametrize(("text", "named"), WRONG)
def test_a_table_that_cannot_be_used_is_refused(tmp_path: Path, text: str, named: str) -> None:
    file = tmp_path / "approvals.toml"
    file.write_text(text)
    with pytest.raises(NotConfigured) as refused:
        read_rules(file)
    assert named in str(refused.value)


CANNOT_WORK = [
    # (a rule, what is said about it)
    ({"action": "refund"}, "nothing is called 'refund'"),
    ({"who": ["viewer"]}, "a role that may not decide"),
    ({"who": ["max"]}, "nobody is called 'max'"),
    ({"who": ["eve", "mia"]}, "eve is an operator"),
    ({"quorum": 3, "who": ["mia", "ada"]}, "it needs 3 to approve, and only 2"),
    ({"deadline": "1h", "remind": ["1h"]}, "before the moment of asking"),
    ({"escalate_to": "boss"}, "an e-mail address"),
    ({"escalate_to": "eve"}, "eve is an operator"),
    ({"escalate_to": "viewer"}, "a role that may not decide"),
]


@pytest.mark.parametrize(("rule", "named"), CANNOT_WORK)
def test_what_cannot_work_is_named(rule: dict[str, Any], named: str) -> None:
    assert named in " ".join(problems([Rule(**rule)], PEOPLE, actions()))


def test_a_rule_behind_one_that_takes_everything_is_named() -> None:
    rules = [Rule(currency="USD"), Rule(currency="USD", above="50"), Rule(currency="EUR")]
    assert problems(rules, PEOPLE, actions()) == ["Rule 2 is never used: rule 1 fits first. Put it above rule 1."]


def test_the_table_of_the_page_works(tmp_path: Path) -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", (DOCS / "approvals.md").read_text(), re.S)
    (tmp_path / "approvals.toml").write_text(text)
    rules = read_rules(tmp_path / "approvals.toml")
    assert (len(rules), problems(rules, PEOPLE, actions())) == (2, [])


def test_the_table_of_these_tests_works(table: ApprovalRules) -> None:
    assert problems(table.rules(), PEOPLE, actions()) == []


ABOVE = """
[[approval]]
currency = "USD"
who = ["mia"]
escalate_to = "ada"
remind = ["4m", "2m"]

[[approval]]
who = ["mia"]
quorum = 2
escalate_to = "admin"
"""


@pytest.mark.parametrize(
    ("remind_s", "at"), [([], 150), ([240.0, 120.0], 180), ([1000.0, 240.0], 60), ([1000.0], 150), ([300.0], 150)]
)
def test_escalated_with_the_last_reminder_or_at_half_time(remind_s: list[float], at: int) -> None:
    terms: Terms = {**DEFAULT, "remind_s": remind_s, "escalate_to": "ada"}
    times = iso(NOON), iso(NOON + timedelta(minutes=5))
    assert escalates_at(terms, *times) == iso(NOON + timedelta(seconds=at))
    assert escalates_at({**terms, "escalate_to": None}, *times) is None


async def test_from_the_escalation_on_whom_it_names_may_decide(
    approvals: DatabaseApprovals, table: ApprovalRules, database: Database, clock: FakeClock
) -> None:
    assert table.file
    table.file.write_text(ABOVE)
    dollars, euros = await ask(approvals, "a", args(60_000)), await ask(approvals, "b", args(60_000, "EUR"))
    for record in (dollars, euros):
        with pytest.raises(MayNotDecide, match="mia may"):
            await decide(approvals, record, "ada")
    assert (await decide(approvals, euros, "mia"))["status"] == "pending"
    clock.advance(minutes=3)
    for name in ("bob", "zoe"):  # an admin too, but it was escalated to one by name
        with pytest.raises(MayNotDecide, match="mia or ada may"):
            await decide(approvals, dollars, name)
    with pytest.raises(MayNotDecide, match="mia or admin may"):
        await decide(approvals, euros, "zoe")
    settled = await decide(approvals, dollars, "ada")
    assert (settled["status"], settled["decided_by"]) == ("approved", "ada")
    assert settled["escalated_at"] == iso(NOON + timedelta(minutes=3))
    assert so_far(settled) == ["Escalated to ada at 2026-11-23 12:03:00 UTC."]
    assert (await decide(approvals, euros, "bob"))["status"] == "approved"
    clock.advance(hours=1)
    kept = await approvals.get("a")
    assert kept
    assert kept["escalated_at"] == settled["escalated_at"]


async def test_a_table_that_is_broken_decides_nothing(approvals: DatabaseApprovals, table: ApprovalRules) -> None:
    """And nothing is asked for under weaker rules."""
    record = await ask(approvals, "a", args(30_000, "EUR"))
    assert table.file
    table.file.write_text("[[approval]")
    with pytest.raises(MayNotDecide, match="Nothing was decided: "):
        await decide(approvals, record, "ada")
    with pytest.raises(NotConfigured):
        await ask(approvals, "b", args(60_000))
    assert await approvals.get("b") is None
    table.file.write_text("")
    assert (await decide(approvals, record, "ada"))["status"] == "approved"


VOICE = [
    ("UPDATE approval_voices SET granted = NULL WHERE person = 'tom'", "The voice a/tom was changed."),
    ("DELETE FROM approval_voices WHERE person = 'mia'", "The voice a/mia is gone."),
    (
        "INSERT INTO approval_voices SELECT 'a', 'eve', verdict, granted, '', '', '', at FROM approval_voices LIMIT 1",
        "The voice a/eve was not written by Switchboard.",
    ),
]


@pytest.mark.parametrize(("sql", "named"), VOICE)
async def test_a_voice_that_was_changed_is_named(
    approvals: DatabaseApprovals, database: Database, sql: str, named: str
) -> None:
    record = await ask(approvals, "a", args(60_000))
    for name in ("mia", "tom"):
        await decide(approvals, record, name)
    assert (await verify(database))["ok"]
    assert await database.change(sql, {})
    assert (await verify(database))["problems"] == [named]


async def test_voices_of_an_older_home_are_taken_as_they_stand(
    approvals: DatabaseApprovals, database: Database, clock: FakeClock
) -> None:
    await ask(approvals, "a", args(60_000))
    old = {"verdict": "approved", "granted": args(1), "decision_id": "d", "reason": "", "at": iso(NOON)}
    await database.execute(insert(approval_voices).values(approval_id="a", person="mia", **old))
    await database.execute(text("UPDATE alembic_version SET version_num = '0017'"))
    await prepare(database)
    assert (await verify(database))["problems"] == []


async def test_the_rule_says_who_is_reminded_and_when(
    approvals: DatabaseApprovals, database: Database, clock: FakeClock
) -> None:
    """An hour and a quarter before the deadline; the last reminder goes to the person above, too."""
    record = await ask(approvals, "a", args(60_000))
    notices = Notices(database, replace(Fakes().services, clock=clock), chats=())
    told = []
    for _ in range(8):
        clock.advance(minutes=14)
        await notices.write([record])
        sent = await database.fetch(select(outgoing.c.event_id, outgoing.c.body).order_by(outgoing.c.event_id))
        told.append([(row["event_id"], json.loads(row["body"]).get("to")) for row in sent])
    boss, first, last = ("a:escalation", "boss@example.com"), ("a:reminder-3600", None), ("a:reminder-900", None)
    assert told == [*[[]] * 4, *[[first]] * 3, [boss, first, last]]
