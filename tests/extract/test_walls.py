"""Walls: what stands where a story should be, and what only looks like it."""

from __future__ import annotations

import json

import pytest

from newskeep.extract.metadata import read_metadata
from newskeep.extract.tree import parse_html
from newskeep.extract.walls import recognise_wall
from newskeep.model import Wall, WallKind

STORY_TEXT = "<p>" + "The count went on all night in the old customs house. " * 20 + "</p>"
STORY = {"@type": "NewsArticle", "headline": "Harbor vote ends in a tie", "datePublished": "2026-04-01"}


def _wall(
    body: str,
    *,
    head: str = "",
    story: object = None,
    letters: int = 0,
    status: int = 200,
    url: str = "https://kesh.example/vote",
) -> Wall | None:
    script = f'<script type="application/ld+json">{json.dumps(story)}</script>' if story else ""
    page = parse_html(f"<html><head>{head}{script}</head><body>{body}</body></html>", url=url, status=status)
    return recognise_wall(page, read_metadata(page), letters, status)


def _kind(body: str, **options: object) -> WallKind | None:
    wall = _wall(body, **options)  # type: ignore[arg-type]  # the options of _wall, passed on
    return wall.kind if wall else None


CHALLENGES = [
    "<script>window._cf_chl_opt = {cvId: '3'}</script><p>Checking your connection</p>",
    "<div id='px-captcha'></div>",
    "<iframe src='https://geo.captcha-delivery.com/captcha/?x=1'></iframe>",
    "<iframe src='/_Incapsula_Resource?x=1'></iframe>",
    "<div id='sec-if-cpt-container'></div>",
    "<script>window.gokuProps = {}</script>",
    "<script src='/a/ips.js?KPSDK'></script>",
    "<script>sucuri_cloudproxy_js=''</script>",
    "<script id='anubis_challenge' type='application/json'>{}</script>",
    "<form><div class='g-recaptcha'></div></form>",
    "<div class='h-captcha'></div>",
]


@pytest.mark.parametrize("body", CHALLENGES)
def test_the_challenges_of_bot_checks_are_known(body: str) -> None:
    assert _kind(body, status=403) is WallKind.BOT_CHECK
    assert _kind(body) is WallKind.BOT_CHECK


def test_the_evidence_names_the_product() -> None:
    wall = _wall("<script>window._cf_chl_opt = {}</script>", status=503)
    assert wall is not None
    assert wall.evidence == "Cloudflare challenge: _cf_chl_opt"


def test_the_same_script_beside_a_story_is_no_wall() -> None:
    assert _kind(f"<div class='g-recaptcha'></div><h1>Vote</h1>{STORY_TEXT}", letters=1000) is None


def test_the_same_script_on_a_page_full_of_other_text_is_no_wall() -> None:
    assert _kind(f"<div class='g-recaptcha'></div>{STORY_TEXT * 3}") is None


def test_a_refusal_with_a_long_body_is_still_looked_into() -> None:
    assert _kind(f"<script>_cf_chl_opt={{}}</script>{STORY_TEXT}", letters=1000, status=403) is WallKind.BOT_CHECK


def test_a_refusal_without_signs_is_no_wall() -> None:
    assert _kind("<h1>Forbidden</h1>", status=403) is None


def test_payment_required_is_a_paywall() -> None:
    assert _kind("<p>Pay</p>", status=402) is WallKind.PAYWALL


def test_a_story_declared_as_not_free_without_text_is_walled() -> None:
    assert _kind("<h1>Vote</h1>", story={**STORY, "isAccessibleForFree": False}) is WallKind.PAYWALL


def test_a_metered_story_that_shows_its_beginning_is_a_story() -> None:
    assert _kind("<h1>Vote</h1><p>…</p>", story={**STORY, "isAccessibleForFree": False}, letters=300) is None


def test_an_element_named_after_the_wall_in_place_of_the_text_is_one() -> None:
    assert _kind("<h1>Vote</h1><div class='paywall-box'>Subscribe</div>", story=STORY) is WallKind.PAYWALL


def test_such_an_element_without_any_story_says_nothing() -> None:
    assert _kind("<h1>Subscriptions</h1><div class='paywall-box'>Subscribe</div>") is None


def test_a_video_needs_no_text() -> None:
    video = {
        "@type": "VideoObject",
        "name": "The count",
        "isAccessibleForFree": False,
        "embedUrl": "https://p.example/1",
    }
    assert _kind("<h1>The count</h1>", story=video) is None


@pytest.mark.parametrize(
    "heading",
    [
        "404",
        "Page not found",
        "Seite nicht gefunden",
        "Page introuvable",
        "Página no encontrada",
        "Страница не найдена",
        "ページが見つかりません",
        "This story is no longer available",
    ],
)
def test_a_page_that_says_not_found_with_status_200_is_a_soft_404(heading: str) -> None:
    assert _kind(f"<h1>{heading}</h1><p>Sorry.</p>") is WallKind.SOFT_404


def test_the_title_may_say_it() -> None:
    assert _kind("<h1>Oops</h1>", head="<title>404 | Kesh Post</title>") is WallKind.SOFT_404


def test_a_story_about_what_was_not_found_is_no_soft_404() -> None:
    heading = "Lost ship not found: why the search of the strait goes on although nobody believes in it any more today"
    assert _kind(f"<h1>{heading}</h1>", letters=400) is None
    assert _kind("<h1>Lost ship not found</h1>", story=STORY, letters=400) is None


def test_a_real_404_is_told_by_its_status_alone() -> None:
    assert _kind("<h1>Page not found</h1>", status=404) is None


@pytest.mark.parametrize(
    ("body", "url"),
    [
        ("<p>Before you continue</p>", "https://consent.kesh.example/collect"),
        ("<p>Before you continue</p>", "https://kesh.example/consent?return=/vote"),
        ("<form action='/set-consent'><button>Agree</button></form>", "https://kesh.example/vote"),
        ("<div id='sp_message_container_1'><button>Agree</button></div>", "https://kesh.example/vote"),
    ],
)
def test_a_page_that_only_asks_for_consent_is_a_wall(body: str, url: str) -> None:
    assert _kind(body, url=url) is WallKind.CONSENT


def test_a_consent_box_beside_a_story_is_none() -> None:
    assert _kind(f"<div id='onetrust-banner'>Cookies</div><h1>Vote</h1>{STORY_TEXT}", letters=1000) is None
    assert _kind("<div id='onetrust-banner'>Cookies</div><h1>Vote</h1>", story=STORY, letters=50) is None


def test_a_consent_box_on_a_page_of_links_is_none() -> None:
    assert _kind("<div class='cookiebot'>Cookies</div>" + "<a href='/x'>Story</a>" * 40) is None
    assert _kind(f"<div class='cookiebot'>Cookies</div>{STORY_TEXT * 4}") is None


def test_a_form_that_asks_for_a_password_is_a_login() -> None:
    assert _kind("<form><input name=u><input type=password></form>") is WallKind.LOGIN
    assert _kind("<p>no</p>", status=401) is WallKind.LOGIN


def test_a_login_box_beside_a_story_is_none() -> None:
    assert _kind(f"<form><input type=password></form>{STORY_TEXT}", letters=1000) is None


def test_an_ordinary_short_page_is_no_wall() -> None:
    assert _kind("<h1>Imprint</h1><p>Kesh Post, Maldon</p>") is None
