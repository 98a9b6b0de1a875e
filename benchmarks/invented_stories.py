"""Invented stories without end, as like real ones in size and words as the archive's costs depend on: seeded, quick.

Words follow Zipf's law over a vocabulary that goes on growing, as names do in news. A text has some 3,100 characters in
paragraphs; a story has two names, two pictures and ten teasers, and a small part of the stories are copies of others.
"""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from multiprocessing.connection import Connection

from newskeep.identity import Alias, AliasKind
from newskeep.model import (
    Block,
    BlockKind,
    PageDate,
    Picture,
    Precision,
    StoryDraft,
    Teaser,
    TeaserKind,
)
from newskeep.urls import url_key
from storage.prepared import PreparedStory, PreparedTeaser, prepare_story, prepare_teasers

START = datetime(2016, 1, 1, tzinfo=UTC)
SOURCES = 200
_INVENTORS = 2
_CHUNK = 10_000
_COMMON_WORDS = 20_000
_DRAWN_FROM = 400_000
_NAMES = 400_000
_ONSETS = (*"bcdfghjklmnprstvwz", "br", "ch", "dr", "fl", "gr", "kl", "pr", "sh", "st", "tr")
_VOWELS = (*"aeiou", "ai", "ea", "ou")
_ENDS = ("", *"nrstlm", "nd", "rk", "st")
_SECTIONS = ("World", "Politics", "Business", "Science", "Culture", "Sport", "Opinion", "Local")
_LANGUAGES = ("en", "en", "en", "en", "de", "fr", "es")


@dataclass(frozen=True, slots=True, kw_only=True)
class InventedStory:
    """A story as the pipeline hands it to the archive: read, named, and prepared in the worker that read it.

    `prepare_seconds` is the CPU time that preparing took.
    """

    number: int
    source: str
    url: str
    at: datetime
    draft: StoryDraft
    prepared: PreparedStory
    aliases: tuple[Alias, ...]
    teasers: tuple[PreparedTeaser, ...]
    prepare_seconds: float


class Inventor:
    """Makes the same stories for the same seed; each depends on those before it through its teasers and copies.

    Streams of one seed share their words and nothing else.
    """

    def __init__(self, seed: int = 1, *, stream: str = "") -> None:
        self.words = _vocabulary(random.Random(seed), _COMMON_WORDS)
        self.turn_to(f"{seed} {stream}")
        # Each word as often as it is to be drawn: to draw from a table is quicker than to draw by weights.
        weights = [1.0 / (rank + 2.7) for rank in range(_COMMON_WORDS)]
        share = _DRAWN_FROM / sum(weights)
        self._table = [
            word for word, weight in zip(self.words, weights, strict=True) for _ in range(round(weight * share))
        ]

    def turn_to(self, stream: str) -> None:
        """Begin a stream, with nothing before it."""
        self._random = random.Random(stream)
        self._recent: list[tuple[str, str]] = []
        self._wires: list[tuple[str, ...]] = []

    def stories(self, count: int, *, first: int = 0) -> Iterator[InventedStory]:
        """Invent so many stories, some three minutes apart, numbered from `first`."""
        for number in range(first, first + count):
            yield self._story(number)

    def _story(self, number: int) -> InventedStory:
        rng = self._random
        source = f"paper-{min(int(rng.paretovariate(0.8)), SOURCES)}"
        at = START + timedelta(seconds=190 * number, milliseconds=number % 1000)
        headline = self._line(rng.randint(6, 12))
        url = f"https://www.{source}.example/{at:%Y/%m/%d}/{headline.lower().replace(' ', '-')[:60]}-{number}"
        draft = self._draft(number, headline, url, at)
        teasers = tuple(self._teaser(slot) for slot in range(1, 11))
        self._recent.append((url, headline))
        del self._recent[:-300]
        begin = time.process_time()
        prepared, prepared_teasers = prepare_story(draft, source=source, seen_at=at), prepare_teasers(teasers)
        prepare_seconds = time.process_time() - begin
        return InventedStory(
            number=number,
            source=source,
            url=url,
            at=at,
            draft=draft,
            prepared=prepared,
            aliases=(
                Alias(key=url_key(url), kind=AliasKind.FINAL_URL, value=url, reason="the address it was served at"),
                Alias(
                    key=f"post:{source}:{number}",
                    kind=AliasKind.POST_ID,
                    value=str(number),
                    reason="the page's own number for it",
                ),
            ),
            teasers=prepared_teasers,
            prepare_seconds=prepare_seconds,
        )

    def _draft(self, number: int, headline: str, url: str, at: datetime) -> StoryDraft:
        rng = self._random
        author = f"{self._name()} {self._name()}"
        paragraphs = tuple(self._paragraph() for _ in range(max(3, int(rng.gauss(9, 3.5)))))
        if self._wires and rng.random() < 0.05:
            paragraphs = (self._paragraph(), *rng.choice(self._wires))
        elif rng.random() < 0.02:
            self._wires.append(paragraphs)
            del self._wires[:-50]
        return StoryDraft(
            headline=headline,
            url=url,
            standfirst=self._sentence(18),
            byline=f"By {author}",
            authors=(author,),
            published=PageDate(
                at=at - timedelta(minutes=rng.randint(2, 90)),
                offset_minutes=0,
                precision=Precision.SECOND,
                raw=at.isoformat(),
                origin="json-ld datePublished",
            ),
            section=rng.choice(_SECTIONS),
            tags=(self._name(), self._name()),
            language=rng.choice(_LANGUAGES),
            blocks=tuple(Block(kind=BlockKind.PARAGRAPH, text=text) for text in paragraphs),
            pictures=tuple(
                Picture(
                    url=f"{url}/picture-{slot}.jpg",
                    caption=self._sentence(14),
                    credit=f"{self._name()} {self._name()}",
                    position=2 * slot,
                    lead=slot == 0,
                )
                for slot in range(2)
            ),
            post_id=str(number),
        )

    def _teaser(self, slot: int) -> Teaser:
        rng = self._random
        target, headline = rng.choice(self._recent) if self._recent and slot <= 8 else (None, self._line(8))
        return Teaser(
            kind=TeaserKind.RELATED,
            slot=slot,
            block=1 + slot // 6,
            heading="More from this paper",
            target_url=target or f"https://www.elsewhere.example/{headline.lower().replace(' ', '-')}",
            headline=headline,
        )

    def _paragraph(self) -> str:
        """Three sentences, drawn at once: drawing is what takes the time."""
        words = self._random.choices(self._table, k=50)
        cuts = (0, self._random.randint(9, 21), self._random.randint(27, 40), 50)
        words[5], words[45] = self._name(), self._name()
        return " ".join(f"{' '.join(words[start:end]).capitalize()}." for start, end in pairwise(cuts))

    def _sentence(self, words: int) -> str:
        return f"{self._line(words)}."

    def _line(self, words: int) -> str:
        rng = self._random
        chosen = rng.choices(self._table, k=words)
        if rng.random() < 0.5:
            chosen[words // 2] = self._name()
        chosen[0] = chosen[0].capitalize()
        return " ".join(chosen)

    def _name(self) -> str:
        """A name; most are heard of often, some only once."""
        rank = min(int(self._random.paretovariate(0.35)), _NAMES)
        return _spell(rank).capitalize()


def _vocabulary(rng: random.Random, count: int) -> list[str]:
    """So many words, the short ones first, as the commonest are."""
    found: dict[str, None] = {}
    while len(found) < count:
        syllables = rng.choices((1, 2, 3, 4), weights=(2, 5, 4, 1))[0]
        found["".join(rng.choice(_ONSETS) + rng.choice(_VOWELS) for _ in range(syllables)) + rng.choice(_ENDS)] = None
    words = list(found)
    shortest = sorted(words[:200], key=len)
    return shortest + words[200:]


def _spell(number: int) -> str:
    """A number as a word that can be spoken."""
    parts = []
    while number:
        number, onset = divmod(number, len(_ONSETS))
        number, vowel = divmod(number, len(_VOWELS))
        parts.append(_ONSETS[onset] + _VOWELS[vowel])
    return "".join(parts) + "q"


@contextmanager
def invented(seed: int, first: int, until: int, *, batch: int) -> Iterator[Iterator[list[InventedStory]]]:
    """Batches of the stories numbered from `first` to before `until`, from two processes in turn.

    A batch depends on those of its process in the same ten thousand alone, so any batch can be the first one asked for.
    """
    context = multiprocessing.get_context("spawn")
    pipes = [context.Pipe(duplex=False) for _ in range(_INVENTORS)]
    processes = [
        context.Process(target=_invent, args=(sender, place, seed, first, until, batch), daemon=True)
        for place, (_, sender) in enumerate(pipes)
    ]
    for process, (_, sender) in zip(processes, pipes, strict=True):
        process.start()
        sender.close()
    receivers = [receiver for receiver, _ in pipes]
    try:
        yield (receivers[number % _INVENTORS].recv() for number in range(-(-first // batch), until // batch))
    finally:
        for process, receiver in zip(processes, receivers, strict=True):
            receiver.close()
            process.terminate()
            process.join()


def _invent(sender: Connection, place: int, seed: int, first: int, until: int, batch: int) -> None:
    inventor = Inventor(seed)
    for chunk in range(first // _CHUNK, -(-until // _CHUNK)):
        inventor.turn_to(f"{seed} {chunk} {place}")
        for number in range(chunk * _CHUNK // batch, min((chunk + 1) * _CHUNK, until) // batch):
            if number % _INVENTORS == place:
                stories = list(inventor.stories(batch, first=number * batch))
                if number * batch >= first:
                    try:
                        sender.send(stories)
                    except BrokenPipeError:
                        return
