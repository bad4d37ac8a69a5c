"""The people of the journeys by hand, each in a browser of their own, and what they do there.

Every page is reached by the links, forms and buttons that its person is shown. In the short run
some people have JavaScript and the others have not, so that what a page does with it, it must do
without; in the long run (``make journeys``) every journey is done twice, by people who all have it
and by people who all have not.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from playwright.sync_api import Browser, Download, Locator, Page, expect

from domain.kernel import financial_year
from service.identity import accounts_of
from tests.conftest import Service
from tests.journeys.browsing import sign_in_by_page, violations

Answers = Mapping[str, str | int | date]
WHEN = "The date of what is done"
Seen = set[str]
"""The kinds of state that axe was asked about: of a page's shape, and what it was like then."""

_PARTICULAR = re.compile(r"(?<=/)([A-Z]+-\d+|\d[\w-]*)|(?<=/do/)\w+")


class Person:
    """Somebody at a browser of their own."""

    def __init__(self, page: Page, seen: Seen, *, script: bool) -> None:
        self.page, self.seen, self.script = page, seen, script

    # --- Going to where something is done, and doing it -------------------------------------

    def look(self, section: str, *links: str) -> None:
        """Go by the navigation, then by these links; one of the section's own name is its page."""
        self.page.get_by_role("link", name=section, exact=True).first.click()
        for link in links:
            found = self.page.get_by_role("link", name=link, exact=True)
            (found.nth(1) if link == section else found.first).click()

    def begin(self, form: str, **choose: str) -> None:
        """Follow the page's link to a form; or the one among all that one can do.

        Where the form asks first what it is about, choose that.
        """
        to_it = self.page.locator(f'a[href="/do/{form}"], a[href^="/do/{form}?"]')
        if not to_it.count():
            self.look("Start", "What you can do")
        to_it.first.click()
        for subject, value in choose.items():
            self.page.locator(f'[id="f-{subject}"]').select_option(value)
            self.page.get_by_role("button", name="Continue").click()

    def answer(self, answers: Answers) -> None:
        """Type or choose each answer: by its label, within its group where the label says so.

        The date of what is done is called by another name on each form: ``WHEN`` is any of them.
        """
        for said, value in answers.items():
            *groups, label = said.split(" > ")
            within: Page | Locator = self.page
            for group in groups:
                within = within.get_by_role("group", name=_named(group))
            if isinstance(value, date):
                when = self.page.locator("fieldset", has=self.page.locator("#f-effective_on"))
                boxes = when if said == WHEN else within.get_by_role("group", name=_named(label))
                for part in ("Day", "Month", "Year"):
                    boxes.get_by_label(part).fill(str(getattr(value, part.lower())))
                continue
            field = within.get_by_label(_named(label)).first
            match field.evaluate("e => e.type"):
                case "radio" | "checkbox":
                    field.check()
                case "select-one" | "select-multiple":
                    field.select_option(str(value))
                case "file":
                    field.set_input_files(str(value))
                case _:
                    field.fill(str(value))

    def each(self, one: str, items: Sequence[Answers]) -> None:
        """Answer for one item after the other, with room added for each."""
        for number, item in enumerate(items, 1):
            if number > 1:
                self.press(f"Add another {one}")
            name = f"{one.capitalize()} {number}"
            self.answer({f"{name} > {said}" if said else name: v for said, v in item.items()})

    def press(self, button: str) -> None:
        """Press a button; of several with its name, the last."""
        self.page.get_by_role("button", name=button, exact=True).last.click()

    def check(self) -> None:
        """Go on to the page where answers are checked."""
        self.press("Continue")
        self.sees_heading("Check your answers")
        self.accessible("to check")

    def send(self) -> None:
        """Check the answers and record them."""
        self.check()
        self.record()

    def record(self) -> None:
        """Press the button of the page where answers are checked."""
        self.page.locator("form#form .govuk-button").first.click()

    def recorded(self) -> None:
        """The receipt says that it is on record; go on to where it is shown."""
        self.sees_heading("Recorded")
        self.accessible("receipt")
        self.page.get_by_role("link", name=re.compile("^Go to ")).click()

    def do(self, form: str, answers: Answers, **choose: str) -> None:
        """A form from the link that leads to it to the page that shows what was recorded."""
        self.begin(form, **choose)
        self.answer(answers)
        self.send()
        self.recorded()

    # --- What is seen there -----------------------------------------------------------------

    def sees(self, text: str | re.Pattern[str]) -> None:
        """The page says this, somewhere outside its navigation."""
        expect(self.page.locator("main")).to_contain_text(text)

    def sees_heading(self, text: str | re.Pattern[str]) -> None:
        """It is the page of this heading."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)

    def refused(self, said: str) -> None:
        """The form is shown again with the rule's sentence in its summary, and says so first."""
        expect(self.page.get_by_role("alert")).to_contain_text(said)
        expect(self.page).to_have_title(re.compile("^Error: "))
        self.accessible("refused")

    def row(self, *words: str) -> Locator:
        """The row of a table that has all these words."""
        found = self.page.locator("tbody tr")
        for each in words:
            found = found.filter(has_text=each)
        return found.first

    def table(self, caption: str) -> Locator:
        """The table of this caption."""
        return self.page.get_by_role("region", name=caption, exact=True)

    def turned_away(self, address: str, status: int, heading: str) -> None:
        """An address that nothing leads this person to answers by a page that says no."""
        answer = self.page.goto(address)
        assert answer is not None
        assert answer.status == status
        self.sees_heading(heading)
        self.accessible(str(status))
        self.page.get_by_role("link", name="Go to the start page").click()

    def takes(self, link: str) -> Download:
        """What a link gives to take away."""
        with self.page.expect_download() as waited:
            self.page.get_by_role("link", name=link).first.click()
        return waited.value

    def accessible(self, state: str) -> None:
        """Nothing that axe finds against WCAG 2.2 AA, asked once for a page's shape and state.

        In browsers with JavaScript only: axe is a script itself, and the page is the same.
        """
        shape = _PARTICULAR.sub("*", self.page.url.partition("?")[0].partition("//")[2])
        kind = f"{shape.partition('/')[2]} {state}"
        if self.script and kind not in self.seen:
            self.seen.add(kind)
            assert violations(self.page) == [], kind


def _named(label: str) -> re.Pattern[str]:
    return re.compile(rf"^\s*{re.escape(label)}( \(optional\))?\s*$")


class People:
    """Everybody who takes part, each in a browser of their own."""

    def __init__(
        self, browser: Browser, service: Service, scripted: Collection[str] | None, seen: Seen
    ) -> None:
        self.browser, self.service, self.scripted, self.seen = browser, service, scripted, seen
        self._here: dict[str, Person] = {}

    def __getitem__(self, user: str) -> Person:
        """A person, signed in by the page the first time."""
        if user not in self._here:
            self._here[user] = self.at_another_browser(user)
        return self._here[user]

    def at_another_browser(self, user: str) -> Person:
        """The same person once more, at a browser that nobody has used."""
        script = self.scripted is None or user in self.scripted
        page = sign_in_by_page(self.browser, self.service, user, script=script)
        return Person(page, self.seen, script=script)

    @property
    def today(self) -> date:
        """Today in London."""
        return self.service.installation.today()

    @property
    def year(self) -> str:
        """The financial year of today."""
        return financial_year(self.today)

    def session_ends(self, user: str) -> None:
        """What hours of doing nothing do to everybody who is signed in under this name."""
        datastore = accounts_of(self.service.installation).datastore
        with datastore.transaction(commit=True) as cursor:
            cursor.execute(
                "UPDATE sessions SET expires = now() - interval '1 minute' WHERE \"user\" = %s",
                (user,),
            )

    def close(self) -> None:
        """Everybody closes their browser."""
        for person in self._here.values():
            person.page.context.close()


def lately(today: date) -> date:
    """Today, or the last day of a financial year that has just ended: three days in one year."""
    before = today - timedelta(days=3)
    return today if financial_year(before) == financial_year(today) else date(today.year, 3, 31)
