"""What of a page is likely to answer, judged among all that its folder says."""

from app.clients.language.research.likely_answers import with_sureness
from nodes.ports.knowledge import Found
from nodes.ports.language import Finding
from nodes.ports.sources import Page

QUESTION = "How long does the battery of the lamp last?"
LASTS = "The battery of the lamp lasts for nine hours."
TEXT = f"Lamps\n\n{LASTS}\n\nA lamp has one battery."


def page(*, address: str = "lamps.md", folder: bool = True, weight: float = 3.0, text: str = LASTS) -> Page:
    told = dict.fromkeys(("battery", "lamp", "last", "long"), weight)
    found = Found(
        id="1",
        title="Lamps",
        heading="",
        above="",
        source="lamps.md",
        text=text,
        coverage=1.0,
        weights=told,
        is_faq=False,
    )
    read = Page(address=address, title="Lamps", text=TEXT)
    return {**read, "found": [found]} if folder else read


def finding(quote: str) -> Finding:
    return Finding(claim=quote, quote=quote, relevance=0.4, place=TEXT.find(quote))


def test_a_page_of_no_folder_is_left_as_it_is() -> None:
    assert with_sureness(QUESTION, page(folder=False), [finding(LASTS)]) == [finding(LASTS)]


def test_what_says_it_already_is_the_answer() -> None:
    found = with_sureness(QUESTION, page(), [finding("A lamp has one battery."), finding(LASTS)])
    assert [(one["quote"], one["sure"] > 0.5) for one in found] == [(LASTS, True), ("A lamp has one battery.", False)]


def test_code_is_quoted_as_the_finding_has_it() -> None:
    lead, code = "For how long the battery of the lamp lasts, run the following:", "```\nlamp --nine-hours\n```"
    quoted = Finding(claim=f"{lead}\n{code}", quote=f"{lead}\n\n{code}", relevance=0.4, place=0)
    (found,) = with_sureness(QUESTION, page(text=f"{lead}\n\n{code}"), [quoted])
    assert (found["claim"], found["sure"] > 0.2) == (f"{lead}\n{code}", True)


def test_what_nobody_has_found_is_a_finding_of_its_own() -> None:
    (found,) = with_sureness(QUESTION, page(), [])
    assert (found["quote"], found["place"]) == (LASTS, TEXT.find(LASTS))


def test_what_another_page_answers_is_no_finding_of_this_one() -> None:
    assert with_sureness(QUESTION, page(address="other.md"), []) == []


def test_a_folder_of_a_few_passages_does_not_tell_how_sure_an_answer_is() -> None:
    assert with_sureness(QUESTION, page(weight=1.0), [finding(LASTS)]) == [finding(LASTS)]
