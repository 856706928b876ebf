"""What a customer does with a message about a refund: only a plain request is one, and no message stalls the process."""

import json
import time
from pathlib import Path

import pytest

from app.clients.language.acts import act_of
from app.clients.language.quoting import own_words
from app.clients.language.requests.agreement import agrees
from app.clients.language.rules import RulesLanguage

ROWS = [json.loads(line) for line in (Path(__file__).parents[3] / "data" / "acts.jsonl").read_text().splitlines()]
REQUESTS = [row["text"] for row in ROWS if row["request"]]
OTHERS = [row["text"] for row in ROWS if not row["request"]]


@pytest.mark.parametrize("text", OTHERS)
def test_what_is_not_a_request_is_never_taken_for_one(text: str) -> None:
    assert act_of(text) != "request"


@pytest.mark.parametrize("text", REQUESTS)
def test_a_plain_request_is_one(text: str) -> None:
    assert act_of(text) == "request"


ACTS = [
    ("do not refund 12346", "withdrawal"),
    ("never mind, forget it", "withdrawal"),
    ("keep the money, no refund", "withdrawal"),
    ("If the parcel 12349 does not arrive by Friday, I want a refund", "condition"),
    ("I already got my refund, thank you", "report"),
    ("where is my refund for 12348?", "report"),
    ("How do I get a refund for 12346?", "question"),
    ("My friend wants a refund for 12346", "unclear"),
    ("my lamp hums", "unclear"),
    ("Refund 12346. Actually no, leave it.", "withdrawal"),
    ("please refund 12346, no wait, scratch that", "withdrawal"),
    ("please cancel my order, refund 12346", "unclear"),
    ("A refund for 12346 is of no use to me, please exchange it for a 42", "withdrawal"),
    ("I'd rather have a working kettle than my money back for 12346", "withdrawal"),
    ("I would prefer a new one over a refund for 12346", "withdrawal"),
    ("I take back my refund request for 12346. The parcel came today after all!", "withdrawal"),
    ("Refund 12346. Oh wait, it works now.", "withdrawal"),
    ("Told my wife I'd get a refund for order 12346. She showed me the on switch. We're keeping it.", "withdrawal"),
    ("You can close my refund ticket for 12346", "withdrawal"),
    ("I may want a refund for 12346 but I need to talk to my husband first", "condition"),
    ("My boss says 12346 should be refunded but he has not decided", "condition"),
    ("My refund of 12346 landed this morning", "report"),
    ("I need the receipt for the refund of 12346", "report"),
    ("Why have you not refunded 12346?", "report"),
    ("My insurance will pay me back for order 12346", "report"),
    ("Did you already pay back the 65 euros?", "report"),
    ("Has the payment been sent back to me yet?", "report"),
    ("Not a cent back from the return of 12346", "report"),
]


@pytest.mark.parametrize(("text", "act"), ACTS)
def test_the_other_acts(text: str, act: str) -> None:
    assert act_of(text) == act


QUOTING = [
    "All fine, thanks.\n\nOn Mon, Nov 23, 2026 at 10:00 AM Ada <ada@example.com> wrote:\n> I want a refund for 12346",
    "All fine, thanks.\n> I want a refund for order 12346, please\n> Ada",
    "Danke!\n\nVon: Ada <ada@example.com>\nGesendet: Montag, 23. November 2026 10:00\nAn: Shop\nBetreff: refund\n\n"
    "I want a refund for 12346",
    "Ok.\n\nLe lun. 23 nov. 2026 à 10:00, Ada <ada@example.com> a écrit :\n\nI want a refund for 12346",
    "Ok.\n\nEl lun, 23 nov 2026 a las 10:00, Ada escribió:\n\nI want a refund for 12346",
    "fine\n\nDe: Ada <ada@example.com>\nEnviado el: lunes\nPara: Shop\nAsunto: x\n\nPlease refund 12346",
    "Hi\n--\nAda\nPlease refund 12346",
    "fine\n" + "a long story\n" * 600 + "On Mon Ada wrote:\n> Please refund 12346",
    "All fine.\n\n-----Original Message-----\nFrom: Ada <ada@example.com>\nSent: Monday\nTo: Shop\nSubject: x\n\n"
    "Please refund 12346",
]


@pytest.mark.parametrize("message", QUOTING)
async def test_what_is_quoted_is_not_said(message: str) -> None:
    own, quoted = own_words(message)
    assert "refund" not in own
    assert (own, quoted) != (message, "")
    assert act_of(message) != "request"
    assert (await RulesLanguage().extract(message))["emails"] == []


def test_a_message_without_quotes_is_left_as_it_is() -> None:
    assert own_words("refund 12346\nplease") == ("refund 12346\nplease", "")


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        ("yes", True),
        ("Yes, please!", True),
        ("please", True),
        ("ok go ahead", True),
        ("ok", True),
        ("ok thanks", False),
        ("yes, I see", False),
        ("yes, great", False),
        ("yes, please let me know", False),
        ("yes?", False),
        ("please refund order 12346", False),
        ("yes, where is my order?", False),
        ("yes, pass it on", False),
        ("no", False),
    ],
)
def test_a_plain_yes_takes_the_offer(text: str, accepted: bool) -> None:
    assert agrees(text) is accepted


NOISE = [
    "_",
    "-",
    "=",
    "*",
    "@",
    "1",
    "a@",
    "refund ",
    "> ",
    "( ",
    "no ",
    "if ",
    "From: x\n",
    "on wrote: ",
    "\n",
    '"',
    "a.b@c.",
    "for me ",
    "it is broken and ",
    "please refund order 12346 to my ",
    "not ",
    "the the ",
    "sorry it is ",
]


@pytest.mark.parametrize("noise", NOISE)
async def test_no_message_stalls_the_process(noise: str) -> None:
    await reads_in_time((noise * 1_000_000)[:1_000_000])


@pytest.mark.parametrize(
    "noise", [">\n", "_\n", "> a\n", "Tel 1\n", "-- \n", "Kind regards,\n", "order \n", "not order "]
)
@pytest.mark.parametrize("start", ["please refund it\n\n> I like my 12346\n", "refund 12346\n\nKind regards,\nAda\n"])
async def test_nor_does_a_reply_to_a_mail_or_a_signature(start: str, noise: str) -> None:
    await reads_in_time((start + noise * 1_000_000)[:1_000_000])


async def reads_in_time(message: str) -> None:
    began = time.process_time()
    act_of(message)
    await RulesLanguage().classify(message)
    await RulesLanguage().extract(message)
    assert time.process_time() - began < 60
