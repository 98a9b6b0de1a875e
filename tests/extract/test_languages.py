"""The language of a text, told by its script and its commonest words."""

from __future__ import annotations

import pytest

from newskeep.extract.languages import detect_language, is_surely_english
from newskeep.extract.structured import read_structured
from newskeep.extract.subjects import read_language
from newskeep.extract.tree import parse_html

ENGLISH = "The harbour of Kesh was closed for the day, and the boats that came from the north had to wait in it."
GERMAN = "Der Hafen von Kesh war für den Tag gesperrt, und die Boote aus dem Norden mussten auf die Öffnung warten."


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ENGLISH, "en"),
        (GERMAN, "de"),
        ("Le port de Kesh est fermé pour la journée, et les bateaux du nord sont dans la baie avec le pilote.", "fr"),
        (
            "El puerto de Kesh fue cerrado por el viento, y los barcos que venían del norte se quedaron en la bahía.",
            "es",
        ),
        ("Bandari ya Kesh ilifungwa kwa siku nzima na meli za kaskazini zilisubiri katika ghuba ya mji wa Kesh.", "sw"),
        ("Порт Кеш был закрыт на день, и суда, которые шли с севера, ждали у входа в бухту по приказу.", "ru"),
        ("ケシュの港は一日中閉鎖され、北から来た船は湾で待った。", "ja"),
        ("港口关闭一天，北方来的船只在海湾等候。", "zh"),
        ("케시 항구가 하루 동안 폐쇄되었다.", "ko"),
        ("Kesh Lunt Maldon", None),
        ("12345", None),
    ],
)
def test_a_language_is_told_by_script_and_common_words(text: str, language: str | None) -> None:
    assert detect_language(text) == language


def test_text_of_another_language_is_not_surely_english() -> None:
    assert is_surely_english(ENGLISH)
    assert not is_surely_english(GERMAN)
    assert not is_surely_english("")


def _language(attributes: str, text: str, title: str = "Kesh") -> str | None:
    page = parse_html(
        f"<html {attributes}><title>{title}</title><body><p>{text}</p></body></html>", url="https://a.example/"
    )
    return read_language(page, read_structured(page))


def test_an_undeclared_language_is_read_from_the_text() -> None:
    assert _language("", GERMAN) == "de"


def test_declared_english_gives_way_to_text_of_another_language() -> None:
    assert _language('lang="en-US"', GERMAN) == "de"


def test_declared_english_stands_where_the_text_does_not_speak_against_it() -> None:
    assert _language('lang="en-GB"', ENGLISH) == "en-GB"
    assert _language('lang="en-GB"', "Kesh Lunt Maldon") == "en-GB"
    assert _language('lang="en-GB"', GERMAN, title="The mayor of the town is in the harbour") == "en-GB"


def test_another_declared_language_is_believed() -> None:
    assert _language('lang="nl"', GERMAN) == "nl"


def test_a_page_without_paragraphs_is_judged_by_its_title() -> None:
    assert _language("", "", title=ENGLISH) == "en"
