"""The reading room in a real browser: every page, both themes, phone and desk, keyboard alone, without scripts, and
against a hundred pages that mean harm."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from reading.routes import navigation
from storage.archive import Archive
from tests.reading.browsing import Watched, browser, served
from tests.reading.conftest import run_command
from tests.reading.hostile_pages import hostile_pages

# Made by the template of another page that is looked at.
_ALIKE = ("section", "revision", "gone", "japanese", "teasers")
DESK, PHONE, NARROW = (1280, 900), (390, 844), (320, 640)


@pytest.fixture(scope="module")
def chrome():
    with browser() as running:
        yield running


@pytest.fixture(scope="module")
def base(demo_home):
    with served(demo_home) as address:
        yield address


@pytest.fixture(scope="module")
def paths(demo_home):
    """A path for every kind of page."""
    with Archive(demo_home, read_only=True) as archive:
        run = archive.db.execute
        (revised,) = run("SELECT id FROM stories WHERE revision_count > 1").fetchone()
        (gone,) = run("SELECT id FROM stories WHERE presence = 'gone'").fetchone()
        (arabic,) = run("SELECT id FROM stories WHERE language = 'ar'").fetchone()
        (japanese,) = run("SELECT id FROM stories WHERE language = 'ja'").fetchone()
        (capture,) = run("SELECT capture_id FROM revisions LIMIT 1").fetchone()
        (promoted,) = run("SELECT target_story_id FROM teasers WHERE target_story_id AND listing_id").fetchone()
    return {
        **{label.lower(): path for label, path in navigation()},
        "section": "/?section=Analysis&source=meridian",
        "found": "/search?q=strait+OR+lighthouse&order=newest",
        "teasers": "/search?q=strait&in=teasers",
        "story": f"/stories/{revised}",
        "revision": f"/stories/{revised}/revisions/1",
        "gone": f"/stories/{gone}",
        "arabic": f"/stories/{arabic}",
        "japanese": f"/stories/{japanese}",
        "diff": f"/stories/{revised}/diff/1/2",
        "side by side": f"/stories/{revised}/diff/1/2?view=side-by-side",
        "capture": f"/captures/{capture}",
        "source": "/sources/meridian",
        "promotion of a story": f"/stories/{promoted}/promotion",
        "run": "/runs/1",
    }


@pytest.fixture
def visit(chrome, base):
    """Open a window and watch what happens in it."""
    contexts = []

    def make(size=DESK, theme="light", **options):
        context = chrome.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=theme, reduced_motion="reduce", **options
        )
        contexts.append(context)
        context.set_default_timeout(8_000)
        return Watched(context.new_page(), base)

    yield make
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("size", "theme"), [(DESK, "dark"), (PHONE, "light")], ids=["desk, dark", "phone, light"])
def test_every_page_is_sound(visit, paths, size, theme):
    watched = visit(size, theme)
    for name, path in paths.items():
        _look_at(watched, name, path)
    assert watched.wrong == []


@pytest.mark.parametrize(("size", "theme"), [(DESK, "light"), (PHONE, "dark")], ids=["desk, light", "phone, dark"])
def test_axe_finds_no_serious_fault(visit, paths, size, theme):
    from axe_playwright_python.sync_playwright import Axe

    watched, axe = visit(size, theme), Axe()
    for name, path in paths.items():
        page = _look_at(watched, name, path)
        if name not in _ALIKE:
            _assert_no_serious_fault(axe, page, name)
    assert watched.wrong == []


def _assert_no_serious_fault(axe, page, name):
    serious = [
        f"{one['id']}: {one['nodes'][0]['html'][:200]} {one['nodes'][0].get('failureSummary', '')}"
        for one in axe.run(page).response["violations"]
        if one["impact"] in ("serious", "critical")
    ]
    assert serious == [], name


def _look_at(watched, name, path):
    page = watched.open(path)
    assert watched.overflow() <= 0, f"{name} is wider than the window"
    assert page.locator("h1").count() == 1, name
    return page


def test_nothing_is_cut_off_on_the_narrowest_window(visit, paths):
    watched = visit(NARROW)
    for name, path in paths.items():
        page = watched.open(path)
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        assert watched.overflow() <= 0, name


def test_a_search_is_typed_and_filtered(visit):
    watched = visit()
    page = watched.open("/")
    page.keyboard.press("/")
    page.keyboard.type("the")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=the")
    everything = _count(page)
    assert page.locator("mark").first.is_visible()
    page.locator(".facets").get_by_role("link", name="Analysis").click()
    page.wait_for_url("**section=Analysis**")
    assert 0 < _count(page) < everything
    page.get_by_text("Filters and order").click() if not page.locator("#order").is_visible() else None
    page.locator("#order").select_option("newest")
    page.locator("main form").get_by_role("button", name="Search").click()
    page.wait_for_url("**order=newest**")
    assert page.locator("#section").input_value() == "Analysis"
    page.locator(".histogram summary").click()
    page.locator(".histogram td a").first.click()
    page.wait_for_url("**after=20**")
    assert _count(page) >= 1
    assert watched.wrong == []


def _count(page):
    return int(page.locator(".found b").inner_text().split()[0].replace(",", ""))


def test_a_change_is_read(visit, paths):
    watched = visit()
    page = watched.open(paths["story"])
    page.get_by_role("link", name="compare").first.click()
    page.wait_for_url("**/diff/1/2")
    added, removed = page.locator(".diff ins").first, page.locator(".diff del").first
    assert "underline" in added.evaluate("one => getComputedStyle(one).textDecorationLine")
    assert "line-through" in removed.evaluate("one => getComputedStyle(one).textDecorationLine")
    page.get_by_role("link", name="Side by side").click()
    page.wait_for_url("**view=side-by-side")
    was, now = page.locator(".was").first.bounding_box(), page.locator(".is").first.bounding_box()
    assert was["x"] + was["width"] <= now["x"]
    page.locator("#a").select_option("2")
    page.locator("#b").select_option("1")
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url("**/diff/2/1?view=side-by-side")
    assert watched.wrong == []


def test_the_keyboard_alone_is_enough(visit):
    watched = visit()
    page = watched.open("/")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to the text"
    assert page.locator(":focus").bounding_box()["y"] >= 0, "what has the focus can be seen"
    page.keyboard.press("Enter")
    headline = page.locator("h3 a").first
    for _ in range(6):
        page.keyboard.press("Tab")
        if headline.evaluate("one => one === document.activeElement"):
            break
    assert headline.evaluate("one => one === document.activeElement")
    assert headline.evaluate("one => getComputedStyle(one).outlineStyle") != "none"
    name = headline.inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**/stories/*")
    assert page.locator("h1").inner_text() == name
    summary = page.locator(".cite summary")
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator(".citation").is_visible()
    assert watched.wrong == []


def test_the_theme_is_chosen_and_kept(visit):
    watched = visit(theme="light")
    page = watched.open("/")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Switch between light and dark").click()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark != light
    watched.open("/search")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark
    assert watched.wrong == []


def test_everything_works_without_scripts(visit, paths):
    watched = visit(java_script_enabled=False)
    page = watched.open("/")
    assert page.locator(".theme").count() == 0, "what only a script can do is not offered"
    page.locator("#quick-search").fill("lighthouse")
    page.locator("#quick-search").press("Enter")
    page.wait_for_url("**/search?q=lighthouse")
    assert page.locator("mark").first.is_visible()
    watched.open(paths["story"])
    page.locator(".cite summary").click()
    assert page.locator(".citation").is_visible()
    assert page.locator(".copy").count() == 0


def test_a_story_is_printed_without_the_room_around_it(visit, paths):
    watched = visit()
    page = watched.open(paths["story"])
    page.emulate_media(media="print")
    assert not page.locator(".rooms").is_visible()
    assert page.locator(".story h1").is_visible()
    assert len(page.pdf()) > 10_000


def test_datasettes_own_pages_run_under_the_same_policy(visit):
    watched = visit()
    page = watched.open("/news/stories?_search=lighthouse")
    assert page.locator(".rows-and-columns tbody tr").count() >= 1
    page.locator("th svg.dropdown-menu-icon").first.click()
    assert page.locator(".dropdown-menu").is_visible()
    page = watched.open("/news?sql=select+headline+from+stories+limit+3")
    assert page.locator(".CodeMirror").is_visible()
    assert [one for one in watched.wrong if "favicon" not in one] == []


@pytest.fixture(scope="module")
def copied(made_home):
    """The address of a server on an archive with copies, and a path for every page that shows them."""
    with Archive(made_home, read_only=True) as archive:
        run = archive.db.execute
        ((cluster,),) = run("SELECT DISTINCT cluster_id FROM copy_clusters").fetchall()
        ids = [story_id for (story_id,) in run("SELECT story_id FROM copy_clusters ORDER BY story_id")]
    assert len(ids) == 2
    with served(made_home) as address:
        yield (
            address,
            {
                "all copies": "/copies?span=all",
                "most copied": "/copies?span=all&order=largest",
                "a cluster": f"/copies/{cluster}",
                "had it first": f"/stories/{ids[0]}",
                "ran it after": f"/stories/{ids[1]}",
            },
        )


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE, NARROW], ids=["desk", "phone", "narrow"])
def test_copies_are_shown_soundly(chrome, copied, size, theme):
    from axe_playwright_python.sync_playwright import Axe

    address, paths = copied
    context = chrome.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=theme, reduced_motion="reduce"
    )
    watched, axe = Watched(context.new_page(), address), Axe()
    for name, path in paths.items():
        page = _look_at(watched, name, path)
        _assert_no_serious_fault(axe, page, name)
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        assert watched.overflow() <= 0, f"{name}, opened"
    assert watched.wrong == []
    context.close()


def test_a_cluster_of_copies_is_read_and_left_by_the_keyboard(chrome, copied):
    address, paths = copied
    context = chrome.new_context(viewport={"width": DESK[0], "height": DESK[1]})
    watched = Watched(context.new_page(), address)
    page = watched.open(paths["all copies"])
    link = page.locator(".clusters h2 a").first
    headline = link.inner_text()
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{paths['a cluster']}")
    assert page.locator("h1").inner_text() == headline
    assert "2 stories with this text" in page.locator(".lead").inner_text()
    rows = page.locator("main section").filter(has_text="Who ran it").locator("tbody tr, li")
    assert rows.count() == 2
    assert page.locator("main svg").count() == 1, "when each had it, drawn"
    page.get_by_role("link", name="Copied, changed").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/stories/*")
    assert page.locator("h1").inner_text() == "Copied, changed"
    assert watched.wrong == []
    context.close()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The address of a server on an archive of the hostile pages, and the ids of their stories."""
    folder = tmp_path_factory.mktemp("hostile")
    home, lines = folder / "home", []
    for number, (url, page) in enumerate(hostile_pages()):
        (folder / f"{number}.html").write_bytes(page)
        captured = f"2026-11-21T{number // 60:02}:{number % 60:02}:00Z"
        lines.append(json.dumps({"url": url, "html_path": f"{number}.html", "captured": captured}))
    (folder / "pages.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    run_command("--home", str(home), "init", "--quiet", "--without-sources")
    run_command("--home", str(home), "import", str(folder / "pages.jsonl"))
    with Archive(home, read_only=True) as archive:
        ids = [story_id for (story_id,) in archive.db.execute("SELECT id FROM stories ORDER BY id")]
    with served(home) as address:
        yield address, ids


def test_a_hundred_hostile_pages_do_no_harm(chrome, hostile):
    address, ids = hostile
    assert len(ids) >= 95, "the pages are stories, each its own"
    context = chrome.new_context(viewport={"width": PHONE[0], "height": PHONE[1]})
    watched = Watched(context.new_page(), address)
    searches = [
        "/search?q=harm+OR+evil+OR+script&order=newest",
        "/search?q=velmar&in=teasers",
        "/search?q=%3Cscript%3E1",
    ]
    panels = [*(path for _, path in navigation()), "/sources/hostile-example", "/runs/1"]
    panels += ["/promotion?place=stories&span=30d", *(f"/stories/{one}/promotion" for one in ids[1::20])]
    for path in [f"/stories/{one}" for one in ids] + [*panels, *searches]:
        seen = watched.open(path).evaluate(_LOOK)
        assert seen["harmed"] is None, path
        assert watched.overflow() <= 0, f"{path} breaks the layout"
        assert 0 <= seen["wordmark"] < 100, f"{path} moves what stands around it"
        assert seen["foreign"] == 0, f"{path} holds markup of the page it shows"
        assert set(seen["schemes"]) <= {"http:", "https:"}, path
    assert watched.wrong == []
    context.close()


_LOOK = """({
    harmed: window.harmed ?? null,
    wordmark: document.querySelector(".masthead .wordmark").getBoundingClientRect().x,
    foreign: document.querySelectorAll("main script, main iframe, main style, main base, main meta, main math,"
        + " main [onerror], main [onload], main [onfocus], main [onmouseover], main img:not([src^='/pictures/'])").length,
    schemes: [...new Set([...document.links].map((one) => one.protocol))],
})"""


def test_what_a_hostile_page_says_is_shown_as_words(chrome, hostile):
    address, ids = hostile
    context = chrome.new_context()
    watched = Watched(context.new_page(), address)
    page = watched.open(f"/stories/{ids[0]}")
    assert "<script>" in page.locator("h1").inner_text()
    turned = watched.open(f"/stories/{ids[12]}").locator("h1").inner_text()
    assert not set(turned) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    context.close()


def test_the_browser_is_looked_for_by_name(monkeypatch):
    monkeypatch.setattr(os, "environ", {**os.environ, "PATH": str(Path("/nowhere"))})
    with pytest.raises(pytest.skip.Exception, match="no browser here"), browser():
        pass
