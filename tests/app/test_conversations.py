"""Tables of conversations, each on a shop of its own. The oracle is its ledger: a turn pays what the table says, or nothing."""

import json
from itertools import groupby
from pathlib import Path

import pytest

from app.evaluation.conversation_scores import ConversationRow, evaluate, read
from app.settings import Settings
from tests.command_line import CommandLine

TABLE = Path(__file__).parents[1] / "data" / "conversations.jsonl"
ROWS = read(TABLE)
KINDS = {kind: list(rows) for kind, rows in groupby(sorted(ROWS, key=lambda row: row.kind), key=lambda row: row.kind)}


@pytest.mark.parametrize("kind", KINDS)
async def test_conversations_end_as_the_table_says(kind: str, tmp_path: Path) -> None:
    report = await evaluate(Settings(home=tmp_path), KINDS[kind])
    print(f"{len(KINDS[kind])} conversations, {report.scores['turns']} turns, {kind}")
    print(f"{report.scores['unasked_payments']} payments that nobody asked for")
    assert report.misses == []
    assert report.scores["unasked_payments"] == report.scores["unasked_approvals"] == 0


def test_the_table_is_large() -> None:
    assert sum(len(row.turns) for row in ROWS) >= 300


async def test_a_wrong_expectation_is_a_miss(tmp_path: Path) -> None:
    turns = [{"text": "please refund 12346", "outcome": "declined"}]
    report = await evaluate(Settings(home=tmp_path), [ConversationRow.model_validate(turns)])
    assert report.scores["right"] == 0.0
    assert report.misses[0]["got"]["outcome"] == "needs_information"
    paying = ConversationRow.model_validate(
        {"email": "ada@example.com", "turns": [{"text": "please refund 12346", "amount": "1.00"}]}
    )
    assert (await evaluate(Settings(home=tmp_path), [paying])).scores["unasked_payments"] == 1
    asking = ConversationRow.model_validate(
        {"email": "ada@example.com", "turns": [{"text": "please refund 12345"}, {"text": "is it decided?"}]}
    )
    assert (await evaluate(Settings(home=tmp_path), [asking])).scores["unasked_approvals"] == 1


def test_a_payment_that_nobody_asked_for_fails_the_command(switchboard: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "own.jsonl"
    file.write_text(json.dumps({"email": "ada@example.com", "turns": [{"text": "please refund 12346"}]}))
    shown = switchboard("eval", "conversation", str(file))
    assert shown.code == 1
    assert "1 payment and 0 approvals that nobody asked for" in shown.out


def test_users_score_their_own_conversations(switchboard: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "own.jsonl"
    row = {
        "kind": "question",
        "email": "ada@example.com",
        "turns": [
            {"text": "would I get a refund for 12346?", "outcome": "needs_information", "act": "question"},
            {"text": "yes please", "outcome": "refunded", "order": "12346", "amount": "39.50"},
        ],
    }
    file.write_text(json.dumps(row) + "\n" + json.dumps([{"text": "hello", "outcome": "declined"}]))
    shown = switchboard("eval", "conversation", str(file), "--show-misses")
    assert shown.code == 0
    assert "2 conversations, 3 turns, 0.500 as expected" in shown.out
    assert "0 payments and 0 approvals that nobody asked for" in shown.out
    assert "outcome: declined" in shown.out
    assert switchboard("eval", "conversation", str(TABLE.parent / "acts.jsonl")).code == 2
