"""Bytes to text: who is believed about the encoding, and what is no text."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newskeep.errors import UndecodableError
from newskeep.extract.decode import Decoded, decode_html

GERMAN = "Der Überfluß an Bäumen überrascht: schöne Grüße aus Kesh."
JAPANESE = "今日の新聞は、新しい港についての記事を掲載した。"
RUSSIAN = "Сегодня газета опубликовала статью о новой гавани в городе."
GREEK = "Σήμερα η εφημερίδα δημοσίευσε ένα άρθρο για το νέο λιμάνι της πόλης."


def _html(text: str, head: str = "") -> str:
    return f"<html><head>{head}</head><body><p>{text}</p></body></html>"


def _read(body: bytes, content_type: str | None = "text/html") -> Decoded:
    return decode_html(body, content_type, url="https://kesh.example/a")


def test_utf8_needs_no_declaration() -> None:
    decoded = _read(_html(GERMAN).encode())
    assert GERMAN in decoded.text
    assert (decoded.encoding, decoded.origin) == ("utf-8", "utf-8")


def test_valid_utf8_wins_over_a_wrong_header() -> None:
    decoded = _read(_html(GERMAN).encode(), "text/html; charset=iso-8859-1")
    assert GERMAN in decoded.text


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")],
)
def test_a_byte_order_mark_decides_and_goes(mark: bytes, encoding: str) -> None:
    decoded = _read(mark + _html(GERMAN).encode(encoding))
    assert decoded.text == _html(GERMAN)
    assert (decoded.encoding, decoded.origin) == (encoding, "bom")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_its_mark_is_recognised(encoding: str) -> None:
    assert _read(_html(GERMAN).encode(encoding)).text == _html(GERMAN)


def test_the_header_is_believed_before_the_page() -> None:
    body = _html(RUSSIAN, '<meta charset="iso-8859-1">').encode("cp1251")
    decoded = _read(body, "text/html; charset=windows-1251")
    assert RUSSIAN in decoded.text
    assert decoded.origin == "http"


@pytest.mark.parametrize(
    "head",
    ['<meta charset="windows-1251">', '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">'],
)
def test_the_page_declares_its_encoding(head: str) -> None:
    decoded = _read(_html(RUSSIAN, head).encode("cp1251"))
    assert RUSSIAN in decoded.text
    assert decoded.origin == "meta"


def test_a_declaration_that_the_bytes_contradict_is_dropped() -> None:
    body = _html(JAPANESE, '<meta charset="utf-8">').encode("cp932")
    assert JAPANESE in _read(body, "text/html; charset=utf-8").text


def test_a_label_nobody_knows_is_passed_over() -> None:
    body = _html(RUSSIAN, '<meta charset="windows-1251">').encode("cp1251")
    assert RUSSIAN in _read(body, "text/html; charset=none-such").text


@pytest.mark.parametrize("label", ["base64", "rot13"])
def test_a_codec_that_is_no_encoding_is_passed_over(label: str) -> None:
    assert GERMAN in _read(_html(GERMAN).encode("cp1252"), f"text/html; charset={label}").text


def test_labels_mean_what_browsers_take_them_for() -> None:
    quoted = "„Kesh“ – sagte sie…"
    decoded = _read(_html(quoted).encode("cp1252"), "text/html; charset=ISO-8859-1")
    assert quoted in decoded.text
    assert decoded.encoding == "cp1252"


def test_a_few_bad_bytes_do_not_change_the_encoding() -> None:
    body = _html(GERMAN * 20).encode() + b"<p>\xff\xfe</p>"
    decoded = _read(body, "text/html; charset=utf-8")
    assert GERMAN in decoded.text
    assert decoded.encoding == "utf-8"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (GERMAN, "cp1252"),
        (JAPANESE, "cp932"),
        (JAPANESE, "euc_jp"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8_r"),
        (GREEK, "cp1253"),
        ("오늘 신문은 새로운 항구에 관한 기사를 실었다. 이는 도시에 좋은 일이다.", "cp949"),
        ("今天报纸刊登了一篇关于新港口的文章，这是我们城市的大事。", "gb18030"),
        ("今天報紙刊登了一篇關於新港口的文章，這是我們城市的大事。", "big5hkscs"),
        ("היום פרסם העיתון מאמר על הנמל החדש של העיר.", "cp1255"),
        ("نشرت الصحيفة اليوم مقالا عن الميناء الجديد.", "cp1256"),
        ("วันนี้หนังสือพิมพ์ตีพิมพ์บทความ", "cp874"),
        ("Dziś gazeta opublikowała artykuł o żółtej łodzi.", "cp1250"),
    ],
)
def test_undeclared_encodings_are_told_by_their_letters(text: str, encoding: str) -> None:
    decoded = _read(_html(text * 4).encode(encoding), None)
    assert text in decoded.text
    assert decoded.origin == "guess"


def test_zeros_are_dropped() -> None:
    assert _read(b"<p>a\x00b</p>").text == "<p>ab</p>"


def test_a_page_sent_as_octet_stream_is_read() -> None:
    assert _read(b"<p>story</p>", "application/octet-stream").text == "<p>story</p>"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"%PDF-1.7 ...", "text/html"),
        (b"\x89PNG\r\n\x1a\n", "text/html"),
        (bytes(range(1, 7)) * 200, "text/html"),
        (b"plain letters", "image/jpeg"),
    ],
)
def test_other_files_are_refused_by_name(body: bytes, content_type: str) -> None:
    with pytest.raises(UndecodableError, match=r"kesh\.example"):
        _read(body, content_type)


def test_markup_is_read_whatever_its_type_says() -> None:
    assert _read(b"<html><p>story</p>", "image/jpeg").text == "<html><p>story</p>"


@given(
    st.binary(max_size=2000),
    st.sampled_from([None, "text/html", "text/html; charset=utf-16", "text/html; charset=\x00"]),
)
def test_any_bytes_are_read_or_refused(body: bytes, content_type: str | None) -> None:
    try:
        decoded = _read(body, content_type)
    except UndecodableError:
        return
    assert "\x00" not in decoded.text
