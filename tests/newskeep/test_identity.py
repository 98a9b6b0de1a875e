"""One story, many names; many stories, never one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from newskeep.identity import (
    Alias,
    AliasKind,
    KnownStory,
    Rendition,
    aliases_of,
    choose,
    entry_keys,
    is_redirect_to_front,
    rendition_of,
    story_id_key,
    story_url,
    telling_of,
)
from newskeep.model import Block, BlockKind, Capture, Entry, ExtractedPage, PageKind, StoryDraft
from newskeep.presence import Presence
from newskeep.urls import url_key

URL = "https://post.example/world/bridge-opens-again-12345"
TEXT = (
    "The council of Hamaville voted on Monday to open the long bridge over the river to carts and cyclists again. "
    "Engineers had closed it in spring, when two of its piers were found to have sunk by the width of a hand."
)
OTHER_TEXT = (
    "Ferry crews in the northern ports walked out at dawn, and the morning boats to the islands stayed in harbour. "
    "The owners called the walkout unlawful and asked a court to end it before the weekend brings its crowds."
)


def draft(headline: str = "Bridge opens", text: str = TEXT, **fields: Any) -> StoryDraft:
    """A story."""
    return StoryDraft(headline=headline, blocks=(Block(kind=BlockKind.PARAGRAPH, text=text),), **fields)


def capture(final_url: str = URL, **fields: Any) -> Capture:
    """An answer."""
    given = {"request_url": final_url, "status": 200, "headers": (), "body": b"", "payload_digest": ""}
    return Capture(**{**given, **fields}, final_url=final_url, captured_at=datetime(2026, 11, 22, tzinfo=UTC))


def page(main: StoryDraft, **fields: Any) -> ExtractedPage:
    """What a page says."""
    return ExtractedPage(kind=PageKind.STORY, url=URL, extractor_version="1", main=main, **fields)


def names(taken: Capture, said: ExtractedPage, entry: Entry | None = None) -> dict[str, str]:
    """The names of the main story: kind by key, in their order."""
    assert said.main is not None
    return {alias.key: str(alias.kind) for alias in aliases_of(taken, said.main, said, "post", entry)}


def known(story_id: int, *matched: str, headline: str = "Bridge opens", text: str = TEXT, url: str = URL) -> KnownStory:
    """A story that the archive found under some names."""
    return KnownStory(
        story_id=story_id, source="post", url=url, headline=headline, text=text, matched=matched, revision_id=1,
        revision=1, is_current=True, captured_at=datetime(2026, 11, 21, tzinfo=UTC), capture_id=1, payload_digest="",
        draft_digest="", extractor_version="1", memory_version=0, rendition=Rendition.PAGE,
    )  # fmt: skip


KEY = url_key(URL)
FOREIGN = "https://other.example/bridge-opens-again"


def test_all_names_of_a_story_come_strongest_first() -> None:
    new = "https://post.example/world/long-bridge-12345"
    taken = capture(new, request_url=URL + "?utm_source=rss", redirects=(URL, "https://post.example/r/1"))
    said = page(
        draft(post_id="12345"),
        declared_canonical="https://www.post.example/world/the-bridge-12345",
        amp_url="https://post.example/amp/long-bridge-12345",
    )
    assert names(taken, said, Entry(url=URL, position=1, guid="tag:1")) == {
        url_key(new): "final_url",
        KEY: "request_url",
        "post.example/r/1": "redirect",
        "post:post:12345": "post_id",
        "post.example/world/the-bridge-12345": "canonical",
        "post.example/amp/long-bridge-12345": "amp",
        "guid:post:tag:1": "guid",
    }


@pytest.mark.parametrize(
    "spelling", [URL, URL + "/", URL.replace("https://", "http://www."), URL + "?utm_source=x&fbclid=1", URL + "#top"]
)
def test_one_address_in_many_spellings_is_one_name(spelling: str) -> None:
    assert names(capture(request_url=spelling), page(draft(), declared_canonical=URL)) == {KEY: "final_url"}


@pytest.mark.parametrize(
    "declared",
    [
        "https://post.example/",
        "https://post.example/en/",
        "https://post.example/index.html",
        "https://post.example/world",
        "https://post.example/world/",
        FOREIGN,
        "mailto:desk@post.example",
        "/relative",
    ],
)
def test_a_canonical_address_that_cannot_be_the_storys_is_not_believed(declared: str) -> None:
    said = page(draft(), declared_canonical=declared)
    assert names(capture(), said) == {KEY: "final_url"}
    assert story_url(capture(), draft(), replace(said, main=said.main)) == URL


def test_where_the_declared_canonical_is_not_believed_the_storys_own_address_is() -> None:
    own = "https://post.example/world/the-bridge"
    said = page(draft(url=own), declared_canonical="https://post.example/")
    assert list(names(capture(), said)) == [KEY, url_key(own)]
    assert said.main is not None
    assert story_url(capture(), said.main, said) == own


@pytest.mark.parametrize(
    ("final_url", "declared"),
    [
        (URL + "/2", URL),
        (URL + "/amp", URL),
        ("https://post.example/world/bridge/amp", "https://post.example/world/bridge"),
        ("https://m.post.example/world/bridge/", "https://post.example/world/bridge"),
        ("https://amp.post.example/bridge", "https://www.post.example/bridge"),
    ],
)
def test_a_canonical_address_above_a_page_or_form_of_the_story_is_believed(final_url: str, declared: str) -> None:
    said = page(draft(), declared_canonical=declared)
    assert url_key(declared) in names(capture(final_url), said)
    assert said.main is not None
    assert story_url(capture(final_url), said.main, said) == declared


def test_an_address_that_leads_to_the_front_is_no_name() -> None:
    taken = capture("https://post.example/", request_url=URL, redirects=(URL,))
    assert is_redirect_to_front(taken)
    assert KEY not in names(taken, page(draft()))


def test_a_front_that_was_asked_for_is_no_redirect_to_it() -> None:
    assert not is_redirect_to_front(capture("https://www.post.example/", request_url="http://post.example"))


def test_a_redirect_over_the_front_or_another_scheme_is_no_name() -> None:
    taken = capture(redirects=("https://post.example/", "about:blank"))
    assert names(taken, page(draft())) == {KEY: "final_url"}


def test_a_further_story_has_its_own_address_only() -> None:
    own = "https://post.example/world/ferry-strike-777"
    further = draft("Ferry", OTHER_TEXT, url=own, post_id="777")
    said = page(draft(post_id="1"), further=(further,), amp_url=URL + "/amp", declared_canonical=URL)
    found = aliases_of(capture(), further, said, "post", Entry(url=URL, position=1, guid="g"))
    assert [(alias.key, alias.kind) for alias in found] == [(url_key(own), AliasKind.CANONICAL)]
    assert story_url(capture(), further, said) == own
    assert rendition_of(capture(), further, said) is Rendition.FURTHER


@pytest.mark.parametrize("own", [None, URL + "#part", FOREIGN, "https://post.example/"])
def test_a_further_story_without_an_address_of_its_own_has_no_name(own: str | None) -> None:
    further = draft("Ferry", OTHER_TEXT, url=own)
    said = page(draft(), further=(further,))
    assert aliases_of(capture(), further, said, "post", None) == ()
    assert story_url(capture(), further, said) == URL


@pytest.mark.parametrize(
    ("final_url", "declared", "rendition"),
    [
        (URL, None, Rendition.PAGE),
        (URL, URL + "/", Rendition.PAGE),
        (URL, "https://post.example/world/other-slug-1", Rendition.PAGE),
        (URL, "https://post.example/", Rendition.PAGE),
        (URL + "/amp", URL, Rendition.ALTERNATE),
        ("https://post.example/amp/bridge", URL, Rendition.ALTERNATE),
        (URL + "?outputType=amp", URL, Rendition.ALTERNATE),
        ("https://m.post.example/bridge", URL, Rendition.ALTERNATE),
        (URL + "/print", URL, Rendition.ALTERNATE),
        (URL + "?view=print", URL, Rendition.ALTERNATE),
        (URL + "/amp", None, Rendition.PAGE),
    ],
)
def test_forms_of_a_page(final_url: str, declared: str | None, rendition: Rendition) -> None:
    said = page(draft(), declared_canonical=declared)
    assert said.main is not None
    assert rendition_of(capture(final_url), said.main, said) is rendition


def test_an_entry_is_known_by_address_and_guid() -> None:
    assert entry_keys("post", Entry(url=URL + "?utm_source=x", position=1, guid="g")) == (KEY, "guid:post:g")
    assert entry_keys("post", Entry(url=URL, position=1)) == (KEY,)


# choosing


def alias(kind: AliasKind, key: str, value: str | None = None) -> Alias:
    """A name."""
    return Alias(key=key, kind=kind, value=value or f"https://{key}", reason="")


FINAL = alias(AliasKind.FINAL_URL, KEY, URL)
NEW_URL = "https://post.example/world/new-slug-12345"
NEW = alias(AliasKind.FINAL_URL, url_key(NEW_URL), NEW_URL)


def test_a_story_none_of_whose_names_is_known_is_new() -> None:
    choice = choose([FINAL], [], draft=draft(), url=URL)
    assert (choice.story, choice.url, choice.aliases, choice.rivals) == (None, URL, (FINAL,), ())


def test_the_address_that_answered_is_believed_whatever_it_says() -> None:
    choice = choose([FINAL], [known(1, KEY, text=OTHER_TEXT, headline="Ferry")], draft=draft(), url=URL)
    assert choice.story is not None
    assert choice.aliases == ()


# the kind of the only known name; whether the text agrees clearly, the headline only, or nothing; is it believed
BELIEFS = [
    (AliasKind.REQUEST_URL, "text", True),
    (AliasKind.REQUEST_URL, "headline", True),
    (AliasKind.REQUEST_URL, "nothing", False),
    (AliasKind.REDIRECT, "headline", True),
    (AliasKind.REDIRECT, "nothing", False),
    (AliasKind.POST_ID, "headline", True),
    (AliasKind.POST_ID, "nothing", False),
    (AliasKind.CANONICAL, "text", True),
    (AliasKind.CANONICAL, "headline", False),
    (AliasKind.CANONICAL, "nothing", False),
    (AliasKind.AMP, "text", True),
    (AliasKind.AMP, "headline", False),
    (AliasKind.GUID, "text", True),
    (AliasKind.GUID, "headline", False),
    (AliasKind.GUID, "nothing", False),
]


@pytest.mark.parametrize(("kind", "agreeing", "believed"), BELIEFS)
def test_what_is_merely_declared_is_believed_where_the_texts_agree(
    kind: AliasKind, agreeing: str, believed: bool
) -> None:
    owner = known(
        1,
        "name",
        headline="Bridge opens" if agreeing == "headline" else "Ferry crews walk out",
        text=TEXT if agreeing == "text" else OTHER_TEXT,
    )
    choice = choose([NEW, alias(kind, "name")], [owner], draft=draft(), url=NEW_URL)
    assert (choice.story is not None) is believed
    assert choice.aliases == (NEW,)
    assert choice.rivals == (() if believed else (1,))


def test_pages_that_all_declare_one_canonical_address_stay_apart() -> None:
    shared = "https://post.example/story-template-1"
    names_of_second = [NEW, alias(AliasKind.CANONICAL, url_key(shared), shared)]
    first = known(1, url_key(shared), url=shared)
    choice = choose(names_of_second, [first], draft=draft("Ferry crews walk out", OTHER_TEXT), url=shared)
    assert (choice.story, choice.url, choice.aliases) == (None, NEW_URL, (NEW,))
    assert [found.kind for found in choice.rejected] == [AliasKind.CANONICAL]


def test_two_stories_that_own_names_of_one_page_are_not_merged() -> None:
    names_of_page = [FINAL, alias(AliasKind.CANONICAL, "c"), alias(AliasKind.GUID, "g"), alias(AliasKind.AMP, "new")]
    choice = choose(names_of_page, [known(1, KEY), known(2, "c", "g")], draft=draft(), url="https://c")
    assert choice.story is not None
    assert (choice.story.story_id, choice.rivals) == (1, (2,))
    assert [found.key for found in choice.aliases] == ["new"]
    assert choice.url == URL


def test_a_known_story_found_by_a_weaker_name_gets_the_stronger_ones() -> None:
    choice = choose([NEW, alias(AliasKind.GUID, "g")], [known(1, "g")], draft=draft(), url=NEW_URL)
    assert choice.story is not None
    assert choice.aliases == (NEW,)
    assert choice.reason == "known by guid https://g"


def test_a_story_moves_with_a_redirect() -> None:
    asked = alias(AliasKind.REQUEST_URL, KEY, URL)
    assert choose([NEW, asked], [known(1, KEY)], draft=draft(), url=NEW_URL).url == NEW_URL


def test_a_story_moves_where_the_page_declares_another_address() -> None:
    declared = alias(AliasKind.CANONICAL, url_key(NEW_URL), NEW_URL)
    assert choose([FINAL, declared], [known(1, KEY)], draft=draft(), url=NEW_URL).url == NEW_URL


def test_a_story_met_at_a_second_address_stays_where_it_is() -> None:
    second = alias(AliasKind.POST_ID, "post:post:1")
    assert choose([NEW, second], [known(1, "post:post:1")], draft=draft(), url=NEW_URL).url == URL


def test_another_spelling_of_its_address_does_not_move_a_story() -> None:
    assert choose([FINAL], [known(1, KEY)], draft=draft(), url=URL + "/").url == URL


# what is known of the story's own address, and decisions


def test_a_story_whose_address_fails_stands_under_the_one_that_answers() -> None:
    second = alias(AliasKind.GUID, "g")
    for absent in (replace(known(1, "g"), presence=Presence.GONE), replace(known(1, "g"), is_in_doubt=True)):
        assert choose([NEW, second], [absent], draft=draft(), url=NEW_URL).url == NEW_URL
    there = replace(known(1, "g"), presence=Presence.MOVED)
    assert choose([NEW, second], [there], draft=draft(), url=NEW_URL).url == URL


def test_a_name_that_was_split_off_leads_no_rule_back_to_the_story() -> None:
    declared = alias(AliasKind.CANONICAL, KEY, URL)
    parted = replace(known(1, KEY), vetoed=(NEW.key,))
    choice = choose([NEW, declared], [parted], draft=draft(), url=URL)
    assert (choice.story, choice.url, choice.rivals) == (None, NEW_URL, (1,))
    assert choice.aliases == (NEW,)


def test_a_vetoed_name_does_not_part_a_story_from_its_own_address() -> None:
    amp = alias(AliasKind.AMP, url_key(NEW_URL), NEW_URL)
    parted = replace(known(1, KEY), vetoed=(amp.key,))
    choice = choose([FINAL, amp], [parted], draft=draft(), url=URL)
    assert choice.story is not None


def test_stories_that_read_the_same_within_a_source_have_one_telling() -> None:
    told = telling_of("post", draft())
    assert told is not None
    assert told == telling_of("post", draft("  Bridge   opens ", TEXT.replace(" ", "  "), byline="By Ana Wolff"))
    others = [("herald", draft()), ("post", draft("Bridge closes")), ("post", draft(text=OTHER_TEXT))]
    assert told not in {telling_of(slug, one) for slug, one in others}


@pytest.mark.parametrize("story", [draft(text="Too short to be known by."), StoryDraft(headline=None)])
def test_a_story_too_short_or_without_headline_has_no_telling(story: StoryDraft) -> None:
    assert telling_of("post", story) is None


def test_the_id_of_a_merged_story_is_a_name() -> None:
    assert story_id_key(17) == "story:17"


def test_a_page_of_another_site_that_we_were_sent_to_for_once_gives_the_story_no_address() -> None:
    sent = capture("https://mirror.example/bridge", request_url=URL, redirects=(URL,))
    assert story_url(sent, draft(), page(draft())) == "https://mirror.example/bridge"
    said = page(draft())
    assert said.main is not None
    assert story_url(replace(sent, has_temporary_redirect=True), said.main, said) == URL
    within = capture(NEW_URL, request_url=URL, redirects=(URL,), has_temporary_redirect=True)
    assert story_url(within, said.main, said) == NEW_URL
