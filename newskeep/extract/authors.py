"""Who wrote the story, from bylines as they are printed and declared.

A byline is a line of people with everything else around them: "By", roles, places, the paper's name, agencies. This
module takes one apart (`split_names`) and tells people from organisations. Where a page names people, its authors are
those and the agencies credited beside them; where it names only an agency, or the paper itself, that is kept, since it
is all the page says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from newskeep.extract.site_names import SiteNames, squash
from newskeep.extract.structured import Structured, as_list, as_text, types_of
from newskeep.extract.tree import Page
from newskeep.month_names import MONTHS
from newskeep.text import fold_marks, fold_space, is_unspaced, plain_words, word_set

AUTHOR_METAS = (
    "author",
    "article:author",
    "og:article:author",
    "parsely-author",
    "sailthru.author",
    "byl",
    "dc.creator",
    "dcterms.creator",
    "dc.contributor",
    "cxenseparse:author",
    "articleauthor",
    "article.author",
    "citation_author",
    "http://ogp.me/ns/article#author",
)

_DEEDS = (
    "words|text|texte|tekst|texto|testo|story|stories|written|posted|reported|reporting|published|penned|analysis|opinion|"
    "geschrieben|verfasst|escrito|publicado|publié|écrit|napisał|napisała|skrevet"
)
_PREPOSITIONS = "by|von|vom|par|por|per|door|av|af|from|oleh|przez|tarafından|di|da|de|от|від|na"
_LABELS = (
    "by|von|par|por|text|texte|texto|testo|tekst|authors?|autor|autorin|autoren|autores|autora|auteurs?|autore|autori|"
    "autorzy|forfatter|författare|kirjoittaja|szerző|yazar|yazan|haber|penulis|pewarta|reporter|editor|written by|"
    "redaktion|автор|авторы|автори|συντάκτης|كتب|المصدر|מאת|लेखक|文|作者|記者|编辑|責任編輯|来源|글|取材"
)
_PREFIX = re.compile(
    rf"^(?:(?:{_DEEDS})\s+)?(?:{_PREPOSITIONS})\s*:?\s+|^(?:{_LABELS})\s*[:：／/|]\s*"
    # A label of its own element, glued to the name where nothing but style parts them.
    r"|^(?-i:[Bb]y|BY|Von|Par|Por|Door|Posted by|Written by|Text)(?=(?-i:[A-ZÀ-Þ][a-zà-ÿ'’.]))",
    re.IGNORECASE,
)
# These also begin names (De Vries, Da Silva): they are a preposition only in lower case.
_LOWER_PREFIXES = word_set("di da de na per")
_HELPERS = re.compile(
    r"\b(?:photos?|photograph(?:s|y|er)?|pictures?|images?|illustrations?|illustrated|videos?|graphics?|translat\w+|fotos?|"
    r"fotograf\w*|bilder|übersetz\w+|aus dem \w+|traduit|traducci\w+|tradu[zç]\w+|edited|additional reporting|"
    r"with contributions|foto's|zdjęcia|фото|(?:medically |expert )?reviewed by|fact[- ]?check\w* by|editor\s?:)\b.*$",
    re.IGNORECASE,
)
_AROUND = re.compile(r"\([^)]*\)|\[[^\]]*\]|<[^>]*>|https?://\S+|\S+@\S+\.\w+|(?<!\w)@\w+|\d{1,2}[:.]\d\d.*$")
_CUTS = re.compile(r"\s+[|•·–—⋅‧∙]\s+|\s*[|｜•●⋅;／\n\t]\s*|\s+-\s+|,\s*|\s+/\s+|/(?=\w)|、|，|・(?=[\u4e00-\u9fff])")
_AND = re.compile(
    r"\s+(?:and|und|y|et|e|en|og|och|ja|ve|dan|i|и|та|και|ו|و|AND|UND|ET|Y|E|amp|with|mit)\s+|\s*&\s*|\s+\+\s+"
)
_AFTER_NAME = re.compile(r"\s+(?:for|in|aus|at|für|pour|para|from|is|has|writes|reports)\s+.*$")
_ROLE_SUFFIX = re.compile(r"\s*(?:기자|특파원|인턴기자|편집위원|논설위원|앵커|記者|特派員|編集委員|论员|记者|통신원)$")
_ROLE_PREFIX = re.compile(r"^(?:記者|记者|本报记者|本報記者|文)\s*")
_ADDRESS = re.compile(r"://|^[\w-]+(?:\.[\w-]+)*\.[a-z]{2,6}/", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]")
_WEEKDAYS = word_set("mon tue wed thu fri sat sun die mit don fre sam son lun mar mie jue vie dom jeu ven dim")
_LABEL_WORDS = word_set("by written posted words text von par por geschrieben verfasst escrito publicado authored")
_AUTHOR_LABELS = ("by", "von", "par", "por", "autor", "author", "auteur", "door", "автор")
_LONGEST = 400
# What follows a name on the same line: when it was published, and how long it takes to read.
_DATE_BEHIND = re.compile(
    r"\s*(?:\b(?:published|updated|posted|last|veröffentlicht|aktualisiert|stand|publié|publicado|am|on|le|el)\b[\s:]*)*"
    r"(?:\b(?P<word>[^\W\d_]{3,10})\.?,?\s+)?(?<![^\W_])\d.*$",
    re.IGNORECASE,
)
PARTICLES = word_set(
    "von vom van der den de del della di da do dos das du des la le el al bin ibn ben zu zur af av ter ten y e"
)
_TRIM = " \t,.;:|/•·–—-\"'“”„«»*&+"

ROLE_WORDS = word_set(
    """reporter reporterin correspondent correspondents korrespondent korrespondentin redakteur redakteurin redaktor
    chefredakteur chefredakteurin columnist kolumnist kolumnistin journalist journalistin journaliste writer staff
    contributor contributing autor autorin author analyst producer producent photographer fotograf fotografin freelance
    freier freie mitarbeiter mitarbeiterin volontär volontärin senior chief deputy political national international
    foreign business sports sport science health technology environment economics director leiter leiterin head editor
    corresponsal redactor redactora periodista enviado enviada especial envoyé envoyée spécial correspondant inviato
    correspondante rédacteur rédactrice giornalista corrispondente dziennikarz dziennikarka redaktorka toimittaja
    kirjeenvaihtaja redacteur verslaggever muhabir muhabiri editör editörü wartawan editorial assistant fellow intern
    professor lecturer expert experte specialist specialista manager ceo founder md phd rn update updated published
    vice president cofounder co-founder certified attorney marketing content
    minutes read follow subscribe view profile more posts bio email twitter facebook linkedin instagram share"""
)
ORGANISATION_WORDS = word_set(
    """redaktion redaktionen redaktionsteam redazione redaction rédaction redacción redaccion redacao redação redakcja
    redakce redakcia toimitus redactie redaksi newsroom nachrichtenredaktion online-redaktion onlineredaktion staff
    desk team teams editors editorial news nachrichten agency agencies agentur agenturen agence agencia agências press
    agencja agenzia ajansı ajansi haber presse prensa presse-agentur media online digital newspaper newspapers zeitung
    times post tv radio magazine bureau office correspondents reporters writers contributors admin administrator
    webmaster wire service services company inc ltd gmbh ag foundation institute university ministry department center
    centre network group publishing publications board committee association union society faktencheck fact-check
    factcheck web haberler tribune gazette herald shimbun journal daily chronicle guardian observer
    getty images imago alamy shutterstock"""
)
AGENCIES = word_set(
    """dpa dpainfocom dpaafx dpaenglish afp apa sid ap apnews reuters efe ansa lusa tass ria rianovosti interfax kna epd
    dapd ddp sda keystonesda keystone ats belga anp ntb ntbafp tt ritzau stt sttlehtikuva pap ctk tasr mti aa iha dha
    anka pti ani ians uni xinhua kyodo kyodonews jiji jijipress yonhap bernama antara aap cp thecanadianpress
    canadianpress pa pamedia pressassociation bloomberg bloombergnews dowjones upi agenciaefe europapress notimex telam
    agerpres tanjug hina beta sta associatedpress theassociatedpress agencefrancepresse deutschepresseagentur
    anadoluajansi anadoluagency agencies agenturen agencias wireservices wirereports red redaktion adnkronos agi
    lapresse unian ukrinform rian mtva gettyimages stringer"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Byline:
    """The names one place gives, told apart, and the text they were read from."""

    people: tuple[str, ...]
    organisations: tuple[str, ...]
    origin: str
    raw: str


def read_bylines(page: Page, structured: Structured, site: SiteNames) -> Iterator[Byline]:
    """What a page declares about its authors, the most trusted place first; what it prints is `bylines`."""
    story = structured.story
    if story is not None:
        for field in ("author", "creator"):
            entries = [structured.resolve(entry) for entry in as_list(story.get(field))]
            if entries:
                yield _from_entries(entries, site, f"{structured.origin} {field}")
    for name in AUTHOR_METAS:
        values = [value for value in page.metas.get(name, ()) if value and not _ADDRESS.search(value)]
        if values:
            yield byline_of(values, site, origin=name)
    labelled = _labelled(page)
    if labelled:
        yield byline_of([labelled], site, origin="twitter:data1")


def byline_of(texts: Iterable[str], site: SiteNames, *, origin: str, is_strict: bool = False) -> Byline:
    """Take lines apart into people and organisations, in order, without repeats.

    With `is_strict` only what has the shape of a name counts as a person: a printed line may be anything.
    """
    people: list[str] = []
    organisations: list[str] = []
    kept = [plain_words(text) for text in texts]
    for text in kept:
        for name in split_names(text, site):
            is_group = is_organisation(name, site)
            if is_strict and not is_group and not is_name_like(name):
                continue
            target = organisations if is_group else people
            if name not in target:
                target.append(name)
    return Byline(people=tuple(people), organisations=tuple(organisations), origin=origin, raw="; ".join(kept))


def choose_authors(bylines: Iterable[Byline], site: SiteNames) -> tuple[tuple[str, ...], Byline | None]:
    """The authors, and the byline they are from: the first that names people, else an agency, else the paper itself.

    An agency or a desk that is credited beside people stays with them; the paper itself does not.
    """
    agency: Byline | None = None
    paper: Byline | None = None
    for byline in bylines:
        if byline.people:
            return byline.people + tuple(name for name in byline.organisations if not site.has(name)), byline
        if byline.organisations:
            if agency is None and not all(site.has(name) for name in byline.organisations):
                agency = byline
            paper = paper or byline
    chosen = agency or paper
    return (chosen.organisations if chosen else ()), chosen


def split_names(text: str, site: SiteNames) -> list[str]:
    """The names in one byline: without "By", places, roles, addresses and what helpers did."""
    text = fold_space(_AROUND.sub(" ", plain_words(text)[:_LONGEST]))
    if site.is_exactly(text):
        return [text.strip(_TRIM)]
    text = _HELPERS.sub("", without_date(text))
    names: list[str] = []
    for number, segment in enumerate(_CUTS.split(text)):
        for part in _people_in(segment):
            name = _clean_name(part)
            if not name or name in names:
                continue
            # The first name of a line may have any shape; what follows a comma may be a place or a role instead.
            if number == 0 or is_name_like(name) or is_organisation(name, site):
                names.append(name)
    return names


def without_date(text: str) -> str:
    """Cut a line where its date begins; a word before the first digit goes with it if it is a month or a weekday."""
    match = _DATE_BEHIND.search(text)
    if match is None:
        return text
    word = match["word"]
    if word and fold_marks(word) not in MONTHS and fold_marks(word)[:3] not in _WEEKDAYS:
        return text[: match.end("word")]
    return text[: match.start()]


def _people_in(segment: str) -> list[str]:
    """Part "A B and C D"; a line that would leave half a name (`Smith & Sons`) stays whole."""
    parts = _AND.split(segment)
    if len(parts) > 1 and any(len(part.split()) < 2 and not is_unspaced(part) for part in parts):
        return [segment]
    return parts


def is_organisation(name: str, site: SiteNames) -> bool:
    """Is this an agency, a newsroom or the paper itself, and no person?"""
    form = squash(name)
    if " via " in name.lower() or form in AGENCIES or site.is_exactly(name):
        return True
    if re.search(r"\w\.(?:com|org|net|de|at|ch|fr|es|it|tr|uk|nl|pl|ua|ru|jp|kr|id|in|tz|news|tv)\b", name.lower()):
        return True
    first = name.split(maxsplit=1)[0] if name.strip() else ""
    if len(first) >= 3 and first.isupper() and squash(first) in AGENCIES:
        return True
    words = fold_marks(name).replace(".", "").split()
    if any(word in _FOLDED_ORGANISATION_WORDS for word in words):
        return True
    if "redaktion" in form or "nachrichten" in form or "newsroom" in form:
        return True
    return len(words) > 1 and site.has(name) and (not is_name_like(name) or site.begins(name))


_FOLDED_ORGANISATION_WORDS = frozenset(map(fold_marks, ORGANISATION_WORDS))
_FOLDED_ROLE_WORDS = frozenset(map(fold_marks, ROLE_WORDS))


def _from_entries(entries: list[object], site: SiteNames, origin: str) -> Byline:
    people: list[str] = []
    organisations: list[str] = []
    raw: list[str] = []
    for entry in entries[:40]:
        text = _entry_name(entry)
        if not text or text.startswith(("http://", "https://")):
            continue
        raw.append(text)
        is_group = isinstance(entry, dict) and any("Organization" in kind for kind in types_of(entry))
        for name in [text] if is_group else split_names(text, site):
            target = organisations if is_group or is_organisation(name, site) else people
            if name not in target:
                target.append(name)
    return Byline(people=tuple(people), organisations=tuple(organisations), origin=origin, raw="; ".join(raw))


def _entry_name(entry: object) -> str:
    if not isinstance(entry, dict):
        return as_text(entry)
    names = as_list(entry.get("name"))
    if len(names) > 1:
        return "; ".join(filter(None, map(as_text, names)))
    name = as_text(entry.get("name"))
    given, family = as_text(entry.get("givenName")), as_text(entry.get("familyName"))
    return name or f"{given} {family}".strip() or as_text(entry.get("alternateName"))


def _clean_name(text: str) -> str:
    name = text.strip(_TRIM)
    for _ in range(2):
        match = _PREFIX.match(name)
        if match is None or (match[0].strip().lower() in _LOWER_PREFIXES and not match[0][0].islower()):
            break
        name = name[match.end() :].strip(_TRIM)
    name = _ROLE_PREFIX.sub("", _ROLE_SUFFIX.sub("", name)) if not name.isascii() else name
    if len(name.split()) > 2:
        name = _AFTER_NAME.sub("", name)
    name = _without_role(name).strip(_TRIM)
    if not _LETTERS.search(name) or len(name) > 80 or len(name.split()) > 7:
        return ""
    words = fold_marks(name).replace(".", "").split()
    if words and all(word in _FOLDED_ROLE_WORDS or word in _LABEL_WORDS for word in words):
        return ""
    return name if len(name) > 1 else ""


def _without_role(name: str) -> str:
    """Cut a role that follows a name of two words or more without a comma: `Ada Beck Senior Reporter`."""
    words = name.split()
    for number, word in enumerate(words[2:], start=2):
        if fold_marks(word).strip(".,") in _FOLDED_ROLE_WORDS:
            return " ".join(words[:number])
    return name


def is_name_like(name: str) -> bool:
    """Tell whether a text has the shape of a person's name: two to five words that begin with a capital."""
    if is_unspaced(name):
        return 2 <= len(name) <= 6
    words = name.split()
    if not 2 <= len(words) <= 5 or any(character.isdigit() for character in name):
        return False
    if any(fold_marks(word).strip(".") in _FOLDED_ROLE_WORDS for word in words):
        return False
    if any(word[0].islower() and word.lower() not in PARTICLES for word in words):
        return False
    return ":" not in name and not words[-1][0].islower()


def _labelled(page: Page) -> str | None:
    """The author in the label pair that some systems add for link previews (`twitter:label1`, `twitter:data1`)."""
    label = (page.meta("twitter:label1") or "").lower()
    return page.meta("twitter:data1") if any(word in label for word in _AUTHOR_LABELS) else None
