"""The site's pictures, painted by code: quiet landscapes as PNG, the same bytes for the same picture and width.

A picture is built column by column out of slices of colour ramps, which is fast in plain Python, and then turned by
strided slicing. Also the site's logo, and a second of sound.
"""

from __future__ import annotations

import hashlib
import math
import struct
import zlib
from collections.abc import Callable
from functools import lru_cache

_LOGO_WIDTH, _LOGO_HEIGHT = 420, 76
_WIDEST = 1200
_SKY, _SUN, _FAR, _NEAR, _GROUND = 0, 96, 97, 129, 161
"""Where each ramp starts in the palette: sky 96 shades, sun 1, far ridge 32, near ridge 32, ground 64."""
_RAMP = 32
_GROUND_SHADES = 64

Colour = tuple[int, int, int]
Profile = Callable[[float], float]
"""A ridge: its height, as a share of the picture's, at a place from 0 to 1 across it."""

_MOODS: tuple[tuple[Colour, Colour, Colour, Colour], ...] = (
    ((38, 70, 100), (236, 196, 160), (70, 96, 122), (52, 74, 88)),
    ((120, 158, 184), (240, 232, 214), (112, 138, 140), (64, 92, 84)),
    ((70, 60, 96), (232, 150, 120), (96, 76, 104), (58, 48, 72)),
    ((96, 142, 160), (248, 226, 180), (150, 140, 110), (110, 96, 70)),
)
_NIGHT = ((14, 20, 40), (66, 70, 104), (30, 36, 58), (16, 20, 34))


@lru_cache(maxsize=256)
def paint(media_id: int, scene: str, width: int) -> bytes:
    """Paint a picture in a width in pixels (at most 1,200), two thirds as high, as PNG."""
    width = max(16, min(width, _WIDEST))
    height = width * 2 // 3
    seed = hashlib.sha256(f"{media_id} {scene}".encode()).digest()
    ridges = _ridges(scene, seed)
    columns = [_column(x / width, height, ridges=ridges, seed=seed, scene=scene) for x in range(width)]
    turned = b"".join(columns)
    rows = b"".join(b"\0" + turned[y::height] for y in range(height))
    return _png(width, height, palette=_palette(scene, seed), rows=rows)


@lru_cache(maxsize=1)
def paint_logo() -> bytes:
    """Paint the logo: a globe's meridians in a square, beside a plain bar."""
    rows = bytearray()
    middle = _LOGO_HEIGHT / 2
    for y in range(_LOGO_HEIGHT):
        row = bytearray(_LOGO_WIDTH)
        for x in range(_LOGO_HEIGHT):
            across, down = (x - middle) / middle, (y - middle) / middle
            if across * across + down * down > 1:
                continue
            bend = across / math.sqrt(max(1 - down * down, 0.01))
            on_line = min(abs(abs(bend) - line) for line in (0.0, 0.45, 0.97)) < 0.05
            row[x] = 1 if on_line or abs(down) < 0.03 else 2
        rows += b"\0" + row
    palette = bytes((255, 255, 255, 28, 44, 66, 214, 224, 232))
    return _png(_LOGO_WIDTH, _LOGO_HEIGHT, palette=palette, rows=bytes(rows))


@lru_cache(maxsize=1)
def record_silence() -> bytes:
    """A second of silence as WAV, 8 kHz, 8 bits, one channel."""
    samples = b"\x80" * 8000
    layout = struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8)
    size = len(samples)
    return b"RIFF" + struct.pack("<I", 36 + size) + b"WAVEfmt " + layout + b"data" + struct.pack("<I", size) + samples


def _column(place: float, height: int, *, ridges: tuple[Profile, Profile], seed: bytes, scene: str) -> bytes:
    far, near = ridges
    horizon = 0.62 if scene != "night" else 0.7
    ground_top = int(height * horizon)
    far_top = int(height * (horizon - far(place)))
    near_top = int(height * (horizon + 0.03 - near(place)))
    column = bytearray(_sky(height))
    if scene != "chart":
        _draw_sun(column, place, height, seed)
    _fill(column, far_top, ground_top, start=_FAR, shades=_RAMP)
    _fill(column, ground_top, height, start=_GROUND, shades=_GROUND_SHADES)
    if near_top < ground_top + height // 30:
        _fill(column, near_top, ground_top + height // 30, start=_NEAR, shades=_RAMP)
    return bytes(column)


@lru_cache(maxsize=8)
def _sky(height: int) -> bytes:
    return bytes(_SKY + min(95, y * 96 // max(1, height * 7 // 10)) for y in range(height))


def _draw_sun(column: bytearray, place: float, height: int, seed: bytes) -> None:
    centre, level, radius = 0.2 + seed[0] / 255 * 0.6, 0.2 + seed[1] / 255 * 0.22, 0.05 + seed[2] / 255 * 0.035
    across = (place - centre) * 1.5
    if abs(across) < radius:
        half = int(math.sqrt(radius * radius - across * across) * height)
        middle = int(level * height)
        column[middle - half : middle + half] = bytes([_SUN]) * (2 * half)


def _fill(column: bytearray, top: int, bottom: int, *, start: int, shades: int) -> None:
    top, bottom = max(0, top), min(len(column), bottom)
    length = bottom - top
    if length > 0:
        column[top:bottom] = bytes(start + y * shades // length for y in range(length))


def _ridges(scene: str, seed: bytes) -> tuple[Profile, Profile]:
    shift = seed[3] / 40
    waves: dict[str, tuple[Profile, Profile]] = {
        "mountains": (_peaks(shift, 0.34, 3.1), _peaks(shift + 2, 0.17, 5.3)),
        "coast": (_rolling(shift, 0.08, 1.2), lambda x: max(0.0, 0.2 - x * 0.3)),
        "desert": (_rolling(shift, 0.13, 1.6), _rolling(shift + 3, 0.05, 2.4)),
        "field": (_rolling(shift, 0.07, 1.1), _rolling(shift + 1, 0.02, 14.0)),
        "harbor": (_rolling(shift, 0.06, 1.4), _vessels(seed, (0.12, 0.42, 0.74))),
        "ship": (_rolling(shift, 0.04, 1.0), _vessels(seed, (0.45,), size=2.1)),
        "city": (_roofs(seed, 0.30, 34), _roofs(seed[7:] + seed, 0.14, 22)),
        "night": (_roofs(seed, 0.26, 30), _roofs(seed[5:] + seed, 0.12, 18)),
        "palace": (_rolling(shift, 0.05, 1.0), _dome),
        "bridge": (_peaks(shift, 0.16, 2.2), _arches),
        "chart": (lambda x: 0.0, _bars(seed)),
    }
    return waves[scene]


def _rolling(shift: float, size: float, pace: float) -> Profile:
    return lambda x: size * (0.6 + 0.4 * math.sin(pace * 6.28 * x + shift) + 0.2 * math.sin(pace * 15 * x + shift * 2))


def _peaks(shift: float, size: float, pace: float) -> Profile:
    def height(x: float) -> float:
        saw = abs(((x * pace + shift) % 1) - 0.5) * 2
        detail = abs(((x * pace * 4.7 + shift) % 1) - 0.5) * 0.4
        return size * (0.25 + 0.7 * saw + 0.25 * detail)

    return height


def _roofs(seed: bytes, size: float, count: int) -> Profile:
    return lambda x: size * (0.3 + 0.7 * seed[int(x * count) % len(seed)] / 255)


def _bars(seed: bytes) -> Profile:
    def height(x: float) -> float:
        slot, within = divmod(x * 8 - 1, 1)
        if not 0 <= slot < 6 or not 0.18 < within < 0.82:
            return 0.035
        return 0.12 + 0.07 * slot + 0.05 * seed[int(slot)] / 255

    return height


def _vessels(seed: bytes, places: tuple[float, ...], *, size: float = 1.0) -> Profile:
    def height(x: float) -> float:
        for number, place in enumerate(places):
            length = (0.13 + 0.05 * seed[10 + number] / 255) * size
            across = (x - place) / length
            if 0 <= across <= 1:
                hull = 0.045 * size * min(1.0, across * 12, (1 - across) * 6)
                bridge = 0.06 * size if 0.08 < across < 0.22 else 0.0
                cargo = 0.025 * size if 0.3 < across < 0.85 and int(across * 14) % 3 else 0.0
                return hull + max(bridge, cargo)
        return -0.02

    return height


def _dome(x: float) -> float:
    across = abs(x - 0.5)
    if across < 0.006:
        return 0.42
    if across < 0.1:
        return 0.2 + 0.16 * math.sqrt(max(0.0, 1 - (across / 0.1) ** 2))
    if across < 0.34:
        return 0.19 if int(across * 90) % 2 else 0.175
    return 0.02


def _arches(x: float) -> float:
    within = abs((x * 4 % 1) - 0.5) * 2
    if within > 0.9:
        return 0.17
    return 0.15 if within < 0.05 or int(x * 120) % 3 == 0 else 0.125


def _palette(scene: str, seed: bytes) -> bytes:
    dark, light, far, near = _NIGHT if scene == "night" else _MOODS[seed[4] % len(_MOODS)]
    sun = (236, 232, 210) if scene == "night" else (252, 240, 214)
    ground = _mix(near, (20, 24, 30), 0.35)
    out = bytearray()
    out += b"".join(bytes(_mix(dark, light, i / 95)) for i in range(96))
    out += bytes(sun)
    for top, bottom, shades in (
        (far, _mix(far, light, 0.45), _RAMP),
        (near, _mix(near, far, 0.3), _RAMP),
        (_mix(near, light, 0.35), ground, _GROUND_SHADES),
    ):
        out += b"".join(bytes(_mix(top, bottom, i / shades)) for i in range(shades))
    return bytes(out)


def _mix(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _png(width: int, height: int, *, palette: bytes, rows: bytes) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"PLTE", palette)
        + chunk(b"IDAT", zlib.compress(rows, 6))
        + chunk(b"IEND", b"")
    )
