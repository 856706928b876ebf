"""What pages make of texts that others wrote."""

from app.server.web.pages.page_templates import _templates


def test_text_of_others_reorders_hides_and_marks_up_nothing() -> None:
    said = "pay \u202e05.93$\u2066 \x1b[2J<b>now</b>\nthanks \U0001f469\u200d\U0001f373"
    page = _templates().from_string("<q>{{ said }}</q>").render(said=said)
    assert page == "<q>pay 05.93$ [2J&lt;b&gt;now&lt;/b&gt;\nthanks \U0001f469\u200d\U0001f373</q>"
