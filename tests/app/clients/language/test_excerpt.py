"""What a model with a small window is given of a long text."""

from app.clients.language.excerpt import excerpt

PARTS = [f"Part {number} says that {'nothing ' * 60}happens." for number in range(30)]


def test_a_short_text_is_read_whole() -> None:
    assert excerpt("towers", "Short.\n\nAnd whole.") == "Short.\n\nAnd whole."


def test_of_a_long_one_the_beginning_and_what_is_about_the_topic_in_their_order() -> None:
    text = "\n\n".join([*PARTS, "The tower is high.", *PARTS])
    found = excerpt("how high are towers?", text, longest=2000)
    assert len(found) <= 2000
    assert found.startswith("Part 0")
    assert "The tower is high." in found


def test_a_text_without_paragraphs_is_cut_too() -> None:
    assert len(excerpt("towers", "word " * 10_000)) <= 6000
