"""What readers of a page do not see."""

import pytest

from app.clients.knowledge.documents import read
from app.clients.web.page_extraction import title_and_text

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
    '<p style="letter-spacing:-1em">unseen</p>',
    '<p style="letter-spacing:-20px">unseen</p>',
    '<p style="color:rgba(255,255,255,0)">unseen</p>',
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
    '<p style="transform:translateX(-100%)">unseen</p>',
    '<p style="margin-left:-100vw">unseen</p>',
    '<p style="max-width:0;overflow:hidden">unseen</p>',
    "<video><p>unseen</p></video>",
    "<datalist><option>unseen</option></datalist>",
    '<p style="display:none;display:nothing;opacity:all">unseen</p>',
    '<p style="-webkit-text-fill-color:transparent">unseen</p>',
    '<p style="margin:0 0 0 -9999px">unseen</p>',
    '<p style="transform:translate(0, -9999px)">unseen</p>',
    '<p style="font-size:calc(0px)">unseen</p>',
    '<p style="max-height:0;overflow-y:auto">unseen</p>',
    '<p style="color:rgb(255 255 255 / 1%)">unseen</p>',
    '<P STYLE="Display:None">unseen</P>',
    '<p style="color:#f4f4f4">unseen</p>',
    '<p style="filter:blur(12px)">unseen</p>',
    "<div popover><p>unseen</p></div>",
    "<p>x<math><annotation>unseen</annotation></math><ruby>y<rp>unseen</rp></ruby></p>",
]
SHEETS = [
    (".x{display:none}", '<p class="x">unseen</p>'),
    ("article > div .x , .y { DISPLAY : NONE !important }", '<div><p class="x" style="display:block">unseen</p></div>'),
    ("#x{visibility:hidden}", '<div id="x"><p>unseen</p></div>'),
    (".x{visibility:hidden} .x p{visibility:inherit}", '<div class="x"><p>unseen</p></div>'),
    ("p[data-x='1']{opacity:0}", '<p data-x="1">unseen</p>'),
    (".x{font-size:0}", '<div class="x"><p>unseen<b style="font-size:2em">unseen</b></p></div>'),
    (".x{position:absolute;left:-9999px}", '<p class="x">unseen</p>'),
    ("body{background:#fefefe} .x{color:white}", '<p class="x">unseen</p>'),
    ("article{background:rebeccapurple} .x{color:hsl(270,50%,40%)}", '<p class="x"><i>unseen</i></p>'),
    (".y{position:absolute} .x{color:#fff}", '<div class="y"><p class="x">unseen</p></div>'),
    (".x{color:#0000}", '<p class="x">unseen</p>'),
    (".x{d\\69splay:/**/none}", '<p class="x">unseen</p>'),
    (":root{--x:none} .x{display:var(--x)}", '<p class="x">unseen</p>'),
    (".x{opacity:var(--gone, 0)}", '<p class="x">unseen</p>'),
    ("@media not print{.x{display:none}}", '<p class="x">unseen</p>'),
    ("@media screen{.x{display:none}}", '<p class="x">unseen</p>'),
    ("@supports (display:grid){@layer a{.x{display:none}}}", '<p class="x">unseen</p>'),
    ("@media (width >= 40em){.x{display:none}}", '<p class="x">unseen</p>'),
    ("@media (min-width:40em){.x{display:none}}", '<p class="x">unseen</p>'),
    ("article{& .x{display:none}}", '<p class="x">unseen</p>'),
    (":not(.y).x:hover, p.x{display:none}", '<p class="x">unseen</p>'),
    ("p:lang(){opacity:1} |{opacity:1} .x{color:color();display:none}", '<p class="x">unseen</p>'),
    ("]} .x:unheard-of{} .x{display:none}", '<p class="x">unseen</p>'),
]
SHOWING_SHEETS = [
    (".x{display:none} .x.open{display:block}", '<p class="x open">unseen</p>'),
    (".x{display:none}", '<p class="x" style="display:block">unseen</p>'),
    (".x:hover{display:none} .x::before{display:none}", '<p class="x">unseen</p>'),
    ("@media print{.x{display:none}}", '<p class="x">unseen</p>'),
    ("@media (width <= 600px){.x{display:none}}", '<p class="x">unseen</p>'),
    ("@media (20em <= width < 50em){.x{display:none}}", '<p class="x">unseen</p>'),
    ("@media (max-width: 600px){.x{display:none}}", '<p class="x">unseen</p>'),
    (".x{font-size:0} .x p{font-size:16px}", '<div class="x"><p>unseen</p></div>'),
    (".x{visibility:hidden} .x p{visibility:visible}", '<div class="x"><p>unseen</p></div>'),
    (".x{color:#fff;background:url(night.jpg)}", '<p class="x">unseen</p>'),
    (".x{color:#fff;background:linear-gradient(white,black)}", '<p class="x">unseen</p>'),
    (
        ".y{position:absolute} .x{color:#fff}",
        '<div><img src="night.jpg"><div class="y"><p class="x">unseen</p></div></div>',
    ),
    ("@media (prefers-color-scheme: dark){.x{color:#fff;display:none}}", '<p class="x">unseen</p>'),
    (".x{color:#fff} .x::before{background:#000}", '<div class="x"><p>unseen</p></div>'),
    (":root{--x:none} .x{display:var(--y, block)}", '<p class="x">unseen</p>'),
    ("article{background:#000;color:#fff}", "<p>unseen</p>"),
    ("body{opacity:0}", "<p>unseen</p>"),
    ("html,body{position:absolute;visibility:visible}", "<p>unseen</p>"),
    (
        ".x{display:none}",
        "</style><noscript><style>p{display:none}</style></noscript><style media='print'>p{opacity:0}</style>"
        "<p>unseen</p><style>",
    ),
]
SEEN = [
    "<p>un\u200dseen \u0646\u200c\u0647 unseen</p>",
    '<p style="position:absolute; left:50%; transform:translate(-50%, -50%)">unseen</p>',
    '<p style="position:relative; left:50%; margin-left:-50vw">unseen</p>',
    '<p style="margin-left:calc(50% - 50vw); display:grid; font-size:calc(0.5px + 1vw)">unseen</p>',
    "<p>unseen</p>",
    '<table><tr><td style="max-width:0;overflow:hidden">unseen</td><td>b</td></tr></table>',
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
    return title_and_text(page.encode(), "html", "", 1, 100_000)[1], " ".join(one.text for one in document.sections)


@pytest.mark.parametrize("piece", HIDDEN)
def test_what_readers_do_not_see_is_not_read(piece: str) -> None:
    for text in words(piece):
        assert "Bees fly." in text
        assert "Bees swim." in text
        assert "seen" not in text
    assert "seen" not in " ".join(one.text for one in read("a.md", f"A bee.\n\n{piece}\n".encode()).sections)


@pytest.mark.parametrize(
    ("classes", "is_seen"),
    [
        ("hidden", False),
        ("d-none", False),
        ("hidden md:block", True),
        ("d-none d-md-block", True),
        ("hidden-gem", True),
    ],
)
def test_common_names_of_classes_hide_where_a_style_sheet_is_linked(classes: str, is_seen: bool) -> None:
    for text in words(f'<link rel="stylesheet" href="a.css"><p class="{classes}">unseen</p>'):
        assert ("unseen" in text) is is_seen
    assert "unseen" in words(f'<p class="{classes}">unseen</p>')[1]


@pytest.mark.parametrize("piece", SEEN)
def test_what_they_see_is_read(piece: str) -> None:
    assert "unseen" in words(piece)[1]


@pytest.mark.parametrize(("rules", "piece"), SHEETS)
def test_what_the_page_s_own_style_sheet_hides_is_not_read(rules: str, piece: str) -> None:
    for text in words(f"<style>{rules}</style>{piece}"):
        assert "Bees fly." in text
        assert "Bees swim." in text
        assert "seen" not in text


@pytest.mark.parametrize(("rules", "piece"), SHOWING_SHEETS)
def test_what_it_shows_is_read(rules: str, piece: str) -> None:
    assert "unseen" in words(f"<style>{rules}</style>{piece}")[1]


@pytest.mark.parametrize(
    "hidden", ["".join(chr(0xE0000 + ord(one)) for one in "unseen"), "\u202e", "&#917621;", "\U000e0130"]
)
def test_characters_for_programs_alone_are_not_read(hidden: str) -> None:
    for text in (*words(f"<p>Bees{hidden} hum.</p>"), read("a.md", f"Bees{hidden} hum.".encode()).sections[0].text):
        assert "Bees hum." in text
