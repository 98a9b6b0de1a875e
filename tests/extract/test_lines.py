"""Short texts of elements, read no further than they may be long."""

from __future__ import annotations

from lxml import etree

from newskeep.extract.lines import line_of, parted_line, text_up_to


def test_a_short_element_gives_its_line() -> None:
    assert line_of(etree.fromstring("<p>By <b>Ada</b>\n Beck</p>")) == "By Ada Beck"
    assert line_of(etree.fromstring("<p> Ada\n Beck </p>")) == "Ada Beck"


def test_a_long_element_gives_none() -> None:
    assert text_up_to(etree.fromstring("<p>Ada Beck</p>"), 7) is None
    assert text_up_to(etree.fromstring("<p>Ada <b>Beck</b></p>"), 7) is None
    assert text_up_to(etree.fromstring("<p>Ada <b>Beck</b></p>"), 8) == "Ada Beck"


def test_blanks_between_words_count_too() -> None:
    assert text_up_to(etree.fromstring("<p><b>a b c</b> <i>d e</i></p>"), 8) is None


def test_an_element_of_countless_pieces_is_given_up() -> None:
    assert text_up_to(etree.fromstring("<p>" + "<b>a</b>" * 500 + "</p>"), 1000) is None


def test_a_label_is_parted_where_only_style_parts_its_words() -> None:
    def parted(html: str) -> str:
        element = etree.fromstring(html)
        return parted_line(element, "".join(element.itertext()))

    assert parted("<p>World<span>North Asia</span></p>") == "World North Asia"
    assert parted("<p><b>By</b>Ada Beck<i>Writer</i></p>") == "By Ada Beck Writer"
    assert parted("<p>Published<time>4 March</time></p>") == "Published 4 March"
    assert parted("<p><b>M</b>ia <b>Mc</b>kay at 1<sup>5</sup>, <b>N</b>ATO</p>") == "Mia Mckay at 15, NATO"
    assert parted_line(etree.fromstring("<p>A<b>B</b> and more</p>"), "aB") == "aB"
