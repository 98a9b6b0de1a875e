"""A picture's caption and its credit, told apart where they run together.

Newsrooms write the credit after the caption in a handful of ways: behind a word for photo ("Foto: …", "Photo by …"),
behind a sign ("© …"), in brackets at the end, or as a fragment after the last sentence. Only the last of these needs a
guess, and it is made for short fragments that look like names or agencies alone.
"""

from __future__ import annotations

import re

from newskeep.text import fold_space

_LABELS = (
    r"(?:symbol|archiv|titel|vorschau|sujet|pr-?|handout-?|pool-?)?(?:fotos?|bild(?:er|rechte|quelle|nachweis)?)"
    r"|fotograf(?:[íi]as?|ie|en|in|)|foto(?:ğraf|montage|credit)?|photo(?:s|graph(?:er|y|s|ie)?|graphe"
    r"|illustration| credit"
    r"| courtesy| courtesy of)?|pictures?|pics?|images?|illustra(?:tions?|tör|tie|zione)|graphics?|grafik"
    r"|quelle|sources?"
    r"|fuentes?|fonte|bron|kilde|källa|kuva|kép|zdroj|źródło|fot|obr|фото|коллаж|источник|джерело"
    r"|crédit(?:s|os)?(?: photos?)?"
    r"|credits?|cr[ée]dito|creditos|imagen|imágenes|immagine|isithombe|picha|gambar|ảnh|εικόνα|φωτογραφία|copyright"
    r"|video ?still|screenshots?|montage|collage|kollázs|courtesy|cortesía|cortesia|handout|写真|撮影|画像"
    r"|사진(?:\s?(?:출처|제공))?|图"
    r"|صورة|תמונה|צילום"
)
_LABELLED = re.compile(
    rf"(?:^|[\s.|(\[•·–—,;:/»”\"]|(?<=[a-zß-ÿ.]))\s*[(\[]?\s*(?:(?:{_LABELS})\s*[:：=]"
    r"|(?:photo(?:graph)?s?|pictures?|images?|illustration|video|graphic|courtesy)"
    r" (?:by|of|courtesy of|credit)\b(?=\s*(?-i:[A-ZÀ-Ý@]))"
    r"|(?:foto|fotografía|photographie|photo|imagen) (?:von|door|de|di|par|av|af)\b(?=\s*(?-i:[A-ZÀ-Ý]))|\bcopyright\b)"
    r"|(?:©|\(c\)|（Ｃ）|（C）|Ⓒ)",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"[(\[（【]\s*(?P<credit>[^()\[\]（）【】]{2,90})\s*[)\]）】]\s*\.?$")
_TAIL = re.compile(
    r"(?:[.!?…。][\"'”’»)]*\s*|\s[|•·–—]\s|\s{2,}|\n)(?P<credit>(?:[^.!?]|(?<=\b[A-Z])\.|\.(?=\w)){2,70})$"
)
_PREFIX = re.compile(
    rf"^[\W_]*(?:(?:{_LABELS})\s*[:：=]\s*|(?:photo(?:graph)?s?|pictures?|images?|illustration|video|graphic|foto)"
    r" (?:by|courtesy of|credit|von|de|di|par|av|af|door)\b:?\s*|courtesy(?: of)?\b:?\s*|credits?\b:\s*"
    r"|(?:©|\(c\)|（Ｃ）)\s*"
    r"|copyright\b\s*:?\s*|(?:by|von|via)\s+(?=[A-ZÀ-Ý]))+",
    re.IGNORECASE,
)
# What stays of "(Foto: …)" once the name is taken out.
_LEFT_OVER = re.compile(rf"[\s(\[|/,–-]*(?:\b(?:{_LABELS}|photo by|by)\b)?\s*[:：=©]?[\s)\]|/,–-]*$", re.IGNORECASE)
_AGENCY_LIKE = re.compile(
    r"/|\bvia\b|\b(?:images?|press|photos?|pictures?|media|news|agency|archiv[eo]?|file|handout|supplied"
    r"|provided|contributed|submitted|getty|dpa|afp|ap|epa|efe|"
    r"ansa|reuters|imago|shutterstock|istock|unsplash|pexels|alamy|tass|xinhua|belga|anp|ntb|tt|apa|keystone)\b|"
    r"^(?-i:[A-ZÄÖÜ .&+-]{3,40})$",
    re.IGNORECASE,
)
_AGENCY = re.compile(
    r"(?:[\w.'’&-]+[ /|,]+){0,5}(?:getty(?: images)?|images?|reuters|afp|ap|ap photo|epa|dpa|efe|ansa|apa"
    r"|keystone|press|"
    r"shutterstock|istock|unsplash|pexels|alamy|imago|supplied|handout|archiv|archives?)\.?",
    re.IGNORECASE,
)
_NO_CREDIT = re.compile(
    r"(?:[lrm]\.?|li(?:nks)?|re(?:chts)?|mitte|left|right|cent(?:er|re)|top|bottom|archiv(?:bild|foto"
    r"|aufnahme)?|symbol(?:bild|foto)"
    r"|file (?:photo|picture|image)|from left|v\.? ?l\.?|gauche|droite|izq|der)\.?$|\d|(?-i:[a-zß-ÿ])",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_AROUND = "•·*|–—-:;,/ "
_LONGEST_TEXT = 2000
_LONGEST_CREDIT = 160
_LONGEST_NAME_WORDS = 6
_LONGEST_LINE_WORDS = 9
_EMPTY = frozenset(("- youtube", "youtube", "none", "null", "caption", "image", "photo", "n/a", "-"))


def split_caption(text: str | None) -> tuple[str | None, str | None]:
    """Split a printed caption into caption and credit; either is None where the text holds none.

    Player titles that editing systems put where a caption should be ("- YouTube") are no caption.
    """
    text = fold_space(text)
    if not text or is_empty_caption(text):
        return None, None
    if len(text) > _LONGEST_TEXT:
        return _tidy_caption(text), None
    for split in (_whole, _at_label, _at_brackets, _at_tail):
        found = split(text)
        if found is not None:
            caption, credit = found
            return _tidy_caption(caption), clean_credit(credit)
    return _tidy_caption(text), None


def split_labelled(text: str) -> tuple[str | None, str | None]:
    """Split a caption as `split_caption` does, but only at a word or sign for photo: where the credit is known."""
    text = fold_space(text)
    if not text or is_empty_caption(text):
        return None, None
    if len(text) > _LONGEST_TEXT:
        return text, None
    caption, credit = _at_label(text) or (_LEFT_OVER.sub("", text), None)
    return _tidy_caption(caption), clean_credit(credit)


def is_empty_caption(text: str) -> bool:
    """Is this a text that stands where a caption should, but says nothing?"""
    return fold_space(text).lower() in _EMPTY


def clean_credit(text: str | None) -> str | None:
    """Strip a credit of its label, bullet, brackets and space; None where nothing is left."""
    text = fold_space(text)
    before = None
    while text and text != before:
        before = text
        text = text.strip(_AROUND)
        text = _PREFIX.sub("", text, count=1).strip()
        if not text:
            break
        if text[0] in "([（" and text[-1:] in ")]）" and text.count(text[0]) == 1:
            text = text[1:-1].strip()
        elif text[0] in "([" and text.count(")") + text.count("]") == 0:
            text = text[1:]
        elif text[-1:] in ")]）" and not any(mark in text for mark in "([（"):
            text = text[:-1]
    return text or None


def _whole(text: str) -> tuple[str, str] | None:
    """A text that is nothing but an agency's name."""
    if len(text.split()) <= _LONGEST_NAME_WORDS and _AGENCY.fullmatch(text):
        return "", text
    return None


def _at_label(text: str) -> tuple[str, str] | None:
    last = None
    for match in _LABELLED.finditer(text):
        last = last if last is not None and match.start() - last.end() < 40 else match
    if last is None:
        return None
    credit = text[last.end() :]
    caption = text[: last.start()]
    opening = text[last.start() : last.end()]
    if ("(" in opening or "[" in opening) and (")" in credit or "]" in credit):
        inside, _, after = credit.partition(")" if "(" in opening else "]")
        if len(fold_space(after)) > 1:
            caption, credit = f"{caption} {after}", inside
        else:
            credit = inside
    if not fold_space(credit) or len(credit) > _LONGEST_CREDIT:
        return None
    return caption + _sentence_mark(opening), credit


def _sentence_mark(opening: str) -> str:
    return opening[0] if opening[:1] in '.!?”"»' else ""


def has_label(text: str) -> bool:
    """Does a text begin with a word for photo, as a credit does?"""
    return _LABELLED.match(text) is not None


def looks_like_credit(text: str) -> bool:
    """Does a line that stands by itself below a caption read as a credit: a few words, no sentence?"""
    bare = text.strip(" ()[]")
    return (
        0 < len(bare.split()) <= _LONGEST_LINE_WORDS
        and not bare.endswith((".", "!", "?", ":"))
        and (bare[:1].isupper() or "/" in bare or not bare[:1].isascii() or _LABELLED.match(text) is not None)
    )


def _at_brackets(text: str) -> tuple[str, str] | None:
    match = _BRACKETED.search(text)
    if match is None:
        return None
    credit = match["credit"]
    if len(_DIGIT.findall(credit)) > 3 and not _AGENCY_LIKE.search(credit):
        return None
    if _NO_CREDIT.match(credit) or not (credit[:1].isupper() or _AGENCY_LIKE.search(credit)):
        return None
    return text[: match.start()], credit


def _at_tail(text: str) -> tuple[str, str] | None:
    match = _TAIL.search(text)
    if match is None:
        return None
    credit = fold_space(match["credit"])
    if len(credit.split()) > 8 or not _AGENCY_LIKE.search(credit) or not (credit[:1].isupper() or "/" in credit):
        return None
    return text[: match.start("credit")], credit


def _tidy_caption(text: str) -> str | None:
    text = fold_space(text).strip(" |•·–—-,;/")
    if text.endswith(("(", "[")):
        text = text[:-1].rstrip()
    return text or None
