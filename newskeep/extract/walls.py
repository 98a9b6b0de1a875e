"""Pages that stand where a story should be: paywall, consent, bot check, log-in, "not found" with status 200.

Judged by evidence: the status, forms and fields, the markup of bot-check products, what JSON-LD declares, how little
text there is. A phrase alone never makes a wall, and a page with a story's text is none, whatever else it carries: most
sites load consent and bot-check scripts on every page, and a metered story that shows its beginning is a story.
"""

from __future__ import annotations

import re

from newskeep.extract.lines import line_of
from newskeep.extract.metadata import Metadata
from newskeep.extract.structured import STORY_TYPES
from newskeep.extract.tree import Element, Page, ancestors, class_words, spaced_text_of
from newskeep.model import StoryForm, Wall, WallKind

# Below this there is no beginning of a story to keep.
_LITTLE_TEXT = 200
_SOME_TEXT = 600
_SHORT_PAGE = 1500
_LONGEST_SEARCHED = 300_000
_LONGEST_NOTICE = 90
_LONGEST_WALL = 4000
_MOST_LINKS = 60
_COVERED = 0.6

# What the products that check for robots leave in their pages: element names, script names, cookies' set-up calls.
_BOT_CHECKS = (
    (
        "Cloudflare",
        re.compile(
            r"_cf_chl_opt|cf-chl-|cf-browser-verification|/cdn-cgi/challenge-platform/h/\w/orchestrate|cf-error-details"
        ),
    ),
    ("Turnstile", re.compile(r"challenges\.cloudflare\.com/turnstile|class=[\"'][^\"']*\bcf-turnstile\b")),
    ("DataDome", re.compile(r"captcha-delivery\.com|\bdd=\{'rt':'c'")),
    (
        "HUMAN",
        re.compile(
            r"px-captcha|window\._pxAppId\b[^<]{0,400}_pxBlockScript|captcha\.px-cdn\.net|perimeterx\.net/whywasiblocked"
        ),
    ),
    ("Imperva", re.compile(r"_Incapsula_Resource|Incapsula incident ID|/_Imperva_")),
    ("Akamai", re.compile(r"sec-if-cpt-container|sec-cpt-if|errors\.edgesuite\.net|bm-verify")),
    ("AWS WAF", re.compile(r"AwsWafIntegration|awsWafCookieDomainList|gokuProps|token\.awswaf\.com")),
    ("Kasada", re.compile(r"KPSDK|/149e9513-01fa-4fb0-aad4-566afd725d1b/")),
    ("Sucuri", re.compile(r"sucuri_cloudproxy_js|Sucuri WebSite Firewall")),
    ("DDoS-Guard", re.compile(r"ddos-guard/js-challenge|check\.ddos-guard\.net")),
    ("Anubis", re.compile(r"anubis_challenge|/\.within\.website/x/cmd/anubis")),
    ("Vercel", re.compile(r"Vercel Security Checkpoint|vercel/security/static")),
    ("Queue-it", re.compile(r"queue-it\.net/(?:softblock|afterevent)|id=[\"']queue-?it")),
    ("reCAPTCHA", re.compile(r"class=[\"'][^\"']*\bg-recaptcha\b|google\.com/recaptcha/api")),
    ("hCaptcha", re.compile(r"class=[\"'][^\"']*\bh-captcha\b|hcaptcha\.com/1/api")),
    ("GeeTest", re.compile(r"geetest_captcha|static\.geetest\.com")),
    ("unnamed", re.compile(r"<(?:form|input|img|iframe)\b[^<>]{0,300}?captcha", re.IGNORECASE)),
)
_REFUSALS = frozenset((401, 403, 405, 406, 418, 429, 503))
_CONSENT_PLACE = re.compile(
    r"/(?:consent|collectconsent|cookie-?wall|privacy-?gate|zustimmung|cmp)(?:[/?#.]|$)|^https?://(?:consent|myprivacy|cmp)\."
)
_CONSENT_NAME = re.compile(
    r"consent|cookie-?wall|privacy-?(?:gate|manager|wall)|sp_message|didomi|onetrust|usercentrics|cmp-?(?:box|container)|"
    r"qc-cmp|cookiebot|pur-?abo|gdpr",
    re.IGNORECASE,
)
_PAYWALL_NAME = re.compile(
    r"pay-?wall|reg-?wall|subscriber-?only|premium-?(?:wall|barrier)|piano-?(?:offer|template)|tp-modal|offer-?wall",
    re.IGNORECASE,
)
# Names of offers alone: a bare "paywall" is by custom the element around the paid text itself.
_OFFER_NAME = re.compile(
    r"(?:pay|reg)-?wall[-_]+\w+|piano-?(?:offer|template)|tp-modal|offer-?(?:wall|box|container)|"
    r"subscri(?:be|ption)[-_]?(?:box|offer|wall|prompt)|abo-?(?:box|angebot|offer)|premium-?(?:wall|barrier)"
)
_LOGIN_NAME = re.compile(
    r"log-?in\b|sign-?in\b|anmeld|connexion|iniciar-?sesion|accedi\b|inloggen|/sso/|logga-?in|zaloguj"
)
# Words of such notices by what they speak of; three of these together are no accident.
_CONSENT_WORDS = tuple(
    re.compile(words, re.IGNORECASE)
    for words in (
        r"cookie|informasjonskaps|evästee|kolačić|sütik|クッキー|쿠키|файл\w* куки",
        r"consent|zustimm|einwillig|akzeptier|accepter|aceptar|aceitar|accetta|toestemming|samtyck|samtykke|souhlas|zgod\w|"
        r"hozzájárul|συγκατ|соглас|accept all|agree|同意|동의",
        r"partner|partenaire|socio|parceiro|kumppan|συνεργ|партн|パートナー|vendor",
        r"privacy|privat|datenschutz|vie privée|confidentialit|privacidad|personvern|integritet|prywatno|adatvéd|"
        r"конфиденц|プライバシー|개인정보",
        r"advert|\bads\b|werb|publicit|publicid|pubblicit|annonc|annons|reklam|διαφημ|реклам|広告|광고",
        r"personal data|personenbezog|données|datos|dati personali|persoonsgegevens|personuppgift|osobních|danych|"
        r"данны",
    )
)
_NOT_FOUND = re.compile(
    r"\b404\b|(?:find|locate) (?:that|the|this|your) (?:page|article|story)|"
    r"\bnot found\b|no longer (?:available|exists)|(?:page|seite|página|pagina|article|artikel|story) (?:is )?"
    r"(?:unavailable|missing|gone)|doesn['’]t exist|does not exist|nicht gefunden|existiert nicht|nicht mehr verfügbar|"
    r"nicht verfügbar|introuvable|n['’]existe (?:pas|plus)|no encontrad[ao]|no existe|não encontrad[ao]|não existe|"
    r"non trovat[ao]|non esiste|niet gevonden|bestaat niet|ikke fundet|ikke funnet|findes ikke|finnes ikke|"
    r"hittades inte|finns inte|ei löyty|nie znaleziono|nie istnieje|nenalezen|neexistuje|nenájden|nem található|"
    r"nu a fost găsit|bulunamadı|не найден|не существует|не знайден|не існує|не е намерена|δεν βρέθηκε|לא נמצא|"
    r"غير موجود|لم يتم العثور|tidak ditemukan|không tìm thấy|ไม่พบ|見つかりません|存在しません|찾을 수 없|존재하지 않|"
    r"未找到|不存在|找不到",
    re.IGNORECASE,
)


def recognise_wall(
    page: Page,
    metadata: Metadata,
    body_text_length: int,
    status: int,
    *,
    elements: tuple[Element, ...] = (),
    has_player: bool = False,
) -> Wall | None:
    """Tell what stands in front of a story, with the evidence; None where nothing does.

    `body_text_length` counts the characters of the story's text that were found on the page, in `elements`.
    `has_player` says that a film or sound of its own was found there.
    """
    if body_text_length >= _SOME_TEXT and status < 400:
        # What asks for consent may well be as long as a story, but it says nothing of being one.
        is_stated = _is_stated(metadata) or body_text_length > _LONGEST_WALL
        return None if is_stated else _covering_consent(page)
    if has_player and status < 400:
        return None
    return (
        _bot_check(page, metadata, body_text_length, status)
        or _paywall(page, metadata, body_text_length, status)
        or _offer(metadata, elements)
        or _soft_404(page, metadata, body_text_length, status)
        or _consent(page, metadata, body_text_length)
        or (None if _is_stated(metadata) else _covering_consent(page))
        or _login(page, metadata, body_text_length, status)
    )


def _is_stated(metadata: Metadata) -> bool:
    """Does the page say of itself that it is a story: by its type, a date or an author?"""
    return bool(metadata.declared_types & STORY_TYPES) or metadata.published is not None or bool(metadata.authors)


def _bot_check(page: Page, metadata: Metadata, body_text_length: int, status: int) -> Wall | None:
    # On a page that answers with 200 the same scripts may only stand by; then the page must be next to empty.
    if status not in _REFUSALS and (body_text_length >= _LITTLE_TEXT or _text_length(page) >= _SHORT_PAGE):
        return None
    if status < 400 and body_text_length and _is_stated(metadata):
        # A short story; the check belongs to a form on its page.
        return None
    for product, signs in _BOT_CHECKS:
        match = signs.search(page.html_text, 0, _LONGEST_SEARCHED)
        if match:
            return Wall(kind=WallKind.BOT_CHECK, evidence=f"{product} challenge: {match[0][:60]}")
    return None


def _paywall(page: Page, metadata: Metadata, body_text_length: int, status: int) -> Wall | None:
    if status == 402:
        return Wall(kind=WallKind.PAYWALL, evidence="status 402")
    if body_text_length >= _LITTLE_TEXT or _is_no_reading(metadata):
        return None
    if metadata.is_free is False:
        return Wall(kind=WallKind.PAYWALL, evidence="declared as not free, and none of its text is on the page")
    name = _named_element(page, _PAYWALL_NAME) if metadata.declared_types & STORY_TYPES else None
    if name:
        return Wall(kind=WallKind.PAYWALL, evidence=f"element named {name}, and no text of the story")
    return None


def _offer(metadata: Metadata, elements: tuple[Element, ...]) -> Wall | None:
    """Is all that was found of the text an offer to subscribe?"""
    if not elements or not metadata.declared_types & STORY_TYPES:
        return None
    name = None
    for element in elements:
        around = (class_words(one) for one in (element, *ancestors(element)))
        match = next((found for words in around if (found := _OFFER_NAME.search(words))), None)
        if match is None:
            return None
        name = match[0]
    return Wall(kind=WallKind.PAYWALL, evidence=f"all of the text stands in an element named {name}")


def _covering_consent(page: Page) -> Wall | None:
    """Does most of the page's text stand in one element for consent, in the words of such notices?"""
    total = _text_length(page)
    if not total or total > _LONGEST_WALL or len(page.anchors) > _MOST_LINKS:
        return None
    for element in page.body.iter("div", "section", "dialog", "main", "form", "aside"):
        match = _CONSENT_NAME.search(f"{class_words(element)} {element.get('action') or ''}")
        if match is None:
            continue
        text = spaced_text_of(element)
        if len(text) >= _COVERED * total and sum(words.search(text) is not None for words in _CONSENT_WORDS) >= 3:
            return Wall(kind=WallKind.CONSENT, evidence=f"element named {match[0]} holds most of the page")
    return None


def _soft_404(page: Page, metadata: Metadata, body_text_length: int, status: int) -> Wall | None:
    if status >= 400 or metadata.declared_types & STORY_TYPES:
        return None
    headings = [line_of(heading) for heading in page.headings[:12] if heading.tag in ("h1", "h2")]
    for text in (metadata.headline or "", page.title, *headings):
        match = _NOT_FOUND.search(text)
        # A story may report that something was not found; a notice is short and says nothing else.
        if match and len(text) <= _LONGEST_NOTICE and metadata.published is None:
            return Wall(
                kind=WallKind.SOFT_404, evidence=f"heading says {match[0]!r}, {body_text_length} letters of text"
            )
    return None


def _consent(page: Page, metadata: Metadata, body_text_length: int) -> Wall | None:
    if body_text_length >= _LITTLE_TEXT or _is_no_reading(metadata) or metadata.declared_types & STORY_TYPES:
        return None
    place = _CONSENT_PLACE.search(page.url)
    if place:
        return Wall(kind=WallKind.CONSENT, evidence=f"address {place[0]}")
    if _text_length(page) >= 2 * _SHORT_PAGE:
        return None
    for form in page.body.iter("form"):
        match = _CONSENT_NAME.search(" ".join(filter(None, map(form.get, ("action", "class", "id", "name")))))
        if match:
            return Wall(kind=WallKind.CONSENT, evidence=f"form named {match[0]}")
    name = _named_element(page, _CONSENT_NAME) if len(page.anchors) < 30 else None
    return Wall(kind=WallKind.CONSENT, evidence=f"element named {name}, and no story") if name else None


def _login(page: Page, metadata: Metadata, body_text_length: int, status: int) -> Wall | None:
    if status == 401:
        return Wall(kind=WallKind.LOGIN, evidence="status 401")
    if body_text_length >= _LITTLE_TEXT or _is_no_reading(metadata):
        return None
    has_password = any((field.get("type") or "").lower() == "password" for field in page.body.iter("input"))
    if has_password and not metadata.declared_types & STORY_TYPES and _text_length(page) < 2 * _SHORT_PAGE:
        return Wall(kind=WallKind.LOGIN, evidence="a form asks for a password, and there is no story")
    if body_text_length == 0 and not _is_stated(metadata) and _text_length(page) < _SHORT_PAGE:
        return _login_form(page)
    return None


def _login_form(page: Page) -> Wall | None:
    """A form that asks for a name first, and for the password on a page of its own."""
    for form in page.body.iter("form"):
        match = _LOGIN_NAME.search(f"{class_words(form)} {form.get('action') or ''}".lower())
        if match is None or any(one.tag in ("header", "nav", "footer") for one in ancestors(form)):
            continue
        if any((field.get("type") or "text").lower() in ("email", "text", "tel") for field in form.iter("input")):
            return Wall(kind=WallKind.LOGIN, evidence=f"a form named {match[0]}, and no story")
    return None


def _is_no_reading(metadata: Metadata) -> bool:
    """Is this a story to watch or hear, which needs no text?"""
    return metadata.form in (StoryForm.VIDEO, StoryForm.AUDIO, StoryForm.GALLERY) or bool(metadata.media)


def _named_element(page: Page, names: re.Pattern[str]) -> str | None:
    for element in page.body.iter("div", "section", "aside", "dialog", "iframe", "main"):
        match = names.search(f"{element.get('class') or ''} {element.get('id') or ''}")
        if match:
            return match[0]
    return None


def _text_length(page: Page) -> int:
    return len(spaced_text_of(page.body))
