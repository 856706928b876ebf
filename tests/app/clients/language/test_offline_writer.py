"""The offline writer: lays out what a brief states, adds nothing, and says when a model is needed."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.clients.language.offline_writer import draft
from nodes import texts
from nodes.ports.errors import InvalidInput, NotConfigured
from nodes.ports.language import Brief
from nodes.writing import rubric
from nodes.writing.briefs import Fields, understand

LAMP = Fields(
    kind="mail",
    audience="Mrs Hansen",
    points=["We are sorry that your lamp arrived with a cracked shade", "A new shade is on its way."],
    signature="Tom, Example Shop",
)
WRITTEN: list[tuple[str, Fields, str]] = [
    (
        "announce the new 30-day return window to customers, under 120 words, mention the returns page",
        {},
        "New 30-day return window\n\nDear customers,\n\n"
        "We are announcing the new 30-day return window. For more, see the returns page.",
    ),
    ("Tell all staff that the office is closed on Friday.", {}, "Dear staff,\n\nThe office is closed on Friday."),
    (
        "remind employees to submit their expenses by 31 March",
        {},
        "Dear employees,\n\nPlease remember to submit your expenses by 31 March.",
    ),
    (
        "thank volunteers for their help at the fair, keep it warm",
        {},
        "Dear volunteers,\n\nThank you for your help at the fair.",
    ),
    (
        "warn users about the phishing mails, mention security@example.com",
        {},
        "Dear users,\n\nPlease be aware of the phishing mails. For questions, write to security@example.com.",
    ),
    (
        "Apologise to customers for the outage on 12 May. Don't promise a date. Sign as the platform team.",
        {},
        "Dear customers,\n\nWe apologise for the outage on 12 May.\n\nPlatform team",
    ),
    (
        "announcement: we're moving in March. the returns desk stays open.",
        {},
        "Announcement\n\nWe're moving in March. The returns desk stays open.",
    ),
    (
        "Email to the team\n- standup moves to 9:30\n- please fill in the planner by Friday\nmax 60 words, friendly",
        {},
        "Subject: Standup moves to 9:30\n\nDear team,\n\n"
        "Standup moves to 9:30. Please fill in the planner by Friday.\n\nKind regards",
    ),
    (
        "Release notes for version 2.4: dark mode, faster search, fixed crash when exporting PDF. Under 80 words.",
        {},
        "Version 2.4\n\n- Dark mode\n- Faster search\n- Fixed crash when exporting PDF",
    ),
    ("Tell the team the office is closed tomorrow", {}, "Dear team,\n\nThe office is closed tomorrow."),
    (
        "Notify customers that we are closed on 2 January, that orders are not affected, and that we reopen on 3 January.",
        {},
        "Dear customers,\n\nWe are closed on 2 January, orders are not affected, and we reopen on 3 January.",
    ),
    (
        "warn customers not to click links in e-mails that ask for their password",
        {},
        "Dear customers,\n\nPlease do not click links in e-mails that ask for your password.",
    ),
    (
        "inform staff of the price changes on 1 June",
        {},
        "Dear staff,\n\nThis is to let you know about the price changes on 1 June.",
    ),
    ("announce the move to Leeds, friendly", {}, "Move to Leeds\n\nWe are announcing the move to Leeds."),
    ("announce our new, simple, fast checkout", {},
     "New, simple, fast checkout\n\nWe are announcing our new, simple, fast checkout."),
    ("Announce that we will no longer ship to Norway", {}, "Announcement\n\nWe will no longer ship to Norway."),
    ("Write a memo: (1) doors lock at 8 pm (2) badges are mandatory (3) bring yours", {},
     "- Doors lock at 8 pm\n- Badges are mandatory\n- Bring yours"),
    ("invite Ms. Rivera to an interview on 3 May in room 5. Bring a passport. Sign: Anna, HR", {},
     "Dear Ms. Rivera,\n\nYou are invited to an interview on 3 May in room 5. Bring a passport.\n\nAnna, HR"),
    (
        "reply to a complaint about a broken lamp",
        LAMP,
        "Subject: Complaint about a broken lamp\n\nDear Mrs Hansen,\n\nWe are sorry that your lamp arrived with a cracked shade. "
        "A new shade is on its way.\n\nKind regards\nTom, Example Shop",
    ),
    ("lamp", {**LAMP, "signature": "Best wishes, Tom", "points": ["It works."]},
     "Subject: Lamp\n\nDear Mrs Hansen,\n\nIt works.\n\nBest wishes, Tom"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "fields", "written"), WRITTEN)
def test_what_a_brief_states_is_laid_out(text: str, fields: Fields, written: str) -> None:
    asked = understand(text, fields)
    assert draft(asked) == written
    assert rubric.total(rubric.by_code(asked, written)) == 1.0


NEEDS_A_MODEL = [
    # (the brief, what the refusal names)
    ("e-mail to staff about the new canteen, 40-60 words", "the new canteen"),
    ("Write to customers whose orders were delayed. Apologise, say that all parcels left on Monday.", "Apologise"),
    ("Reply to a complaint: Mrs Hansen received a broken lamp. Tell her that a new one is on its way.", "Tell her"),
    ("explain to a customer why we can't refund order 12350 without sounding harsh", "explain to a customer"),
    ("product text for a blue kettle, 1.5 litres, works on induction, 39 euros", "a blue kettle"),
    ("press release about the opening of our third shop on 4 May", "the opening"),
    ("write a thank-you note to the volunteers who helped at the fair", "the volunteers who helped"),
    ("tell volunteers that our engineers have lost their keys", "their keys"),
    ("Thank customers for 10 years of loyalty and announce a discount in May", "announce a discount"),
    ("Tell customers: No returns after 30 days. Keep your receipt.", "Keep your receipt"),
    ("tell guests breakfast is now served until 11", "breakfast"),
    ("We are looking for a text that convinces people", "We are looking"),
    ("announce the sale; use bullet points", "use bullet points"),
    ("announce the sale in German", "English"),
    ("Schreibe eine E-Mail an unsere Kunden: Ab März gilt ein Rückgaberecht von 30 Tagen.", "English"),
    ("Kündige die neue Kantine an, 40-60 Wörter, erwähne die Speisekarte", "English"),
    ("Rédige une annonce pour nos clients : le magasin est fermé le 14 juillet.", "English"),
    ("写一封邮件给客户", "English"),
    ("write me a poem about autumn", "poem"),
    ("something nice for our customers", "something nice"),
    ("", '""'),
]


@pytest.mark.parametrize(("text", "named"), NEEDS_A_MODEL)
def test_what_takes_more_than_that_needs_a_model(text: str, named: str) -> None:
    with pytest.raises(NotConfigured) as refused:
        draft(understand(text, {}))
    assert named in str(refused.value)
    assert "SWITCHBOARD_MODEL" in str(refused.value)


MISSED = [
    # (the brief, the criterion that it misses, what is said about it)
    ("congratulate the team on the launch, 20 to 40 words", "length", "It has 6 words"),
    ("announce the sale. It starts on Monday. It ends on Friday. At most one sentence.", "length", "3 sentences"),
    ("announce the sale. It starts on Monday, at most 20 characters", "length", "characters"),
    ("announce the sale, mention the garden", "required_terms", '"garden"'),
    ("announce the cheap card, do not mention cheap", "forbidden_terms", '"cheap"'),
]


@pytest.mark.parametrize(("text", "criterion", "told"), MISSED)
def test_it_neither_pads_nor_drops_and_the_rubric_names_what_is_missed(text: str, criterion: str, told: str) -> None:
    asked = understand(text, {})
    criteria = {one["criterion"]: one for one in rubric.by_code(asked, draft(asked))}
    assert [name for name, one in criteria.items() if one["score"] < 1] == [criterion]
    assert told in criteria[criterion]["feedback"]
    assert rubric.total(list(criteria.values())) < 0.8


FRAME = """subject dear hello announcement we are announcing introducing launching apologise confirm encourage you please
remember do not let know that aware of for invited to welcome thank congratulations on this is a reminder
about more see the and questions write or kind regards your yours announce"""


def added(asked: Brief, written: str) -> set[str]:
    """The words of a text that neither its brief nor the frame has."""
    given = " ".join([asked.get("text", ""), asked["audience"], asked.get("signature", ""), *asked["points"]])
    return set(texts.content_stems(written)) - set(texts.content_stems(f"{given} {FRAME}"))


@pytest.mark.parametrize(("text", "fields", "written"), WRITTEN)
def test_it_states_nothing_that_the_brief_does_not_state(text: str, fields: Fields, written: str) -> None:
    assert added(understand(text, fields), written) == set()


PIECES = [
    "tell staff that",
    "announce",
    "the sale",
    "is on Monday",
    ".",
    "\n",
    "- ",
    "mention",
    "under 5 words",
    ",",
    "it's",
    "they",
    ";",
]


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=9).map(" ".join))
def test_no_brief_is_too_odd(text: str) -> None:
    try:
        asked = understand(text, {})
        written = draft(asked)
    except (InvalidInput, NotConfigured):
        return
    assert re.search(r"\w", written)
    assert added(asked, written) == set()
    assert 0 <= rubric.total(rubric.by_code(asked, written)) <= 1
