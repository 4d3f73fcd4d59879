"""The report in headless Chromium: opened, measured and photographed."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Literal

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        reason = f"no headless browser: none of {', '.join(BROWSERS)} is installed"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # No sandbox: tests often run as root in a container, where Chromium refuses to start.
        opened = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.mark.parametrize(("width", "scheme"), [(1200, "light"), (390, "light"), (1200, "dark")])
def test_it_opens_without_error_or_request_and_fits(
    browser: Browser,
    reported: Path,
    tmp_path: Path,
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    address = (reported / "report.html").as_uri()
    said: list[str] = []
    asked: list[str] = []
    view = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    view.on("console", lambda message: said.append(message.text))
    view.on("pageerror", lambda error: said.append(str(error)))
    view.on("request", lambda request: asked.append(request.url))
    view.goto(address)
    photograph = tmp_path / f"report-{width}-{scheme}.png"
    view.screenshot(path=str(photograph))
    view.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    wide = view.evaluate("document.documentElement.scrollWidth")
    seen = view.evaluate(
        "[...document.querySelectorAll('section')].filter(s => s.checkVisibility()).length"
    )
    pictures = view.evaluate(
        "[...document.querySelectorAll('svg')].map(s => s.getBoundingClientRect().width)"
    )
    paper = view.evaluate("getComputedStyle(document.body).backgroundColor")
    view.close()
    assert said == []
    assert asked == [address]
    assert wide <= width
    assert seen == 13
    assert min(pictures) > 250
    assert paper == {"light": "rgb(246, 247, 249)", "dark": "rgb(18, 22, 26)"}[scheme]
    assert photograph.stat().st_size > 30_000


def test_it_prints_in_dark_ink_on_white(browser: Browser, reported: Path) -> None:
    view = browser.new_page(color_scheme="dark")
    view.goto((reported / "report.html").as_uri())
    view.emulate_media(media="print")
    colours = view.evaluate(
        "(style => [style.backgroundColor, style.color])(getComputedStyle(document.body))"
    )
    view.close()
    assert colours == ["rgb(255, 255, 255)", "rgb(27, 31, 36)"]
