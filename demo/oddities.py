"""Addresses of the site that are no story, although its front links them like stories.

Each says, in the words of newskeep's outcomes, how a polite crawler's request for it ends.
"""

from __future__ import annotations

from dataclasses import dataclass

from demo.chrome import page_end, top_bar
from demo.head import front_head, html_start
from demo.plans import SITE_NAME
from demo.press import Press


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddity:
    """One such address: how the front calls it, what the server answers, how a request for it ends."""

    path: str
    headline: str
    status: int
    outcome: str


ODDITIES = (
    Oddity(
        path="/news/analysis/the-harbor-that-was-not-there",
        headline="The harbor that was not there",
        status=404,
        outcome="not_found",
    ),
    Oddity(path="/dispatches/a-letter-withdrawn", headline="A letter, withdrawn", status=410, outcome="gone"),
    Oddity(path="/planet/an-island-on-old-maps", headline="An island on old maps only", status=200, outcome="walled"),
    Oddity(
        path="/opinion/what-your-cookies-know", headline="What your cookies know of you", status=200, outcome="walled"
    ),
    Oddity(
        path="/technology/the-blank-page-experiment",
        headline="The blank page experiment",
        status=200,
        outcome="empty",
    ),
    Oddity(
        path="/culture/anselm-festival-program.pdf",
        headline="The program of the Anselm festival, to print",
        status=200,
        outcome="unsupported_type",
    ),
    Oddity(
        path="/dispatches/a-note-to-our-readers",
        headline="A note to our readers",
        status=302,
        outcome="redirected_to_front",
    ),
    Oddity(
        path="/members/the-morning-briefing",
        headline="Members: the morning briefing",
        status=200,
        outcome="disallowed",
    ),
)
SOFT_404, CONSENT_WALL, EMPTY, PDF, TO_FRONT, MEMBERS = (oddity.path for oddity in ODDITIES[2:])


def not_found_page(press: Press) -> str:
    """The page that says there is none, with the site's furniture around it."""
    head = front_head(press, title=f"Page not found - {SITE_NAME}", path="/404", feed="/feeds/feed.rss")
    return (
        html_start(head)
        + f"<body>\n{top_bar(press)}"
        + '<div id="sPost_main" class="content-wrap plain-page"><h1>Page not found</h1>'
        "<p>The page you are looking for does not exist or has been moved.</p>"
        '<p><a href="/">Go to the front page</a></p></div>\n' + page_end(press)
    )


def consent_page(press: Press) -> str:
    """A wall that asks for consent and shows nothing of a story."""
    head = front_head(press, title=SITE_NAME, path=CONSENT_WALL, feed="/feeds/feed.rss")
    return (
        html_start(head) + '<body class="consent-wall">\n<div id="cmp-container" role="dialog" aria-modal="true" '
        'aria-labelledby="cmp-title" class="cmp-dialog plain-page"><h1 id="cmp-title">We value your privacy</h1>'
        "<p>We and our 214 partners store and access information on your device, such as cookies, and process "
        "personal data, such as unique identifiers, to show you advertising and to measure it.</p>"
        "<p>You may accept or refuse. You can change your choice at any time in our privacy settings.</p>"
        '<form method="post" action="/consent"><button name="consent" value="all">Accept all</button> '
        '<button name="consent" value="none">Reject all</button> '
        '<a href="/privacy-policy">Manage preferences</a></form></div>\n</body></html>\n'
    )


def plain_page(press: Press, *, title: str, path: str, words: str) -> str:
    """A page of the house: about, newsletters, privacy, search."""
    head = front_head(press, title=f"{title} - {SITE_NAME}", path=path, feed="/feeds/feed.rss")
    return (
        html_start(head)
        + f"<body>\n{top_bar(press)}"
        + f'<div id="sPost_main" class="content-wrap plain-page"><h1>{title}</h1><p>{words}</p></div>\n'
        + page_end(press)
    )


def festival_pdf() -> bytes:
    """A small PDF of one page."""
    drawing = b"BT /F1 24 Tf 72 720 Td (Anselm Festival, December 2026) Tj ET"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
