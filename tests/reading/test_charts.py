"""Charts are pictures and words, and nothing else, whatever they are made of."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from markupsafe import Markup

from reading.charts import Bar, Line, Span, bars, heat_map, shares, times

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HOSTILE = '</text></svg><script>alert(1)</script>" onload="x &\x00\u202e\ufffe\uffff'
SVG = "{http://www.w3.org/2000/svg}"


def elements(chart: Markup) -> list[etree._Element]:
    return list(etree.fromstring(str(chart)).iter())


def boxes(chart: Markup, kind: str) -> list[etree._Element]:
    return [one for one in elements(chart) if one.get("class") == f"chart-{kind}"]


def said(chart: Markup, kind: str) -> list[str | None]:
    return [box.findtext(f"{SVG}title") for box in boxes(chart, kind)]


def name(chart: Markup) -> str:
    return etree.fromstring(str(chart)).findtext(f"{SVG}title") or ""


DAYS = [Bar(start=date(2026, 11, 20) + number * DAY, count=count) for number, count in enumerate((3, 0, 12))]
CHARTS = {
    "bars": bars(DAYS, title=HOSTILE, thing=HOSTILE, many=HOSTILE),
    "bars with names": bars([Bar(start=NOON.date(), count=1, part=1, name=HOSTILE)], title=HOSTILE, part=HOSTILE),
    "no bars": bars([], title=HOSTILE),
    "heat map": heat_map([[0] * 24] * 6 + [[5] * 24], title=HOSTILE),
    "cold map": heat_map([[0] * 24] * 7, title=HOSTILE),
    "shares": shares([Line(name=HOSTILE, shares=(0.2, None, 1.0))], [NOON.date()] * 3, title=HOSTILE),
    "no shares": shares([], [], title=HOSTILE),
    "times": times(
        [Span(label=HOSTILE, first=NOON, last=NOON + DAY, text=HOSTILE)], title=HOSTILE, marks=[(NOON, HOSTILE)]
    ),
    "no times": times([], title=HOSTILE),
}


@pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS.keys())
def test_hostile_words_make_no_elements_and_no_handlers(chart: Markup) -> None:
    found = elements(chart)
    assert {one.tag.removeprefix(SVG) for one in found} <= {"svg", "title", "rect", "path", "circle", "text"}
    names = {str(attribute) for one in found for attribute in one.attrib}
    assert names <= {
        "viewBox", "role", "focusable", "fill", "fill-opacity", "stroke", "class", "d", "x", "y", "width", "height",
        "cx", "cy", "r", "font-size", "text-anchor",
    }  # fmt: skip
    assert found[0].get("role") == "img"
    assert "\u202e" not in chart
    assert name(chart).startswith("</text></svg><script>")


def test_bars_are_as_tall_as_their_counts() -> None:
    chart = bars(DAYS, title="Stories per day")
    short, tall = (float(box.get("height", "")) for box in boxes(chart, "bar"))
    assert tall / short == pytest.approx(4, rel=0.01)
    assert said(chart, "bar") == ["20 November 2026: 3 stories", "22 November 2026: 12 stories"]
    assert name(chart) == "Stories per day. 15 stories, 12 at most in one bar"
    assert [one.text for one in boxes(chart, "label")][:4] == ["0", "5", "10", "15"]


def test_a_part_stands_at_the_foot_of_its_bar() -> None:
    chart = bars([Bar(start=NOON.date(), count=4, part=1)], title="Runs", thing="run", many="runs", part="failed")
    (whole,), (part,) = boxes(chart, "bar"), boxes(chart, "part")
    assert float(part.get("height", "")) * 4 == pytest.approx(float(whole.get("height", "")), rel=0.01)
    assert said(chart, "part") == ["22 November 2026: 4 runs, 1 failed"]


def test_the_fullest_hour_is_the_fullest_square() -> None:
    week = [[0] * 24 for _ in range(7)]
    week[2][9], week[6][23] = 8, 2
    chart = heat_map(week, title="When")
    shades = {
        text: box.get("fill-opacity") for text, box in zip(said(chart, "heat"), boxes(chart, "heat"), strict=True)
    }
    assert shades == {"Wednesday 9:00: 8 stories": "1.0", "Sunday 23:00: 2 stories": "0.34"}
    assert len(boxes(chart, "empty")) == 7 * 24
    assert name(chart) == "When. 10 stories; most on Wednesday from 9:00 to 10:00, 8"


def test_a_line_is_cut_where_nothing_is_known() -> None:
    periods = [NOON.date() + number * DAY for number in range(6)]
    chart = shares([Line(name="dated", shares=(0.5, 0.75, None, 1.0, None, None))], periods, title="Coverage")
    assert len(boxes(chart, "curve")) == 1
    assert len(boxes(chart, "bar")) == 1
    assert [one.text for one in boxes(chart, "value")] == ["100%"]
    assert name(chart) == "Coverage. dated 100%"


def test_spans_lie_on_one_axis_of_time() -> None:
    spans = [
        Span(label="Home", first=NOON, last=NOON + 2 * DAY, text="Home front"),
        Span(label="World", first=NOON + DAY, last=NOON + 2 * DAY, text="World front"),
        Span(label="Once", first=NOON + DAY, last=NOON + DAY, text="Seen once"),
    ]
    chart = times(spans, title="Life", marks=[(NOON - 2 * DAY, "published")])
    first, second, dot = boxes(chart, "bar")
    assert float(first.get("width", "")) == pytest.approx(2 * float(second.get("width", "")), rel=0.01)
    assert dot.tag == f"{SVG}circle"
    assert len(boxes(chart, "mark")) == 1
    assert name(chart) == "Life. From 20 Nov 2026, 12:00 to 24 Nov 2026, 12:00, UTC"


@given(st.lists(st.tuples(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)), st.text())))
def test_any_times_and_labels_can_be_drawn(given: list[tuple[datetime, datetime, str]]) -> None:
    spans = [Span(label=text, first=min(a, b), last=max(a, b), text=text) for a, b, text in given]
    assert len(boxes(times(spans, title="Life"), "bar")) == len(spans)
