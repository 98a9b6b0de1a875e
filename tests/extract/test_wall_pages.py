"""Whole pages that stand where a story should be, in many languages, and stories that only look like them.

A wall is never taken for a story, and a real story never for a wall.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from newskeep.extract import extract_page
from newskeep.model import PageKind, WallKind

URL = "https://www.kesh.example/news/harbor-vote-ends-in-a-tie-4711"
TELLERS = ("pilot", "mayor", "baker", "judge", "sailor", "farmer", "teacher")
LEDE = "The vote on the harbor ended in a tie on Tuesday night, and nobody in the hall knew what the law says of that."
TEXT = "".join(
    f"<p>The {who} said that the count had gone on all night in the old customs house, and that the last box was lost.</p>"
    for who in TELLERS
)
LINKS = "".join(
    f"<li><a href='/news/story-{at}-of-the-day-{at}'>Story {at} of the day from the harbor</a></li>" for at in range(8)
)
NAV = "<header><nav><a href='/'>Start</a><a href='/news'>News</a><a href='/sport'>Sport</a></nav></header>"
FOOTER = "<footer><a href='/imprint'>Imprint</a><a href='/privacy'>Privacy</a><p>© Kesh Post 2026</p></footer>"


def page(body: str, *, title: str = "Kesh Post", head: str = "", bare: bool = False) -> str:
    around = body if bare else f"{NAV}<main>{body}</main>{FOOTER}"
    return f"<html><head><title>{title}</title>{head}</head><body>{around}</body></html>"


def story(body: str, headline: str = "Harbor vote ends in a tie", head: str = "", **declared: object) -> str:
    data = {"@type": "NewsArticle", "headline": headline, "datePublished": "2026-04-01T10:00:00Z", **declared}
    script = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    return page(f"<article><h1>{headline}</h1>{body}</article>", title=f"{headline} | Kesh Post", head=script + head)


def plain_story(headline: str, body: str, head: str = "") -> str:
    byline = "<p class='byline'>By Ada Renholm</p><time datetime='2026-04-01T10:00:00Z'>1 April 2026</time>"
    return page(f"<article><h1>{headline}</h1>{byline}{body}</article>", title=f"{headline} | Kesh Post", head=head)


CONSENT_DE = (
    "<div class='cmp-container'><h1>Weiterlesen mit Werbung</h1><p>Wir und unsere 183 Partner speichern Informationen auf "
    "Ihrem Gerät und greifen darauf zu, etwa auf eindeutige Kennungen in Cookies, um personenbezogene Daten zu verarbeiten. "
    "Sie können Ihre Einstellungen jederzeit annehmen oder verwalten.</p><p>Besuchen Sie uns wie gewohnt mit Werbung und "
    "Tracking. Details finden Sie in der Datenschutzerklärung und im Privacy Center.</p><button>Akzeptieren und weiter</button>"
    "<h2>… oder ein Pur-Abo abschließen</h2><p>Nutzen Sie unser Angebot ohne Werbetracking für 4,99 Euro im Monat. Sie haben "
    "bereits ein Abo? Dann melden Sie sich hier an. Verarbeitungszwecke sind Anzeigenmessung, Erkenntnisse über Zielgruppen "
    "und die Entwicklung von Diensten, wie sie unsere Partner jeweils beschreiben.</p><button>Abonnieren</button></div>"
)
CONSENT_FR = (
    "<div id='didomi-host'><h1>Votre vie privée nous importe</h1><p>Avec votre accord, nous et nos 214 partenaires utilisons "
    "des cookies ou technologies similaires pour stocker et accéder à des informations personnelles comme votre visite sur ce "
    "site. Vous pouvez retirer votre consentement ou vous opposer aux traitements à tout moment.</p><p>Nos partenaires et nous "
    "traitons les données suivantes : publicités et contenu personnalisés, mesure de performance, données d’audience et "
    "développement de produit, données de géolocalisation précises et identification par analyse du terminal.</p>"
    "<button>Accepter et fermer</button></div>"
)
CONSENT_EN = (
    "<form action='https://consent.kesh.example/save'><h1>Before you continue</h1><p>We use cookies and data to deliver and "
    "maintain our services, track outages and protect against spam, and measure audience engagement. If you choose to accept "
    "all, we will also use cookies to deliver and measure the effectiveness of ads and show personalised content.</p><p>If you "
    "choose to reject all, we will not use cookies for these additional purposes. Visit our privacy tools at any time to see "
    "how your data is used and to change what you have agreed to, here and on every device you use.</p>"
    "<button name='agree'>Accept all</button><button name='reject'>Reject all</button></form>"
)
BLOCKED = (
    "<h1>Access to this page has been denied</h1><p>Please verify that you are a human by pressing the button below. This may "
    "happen because your network is shared with others, because scripts are switched off, or because a plug-in stops them.</p>"
    "<div id='px-captcha'></div><p>Reference number: 17fae-88</p>"
)
TEASED = "".join(
    f"<article class='card'><h3><a href='/news/story-{at}-of-the-day-{at}'>Story {at} of the day from the harbor</a></h3>"
    "<p>The council will meet again in the old customs house, and the count will go on, said the mayor of the town.</p></article>"
    for at in range(6)
)
WALLS: list[tuple[str, str, WallKind]] = [
    ("consent, german, long", page(CONSENT_DE, bare=True), WallKind.CONSENT),
    ("consent, french, long", page(CONSENT_FR, bare=True), WallKind.CONSENT),
    ("consent, a form", page(CONSENT_EN, bare=True), WallKind.CONSENT),
    ("bot check, blocked", page(BLOCKED, bare=True, title="Access denied"), WallKind.BOT_CHECK),
    (
        "bot check, one moment",
        page("<h1>Einen Moment bitte</h1><script>window._cf_chl_opt={}</script>", bare=True),
        WallKind.BOT_CHECK,
    ),
    ("bot check, inside the site", page(BLOCKED), WallKind.BOT_CHECK),
    (
        "bot check, unknown product",
        page(
            "<h1>Are you a robot?</h1><form action='/verify'><p>Please confirm that you are human to go on reading.</p>"
            "<img src='/captcha.png'><input name='captcha'><button>Send</button></form>",
            bare=True,
        ),
        WallKind.BOT_CHECK,
    ),
    (
        "login, english",
        page(
            "<h1>Sign in to continue</h1><form action='/login'><input type='email'><input type='password'><button>Sign in"
            "</button></form><p>No account yet? Registration is free and takes a minute.</p>"
        ),
        WallKind.LOGIN,
    ),
    (
        "login, spanish",
        page(
            "<h1>Iniciar sesión</h1><form><input name='usuario'><input type='password'></form><p>¿Olvidó su clave?</p>"
        ),
        WallKind.LOGIN,
    ),
    (
        "login, two steps",
        page(
            "<h1>Anmelden</h1><form action='/sso/login'><input type='email' name='email'><button>Weiter</button></form>",
            bare=True,
        ),
        WallKind.LOGIN,
    ),
    (
        "paywall, declared, nothing shown",
        story(
            "<div class='offer'><p>Read on with a subscription from 1 crown a week.</p></div>",
            isAccessibleForFree=False,
        ),
        WallKind.PAYWALL,
    ),
    (
        "paywall, named, nothing shown",
        story("<div class='paywall'><h2>Weiterlesen mit Abo</h2><p>Jetzt 4 Wochen testen.</p></div>"),
        WallKind.PAYWALL,
    ),
    (
        "paywall, long offer",
        story(
            "<div class='paywall-offer'><h2>Subscribe to go on</h2><p>Get full access to every story, the paper as it is printed, "
            "all newsletters and the archive since 1911, on up to five devices, for 1 crown in the first month and 12 crowns in "
            "every month after that.</p><p>You can cancel at any time, and your subscription then ends with the month. Already "
            "a subscriber? Sign in with the address you gave us.</p></div>",
            isAccessibleForFree=False,
        ),
        WallKind.PAYWALL,
    ),
    (
        "soft 404, english",
        page("<h1>Page not found</h1><p>Sorry, that page has gone.</p>", title="Kesh Post"),
        WallKind.SOFT_404,
    ),
    ("soft 404, with stories", page(f"<h1>404</h1><p>That is not here.</p><h2>Latest</h2>{TEASED}"), WallKind.SOFT_404),
    (
        "soft 404, italian",
        page(f"<h1>Pagina non trovata</h1><p>La pagina che cerchi non esiste più.</p><ul>{LINKS}</ul>"),
        WallKind.SOFT_404,
    ),
    ("soft 404, arabic", page("<h1>الصفحة غير موجودة</h1><p>عذرا</p>"), WallKind.SOFT_404),
    ("soft 404, polish", page("<h1>Nie znaleziono strony</h1>"), WallKind.SOFT_404),
    ("soft 404, vietnamese", page("<h1>Không tìm thấy trang</h1>"), WallKind.SOFT_404),
    ("soft 404, hungarian", page("<h1>Az oldal nem található</h1>"), WallKind.SOFT_404),
    ("soft 404, in the title", page("<p>Oops.</p>", title="Error 404 – Kesh Post"), WallKind.SOFT_404),
    (
        "soft 404, a long excuse",
        page(
            "<h1>We could not find that page</h1><p>The address may be wrong, or the page may have moved when our site was made "
            "anew last autumn. Many old stories have moved with it; those from before 2004 are on paper only, in the reading "
            "room in Quay Street. If you followed a link on our own site, tell us, and we will mend it.</p>"
        ),
        WallKind.SOFT_404,
    ),
]
SMALL_PRINT = (
    "<div id='onetrust-consent-sdk' class='cookie-wall'><p>We use cookies. Accept all?</p><button>Accept</button></div>"
)
STORIES: list[tuple[str, str]] = [
    ("about cookies", plain_story("Cookie banners to go under new consent law", f"<p>{LEDE}</p>{TEXT}")),
    ("about captchas", plain_story("Why captchas ask whether you are a robot", f"<p>{LEDE}</p>{TEXT}")),
    ("about a 404", plain_story("404: the number that became a joke", f"<p>{LEDE}</p>{TEXT}")),
    ("about what was not found", plain_story("Lost ship not found after ten days", f"<p>{LEDE}</p>")),
    (
        "about a paywall",
        plain_story("Newspapers put up a paywall", f"<p>{LEDE}</p><p>Most now sell subscriptions.</p>"),
    ),
    ("about a login", plain_story("Bank asks customers to sign in anew", f"<p>{LEDE}</p>{TEXT}")),
    ("short, in two sentences", plain_story("Harbor vote ends in a tie", f"<p>{LEDE}</p>")),
    ("short, declared", story("<p>The vote ended in a tie.</p>")),
    ("with a consent layer", story(TEXT + SMALL_PRINT)),
    ("short, with a consent layer", story(f"<p>{LEDE}</p>{SMALL_PRINT}")),
    ("with a subscribe box", story(f"{TEXT}<div class='paywall-promo'><h2>Subscribe</h2><p>From 1 crown.</p></div>")),
    (
        "short, with a subscribe box",
        story(f"<p>{LEDE}</p><p>{LEDE[::-1]}.</p><div class='paywall'><p>Subscribe.</p></div>"),
    ),
    ("metered, with its beginning", story(f"<p>{LEDE}</p><p>{LEDE} It was late.</p>", isAccessibleForFree=False)),
    ("with a log-in form", story(f"{TEXT}<form action='/login'><input type='password'></form>")),
    ("short, with a log-in form", story(f"<p>{LEDE}</p><form action='/login'><input type='password'></form>")),
    ("with a captcha below its comments", story(f"{TEXT}<form><div class='g-recaptcha'></div></form>")),
    ("short, with a captcha for the newsletter", story(f"<p>{LEDE}</p><form><div class='g-recaptcha'></div></form>")),
    (
        "a film",
        story(
            f"<p>{LEDE}</p><iframe src='https://www.youtube.com/embed/abcdefghijk'></iframe>", isAccessibleForFree=False
        ),
    ),
    ("about a page that is gone", plain_story("The page that no longer exists", f"<p>{LEDE}</p>{TEXT}")),
]


def read(html: str, capture_of: Any) -> Any:
    return extract_page(capture_of(html, URL), None)


@pytest.mark.parametrize(("html", "kind"), [(html, kind) for _, html, kind in WALLS], ids=[name for name, *_ in WALLS])
def test_a_wall_is_never_a_story(html: str, kind: WallKind, capture_of: Any) -> None:
    found = read(html, capture_of)
    assert (found.kind, found.main) == (PageKind.WALL, None)
    assert found.wall is not None
    assert found.wall.kind is kind


@pytest.mark.parametrize("html", [html for _, html in STORIES], ids=[name for name, _ in STORIES])
def test_a_story_is_never_a_wall(html: str, capture_of: Any) -> None:
    found = read(html, capture_of)
    assert found.wall is None
    assert found.kind is PageKind.STORY
