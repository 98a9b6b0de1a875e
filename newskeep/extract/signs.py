"""What an element's tag and class names say about it, as bit signs.

Class names are written by people for people: "related", "caption" and "newsletter" mean the same on thousands of sites.
A name is cut into its words ("article__relatedPosts" has article, related, posts); some words are looked for inside
glued names too ("photocaption"). What the signs are worth is judged in `newskeep.extract.judge`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import cast

from newskeep.extract.tree import Element

NAVIGATION = 1 << 0
"""Menus, bread crumbs, site headers and footers, pagers, tool bars."""
TEASER = 1 << 1
"""Related, recommended, most read, promo boxes."""
ADVERT = 1 << 2
SHARE = 1 << 3
"""Share, print, follow and comment buttons."""
SIGN_UP = 1 << 4
"""Newsletter and subscription boxes, paywall notes."""
BIOGRAPHY = 1 << 5
CAPTION = 1 << 6
CREDIT = 1 << 7
BYLINE = 1 << 8
COMMENT = 1 << 9
"""What readers wrote below the story."""
TAGS = 1 << 10
INFO_BOX = 1 << 11
"""Boxes beside the text: facts, polls, sidebars."""
HIDDEN = 1 << 12
CONSENT = 1 << 13
"""Cookie banners and placeholders of embeds that wait for consent."""
STANDFIRST = 1 << 14
BODY = 1 << 15
"""A container that calls itself the story's text."""
DATE = 1 << 16
KICKER = 1 << 17
HEADLINE = 1 << 18
CONTENTS = 1 << 19
"""A table of contents of the story itself."""
# What the tag alone says; these hold whatever the size of the element.
LIST_ITEM = 1 << 20
QUOTE = 1 << 21
TABLE = 1 << 22
FIGURE = 1 << 23
HEADING = 1 << 24
PREFORMATTED = 1 << 25
SOCIAL_POST = 1 << 26
"""An embedded post of a social network."""
PULL_QUOTE = 1 << 27
ARTICLE = 1 << 28
NOTICE = 1 << 29
"""Legal lines, affiliate notes, agency lines, disclaimers, corrections."""
GALLERY = 1 << 30
FORM = 1 << 31
DIALOG = 1 << 32
BACKGROUND = 1 << 33
"""A picture drawn as the element's background."""

STRUCTURE = LIST_ITEM | QUOTE | TABLE | FIGURE | HEADING | PREFORMATTED | ARTICLE

NOT_STORY_PICTURE = (
    TEASER | NAVIGATION | ADVERT | SHARE | BIOGRAPHY | COMMENT | TAGS | SIGN_UP | BYLINE | CONSENT | DIALOG
)
"""What a picture stands in that is none of the story's own."""

TAG_SIGNS = {
    "nav": NAVIGATION,
    "footer": NAVIGATION,
    "aside": INFO_BOX,
    "li": LIST_ITEM,
    "dt": LIST_ITEM,
    "dd": LIST_ITEM,
    "blockquote": QUOTE,
    "table": TABLE,
    "figure": FIGURE,
    "figcaption": FIGURE | CAPTION,
    "form": FORM,
    "dialog": DIALOG,
    "menu": NAVIGATION,
    "pre": PREFORMATTED,
    "amp-sidebar": NAVIGATION,
    "h1": HEADING,
    "h2": HEADING,
    "h3": HEADING,
    "h4": HEADING,
    "h5": HEADING,
    "h6": HEADING,
    "article": ARTICLE,
    "address": BYLINE,
}

_WORDS = {
    NAVIGATION: """nav navbar navigation menu submenu megamenu breadcrumb breadcrumbs crumb crumbs footer foot toolbar
        pagination pager paging masthead topbar navi sitemap skip skiplink skiplinks subnav mainnav offcanvas
        burger langswitch languages scrolltop backtotop footernav bottombar dropdown siteheader pageheader""",
    TEASER: """related relateds recommend recommended recommendation recommendations recirculation recirc readmore
        morefrom mostread mostpopular popular trending teaser teasers promo promos promoted latest upnext nextup
        readnext readalso alsoread seealso linkbox linklist morestories morearticles morenews furtherreading
        crosspromo onward similar suggested suggestions mehr verwandt verwandte relacionadas relacionados
        relacionada relacionado connexes correlati correlate leestook lesogså lesmer teaserlist card cards
        carousel slider swiper ticker zergnet spotlight articlelist storylist newslist postlist posts crosslink
        crosslinks reco recos nextpost prevpost nextarticle prevarticle nextstory whatsnext moreon moreposts
        youmay youmight alsolike latestnews lireaussi inlinelink inlinearticle inlinerelated mostviewed mostseen
        othernews otherarticles aroundtheweb fromyour""",
    ADVERT: """ad ads adv advert adverts advertisement advertising advertisment adslot adunit adbox adcontainer
        adwrapper admanager dfp gpt sponsor sponsored sponsors outbrain taboola revcontent anzeige anzeigen
        werbung publicidad publicite pub banner adsbygoogle mpu leaderboard billboard partnercontent commercial
        affiliate shopping googleads""",
    SHARE: """share sharing sharebar sharebox shares sharetools social socials socialbar follow followus print printer
        addthis sharethis sharedaddy bookmark reactions reaction like likes whatsapp tools actions toolbox
        copylink googlenews teilen compartir partager feedback rating ratings vote votes""",
    SIGN_UP: """newsletter newsletters nl signup subscribe subscription subscriptions subscriber optin mailinglist
        mailchimp registration register regwall paywall abo abonnement donate donation donations membership cta
        calltoaction upsell premiumbox push notification notifications""",
    BIOGRAPHY: """bio bios biography authorbio authorbox aboutauthor authorinfo authorcard authorprofile aboutthe
        abouttheauthor authordescription autorenbox authordesc authorabout authorblock authordetails""",
    CAPTION: """caption captions figcaption imgcaption imagecaption photocaption bildunterschrift legend bildtext
        wpcaption epigrafe epigraph piedefoto didascalia legende imagedesc imgdesc imagetext photodesc imageinfo
        mediadesc phototext picturetext imagedescription imgdescription picdesc picdescription mediadescription
        photodescription picturedescription mediacaption mediatext bildetekst billedtekst bijschrift onderschrift
        kuvateksti popisek popiska leyenda legenda altyazi képaláírás fotopie pieimagen pieimg didascalie
        imagecopy figuretext figcaptiontext lightboxdescription lightboxcaption lightboxtext""",
    CREDIT: """credit credits photocredit imagecredit copyright photographer photoby fotocredit fotograf rights
        bildquelle crédit credito creditos imgsource imagesource photosource imagerights bildrechte""",
    BYLINE: """byline bylines author authors autor autores autoren auteur autore authorname writer contributor
        contributors signature authored reporter journalist profile avatar redakteur forfatter skribent""",
    COMMENT: """comment comments commentlist disqus respond livefyre kommentare kommentar comentarios commentaires coral
        forum userposts replies""",
    TAGS: """tag tags taglist tagcloud topics topiclist keywords hashtags etiquetas temas themen schlagworte catlinks
        articletags posttags taglinks""",
    INFO_BOX: """infobox factbox fakten faktenbox sidebar sidebars rail rightrail aside poll polls quiz
        survey widgetarea
        tooltip popover ratingbox spoilerbox glossary megabox produktbox productbox pricebox newsbox factsbox
        sidebox""",
    HIDDEN: """hidden vh visuallyhidden sronly screenreader offscreen displaynone noprint elementinvisible dnone""",
    CONSENT: """cookie cookies consent gdpr cmp onetrust cookiebanner datenschutz tcf usercentrics optout
        embedconsent""",
    STANDFIRST: """standfirst dek deck lead lede leadin intro introduction chapo chapeau sapo ingress bajada entradilla
        sumario subheadline subhead subheading subtitle subtitles subtitulo subtitular sottotitolo sommario
        excerpt abstract kurztext vorspann preamble summary headlinesub teasertext leadtext strapline untertitel
        undertitel manchet anriss anleser catenaccio synopsis soustitre perex resumo resumen linhafina volada
        copete introtext articlelead leadparagraph subdeck leed underrubrik articleintro articlesummary
        articleexcerpt subhed""",
    BODY: """articlebody storybody entrycontent postcontent articlecontent articletext storytext bodytext maincontent
        postbody storycontent bodycopy richtext newsbody newstext contentbody bodydescription textbody
        newscontent pagecontent entrybody prose articlebodycontent textblock postentry bodycontent""",
    DATE: """date dateline datetime time timestamp published pubdate publishdate updated posted datum fecha
        publication lastupdated readtime readingtime timetoread""",
    KICKER: """kicker eyebrow overline supertitle pretitle volanta topline rubric dachzeile spitzmarke antetitulo
        toptitle surtitre oberzeile""",
    HEADLINE: """headline title heading hed titulo titre titolo überschrift articletitle entrytitle posttitle""",
    CONTENTS: """toc tableofcontents tableof inhaltsverzeichnis jumplinks onthispage onthis""",
    PULL_QUOTE: """pullquote pullquotes zitatbox zitat""",
    SOCIAL_POST: """twittertweet tweet instagrammedia tiktokembed fbpost redditembed blueskyembed mastodonembed""",
    NOTICE: """disclaimer disclaimers disclosure correction corrections legal imprint editorsnote editornote footnote
        footnotes endnote references copyrightline affiliatenotice""",
    GALLERY: """gallery galleries slideshow photogallery fotostrecke bildergalerie imagegallery bildstrecke""",
    DIALOG: """modal popup overlay toast""",
}

# Parts of words glued together by their writers; only words of some length are looked through.
_STEMS = {
    TEASER: "related|recommend|recirc|readmore|readnext|mostread|mostpopular|teaser|trending|relacionad|articlelist",
    ADVERT: "advert|sponsor|outbrain|taboola|googlead|adsby|werbung|publicidad",
    SHARE: "share|sharing|social|followus|addthis",
    SIGN_UP: "newsletter|subscri|signup|paywall|donat|regwall",
    BIOGRAPHY: "authorbio|authorbox|aboutauthor",
    CAPTION: "caption|figcap|bildunterschrift",
    CREDIT: "credit|copyright|photographer",
    BYLINE: "byline|author",
    COMMENT: "commentlist|commentsection|disqus",
    TAGS: "taglist|articletag|posttag",
    INFO_BOX: "infobox|factbox|sidebar|faktenbox",
    CONSENT: "cookie|consent",
    STANDFIRST: "standfirst|subhead|subtitle|leadtext|introtext",
    BODY: "articlebody|storybody|bodytext|richtext|articletext|articlecontent|postcontent|entrycontent",
    PULL_QUOTE: "pullquote",
    NOTICE: "disclaimer",
    GALLERY: "gallery|slideshow",
    NAVIGATION: "breadcrumb|navbar|navigation|megamenu",
    KICKER: "kicker",
    HEADLINE: "headline",
}

_WORD_SIGNS: dict[str, int] = {}
for _sign, _group in _WORDS.items():
    for _word in _group.split():
        _WORD_SIGNS[_word] = _WORD_SIGNS.get(_word, 0) | _sign
# What a word of two parts may begin with: "read" of "readmore".
_FIRST_PARTS = frozenset(word[:end] for word in _WORD_SIGNS for end in range(1, len(word)))
_STEM_SIGNS = tuple((stem, sign) for sign, stems in _STEMS.items() for stem in stems.split("|"))
_ANY_STEM = re.compile("|".join(_STEMS.values()))
_RANDOM_PIECE = 2
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BLANKS = {code: " " for code in range(128) if not chr(code).isalnum()}
_CUT = re.compile(r"[^a-z0-9à-ÿ]+", re.IGNORECASE)
# Utility classes that hide an element on one kind of screen only.
_RESPONSIVE = re.compile(r"\b(?:sm|md|lg|xl|2xl):(?:block|flex|grid|inline|contents|table)")
# Classes that name the subjects of a story on the element around it.
_SUBJECTS = ("tag-", "category-", "post_tag-")
_SUBJECT = re.compile(r"(?:tag|category|post_tag)-(?!list|cloud|link|wrap|item|box|group|section|container)")
_LONGEST_NAME = 600
_LONGEST_ID = 30
_HIDING = ("display:none", "visibility:hidden")
_BACKGROUND_ATTRIBUTES = ("data-runner-img-hd", "data-runner-img-md")
_TELLING = frozenset(("id", "style", "hidden", "aria-hidden", *_BACKGROUND_ATTRIBUTES))
_SHORTEST_GLUED = 8


@lru_cache(maxsize=8192)
def name_signs(names: str) -> int:
    """The signs in an element's class and id names, parted by spaces, case kept."""
    signs = 0
    # Some sites hang long machine-made state on an element; the beginning says what it is.
    for name in names[:_LONGEST_NAME].split():
        signs |= _one_name_signs(name)
    if signs & HIDDEN and _RESPONSIVE.search(names):
        signs &= ~HIDDEN
    return signs


@lru_cache(maxsize=32768)
def _one_name_signs(name: str) -> int:
    if name.isalpha() and name.islower():
        return _word_signs(name)
    if name.startswith(_SUBJECTS) and _SUBJECT.match(name):
        return 0
    signs = 0
    before = ""
    sign_of = _WORD_SIGNS.get
    for word in _words(name):
        if not word:
            continue
        found = sign_of(word)
        if found is not None:
            signs |= found
        elif len(word) >= _SHORTEST_GLUED:
            signs |= _word_signs(word)
        if before in _FIRST_PARTS:
            signs |= sign_of(before + word, 0)
        before = word
    return signs


def _words(name: str) -> list[str]:
    """The words of a name, also of one written in camel case. A random id is cut nowhere: it would hold any word."""
    if name.isascii():
        parts = name.replace("_", "-").split("-")
        if not "".join(parts).isalnum():
            parts = name.translate(_BLANKS).split()
    else:
        parts = _CUT.split(name)
    if name.islower():
        return parts
    words: list[str] = []
    for part in parts:
        pieces = _CAMEL.sub("-", part).split("-")
        count = len(pieces)
        if count == 1 or 2 * sum([len(piece) <= _RANDOM_PIECE for piece in pieces]) > count:
            words.append(part.lower())
        else:
            words += [piece.lower() for piece in pieces]
    return words


@lru_cache(maxsize=16384)
def _word_signs(word: str) -> int:
    signs = _WORD_SIGNS.get(word, 0)
    if signs or len(word) < _SHORTEST_GLUED:
        return signs
    if _ANY_STEM.search(word) is None:
        return signs
    for stem, sign in _STEM_SIGNS:
        if stem in word:
            signs |= sign
    return signs


_items = cast("Callable[[Element], list[tuple[str, str]]]", Element.items)


def tag_signs_and_names(element: Element, tag: str) -> tuple[int, str | None]:
    """The signs of an element by its tag, class, id and visibility, and its classes; None where it has none."""
    found = TAG_SIGNS.get(tag, 0)
    names: str | None = None
    for name, value in _items(element):
        if name == "class":
            names = value
            found |= name_signs(value)
        elif name not in _TELLING:
            continue
        elif name == "id":
            # A long id is made of the words of a heading or of state, not of what the element is for.
            if len(value) <= _LONGEST_ID:
                found |= name_signs(value)
        elif name == "style":
            if "n" in value and any(word in value.replace(" ", "").lower() for word in _HIDING):
                found |= HIDDEN
        elif name in _BACKGROUND_ATTRIBUTES:
            found |= BACKGROUND
        elif name == "hidden" or (value == "true" and tag != "p"):
            # A paragraph that is not read aloud may well be read: sites mark so what stands behind their wall.
            found |= HIDDEN
    return found, names
