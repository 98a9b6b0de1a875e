"""What the shape of an address tells: does it look like a single story, is it built like the page's own address?

Stories of one site share a shape: as many path parts, a long slug or an id in the same place, the same ending.
Sections, tags, authors and services are named by short plain words. `Address` holds both readings for the teaser
judge; `looks_like_story_url` is the plain answer where nothing but the address is known.

Not here: normal forms and comparison of addresses (`newskeep.urls`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from newskeep.text import word_set
from newskeep.urls import is_asset_url, registrable_domain

_DIGITS = re.compile(r"\d+")
_SLUG_WORD = re.compile(r"[^\W\d_]{2,}")
_ID_OF_LETTERS = re.compile(r"^(?=[a-z]*\d)[0-9a-f]{8,}|[0-9a-f]{8}-[0-9a-f]{4}-")
_DATE = re.compile(r"(?:19|20)\d\d[-_/]?(?:0[1-9]|1[0-2])(?:[-_/]?[0-3]\d)?(?!\d)")
_TRACKING = re.compile(r"utm_|wt_|wt\.|campaign|partner|track", re.IGNORECASE)
_PART = re.compile(r"[a-z]+")

# Words that name a place of a site which holds many stories, or none.
_PLACES = word_set(
    """
    tag tags topic topics thema themen theme themes category categories categorie categoria categorias kategorie
    keyword keywords author authors autor autores autoren auteur auteurs autori autore redaktion staff people person
    profile profiles user users contributor contributors team member members about contact kontakt contacto contatti
    impressum imprint privacy privacidad datenschutz legal terms agb cookies cookie newsletter newsletters subscribe
    subscription subscriptions abo abonnement abonnements abonnieren shop store boutique tienda job jobs karriere
    career careers login signin anmelden register registrieren registration account konto rss feed feeds search
    suche buscar recherche archive archives archiv hilfe help faq service services sitemap advertising advertise
    werbung mediadaten publicidad app apps podcasts programm programme sendung sendungen sections section ressort
    rubrik rubrique seccion sezione series serie dossier dossiers special specials events event termine coupons
    coupon gutscheine gutschein games spiele juegos jeux wetter weather meteo tiempo vergleich rechner club verein
    company companies etiket etiqueta etiquetas tagg emne label channel channels page pages share sharer intent
    donate spenden membership policy policies guidelines accessibility standards corrections feedback tv-programm
    mediathek lotto horoscope horoskop boerse kurse whatsapp einstellungen settings index home startseite
    """
)
# Words that stand in the addresses of single stories.
_STORY_WORDS = word_set(
    """
    article articles artikel articulo articulos articolo articoli artikler story stories news nachrichten meldung
    beitrag post posts doc noticia noticias actualites actualite haber haberi berita read video videos gallery
    galerie bilder fotostrecke opinion meinung kommentar live liveblog liveticker recipe rezept interview detail
    details artiklar nyheter
    """
)
# Words of hosts and paths that sell or serve: shops, comparisons, classified advertisements, courses, sign-ups.
_OFFER_PARTS = word_set(
    """
    vergleich vergleiche rechner gutschein gutscheine coupon coupons voucher vouchers shop store boutique tienda job
    jobs stellenmarkt stellenangebote jobbörse newsletter newsletters abo abos abonnement subscribe subscription
    subscriptions epaper e-paper kleinanzeigen anzeigen anzeigenmarkt classifieds marktplatz marketplace
    immobilienmarkt akademie academy seminare workshops webinar webinare login signin signup register registrieren
    account konto spenden donate membership leserreisen reiseshop ticketshop partnersuche trauer traueranzeigen app
    apps newsletter-anmeldung tickets lotto gewinnspiel gewinnspiele impressum datenschutz privacy terms agb
    """
)
# Parts under which a site keeps lists of stories and never a story.
_LIST_FOLDERS = word_set(
    """
    tag tags topic topics thema themen author authors autor autoren autores auteur auteurs category categories
    kategorie categoria categorias etiqueta etiquetas hashtag hashtags tagg emne tema temas people person profile
    staff keyword
    """
)
# Platforms: what leads there shares, follows, downloads or buys. Names hold under every top level domain.
_PLATFORM_NAMES = frozenset(
    [
        "facebook", "twitter", "instagram", "linkedin", "whatsapp", "telegram", "pinterest", "reddit", "tiktok",
        "threads", "bsky", "snapchat", "flipboard", "google", "amazon", "wikipedia", "getpocket", "spotify",
    ]
)  # fmt: skip
_PLATFORM_SITES = frozenset(["x.com", "t.me", "wa.me", "amzn.to", "vk.com", "apple.com", "doi.org", "archive.org"])
_FOLDED = str.maketrans(
    "àáâãäåāăąçćčďđèéêëēęěìíîïīıłñńňòóôõöøőùúûüūůűýÿřśšşťţțźżžğ",
    "aaaaaaaaacccddeeeeeeeiiiiiilnnnooooooouuuuuuuyyrssstttzzzg",
)
_SHORTEST_SLUG = 3
_SHORTEST_NAME = 8
_MOST_PLACE_SEPARATORS = 4


class Address(NamedTuple):
    """An absolute address, read for its shape.

    `key` is the address without trailing slash and tracking, by which links of one page are compared. `shape` is
    one mark a path part: sections `w`, slugs `k` to `S` by their hyphens, then `i` or `I` for an id in it and `.`
    for an ending; `Y`, `m`, `D`, `N` for bare numbers that are a year, a month or day, a date, anything else; and
    `last_shape` the mark of the last part. `slug` is the part with the most separators, `longest_number` the digits
    of the longest number. `is_place` says that a part names a place of the site, `is_offer` that it sells or serves,
    `is_list` that it lies in a folder of lists.
    """

    url: str
    key: str
    host: str
    site: str
    path: str
    query: str
    part_count: int
    last: str
    shape: str
    last_shape: str
    slug: str
    separators: int
    longest_number: int
    digit_count: int
    is_place: bool
    ends_in_place: bool
    is_offer: bool
    is_list: bool
    has_story_word: bool
    has_letter_id: bool


def read_address(url: str) -> Address:
    """Read the shape of an absolute address without fragment."""
    start = url.find("//") + 2
    query_at = url.find("?", start)
    end = len(url) if query_at < 0 else query_at
    path_at = url.find("/", start, end)
    if path_at < 0:
        path_at = end
    path = url[path_at:end]
    query = "" if query_at < 0 else url[query_at + 1 :]
    host, site, host_offers = _read_host(url[start:path_at])
    folder, _, last = path.rstrip("/").rpartition("/")
    above = _read_folder(folder)
    part = _read_part(last) if last else above
    is_slug = part.separators >= above.separators
    return Address(
        url,
        _key(url, path_at, path, query) if query else url.rstrip("/"),
        host,
        site,
        path,
        query,
        above.parts + (1 if last else 0),
        last,
        f"{above.shape}/{part.shape}" if above.parts else part.shape,
        part.shape,
        last if is_slug else above.slug,
        part.separators if is_slug else above.separators,
        part.longest_number if part.longest_number > above.longest_number else above.longest_number,
        above.digit_count + part.digit_count,
        above.is_place or part.is_place,
        part.is_place,
        host_offers or above.is_offer or part.is_offer or "jobfeed" in query,
        above.is_list,
        above.has_story_word or part.has_story_word,
        part.has_letter_id,
    )


def leads_to_no_story(address: Address, own: Address) -> bool:
    """Can no story be at this address of a page at `own`: an offer, a list, a platform, a file, a service?"""
    if address.is_offer or address.is_list:
        return True
    if address.site != own.site and (
        address.site in _PLATFORM_SITES or address.site.partition(".")[0] in _PLATFORM_NAMES
    ):
        return True
    if address.query and len(own.last) > _SHORTEST_NAME and own.last in address.query:
        # The page's own address is handed on, as to a service that shares or prints it.
        return True
    return is_asset_url(address.path)


def slug_words(slug: str) -> frozenset[str]:
    """The words of an address's slug, folded and cut to five letters."""
    return _slug_words(slug)


def has_date(address: Address) -> bool:
    """Does the path hold a date, or a year and a month?"""
    return address.digit_count >= 6 and _DATE.search(address.path) is not None


def has_tracking(address: Address) -> bool:
    """Does the query tell the publisher where the link was clicked?"""
    return address.query != "" and _TRACKING.search(address.query) is not None


def looks_like_story_url(url: str) -> bool:
    """Does the shape of this absolute address speak for a single story: a long slug, an id, a date, no place's name?"""
    address = read_address(url.partition("#")[0])
    if not address.part_count or address.ends_in_place:
        return False
    has_slug = address.separators >= _SHORTEST_SLUG
    has_id = address.longest_number >= 5 or address.has_letter_id
    if address.is_place:
        return has_slug and (has_id or has_date(address))
    return has_slug or has_id or (address.separators > 0 and has_date(address))


def _key(url: str, path_at: int, path: str, query: str) -> str:
    kept = [pair for pair in query.split("&") if not pair.lower().startswith(("utm_", "wt_", "wt."))]
    return f"{url[:path_at]}{path.rstrip('/')}" + (f"?{'&'.join(kept)}" if kept else "")


def fold_letters(text: str) -> str:
    """Lower case with the accents of Latin letters dropped; quick, for matching words with slugs."""
    return text.lower() if text.isascii() else text.lower().translate(_FOLDED)


class _Part(NamedTuple):
    """One path part, or the parts of a folder, read."""

    parts: int
    slug: str
    shape: str
    separators: int
    longest_number: int
    digit_count: int
    is_place: bool
    is_offer: bool
    is_list: bool
    has_story_word: bool
    has_letter_id: bool


_NO_PART = _Part(0, "", "", -1, 0, 0, False, False, False, False, False)


@lru_cache(maxsize=2048)
def _read_host(netloc: str) -> tuple[str, str, bool]:
    """The host without `www.`, its registrable domain, and whether a label names something sold or served."""
    host = netloc.rpartition("@")[2].partition(":")[0].lower().removeprefix("www.")
    return host, registrable_domain(host), not _OFFER_PARTS.isdisjoint(host.split("."))


@lru_cache(maxsize=8192)
def _read_folder(folder: str) -> _Part:
    """The parts above the last one as one: what any of them says, and the slug with the most separators."""
    parts = [_read_part(part) for part in folder.split("/") if part]
    if not parts:
        return _NO_PART
    slug = max(parts, key=lambda part: part.separators)
    return _Part(
        len(parts),
        slug.slug,
        "/".join([part.shape for part in parts]),
        slug.separators,
        max([part.longest_number for part in parts]),
        sum([part.digit_count for part in parts]),
        any(part.is_place for part in parts),
        any(part.is_offer for part in parts),
        any(part.is_list for part in parts),
        any(part.has_story_word for part in parts),
        parts[-1].has_letter_id,
    )


@lru_cache(maxsize=16384)
def _read_part(part: str) -> _Part:
    separators = part.count("-") + part.count("_") + part.count("%20") + part.count("+")
    numbers = _DIGITS.findall(part)
    longest = max(map(len, numbers)) if numbers else 0
    lowered = part.lower()
    # Long slugs hold any word; a place is named in one or two.
    words = _PART.findall(lowered) if separators <= _MOST_PLACE_SEPARATORS else ()
    is_short = 0 < len(words) <= 2
    return _Part(
        1,
        part,
        _part_shape(part, separators, longest),
        separators,
        longest,
        sum(map(len, numbers)) if numbers else 0,
        is_short and not _PLACES.isdisjoint(words),
        lowered in _OFFER_PARTS
        or (is_short and not _OFFER_PARTS.isdisjoint(words))
        or ("newsletter" in words and len(words) <= 4),
        lowered in _LIST_FOLDERS,
        is_short and not _STORY_WORDS.isdisjoint(words),
        longest > 0 and _ID_OF_LETTERS.search(part) is not None,
    )


@lru_cache(maxsize=8192)
def _slug_words(slug: str) -> frozenset[str]:
    text = unquote(slug) if "%" in slug else slug
    return frozenset([word[:5] for word in _SLUG_WORD.findall(fold_letters(text))])


def _part_shape(part: str, separators: int, longest: int) -> str:
    if longest == len(part):
        if longest == 4 and part[:2] in ("19", "20"):
            return "Y"
        return "m" if longest <= 2 else "D" if longest == 8 and part[:2] == "20" else "N"
    ending = ""
    if "." in part:
        stem, _, suffix = part.rpartition(".")
        if 2 <= len(suffix) <= 5 and suffix.isalnum() and not suffix.isdigit():
            ending = "."
            longest = max(map(len, _DIGITS.findall(stem)), default=0)
    if "%" in part:
        # A slug in another script is one long run of percent signs.
        separators = max(separators, part.count("%") // 6)
    slug = "w" if separators == 0 else "k" if separators == 1 else "s" if separators == 2 else "S"
    return slug + ("" if longest < 3 else "i" if longest < 5 else "I") + ending
