"""General phrases of news pages in many languages: labels of links to other stories, sign-ups, notices.

Only words any publisher could use; no name of one. A phrase alone decides little: `judge` weighs it with length, links
and position.
"""

from __future__ import annotations

import re
from functools import lru_cache

_TEASER_LABELS = (
    # English
    r"read (?:more|also|next|the full|our|here)|also read|related(?: stories| articles| posts| content| news| topics"
    r"| coverage| reading)?|see also|see more|more (?:from|on|about|stories|news|like this|to read)"
    r"|watch(?: more| now)?"
    r"|listen(?: now| to)?|don.t miss|recommended(?: for you| reading| stories)?|must[ -]reads?|you (?:may"
    r"|might) (?:also )?"
    r"(?:like|be interested)|keep reading|further reading|in case you missed|click here|continue reading|up next"
    r"|next (?:article|story|post|up)|previous (?:article|story|post)|trending(?: now)?|popular(?: now)?|most read"
    r"|editor.?s picks?|latest (?:news|stories)|in other news|explore more|more for you|what to read next|read this"
    # German
    r"|lesen sie (?:auch|hier|dazu|mehr|jetzt|außerdem|weiter)|lies (?:auch|hier|dazu)|mehr (?:zum thema|dazu|lesen"
    r"|zu|aus|von|über|nachrichten|news)|auch interessant|siehe auch|weiterlesen|zum thema|passend (?:zum|dazu)"
    r"|das könnte (?:sie|dich)|weitere (?:artikel|meldungen|nachrichten|informationen|themen|videos)"
    r"|hintergrund|hören sie (?:auch|hier)|sehen sie (?:auch|hier)|interview|kommentar|lesetipp|empfohlen"
    # French
    r"|(?:à )?lire (?:aussi|également|la suite|plus|notre)|voir aussi|à (?:voir|écouter|découvrir)"
    r"|sur le même (?:sujet|thème)"
    r"|dans la même rubrique|notre dossier|pour aller plus loin"
    # Spanish, Portuguese, Italian
    r"|le[ea](?: también| además| más|r más)?:|lee también|lea también|leer más|te puede interesar"
    r"|más (?:sobre|información"
    r"|noticias)|ver también|relacionad[oa]s?|noticias relacionadas|leia (?:também|mais)|veja (?:também"
    r"|mais)|saiba mais"
    r"|leggi anche|leggi (?:di più|tutto)|potrebbe interessarti|approfondi(?:sci|menti)|vedi anche|guarda anche"
    # Dutch, Scandinavian, Finnish
    r"|lees (?:ook|meer|verder)|bekijk ook|zie ook|luister ook|läs (?:också|mer|även|vidare)|se också"
    r"|les (?:også|mer|hele)"
    r"|læs (?:også|mere)|se også|hør også|lue (?:myös|lisää)|katso myös"
    # Slavic, Hungarian, Romanian, Baltic
    r"|czytaj (?:także|też|więcej|również)|zobacz (?:także|też|również|więcej)|przeczytaj(?: także| też)?|polecamy"
    r"|čtěte (?:také|více)|přečtěte si|mohlo by vás|prečítajte si|pročitajte|preberite|olvassa el|ezt olvasta"
    r"|citește (?:și|mai mult)|vezi și|читайте (?:также|також|ещё|далее)|читать (?:также|далее)|смотрите также"
    r"|дивіться також|по теме|ещё по теме|прочетете"
    # Turkish, Indonesian, Vietnamese, Greek, Swahili, Arabic, Hebrew, Hindi
    r"|ilgili haber(?:ler)?|bunlar da ilginizi|ayrıca (?:okuyun|bakınız)|baca (?:juga|selengkapnya)|artikel terkait"
    r"|xem thêm|đọc thêm|διαβάστε (?:επίσης|ακόμη|ακόμα)|δείτε (?:επίσης|ακόμα)|soma (?:pia|zaidi)"
    r"|اقرأ (?:أيضا|أيضًا|المزيد)"
    r"|إقرأ أيضا|شاهد أيضا|קראו (?:עוד|גם)|यह भी पढ़ें|ये भी पढ़ें"
)
_TEASER_LABELS_CJK = (
    r"関連(?:記事|ニュース)|あわせて読みたい|こちらも|続きを読む|【関連"
    r"|관련\s?기사|더\s?보기|相关(?:阅读|新闻)|延伸閱讀|相關新聞"
)

TEASER_LABEL = re.compile(rf"\W*(?:(?:{_TEASER_LABELS})\b|{_TEASER_LABELS_CJK})", re.IGNORECASE)
"""Matches at the start of a text that points to other stories."""

# A pattern that minds the case tries each of its many words in a third of the time. Without it a plain i is a dotless
# one too.
_TEASER_LABEL_ASCII = re.compile(rf"\W*(?:{_TEASER_LABELS})\b".replace("ı", "[ıi]"))


@lru_cache(maxsize=4096)
def points_elsewhere(text: str) -> bool:
    """Does the text begin as labels of links to other stories do?"""
    if text.isascii():
        return _TEASER_LABEL_ASCII.match(text.lower()) is not None
    return TEASER_LABEL.match(text) is not None


_KEY_LENGTH = 4


class Phrases:
    """A list of lower-case phrases; compared by identity, so that answers about a text can be kept.

    `groups` are the phrases again, each behind a few letters that it shares with some others: most texts hold none of
    these, and one search rules out a whole group.
    """

    __slots__ = ("groups", "listed")

    def __init__(self, listed: str) -> None:
        self.listed = tuple(
            phrase for line in listed.splitlines() for part in line.split("|") if (phrase := part.strip().lower())
        )
        self.groups = _grouped(self.listed)


def _grouped(phrases: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    holders: dict[str, dict[str, None]] = {}
    for phrase in phrases:
        for at in range(max(1, len(phrase) - _KEY_LENGTH + 1)):
            holders.setdefault(phrase[at : at + _KEY_LENGTH], {})[phrase] = None
    left = set(phrases)
    groups: list[tuple[str, tuple[str, ...]]] = []
    for key, held in sorted(holders.items(), key=lambda one: -len(one[1])):
        group = tuple(phrase for phrase in held if phrase in left)
        if group:
            # A phrase that is alone is its own key: whole, it is met less often than a part of it.
            groups.append((key if len(group) > 1 else group[0], group))
            left.difference_update(group)
    return tuple(groups)


@lru_cache(maxsize=4096)
def says(text: str, phrases: Phrases) -> bool:
    """Does a text hold one of the phrases, whatever its case?"""
    # Plain searches in a plain loop: a pattern of so many alternatives tries each of them at each letter.
    lowered = text.lower()
    for key, group in phrases.groups:
        if key in lowered:
            for phrase in group:
                if phrase in lowered:
                    return True
    return False


SIGN_UP = Phrases(
    """newsletter|sign up for|sign up to|sign up here|sign up now|subscribe to|subscribe now|subscribe here
    subscribe today
    subscription|whatsapp-kanal|whatsapp channel|whatsapp-channel|follow us on|follow us at|follow me on
    download the app
    download our app|join our|get the latest|abonnieren|abonnez|abonnement|kostenlos testen|jetzt anmelden|jetzt testen
    jetzt registrieren|folgen sie uns|suscríb|suscrib|boletín|inscreva-se|assine|iscriviti|seguici|síguenos|siga-nos
    suivez-nous|inscrivez-vous|volg ons|følg oss|prenumerera|подписывайтесь|подпишитесь|підписуйтесь|підпишіться
    bizi takip|ikuti kami|ikuti berita|log in to|login|sign in|create a free account|create an account
    turn on notifications|become a member|become a subscriber|donate|support our|support us"""
)

NOTICE = Phrases(
    """©|copyright|all rights reserved|alle rechte vorbehalten|tous droits réservés|todos los derechos|tutti i diritti
    affiliate|may earn a commission|earn a small commission|may earn commission|provision|this article was
    this story was
    this article originally|this story originally|this post contains|this article contains|this post may contain
    this article may contain|this content is|this article is part|the views expressed|privacy policy|terms of
    reproduction|republish|with permission|transparenzhinweis|disclaimer|disclosure|fact-checked by|fact checked by
    reporting by|edited by|editing by|additional reporting|translated by|translated from|send us|contact us|email us
    do you have a|got a tip|got a story|have a tip|have a story"""
)

CLOSING = Phrases(
    """more to follow|more to come|more on this story|breaking news story|breaking new story|developing story
    on google news|auf google news|sur google news|en google news|preferred source|bevorzugte quelle|read our latest
    unterstützen sie unsere
    sign up for|sign up to|subscribe to|subscribe now|newsletter|please bookmark|follow us on|follow us at
    support our|support us|consider donating|make a donation|become a member|unterstützen sie uns
    mit einer spende|folgen sie uns|abonnieren|abonnez|suivez-nous|soutenez-nous|suscríb|síguenos|seguici|iscriviti
    siga-nos|inscreva-se|volg ons|følg oss|подписывайтесь|підписуйтесь|all rights reserved|alle rechte vorbehalten
    this article was originally|this story was originally|©"""
)
"""What is said behind the last sentence of a story: that more follows, where else to read, what to pay for."""

COMMENT_INVITATION = Phrases(
    """leave a comment|post a comment|write a comment|add a comment|leave a reply|your comment|join the conversation
    join the discussion|let us know|what do you think|have your say|share your|share this|kommentieren
    kommentar schreiben|diskutieren sie|teilen sie|schreiben sie|partag|comparte|condividi|tags:|topics:|filed under
    schlagwörter|stichwort|stichwörter|etiquetas"""
)

CONSENT = Phrases(
    """externe inhalt|externer inhalt|externen inhalt|external content|contenu externe|contenido externo
    contenuto esterno
    externe medien|privatsphäre-einstellung|privacy setting|privacy preference|cookie setting|cookie preference
    cookie-einstellung|datenschutz-einstellung|datenschutzeinstellung|accept cookies|accept all cookies
    cookies akzeptieren|cookies zustimmen|enable cookies|enable javascript|activate javascript|allow cookies
    javascript is|javascript muss|personenbezogene daten|consentement|aceptar cookies|aceptar las cookies
    your browser does|your browser doesn|browser unterstützt"""
)
"""Placeholders of embeds that wait for the reader's consent."""

READING_TIME = Phrases(
    """min read|mins read|minute read|minutes read|min. read|min. lesezeit|minuten lesezeit|min lesezeit
    lesezeit|lesedauer
    reading time|temps de lecture|min de lecture|minutes de lecture|tiempo de lectura|min de lectura|minutos de lectura
    tempo di lettura|min di lettura|tempo de leitura|min de leitura|leestijd|lästid|lesetid|czas czytania
    okuma süresi"""
)

POPULAR = re.compile(
    r"popular|trending|most[ -](?:read|viewed|shared|commented)|top stories|meistgelesen|beliebt|les plus lus|más leíd|"
    r"mais lid|più lett|meest gelezen|mest (?:lest|lästa|læst)|najczęściej|en çok okunan|terpopuler|популярн"
    r"|人気|ランキング",
    re.IGNORECASE,
)

LATEST = re.compile(
    r"\blatest\b|\bbreaking\b|just in|\bnewest\b|neueste|aktuelle|dernières|últim[oa]s|ultim[ei] |laatste"
    r"|senaste|siste|"
    r"seneste|najnowsze|son dakika|terbaru|последние|останні|新着|最新|최신",
    re.IGNORECASE,
)

MORE_HEADING = re.compile(
    r"(?!.*show less)(?:more (?:from|for you|stories|news|like this|on this)|related|recommended|you (?:may"
    r"|might) (?:also )?like|keep reading|"
    r"read (?:next|more)|up next|latest(?: stories| news| from)?|popular|trending|most read|stories chosen for you|"
    r"don.t miss|around the web|from your site|what to read next|editor.?s picks?|other stories|see also)\b",
    re.IGNORECASE,
)
"""A short heading under which other stories stand."""

ADVERT_LABEL = re.compile(
    r"\W*(?:advertisements?|advert|ad|sponsored(?: content)?|anzeigen?|werbung|publicit[éà]|publicidade?"
    r"|annons|annonse|"
    r"annonce|reklama?|advertentie|mainos|iklan|реклама|広告|광고|广告|"
    r"(?:article|story) continues (?:below|after)[\w ]*|(?:continue reading|scroll down)[\w ]*"
    r"|embed(?:ded)?|loading\.*)\W*",
    re.IGNORECASE,
)

SHORT_STORIES = re.compile(
    r"what we.re (?:watching|ignoring|reading)|in brief|news briefs?|morning briefing|daily briefing|roundup|round-up|"
    r"kurz gemeldet|kurznachrichten|kurz und knapp|en bref|en breve|in breve|kort nieuws|i korthet|kort nytt",
    re.IGNORECASE,
)
"""Series that hold several short stories under one headline."""

LABEL_MARK = re.compile(r"\W*[^\W\d_][\w ]{2,24}\s*[:|]\s*\S")
"""A short label parted from what follows by a colon or a stroke."""
