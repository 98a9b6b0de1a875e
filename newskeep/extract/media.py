"""Players and embedded things in a story: which are its video or audio, which are posts or graphics of others."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

from newskeep.extract import signs
from newskeep.extract.blocks import Outline, Placed
from newskeep.extract.judge import Judgement
from newskeep.extract.tree import Page
from newskeep.model import Media, MediaKind
from newskeep.text import fold_space

_VIDEO_HOSTS = (
    "youtube",
    "youtu.be",
    "vimeo",
    "dailymotion",
    "jwplayer",
    "jwplatform",
    "brightcove",
    "kaltura",
    "rumble",
)
_AUDIO_HOSTS = ("spotify", "soundcloud", "podcast", "megaphone", "simplecast", "acast", "libsyn", "omny", "audioboom")
_LAZY = ("src", "data-src", "data-runner-src", "data-lazy-src", "data-litespeed-src", "data-url")
_NOT_OURS = signs.ADVERT | signs.NAVIGATION | signs.TEASER | signs.SIGN_UP | signs.COMMENT | signs.SHARE | signs.CONSENT
_NOT_CONTENT = ("googletagmanager", "doubleclick", "recaptcha", "about:", "consent", "facebook.com/plugins", "/ads")
_YOUTUBE_ID = "https://www.youtube.com/embed/"


class Player(NamedTuple):
    """Something embedded: the number of passages before it, its address, and what it plays; None for no player."""

    at: int
    url: str
    kind: MediaKind | None
    title: str | None


def read_players(page: Page, line: Outline, judgement: Judgement, *, begin: int, last: int) -> list[Player]:
    """List what is embedded between two passages."""
    players: list[Player] = []
    seen: set[str] = set()
    for placed in line.media:
        if not begin <= placed.at <= last + 1 or (placed.span >= 0 and judgement.span_signs[placed.span] & _NOT_OURS):
            continue
        url = _address(page, placed)
        if url is None or url in seen or any(word in url for word in _NOT_CONTENT):
            continue
        seen.add(url)
        title = fold_space(placed.element.get("title")) or None
        players.append(Player(placed.at, url, _kind(placed.tag, url), title))
    return players


def as_media(players: list[Player]) -> tuple[Media, ...]:
    """The players among what is embedded, as media of the story."""
    return tuple(
        Media(kind=player.kind, url=player.url, title=player.title, provider=urlsplit(player.url).hostname)
        for player in players
        if player.kind is not None
    )


def _address(page: Page, placed: Placed) -> str | None:
    element = placed.element
    video_id = element.get("data-videoid")
    if placed.tag == "amp-youtube" and video_id:
        return _YOUTUBE_ID + video_id
    for part in (element, *element.iter("source")):
        for name in _LAZY:
            if url := page.join(part.get(name)):
                return url
    return None


def _kind(tag: str, url: str) -> MediaKind | None:
    host = urlsplit(url).netloc.lower()
    if tag in ("audio", "amp-audio") or any(word in host for word in _AUDIO_HOSTS):
        return MediaKind.AUDIO
    if tag in ("video", "amp-video", "amp-youtube") or any(word in host for word in _VIDEO_HOSTS):
        return MediaKind.VIDEO
    return None
