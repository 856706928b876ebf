"""Who decides on the command line: the operating-system user, and once people were added, whoever has signed in."""

import getpass
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.command_line import CommandLine

ADA, HEDY = "ada@example.com", "hedy@example.com"


@pytest.fixture
def as_mia(switchboard: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on SWITCHBOARD_TOKEN is Mia's, who is an approver."""
    switchboard("people", "add", "mia", "--role", "approver", stdin="secret words\n")
    monkeypatch.setenv("SWITCHBOARD_TOKEN", switchboard.json("people", "token", "mia")["token"])


def waits(switchboard: CommandLine, order: str, email: str, thread: str) -> None:
    switchboard.json("refund", "--order", order, "--email", email, "--thread", thread, code=3)


def test_without_people_the_system_user_stands_beside_the_note(switchboard: CommandLine) -> None:
    waits(switchboard, "12345", ADA, "a")
    approval = switchboard.json("approve", "a", "--by", "Mia")["approval"]
    assert (approval["decided_by"], approval["decided_as"]) == ("Mia", getpass.getuser())
    shown = switchboard("show", "a").out
    assert "Approved by Mia, " in shown
    assert f"Login: {getpass.getuser()}\n" in shown


def test_a_home_with_people_needs_one_who_may(switchboard: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    waits(switchboard, "12371", HEDY, "a")
    for name, role in (("mia", "approver"), ("eve", "operator")):
        switchboard("people", "add", name, "--role", role, stdin="secret words\n")
    for words in (("approve", "a", "--by", "mia"), ("reject", "a", "--reason", "no"), ("ask", "a", "why?")):
        refused = switchboard(*words)
        assert (refused.code, "switchboard login" in refused.err) == (4, True)
    for token, said in (
        ("swb_wrong", "not valid"),
        (switchboard.json("people", "token", "eve")["token"], "an operator"),
    ):
        monkeypatch.setenv("SWITCHBOARD_TOKEN", token)
        refused = switchboard("approve", "a")
        assert (refused.code, said in refused.err) == (4, True)
    monkeypatch.delenv("SWITCHBOARD_TOKEN")
    assert switchboard.json("pending")[0]["status"] == "pending"
    switchboard("login", "mia", stdin="secret words\n")
    approval = switchboard.json("approve", "a", "--by", "Zoe")["approval"]
    assert (approval["decided_by"], approval["decided_as"], approval["said_by"]) == ("mia", "mia", "Zoe")


@pytest.mark.usefixtures("as_mia")
def test_who_starts_a_refund_does_not_approve_it(switchboard: CommandLine) -> None:
    waits(switchboard, "12371", HEDY, "a")
    refused = switchboard("approve", "a")
    assert (refused.code, "asked for this" in refused.err) == (4, True)


def test_two_have_to_approve(switchboard: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The thread waits after the first one, pays after the second, and pays the lower amount."""
    (tmp_path / "home").mkdir(mode=0o700)
    (tmp_path / "home" / "approvals.toml").write_text('[[approval]]\naction = "process_refund"\nquorum = 2\n')
    waits(switchboard, "12345", ADA, "a")
    tokens = {}
    for name in ("mia", "tom"):
        switchboard("people", "add", name, "--role", "approver", stdin="secret words\n")
        tokens[name] = switchboard.json("people", "token", name)["token"]
    monkeypatch.setenv("SWITCHBOARD_TOKEN", tokens["mia"])
    first = switchboard.json("approve", "a", "--amount", "80.00", code=3)
    assert (first["approval"]["status"], len(first["approval"]["voices"])) == ("pending", 1)
    assert "Approved by 1 of 2.\n    mia, $80.00" in switchboard("pending").out
    again = switchboard("approve", "a")
    assert (again.code, "has approved this already" in again.err) == (4, True)
    monkeypatch.setenv("SWITCHBOARD_TOKEN", tokens["tom"])
    paid = switchboard.json("approve", "a")
    assert (paid["outcome"], paid["values"]["refunded_cents"], paid["approval"]["decided_by"]) == (
        "refunded",
        8000,
        "mia, tom",
    )
    assert switchboard.json("verify")["problems"] == []


def test_an_answer_of_the_customer_comes_back(switchboard: CommandLine, tmp_path: Path) -> None:
    said = ("support", "--thread", "a", "--email", ADA)
    switchboard.json(*said, "please refund order 12345, it is broken", code=3)
    approval = switchboard.json("ask", "a", "Which part is broken?")
    (question,) = approval["questions"]
    assert (question["put_to"], question["ticket_id"], question["answer"]) == (ADA, None, None)
    mails = {file.name: file.read_text() for file in (tmp_path / "home" / "outbox").glob("*.eml")}
    assert any("Which part is broken?" in text and f"To: {ADA}" in text for text in mails.values())
    told = switchboard.json(*said, "the handle", code=3)
    assert "passed your answer on" in told["reply"]
    (waiting,) = switchboard.json("pending")
    assert waiting["questions"][0]["answer"] == "the handle"
    assert waiting["expires_at"] == approval["expires_at"]
    assert "'the handle'" in switchboard("show", "a").out
    mails = {file.name: file.read_text() for file in (tmp_path / "home" / "outbox").glob("*.eml")}
    assert any("the handle" in text and "To: approver@shop.example" in text for text in mails.values())
    kept = switchboard.json(*said, "and the lid too", code=3)
    assert "kept your message" in kept["reply"]
    (waiting,) = switchboard.json("pending")
    assert [remark["text"] for remark in waiting["remarks"]] == ["and the lid too"]
    for surface in ("pending", "show a"):
        assert "UTC: 'and the lid too'" in switchboard(*surface.split()).out
    assert switchboard.json("approve", "a")["outcome"] == "refunded"
    assert switchboard("forget", ADA).code == 0
    with closing(sqlite3.connect(tmp_path / "home" / "business.db")) as stored:
        kept_words = "\n".join(stored.iterdump())
    assert "the handle" not in kept_words
    assert "the lid too" not in kept_words


def test_a_question_about_a_job_has_a_ticket(switchboard: CommandLine) -> None:
    waits(switchboard, "12345", ADA, "a")
    question = switchboard.json("ask", "a", "Which photo?")["questions"][0]
    assert switchboard.json("tickets", "answer", question["ticket_id"], "The red one.")["answer"] == "The red one."
    assert switchboard.json("tickets", "list")[0]["status"] == "closed"
    assert switchboard("tickets", "answer", question["ticket_id"], "Again.").code == 4
    assert "'The red one.'" in switchboard("pending").out
    switchboard("reject", "a", "--reason", "used")
    assert switchboard("ask", "a", "And now?").code == 4


DECISIONS = [
    ("approve", "a"),
    ("reject", "a", "--reason", "used"),
    ("delete", "a", "--force"),
]


@pytest.mark.parametrize("words", DECISIONS)
def test_a_question_ends_with_its_approval(switchboard: CommandLine, tmp_path: Path, words: tuple[str, ...]) -> None:
    """Its ticket is closed, and the record says why; tickets of other cases stay open."""
    waits(switchboard, "12345", ADA, "a")
    waits(switchboard, "12371", HEDY, "b")
    answered = switchboard.json("ask", "a", "Which photo?")["questions"][0]
    switchboard.json("tickets", "answer", answered["ticket_id"], "The red one.")
    (ended, other) = (switchboard.json("ask", thread, "And which box?")["questions"][-1] for thread in ("a", "b"))
    done = switchboard(*words)
    assert done.code in (0, 4), done.err
    switchboard("sweep")
    status = {ticket["ticket_id"]: ticket["status"] for ticket in switchboard.json("tickets", "list")}
    assert (status[ended["ticket_id"]], status[other["ticket_id"]]) == ("closed", "open")
    with closing(sqlite3.connect(tmp_path / "home" / "business.db")) as stored:
        told = [row[0] for row in stored.execute("SELECT answer FROM approval_questions ORDER BY asked_at")]
    assert (told[0], told[2]) == ("The red one.", None)
    assert told[1].startswith("No answer came before the request was ")


def test_the_approver_reads_how_to_sign_in(switchboard: CommandLine, tmp_path: Path) -> None:
    """`--by` is a note as long as nobody was added."""

    def newest_mail(order: str) -> str:
        mails = [file.read_text() for file in (tmp_path / "home" / "outbox").glob("*.eml")]
        return next(text for text in mails if f"for order {order}" in text and "To: approver@shop.example" in text)

    waits(switchboard, "12345", ADA, "a")
    switchboard("people", "add", "mia", "--role", "approver", stdin="secret words\n")
    waits(switchboard, "12371", HEDY, "b")
    alone, together = newest_mail("12345"), newest_mail("12371")
    assert ("--by YOUR-NAME" in alone, "switchboard login" in alone) == (True, False)
    assert ("--by YOUR-NAME" in together, "switchboard login YOUR-NAME" in together) == (False, True)


def test_several_are_decided_each_on_its_own(switchboard: CommandLine) -> None:
    waits(switchboard, "12345", ADA, "a")
    waits(switchboard, "12371", HEDY, "b")
    called = switchboard("approve", "a", "nothing", "b", "a", "--json")
    assert called.code == 4
    first, refused, second = called.json
    assert [first["outcome"], second["outcome"]] == ["refunded", "refunded"]
    assert (refused["thread"], refused["error"]["code"]) == ("nothing", "unknown_thread")
    waits(switchboard, "12372", HEDY, "c")
    rejected = switchboard("reject", "c", "b", "--reason", "no")
    assert (
        rejected.code,
        "was not approved" in rejected.out,
        "already" in rejected.err or "was approved" in rejected.err,
    ) == (
        4,
        True,
        True,
    )


def test_the_table_is_checked(switchboard: CommandLine, tmp_path: Path) -> None:
    assert switchboard.json("approvals", "check") == {"rules": [], "problems": []}
    table = tmp_path / "home" / "approvals.toml"
    table.write_text(
        '[[approval]]\naction = "process_refund"\ncurrency = "USD"\nabove = "500"\nquorum = 2\ndeadline = "90m"\n'
    )
    found = switchboard.json("approvals", "check", code=5)
    assert (found["rules"][0]["about"], found["rules"][0]["deadline"]) == ("process_refund above $500.00", "90m")
    assert "nobody was added" in found["problems"][0]
    shown = switchboard("approvals", "check").out
    assert all(text in shown for text in ("process_refund above $500.00", "approver or admin"))
    assert "…" not in shown  # who is cut off cannot be checked
    table.write_text("[[approval]]\nquorum = 0\n")
    for words in (("approvals", "check"), ("pending",)):
        refused = switchboard(*words)
        assert (refused.code, "rule 1, `quorum`" in refused.err) == (5, True)
