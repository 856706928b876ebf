"""Plain words, read into bounds."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodes.ports.errors import InvalidInput
from nodes.ports.language import Bound
from nodes.writing.briefs import Fields, said, understand

READ = [
    # (what is asked, what is understood; everything else is empty)
    (
        "announce the new 30-day return window to customers, under 120 words, mention the returns page",
        {"kind": "announcement", "topic": "announce the new 30-day return window", "audience": "customers", "max_words": 120,
         "must_mention": ["returns page"]},
    ),
    (
        "Write a friendly e-mail to members about the summer party on 4 July, 60-100 words, mention the garden and free "
        "drinks. Do not mention prices.",
        {"kind": "mail", "topic": "the summer party on 4 July", "audience": "members", "tone": "friendly", "min_words": 60,
         "max_words": 100, "must_mention": ["garden", "free drinks"], "must_not_mention": ["prices"]},
    ),
    (
        'Tell residents that the lift is out of order on Monday. Repairs take two days. Don\'t use the word "broken".',
        {"topic": "Tell that the lift is out of order on Monday", "points": ["Repairs take two days."],
         "audience": "residents", "must_not_mention": ["broken"]},
    ),
    (
        "note for the team: the stand-up moves to 9:30; mention the calendar and 'room 4'; avoid jargon",
        {"topic": "the stand-up moves to 9:30", "audience": "team", "must_mention": ["calendar", "room 4"],
         "must_not_mention": ["jargon"]},
    ),
    (
        "Announce that the shop closes at 5, in a formal tone, without mentioning competitors",
        {"kind": "announcement", "topic": "Announce that the shop closes at 5", "tone": "formal",
         "must_not_mention": ["competitors"]},
    ),
    ("tell staff about the audit, mention that it takes two hours", {"topic": "tell about the audit", "audience": "staff",
     "points": ["it takes two hours"]}),
    ("a 100-word memo reminding employees to file expenses", {"topic": "reminding to file expenses", "audience": "employees",
     "min_words": 80, "max_words": 120}),
    ("announce our webshop to everyone, mention shop.example/help and 20% off", {"kind": "announcement",
     "topic": "announce our webshop", "audience": "everyone", "must_mention": ["shop.example/help", "20% off"]}),
    ("the sale, keep it under fifty words", {"topic": "the sale", "max_words": 50}),
    ("the sale. At least 30 words and no more than 80 words", {"topic": "the sale", "min_words": 30, "max_words": 80}),
    ("the sale, between 200 and 100 words", {"topic": "the sale", "min_words": 100, "max_words": 200}),
    ("the sale, exactly 40 words", {"topic": "the sale", "min_words": 40, "max_words": 40}),
    ("the sale, 1,200 words or less", {"topic": "the sale", "max_words": 1200}),
    ("tell customer service about the sale", {"topic": "tell customer service about the sale"}),
    ("Draft an email to customers apologising for the delay; be empathetic; don't promise a date; use bullet points",
     {"kind": "mail", "topic": "apologising for the delay", "audience": "customers", "tone": "empathetic",
      "wishes": ["don't promise a date", "use bullet points"]}),
    ("We need a short announcement for our employees about the early closing on Friday.",
     {"kind": "announcement", "topic": "the early closing on Friday", "audience": "employees"}),
    ("write 100-50 words about tea", {"topic": "write about tea", "min_words": 50, "max_words": 100}),
    # bounds that hold at once: the highest of the lower ones, the lowest of the upper ones
    ("the sale, 50-100 words, at least 60 words, under 90 words", {"topic": "the sale", "min_words": 60, "max_words": 90}),
    ("the sale, under 100 words, at most 80 words", {"topic": "the sale", "max_words": 80}),
    ("a 100-word memo on the sale, under 110 words", {"topic": "the sale", "min_words": 80, "max_words": 110}),
    # other people's words
    ("explain the 50 words of the poem, at least 200 words", {"topic": "explain the 50 words of the poem", "min_words": 200}),
    # what must not be more is at most
    ("Don't go over 60 words. The fair is on 5 May.", {"topic": "The fair is on 5 May", "max_words": 60}),
    ("do not write more than 100 words on tea; not shorter than 80 words", {"topic": "on tea", "min_words": 80, "max_words": 100}),
    ("tea, two or three short sentences", {"topic": "tea", "bounds": [{"unit": "sentences", "least": 2, "most": 3}]}),
    ("tea, a maximum of twelve sentences", {"topic": "tea", "bounds": [{"unit": "sentences", "least": 0, "most": 12}]}),
    ("tea, at most twenty-five characters", {"topic": "tea", "bounds": [{"unit": "characters", "least": 0, "most": 25}]}),
    ("tea, half a dozen sentences", {"topic": "tea", "bounds": [{"unit": "sentences", "least": 6, "most": 6}]}),
    ("tea, one hundred and fifty words", {"topic": "tea", "min_words": 120, "max_words": 180}),
    ("tea, between one hundred and two hundred words", {"topic": "tea", "min_words": 100, "max_words": 200}),
    ("tea, at least two hundred words", {"topic": "tea", "min_words": 200}),
    ("tea, between fifteen and twenty-five words", {"topic": "tea", "min_words": 15, "max_words": 25}),
    ("tea, a single sentence", {"topic": "tea", "bounds": [{"unit": "sentences", "least": 1, "most": 1}]}),
    ("explain a single sentence of Kafka", {"topic": "explain a single sentence of Kafka"}),
    ("der Tee, höchstens zwölf Sätze", {"topic": "der Tee", "bounds": [{"unit": "sentences", "least": 0, "most": 12}]}),
    ("der Tee, fünfundzwanzig Wörter höchstens", {"topic": "der Tee", "max_words": 25}),
    ("der Tee, höchstens dreißig Wörter", {"topic": "der Tee", "max_words": 30}),
    ("le thé, vingt-cinq mots au maximum", {"topic": "le thé", "max_words": 25}),
    ("le thé, une douzaine de phrases", {"topic": "le thé", "bounds": [{"unit": "sentences", "least": 12, "most": 12}]}),
    ("tea, nicht mehr als 1.000 Zeichen", {"topic": "tea", "bounds": [{"unit": "characters", "least": 0, "most": 1000}]}),
    ("le thé, en moins de 100 mots", {"topic": "le thé", "max_words": 100}),
    # of the parts, and of no text
    ("tea in 2 sentences, each with at most 10 words", {"topic": "tea", "wishes": ["make it each with at most 10 words"],
     "bounds": [{"unit": "sentences", "least": 2, "most": 2}]}),
    ("ask staff to bring 2 words of advice", {"topic": "ask to bring 2 words of advice", "audience": "staff"}),
    ("the sale, mention the voucher but not the strike", {"topic": "the sale", "must_mention": ["voucher"],
     "must_not_mention": ["strike"]}),
    ("Schreibe eine E-Mail über die Messe, erwähne den Gutschein, aber nicht den Streik", {"kind": "mail",
     "topic": "Schreibe eine E-Mail über die Messe", "must_mention": ["Gutschein"], "must_not_mention": ["Streik"]}),
    ("Rédigez une lettre sur la foire, sans parler de la grève", {"kind": "mail", "topic": "Rédigez une lettre sur la foire",
     "must_not_mention": ["grève"]}),
    ("Write a 3-paragraph letter about the fair", {"kind": "mail", "topic": "Write letter about the fair",
     "bounds": [{"unit": "paragraphs", "least": 3, "most": 3}]}),
    ("mention the returns page", {"must_mention": ["returns page"]}),
    ("", {}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "understood"), READ)
def test_what_a_brief_asks(text: str, understood: dict[str, Any]) -> None:
    read = {name: value for name, value in understand(text, Fields()).items() if value}
    assert read == {"kind": "note", **understood} | ({"text": text} if text else {})


def test_what_is_given_by_name_goes_first() -> None:
    read = understand(
        "a note to staff about the sale, under 50 words, mention the shop",
        Fields(kind="mail", audience="customers", max_words=20, must_mention=["door"]),
    )
    assert (read["kind"], read["audience"], read["max_words"]) == ("mail", "customers", 20)
    assert read["must_mention"] == ["door", "shop"]


CONTRADICTIONS = [
    (
        "announce that shipping is free; do not say that shipping is free",
        Fields(),
        'no mention of "shipping is free"; keep one.',
    ),
    ("announce the sale but don't mention the sale", Fields(), 'no mention of "sale"; keep one.'),
    ("mention the price but do not mention the price", Fields(), 'no mention of "price"; keep one.'),
    (
        "write a formal, informal note about the sale",
        Fields(),
        "a tone that is formal and one that is informal; keep one.",
    ),
    (
        "write 100-50 words about tea, at least 200 words, under 10 words",
        Fields(),
        "The brief asks for at least 200 words and at most 10 words; keep one.",
    ),
    ("tea, at least 200 words, under 10 words", Fields(), "at least 200 words and at most 10 words"),
    ("tea, exactly 40 words, exactly 50 words", Fields(), "exactly 50 words and exactly 40 words"),
    ("about 100 words on tea, at least 200 words", Fields(), "at least 200 words and 80-120 words"),
    ("tea, under 50 words", Fields(min_words=80), "at least 80 words and at most 50 words"),
    ("tea", Fields(min_words=80, max_words=50), "at least 80 words and at most 50 words"),
    ("tea, mention milk, do not mention Milk", Fields(), '"milk" and no mention of "Milk"'),
    ("tea, mention the discount, don't mention discounts", Fields(), '"discount" and no mention of "discounts"'),
    (
        "tea",
        Fields(points=["All prices stay."], must_not_mention=["price"]),
        '"All prices stay." and no mention of "price"',
    ),
    ("tea, at least 200 words, at most 300 characters", Fields(), "at least 200 words and at most 300 characters"),
    ("tea, five paragraphs, at most 3 sentences", Fields(), "at least 5 paragraphs and at most 3 sentences"),
    ("tea, do not write more than 50 words, at least 60 words", Fields(), "at least 60 words and at most 50 words"),
    ("der Tee, mindestens 60 Wörter, höchstens 50 Wörter", Fields(), "at least 60 words and at most 50 words"),
    ("tea, under 50 words", Fields(length="80-120 words"), "80-120 words and at most 50 words"),
    (
        "le thé, au moins 3 phrases et une seule phrase",
        Fields(),
        "at least 3 sentences and exactly 1 sentence; keep one.",
    ),
    (
        "der Tee, mindestens 3 Sätze und nur ein Satz",
        Fields(),
        "at least 3 sentences and exactly 1 sentence; keep one.",
    ),
    ("write formally but keep it casual about the move", Fields(), "a tone that is formal and one that is casual"),
    ("write to staff about tea, formally but keep it casual", Fields(), "a tone that is formal and one that is casual"),
    ("a formal note on tea. Keep it casual.", Fields(), "a tone that is formal and one that is casual"),
    ("der Tee, förmlich, aber locker", Fields(), "a tone that is formal and one that is casual"),
    ("le thé, sur un ton formel mais décontracté", Fields(), "a tone that is formal and one that is casual"),
    ("write in English, but in German", Fields(), "a text in English and a text in German; keep one."),
    ("Schreibe eine Notiz über Tee auf Deutsch, aber auf Englisch", Fields(), "a text in German and a text in English"),
    (
        "announce the closing of our shop, do not say that we close",
        Fields(),
        '"closing of our shop" and no mention of "we close"; keep one.',
    ),
    ("tea", Fields(must_mention=["green teas"], must_not_mention=["tea"]), '"green teas" and no mention of "tea"'),
]


@pytest.mark.parametrize(("text", "fields", "said"), CONTRADICTIONS)
def test_what_cannot_both_be_is_refused(text: str, fields: Fields, said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        understand(text, fields)
    assert said in str(refused.value)


NO_CONTRADICTIONS = [
    # (the brief, why both can be)
    ("announce that we formally open the shop, keep it casual", "the shop is opened formally"),
    ("tell staff to dress formally but keep it casual on Friday", "it is about dress"),
    ("do not be formal, keep it casual", "one is what it is not to be"),
    ("it need not be formal; keep it casual", "one is not needed"),
    ("write formally to partners, keep it casual for staff", "for two readers"),
    ("keep the first paragraph formal and be casual in the second", "of two parts"),
    ("the dress code must be formal. Keep it casual.", "a code is no tone"),
    ("Seriously, we moved; keep it humorous", "a way of speaking"),
    ('mention "keep it casual", in a formal tone', "quoted"),
    ("be formal but friendly", "both are possible"),
    ("write about tea in English and in German", "two texts, or one in two languages"),
    ("write in English, but not in German", "one is excluded"),
    ("write in English, but in German for our Berlin office", "for two readers"),
    ("write in English, but mention the courses in German", "courses"),
    ("announce that lessons are no longer in English, but in German", "lessons"),
    ("write that our lessons are in English, but in German", "lessons"),
    ("announce the opening of our shop, do not say that we open late", "more than what is announced"),
    ("announce the closing of our shop, do not say that we sell", "something else"),
    ("announce a single ticket, at least 3 sentences", "not a length"),
]


@pytest.mark.parametrize(("text", "why"), NO_CONTRADICTIONS)
def test_what_can_both_be_is_not_refused(text: str, why: str) -> None:
    assert understand(text, {})["text"] == text, why


def test_a_tone_given_by_name_goes_before_the_texts() -> None:
    assert understand("write a formal note about tea", Fields(tone="casual"))["tone"] == "casual"


def test_a_term_may_hold_letters_of_a_forbidden_one() -> None:
    fields = Fields(must_mention=["Monday"], must_not_mention=["on"])
    assert understand("tea", fields)["must_mention"] == ["Monday"]


PIECES = ["mention", "do", "not", "under", "12", "words", ",", ".", "'", "to", "customers", "in", "a", "that", "\n"]


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=200) | st.lists(st.sampled_from(PIECES)).map(" ".join))
def test_no_text_is_too_odd(text: str) -> None:
    try:
        read = understand(text, Fields())
    except InvalidInput:
        return  # the text contradicts itself
    assert 0 <= read["min_words"] <= (read["max_words"] or read["min_words"])


def test_a_long_text_takes_no_long_time() -> None:
    """Linear enough: a brief of the greatest length allowed, made to backtrack."""
    assert understand("mention a, " * 1800, Fields())["must_mention"] == ["a"]


def test_many_terms_take_no_long_time() -> None:
    wanted, banned = (", ".join(f"{letter}{number}" for number in range(1500)) for letter in "ab")
    read = understand(f"tea. Mention {wanted}. Do not mention {banned}.", Fields())
    assert (len(read["must_mention"]), len(read["must_not_mention"])) == (1500, 1500)


LENGTHS = [
    # (what is asked, its topic, what is kept to)
    ("describe the blue kettle, at most 200 characters", "describe the blue kettle", ["at most 200 characters"]),
    ("exactly three sentences about the late parcel", "about the late parcel", ["exactly 3 sentences"]),
    ("the sale, in two paragraphs, 3-5 sentences", "the sale", ["3-5 sentences", "exactly 2 paragraphs"]),
    ("the sale, max. 3 sentences", "the sale", ["at most 3 sentences"]),
    (
        "Die Kantine, höchstens 80 Wörter und mindestens 2 Sätze",
        "Die Kantine",
        ["at most 80 words", "at least 2 sentences"],
    ),
    ("la fermeture, moins de 50 mots", "la fermeture", ["at most 50 words"]),
    ("passwords have 14 characters", "passwords have 14 characters", []),
    ("explain the characters of our new comic", "explain the characters of our new comic", []),
]


@pytest.mark.parametrize(("text", "topic", "kept"), LENGTHS)
def test_lengths_in_every_unit(text: str, topic: str, kept: list[str]) -> None:
    brief = understand(text, {})
    words = Bound(unit="words", least=brief["min_words"], most=brief["max_words"])
    bounds = [one for one in (words, *brief["bounds"]) if one["least"] or one["most"]]
    assert (brief["topic"], [said(one) for one in bounds]) == (topic, kept)


SIGNED = [
    ("announce the sale, signed by Tom from support", "Tom from support"),
    ("the sale. Sign: Anna, HR", "Anna, HR"),
    ("sign up for the fair", ""),
]


@pytest.mark.parametrize(("text", "signature"), SIGNED)
def test_who_signs(text: str, signature: str) -> None:
    assert understand(text, {})["signature"] == signature


def test_items_of_a_list_are_points() -> None:
    read = understand("Email to the team\n- standup moves\n- retro is cancelled\nmax 60 words", {})
    assert (read["topic"], read["points"], read["max_words"]) == ("", ["standup moves", "retro is cancelled"], 60)


@pytest.mark.parametrize(
    ("text", "must", "must_not", "sentences"),
    [
        ("Schreibe eine E-Mail über den Umzug, höchstens drei Sätze, erwähne die Adresse", ["Adresse"], [], 3),
        ("Schreibe eine Notiz über den Umzug, erwähne nicht den Preis, genau 4 Sätze", [], ["Preis"], 4),
        ("Rédigez une annonce sur la boutique, au plus 3 phrases, ne mentionnez pas le prix", [], ["prix"], 3),
        ("Écris un mail sur la boutique, mentionne le code, au plus deux phrases", ["code"], [], 2),
        ("Écrivez une annonce : le magasin ferme samedi. Deux phrases au maximum.", [], [], 2),
        ("Schreibe eine Notiz über den Umzug. Drei Sätze maximal.", [], [], 3),
    ],
)
def test_german_and_french_briefs(text: str, must: list[str], must_not: list[str], sentences: int) -> None:
    brief = understand(text, {})
    assert (brief["must_mention"], brief["must_not_mention"], brief["points"]) == (must, must_not, [])
    assert [one["most"] for one in brief.get("bounds", [])] == [sentences]


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("Schreibe eine Notiz über den Umzug in genau drei Sätzen, unter 50 Wörtern", 0, 50),
        ("Schreibe eine Notiz über den Umzug. 40 Wörter mindestens, 60 Wörter höchstens.", 40, 60),
        ("Écrivez une note sur la boutique. 40 mots au moins, 60 mots au plus.", 40, 60),
        ("Write a note about the move, 60 words at the most", 0, 60),
    ],
)
def test_a_bound_may_stand_behind_its_number(text: str, least: int, most: int) -> None:
    brief = understand(text, {})
    assert (brief["min_words"], brief["max_words"], brief["points"]) == (least, most, [])


@pytest.mark.parametrize(
    "text",
    [
        "Schreibe über die Garantie, erwähne die Garantie, aber erwähne nicht die Garantie",
        "Écris un mail, mentionne le remboursement mais ne mentionne pas le remboursement",
        "Schreib eine Notiz, mindestens 100 Wörter, höchstens 50 Wörter",
    ],
)
def test_a_contradiction_is_refused_in_any_language(text: str) -> None:
    with pytest.raises(InvalidInput, match="keep one"):
        understand(text, {})
