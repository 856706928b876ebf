"""What a topic asks."""

import pytest

from app.clients.language.research.queries import queries
from app.clients.language.research.topic import Kind, parts, read_topic


@pytest.mark.parametrize(
    ("topic", "kind"),
    [
        ("When was the bridge built?", "time"),
        ("In what year did the war end?", "time"),
        ("How long does the repair take?", "time"),
        ("How many people live in Oslo?", "number"),
        ("Who designed the tower?", "person"),
        ("Where is the tower?", "place"),
        ("In which city did she die?", "place"),
        ("Why do cats purr?", None),
        ("history of lighthouses", None),
    ],
)
def test_the_kind_of_answer_that_is_expected(topic: str, kind: Kind | None) -> None:
    assert read_topic(topic).expects == kind


@pytest.mark.parametrize(
    ("topic", "names"),
    [
        ("When did Marie Curie move to Paris?", {"marie", "curie", "paris"}),
        ("who won the 1998 world cup", {"1998"}),
        ("Lighthouses are built how?", set()),  # the capital that every sentence begins with
        ("THE HISTORY OF OLD LIGHTHOUSES IN WALES", set()),  # capitals that tell nothing
    ],
)
def test_names_and_figures(topic: str, names: set[str]) -> None:
    assert {term.word for term in read_topic(topic).terms if term.is_name} == names


@pytest.mark.parametrize(
    ("question", "text", "shows"),
    [
        ("When was it built?", "It was built in 1889.", True),
        ("When was it built?", "It was built by masons.", False),
        ("Was it in 1889 that it opened, or when?", "It opened in 1889.", False),  # that is what was asked with
        ("Who built the tower?", "The tower was built by Gustave.", True),
        ("Who built the tower?", "The tower was built by masons.", False),
        ("Why was it built?", "It was built.", True),
    ],
)
def test_whether_a_text_has_what_could_be_the_answer(question: str, text: str, shows: bool) -> None:
    assert read_topic(question).shows(text) is shows


@pytest.mark.parametrize(
    ("word", "other", "stands"),
    [
        ("written", "author", True),
        ("origin", "originate", True),
        ("king", "kingfisher", False),
        ("tower", "bridge", False),
    ],
)
def test_words_that_stand_for_another(word: str, other: str, stands: bool) -> None:
    from app.clients.language.question_topic import stem

    (term,) = read_topic(word).terms
    assert (term.match(stem(other)) > 0) is stands


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Who was the first king of the House of Orange?", [["house", "orange"]]),
        ("Is Ada Byrne's tower older than the Long Bridge?", [["ada", "byrne"], ["long", "bridge"]]),
        ("Are Westhaven, Norden and Ems towns?", [["norden", "ems"]]),
        ("Who built the tower?", []),
    ],
)
def test_names_of_several_words(question: str, names: list[list[str]]) -> None:
    topic = read_topic(question)
    assert [[topic.terms[at].word for at in phrase] for phrase in topic.phrases] == names


def test_the_questions_of_a_topic() -> None:
    assert parts("Who built the tower? When was the tower opened?") == [
        "Who built the tower?",
        "When was the tower opened?",
    ]
    assert parts("the history of the old tower") == ["the history of the old tower"]


def test_queries_are_the_topic_its_questions_and_its_telling_words() -> None:
    topic = "Who built the tower? When was the tower opened?"
    found = queries(topic, 4)
    assert found == [topic, "Who built the tower?", "When was the tower opened?", "built tower opened"]
    assert queries(topic, 1) == [topic]
    assert queries("lighthouses", 4) == ["lighthouses"]
