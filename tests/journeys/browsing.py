"""Chromium for the tests: one way to start it, to sign in, and to ask axe."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from service.demo import DEMO_PASSWORD
from service.identity import SESSION_COOKIE, accounts_of
from tests.conftest import Service

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=15_000)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium, from Debian's package or as installed: without its windows where there is that."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    programs = [found for name in names if (found := shutil.which(name))]
    assert programs, "install Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=programs[0], args=FLAGS)
        yield launched
        launched.close()


def a_page(browser: Browser, service: Service, *, script: bool = True) -> Page:
    """A page of a new browser, of nobody yet."""
    context = browser.new_context(
        base_url=service.address,
        viewport={"width": 1200, "height": 900},
        java_script_enabled=script,
    )
    return context.new_page()


def sign_in_by_page(browser: Browser, service: Service, user: str, *, script: bool = True) -> Page:
    """A page of a browser of this user's own, who signed in as people do."""
    page = a_page(browser, service, script=script)
    page.goto("/sign-in")
    enter(page, user)
    expect(page.get_by_role("heading", level=1)).to_have_text("What waits for you")
    return page


def enter(page: Page, user: str) -> None:
    """Give the sign-in page a user's name and password."""
    page.get_by_label("User name").fill(user)
    page.get_by_label("Password", exact=True).fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def sign_in(browser: Browser, service: Service, user: str, *, script: bool = True) -> Page:
    """A page of a browser of this user's own, at what waits for them."""
    page = a_page(browser, service, script=script)
    session = accounts_of(service.installation).sign_in(user, DEMO_PASSWORD)
    assert session is not None
    page.context.add_cookies(
        [{"name": SESSION_COOKIE, "value": session.token, "url": service.address}]
    )
    page.goto("/")
    return page


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA.

    Contrast, which takes axe most of its time, is measured once for each way in which text is
    shown: on the first of those elements whose computed styles, and what lies beneath them, are
    the same. Every other rule looks at every element.
    """
    page.evaluate(_AXE.axe_script)
    return _told(page.evaluate(_LOOK, TAGS))


def violations_of(page: Page, rules: Mapping[str, Any]) -> list[str]:
    """What axe finds against these rules alone, told as it is asked to run."""
    page.evaluate(_AXE.axe_script)
    return _told(page.evaluate(_ONLY, rules))


def _told(found: Sequence[Mapping[str, Any]]) -> list[str]:
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found]


_AXE = Axe()
_ONLY = """async rules => (await axe.run(document,
  { resultTypes: ["violations"], runOnly: rules })).violations"""
_LOOK = """async tags => {
  const one = { resultTypes: ["violations"] }
  const beneath = new Map()
  function under(element) {
    if (!element) return ""
    if (!beneath.has(element)) {
      const s = getComputedStyle(element)
      const own = [s.backgroundColor, s.backgroundImage, s.opacity, s.filter, s.mixBlendMode,
        s.position, s.zIndex, s.visibility, s.clip, s.overflow]
      beneath.set(element, [...own, under(element.parentElement)].join("/"))
    }
    return beneath.get(element)
  }
  const shown = new Map()
  for (const element of document.body.querySelectorAll("*")) {
    const field = element.matches("input, select, textarea")
    if (!field && ![...element.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue
    const s = getComputedStyle(element)
    const style = [field && element.tagName + element.type, element.disabled, s.color, s.fontSize,
      s.fontWeight, s.textShadow, s.webkitTextStroke, s.fill, under(element)].join("|")
    if (!shown.has(style)) shown.set(style, element)
  }
  const every = await axe.run(document, { ...one,
    runOnly: { type: "tag", values: tags }, rules: { "color-contrast": { enabled: false } } })
  const contrast = await axe.run({ include: [...shown.values()] }, { ...one,
    runOnly: { type: "rule", values: ["color-contrast"] } })
  return [...every.violations, ...contrast.violations]
}"""
