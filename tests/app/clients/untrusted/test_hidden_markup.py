"""What readers of a page do not see."""

import pytest

from app.clients.knowledge.documents import read
from app.clients.web.main_text import title_and_text

HIDDEN = [
    "<p hidden>unseen</p>",
    "<template><p>unseen</p></template>",
    '<div style="display: none"><p>un<b>seen</b></p></div>',
    '<p style="visibility:hidden">unseen</p>',
    '<p style="font-size:0">unseen</p>',
    '<p style="FONT-SIZE: 0.5px !important">unseen</p>',
    '<p style="opacity:0.0">unseen</p>',
    '<p style="position:absolute; left:-9999px">unseen</p>',
    '<p style="text-indent:-100em">unseen</p>',
    '<p style="clip:rect(0,0,0,0)">unseen</p>',
    '<p style="height:0;overflow:hidden">unseen</p>',
    '<p style="color:#fff;background:#ffffff">unseen</p>',
    '<div style="background-color:rgb(0, 0, 0)"><p style="color:black">unseen</p></div>',
    '<p style="color:transparent">unseen</p>',
    '<p class="lead sr-only">unseen</p>',
    '<p style="transform:scale(0.01)">unseen</p>',
    '<p style="transform:rotateX(90deg)">unseen</p>',
    '<p style="zoom:0.01">unseen</p>',
    '<p style="font:0/0 a">unseen</p>',
    '<p style="position:absolute;left:calc(-100vw - 10px)">unseen</p>',
    '<p style="position:fixed;inset:-9999px auto auto -9999px">unseen</p>',
    '<p style="position:absolute;translate:-9999px">unseen</p>',
    '<p style="clip-path:polygon(0 0, 0 0, 0 0)">unseen</p>',
    '<p style="displ\\61y:none">unseen</p>',
]
SEEN = [
    "<p>unseen</p>",
    '<p style="opacity:0.9; font-size:80%; left:-1px; color:#333">unseen</p>',
    '<div style="background:black"><p style="color:white">unseen</p></div>',
    '<p style="width:100px; overflow:hidden">unseen</p>',
    "<details><summary>More</summary><p>unseen</p></details>",
    '<p aria-hidden="true">unseen</p>',
    '<p style="transform:scale(0.9) rotate(90deg); zoom:1; font:14px/1.5 serif; color:#eee">unseen</p>',
]
PAGE = "<html><body><article><h1>Bees</h1><p>{before} Bees fly.</p>{piece}<p>Bees swim. {after}</p></article></body></html>"


def words(piece: str) -> tuple[str, ...]:
    page = PAGE.format(piece=piece, before="A bee can fly to its hive. " * 20, after="A hive has one queen. " * 20)
    document = read("a.html", page.encode())
    return title_and_text(page)[1], " ".join(one.text for one in document.sections)


@pytest.mark.parametrize("piece", HIDDEN)
def test_what_readers_do_not_see_is_not_read(piece: str) -> None:
    for text in words(piece):
        assert "Bees fly." in text
        assert "Bees swim." in text
        assert "seen" not in text
    assert "seen" not in " ".join(one.text for one in read("a.md", f"A bee.\n\n{piece}\n".encode()).sections)


@pytest.mark.parametrize("piece", SEEN)
def test_what_they_see_is_read(piece: str) -> None:
    assert "unseen" in words(piece)[1]
