"""JSON-LD and microdata: mending, following references, choosing the story."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newskeep.extract.structured import Structured, as_list, as_text, load_json, read_structured, types_of
from newskeep.extract.tree import parse_html

URL = "https://kesh.example/harbor-vote"
STORY = {"@type": "NewsArticle", "headline": "Harbor vote ends", "datePublished": "2026-03-01"}


def _read(*scripts: str, body: str = "<h1>Harbor vote ends</h1>", head: str = "") -> Structured:
    tags = "".join(f'<script type="application/ld+json">{script}</script>' for script in scripts)
    return read_structured(parse_html(f"<html><head>{head}{tags}</head><body>{body}</body></html>", url=URL))


def _headline(structured: Structured) -> str:
    return as_text(structured.story.get("headline")) if structured.story else ""


@pytest.mark.parametrize(
    "script",
    [
        json.dumps(STORY),
        json.dumps([{"@type": "WebSite", "name": "Kesh Post"}, STORY]),
        json.dumps({"@graph": [{"@type": "WebPage"}, STORY]}),
        json.dumps({"@type": "WebPage", "mainEntity": STORY}),
        "<!-- " + json.dumps(STORY) + " -->",
        "//<![CDATA[\n" + json.dumps(STORY) + "\n//]]>",
        json.dumps(STORY) + ";",
        json.dumps(STORY)[:-1] + ", }",
        json.dumps({"@type": "WebSite"}) + "\n" + json.dumps(STORY),
        json.dumps(STORY).replace("vote", "vote\t"),
        json.dumps(STORY).replace('"', "&quot;"),
        json.dumps(STORY)[:-1] + ', "description": "Kesh\\\'s \\k"}',
        '{"@type": "NewsArticle", "headline": "Harbor vote ends", "description": "a "bare" quote"}',
        '{"@type":"NewsArticle"\n"headline":"Harbor vote ends"}',
    ],
)
def test_a_story_is_found_in_json_of_any_make(script: str) -> None:
    assert " ".join(_headline(_read(script)).split()) == "Harbor vote ends"


def test_raw_control_characters_in_a_string_are_read() -> None:
    structured = _read('{"@type": "NewsArticle", "headline": "Harbor\nvote\tends"}')
    assert _headline(structured) == "Harbor vote ends"


def test_from_broken_json_the_author_is_picked_too() -> None:
    structured = _read('{"@type": "Article", "author": {"@type": "Person", "name": "Ada Beck"}, "text": "a "b" c"')
    assert structured.story is not None
    assert structured.story["author"] == ["Ada Beck"]


def test_from_broken_json_a_plain_author_is_picked_too() -> None:
    structured = _read('{"@type": "Article", "headline": "Harbor vote ends", "author": "Ada Beck", "text": "a "b"')
    assert structured.story is not None
    assert structured.story["author"] == "Ada Beck"


@pytest.mark.parametrize(
    "script", ["", "   ", "nonsense", "{" * 5000, "[" * 5000, '{"@type": "Thing", "a": "b" c}', "<!-- -->"]
)
def test_what_cannot_be_mended_is_passed_over(script: str) -> None:
    assert _read(script).story is None


def test_a_script_beyond_all_measure_is_not_read() -> None:
    assert load_json("[" + " " * 3_000_001 + "]") == []


def test_among_several_stories_the_one_with_the_pages_address_is_chosen() -> None:
    other = {"@type": "NewsArticle", "headline": "Another day", "url": "https://kesh.example/another"}
    own = {"@type": "NewsArticle", "headline": "The vote", "mainEntityOfPage": {"@id": URL + "/?utm_source=x"}}
    assert _headline(_read(json.dumps([other, own]))) == "The vote"


def test_among_several_stories_the_one_with_the_pages_headline_is_chosen() -> None:
    other = {"@type": "NewsArticle", "headline": "Another day"}
    assert _headline(_read(json.dumps([other, STORY]))) == "Harbor vote ends"


def test_the_canonical_address_counts_as_the_pages_own() -> None:
    own = {"@type": "NewsArticle", "headline": "The vote", "url": "https://kesh.example/vote"}
    other = {"@type": "NewsArticle", "headline": "Another day", "url": "https://kesh.example/another"}
    head = '<link rel="canonical" href="https://kesh.example/vote">'
    assert _headline(_read(json.dumps([other, own]), head=head)) == "The vote"


def test_a_story_that_a_list_holds_is_another_one() -> None:
    listed = {"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle", "headline": "Listed"}]}
    plain = {"@type": "NewsArticle", "headline": "Own"}
    assert _headline(_read(json.dumps([listed, plain]))) == "Own"


def test_a_written_story_comes_before_its_video() -> None:
    video = {"@type": "VideoObject", "name": "Harbor vote ends", "url": URL}
    assert _headline(_read(json.dumps([video, STORY]))) == "Harbor vote ends"


def test_a_video_stands_for_the_story_where_there_is_no_other() -> None:
    structured = _read(json.dumps({"@type": ["VideoObject"], "name": "Harbor vote ends"}))
    assert structured.story is not None
    assert types_of(structured.story) == {"VideoObject"}


def test_types_are_read_without_their_address() -> None:
    assert types_of({"@type": "http://schema.org/NewsArticle"}) == {"NewsArticle"}
    assert types_of({"@type": "schema:NewsArticle"}) == {"NewsArticle"}
    assert types_of({"@type": 7}) == frozenset()


def test_references_are_followed() -> None:
    graph = {"@graph": [{**STORY, "author": {"@id": "#ada"}}, {"@type": "Person", "@id": "#ada", "name": "Ada Beck"}]}
    structured = _read(json.dumps(graph))
    assert structured.story is not None
    assert structured.resolve(structured.story["author"]) == {"@type": "Person", "@id": "#ada", "name": "Ada Beck"}
    assert structured.resolve({"@id": "#nobody"}) == {"@id": "#nobody"}
    assert structured.resolve("Ada Beck") == "Ada Beck"


def test_the_page_around_the_story_is_known() -> None:
    structured = _read(json.dumps({"@graph": [STORY, {"@type": "WebPage", "inLanguage": "en"}]}))
    assert structured.page == {"@type": "WebPage", "inLanguage": "en"}


def test_microdata_is_read_where_json_ld_has_no_story() -> None:
    body = """<article itemscope itemtype="https://schema.org/NewsArticle">
        <h1 itemprop="headline">Harbor vote <b>ends</b></h1>
        <span itemprop="author" itemscope itemtype="https://schema.org/Person"><a itemprop="name">Ada Beck</a></span>
        <span itemprop="author" itemscope itemtype="https://schema.org/Person">Bo Lund</span>
        <time itemprop="datePublished" datetime="2026-03-01T10:00Z">today</time>
        <img itemprop="image" src="/a.jpg"><img itemprop="image" data-src="/b.jpg"><img itemprop="image" src="/c.jpg">
        <a itemprop="url" href="/harbor-vote">here</a><a itemprop="editor" href="/bo">Bo</a><i itemprop="genre"></i>
    </article>"""
    structured = _read(body=body)
    assert structured.origin == "microdata"
    assert structured.story == {
        "@type": "NewsArticle",
        "headline": "Harbor vote ends",
        "author": [{"@type": "Person", "name": "Ada Beck"}, {"@type": "Person", "name": "Bo Lund"}],
        "datePublished": "2026-03-01T10:00Z",
        "image": ["/a.jpg", "/b.jpg", "/c.jpg"],
        "url": "/harbor-vote",
        "editor": "Bo",
    }


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a &amp; b", "a & b"),
        (["", "first", "second"], "first"),
        ({"@value": "inner"}, "inner"),
        ({"name": "named"}, "named"),
        (7, "7"),
        (True, ""),
        (None, ""),
        ([], ""),
    ],
)
def test_values_of_any_shape_become_text(value: object, text: str) -> None:
    assert as_text(value) == text


def test_values_of_any_shape_become_lists() -> None:
    assert as_list({"@list": [1, 2]}) == [1, 2]
    assert as_list({"@set": "a"}) == ["a"]
    assert as_list(None) == []
    assert as_list("a") == ["a"]


@settings(max_examples=40)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["@type", "@id", "@graph", "url", "headline", "author", "hasPart", "x"]), inner
            )
        ),
        max_leaves=30,
    )
)
def test_any_json_is_read_without_an_error(value: object) -> None:
    structured = _read(json.dumps(value).replace("</", "<\\/"))
    assert structured.origin in ("json-ld", "microdata")


@given(st.text(max_size=200))
def test_any_text_in_a_script_is_read_without_an_error(text: str) -> None:
    assert isinstance(load_json(text), list)
