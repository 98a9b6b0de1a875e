"""Charts as SVG, drawn here: no script, no style, nothing that the page's policy would have to allow.

Colours are classes of `charts.css`, which follow light and dark; without it everything is drawn in the ink of the text.
What a chart says is also said otherwise: by its title and description for those who hear the page, and by the table
that stands beside it. Words are calmed and escaped; nothing in a chart depends on colour alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import drawsvg
from markupsafe import Markup

from newskeep.scales import HOURS, WEEKDAYS, number_ticks, time_ticks
from reading.hostile import calm

WIDTH = 860
_WIDEST_BAR = 26.0
_LEFT, _RIGHT, _TOP, _FOOT = 4, 48, 10, 26
_TEXT = 12
_LABEL_LENGTH = 26
_HALF_LABEL = 36


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar of a chart of counts: a day, or a month, its count, and the part of it that stands out."""

    start: date
    count: int
    part: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of a chart of shares: a name and for each period its share from 0 to 1, None where there is none."""

    name: str
    shares: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One row of a chart of times: a label, from when to when, and what to say of it. Equal ends are drawn as a dot."""

    label: str
    first: datetime
    last: datetime
    text: str


class _Drawing:
    """A picture of the given height, as wide as the text; numbers are in its own units."""

    def __init__(self, height: float, *, title: str, text: str, width: int = WIDTH) -> None:
        # No size but the shape: how large it stands is the page's business.
        self._drawing: Any = drawsvg.Drawing(width, height, role="img", focusable="false")
        self._drawing.append_title(calm(f"{title}. {text}"))

    def rect(
        self, x: float, y: float, width: float, height: float, kind: str, text: str | None = None, **more: Any
    ) -> None:
        """A box; `text` is shown by those who point at it."""
        self._add(drawsvg.Rectangle(*_short(x, y, width, height), **_class(kind), **more), text)

    def line(self, x: float, y: float, to_x: float, to_y: float, kind: str) -> None:
        """A straight line."""
        self._add(drawsvg.Line(*_short(x, y, to_x, to_y), **_class(kind), stroke="currentColor"), None)

    def path(self, points: Sequence[tuple[float, float]], kind: str) -> None:
        """A line through points."""
        flat = _short(*(number for point in points for number in point))
        self._add(drawsvg.Lines(*flat, **_class(kind), fill="none", stroke="currentColor"), None)

    def dot(self, x: float, y: float, radius: float, kind: str, text: str | None = None) -> None:
        """A filled circle."""
        self._add(drawsvg.Circle(*_short(x, y, radius), **_class(kind)), text)

    def write(self, x: float, y: float, text: str, *, anchor: str = "start", kind: str = "label") -> None:
        """A line of text, standing on `y`."""
        self._add(drawsvg.Text(calm(text), _TEXT, *_short(x, y), text_anchor=anchor, **_class(kind)), None)

    def markup(self) -> Markup:
        """The picture as an element of a page."""
        text = self._drawing.as_svg(header="", skip_js=True, skip_css=True)
        # An element within HTML needs no namespace but its own, and takes its size from the page's style.
        start = text.index("<svg")
        head, rest = text[start:].split(">", 1)
        box = head[head.index("viewBox=") :]
        return Markup(f'<svg xmlns="http://www.w3.org/2000/svg" fill="currentColor" {box}>{_without_defs(rest)}')

    def _add(self, element: Any, text: str | None) -> None:
        if text is not None:
            element.append_title(calm(text))
        self._drawing.append(element)


def bars(items: Sequence[Bar], *, title: str, thing: str = "story", many: str = "stories", part: str = "") -> Markup:
    """A bar for each period. `part` names what stands out at the foot of a bar, with a line above it."""
    largest = max((item.count for item in items), default=0)
    total = sum(item.count for item in items)
    text = f"{total:,} {thing if total == 1 else many}, {largest:,} at most in one bar" if items else "Nothing yet"
    height = 190
    drawing = _Drawing(height, title=title, text=text)
    ticks = number_ticks(largest, most=4)
    foot, top = height - _FOOT, _TOP
    for tick in ticks:
        y = foot - (foot - top) * tick / ticks[-1]
        drawing.line(_LEFT, y, WIDTH - _RIGHT, y, "axis" if tick == 0 else "grid")
        drawing.write(WIDTH - _RIGHT + 8, y + 4, f"{tick:,}")
    room = (WIDTH - _LEFT - _RIGHT) / max(1, len(items))
    wide = min(room - min(2.0, room / 4), _WIDEST_BAR)
    for number, item in enumerate(items):
        x, tall = _LEFT + room * (number + 0.5) - wide / 2, (foot - top) * item.count / ticks[-1]
        name = item.name or f"{item.start.day} {item.start:%B %Y}"
        said = f"{name}: {item.count:,} {thing if item.count == 1 else many}"
        if item.part:
            said += f", {item.part:,} {part}"
        if item.count:
            drawing.rect(x, foot - tall, wide, tall, "bar", said)
        if item.part:
            short = (foot - top) * item.part / ticks[-1]
            drawing.rect(x, foot - short, wide, short, "part", said)
    _mark_periods(drawing, items, room, foot)
    return drawing.markup()


def _mark_periods(drawing: _Drawing, items: Sequence[Bar], room: float, foot: float) -> None:
    every = max(1, -(-len(items) // 7))
    for number in range(0, len(items), every):
        item = items[number]
        label = item.name or f"{item.start.day} {item.start:%b}"
        middle = _LEFT + room * (number + 0.5)
        anchor = "start" if middle < _HALF_LABEL else "end" if middle > WIDTH - _RIGHT - _HALF_LABEL / 2 else "middle"
        x = _LEFT if anchor == "start" else middle
        drawing.write(x, foot + 18, label, anchor=anchor)


def heat_map(week: Sequence[Sequence[int]], *, title: str) -> Markup:
    """Seven days from Monday with 24 hours each, as `newskeep.scales.week_hours` gives them: the fuller the more."""
    largest = max((count for day in week for count in day), default=0)
    total = sum(map(sum, week))
    text = "Nothing yet"
    if largest:
        day, hour = next((d, h) for d in range(7) for h in range(HOURS) if week[d][h] == largest)
        text = f"{total:,} stories; most on {WEEKDAYS[day]} from {hour}:00 to {hour + 1}:00, {largest:,}"
    left, top, cell, tall = 44, 22, (WIDTH - 44 - 2) / HOURS, 22
    drawing = _Drawing(top + 7 * tall + 4, title=title, text=text)
    for hour in range(0, HOURS, 3):
        drawing.write(left + cell * hour, top - 8, f"{hour:02}:00")
    for number, counts in enumerate(week):
        y = top + tall * number
        drawing.write(left - 8, y + tall / 2 + 4, WEEKDAYS[number][:3], anchor="end")
        for hour, count in enumerate(counts):
            said = f"{WEEKDAYS[number]} {hour}:00: {count:,} {'story' if count == 1 else 'stories'}"
            x = left + cell * hour
            drawing.rect(x + 1, y + 1, cell - 2, tall - 2, "empty", said, fill_opacity=0.08)
            if count:
                full = round(0.12 + 0.88 * count / largest, 3)
                drawing.rect(x + 1, y + 1, cell - 2, tall - 2, "heat", said, fill_opacity=full)
    return drawing.markup()


def shares(lines: Sequence[Line], periods: Sequence[date], *, title: str) -> Markup:
    """A row for each line, from nothing (below) to all (above), with the newest share at its end."""
    tall, left, right = 46, 4, 150
    drawing = _Drawing(tall * len(lines) + _FOOT, title=title, text=_newest(lines))
    room = (WIDTH - left - right) / max(1, len(periods) - 1)
    for number, line in enumerate(lines):
        foot, high = tall * (number + 1) - 6, tall - 16
        drawing.line(left, foot - high, WIDTH - right, foot - high, "grid")
        drawing.line(left, foot, WIDTH - right, foot, "axis")
        for piece in _pieces(line.shares):
            points = [(left + room * place, foot - high * share) for place, share in piece]
            if len(points) == 1:
                drawing.dot(*points[0], 2, "bar")
            else:
                drawing.path(points, "curve")
        newest = next((share for share in reversed(line.shares) if share is not None), None)
        if newest is not None:
            drawing.write(WIDTH - right + 8, foot - high / 2 + 4, f"{newest:.0%}", kind="value")
        drawing.write(WIDTH - right + 48, foot - high / 2 + 4, line.name)
    every = max(1, -(-len(periods) // 5))
    for place in range(0, len(periods), every):
        day = periods[place]
        if place == 0 or left + room * place < WIDTH - right - 20:
            anchor = "start" if place == 0 else "middle"
            drawing.write(left + room * place, tall * len(lines) + 16, f"{day.day} {day:%b}", anchor=anchor)
    return drawing.markup()


def times(spans: Sequence[Span], *, title: str, marks: Iterable[tuple[datetime, str]] = ()) -> Markup:
    """A row for each span over one axis of time. `marks` are moments of their own, each with its name."""
    given = tuple(marks)
    moments = [at for span in spans for at in (span.first, span.last)] + [at for at, _ in given]
    tall, left, right = 24, 190, 16
    top = 20 if given else 6
    height = top + tall * len(spans) + _FOOT
    if not moments:
        return _Drawing(height, title=title, text="Nothing yet").markup()
    first, last = min(moments), max(moments)
    last = last if last > first else first + timedelta(hours=1)
    drawing = _Drawing(height, title=title, text=f"From {_minute(first)} to {_minute(last)}, UTC")
    whole = (last - first).total_seconds()

    def place(at: datetime) -> float:
        return left + (WIDTH - left - right) * (at - first).total_seconds() / whole

    foot = top + tall * len(spans)
    for tick in time_ticks(first, last, most=6):
        drawing.line(place(tick), top, place(tick), foot, "grid")
        drawing.write(place(tick), foot + 18, _tick(tick, last - first), anchor="middle")
    for at, name in given:
        drawing.line(place(at), top - 4, place(at), foot, "mark")
        drawing.write(min(max(place(at), left), WIDTH - right), 12, name, anchor=_anchor(place(at), left, right))
    drawing.line(left, foot, WIDTH - right, foot, "axis")
    for number, span in enumerate(spans):
        y = top + tall * number
        drawing.write(left - 10, y + tall / 2 + 4, _cut(span.label), anchor="end")
        start, wide = place(span.first), place(span.last) - place(span.first)
        if wide < 4:
            drawing.dot(start + wide / 2, y + tall / 2, 5, "bar", span.text)
        else:
            drawing.rect(start, y + 5, wide, tall - 10, "bar", span.text)
    return drawing.markup()


def _newest(lines: Sequence[Line]) -> str:
    newest = ((line.name, next((one for one in reversed(line.shares) if one is not None), None)) for line in lines)
    return ", ".join(f"{name} {share:.0%}" for name, share in newest if share is not None) or "Nothing yet"


def _pieces(given: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    """A line in pieces, cut where a value is missing."""
    pieces: list[list[tuple[int, float]]] = []
    goes_on = False
    for place, share in enumerate(given):
        if share is not None:
            if not goes_on:
                pieces.append([])
            pieces[-1].append((place, share))
        goes_on = share is not None
    return pieces


def _anchor(x: float, left: float, right: float) -> str:
    if x < left + 40:
        return "start"
    return "end" if x > WIDTH - right - 40 else "middle"


def _tick(at: datetime, length: timedelta) -> str:
    if length < timedelta(days=2):
        return f"{at:%H:%M}" if at.hour else f"{at.day} {at:%b}"
    return f"{at:%b %Y}" if length > timedelta(days=300) else f"{at.day} {at:%b}"


def _minute(at: datetime) -> str:
    return f"{at.day} {at:%b %Y, %H:%M}"


def _cut(text: str) -> str:
    return text if len(text) <= _LABEL_LENGTH else f"{text[: _LABEL_LENGTH - 1].rstrip()}…"


def _class(kind: str) -> dict[str, str]:
    return {"class": f"chart-{kind}"}


def _short(*numbers: float) -> tuple[float, ...]:
    return tuple(round(number, 1) for number in numbers)


def _without_defs(text: str) -> str:
    before, found, after = text.partition("<defs>\n</defs>\n")
    return before + after if found else text
