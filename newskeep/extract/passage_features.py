"""What a learned judge is told of each passage: its look, its names, its place, and the company it keeps.

Every feature is a number that means the same on any site; none is a word of a page. `FEATURES` names them in order, and
the trees in `passage_trees` ask for them by their place in it.
"""

from __future__ import annotations

from collections import Counter
from itertools import accumulate
from operator import mul
from typing import NamedTuple

from newskeep.extract import signs, wording
from newskeep.extract.blocks import Outline
from newskeep.extract.core import ALL_LINK, Names, kinds_of
from newskeep.extract.judge import TEXT_ROLES, Judgement, Role, compact, is_sentence
from newskeep.extract.metadata import Metadata
from newskeep.extract.stretch import LONGEST_CONSENT, Stretch, is_machine_data
from newskeep.extract.tree import HEADING_LEVELS, Element, Page, ancestors
from newskeep.urls import same_site

_SIGN_GROUPS = (
    ("teaser", signs.TEASER),
    ("navigation", signs.NAVIGATION),
    ("sign_up", signs.SIGN_UP | signs.FORM),
    ("info_box", signs.INFO_BOX),
    ("comment", signs.COMMENT),
    ("notice", signs.NOTICE | signs.CONSENT | signs.DIALOG),
    ("contents", signs.CONTENTS),
    ("hidden", signs.HIDDEN),
    ("caption", signs.CAPTION | signs.CREDIT | signs.FIGURE | signs.GALLERY),
    ("body", signs.BODY),
    ("standfirst", signs.STANDFIRST),
    ("headline", signs.HEADLINE | signs.KICKER),
    ("article", signs.ARTICLE),
    ("list", signs.LIST_ITEM),
    ("table", signs.TABLE),
    ("code", signs.PREFORMATTED),
    ("heading", signs.HEADING),
)
_NEAR_GROUPS = (
    ("teaser", signs.TEASER),
    ("sign_up", signs.SIGN_UP | signs.FORM),
    ("comment", signs.COMMENT),
    ("notice", signs.NOTICE | signs.CONSENT | signs.DIALOG),
    ("caption", signs.CAPTION | signs.CREDIT | signs.FIGURE | signs.GALLERY),
    ("share", signs.SHARE | signs.TAGS),
    ("body", signs.BODY),
    ("standfirst", signs.STANDFIRST),
    ("list", signs.LIST_ITEM),
    ("code", signs.PREFORMATTED),
    ("heading", signs.HEADING),
)
_NEAR_COUNT = len(_NEAR_GROUPS)
_ROLES = (
    Role.PARAGRAPH, Role.CROSSHEAD, Role.LIST, Role.TEASER, Role.OTHER, Role.NOTICE, Role.INFO_BOX, Role.CAPTION,
    Role.SIGN_UP,
)  # fmt: skip
# More than any of a thousand pages has.
_MOST_PLACES = 1500
_NEIGHBOURS = (-2, -1, 1, 2)
_AROUND = 3
_LONG = 60
_MOST_LINK = 0.6
_LONGEST_LABELLED = 300
_ALONE = 12
_SURE_WEIGHT = 100
_LITTLE_LINK = 0.3
_LONGEST_CAPTION = 250
_CAPTION = signs.CAPTION | signs.CREDIT | signs.FIGURE
_NEVER = frozenset((Role.ADVERT, Role.DATELINE, Role.HEADLINE, Role.COMMENT))
# On a page that declares itself news, boxes and cards are boxes and cards, whatever guides are built of.
_NEVER_NEWS = frozenset((Role.INFO_BOX, Role.TEASER, Role.CAPTION))
_CAPITALS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NEWS_TYPES = ("NewsArticle", "LiveBlogPosting")

FEATURES: tuple[str, ...] = (
    *("weight", "link_share", "strong_share", "is_sentence", "words", "capitals", "stroke", "is_p", "heading_level"),
    *("label", "says_sign_up", "says_notice", "describes", "is_stated", "is_news", "copies"),
    *(f"sign_{name}" for name, _ in _SIGN_GROUPS),
    *(f"near_{name}" for name, _ in _NEAR_GROUPS),
    *(f"role_{role.value}" for role in _ROLES),
    *("is_kept", "is_inside", "from_headline", "from_first", "to_last", "mass_before", "mass_after", "kept_before"),
    *("kept_after", "page_mass", "kept_of_page", "passages", "is_core_kind", "is_in_core"),
    *(f"{what}_{at}" for at in _NEIGHBOURS for what in ("link_share", "is_kept")),
    *("from_heading", "heading_kept", "heading_weight", "heading_labels"),
    *(f"{what}_{at}" for at in range(_AROUND) for what in ("kept", "linked", "passages", "mass")),
    *("kind_mass", "kind_linked", "kind_kept", "kind_count"),
)


class Rows(NamedTuple):
    """The passages to be judged, by their places, and the features of each."""

    places: list[int]
    features: list[list[float]]


def describe(
    page: Page, line: Outline, judgement: Judgement, stretch: Stretch, *, headline_at: int | None, metadata: Metadata
) -> Rows:
    """Describe the passages that the rules may be wrong about, of a page without end only the first ones."""
    facts = _Facts(page, line, judgement, stretch, headline_at, metadata)
    places = [at for at in range(len(line.passages)) if at != headline_at and facts.is_open(at)][:_MOST_PLACES]
    return Rows(places, [facts.row(at) for at in places])


class _Facts:
    """Sums and tables over the whole line, from which rows are read."""

    def __init__(
        self,
        page: Page,
        line: Outline,
        judgement: Judgement,
        stretch: Stretch,
        headline_at: int | None,
        metadata: Metadata,
    ) -> None:
        passages = line.passages
        self.page = page
        self.line = line
        self.judgement = judgement
        self.stretch = stretch
        self.core = stretch.core
        self.headline_at = headline_at
        self.described = compact(metadata.description or "")
        self.shares = [one.share for one in passages]
        self.roles: list[Role | None] = [None] * len(passages)
        self.roles[stretch.first : stretch.end] = stretch.roles
        self.kept = [role in TEXT_ROLES for role in self.roles]
        self.headings = [bool(found & signs.HEADING) for found in judgement.signs]
        self.names = self.core.kinds if self.core is not None else kinds_of(line)
        self._sum()
        self._count_kinds()
        self._find_headings()
        self.neighbours = self._pairs()
        self.copies = Counter([one.text for one in passages])
        self.bits: dict[int, list[float]] = {}
        self.near_bits: dict[int, list[float]] = {}
        self.spans: dict[int, list[float]] = {}
        self.around: dict[int, list[float]] = {}
        self.shares_of_kinds: dict[Names, list[float]] = {}
        self.is_stated = float(any(judgement.agreed))
        self.is_news = _newsiness(metadata)
        core = self.core
        around = line.spans[core.span] if core is not None else None
        self.core_places = (core.places[0], core.places[-1]) if core is not None else None
        self.core_first, self.core_end = (around.first, around.end) if around is not None else (0, 0)
        self.core_names = core.names if core is not None else None
        self.page_mass = max(1.0, self.mass[-1])
        self.chosen = max(1.0, self.held[-1])

    def _sum(self) -> None:
        weights, shares, kept = self.judgement.weights, self.shares, self.kept
        self.all = [0, *accumulate(weights)]
        self.linked = [0.0, *accumulate(map(mul, weights, shares))]
        self.held = [0, *accumulate(map(mul, weights, kept))]
        heavy = (w if w >= _LONG and share < _MOST_LINK else 0 for w, share in zip(weights, shares, strict=True))
        self.mass = [0, *accumulate(heavy)]

    def _pairs(self) -> list[float]:
        """Two numbers a passage, its links and whether it is kept, with nothing before the first and after the last."""
        nothing = [0.0] * (2 * _NEIGHBOURS[-1])
        pairs = [number for pair in zip(self.shares, self.kept, strict=True) for number in pair]
        return nothing + pairs + nothing

    def _count_kinds(self) -> None:
        self.kinds: dict[Names, list[float]] = {}
        for names, weight, share, kept in zip(self.names, self.judgement.weights, self.shares, self.kept, strict=True):
            kind = self.kinds.get(names)
            if kind is None:
                kind = self.kinds[names] = [0.0, 0.0, 0.0, 0.0]
            kind[0] += weight
            kind[1] += weight * share
            kind[2] += weight * kept
            kind[3] += 1

    def _find_headings(self) -> None:
        self.heading_above: list[int] = []
        above = -1
        for at, is_heading in enumerate(self.headings):
            self.heading_above.append(above)
            if is_heading:
                above = at
        self.labels: dict[int, float] = {}

    def is_open(self, at: int) -> bool:
        """Is there anything to ask about a passage? Sentences amid the text are text, some things never are."""
        role = self.roles[at]
        weight = self.judgement.weights[at]
        share = self.shares[at]
        if self.kept[at]:
            is_core = self.names[at] == self.core_names
            return not (is_core and weight >= _SURE_WEIGHT and share < _LITTLE_LINK and self._is_amid(at))
        if role is None:
            return share < _MOST_LINK and weight >= _ALONE
        if role in _NEVER or (self.judgement.signs[at] & _CAPTION and weight < _LONGEST_CAPTION):
            return False
        passage = self.line.passages[at]
        if role is Role.NOTICE and weight < LONGEST_CONSENT and wording.says(passage.text, wording.CONSENT):
            return False
        if role is Role.OTHER and is_machine_data(passage.text, self.judgement.signs[at]):
            return False
        if share >= ALL_LINK and (passage.tag == "li" or (is_sentence(passage.text) and not self.headings[at])):
            # A whole sentence that is a link is one of the text; a line that is a link is a headline elsewhere.
            return True
        if share >= ALL_LINK or (
            role is Role.TEASER and weight < _LONGEST_LABELLED and wording.LABEL_MARK.match(passage.text)
        ):
            # Guides link their crossheads, and label their facts, as news sites do pointers to their other stories.
            return self.is_news != 1.0 and not leads_within_site(passage.element, self.page)
        return not (self.is_news == 1.0 and role in _NEVER_NEWS)

    def _is_amid(self, at: int) -> bool:
        return 0 < at < len(self.kept) - 1 and self.kept[at - 1] and self.kept[at + 1]

    def row(self, at: int) -> list[float]:
        """Everything about one passage, in the order of `FEATURES`."""
        span = self.line.passages[at].span
        neighbours, names = self.neighbours, self.names[at]
        around = self.around.get(span)
        if around is None:
            near = _bits(_near_signs(self.line, span), _NEAR_GROUPS, self.near_bits)
            around = self.around[span] = [*near, *self._around(span)]
        kind = self.shares_of_kinds.get(names)
        if kind is None:
            kind = self.shares_of_kinds[names] = self._kind(names)
        return [
            *self._look(at),
            *_bits(self.judgement.signs[at], _SIGN_GROUPS, self.bits),
            *around[:_NEAR_COUNT],
            *_ROLE_BITS[self.roles[at]],
            *self._place(at, names),
            *neighbours[2 * at : 2 * at + 4],
            *neighbours[2 * at + 6 : 2 * at + 10],
            *self._below_heading(at),
            *around[_NEAR_COUNT:],
            *kind,
        ]

    def _look(self, at: int) -> list[float]:
        _, tag, text, _, link_count, _, strong_chars, _, share = self.line.passages[at]
        length = len(text)
        head = text[:_LONGEST_LABELLED]
        short = length < _LONGEST_LABELLED
        return [
            self.judgement.weights[at],
            share,
            strong_chars / length,
            is_sentence(text),
            text.count(" ") + 1,
            _capitals(text[:_LONG]) / min(length, _LONG),
            "|" in head or "·" in head or "•" in head or "©" in head,
            tag == "p",
            HEADING_LEVELS.get(tag, 0),
            short and (link_count > 0 or length < _LONG) and wording.points_elsewhere(text),
            short and wording.says(text, wording.SIGN_UP),
            short and wording.says(text, wording.NOTICE),
            self._describes(text),
            self.is_stated,
            self.is_news,
            self.copies[text],
        ]

    def _describes(self, text: str) -> bool:
        if not self.described or not _LONG // 2 <= len(text) <= 700:
            return False
        letters = compact(text)
        return letters in self.described or letters[:_LONG] == self.described[:_LONG]

    def _place(self, at: int, names: Names) -> list[float]:
        stretch, core_places = self.stretch, self.core_places
        mass, held = self.mass, self.held
        whole, chosen, all_held = self.page_mass, self.chosen, held[-1]
        return [
            self.kept[at],
            stretch.first <= at < stretch.end,
            at - self.headline_at if self.headline_at is not None else -99,
            at - core_places[0] if core_places is not None else 0,
            core_places[1] - at if core_places is not None else 0,
            mass[at] / whole,
            (mass[-1] - mass[at + 1]) / whole,
            held[at] / chosen,
            (all_held - held[at + 1]) / chosen,
            whole,
            all_held / whole,
            len(self.kept),
            names == self.core_names,
            self.core_first <= at < self.core_end,
        ]

    def _below_heading(self, at: int) -> list[float]:
        above = self.heading_above[at]
        if above < 0:
            return [99, 0, 0, 0]
        if above not in self.labels:
            text = self.line.passages[above].text[:_LONG]
            self.labels[above] = float(wording.MORE_HEADING.match(text) is not None or wording.points_elsewhere(text))
        return [min(99, at - above), self.kept[above], self.judgement.weights[above], self.labels[above]]

    def _around(self, span: int) -> list[float]:
        spans, known = self.line.spans, self.spans
        row: list[float] = []
        for _ in range(_AROUND):
            facts = known.get(span)
            held = spans[span]
            if facts is None:
                first, end = held.first, held.end
                total = max(1.0, self.all[end] - self.all[first])
                facts = known[span] = [
                    (self.held[end] - self.held[first]) / total,
                    (self.linked[end] - self.linked[first]) / total,
                    end - first,
                    (self.mass[end] - self.mass[first]) / self.page_mass,
                ]
            row += facts
            if held.parent >= 0:
                span = held.parent
        return row

    def _kind(self, names: Names) -> list[float]:
        weight, linked, kept, count = self.kinds[names]
        total = max(1.0, weight)
        return [weight / max(1.0, self.all[-1]), linked / total, kept / total, count]


_ROLE_BITS: dict[Role | None, list[float]] = {role: [float(role is one) for one in _ROLES] for role in (None, *Role)}


def _bits(found: int, groups: tuple[tuple[str, int], ...], known: dict[int, list[float]]) -> list[float]:
    bits = known.get(found)
    if bits is None:
        bits = known[found] = [float(bool(found & group)) for _, group in groups]
    return bits


def leads_within_site(element: Element, page: Page) -> bool:
    """Does the first link in an element, else the one around it, lead to another page of the site?"""
    link = next(element.iter("a"), None)
    if link is None:
        link = next((one for one in ancestors(element) if one.tag == "a"), None)
    target = page.join(link.get("href")) if link is not None else None
    if target is None or target.partition("#")[0] == page.url.partition("#")[0]:
        return False
    return same_site(target, page.url)


def declares_news(metadata: Metadata) -> bool:
    """Does the page declare a news story?"""
    return any(one.endswith(_NEWS_TYPES) for one in metadata.declared_types)


def _newsiness(metadata: Metadata) -> float:
    """1 where the page declares a news story, 0 where it declares nothing, else a half: guides are built otherwise."""
    if declares_news(metadata):
        return 1.0
    return 0.5 if metadata.declared_types else 0.0


def _near_signs(line: Outline, at: int) -> int:
    """The signs of a span and of the two around it, whatever they hold."""
    span = line.spans[at]
    parent = line.spans[span.parent] if span.parent >= 0 else span
    around = line.spans[parent.parent] if parent.parent >= 0 else parent
    return span.signs | parent.signs | around.signs


def _capitals(text: str) -> int:
    """Count the capital letters."""
    if not text.isascii():
        return sum(map(str.isupper, text))
    return len(text) - len(text.encode("ascii").translate(None, _CAPITALS))
