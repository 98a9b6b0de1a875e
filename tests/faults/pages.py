"""The bodies the fault server sends: a small story, a feed, a bot check, hostile XML."""

from __future__ import annotations

PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"

_PARAGRAPHS = (
    "The harbor council of Port Sarrow met on Tuesday night to settle a question that has split the town since spring: "
    "whether the old crane on the east quay may be painted green.",
    "Supporters of the plan say that the crane has been brown for eighty years and that nobody has ever liked it. "
    "Opponents answer that nobody has ever disliked it enough to pay for paint.",
    "The vote ended nine to nine. The mayor, who may break a tie, asked for time to look at the crane.",
)


def story_page(name: str) -> bytes:
    """A page with a story of its own headline, in UTF-8."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in _PARAGRAPHS)
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>The green crane, part {name}</title>'
        '<meta property="og:type" content="article">'
        '<meta property="article:published_time" content="2026-11-17T20:15:00Z"></head><body><article>'
        f"<h1>The green crane, part {name}</h1>{body}</article></body></html>"
    ).encode()


def accented_page() -> str:
    """A page that reads wrongly in any other encoding than its own."""
    return (
        '<!DOCTYPE html><html lang="fr"><head><title>La grue verte</title></head><body><article>'
        "<h1>La grue verte : le conseil hésite</h1><p>À Port-Sarrow, l'été s'achève et la question demeure : "
        "faut-il repeindre la grue ? Les élus ont été partagés, neuf contre neuf, jusqu'à minuit.</p>"
        "<p>Le maire a demandé un délai. « Je préfère réfléchir », a-t-il déclaré à la sortie.</p>"
        "</article></body></html>"
    )


def feed(base_url: str) -> bytes:
    """An RSS feed of three stories of this server."""
    items = "".join(
        f"<item><title>The green crane, part {number}</title><link>{base_url}/story/{number}</link>"
        f"<guid>{base_url}/story/{number}</guid></item>"
        for number in (1, 2, 3)
    )
    return (
        '<?xml version="1.0"?><rss version="2.0"><channel><title>Port Sarrow</title>'
        f"<link>{base_url}/</link><description>News of the quay</description>{items}</channel></rss>"
    ).encode()


def captcha() -> bytes:
    """A bot check as such services show it."""
    return (
        b"<!DOCTYPE html><html><head><title>Just a moment...</title>"
        b'<meta http-equiv="refresh" content="30"></head><body><div id="challenge-form">'
        b"<h1>Checking that you are human</h1><p>This site needs to review the security of your connection.</p>"
        b'<noscript>Enable JavaScript and cookies to continue</noscript><div class="cf-turnstile"></div>'
        b"</div></body></html>"
    )


def entity_bomb() -> bytes:
    """RSS whose nested entities unfold to about ten gigabytes."""
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    return (
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e0 "0123456789">{levels}]>'
        '<rss version="2.0"><channel><title>&e9;</title></channel></rss>'
    ).encode()


def file_entity() -> bytes:
    """RSS with an external entity that names a local file."""
    return (
        b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY file SYSTEM "file:///etc/hostname">]>'
        b'<rss version="2.0"><channel><title>&file;</title></channel></rss>'
    )
