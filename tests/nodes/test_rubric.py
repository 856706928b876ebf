"""Every criterion by table; and whatever is judged, a score is between 0 and 1."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.testing import brief
from nodes.ports.language import Bound, Brief, Unit
from nodes.writing import rubric

SENTENCE = "The return window is now thirty days long."
LONG = (
    "We are writing because the shop and the warehouse and the office and the returns desk " * 2
    + "are closed on Monday."
)


def at_most(count: int, unit: Unit) -> Bound:
    return {"unit": unit, "least": 0, "most": count}


CASES = [
    # (criterion, the brief asks, the draft, its score, why)
    ("length", {"max_words": 3}, "one two three", 1.0, "a bound may be reached"),
    ("length", {"max_words": 3}, "one two three four", 0.038, "one word too many breaks it"),
    ("length", {"min_words": 4}, "one two three", 0.038, "one word too few breaks it"),
    ("length", {"min_words": 2, "max_words": 4}, "one two three", 1.0, "between the bounds"),
    ("length", {}, "one", None, "no bound, nothing to score"),
    ("length", {"max_words": 3}, "one - two", 1.0, "words are counted as wc counts them"),
    ("required_terms", {"must_mention": ["returns page"]}, "See the Returns\nPage.", 1.0, "case and line breaks do not matter"),
    ("required_terms", {"must_mention": ["returns page"]}, "See the returns.", 0.0, "half a term is none"),
    ("required_terms", {"must_mention": ["a", "b", "c", "d"]}, "a b c", 0.038, "one of four missing breaks it"),
    ("required_terms", {"must_mention": ["don't"]}, "We don’t.", 1.0, "typography does not matter"),
    ("required_terms", {"must_mention": ["art"]}, "A smart start.", 0.0, "only words of its own"),
    ("required_terms", {"must_mention": ["20%"]}, "Now 20% off.", 1.0, "signs count"),
    ("required_terms", {"must_mention": ["C++"]}, "We use C++.", 1.0, "signs at the end"),
    ("forbidden_terms", {"must_not_mention": ["price"]}, "All prices stay.", 0.0, "a plural is the word"),
    ("forbidden_terms", {"must_not_mention": ["cheap"]}, "It is cheaper.", 1.0, "another word is not"),
    ("forbidden_terms", {"must_not_mention": ["cheap", "free"]}, "It is free.", 0.025, "one of two"),
    ("forbidden_terms", {}, "cheap", None, "nothing is forbidden"),
    ("on_topic", {"topic": "announce the return window"}, SENTENCE, 1.0, "it says what it is about"),
    ("on_topic", {"topic": "announce the summer party"}, SENTENCE, 0.0, "it is about something else"),
    ("on_topic", {"topic": "announce the cheap party", "must_not_mention": ["cheap"]}, "A party.", 1.0, "what is banned is not asked"),
    ("on_topic", {"topic": "announce the closed canteen on Monday"}, "The canteen rests on Monday.", 1.0, "in other words"),
    ("on_topic", {"topic": "tell customers, in German"}, "Wir haben die Frist verlängert.", None, "a translation"),
    ("on_topic", {"topic": "Écris aux clients pour annoncer que le magasin ferme le 14 juillet"}, "Le magasin ferme le 14 juillet.",
     1.0, "what is told, not that it is to be written"),
    ("on_topic", {"topic": "Schreibe eine kurze E-Mail über den Umzug"}, "Der Umzug ist am Montag, und alle helfen mit.", 1.0, "in German"),
    ("points", {"points": ["Returns take 30 days."]}, "You have 30 days for returns.", 1.0, "in other words"),
    ("points", {"points": ["Returns take 30 days."]}, "You have 14 days for returns.", 0.0, "another figure"),
    ("points", {"points": ["Returns take 30 days.", "Sale items are excluded."]}, SENTENCE + " Returns take 30 days.", 0.025, "one of two"),
    ("points", {"topic": "tell them that returns take 30 days and that sale items are excluded"}, "Returns take 30 days.", 0.025,
     "what the topic tells is to be said"),
    ("points", {"topic": "customers whose orders were late, and tell them that parcels leave on Monday"}, "Your order was late.", 0.0,
     "after a relative clause too"),
    ("points", {"topic": "tell customers who ordered early that parcels leave on Monday"}, "Thank you, early customers.", 0.0,
     "when it is said who they are"),
    ("points", {"topic": "tea", "wishes": ["Say that water is in the lobby"]}, "Tea is off.", 0.0, "a sentence of its own"),
    ("points", {"topic": "tea", "wishes": ["Ask them to keep the taps closed"]}, "Tea is off.", 0.0, "what they are to do"),
    ("points", {"topic": "tea", "wishes": ["Ask them to keep the taps closed"]}, "Please keep your taps closed.", 1.0, "in any words"),
    ("points", {"topic": "Schreiben Sie Frau Müller, dass ihr Paket am Montag kommt"}, "Guten Tag Frau Müller, der Laden schließt.", 0.0,
     "by name"),
    ("points", {"topic": "open until 2 pm, closed on the 1st"}, "Open until 14:00, closed on the first.", 1.0,
     "hours and days in other forms"),
    ("required_terms", {"signature": "the Green team"}, "It is here.\n\nThe Blue team", 0.0, "somebody else has signed it"),
    ("points", {"topic": "announce to customers that they can return items within 30 days and that returns are free"},
     "You can return items within 30 days.", 0.025, "the words of one point are not those of another"),
    ("points", {"topic": "write to customers that our shop opens at 9 and that our shop closes early"}, "Our shop opens at 9.", 0.025,
     "what only that point says"),
    ("points", {"topic": "tell them that we move on 3 May, parking is free and dogs are welcome"}, "We are moving on 3 May.", 0.017,
     "statements without a 'that'"),
    ("points", {"topic": "tell them that we move on 3 May, parking is free and dogs are welcome"},
     "We are moving on 3 May. Parking is free there, and your dog is welcome.", 1.0, "all three"),
    ("points", {"topic": "inform staff about the new canteen, the longer opening hours and the free coffee"},
     "The new canteen is open.", 0.017,
     "a list of subjects"),
    ("points", {"topic": "announce the new canteen, longer opening hours and free coffee"}, "The new canteen is open.", 0.017,
     "subjects without articles"),
    ("points", {"topic": "tell customers that orders ship within two days and shipping costs nothing"}, "Orders ship within two days.",
     0.025, "a verb of its own"),
    ("points", {"topic": "tell customers that orders ship within two days and shipping is free"},
     "Orders ship within two days, at no cost.", 1.0, "free in other words"),
    ("points", {"topic": "remind staff to lock the doors and switch off the lights"}, "Please lock the doors.", 0.025, "two things to do"),
    ("points", {"topic": "remind employees to read the terms and conditions"}, "Please read the terms and conditions.", 1.0, "one thing"),
    ("points", {"topic": "invite customers to the fair on 5 May"}, "Come to our fair on 5 May.", 1.0, "a place is nothing to do"),
    ("points", {"topic": "tell customers that in July, our busiest month, the shop is closed"}, "In July the shop is closed.", 1.0,
     "when it is so is no statement"),
    ("points", {"topic": "announce the sale to members and the press"}, "The sale has started.", None, "readers are no subjects"),
    ("points", {"topic": "Schreibe den Kunden, dass der Laden um 9 öffnet und der Parkplatz frei ist"}, "Der Laden öffnet um 9.", 0.025,
     "in German without a second 'dass'"),
    ("points", {"topic": "Écris aux clients que le magasin ferme lundi et le parking reste ouvert"},
     "Chers clients, notre magasin ferme lundi, merci de votre visite.", 0.025,
     "in French"),
    ("points", {"points": ["The timer runs for 25 minutes."]}, "The timer runs for twenty-five minutes.", 1.0, "tens and ones in words"),
    ("points", {"points": ["The timer runs for 5 minutes."]}, "The timer runs for twenty-five minutes.", 0.0, "25 is not 5"),
    ("points", {"points": ["It costs 150 euros."]}, "It costs one hundred and fifty euros.", 1.0, "hundreds in words"),
    ("facts", {"topic": "the sale starts on 4 July"}, "The sale starts on 4 July, with 50% off.", 0.025, "an invented figure"),
    ("facts", {"topic": "the sale"}, "See www.shop.example or write to a@shop.example.", 0.0, "invented addresses"),
    ("facts", {"topic": "see www.shop.example, two rooms"}, "See www.shop.example.\n1. One\n2. Two\n3. All", 1.0,
     "the brief's, and a list's"),
    ("facts", {"topic": "the sale"}, "It starts.", None, "nothing to check"),
    ("structure", {"kind": "mail", "text": "Write an e-mail"}, "Dear Ada,\n\nIt is here.\n\nKind regards", 0.8, "an e-mail has a subject"),
    ("points", {"topic": "announce the 20% sale"}, "The sale has begun.", 0.0, "a figure of the topic"),
    ("points", {"topic": "write to members who joined before 2020 that the pool closes at 6"}, "Dear members, the pool closes at 6.", 1.0,
     "who the readers are need not be said"),
    ("points", {"topic": "write about the pool, which opened in 2020"}, "Our pool is open.", 0.0, "what the subject is has to"),
    ("points", {"topic": "announce the 1,000 seats"}, "Es gibt jetzt 1.000 Plätze für unsere Gäste.", 1.0, "figures of a translation"),
    ("points", {"topic": "announce the 1,000 seats"}, "Es gibt jetzt viele Plätze für unsere Gäste.", 0.0, "one that lost them"),
    ("points", {"topic": "open for 5 days"}, "We are open for five days.", 1.0, "a number in words"),
    ("points", {"topic": "Schreibe den Kunden, dass der Laden schließt und dass Rückgaben 30 Tage dauern"}, "Der Laden schließt bald.",
     0.025, "in German"),
    ("points", {"topic": "Dis-leur que la boutique ferme et que les retours prennent 30 jours"}, "Nous fermons la boutique.",
     0.025, "in French"),
    ("required_terms", {"must_mention": ["garden"]}, "The party is here.<!-- garden -->", 0.0, "nobody sees a comment"),
    ("required_terms", {"must_mention": ["garden"]}, "The party is in the gar\u00adden.", 1.0, "a soft hyphen shows nothing"),
    ("length", {"bounds": [at_most(1, "sentences")]}, "Der Laden öffnet am 24. Dezember.", 1.0, "a German date ends no sentence"),
    ("length", {"bounds": [at_most(1, "sentences")]}, f"Subject: News\n\nDear Ada,\n\n{SENTENCE}\n\nBye", 1.0, "frames are no sentences"),
    ("length", {"bounds": [at_most(1, "sentences")]}, f"{SENTENCE} {SENTENCE}", 0.025, "two sentences"),
    ("length", {"bounds": [{"unit": "paragraphs", "least": 2, "most": 2}]}, f"News\n\n{SENTENCE}\n\n{SENTENCE}", 1.0, "two paragraphs"),
    ("length", {"bounds": [at_most(10, "characters")]}, "0123456789", 1.0, "ten characters"),
    ("length", {"max_words": 9, "bounds": [at_most(5, "characters")]}, "0123456789", 0.025, "one bound of two"),
    ("readability", {}, SENTENCE, 1.0, "a short sentence"),
    ("readability", {}, LONG, 0.389, "one long sentence"),
    ("readability", {}, "", 0.0, "nothing cannot be read"),
    ("structure", {"kind": "note"}, SENTENCE, 1.0, "a note is sentences"),
    ("structure", {"kind": "note"}, "The return window is", 0.5, "cut off"),
    ("structure", {"kind": "announcement"}, f"News\n\n{SENTENCE}", 1.0, "a title, then the text"),
    ("structure", {"kind": "announcement"}, SENTENCE, 0.667, "no title"),
    ("structure", {"kind": "mail"}, f"Subject: News\n\nDear Ada,\n\n{SENTENCE}\n\nKind regards", 1.0, "a whole mail"),
    ("structure", {"kind": "mail"}, "Sehr geehrte Frau Ott,\n\nwir haben neue Preise.\n\nMit freundlichen Grüßen\nTom", 1.0, "in German"),
    ("structure", {"kind": "note"}, "Version 2\n\n- Dark mode\n- Faster search", 1.0, "a list needs no full stop"),
    ("structure", {"kind": "mail"}, SENTENCE, 0.5, "no greeting, no farewell"),
    ("repetition", {}, SENTENCE, 1.0, "said once"),
    ("repetition", {}, f"{SENTENCE} {SENTENCE}", 0.231, "said twice"),
    ("repetition", {}, f"The return window is now\n\n{SENTENCE}", 1.0, "a title may say what the text says"),
]  # fmt: skip


@pytest.mark.parametrize(("criterion", "asks", "draft", "score", "why"), CASES)
def test_a_criterion(criterion: str, asks: dict[str, Any], draft: str, score: float | None, why: str) -> None:
    scored = {one["criterion"]: one for one in rubric.by_code(brief(**asks), draft)}
    assert (scored[criterion]["score"] if criterion in scored else None) == score, why
    if score is not None:
        assert bool(scored[criterion]["feedback"]) == (score < 1)


def test_many_points_take_no_long_time() -> None:
    """Linear enough: every point is held against what is there, not against every other point."""
    points = [f"Room {number} has desk {number}." for number in range(2000)]
    scored = {one["criterion"]: one["score"] for one in rubric.by_code(brief(points=points), " ".join(points))}
    assert scored["points"] == 1.0


UNSENDABLE = [
    # (the topic of the brief, the draft, a word of the remark)
    ("tell staff that it is closed", "Tell staff that it is closed on Monday.", "instruction"),
    ("write an e-mail to customers", "This is about write an e-mail to customers.", "instruction"),
    ("reply to a complaint", "Subject: Reply to a complaint\n\nWe are sorry.", "instruction"),
    ("news", "Write to [Name].", "placeholder"),
    ("news", "Dear <customer>, it is here.", "placeholder"),
    ("news", "Dear {first_name}, it is here.", "placeholder"),
    ("news", "It opens on ____.", "placeholder"),
    ("news", "Dear,\n\nIt is here.", "greeted"),
    ("news", "Dear a customer,\n\nIt is here.", "greeted"),
    ("news", "It is here..", "punctuation"),
    ("news", "It is here,, and new.", "punctuation"),
    ("news", "It is the the new one.", "twice"),
    ("news", "It is here. orders ship today.", "capital"),
    ("news", "Sure! Here is the text:\n\nIt is here.", "preface"),
    ("news", "Hier ist der Entwurf:\n\nEs ist da.", "preface"),
    ("news", "It is **here**.", "Markdown"),
    ("news", "## News\n\nIt is here.", "Markdown"),
    ("news", "It is here.<br>And new.", "HTML"),
    ("news", "It is here.<!-- and not there -->", "HTML"),
    ("news", "It is he\u200bre.", "nobody sees"),
    ("news", "It is here, and the…", "Finish"),
    ("news", "Dear {{ customer.name }}, it is here.", "placeholder"),
    ("news", "Dear %FIRSTNAME%, it is here.", "placeholder"),
    ("news", "It opens at XX:XX.", "placeholder"),
    ("news", "It is here. Ask INSERT NAME for details.", "placeholder"),
    ("news", "It is here.\n\nI hope this meets your requirements!", "a word about it"),
    ("news", "It is here.\n\nWould you like me to make it longer?", "a word about it"),
    ("write to Mr Smith about the delay", "Dear Mr Jones,\n\nit is late.", "the brief does not name"),
    ("write to Mr Smith about the delay", "Dear Mrs Smith,\n\nit is late.", "the brief does not name"),
    ("write to Mr Smithson about the delay", "Dear Mr Smith,\n\nit is late.", "the brief does not name"),
    ("write to Anna about the delay", "Dear Peter,\n\nit is late.", "the brief does not name"),
    ("news", "It is here. Contact NAME HERE.", "placeholder"),
    ("news", "It is here. Write to us (insert e-mail).", "placeholder"),
    ("news", "It is here.\n\nKind regards\nYour Name", "placeholder"),
    ("news", "It is here. I hope this meets your requirements!", "a word about it"),
    ("news", "It is here.\n\nShall I make it shorter?", "a word about it"),
    ("news", "It is here.\n\nDo you want me to adjust the tone?", "a word about it"),
    ("news", "It is here.\n\nHappy to revise!", "a word about it"),
    ("news", "It is here.\n\nThis draft keeps to the word limit.", "a word about it"),
    ("news", "It is here.\n\nLet me know if this works for you or if I should change anything.", "a word about it"),
    ("news", "It is here.\n\nLet me know if you would like any changes!", "a word about it"),
    ("news", "It is here.\n\n(Word count: 3)", "a word about it"),
    ("news", "As an AI language model, I announce it.", "a word about it"),
    ("news", "Option 1:\n\nIt is here.\n\nOption 2:\n\nIt came.", "one text"),
    ("news", "Subject: It\n\nIt is here.\n\nSubject: That\n\nIt came.", "one text"),
    ("news", '{"text": "It is here."}', "one text"),
    ("news", "IT IS HERE, AND EVERYBODY SHOULD COME TO SEE IT.", "capitals"),
    (
        "announce the opening of the shop",
        "Unser Laden ist jetzt geöffnet, und wir freuen uns sehr auf Ihren Besuch bei uns.",
        "language",
    ),
]
SENDABLE = [
    ("tell staff that it is closed", "We tell you that it is closed."),
    ("news", "Wait... It is here."),
    ("news", "We had had that that day. Pages: shop.example.com. iPhones work."),
    ("news", "See [the page](https://shop.example/x) or <https://shop.example>."),
    ("news", "Hello,\n\nit is here."),
    ("write to Mr Smith about the delay", "Dear Mr Smith,\n\nwe are sorry for the delay."),
    ("write to Mr and Mrs Smith about the delay", "Dear Mr Smith,\nDear Mrs Smith,\n\nit is late."),
    ("write to Mr Smith and Mrs Smith about the delay", "Dear Mr Smith,\nDear Mrs Smith,\n\nit is late."),
    ("write to Mr and Mrs Smith about the delay", "Dear Mrs Smith, dear Mr Smith,\n\nit is late."),
    ("write to Anna Smith about the delay", "Dear Anna,\n\nit is late."),
    ("write to Anna Smith about the delay", "Dear Team,\n\nit is late."),
    ("write to Ms Ott about the invoice", "Dear Ms Ott,\n\nit is ready."),
    ("news", "The appointment moved. I hope that suits you."),
    ("news", "Would you like me to change your booking?"),
    ("news", "Stir it (add milk). CLICK HERE for more. I hope this helps!"),
    ("news", "I hope that you like it. Would you like to come? ADD TASTE to it."),
    ("news", "Of course we are sorry. Here is what happened: it broke."),
    ("news", "Sure, it takes a while."),
    ("news", "Bonjour !\n\nC'est ouvert."),
    ("news, in German", "Unser Laden ist jetzt geöffnet, und wir freuen uns sehr auf Ihren Besuch bei uns."),
    ("news", "Let me know if you would like to come. Note: the word count matters. We sell AI."),
]


@pytest.mark.parametrize(("topic", "draft", "remark"), UNSENDABLE)
def test_what_no_recipient_may_see(topic: str, draft: str, remark: str) -> None:
    criteria = {one["criterion"]: one for one in rubric.by_code(brief(topic=topic), draft)}
    assert remark in criteria["sendable"]["feedback"]
    assert rubric.total(list(criteria.values())) < 0.8


@pytest.mark.parametrize(("topic", "draft"), SENDABLE)
def test_what_a_recipient_may_see(topic: str, draft: str) -> None:
    criteria = {one["criterion"]: one for one in rubric.by_code(brief(topic=topic), draft)}
    assert criteria["sendable"]["feedback"] == ""


@pytest.mark.parametrize(
    ("asks", "draft"),
    [
        ({"points": ["The door stays open."]}, "The party is on Friday."),
        ({"max_words": 4}, "One two three four five."),
        ({"must_mention": ["party", "garden"]}, "The party is on Friday."),
        ({"must_not_mention": ["Friday"]}, "The party is on Friday."),
    ],
)
def test_a_broken_must_is_never_outvoted(asks: dict[str, Any], draft: str) -> None:
    """With everything else perfect, the model's judgement too, the score stays under the usual threshold."""
    perfect = rubric.by_model(
        [{"criterion": name, "score": 1.0, "feedback": ""} for name in ("faithfulness", "clarity", "tone")]
    )
    every = {"topic": "", "max_words": 99, "must_mention": ["five" if "five" in draft else "party"]}
    assert rubric.total([*rubric.by_code(brief(**{**every, "must_not_mention": ["x"], **asks}), draft), *perfect]) < 0.8


def test_a_model_that_finds_a_draft_worthless_is_not_outvoted_either() -> None:
    worthless = rubric.by_model(
        [{"criterion": name, "score": 0.0, "feedback": "no"} for name in ("faithfulness", "clarity", "tone")]
    )
    asked = brief(topic="party", max_words=9, must_mention=["party"], must_not_mention=["x"])
    code = rubric.by_code(asked, "The party is on Friday.")
    assert (rubric.total(code), rubric.total([*code, *worthless])) == (1.0, 0.45)


def test_an_unfaithful_draft_is_not_outvoted() -> None:
    judged = rubric.by_model([{"criterion": "faithfulness", "score": 0.2, "feedback": "Where does that come from?"}])
    code = rubric.by_code(brief(topic="party", max_words=9), "The party is on Friday.")
    assert rubric.total([*code, *judged]) < 0.8


def test_a_score_outside_its_range_is_held_to_it() -> None:
    odd = [{"criterion": "tone", "score": score, "feedback": ""} for score in (-1.0, 7.0, float("nan"))]
    assert [one["score"] for one in rubric.by_model(odd)] == [0.0, 1.0, 0.0]  # type: ignore[arg-type]


def test_without_criteria_the_score_is_0() -> None:
    assert rubric.total([]) == 0.0


TERMS = st.lists(st.text(max_size=12), max_size=4)
BRIEFS = st.builds(
    brief,
    kind=st.sampled_from(["announcement", "mail", "note"]),
    topic=st.text(max_size=60),
    points=TERMS,
    min_words=st.integers(0, 50),
    max_words=st.integers(0, 50),
    must_mention=TERMS,
    must_not_mention=TERMS,
)


@settings(max_examples=80, deadline=None)
@given(asked=BRIEFS, draft=st.text(max_size=300))
def test_every_score_is_between_0_and_1(asked: Brief, draft: str) -> None:
    criteria = rubric.by_code(asked, draft)
    assert all(0 <= one["score"] <= 1 for one in criteria)
    assert 0 <= rubric.total(criteria) <= 1
