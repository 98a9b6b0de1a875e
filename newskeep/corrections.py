"""Notices in which a newsroom says that it corrected a story.

Found by how they are built: a short paragraph, by custom the first or one of the last, that begins with a label
("Correction:", "Berichtigung"), or speaks of an earlier version of the story it stands in; or a crosshead that is such
a label, with the notice below it. A story about a correction somewhere else has such words in the middle of its text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from newskeep.model import Block, BlockKind, StoryDraft
from newskeep.text import fold_marks, fold_space

_FIRST_BLOCKS = 2
_LAST_BLOCKS = 6
_LONGEST = 900  # characters; a notice quotes what was wrong, and is no story

# Labels; behind one stands a colon, a dash, a bracket, a date, or nothing.
_LABELS = """
correction|corrections|clarification|clarifications|correction and clarification|corrections and clarifications
editor's note|editors' note|editors note|correction appended|corrected|amended|erratum|errata
Korrektur|Berichtigung|Richtigstellung|Klarstellung|Korrekturhinweis|Anmerkung der Redaktion|Anm. d. Red.
rectificatif|correctif|mise au point|note de la rédaction
corrección|rectificación|fe de erratas|fe de errores|aclaración|nota de la redacción
correzione|rettifica|errata corrige|precisazione|nota della redazione
correção|retificação|esclarecimento|errámos|erramos|nota da redação
rectificatie|correctie|rechtzetting|rättelse|rettelse|korrigering|oikaisu|korjaus|leiðrétting|parandus|labojums
korekta|sprostowanie|oprava|upřesnění|helyesbítés|ispravak|ispravka|popravek|rectificare|erată|korrigjim
düzeltme|koreksi|ralat|đính chính|διόρθωση|επανόρθωση
исправление|поправка|уточнение|опровержение|виправлення|уточнення|спростування|поправена версия
تصحيح|تصويب|توضيح|تصحیح|اصلاحیه|תיקון|הבהרה|תיקון טעות|सुधार|भूल सुधार|সংশোধনী
訂正|お詫びと訂正|訂正とおわび|更正|更正啟事|更正启事|勘误|勘誤
澄清|정정|정정보도|바로잡습니다|แก้ไขข่าว|แก้ไขข้อมูล
"""
# How newsrooms speak of what their story said before.
_PHRASES = """
in einer früheren Version|in einer früheren Fassung|in einer ersten Version|in einer ersten Fassung
in einer vorherigen Version|in einer älteren Version|in der ursprünglichen Version|in der ursprünglichen Fassung
une version précédente de|une version antérieure de|une première version de|dans une version précédente
cet article a été corrigé|cet article a été modifié pour corriger
una versión anterior de est|una versión previa de est|en una versión anterior|este artículo ha sido corregido
una versione precedente di quest|una precedente versione di quest|in una versione precedente|articolo è stato corretto
uma versão anterior dest|numa versão anterior|em uma versão anterior|este texto foi corrigido|este artigo foi corrigido
in een eerdere versie van dit|in een vorige versie van dit|dit artikel is gecorrigeerd|dit bericht is gecorrigeerd
i en tidigare version av|artikeln har rättats
artikeln har korrigerats|i en tidligere versjon av|i en tidligere version af
i en tidligere utgave av|artikkelen er rettet|artiklen er rettet|aiemmassa versiossa|jutun aiemmassa
w poprzedniej wersji|we wcześniejszej wersji|w pierwotnej wersji|v předchozí verzi|v původní verzi|egy korábbi változat
în versiunea anterioară|într-o versiune anterioară|u ranijoj verziji|u prethodnoj verziji
önceki bir sürüm|haberin önceki|в более ранней версии|в предыдущей версии|в первоначальной версии|у попередній версії
σε προηγούμενη έκδοση|phiên bản trước của bài|versi sebelumnya dari artikel|versi awal artikel
以前のバージョン|当初の記事で|初出時|本文较早版本|本文早前版本|本文先前版本|早前版本的报道
이전 버전의 기사|기사의 이전 버전
في نسخة سابقة من هذا|נוסח קודם של|בגרסה קודמת של
"""
_ENGLISH = re.compile(
    r"(?:an?|the) (?:earlier|previous|prior|original) (?:version|edition) of (?:this|the) (?:{thing})"
    r"|this (?:{thing}) (?:has been|was) (?:amended|corrected|(?:updated|changed|revised) to correct)"
    r"|this (?:{thing}) (?:originally|initially|previously|incorrectly) (?:stated|said|misstated|gave)".replace(
        "{thing}", "article|story|report|column|post|piece|headline|caption|live blog"
    )
)


def _folded_phrases(listed: str) -> list[str]:
    """The listed phrases, written as `fold_marks` writes the text they are looked for in."""
    return [fold_marks(phrase) for line in listed.split("\n") for phrase in line.split("|") if phrase]


def _phrases(listed: str) -> str:
    """A pattern of any of the listed phrases."""
    return "|".join(re.escape(phrase) for phrase in _folded_phrases(listed))


_LABEL = re.compile(rf"[\[(*†—–\s]*(?:{_phrases(_LABELS)})\s*(?=[:：,.—–\-)\](（】\d]|$)[:：]?")
_VERSION = re.compile(_phrases(_PHRASES))
# One of these stands in every text that the two patterns find; to look for a word costs a thirtieth of matching.
_TELLING = (
    "version", "edition", "amended", "corrected", "to correct", "originally", "initially", "previously", "incorrectly",
    *dict.fromkeys(max(phrase.split(), key=len) for phrase in _folded_phrases(_PHRASES)),
)  # fmt: skip


def correction_notice(draft: StoryDraft) -> str | None:
    """Give the text of a story's newest notice of a correction, folded; None where it carries none."""
    notices = correction_notices(draft)
    return notices[-1] if notices else None


def correction_notices(draft: StoryDraft) -> tuple[str, ...]:
    """Give all notices of corrections that a story carries, in their order."""
    blocks = [block for block in draft.blocks if block.text]
    places = sorted({*range(min(_FIRST_BLOCKS, len(blocks))), *range(max(0, len(blocks) - _LAST_BLOCKS), len(blocks))})
    texts = [fold_space(blocks[place].text) for place in places]
    # Asked of all at once: most stories speak of no earlier version anywhere.
    may_tell = _may_tell("\n".join(texts))
    found = []
    for place, text in zip(places, texts, strict=True):
        if len(text) > _LONGEST:
            continue
        if blocks[place].kind is BlockKind.CROSSHEAD:
            found += _below_label(text, blocks, place)
        elif _is_notice(text, may_tell=may_tell) and not _is_labelled_above(blocks, place):
            found.append(text)
    return tuple(found)


def _may_tell(text: str) -> bool:
    folded = fold_marks(text)
    return any(word in folded for word in _TELLING)


def _is_notice(text: str, *, may_tell: bool) -> bool:
    folded = fold_marks(text.replace("’", "'"))
    label = _LABEL.match(folded)
    if label is not None and label.end() < len(folded):
        return True
    if not may_tell:
        return False
    return _ENGLISH.search(folded) is not None or _VERSION.search(folded) is not None


def _is_label(text: str) -> bool:
    folded = fold_marks(text.replace("’", "'"))
    label = _LABEL.match(folded)
    return label is not None and not folded[label.end() :].strip(" .:：])】0123456789")


def _below_label(text: str, blocks: Sequence[Block], place: int) -> list[str]:
    if not _is_label(text) or place + 1 >= len(blocks):
        return []
    below = fold_space(blocks[place + 1].text)
    return [f"{text} {below}"] if len(below) <= _LONGEST else []


def _is_labelled_above(blocks: Sequence[Block], place: int) -> bool:
    above = blocks[place - 1] if place else None
    return above is not None and above.kind is BlockKind.CROSSHEAD and _is_label(fold_space(above.text))
