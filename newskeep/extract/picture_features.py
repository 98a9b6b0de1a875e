"""What speaks for a picture's being the story's own, as numbers for the picture judge.

A picture is looked at where it stands (before, in or behind the text, in what elements), with what is printed beside
it, where it leads when pressed, how many of its kind the page has, and whether the page declares it for machines. Not
here: the decision (`picture_judge`), the words printed for it (`captions`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from newskeep.extract import signs
from newskeep.extract.blocks import Outline, Placed, is_below
from newskeep.extract.captions import NO_WORDS, CaptionReader, Words
from newskeep.extract.judge import TEXT_ROLES, Role
from newskeep.extract.picture_addresses import Address, alternative, best_address, is_icon
from newskeep.extract.picture_names import file_of, is_furniture_name, is_stand_in_name, marks_of
from newskeep.extract.stretch import Reading
from newskeep.extract.tree import Element
from newskeep.model import Picture
from newskeep.urls import url_key

_LEVELS = 6
_NEAR_SPANS = 3
_FAR = 12
_BEHIND = 2
_MOST = 120
_LONGEST_NAME = 30
_NEVER = (
    signs.NAVIGATION | signs.COMMENT | signs.DIALOG | signs.CONSENT | signs.BYLINE | signs.BIOGRAPHY | signs.SIGN_UP
)
_IMAGE_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif")
_IMAGE_PAGES = ("/image", "/photo", "_photo", "/attachment", "/bild", "/foto", "/gallery", "/galerie", "/galeria")
_SIGNS = (
    signs.NAVIGATION, signs.TEASER, signs.ADVERT, signs.SHARE, signs.SIGN_UP, signs.BIOGRAPHY, signs.CAPTION,
    signs.CREDIT, signs.BYLINE, signs.COMMENT, signs.TAGS, signs.INFO_BOX, signs.HIDDEN, signs.STANDFIRST, signs.BODY,
    signs.HEADLINE, signs.LIST_ITEM, signs.FIGURE, signs.HEADING, signs.ARTICLE, signs.GALLERY, signs.SOCIAL_POST,
    signs.DIALOG | signs.CONSENT,
)  # fmt: skip
_CARD_ROLES = frozenset((Role.TEASER, Role.DATELINE, Role.ADVERT))
_OTHER_ROLES = frozenset((Role.TEASER, Role.NAVIGATION, Role.ADVERT, Role.COMMENT, Role.BIOGRAPHY, Role.SIGN_UP))
FEATURE_COUNT = 2 * len(_SIGNS) + 48
"""How many numbers describe a picture."""
SIGN_FEATURES = slice(11, 11 + 2 * len(_SIGNS))
"""Which of them come from the names of elements."""
_NEAR_ADVERT = 11 + len(_SIGNS) + _SIGNS.index(signs.ADVERT)
_LEADS_AWAY = slice(FEATURE_COUNT - 7, FEATURE_COUNT - 5)
_IS_DECLARED = slice(FEATURE_COUNT - 5, FEATURE_COUNT - 2)


@dataclass(slots=True, kw_only=True, eq=False)
class Candidate:
    """A picture of the page that may be the story's: the elements that show it, its address and its words."""

    group: list[Placed]
    address: Address
    url: str
    alt: str | None
    words: Words = NO_WORDS
    is_doubtful: bool = False
    is_other: bool = False
    features: list[float] = field(default_factory=list)

    @property
    def placed(self) -> Placed:
        """Where it stands."""
        return self.group[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where the story is: the passage it begins with, its first and its last passage of text."""

    begin: int
    first: int
    last: int


def find_candidates(reading: Reading, scope: Scope) -> list[Candidate]:
    """The pictures near the story that have a real address and stand in no menu, comment or dialogue."""
    found: list[Candidate] = []
    for group in _groups(reading.line, scope):
        if reading.judgement.span_signs[group[0].span] & _NEVER:
            continue
        known = [address for placed in group if (address := best_address(reading.page, placed.element)).url]
        if not known:
            continue
        address = max(known, key=_width_of)
        if is_icon(address):
            continue
        alt = next((alt for placed in group if (alt := alternative(placed.element))), None)
        found.append(Candidate(group=group, address=address, url=address.url or "", alt=alt))
        if len(found) == _MOST:
            break
    return found


def _groups(line: Outline, scope: Scope) -> list[list[Placed]]:
    """Put together the image elements that show one picture: a lazy one and its twin in `noscript`."""
    groups: list[list[Placed]] = []
    for placed in line.pictures:
        if not scope.begin - _FAR < placed.at <= scope.last + _BEHIND or placed.span < 0:
            continue
        before = groups[-1][-1] if groups else None
        if before is not None and placed.tag == "noscript" and before.at == placed.at and before.span == placed.span:
            groups[-1].append(placed)
        else:
            groups.append([placed])
    return groups


def _width_of(address: Address) -> int:
    return address.width or 0


class Describer:
    """Describes the pictures of one page; what is asked of many of them is kept."""

    def __init__(self, reading: Reading, scope: Scope, declared: tuple[Picture, ...]) -> None:
        self.reading = reading
        self.scope = scope
        self.files = [file_of(picture.url) for picture in declared if picture.url]
        self.marks = [marks_of(picture.url) for picture in declared if picture.url]
        self.own = {_key(reading.page.url), _key(reading.url)}
        self.host = urlsplit(reading.page.url).netloc
        line = reading.line
        kinds = [(placed.at, self._kind(placed)) for placed in line.pictures]
        self.kinds = Counter(kind for _, kind in kinds)
        self.kinds_inside = Counter(kind for at, kind in kinds if self._is_inside(at))

    def _kind(self, placed: Placed) -> tuple[str, str | None, str | None]:
        element = placed.element
        around = self.reading.line.spans[placed.span].element
        return (placed.tag, element.get("class"), around.get("class"))

    def _is_inside(self, at: int) -> bool:
        return self.scope.begin <= at <= self.scope.last

    def describe(self, candidates: list[Candidate]) -> None:
        """Fill in the words and the features of every candidate."""
        files = Counter(file_of(candidate.url) for candidate in candidates)
        reader = CaptionReader(self.reading)
        before = 0
        for candidate in candidates:
            candidate.words = reader.words_of(candidate.placed, candidate.alt)
            features = self._place(candidate)
            features += self._signs(candidate)
            features += self._surroundings(candidate)
            features += self._kind_of_picture(candidate, files)
            features += self._declared(candidate.url)
            features.append(float(min(before, _FAR)))
            candidate.features = features
            before += self._is_inside(candidate.placed.at)
        declared = [any(answer > 0 for answer in one.features[-4:-1]) for one in candidates]
        for candidate, is_declared in zip(candidates, declared, strict=True):
            # Where the page shows the declared picture, others are likelier to be something else.
            candidate.features.append(float(any(declared) and not is_declared))
            candidate.is_doubtful = self._is_doubtful(candidate)
            candidate.is_other = not is_declared and self._is_other(candidate)

    def _is_doubtful(self, candidate: Candidate) -> bool:
        """Is it named as a card's or a writer's picture is, or leads to another page, and is not declared?"""
        if any(answer > 0 for answer in candidate.features[_IS_DECLARED]):
            return False
        named = self.reading.judgement.span_signs[candidate.placed.span] & signs.NOT_STORY_PICTURE
        return bool(named) or any(candidate.features[_LEADS_AWAY])

    def _is_other(self, candidate: Candidate) -> bool:
        """Does the picture, without words of its own, stand on a card or close to what calls itself an advert?"""
        if candidate.words != NO_WORDS:
            return False
        return bool(candidate.features[_NEAR_ADVERT]) or self._is_card(candidate.placed.span)

    def _is_card(self, span: int) -> bool:
        """Are all the words in the nearest element that has any a pointer to another story?"""
        line, stretch = self.reading.line, self.reading.stretch
        for _ in range(_LEVELS):
            held = line.spans[span]
            if held.end > held.first:
                roles = {stretch.role(at) for at in range(held.first, min(held.end, held.first + _FAR))}
                return Role.TEASER in roles and roles <= _CARD_ROLES
            if held.parent < 0:
                return False
            span = held.parent
        return False

    def _place(self, candidate: Candidate) -> list[float]:
        scope, stretch, line = self.scope, self.reading.stretch, self.reading.line
        at = candidate.placed.at
        length = max(1, scope.last - scope.first)
        return [
            float(_clip(at - scope.begin)),
            float(_clip(at - scope.first)),
            float(_clip(at - scope.last)),
            (at - scope.first) / length if scope.first <= at <= scope.last else float(at > scope.last),
            float(is_below(line, candidate.placed.span, stretch.span)),
            float(self._climb(candidate.placed.span)),
            float(stretch.first <= at < stretch.end),
            float(stretch.role(at - 1) in TEXT_ROLES),
            float(stretch.role(at) in TEXT_ROLES),
            float(stretch.role(at - 1) in _OTHER_ROLES),
            float(stretch.role(at) in _OTHER_ROLES),
        ]

    def _climb(self, span: int) -> int:
        """How many elements up from a picture until one holds the first of the text."""
        line, first = self.reading.line, self.scope.first
        level = 0
        while span >= 0 and level < _FAR and not line.spans[span].first <= first < line.spans[span].end:
            span = line.spans[span].parent
            level += 1
        return level

    def _signs(self, candidate: Candidate) -> list[float]:
        """The signs of all that is around the picture, and those that stand close to it."""
        line = self.reading.line
        span = candidate.placed.span
        around = self.reading.judgement.span_signs[span]
        near = line.spans[span].signs
        element: Element | None = candidate.placed.element
        for _ in range(_NEAR_SPANS):
            if element is None:
                break
            near |= signs.TAG_SIGNS.get(element.tag, 0)
            if names := element.get("class"):
                near |= signs.name_signs(names)
            if (name := element.get("id")) and len(name) <= _LONGEST_NAME:
                near |= signs.name_signs(name)
            element = element.getparent()
        return [float(bool(around & sign)) for sign in _SIGNS] + [float(bool(near & sign)) for sign in _SIGNS]

    def _surroundings(self, candidate: Candidate) -> list[float]:
        """The nearest element around the picture that holds words, and what these are."""
        reading = self.reading
        line, stretch = reading.line, reading.stretch
        span = candidate.placed.span
        level = 0
        while span >= 0 and level < _LEVELS and line.spans[span].end == line.spans[span].first:
            span = line.spans[span].parent
            level += 1
        words = candidate.words
        features = [
            float(level),
            float(words.caption is not None),
            float(words.credit is not None),
            float(len(words.caption or "")),
        ]
        if span < 0:
            return [*features, *[0.0] * 9]
        held = line.spans[span]
        # A caption, a card and a menu are short; what is longer is text or a list of anything.
        places = range(held.first, min(held.end, held.first + _FAR))
        roles = [stretch.role(at) for at in places]
        passages = [line.passages[at] for at in places]
        chars = sum(len(passage.text) for passage in passages)
        linked = sum(passage.link_chars for passage in passages)
        return [
            *features,
            float(len(places)),
            float(sum(role in TEXT_ROLES for role in roles)),
            float(sum(role in _OTHER_ROLES for role in roles)),
            float(roles.count(Role.CAPTION) + roles.count(Role.CREDIT)),
            float(roles.count(Role.OTHER)),
            float(chars),
            linked / max(1, chars),
            float(any(reading.judgement.signs[at] & signs.HEADING for at in places)),
            float(sum(passage.link_count > 0 for passage in passages)),
        ]

    def _kind_of_picture(self, candidate: Candidate, files: Counter[str]) -> list[float]:
        placed, address = candidate.placed, candidate.address
        width, height = address.width or 0, address.height or 0
        path = urlsplit(candidate.url).path.lower()
        link, level = _link_around(placed.element)
        target = self.reading.page.join(link.get("href")) if link is not None else None
        features = [
            float(width),
            width / height if width and height else 0.0,
            float(path.endswith((".png", ".gif"))),
            float(path.endswith(".svg")),
            float(is_furniture_name(candidate.url)),
            float(is_stand_in_name(candidate.url)),
            float("thumb" in path or "teaser" in path),
            float(len(candidate.alt or "")),
            float(files[file_of(candidate.url)]),
            float(self.kinds[self._kind(placed)]),
            float(self.kinds_inside[self._kind(placed)]),
            float(placed.tag in ("noscript", "button")),
            float(_has_figure(placed.element)),
            float(level),
            float(link is not None),
        ]
        return [*features, *self._target(target)]

    def _target(self, target: str | None) -> list[float]:
        if target is None:
            return [0.0, 0.0, 0.0, 0.0]
        parts = urlsplit(target)
        path = parts.path.lower()
        is_image = path.endswith(_IMAGE_ENDINGS) or any(word in path for word in _IMAGE_PAGES)
        is_own = _key(target) in self.own
        is_away = not is_image and not is_own
        is_ours = parts.netloc == self.host
        return [float(is_image), float(is_own), float(is_away and is_ours), float(is_away and not is_ours)]

    def _declared(self, url: str) -> list[float]:
        if not self.files:
            return [-1.0, -1.0, -1.0]
        name, marks = file_of(url), marks_of(url)
        shares = [not marks.isdisjoint(other) for other in self.marks]
        return [
            float(name == self.files[0]),
            float(name in self.files),
            float(any(shares)),
        ]


def _key(url: str) -> str:
    try:
        return url_key(url)
    except ValueError:
        # A page read from a file, or a link to nowhere.
        return url


def _clip(distance: int) -> int:
    return max(-_FAR, min(_FAR, distance))


def _link_around(element: Element) -> tuple[Element | None, int]:
    """The link around an element, and how many levels up it is."""
    around = element.getparent()
    for level in range(_LEVELS):
        if around is None:
            break
        if around.tag == "a":
            return around, level + 1
        around = around.getparent()
    return None, 0


def _has_figure(element: Element) -> bool:
    around = element.getparent()
    for _ in range(_LEVELS):
        if around is None:
            return False
        if around.tag == "figure":
            return True
        around = around.getparent()
    return False
