"""The pages in a real browser: decided on a phone, without a script and with the keyboard alone, while a colleague looks."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator

import pytest
import uvicorn

from app.server.web.application import application
from app.settings import Settings
from tests.app.server.conftest import Served

playwright = pytest.importorskip("playwright.async_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium here: `apt-get install chromium` brings one"),
]
PHONE = {"width": 390, "height": 844}


@pytest.fixture
async def address(settings: Settings) -> AsyncIterator[tuple[str, Served]]:
    """A server on a socket, in this process, and what it serves."""
    import httpx

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
            yield url, served
        server.should_exit = True
        await serving


async def test_people_decide_in_a_browser(address: tuple[str, Served]) -> None:
    url, served = address
    first = (await served.waiting_refund())["approval"]["approval_id"]
    second = (await served.waiting_refund("12371", "hedy@example.com"))["approval"]["approval_id"]
    async with playwright.async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])

        async def page_of(role: str, **options: object):  # type: ignore[no-untyped-def]
            page = await (await browser.new_context(**options)).new_page()
            problems: list[str] = []
            page.on("pageerror", lambda error: problems.append(str(error)))
            page.on("console", lambda said: problems.append(said.text) if "Content Security" in said.text else None)
            await page.goto(f"{url}/login")
            await page.fill("input[name=token]", served.tokens[role])
            await page.click("text=Sign in with the token")
            await page.wait_for_url("**/inbox")
            return page, problems

        looking, problems = await page_of("admin")
        phone, others = await page_of("approver", viewport=PHONE, color_scheme="dark")
        await looking.goto(f"{url}/approvals/{first}")
        await looking.get_by_text("Approve less").click()
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

        plain, _ = await page_of("approver", java_script_enabled=False)
        await plain.goto(f"{url}/approvals/{second}")
        await plain.focus("button.primary")
        await plain.keyboard.press("Enter")
        await plain.locator(".outcome.approved").wait_for()
        assert await served.refunds("12371") == [4500]
        assert problems + others == []
        await browser.close()
