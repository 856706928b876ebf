"""The pages in a real browser: decided on a phone, without a script and with the keyboard alone, while a colleague looks."""

import asyncio
import json
import os
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from sqlalchemy import update

from app.clients.database.schema import approvals
from app.server.web.application import application
from app.settings import Settings
from tests.app.server.conftest import Served
from tests.app.server.test_pages import ATTRIBUTE, PASSWORD, SCRIPT
from tests.foreign_page import Try, another_origin, read, submit
from tests.pages import DOCS

playwright = pytest.importorskip("playwright.async_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.async_playwright", reason="axe-playwright-python is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium here: `apt-get install chromium` brings one"),
]
PATIENT_MS = 120_000
"""Only guards against hanging."""
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1200, "height": 800}
PICTURE = DOCS / "images" / "inbox.png"

Visit = Callable[..., Awaitable[Any]]


@pytest.fixture
async def served(settings: Settings) -> AsyncIterator[Served]:
    """A server on a socket, in this process, with people."""
    app = application(settings)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        async with httpx.AsyncClient(base_url=url, transport=httpx.AsyncHTTPTransport(retries=5)) as client:
            async with asyncio.timeout(60):
                while not server.started:  # noqa: ASYNC110 (uvicorn has no event for it)
                    await asyncio.sleep(0.01)
            served = Served(app, client)
            await served.add_people()
            yield served
        server.should_exit = True
        await serving


@pytest.fixture
async def problems() -> list[str]:
    """What a page's scripts have failed with, and what its security policy has refused."""
    return []


@pytest.fixture
async def visit(served: Served, problems: list[str]) -> AsyncIterator[Visit]:
    """A page of somebody with this role, who has signed in, in a browser of their own."""
    async with playwright.async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])

        async def signed_in(role: str, *, password: str = "", **options: object) -> Any:
            context = await browser.new_context(base_url=str(served.client.base_url), **options)
            context.set_default_timeout(PATIENT_MS)
            page = await context.new_page()
            page.on("pageerror", lambda error: problems.append(str(error)))
            page.on("console", lambda said: problems.append(said.text) if "Content Security" in said.text else None)
            page.on("dialog", lambda dialog: problems.append(dialog.message))
            await page.goto("/login")
            if password:
                await page.fill("input[name=name]", role)
                await page.fill("input[name=password]", password)
                await page.get_by_role("button", name="Sign in", exact=True).click()
            else:
                await page.fill("input[name=token]", served.tokens[role])
                await page.click("text=Sign in with the token")
            await page.wait_for_url("**/inbox")
            return page

        yield signed_in
        await browser.close()


async def test_people_decide_in_a_browser(served: Served, visit: Visit, problems: list[str]) -> None:
    first = (await served.waiting_refund())["approval"]["approval_id"]
    second = (await served.waiting_refund("12371", "hedy@example.com"))["approval"]["approval_id"]
    looking = await visit("admin")
    phone = await visit("approver", viewport=PHONE, color_scheme="dark")
    await looking.goto(f"/approvals/{first}")
    await looking.get_by_text("Approve less").click()
    await looking.fill("input[name=amount]", "70.00")
    await served.api("POST", f"/approvals/{first}/question", "approver", json={"text": "Which photo?"})
    await looking.get_by_text("Which photo?").wait_for()  # by itself
    assert await looking.input_value("input[name=amount]") == "70.00"  # what was typed stays
    await phone.click(f"a[href='/approvals/{first}']")
    await looking.get_by_text("the approver has it open too").wait_for()
    wide = await phone.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"]  # nothing is cut off, or scrolls sideways
    await phone.get_by_text("Approve less").click()
    await phone.fill("input[name=amount]", "80.00")
    await phone.get_by_text("Approve this amount").click()
    await phone.locator(".outcome.approved").wait_for()
    await looking.locator(".outcome.approved").wait_for()  # by itself
    assert await served.refunds() == [8000]
    await phone.go_back()
    await phone.locator("body").wait_for()
    assert await served.refunds() == [8000]

    plain = await visit("approver", java_script_enabled=False)
    await plain.goto(f"/approvals/{second}")
    await plain.focus("button.primary")
    await plain.keyboard.press("Enter")
    await plain.locator(".outcome.approved").wait_for()
    assert await served.refunds("12371") == [4500]
    assert problems == []


async def test_ask_reject_and_several_at_once(served: Served, visit: Visit, problems: list[str]) -> None:
    """As somebody who has signed in with a password. A form that is refused still has what was written in it."""
    orders = {"12345": "ada@example.com", "12371": "hedy@example.com", "12372": "hedy@example.com"}
    first, *others = [(await served.waiting_refund(*one))["approval"]["approval_id"] for one in orders.items()]
    await served.state.people.add("mia", "approver", PASSWORD)
    page = await visit("mia", password=PASSWORD, viewport=PHONE)
    await page.goto(f"/approvals/{first}")
    assert [text for text in await page.locator(".card").all_inner_texts() if not text.strip()] == []
    await page.get_by_text("Ask first").click()
    await page.fill("textarea[name=text]", "Which photo?")
    await page.get_by_role("button", name="Send the question").click()
    await page.get_by_text("Your question is on its way.").wait_for()
    await page.get_by_text("Approve less").click()
    await page.fill("input[name=amount]", "149.01")
    lower = page.locator("form", has=page.get_by_role("button", name="Approve this amount"))
    await lower.locator("input[name=note]").fill("as we agreed")
    await page.get_by_role("button", name="Approve this amount").click()
    await page.get_by_text("149.01 is more than").wait_for()
    written = [await lower.locator(f"input[name={name}]").input_value() for name in ("amount", "note")]
    assert written == ["149.01", "as we agreed"]
    await page.locator("summary", has_text="Reject").click()
    await page.fill("textarea[name=reason]", "The seal is broken.")
    await page.get_by_role("button", name="Reject").click()
    await page.locator(".outcome.rejected", has_text="The seal is broken.").wait_for()

    await page.goto("/inbox")
    for approval_id in others:
        await page.check(f"#tick-{approval_id}")
    await page.get_by_role("button", name="Reject").click()
    told = page.get_by_role("status", name="What was decided")
    await told.get_by_text("Refund €45.00 for order 12371: A rejection needs a reason").wait_for()
    assert await page.locator(".request input:checked").count() == len(others)  # still ticked
    await page.get_by_role("button", name="Approve as asked").click()
    await told.get_by_text("Refund JPY 9,900 for order 12372: refunded").wait_for()
    assert [await served.refunds(order) for order in orders] == [[], [4500], [9900]]
    assert problems == []


async def test_words_of_customers_run_nothing(served: Served, visit: Visit, problems: list[str]) -> None:
    hostile = f"{SCRIPT}{ATTRIBUTE}<svg/onload=alert(1)>javascript:alert(1)"
    asked = {"order_id": "12345", "email": "ada@example.com", "reason": hostile}
    waiting = (
        await served.api("POST", "/threads", json={"workflow": "refund", "name": hostile, "input": asked})
    ).json()
    said = {"workflow": "support", "input": {"messages": f"I want a human. {hostile}"}}
    talk = (await served.api("POST", "/threads", json=said)).json()["thread_id"]
    approval = f"/approvals/{waiting['approval']['approval_id']}"
    await served.api("POST", f"{approval}/question", json={"text": hostile})
    page = await visit("approver")
    threads = [f"/threads/{one}" for one in (waiting["thread_id"], talk)]
    for path in ("/inbox", approval, "/threads", *threads, "/tickets?status=all", f"/threads?order={hostile}"):
        await page.goto(path)
        assert "alert(1)" in await page.locator("main").inner_text() + await page.locator("main").inner_html(), path
        made = "main img, main script, main [onload], main [onerror], a[href^=javascript]"
        assert await page.locator(made).count() == 0, path
    await page.goto(approval)
    await page.locator("summary", has_text="Reject").click()
    await page.fill("textarea[name=reason]", hostile)
    await page.get_by_role("button", name="Reject").click()
    await page.locator(".outcome.rejected", has_text="alert(1)").wait_for()
    assert await page.locator("main img, main script").count() == 0
    assert problems == []


async def test_a_page_of_another_origin_lists_and_decides_nothing(served: Served, visit: Visit) -> None:
    """In the browser of an approver who has signed in; from a page of ours the same requests are answered."""
    approval_id = (await served.waiting_refund())["approval"]["approval_id"]
    base = str(served.client.base_url).rstrip("/")
    page = await visit("approver")
    approve = f"verdict=approve&approval={approval_id}"
    form = "application/x-www-form-urlencoded"
    looks = [Try("GET", f"{base}{path}") for path in ("/inbox", f"/approvals/{approval_id}", "/events", "/metrics")]
    decision = f"{base}/api/v1/approvals/{approval_id}/decision"
    writes = [
        Try("POST", f"{base}/inbox", approve, form, "no-cors"),
        Try("POST", f"{base}/approvals/{approval_id}", approve, form, "no-cors"),
        Try("POST", decision, json.dumps({"verdict": "approve"}), "text/plain", "no-cors"),
        Try("POST", decision, json.dumps({"verdict": "approve"})),
    ]
    assert approval_id in (await read(page, looks[:1]))[0]
    with another_origin() as foreign:
        other = await page.context.new_page()
        await other.goto(foreign)
        assert await read(other, looks + writes) == [""] * len(looks + writes)
        for path in ("/inbox", f"/approvals/{approval_id}"):
            await other.goto(foreign)
            fields = {"verdict": "approve", "approval": approval_id}
            assert await submit(other, f"{base}{path}", fields) == 403
    assert await served.refunds() == []
    (still,) = (await served.api("GET", "/approvals")).json()
    assert still["status"] == "pending"


async def test_what_expires_while_somebody_looks_says_so(served: Served, visit: Visit, problems: list[str]) -> None:
    approval_id = (await served.waiting_refund())["approval"]["approval_id"]
    page, list_ = await visit("approver"), await visit("admin")
    await page.goto(f"/approvals/{approval_id}")
    await page.get_by_role("button", name="Approve $149.00").wait_for()
    await list_.locator(f"#tick-{approval_id}").wait_for()
    now = update(approvals).where(approvals.c.approval_id == approval_id)
    await served.state.database.execute(now.values(expires_at="2020-01-01T00:00:00.000000Z"))
    await page.locator(".outcome.expired").wait_for()
    await list_.get_by_text("Nothing waits.").wait_for()
    assert await page.get_by_role("button", name="Approve").count() == 0
    assert (await served.refunds(), problems) == ([], [])


async def test_the_keyboard_alone_two_tabs_and_the_back_button(
    served: Served, visit: Visit, problems: list[str]
) -> None:
    approval_id = (await served.waiting_refund())["approval"]["approval_id"]
    page = await visit("approver")
    stale = await page.context.new_page()
    await stale.route("**/events*", lambda route: route.abort())  # a tab that has lost its connection
    await stale.goto(f"/approvals/{approval_id}")
    await tab_to(page, f"a[href='/approvals/{approval_id}']")
    await page.keyboard.press("Enter")
    await page.locator("#decision").wait_for()
    await tab_to(page, "button[value=approve]")
    await page.keyboard.press("Enter")
    await page.locator(".outcome.approved").wait_for()
    assert await served.refunds() == [14900]
    await stale.get_by_role("button", name="Approve $149.00").click()
    await stale.get_by_text("a decision is final").wait_for()
    async with page.expect_response("**/approvals/*"):
        await page.go_back()
    async with page.expect_response("**/inbox"):
        await page.go_back()
    await page.get_by_text("Nothing waits.").wait_for()  # not the page as it was
    await page.go_forward()
    await page.locator(".outcome.approved").wait_for()
    assert (await served.refunds(), problems) == ([14900], [])


async def tab_to(page: Any, selector: str) -> None:
    """As somebody without a mouse: the focus has to be seen where it stands."""
    for _ in range(60):
        await page.keyboard.press("Tab")
        if await page.evaluate("selector => document.activeElement.matches(selector)", selector):
            drawn = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert drawn != "none", selector
            return
    pytest.fail(f"the Tab key does not lead to {selector}")


WAITING = [
    ("12345", "ada@example.com", "", "$149.00"),
    ("12371", "hedy@example.com", "arrived too late for the birthday", "€45.00"),
    ("12372", "hedy@example.com", "wrong size", "JPY 9,900"),
    ("12373", "hedy@example.com", "", "KWD 25.000"),
]


async def test_the_picture_of_the_readme_and_pages_that_everybody_can_use(
    served: Served, visit: Visit, tmp_path: Path
) -> None:
    """The picture shows the parts that are asserted here; `just picture` draws it anew. axe finds nothing serious.

    Every page that was looked at is kept as a picture in the test's folder.
    """
    for order, email, reason, _ in WAITING:
        asked = {"workflow": "refund", "input": {"order_id": order, "email": email, "reason": reason}}
        waiting = (await served.api("POST", "/threads", json=asked)).json()
    done, *_ = (await served.api("GET", "/approvals")).json()
    await served.state.people.add("mia", "approver")
    served.tokens["mia"] = await served.state.people.token("mia")
    await served.api("POST", f"/approvals/{waiting['approval']['approval_id']}/question", json={"text": "A photo?"})
    page = await visit("mia", viewport=DESK)
    rows = await page.locator(".request").all_inner_texts()
    assert len(rows) == len(WAITING)
    for row, (order, email, reason, amount) in zip(rows, WAITING, strict=True):
        parts = (amount, f"for order {order}", email, "need an approval", reason, "asked")
        assert [part for part in parts if part not in row] == []
    buttons = await page.get_by_role("button").all_inner_texts()
    assert {"Approve as asked", "Reject", "Sign out"} <= set(buttons)
    if os.environ.get("PICTURES"):
        await page.screenshot(path=PICTURE)

    look = axe.Axe()
    phone = await visit("mia", viewport=PHONE, color_scheme="dark")
    stranger = await phone.context.browser.new_page(base_url=str(served.client.base_url))
    paths = ("/inbox", f"/approvals/{waiting['approval']['approval_id']}", "/threads", "/tickets", "/api/v1/docs")
    seen = [(one, path) for one in (page, phone) for path in (*paths, f"/threads/{waiting['thread_id']}")]
    await served.api("POST", f"/approvals/{done['approval_id']}/decision", json={"verdict": "reject", "reason": "worn"})
    seen += [(phone, f"/approvals/{done['approval_id']}"), (stranger, "/login")]
    for number, (one, path) in enumerate(seen):
        await one.goto(path)
        await one.screenshot(path=tmp_path / f"{number:02}.png", full_page=True)
        found = await look.run(one)
        serious = [problem for problem in found.response["violations"] if problem["impact"] in ("serious", "critical")]
        told = [(problem["id"], [node["html"] for node in problem["nodes"]]) for problem in serious]
        assert told == [], path
        if one is phone:
            assert await one.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
