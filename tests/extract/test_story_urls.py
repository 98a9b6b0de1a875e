"""Which addresses look like a single story's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskeep.extract.story_urls import leads_to_no_story, looks_like_story_url, read_address, slug_words

SITE = "https://www.harborledger.example"


@pytest.mark.parametrize(
    "path",
    [
        "/news/analysis/tunnel-at-lunt-opens-early",
        "/2026/11/04/tunnel-opens",
        "/article/379018",
        "/politik/article409182690/tunnel.html",
        "/a-2670280377",
        "/world/20241013-216478/",
        "/%E6%96%B0%E8%81%9E-%E8%A8%98%E4%BA%8B-%E4%B8%80%E8%A6%A7-%E6%97%A5",
        "/tag/2026/11/04/tunnel-at-lunt-opens-early",
    ],
)
def test_a_long_slug_an_id_or_a_date_speaks_for_a_story(path: str) -> None:
    assert looks_like_story_url(SITE + path)


@pytest.mark.parametrize(
    "path",
    ["", "/", "/politics", "/news/world", "/tag/tunnel", "/author/ines-marrow", "/about-us/contact", "/a/b/index"],
)
def test_sections_tags_and_writers_do_not_look_like_stories(path: str) -> None:
    assert not looks_like_story_url(SITE + path)


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/news/tunnel-at-lunt-opens", "w/S"),
        ("/2026/11/04/tunnel", "Y/m/m/w"),
        ("/20261104/a-tunnel.html", "D/k."),
        ("/archive/63076", "w/N"),
        ("/politik/tunnel-oeffnet-frueh-93036630.html", "w/SI."),
        ("/politik/tunnel_oeffnet_101", "w/si"),
        ("", ""),
    ],
)
def test_the_shape_marks_sections_slugs_ids_and_endings(path: str, shape: str) -> None:
    assert read_address(SITE + path).shape == shape


@pytest.mark.parametrize(
    "url",
    [
        "https://jobs.harborledger.example/engineer-wanted-at-the-port",
        "https://www.harborledger.example/vergleich/kredit/auto",
        "https://www.harborledger.example/newsletter-anmeldung",
        "https://www.harborledger.example/news/port-newsletter-100.html",
        "https://other.example/x?utm_source=ledger_jobfeed",
    ],
)
def test_shops_jobs_and_sign_ups_are_offers(url: str) -> None:
    assert read_address(url).is_offer


def test_what_lies_in_a_folder_of_tags_is_a_list() -> None:
    assert read_address(f"{SITE}/tag/tunnel-at-lunt").is_list
    assert not read_address(f"{SITE}/news/tag").is_list


def test_slug_words_are_folded_and_cut() -> None:
    assert slug_words(read_address(f"{SITE}/news/T%C3%BCren-im-hafenviertel").slug) == {"turen", "im", "hafen"}


def test_the_slug_is_the_part_with_the_most_separators_wherever_it_stands() -> None:
    assert read_address(f"{SITE}/ports/tunnel-at-lunt-opens/2670280377").slug == "tunnel-at-lunt-opens"
    assert read_address(f"{SITE}/tunnel/opens").slug == "opens"


def test_the_host_is_read_without_port_user_and_www() -> None:
    address = read_address("https://reader:x@WWW.Harborledger.example:8443/a?b=1/2")
    assert (address.host, address.path, address.query) == ("harborledger.example", "/a", "b=1/2")


@given(st.text(max_size=60))
def test_any_path_can_be_read(path: str) -> None:
    address = read_address(f"{SITE}/{path}")
    assert address.host == "harborledger.example"
    assert address.part_count == len(address.shape.split("/")) if address.part_count else address.shape == ""


@pytest.mark.parametrize(
    "url",
    [
        f"{SITE}/jobs/crane-driver-wanted-at-lunt-pier-2670280009",
        f"{SITE}/tag/tunnel-at-lunt",
        f"{SITE}/media/tunnel-at-lunt-in-march.jpg",
        "https://www.facebook.com/ledger/posts/2670280009",
        "https://x.com/intent?u=1",
        "https://mail.example/send?u=/ports/tunnel-at-lunt-opens-early",
    ],
)
def test_offers_tags_files_platforms_and_services_hold_no_story(url: str) -> None:
    assert leads_to_no_story(read_address(url), read_address(f"{SITE}/ports/tunnel-at-lunt-opens-early"))


def test_another_sites_story_is_one() -> None:
    address = read_address("https://other.example/news/tunnel-at-lunt-opens-early?id=4")
    assert not leads_to_no_story(address, read_address(f"{SITE}/ports/ferry-stops"))
