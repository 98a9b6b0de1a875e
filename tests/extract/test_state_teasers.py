"""Teasers that stand in script data alone."""

from __future__ import annotations

import json

from newskeep.extract.teasers import find_teasers
from newskeep.extract.tree import parse_html
from newskeep.model import Teaser, TeaserKind

SITE = "https://www.harborledger.example"
URL = f"{SITE}/ports/tunnel-at-lunt-opens-early"


def read(script: str) -> tuple[Teaser, ...]:
    return find_teasers(
        parse_html(f"<html><body><div id='app'></div>{script}</body></html>", url=URL), None, None, None
    )


def data_script(data: object) -> str:
    return f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(data)}</script>'


def card(name: str, **more: object) -> dict[str, object]:
    return {"headline": f"The {name} stops after years", "url": f"/ports/{name}-stops-after-years", **more}


def test_objects_with_a_headline_and_a_storys_address_are_teasers() -> None:
    (one, two) = read(data_script({"props": {"relatedStories": [card("ferry"), card("crane")]}}))
    assert (one.headline, one.target_url) == ("The ferry stops after years", f"{SITE}/ports/ferry-stops-after-years")
    assert (one.kind, one.slot, one.block) == (TeaserKind.RELATED, 1, 1)
    assert (two.slot, two.block) == (2, 1)


def test_the_keys_above_and_the_lists_title_tell_the_kind() -> None:
    data = {
        "mostRead": [card("ferry")],
        "rail": {"title": "Latest news", "items": [card("crane")]},
        "paidContent": {"label": "Sponsored", "stories": [card("pilot")]},
    }
    found = {teaser.headline: (teaser.kind, teaser.heading, teaser.block) for teaser in read(data_script(data))}
    assert found == {
        "The ferry stops after years": (TeaserKind.POPULAR, None, 1),
        "The crane stops after years": (TeaserKind.LATEST, "Latest news", 2),
        "The pilot stops after years": (TeaserKind.SPONSORED, "Sponsored", 3),
    }


def test_words_and_picture_come_along() -> None:
    picture = {"src": "/m/ferry.jpg", "alt": "A ferry", "caption": "The last one", "credit": "Wim Aalto"}
    data = [card("ferry", kicker="Ports", summary={"text": "<p>The last boat left.</p>"}, image=[picture])]
    (teaser,) = read(data_script({"list": data}))
    assert (teaser.kicker, teaser.standfirst) == ("Ports", "The last boat left.")
    assert teaser.picture is not None
    assert teaser.picture.url == f"{SITE}/m/ferry.jpg"
    assert (teaser.picture.alt, teaser.picture.caption, teaser.picture.credit) == (
        "A ferry",
        "The last one",
        "Wim Aalto",
    )


def test_a_picture_may_be_a_bare_address() -> None:
    (teaser,) = read(data_script([card("ferry", thumbnail="/m/ferry.jpg", image=[])]))
    assert teaser.picture is not None
    assert teaser.picture.url == f"{SITE}/m/ferry.jpg"


def test_an_object_assigned_to_a_state_variable_is_read() -> None:
    script = f"<script>window.__INITIAL_STATE__ = {json.dumps({'list': [card('ferry')]})}; start()</script>"
    assert len(read(script)) == 1
    assert read(script.replace("__INITIAL_STATE__", "__AB_TEST__")) == ()


def test_own_story_sections_other_sites_and_short_names_are_none() -> None:
    data = [
        {"headline": "Tunnel at Lunt opens early", "url": URL},
        {"title": "Ports and shipping news", "url": "/ports"},
        {"headline": "A story of another site", "url": "https://other.example/a-story-of-another"},
        {"headline": "Short name", "url": "/ports/short-name-of-this"},
        {"headline": "An address that is a number", "url": 7, "href": "nowhere"},
        {"headline": "Tunnel pictures in one file", "url": "/media/tunnel-pictures-of-march.jpg"},
    ]
    assert read(data_script(data)) == ()


def test_broken_and_endless_data_is_passed_over() -> None:
    assert read('<script type="application/json">{"a": [</script>') == ()
    deep = '{"a":' * 5000 + "1" + "}" * 5000
    assert read(f'<script type="application/json">{deep}</script>') == ()
    many = [card(f"boat-{at}") for at in range(400)]
    assert len(read(data_script(many))) == 100


def test_a_story_named_twice_is_one_teaser() -> None:
    assert len(read(data_script({"a": [card("ferry")], "b": [card("ferry")]}))) == 1


def test_the_heading_is_the_nearest_one_above() -> None:
    data = {
        "title": "Latest news",
        "rail": {"box": {"inner": [card("crane")]}},
        "other": {"label": "Most read", "a": card("ferry")},
    }
    found = {teaser.headline: teaser.heading for teaser in read(data_script(data))}
    assert found == {"The crane stops after years": "Latest news", "The ferry stops after years": "Most read"}


def test_no_more_than_so_many_addresses_are_looked_at() -> None:
    things = [{"headline": f"The thing number {at} of many", "url": f"/x/{at}"} for at in range(2500)]
    assert read(data_script({"list": [*things, card("crane"), card("ferry"), card("pilot")]})) == ()
    assert len(read(data_script({"list": [*things[:1500], card("crane"), card("ferry"), card("pilot")]}))) == 3
