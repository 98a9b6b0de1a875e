"""A picture's caption and its credit, told apart where they run together.

Newsrooms write the credit after the caption in a handful of ways: behind a word for photo ("Foto: …", "Photo by …"),
behind a sign ("© …"), in brackets at the end, or as a fragment after the last sentence. Only the last of these needs a
guess, and it is made for short fragments that look like names or agencies alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from newskeep.extract.credit_words import (
    BEFORE_NAMES,
    BUTTONS,
    KNOWN,
    LABELS,
    NO_CREDIT,
    OF_AGENCY,
    SLASHED,
    TAKEN_AT_END,
    TAKEN_BY,
    WHOLE_AGENCY,
)
from newskeep.text import fold_space

# A colon behind a word for photo, a sign, or words that need none: "Photo by Mia Ost".
_MARK = re.compile(
    rf"(?P<colon>[:：=])|©|\(c\)|（[ＣC]）|Ⓒ|\b{BEFORE_NAMES}(?:(?<=\W)|(?!\w))(?=\s*(?-i:[A-ZÀ-ÝА-Я@]))|\bcopyright\b",
    re.IGNORECASE,
)
_LABEL = re.compile(LABELS, re.IGNORECASE)
# A bracket, and whose photo it is: "(Express photo by".
_OPENED = re.compile(r"[(\[（【]\s*(?:[^\W\d_]{2,12} ){0,2}$")
_OPENED_REACH = 28
# The last words of a text, also where they are glued to the sentence before: "at night.Foto".
_LAST_WORD = re.compile(
    r"(?:^|[\s.|(\[（•·–—,;/»”\"!?。，、！？]|(?<=[a-zß-ÿ])(?=[A-ZÀ-Ý]))(?P<word>[^\s.|(\[（•·–—,;/»”\"!?。，、！？]+)\s*$"
)
# Where only style parts a caption from the label: "at dawnQuelle:".
_GLUED_LABEL = re.compile(r"[a-zß-ÿ](?=[A-ZÀ-Ý])")
_BRACKETED = re.compile(r"[(\[（【]\s*(?P<credit>[^()\[\]（）【】]{2,90})\s*[)\]）】]\s*\.?$")
_TAIL = re.compile(
    r"(?:[.!?…。][\"'”’»)]*\s*|\s[|•·–—/]\s|\s{2,}|\n|＝)(?P<credit>(?:[^.!?]|(?<=\b[A-Z])\.|\.(?=\w)){2,70})$"
)
_NAME_TAIL = re.compile(
    r"(?:[a-zß-ÿ\d)”»\"][.!?…][\"'”’»)]*\s+|\s[|•·–—/]\s+)"
    r"(?P<credit>[A-ZÀ-Ý][\w'’.-]*(?:,? (?:[A-ZÀ-Ý][\w'’-]*\.?|d[aeiu]|de la|van|von|der|den)){1,4}"
    r"(?: for (?:the )?(?:[A-ZÀ-Ý][\w'’.-]* ?){1,4})?)$"
)
# Where photographers can be reached.
_MAIL_AT_END = re.compile(r"[\w.+-]@[\w-]+(?:\.[\w-]+)+$")
# "3/12" before a gallery's caption.
_COUNTER = re.compile(
    r"(?:(?:bild|fotos?|photo|image|imagen|slide)\s+)?\d{1,3}\s?(?:/|of|von|de|di|av|из)\s?\d{1,3}\b(?!/)[\s:.|–-]*",
    re.IGNORECASE,
)
# The owner of the rights, then the photographer: "© ABC Foto: Mia Ost".
_INNER = re.compile(r"[\s,;/|–-]+(?:fotos?|photos?|bild|image)\s*[:：]\s*(?=\w)", re.IGNORECASE)
_PREFIX = re.compile(
    rf"^[\W_]*(?:(?:{LABELS})\s*[:：=]\s*|{BEFORE_NAMES}(?:(?<=\W)|(?!\w)):?\s*|courtesy(?: of)?\b:?\s*"
    r"|credits?\b(?::|\.\.\.|…)\s*"
    r"|(?:©|\(c\)|（[ＣC]）|Ⓒ)\s*"
    r"|copyright\b\s*:?\s*|(?:by|von|via)\s+(?=[A-ZÀ-Ý]))+",
    re.IGNORECASE,
)
_BUTTON_FIRST = re.compile(rf"(?:{BUTTONS})(?!\w)[\s:|·-]*", re.IGNORECASE)
_BUTTON_LAST = re.compile(rf"[\s|·]+(?:{BUTTONS})\s*$", re.IGNORECASE)
# What stays of "(Foto: …)" once the name is taken out.
_LEFT_OVER = re.compile(rf"[\s(\[|/,–-]*(?:\b(?:{LABELS}|photo by|by)\b)?\s*[:：=©]?[\s)\]|/,–-]*$", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[^\W\d_]{2}[.!?…] ")
_DIGIT = re.compile(r"\d")
_AROUND = "•·*|–—-:;,/ "
_LONGEST_TEXT = 2000
_LONGEST_CREDIT = 160
_LONGEST_LABEL = 24
_LONGEST_LABEL_WORDS = 4
_CLOSE = 40
_MOST_OPENINGS = 30
_CLOSING = {"(": ")", "[": "]", "（": "）", "【": "】"}
_LONGEST_NAME_WORDS = 9
_FEWEST_SLASHED = 3
_MOST_BUTTONS = 3
_LONGEST_BUTTON = 60
_LONGEST_LINE_WORDS = 9
_LONGEST_SLASHED = 80
_LONGEST_CAPTION_LINE = 400
_LONGEST_CREDIT_BEHIND = 60
_EMPTY = frozenset(("- youtube", "youtube", "none", "null", "caption", "image", "photo", "n/a", "-"))


def split_caption(text: str | None) -> tuple[str | None, str | None]:
    """Split a printed caption into caption and credit; either is None where the text holds none.

    Player titles that editing systems put where a caption should be ("- YouTube") are no caption.
    """
    text = without_buttons(fold_space(text))
    if not text or is_empty_caption(text):
        return None, None
    if len(text) > _LONGEST_TEXT:
        return _tidy_caption(text), None
    for split in (_whole, _at_label, _at_brackets, _at_tail, _at_name, _at_slash, _at_taken):
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
    caption, credit = _at_label(text) or (_without_left_over(text), None)
    return _tidy_caption(caption), clean_credit(credit)


def _without_left_over(text: str) -> str:
    end = max(0, len(text) - _CLOSE)
    return text[:end] + _LEFT_OVER.sub("", text[end:])


def credit_in_alternative(text: str | None) -> str | None:
    """The credit that some sites write into the alternative text, behind a word or sign for photo or a stroke."""
    text = fold_space(text)
    if not text or len(text) > _LONGEST_TEXT:
        return None
    found = _at_label(text)
    if found is None and " | " in text and is_agency(tail := text.rpartition(" | ")[2]):
        found = ("", tail)
    return clean_credit(found[1]) if found is not None else None


def is_empty_caption(text: str) -> bool:
    """Is this a text that stands where a caption should, but says nothing?"""
    folded = fold_space(text)
    return folded.lower() in _EMPTY or (
        len(folded) <= _LONGEST_LABEL and _LABEL.fullmatch(folded.rstrip(" :.")) is not None
    )


def clean_credit(text: str | None) -> str | None:
    """Strip a credit of its label, bullet, brackets and space; None where nothing is left, or far too much for one."""
    text = fold_space(text)
    if len(text) > _LONGEST_TEXT:
        return None
    before = None
    while text and text != before:
        before = text
        text = without_buttons(text.strip(_AROUND))
        if prefix := _PREFIX.match(text):
            text = text[prefix.end() :]
        if not text.isascii():
            text = TAKEN_BY.sub("", text)
        text = text.strip()
        if not text:
            break
        if text[0] in "([（" and text[-1:] in ")]）" and text.count(text[0]) == 1:
            text = text[1:-1].strip()
        elif text[0] in "([" and text.count(")") + text.count("]") == 0:
            text = text.lstrip("([ ")
        elif text[-1:] in ")]）" and not any(mark in text for mark in "([（"):
            text = text.rstrip(")]） ")
    return (_INNER.sub(" | ", text) if ":" in text or "：" in text else text) or None


def is_agency(text: str) -> bool:
    """Is a text nothing but an agency's name, with or without people's names before it?"""
    return len(text.split()) <= _LONGEST_NAME_WORDS and WHOLE_AGENCY.fullmatch(text) is not None


def without_buttons(text: str) -> str:
    """A caption without what the buttons beside the picture say, before it or behind."""
    for _ in range(_MOST_BUTTONS):
        button = _BUTTON_FIRST.match(text) or _BUTTON_LAST.search(text, max(0, len(text) - _LONGEST_BUTTON))
        if button is None:
            break
        text = text[button.end() :] if button.start() == 0 else text[: button.start()]
    return text


def _whole(text: str) -> tuple[str, str] | None:
    """A text that is nothing but an agency's name, or names with a stroke between."""
    if not is_agency(text):
        return ("", text) if _is_names_with_stroke(text) else None
    before, stroke, after = text.partition(" | ")
    if stroke and " " in before and "/" in after and OF_AGENCY.search(before) is None:
        return before, after
    return "", text


def _is_names_with_stroke(text: str) -> bool:
    words = text.replace("/", " ").split()
    if "/" not in text or not _FEWEST_SLASHED <= len(words) <= _LONGEST_NAME_WORDS or text.endswith((".", "!", "?")):
        return KNOWN.match(text) is not None and SLASHED.fullmatch(text) is not None
    is_behind = (agency := SLASHED.search(text)) is not None and len(text[: agency.start("credit")].split()) > 1
    return all(word[0].isupper() for word in words) and not is_behind and _SENTENCE_END.search(text) is None


class _Opening(NamedTuple):
    """The place of a label or sign: where the caption ends, where the credit begins, and the bracket before it."""

    start: int
    end: int
    bracket: str


def _openings(text: str) -> Iterator[_Opening]:
    for match in _MARK.finditer(text):
        start = match.start()
        if match["colon"]:
            label = _label_before(text, start)
            if label is None:
                continue
            start = label
        opened = _OPENED.search(text, max(0, start - _OPENED_REACH), start)
        yield _Opening(opened.start() if opened else start, match.end(), opened[0][0] if opened else "")


def _label_before(text: str, end: int) -> int | None:
    """Where the word for photo begins that ends at a colon; None where none does. It may be of up to four words."""
    found = None
    start = end
    for _ in range(_LONGEST_LABEL_WORDS):
        word = _LAST_WORD.search(text, max(0, start - _LONGEST_LABEL), start)
        if word is None:
            break
        start = word.start("word")
        glued = _GLUED_LABEL.search(text, start, end) if found is None else None
        if glued is not None and _LABEL.fullmatch(text[glued.end() : end].rstrip()):
            return glued.end()
        if _LABEL.fullmatch(text[start:end].rstrip()):
            found = start
        if start == 0 or text[start - 1] != " ":
            break
    return found


def _at_label(text: str) -> tuple[str, str] | None:
    last: _Opening | None = None
    for opening in islice(_openings(text), _MOST_OPENINGS):
        last = last if last is not None and opening.start - last.end < _CLOSE else opening
    if last is None:
        return None
    credit = text[last.end :]
    caption = text[: last.start]
    closing = _CLOSING.get(last.bracket)
    if closing is not None and closing in credit:
        inside, _, after = credit.partition(closing)
        if len(fold_space(after)) > 1:
            caption, credit = f"{caption} {after}", inside
        else:
            credit = inside
    if not fold_space(credit) or len(credit) > _LONGEST_CREDIT:
        return None
    return caption, credit


def has_label(text: str) -> bool:
    """Does a text begin with a word for photo, as a credit does?"""
    opening = next(_openings(text[:_LONGEST_CREDIT]), None)
    return opening is not None and not text[: opening.start].strip(_AROUND)


def ends_in_credit(text: str) -> bool:
    """Does a line read as a caption that ends in a credit behind a word or sign for photo?"""
    if not 0 < len(text) <= _LONGEST_CAPTION_LINE:
        return False
    found = _at_label(text)
    return found is not None and len(found[0].strip(_AROUND)) > 0 and len(found[1]) <= _LONGEST_CREDIT_BEHIND


def looks_like_credit(text: str) -> bool:
    """Does a line that stands by itself below a caption read as a credit: names or an agency, no sentence?"""
    bare = text.strip(" ()[]")
    words = bare.split()
    if not 0 < len(words) <= _LONGEST_LINE_WORDS or bare.endswith((".", "!", "?", ":")):
        return False
    if OF_AGENCY.search(bare) or has_label(text) or TAKEN_BY.search(bare):
        return True
    # Names: most words begin with a capital letter, or are of a script that has none.
    return 2 * sum(not word[0].islower() for word in words) > len(words)


def _at_brackets(text: str) -> tuple[str, str] | None:
    match = _BRACKETED.search(text)
    if match is None:
        return None
    credit = match["credit"]
    if len(_DIGIT.findall(credit)) > 3 and not OF_AGENCY.search(credit):
        return None
    is_known = KNOWN.fullmatch(credit) is not None
    is_name = is_known or credit[:1].isupper() or OF_AGENCY.search(credit) or TAKEN_BY.search(credit)
    # A place or a name that the caption has said is no photographer.
    is_said = " " not in credit and credit in text[: match.start()]
    if (NO_CREDIT.match(credit) and not is_known) or not is_name or is_said:
        return None
    named = _at_name(text[: match.start()].rstrip()) if is_agency(credit) else None
    if named is not None:
        # The photographer stands before the agency: "… Mia Ost (EFE)".
        return named[0], f"{named[1]} ({credit})"
    return text[: match.start()], credit


def _at_tail(text: str) -> tuple[str, str] | None:
    match = _TAIL.search(text)
    if match is None:
        return None
    credit = fold_space(match["credit"]).lstrip(_AROUND)
    is_known = OF_AGENCY.search(credit) or _MAIL_AT_END.search(credit)
    if len(credit.split()) > 8 or not is_known or (credit[:1].islower() and "/" not in credit):
        return None
    return text[: match.start("credit")], credit


def _at_name(text: str) -> tuple[str, str] | None:
    """A few words behind the last sentence that are nothing but a person's name."""
    match = _NAME_TAIL.search(text)
    return (text[: match.start("credit")], match["credit"]) if match is not None else None


def _at_slash(text: str) -> tuple[str, str] | None:
    """A name and an agency with a stroke between, with no full stop before them."""
    match = SLASHED.search(text, max(0, len(text) - _LONGEST_SLASHED))
    return (text[: match.start("credit")], match["credit"]) if match is not None else None


def _at_taken(text: str) -> tuple[str, str] | None:
    """A name with `taken by` written behind it, at the end of a caption."""
    match = TAKEN_AT_END.search(text) if not text.isascii() else None
    return (text[: match.start("credit")], match["credit"]) if match is not None else None


def _tidy_caption(text: str) -> str | None:
    text = fold_space(text).strip(" |•·–—-,;/、")
    counter = _COUNTER.match(text)
    if counter is not None and counter.end() < len(text):
        text = text[counter.end() :]
    if text.endswith(("(", "[")):
        text = text[:-1].rstrip()
    return text or None
