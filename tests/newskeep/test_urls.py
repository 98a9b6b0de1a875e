"""What makes two addresses one, and what makes them two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskeep import urls

_SEGMENT = st.text(alphabet=st.characters(blacklist_categories=["Cs"]), max_size=12)
_NAMES = st.one_of(st.sampled_from(["id", "utm_source", "ref", "share", "p", "a;b", "fbclid"]), _SEGMENT)
_URLS = st.builds(
    lambda scheme, host, port, path, query, fragment: f"{scheme}://{host}{port}/{path}{query}{fragment}",
    st.sampled_from(["http", "https", "HTTPS"]),
    st.sampled_from(["news.example", "WWW.News.example", "www.www.example", "новости.example", "[::1]", "127.0.0.1"]),
    st.sampled_from(["", ":80", ":443", ":8080"]),
    st.lists(_SEGMENT, max_size=4).map("/".join),
    st.lists(st.tuples(_NAMES, _SEGMENT), max_size=4).map(
        lambda pairs: "?" + "&".join(f"{name}={value}" for name, value in pairs) if pairs else ""
    ),
    st.one_of(st.just(""), _SEGMENT.map("#".__add__)),
)

STORY = "https://news.example/world/a-quiet-vote-2670280377"


@given(_URLS)
def test_a_normal_form_is_its_own_normal_form(url: str) -> None:
    normal = urls.canonicalize(url)
    assert urls.canonicalize(normal) == normal


@given(_URLS)
def test_a_normal_form_is_printable_ascii_without_a_fragment(url: str) -> None:
    normal = urls.canonicalize(url)
    assert normal.isascii()
    assert normal.isprintable()
    assert not {" ", "#"} & set(normal)


@given(_URLS)
def test_a_key_is_its_own_key(url: str) -> None:
    key = urls.url_key(url)
    assert urls.url_key(key) == key


@given(_URLS)
def test_an_address_and_its_normal_form_have_one_key(url: str) -> None:
    assert urls.url_key(urls.canonicalize(url)) == urls.url_key(url)


@given(st.text(max_size=60))
def test_no_text_does_more_than_raise_value_error(text: str) -> None:
    try:
        normal = urls.canonicalize(text, base=STORY)
    except ValueError:
        assert not urls.is_fetchable(text)
    else:
        assert urls.is_fetchable(normal)
    urls.same_site(text, STORY)
    urls.is_front_url(text)
    urls.is_asset_url(text)
    urls.amp_twin(text)


@pytest.mark.parametrize(
    "spelling",
    [
        "http://news.example/world/a-quiet-vote-2670280377",
        "https://www.news.example/world/a-quiet-vote-2670280377/",
        "https://NEWS.example:443/world/a-quiet-vote-2670280377",
        "http://news.example:80/world/a-quiet-vote-2670280377",
        "https://news.example./world/a-quiet-vote-2670280377",
        "https://news.example/world/./x/../a-quiet-vote-2670280377",
        "https://news.example/world/%61-quiet-vote-2670280377",
        "https://news.example/world/a-quiet-vote-2670280377#comments",
        "https://news.example/world/a-quiet-vote-2670280377?utm_source=rss&utm_medium=feed",
        "https://news.example/world/a-quiet-vote-2670280377?fbclid=IwAR0&gclid=x&mc_cid=9&CMP=share_btn",
        "https://news.example/world/a-quiet-vote-2670280377?at_medium=RSS&at_campaign=KARANGA",
        "https://news.example/world/a-quiet-vote-2670280377?ref=nav-top",
        "https://news.example/world/a-quiet-vote-2670280377?ref=top_nav2&ht_source=menu&ht_campaign=x",
        "https://news.example/world/a-quiet-vote-2670280377?share=twitter&source=rss",
        "https://news.example/world/a-quiet-vote-2670280377;jsessionid=0A1B",
        "https://reader:secret@news.example/world/a-quiet-vote-2670280377",
        "https:\\\\news.example\\world\\a-quiet-vote-2670280377",
        " https://news.example/world/\na-quiet-vote-2670280377 ",
        "news.example/world/a-quiet-vote-2670280377",
    ],
)
def test_spellings_of_one_story_share_its_key(spelling: str) -> None:
    assert urls.url_key(spelling) == urls.url_key(STORY)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://news.example/hard-numbers-2638727060", "https://news.example/hard-numbers-2638727061"),
        ("https://news.example/story?id=1", "https://news.example/story?id=2"),
        ("https://news.example/?p=12", "https://news.example/"),
        ("https://news.example/Story", "https://news.example/story"),
        ("https://news.example/a//b", "https://news.example/a/b"),
        ("https://news.example/a%2Fb", "https://news.example/a/b"),
        ("https://m.news.example/a", "https://news.example/a"),
        ("https://news.example:8080/a", "https://news.example/a"),
        ("https://news.example/a?ref=48213", "https://news.example/a"),
        ("https://news.example/a?source=reuters", "https://news.example/a"),
        ("https://news.example/новости", "https://news.example/новость"),
        ("https://news.example/a?page=2", "https://news.example/a"),
    ],
)
def test_what_identifies_a_page_stays_in_its_key(one: str, other: str) -> None:
    assert urls.url_key(one) != urls.url_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://news.example/a?b=2&a=1", "https://news.example/a?a=1&b=2"),
        ("https://news.example/a?q=x+y", "https://news.example/a?q=x%20y"),
        ("https://news.example/a?q", "https://news.example/a?q="),
        ("https://news.example/новости", "https://news.example/%d0%bd%d0%be%d0%b2%d0%be%d1%81%d1%82%d0%b8"),
        ("https://bücher.example/a", "https://xn--bcher-kva.example/a"),
        ("https://news.example/café", "https://news.example/cafe\u0301"),
        ("https://news.example/50%-off", "https://news.example/50%25-off"),
    ],
)
def test_ways_of_writing_the_same_share_a_key(one: str, other: str) -> None:
    assert urls.url_key(one) == urls.url_key(other)


@pytest.mark.parametrize(
    ("url", "base", "normal"),
    [
        ("../b?x=1#y", "https://news.example/a/c/", "https://news.example/a/b?x=1"),
        ("//cdn.example/x", "https://news.example/", "https://cdn.example/x"),
        ("?page=2", "https://news.example/a", "https://news.example/a?page=2"),
        ("https://news.example", None, "https://news.example/"),
        ("https://news.example/a b", None, "https://news.example/a%20b"),
        ("https://news.example/a?b=2&a=1", None, "https://news.example/a?b=2&a=1"),
        ("https://news.example/a?x=1&amp;y=2", None, "https://news.example/a?x=1&y=2"),
        ("https://news.example\\@evil.example/", None, "https://news.example/@evil.example/"),
        ("http://[2001:DB8::0:1]:8080/a", None, "http://[2001:db8::1]:8080/a"),
        ("https://news.example/../../a", None, "https://news.example/a"),
        ("https://news.example/a/..", None, "https://news.example/"),
    ],
)
def test_normal_form(url: str, base: str | None, normal: str) -> None:
    assert urls.canonicalize(url, base=base) == normal


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/relative",
        "news.example/a",
        "mailto:desk@news.example",
        "javascript:void(0)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://news.example/a",
        "https://",
        "https:///a",
        "https://news.example:port/",
        "https://news.example:99999/",
        "https://news example/",
        "https://-/",
        "https://[::1/",
        "https://[nonsense]/",
        "https://\u0301.example/",
        "https://news.example/" + "a" * urls.MAX_URL_LENGTH,
    ],
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    assert not urls.is_fetchable(url)
    with pytest.raises(ValueError, match=r"."):
        urls.canonicalize(url)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("https://www.news.example/a", "http://live.news.example/b", True),
        ("https://news.co.uk/", "https://other.co.uk/", False),
        ("https://www.news.co.uk/", "https://sport.news.co.uk/", True),
        ("https://www.news.com.au/", "https://other.com.au/", False),
        ("https://news.jor.br/", "https://other.jor.br/", False),
        ("https://www.web.de/", "https://magazine.web.de/", True),
        ("https://one.substack.com/", "https://two.substack.com/", False),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:9000/", True),
        ("http://127.0.0.1/", "http://10.0.0.1/", False),
        ("http://[::1]/", "http://[::2]/", False),
        ("nothing", "nothing", False),
    ],
)
def test_same_site_means_one_registrable_domain(a: str, b: str, same: bool) -> None:
    assert urls.same_site(a, b) is same


@pytest.mark.parametrize(
    ("url", "is_front"),
    [
        ("https://news.example", True),
        ("https://news.example/?utm_source=x", True),
        ("https://news.example/index.html", True),
        ("https://news.example/en/", True),
        ("https://news.example/de-at/index.php", True),
        ("https://news.example/?p=12", False),
        ("https://news.example/news", False),
        ("https://news.example/home-alone-again", False),
        ("nothing", False),
    ],
)
def test_a_front_is_the_home_page_or_an_index(url: str, is_front: bool) -> None:
    assert urls.is_front_url(url) is is_front


@pytest.mark.parametrize(
    ("url", "is_asset"),
    [
        ("https://news.example/media-library/a-vote.jpg?id=55&width=980", True),
        ("https://news.example/media-library/less-than-p-greater-than", True),
        ("https://news.example/paper.PDF", True),
        ("https://news.example/app.mjs", True),
        ("https://news.example/story.html", False),
        ("https://news.example/story-about-a.jpg-file", False),
        ("https://news.example/view?picture=a.jpg", False),
    ],
)
def test_assets_are_no_pages(url: str, is_asset: bool) -> None:
    assert urls.is_asset_url(url) is is_asset


@pytest.mark.parametrize(
    ("url", "twin"),
    [
        ("https://news.example/amp/world/a-vote", "https://news.example/world/a-vote"),
        ("https://news.example/world/a-vote/amp/", "https://news.example/world/a-vote"),
        ("https://news.example/world/a-vote.amp.html", "https://news.example/world/a-vote.html"),
        ("https://news.example/world/a-vote?amp=1&id=3", "https://news.example/world/a-vote?id=3"),
        ("https://news.example/world/a-vote?outputType=amp", "https://news.example/world/a-vote"),
        ("https://amp.news.example/world/a-vote", "https://www.news.example/world/a-vote"),
        ("https://news.example/amp", None),
        ("https://news.example/ampere/a-vote", None),
        ("https://news.example/world/a-vote", None),
        ("nothing", None),
    ],
)
def test_an_amp_address_points_to_its_twin(url: str, twin: str | None) -> None:
    assert urls.amp_twin(url) == twin


def test_host_and_origin_are_in_normal_form() -> None:
    assert urls.host_of("https://u:p@BÜCHER.example:8443/x") == "xn--bcher-kva.example"
    assert urls.host_of("http://[::1]:80/") == "::1"
    assert urls.origin_of("HTTP://News.example:80/x?y") == "http://news.example"
    assert urls.origin_of("https://news.example:8443/x") == "https://news.example:8443"
