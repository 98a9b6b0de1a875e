"""What the words over a block of teasers speak of: the most read, the latest, more on this, an offer, an advertisement.

General words of news sites in some thirty languages, matched anywhere in a heading. Finding the heading is `headings`'.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from newskeep.extract.tree import Element

_POPULAR = re.compile(
    r"most[- ](?:read|viewed|popular|shared|commented|watched|talked|discussed|clicked)|popular|trending"
    r"|top (?:\d+|10|5|hits|articles|posts)|hot (?:topics|right now|now)|what.s hot"
    r"|meist(?:gelesen|geklickt|gesehen|kommentiert|diskutiert)|am meisten|beliebt|viel gelesen|gerade gelesen"
    r"|les? plus (?:lus|vus|populaires)|más (?:leíd|vist|popular|coment)|lo más|mais (?:lid|vist|acessad|popular)"
    r"|più (?:lett|vist|popolar|commentat)|i più|meest gelezen|populair|mest (?:lest|læst|läst|sett)|mest lästa"
    r"|luetuimmat|najczęściej|popularne|najpopularniej|nejčtenější|najčítanejšie|legolvasottabb|cele mai citite"
    r"|самое (?:читаемое|популярное)|популярн|en çok okunan|çok okunan|popüler|terpopuler|xem nhiều|đọc nhiều"
    r"|ランキング|アクセス|人気|よく読まれ|많이 본|인기|热门|熱門|排行|الأكثر|הנקראות|הכי נקרא"
)
_LATEST = re.compile(
    r"latest|newest|breaking|just in|(?:more|mehr|weitere) (?:news|headlines|nachrichten|meldungen)$"
    r"|live ?(?:blog|ticker|now)?\b|headlines?|top (?:news|stories)"
    r"|top[- ]?(?:themen|artikel|meldungen|news|storys)|news ?(?:ticker|feed|flash)?$|recent(?! comments)"
    r"|right now|happening|in the news|today|in other news|aktuell|neuest|schlagzeil|nachrichten|newsticker|ticker"
    r"|das wichtigste|jetzt im|dernières|derniers|à la une|actualité|en direct|últim|ultim[aeio]|recientes?"
    r"|actualidad|noticias|notícias|in primo piano|notizie|laatste|nieuws(?:te)?|siste|seneste|senaste|nyheter"
    r"|nyheder|uusimmat|najnowsze|ostatnie|nejnovější|najnovšie|friss|ultimele|последние|новости|останні|новини"
    r"|son dakika|haberler|güncel|terbaru|terkini|berita|mới nhất|tin mới|新着|最新|速報|ニュース$|최신|속보"
    r"|أحدث|آخر|עדכונים|חדשות|izindaba"
)
_RELATED = re.compile(
    r"relat|latest (?:on|in|from|by)|more (?:from|on|about|stories|in|for|like|by|to)|^more\b(?! (?:news|headlines)$)"
    r"|read (?:more|next|also|this)|see also|you (?:may|might)|recommend|for you|similar|further"
    r"|next (?:up|article|story|post)|up next|previous|keep reading|editor.?s|don.t miss|also (?:in|on)|explore"
    r"|featured|suggested|must.read|what to read|verwandt|ähnlich"
    r"|mehr (?:zu|aus|von|über|vom|zum|artikel)|^mehr\b(?! nachrichten$)|weiter(?!e (?:nachrichten|meldungen)$)"
    r"|zum thema|auch interessant|das könnte|empfehl|empfiehlt|lesen sie|lesetipp|passend|hintergrund"
    r"|nächster|vorheriger|dazu|à lire|lire aussi|voir aussi|sur le même|plus (?:de|sur)|dans la même|relacionad"
    r"|te puede|más (?:sobre|de|noticias|en)|lea también|leia|veja|mais (?:sobre|de)|saiba|correlat|leggi|potrebbe"
    r"|altri|ancora|lees|meer (?:over|van|nieuws)|gerelateerd|les også|les mer|mer (?:om|fra)"
    r"|läs (?:mer|också|även)|læs også|mere om|lue myös|aiheesta|czytaj|zobacz|polecamy|powiązane|související"
    r"|čtěte|súvisiace|kapcsolódó|citește|vezi|по теме|читайте|ще по темі|ilgili|benzer|terkait|baca|liên quan"
    r"|関連|おすすめ|あわせて|관련|추천|相关|相關|推荐|延伸|ذات صلة|اقرأ|קרא|נוספ"
)
_OFFER = re.compile(
    r"newsletter|podcast|\bjobs?\b|karriere|careers?|shop|store|\bdeals?\b|coupon|gutschein|voucher|vergleich"
    r"|rechner|angebote|seminar|workshop|akademie|academy|webinar|events?\b|veranstaltung|termine|books?|bücher"
    r"|書籍|本$|classified|kleinanzeigen|marktplatz|marketplace|immobilien|real estate|games?|spiele|quiz|rätsel"
    r"|puzzle|horoskop|wetter|weather|service|topics?|themen|tags|schlagworte|kategorien|categories|sections"
    r"|ressorts|authors?|autor|follow|folgen|social|comments?|kommentare|about|über uns|kontakt|legal|company"
    r"|unternehmen|apps?\b|abo\b|subscri"
)
_SPONSORED = re.compile(
    r"sponsor|anzeige|advert|partner|promoted|paid|taboola|outbrain|from (?:around )?the web|around the web"
    r"|aus dem (?:web|netz)|patrocin|publicid|pubblicità|publi|annonce|reklam|реклам|advertorial|brand|広告|提供"
    r"|광고|广告"
)


# Over a list of topics, not of stories.
_TOPICS = re.compile(
    r"(?:related|more|all|weitere|ähnliche|alle|mehr|verwandte)?\W*(?:topics?|tags?|keywords|themen"
    r"|schlagw[oö]rte[r]?|stichworte|temas|etiquetas|sujets|tópicos|argomenti|onderwerpen|emner|ämnen)\W*",
    re.IGNORECASE,
)
_MOST_WORDS = 9


# Over stories that are offered, but to readers of any story.
_LOOSE = re.compile(
    r"more|(?:more to )?explore|more (?:stories|news|articles|for you|from .*)|editor.?s.? (?:picks?|choice)"
    r"|featured.*|don.t miss.*|must.reads?|what to read.*|mehr|empfehlungen(?: der redaktion)?"
    r"|keep reading|read more|for you|recommended"
)
# Over buttons and forms: what stands below is no list of stories, whatever stands next to it.
_SERVICE = re.compile(
    r"share\b|teilen|partager|compartir|condividi|folgen|follow|comments?\b|kommentar|repl(?:y|ies)"
    r"|paylaş|udostępnij|del (?:denne|artikel)|diskutier|newsletter|subscribe|sign ?up|abonnier|log ?in"
    r"|continue reading below|story continues|weiterlesen nach"
    r"|\btags?\b|\bthemen\b|schlagwort|about (?:us|the author)|über uns|footer"
)

# What a link says that only leads on.
_GENERIC = re.compile(
    r"\W*(?:mehr|more|weiter\w*|read|watch|lesen|jetzt|hier|here|zum|zur|alle|see|view|show|continue|next|prev\w*|vorherige\w*"
    r"|nächste\w*|learn|lire|leer|ver|leggi|czytaj|selengkapnya|devamı|tovább|les|läs|lees|lue|click|play|listen|hören"
    r"|anhören|ansehen|full|keep|discover|baca)\b|\W*(?:続き|もっと|一覧|더보기|阅读|更多)",
    re.IGNORECASE,
)
_LONGEST_GENERIC = 40


class Heading(NamedTuple):
    """A block's heading; the flags tell what its words speak of. `element` is None in script data.

    `speaks` tells that they speak of teasers at all, `is_service` that they head buttons or a form.
    """

    text: str
    element: Element | None
    is_popular: bool
    is_latest: bool
    is_related: bool
    is_offer: bool
    is_sponsored: bool

    @property
    def speaks(self) -> bool:
        """Do the words speak of what a block of teasers or offers is?"""
        return self.is_popular or self.is_latest or self.is_related or self.is_offer or self.is_sponsored

    @property
    def is_loose(self) -> bool:
        """Could the words stand over a list that has nothing to do with the story?"""
        return _LOOSE.fullmatch(_lowered(self.text)) is not None

    @property
    def is_service(self) -> bool:
        """Do the words head buttons or a form, and no stories?"""
        if self.is_popular or self.is_related:
            return False
        return len(self.text.split()) <= _MOST_WORDS and _SERVICE.search(_lowered(self.text)) is not None


def read_heading(text: str, element: Element | None) -> Heading | None:
    """Read what a heading's words speak of; None where it heads a list of topics."""
    flags = _flags(text)
    return None if flags is None else Heading(text, element, *flags)


@lru_cache(maxsize=4096)
def _flags(text: str) -> tuple[bool, bool, bool, bool, bool] | None:
    if _TOPICS.fullmatch(text) is not None:
        return None
    if len(text.split()) > _MOST_WORDS:
        # A whole sentence is a headline or a crosshead, whatever words it happens to hold.
        return (False, False, False, False, False)
    lowered = _lowered(text)
    return (
        _POPULAR.search(lowered) is not None,
        _LATEST.search(lowered) is not None,
        _RELATED.search(lowered) is not None,
        _OFFER.search(lowered) is not None,
        _SPONSORED.search(lowered) is not None,
    )


def _lowered(text: str) -> str:
    """Lower case; the patterns are, for matching regardless of case takes four times as long."""
    # The Turkish capital would become two characters.
    return text.replace("İ", "i").lower()


def says_only_more(text: str) -> bool:
    """Is this no more than "Read more" or "See all"?"""
    return len(text) <= _LONGEST_GENERIC and _GENERIC.match(text) is not None
