"""Captions and credits told apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskeep.extract.credits import (
    clean_credit,
    credit_in_alternative,
    is_empty_caption,
    looks_like_credit,
    split_caption,
    split_labelled,
)


@pytest.mark.parametrize(
    ("text", "caption", "credit"),
    [
        ("Boats in Lunt. (CWP)", "Boats in Lunt.", "CWP"),
        ("Boats in Lunt. (Coastwire/Mia Ost)", "Boats in Lunt.", "Coastwire/Mia Ost"),
        ("Boats in Lunt. Photo by Mia Ost/Coastwire", "Boats in Lunt.", "Mia Ost/Coastwire"),
        ("Boote in Lunt. Foto: Mia Ost/dpa", "Boote in Lunt.", "Mia Ost/dpa"),
        ("Boote in Lunt (Symbolfoto: picture alliance | Mia Ost)", "Boote in Lunt", "picture alliance | Mia Ost"),
        ("Boote in Lunt  © Montage", "Boote in Lunt", "Montage"),
        ("Boote liegen in Lunt, Foto: CWP Images", "Boote liegen in Lunt", "CWP Images"),
        ("Boats in Lunt. REUTERS/Mia Ost", "Boats in Lunt.", "REUTERS/Mia Ost"),
        (
            "Boats in Lunt. Harbor Inn: Mia Ost, mia@ost.example",
            "Boats in Lunt.",
            "Harbor Inn: Mia Ost, mia@ost.example",
        ),
        ("Source: Harbor Ledger", None, "Harbor Ledger"),
        ("Fotoğraf : Mia Ost/AA", None, "Mia Ost/AA"),
        ("루ント의 배. [사진 출처 = 항구신문]", "루ント의 배.", "항구신문"),
        ("港の船（Ｃ）港新聞", "港の船", "港新聞"),
        ("Getty Images", None, "Getty Images"),
        ("The mayor (left) and the pilot (right)", "The mayor (left) and the pilot (right)", None),
        # What the caption has said already is repeated, not credited.
        ("The mayor of Lunt, in Lunt on Monday. (Lunt)", "The mayor of Lunt, in Lunt on Monday. (Lunt)", None),
        ("Lunt on 6.12.2010 (Lunt, 6.12.2010)", "Lunt on 6.12.2010 (Lunt, 6.12.2010)", None),
        ("The photo shows: a boat, and by the pier a cat.", "The photo shows: a boat, and by the pier a cat.", None),
        ("Foto de familia en Lunt", "Foto de familia en Lunt", None),
        ("Boats wait for the tide.", "Boats wait for the tide.", None),
        ("Boats in Lunt. fot. Mia Ost/PAP", "Boats in Lunt.", "Mia Ost/PAP"),
        ("Barche a Lunt (foto Ansa)", "Barche a Lunt", "Ansa"),
        ("Boats in Lunt. (Image credit: Mia Ost)", "Boats in Lunt.", "Mia Ost"),
        ("Image Credits: Mia Ost", None, "Mia Ost"),
        ("Boats at night.Photograph by Mia Ost", "Boats at night.", "Mia Ost"),
        ("Boats in Lunt. Credit...Mia Ost", "Boats in Lunt.", "Mia Ost"),
        ("Boote (Themenbild: Mia Ost/dpa) bei Nacht", "Boote bei Nacht", "Mia Ost/dpa"),
        ("Boote bei Nacht © CWP Foto: Mia Ost", "Boote bei Nacht", "CWP | Mia Ost"),
        ("港を出る船＝13日、港町で（大津美亜撮影）", "港を出る船＝13日、港町で", "大津美亜"),
        ("Boats wait for the tide. Mia van Ost", "Boats wait for the tide.", "Mia van Ost"),
        ("Boats wait for the tide / Mia Ost", "Boats wait for the tide", "Mia Ost"),
        ("Mia Ost/Coastwire via Getty Images", None, "Mia Ost/Coastwire via Getty Images"),
        ("BBC", None, "BBC"),
        ("Boats wait for the press", "Boats wait for the press", None),
        ("A photo of Mia Ost hangs in the mint.", "A photo of Mia Ost hangs in the mint.", None),
        ("3/12 Boats in Lunt", "Boats in Lunt", None),
        ("Bild 3 von 12: Boote in Lunt", "Boote in Lunt", None),
        ("Source: " + "harbor " * 30, "Source: " + ("harbor " * 30).strip(), None),
        # A name and an agency with a stroke between need no full stop before them.
        ("Boats in Lunt at dawn Mia Ost/AFP", "Boats in Lunt at dawn", "Mia Ost/AFP"),
        ("Boote im Hafen IMAGO/Mia Ost", "Boote im Hafen", "IMAGO/Mia Ost"),
        ("Boats. ANTARA FOTO/Mia Ost/mo.", "Boats.", "ANTARA FOTO/Mia Ost/mo."),
        ("Imago/Mia Ost", None, "Imago/Mia Ost"),
        ("Mia Ost/Harbor Ledger", None, "Mia Ost/Harbor Ledger"),
        ("Lunt/Varn", "Lunt/Varn", None),
        ("Das Hafenbecken | Mia Ost/picture alliance", "Das Hafenbecken", "Mia Ost/picture alliance"),
        ("Boats wait. Mia Ost for The Harbor Ledger", "Boats wait.", "Mia Ost for The Harbor Ledger"),
        ("Barcos en Lunt, este lunes. Mia Ost (EFE)", "Barcos en Lunt, este lunes.", "Mia Ost (EFE)"),
        ("Barcos en Lunt.- EUROPA PRESS", "Barcos en Lunt.", "EUROPA PRESS"),
        ("Boten bij Lunt. | ANP", "Boten bij Lunt.", "ANP"),
        ("Boats wait. — Reuters pic", "Boats wait.", "Reuters pic"),
        ("Barche a Lunt (ansa)", "Barche a Lunt", "ansa"),
        ("Boote in Lunt (links)", "Boote in Lunt (links)", None),
        ("Barche all'alba - Foto Mia Ost", "Barche all'alba", "Mia Ost"),
        ("Boats wait. (File photo: Harbor Ledger)", "Boats wait.", "Harbor Ledger"),
        ("Boats wait. (Express photo by Mia Ost)", "Boats wait.", "Mia Ost"),
        ("Vapoare / Sursa foto: Hepta", "Vapoare", "Hepta"),
        ("Barcos no porto. Divulgação", "Barcos no porto.", "Divulgação"),
        ("古い港＝2024年5月1日、大津美亜撮影", "古い港＝2024年5月1日", "大津美亜"),
        ("古い港の様子 AP/アフロ", "古い港の様子", "AP/アフロ"),
        ("旧港的清晨。新华社记者 张三 摄", "旧港的清晨。", "新华社记者 张三"),
        ("旧港的清晨。图源：视觉中国", "旧港的清晨。", "视觉中国"),
        ("옛 항구의 모습. 연합뉴스", "옛 항구의 모습.", "연합뉴스"),
        ("الميناء القديم (رويترز)", "الميناء القديم", "رويترز"),
        # What buttons say.
        ("toggle caption Mia Ost/Getty Images", None, "Mia Ost/Getty Images"),
        ("Boats in Lunt. Mia Ost/Getty Images hide caption", "Boats in Lunt.", "Mia Ost/Getty Images"),
        ("Press enter or click to view image in full size", None, None),
        ("Shares of the harbor fell", "Shares of the harbor fell", None),
        ("- YouTube", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_caption_is_split_from_credit(text: str | None, caption: str | None, credit: str | None) -> None:
    assert split_caption(text) == (caption, credit)


@pytest.mark.parametrize(
    ("text", "credit"),
    [
        ("• Rhea Noll / Blick via Coastwire", "Rhea Noll / Blick via Coastwire"),
        ("(Foto: Mia Ost)", "Mia Ost"),
        ("Photo by Mia Ost", "Mia Ost"),
        ("Illustration by Mia Ost", "Mia Ost"),
        ("Bildrechte: CWP/Mia Ost", "CWP/Mia Ost"),
        ("[Mia Ost]", "Mia Ost"),
        ("Mia Ost)", "Mia Ost"),
        ("(Mia Ost", "Mia Ost"),
        ("©", None),
        (None, None),
    ],
)
def test_credit_loses_its_label(text: str | None, credit: str | None) -> None:
    assert clean_credit(text) == credit


def test_a_known_credit_leaves_no_empty_brackets() -> None:
    assert split_labelled("Boats in Lunt. (Foto: )") == ("Boats in Lunt.", None)
    assert split_labelled("- YouTube") == (None, None)


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("Mia Ost/CWP", True),
        ("Mia van Ost", True),
        ("Foto: mia", True),
        ("港新聞", True),
        ("Boats wait for the tide.", False),
        ("boats that wait", False),
        ("", False),
    ],
)
def test_a_line_of_its_own_may_be_a_credit(line: str, is_one: bool) -> None:
    assert looks_like_credit(line) is is_one


def test_player_titles_are_no_captions() -> None:
    assert is_empty_caption(" - YouTube ")
    assert not is_empty_caption("Boats in Lunt")


@given(st.text(max_size=300))
def test_any_text_can_be_split(text: str) -> None:
    caption, credit = split_caption(text)
    assert caption != ""
    assert credit != ""


@given(st.text(max_size=300))
def test_a_credit_in_any_alternative_text_is_none_or_words(text: str) -> None:
    assert credit_in_alternative(text) != ""


def test_an_endless_alternative_text_holds_no_credit() -> None:
    assert credit_in_alternative("Foto: x " * 1000) is None
