"""What layers that ask for consent leave of a page."""

import time

import pytest

from app.clients.web.main_text import title_and_text

STORY = "".join(
    f"<p>The keeper of lighthouse {number} climbs the narrow stairs every evening and lights the lamp.</p>"
    for number in range(5)
)
PARTNERS = "".join(f"<li>Partner {number} Ltd processes data on legitimate interest</li>" for number in range(12))
LAYER = (
    "<h2>Your privacy matters</h2><p>We and our 300 partners store cookies and process personal data. You may accept or "
    f"manage your choices at any time.</p><ul>{PARTNERS}</ul><button>Accept</button>"
)


@pytest.mark.parametrize(
    "layer",
    [
        f"<div id='cookie-banner'>{LAYER}</div>",
        f"<div class='overlay consent_layer' role='dialog'>{LAYER}</div>",
        f"<section id='onetrust-consent-sdk'><div class='cookie'>{LAYER}</div></section>",
    ],
)
def test_a_layer_that_asks_for_consent_is_not_the_page(layer: str) -> None:
    _, text = title_and_text(f"<body>{layer}<div class='content'><h1>The keeper</h1>{STORY}</div></body>")
    assert "keeper of lighthouse 4" in text
    assert "artner" not in text


@pytest.mark.parametrize(
    "page",
    [
        f"<div class='cookie-recipes'>{STORY}<p>Accept no other cookies than these: oats and honey.</p></div>",
        f"<main class='consent'><h1>Consent</h1>{STORY}<p>You must accept cookies only where you want to.</p></main>",
        f"<div id='cookies'><article><h2>How to manage cookies</h2>{STORY}</article></div>",
    ],
)
def test_a_page_about_cookies_stays(page: str) -> None:
    assert "keeper of lighthouse 4" in title_and_text(f"<body>{page}</body>")[1]


def test_layers_within_layers_are_read_in_time() -> None:
    deep = "<div class='cookie'>" * 200 + "x " * 20_000 + "</div>" * 200
    began = time.monotonic()
    title_and_text(f"<body>{deep}<h1>The keeper</h1>{STORY}</body>")
    assert time.monotonic() - began < 20
