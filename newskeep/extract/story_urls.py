"""What the shape of an address tells: does it look like a single story, is it built like the page's own address?

Stories of one site share a shape: as many path parts, a long slug or an id in the same place, the same ending.
Sections, tags, authors and services are named by short plain words. `Address` holds both readings as numbers for the
teaser judge; `looks_like_story_url` is the plain answer where nothing but the address is known.

Not here: normal forms and comparison of addresses (`newskeep.urls`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from newskeep.text import word_set
from newskeep.urls import registrable_domain

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
_FOLDED = str.maketrans(
    "àáâãäåāăąçćčďđèéêëēęěìíîïīıłñńňòóôõöøőùúûüūůűýÿřśšşťţțźżžğ",
    "aaaaaaaaacccddeeeeeeeiiiiiilnnnooooooouuuuuuuyyrssstttzzzg",
)
_SHORTEST_SLUG = 3


class Address(NamedTuple):
    """An absolute address, read for its shape.

    `key` is the address without trailing slash and tracking, by which links of one page are compared. `shape` is
    one mark a path part: sections `w`, slugs `k` to `S` by their hyphens, then `i` or `I` for an id in it and `.`
    for an ending; `Y`, `m`, `D`, `N` for bare numbers that are a year, a month or day, a date, anything else.
    `traits` are the numbers named in `TRAITS`; `slug_words` the slug's words, folded and cut to five letters.
    `is_place` says that a part names a place of the site, `is_offer` that it sells or serves, `is_list` that it
    lies in a folder of lists.
    """

    url: str
    key: str
    host: str
    site: str
    path: str
    query: str
    parts: tuple[str, ...]
    shape: str
    traits: tuple[float, ...]
    slug_words: frozenset[str]
    is_place: bool
    is_offer: bool
    is_list: bool


TRAITS = (
    "part_count", "slug_hyphens", "last_length", "slug_length", "longest_number", "digit_count", "has_date",
    "has_ending", "query_length", "slug_word_count", "is_place", "ends_in_place", "has_story_word", "has_tracking",
    "host_dots", "path_length", "has_letter_id", "is_offer",
)  # fmt: skip
HYPHENS = TRAITS.index("slug_hyphens")
LONGEST_NUMBER = TRAITS.index("longest_number")
HAS_ENDING = TRAITS.index("has_ending")


def read_address(url: str) -> Address:
    """Read the shape of an absolute address without fragment."""
    start = url.find("//") + 2
    path_at = _first_of(url, "/?", start)
    host, site, host_offers = _read_host(url[start:path_at])
    path, _, query = url[path_at:].partition("?")
    parts = tuple(part for part in path.split("/") if part)
    slug, slug_separators = "", -1
    longest = digit_count = 0
    is_offer = host_offers or "jobfeed" in query
    is_place = has_story_word = has_ending = has_letter_id = is_list = ends_in_place = ends_in_list = False
    shapes: list[str] = []
    for part in parts:
        read = _read_part(part)
        shapes.append(read.shape)
        if read.separators > slug_separators:
            slug, slug_separators = part, read.separators
        longest = max(longest, read.longest_number)
        digit_count += read.digit_count
        is_list, ends_in_list = is_list or ends_in_list, read.is_list
        ends_in_place, has_letter_id = read.is_place, read.has_letter_id
        is_place = is_place or read.is_place
        is_offer = is_offer or read.is_offer
        has_story_word = has_story_word or read.has_story_word
        has_ending = has_ending or read.shape[-1] == "."
    slug_words = _slug_words(slug)
    traits = (
        len(parts),
        max(slug_separators, 0),
        len(parts[-1]) if parts else 0,
        len(slug),
        longest,
        digit_count,
        digit_count >= 6 and _DATE.search(path) is not None,
        has_ending,
        min(len(query), 200),
        len(slug_words),
        is_place,
        ends_in_place,
        has_story_word,
        query != "" and _TRACKING.search(query) is not None,
        host.count("."),
        min(len(path), 300),
        has_letter_id,
        is_offer,
    )
    shape = "/".join(shapes)
    key = _key(url, path_at, path, query) if query else url.rstrip("/")
    return Address(url, key, host, site, path, query, parts, shape, traits, slug_words, is_place, is_offer, is_list)


def looks_like_story_url(url: str) -> bool:
    """Does the shape of this absolute address speak for a single story: a long slug, an id, a date, no place's name?"""
    address = read_address(url.partition("#")[0])
    if not address.parts or _read_part(address.parts[-1]).is_place:
        return False
    hyphens, number = address.traits[HYPHENS], address.traits[LONGEST_NUMBER]
    has_slug = hyphens >= _SHORTEST_SLUG
    has_id = number >= 5 or address.traits[TRAITS.index("has_letter_id")] > 0
    has_date = address.traits[TRAITS.index("has_date")] > 0
    if address.is_place:
        return has_slug and (has_id or has_date)
    return has_slug or has_id or (has_date and hyphens > 0)


def _key(url: str, path_at: int, path: str, query: str) -> str:
    kept = [pair for pair in query.split("&") if not pair.lower().startswith(("utm_", "wt_", "wt."))]
    return f"{url[:path_at]}{path.rstrip('/')}" + (f"?{'&'.join(kept)}" if kept else "")


def fold_letters(text: str) -> str:
    """Lower case with the accents of Latin letters dropped; quick, for matching words with slugs."""
    return text.lower() if text.isascii() else text.lower().translate(_FOLDED)


def _first_of(text: str, marks: str, start: int) -> int:
    found = [at for at in (text.find(mark, start) for mark in marks) if at >= 0]
    return min(found, default=len(text))


class _Part(NamedTuple):
    """One path part, read."""

    shape: str
    separators: int
    longest_number: int
    digit_count: int
    is_place: bool
    is_offer: bool
    is_list: bool
    has_story_word: bool
    has_letter_id: bool


@lru_cache(maxsize=2048)
def _read_host(netloc: str) -> tuple[str, str, bool]:
    """The host without `www.`, its registrable domain, and whether a label names something sold or served."""
    host = netloc.rpartition("@")[2].partition(":")[0].lower().removeprefix("www.")
    return host, registrable_domain(host), not _OFFER_PARTS.isdisjoint(host.split("."))


@lru_cache(maxsize=16384)
def _read_part(part: str) -> _Part:
    lowered = part.lower()
    words = _PART.findall(lowered)
    numbers = _DIGITS.findall(part)
    longest = max(map(len, numbers), default=0)
    separators = _separators(part)
    # Long slugs hold any word; a place is named in one or two.
    is_short = 0 < len(words) <= 2
    return _Part(
        _part_shape(part, separators),
        separators,
        longest,
        sum(map(len, numbers)),
        is_short and not _PLACES.isdisjoint(words),
        lowered in _OFFER_PARTS
        or (is_short and not _OFFER_PARTS.isdisjoint(words))
        or (len(words) <= 4 and "newsletter" in words),
        lowered in _LIST_FOLDERS,
        is_short and not _STORY_WORDS.isdisjoint(words),
        bool(numbers) and _ID_OF_LETTERS.search(part) is not None,
    )


def _separators(part: str) -> int:
    return part.count("-") + part.count("_") + part.count("%20") + part.count("+")


@lru_cache(maxsize=8192)
def _slug_words(slug: str) -> frozenset[str]:
    text = unquote(slug) if "%" in slug else slug
    return frozenset(word[:5] for word in _SLUG_WORD.findall(fold_letters(text)))


def _part_shape(part: str, separators: int) -> str:
    if part.isdigit():
        if len(part) == 4 and part[:2] in ("19", "20"):
            return "Y"
        return "m" if len(part) <= 2 else "D" if len(part) == 8 and part[:2] == "20" else "N"
    ending = ""
    stem, dot, suffix = part.rpartition(".")
    if dot and 2 <= len(suffix) <= 5 and suffix.isalnum() and not suffix.isdigit():
        part, ending = stem, "."
    longest = max(map(len, _DIGITS.findall(part)), default=0)
    # A slug in another script is one long run of percent signs.
    separators = max(separators, part.count("%") // 6)
    slug = "w" if separators == 0 else "k" if separators == 1 else "s" if separators == 2 else "S"
    return slug + ("" if longest < 3 else "i" if longest < 5 else "I") + ending
