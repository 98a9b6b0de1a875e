"""What a change weighs, and which paragraphs own up to a correction."""

from __future__ import annotations

import pytest

from newskeep.change_weight import Weight, weigh
from newskeep.corrections import correction_notice, correction_notices
from newskeep.model import Block, BlockKind, Picture, StoryDraft
from newskeep.word_diff import diff_drafts

TEXT = (
    "The council of Hamaville voted on Monday to open the long bridge over the river to carts and cyclists again.",
    "Engineers had closed it in spring, when two of its piers were found to have sunk by the width of a hand.",
    "The mayor said that the repairs had cost 12 million crowns, and that the toll would stay as it is for now.",
    "Ferries go on sailing until the end of the month, and the old landing becomes a market for the fishers.",
)


def draft(text: tuple[str, ...] = TEXT, headline: str = "Long bridge opens again", **fields: object) -> StoryDraft:
    blocks = tuple(Block(kind=BlockKind.PARAGRAPH, text=one) for one in text)
    return StoryDraft(headline=headline, blocks=blocks, **fields)  # type: ignore[arg-type]  # any field of it


def edited(old: str, new: str) -> StoryDraft:
    return draft(tuple(one.replace(old, new) for one in TEXT))


WEIGHTS = [
    ("a letter", edited("piers", "peirs"), Weight.TYPO),
    ("a sign", edited("again.", "again!"), Weight.TYPO),
    ("a capital", edited("council", "Council"), Weight.TYPO),
    ("a word twice", edited("over the river", "over the the river"), Weight.TYPO),
    ("a hyphen", edited("landing", "land-ing"), Weight.TYPO),
    ("a paragraph split", draft((*TEXT[:3], *TEXT[3].split(", ", 1))), Weight.TYPO),
    ("another word", edited("cyclists", "riders"), Weight.WORDING),
    ("two other words", edited("old landing", "former quay"), Weight.WORDING),
    ("another byline", draft(byline="By Ana Wolff"), Weight.WORDING),
    ("another section", draft(section="Roads"), Weight.WORDING),
    ("another picture", draft(pictures=(Picture(url="https://post.example/a.jpg"),)), Weight.WORDING),
    ("a long word for a long word", edited("width of a hand", "honorificabilitudinitatibusandsomethingmore"), Weight.WORDING),
    ("another headline of the same words", draft(headline="Long bridge is open again"), Weight.WORDING),
    ("a number", edited("12 million", "17 million"), Weight.SUBSTANCE),
    ("another headline", draft(headline="Mayor resigns over cost of repairs"), Weight.SUBSTANCE),
    ("a paragraph more", draft((*TEXT, "The opposition spoke of a scandal and asked for the books to be opened to all.")),
     Weight.SUBSTANCE),
    ("a paragraph less", draft(TEXT[:3]), Weight.SUBSTANCE),
    ("a sentence rewritten", edited("Ferries go on sailing until the end of the month, and the old landing becomes",
                                    "Nobody knows what the owners of both ships plan with them; their quay could be"),
     Weight.SUBSTANCE),
    ("a notice", draft((*TEXT, "Correction: an engineer's name was misspelled.")), Weight.CORRECTION),
    ("a notice beside a rewritten text", draft((*TEXT[:2], "An earlier version of this story gave a wrong sum.")),
     Weight.CORRECTION),
]  # fmt: skip


@pytest.mark.parametrize(("after", "weight"), [pytest.param(*case[1:], id=case[0]) for case in WEIGHTS])
def test_a_change_has_its_weight(after: StoryDraft, weight: Weight) -> None:
    assert weigh(draft(), after, diff_drafts(draft(), after)) is weight


def test_a_notice_that_was_there_before_weighs_nothing() -> None:
    before = draft((*TEXT, "Correction: a name was misspelled."))
    after = draft((TEXT[0].replace("council", "Council"), *TEXT[1:], "Correction: a name was misspelled."))
    assert weigh(before, after, diff_drafts(before, after)) is Weight.TYPO


def test_a_japanese_character_is_a_word() -> None:
    one = draft(("市長は月曜日、橋を再び開くことを決めた。",))
    other = draft(("市長は火曜日、橋を再び開くことを決めた。",))
    assert weigh(one, other, diff_drafts(one, other)) is Weight.WORDING


def test_what_is_light_is_lighter_than_substance() -> None:
    assert [weight.is_light for weight in Weight] == [True, True, False, False]


NOTICES = [
    "Correction: The bridge is 300 metres long, not 30.",
    "CORRECTION — The bridge is 300 metres long.",
    "Correction (22 November): The bridge is longer.",
    "* Editor’s note: a name was removed.",
    "An earlier version of this article misstated the length of the bridge.",
    "This story has been corrected to give the right length.",
    "Berichtigung: Die Brücke ist 300 Meter lang.",
    "Anmerkung der Redaktion: In einer früheren Version stand eine falsche Zahl.",
    "In einer früheren Fassung dieses Textes hieß es, die Brücke sei 30 Meter lang.",
    "Rectificatif : le pont mesure 300 mètres.",
    "Cet article a été corrigé lundi.",
    "Fe de errores: el puente mide 300 metros.",
    "En una versión anterior de esta noticia se decía otra cosa.",
    "Errata corrige: il ponte misura 300 metri.",
    "Correção: a ponte mede 300 metros.",
    "Rectificatie: de brug is 300 meter lang.",
    "Rättelse: bron är 300 meter lång.",
    "Rettelse: broen er 300 meter lang.",
    "Oikaisu: silta on 300 metriä pitkä.",
    "Sprostowanie: most ma 300 metrów.",
    "W poprzedniej wersji tekstu podaliśmy inną długość.",
    "Düzeltme: Köprü 300 metredir.",
    "Исправление: длина моста 300 метров.",
    "В более ранней версии этой статьи была ошибка.",
    "تصحيح: يبلغ طول الجسر 300 متر.",
    "תיקון: אורך הגשר 300 מטר.",
    "訂正：橋の長さは300メートルです。",
    "更正：桥长300米。",
    "정정: 다리 길이는 300미터입니다.",
]


@pytest.mark.parametrize("notice", NOTICES)
@pytest.mark.parametrize("place", [0, 1, 3, 4])
def test_a_notice_is_found_where_newsrooms_put_it(notice: str, place: int) -> None:
    text = (*TEXT[:place], notice, *TEXT[place:])
    assert correction_notice(draft(text)) == notice


@pytest.mark.parametrize(
    "text",
    [
        "Corrections officers walked out of the prison at dawn.",
        "Corrected figures are expected on Friday.",
        "The minister demanded a correction: the paper refused.",
        "An earlier version of the bill had more votes.",
        "Clarification is what the council asked for.",
        "Correction",
        "Correction: " + "a text as long as this one is no notice, whatever it begins with. " * 20,
    ],
)
def test_what_only_has_such_words_is_no_notice(text: str) -> None:
    assert correction_notices(draft((*TEXT, text))) == ()


def test_a_notice_in_the_middle_of_a_long_text_is_that_of_somebody_else() -> None:
    assert correction_notice(draft((*TEXT, "Correction: the paper wrote.", *TEXT * 2))) is None


def test_a_label_of_its_own_stands_above_its_notice() -> None:
    blocks = [Block(kind=BlockKind.PARAGRAPH, text=one) for one in TEXT]
    label = Block(kind=BlockKind.CROSSHEAD, text="Correction", level=3)
    notice = Block(kind=BlockKind.PARAGRAPH, text="Correction: the bridge is 300 metres long.")
    story = StoryDraft(headline="Bridge", blocks=(*blocks, label, notice))
    assert correction_notices(story) == ("Correction Correction: the bridge is 300 metres long.",)
    assert correction_notices(StoryDraft(headline="Bridge", blocks=(*blocks, label))) == ()
    other = Block(kind=BlockKind.CROSSHEAD, text="What now", level=3)
    assert correction_notices(StoryDraft(headline="Bridge", blocks=(*blocks, other, blocks[0]))) == ()
