"""Which story is this? Pure rules over the names a story goes by.

A page gives names (`aliases_of`), the archive says who owns them, and `choose` decides. An address that answered with
the story is believed outright. What a page or feed merely declares (a canonical address, a post id, a GUID, an AMP
form) is believed only where the texts agree: templates declare one canonical address for every page, and feeds use
GUIDs twice. A headline is no name: two stories with one headline stay two. Nothing here merges two stories that are
already stored; `Choice.rivals` names them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from urllib.parse import urlsplit

from newskeep.agreement import Telling, clearly_agree, partly_agree
from newskeep.model import Capture, Entry, ExtractedPage, StoryDraft
from newskeep.presence import Presence
from newskeep.restless import CALM, Unrest
from newskeep.text import fold_space
from newskeep.urls import amp_twin, canonicalize, host_of, is_fetchable, is_front_url, same_site, url_key

_SHORTEST_TELLING = 200  # characters; below, a notice or a caption may say the same about two things


class AliasKind(StrEnum):
    """Where a name comes from, strongest first."""

    FINAL_URL = "final_url"
    REQUEST_URL = "request_url"
    REDIRECT = "redirect"
    POST_ID = "post_id"
    CANONICAL = "canonical"
    AMP = "amp"
    GUID = "guid"
    STORY_ID = "story_id"
    """The id of a story that went into this one (`newskeep merge`)."""


class Rendition(StrEnum):
    """Which form of a story's page was captured. Only captures of one form are compared for a revision."""

    PAGE = "page"
    ALTERNATE = "alternate"
    """AMP, a mobile or a print page, whose own canonical address is another."""
    FURTHER = "further"
    """A whole story further down on another story's page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """A name of a story. `key` is unique in the archive, `value` is the name as seen, `reason` says why in English."""

    key: str
    kind: AliasKind
    value: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownStory:
    """What the archive knows of a story, and of the revision that a new capture is to be compared with.

    That is the newest revision not captured after the moment asked about, else the oldest. `matched` are the keys
    through which it was found. `is_current` is False where a newer revision than this one is stored.

    `presence` is how the story stands at its address, `is_in_doubt` True where that failed and is not believed yet.
    `unrest` is what its last answers did. `vetoed` are names of the page that are not this story's, by decision.
    """

    story_id: int
    source: str
    url: str
    headline: str | None
    text: str
    matched: tuple[str, ...]
    revision_id: int
    revision: int
    is_current: bool
    captured_at: datetime
    capture_id: int
    payload_digest: str
    draft_digest: str
    extractor_version: str
    memory_version: int
    rendition: Rendition
    presence: Presence = Presence.PRESENT
    is_in_doubt: bool = False
    unrest: Unrest = CALM
    vetoed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which story it is, None for a new one. `aliases` are those to be written, `rejected` those not believed.

    `url` is the story's canonical address from now on. `rivals` are other stories that own one of the names.
    """

    story: KnownStory | None
    url: str
    aliases: tuple[Alias, ...]
    rejected: tuple[Alias, ...]
    rivals: tuple[int, ...]
    reason: str


def aliases_of(
    capture: Capture, draft: StoryDraft, page: ExtractedPage, source_slug: str, entry: Entry | None
) -> tuple[Alias, ...]:
    """List the names of one story of a page, strongest first, each key once.

    A further story on the page has its own address only: none where the page gives none, and then it has no name.
    """
    if draft is not page.main:
        return _own_address(capture, draft)
    found = [_url_alias(capture.final_url, AliasKind.FINAL_URL, "the address it was served at")]
    found += _asked_addresses(capture)
    if draft.post_id:
        key = f"post:{source_slug}:{draft.post_id}"
        found.append(Alias(key=key, kind=AliasKind.POST_ID, value=draft.post_id, reason="the page's own number for it"))
    canonical = believed_canonical(capture, draft, page)
    if canonical:
        found.append(_url_alias(canonical, AliasKind.CANONICAL, "the page declares it as its canonical address"))
    if page.amp_url and _may_name(page.amp_url, capture.final_url):
        found.append(_url_alias(page.amp_url, AliasKind.AMP, "the page declares it as its AMP form"))
    if entry is not None and entry.guid:
        key = guid_key(source_slug, entry.guid)
        found.append(Alias(key=key, kind=AliasKind.GUID, value=entry.guid, reason="the feed's own name for it"))
    return _each_once(found)


def guid_key(source_slug: str, guid: str) -> str:
    """Give the alias key of a feed's GUID, which is unique within its source at best."""
    return f"guid:{source_slug}:{guid}"


def story_id_key(story_id: int) -> str:
    """Give the alias key of a story that went into another one."""
    return f"story:{story_id}"


def telling_of(source_slug: str, draft: StoryDraft) -> str | None:
    """Name what a story tells, headline and text, within its source; None where it is too short to be known by that.

    Two stories of one source with the same telling may be one that went to another address; that alone is no proof.
    """
    if not draft.headline or len(draft.text) < _SHORTEST_TELLING:
        return None
    told = "\n".join((source_slug, fold_space(draft.headline), fold_space(draft.text)))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def entry_keys(source_slug: str, entry: Entry) -> tuple[str, ...]:
    """List the keys under which an entry's story may already be known: its address, then its GUID."""
    keys = [_key(entry.url)]
    if entry.guid:
        keys.append(guid_key(source_slug, entry.guid))
    return tuple(keys)


def believed_canonical(capture: Capture, draft: StoryDraft, page: ExtractedPage) -> str | None:
    """Give the canonical address the page declares, else the one it gives its story; None where neither is believed.

    Not believed: a home page, another site's address, and a folder above the page's own address (a section that every
    story in it declares).
    """
    for declared in (page.declared_canonical, draft.url):
        if declared and _may_name(declared, capture.final_url):
            return canonicalize(declared)
    return None


def rendition_of(capture: Capture, draft: StoryDraft, page: ExtractedPage) -> Rendition:
    """Tell whether a capture shows a story on its own page or in another form."""
    if draft is not page.main:
        return Rendition.FURTHER
    declared = page.declared_canonical
    if not declared or not _may_name(declared, capture.final_url) or _key(declared) == _key(capture.final_url):
        return Rendition.PAGE
    return Rendition.ALTERNATE if _is_alternate_address(capture.final_url) else Rendition.PAGE


def is_redirect_to_front(capture: Capture) -> bool:
    """Was a page asked for and a home page answered? Sites do that instead of saying that a story is gone."""
    return is_front_url(capture.final_url) and not is_front_url(capture.request_url)


def choose(aliases: Sequence[Alias], known: Iterable[KnownStory], *, draft: StoryDraft, url: str) -> Choice:
    """Decide which known story a draft belongs to.

    `aliases` come from `aliases_of`, `known` are the stories that own any of them, `url` is the address to give a new
    story (`story_url`).
    """
    owners = {key: story for story in known for key in story.matched}
    telling = Telling(headline=draft.headline, text=draft.text)
    chosen: KnownStory | None = None
    by: Alias | None = None
    rejected: list[Alias] = []
    for alias in aliases:
        owner = owners.get(alias.key)
        if owner is None or (chosen is not None and owner.story_id == chosen.story_id):
            continue
        if chosen is None and _is_believed(alias, owner, telling):
            chosen, by = owner, alias
        else:
            rejected.append(alias)
    names = tuple(alias for alias in aliases if alias.key not in owners)
    rivals = {owners[alias.key].story_id for alias in rejected} - {chosen.story_id if chosen else None}
    return Choice(
        story=chosen,
        url=_address(aliases, rejected, chosen, url),
        aliases=names,
        rejected=tuple(rejected),
        rivals=tuple(sorted(rivals)),
        reason=f"known by {by.kind} {by.value}" if by else "none of its names is known",
    )


def story_url(capture: Capture, draft: StoryDraft, page: ExtractedPage) -> str:
    """Give the address that stands for a story: the canonical one it declares, else where it was served.

    A page of another site to which we were sent for this time only stands under the address that was asked for.
    """
    if draft is not page.main:
        own = _own_address(capture, draft)
        return own[0].value if own else canonicalize(capture.final_url)
    if capture.has_temporary_redirect and not same_site(capture.request_url, capture.final_url):
        return canonicalize(capture.request_url)
    return believed_canonical(capture, draft, page) or canonicalize(capture.final_url)


def _is_believed(alias: Alias, owner: KnownStory, telling: Telling) -> bool:
    if alias.kind is AliasKind.FINAL_URL:
        return True
    if owner.vetoed:
        return False
    other = Telling(headline=owner.headline, text=owner.text)
    if alias.kind in (AliasKind.REQUEST_URL, AliasKind.REDIRECT, AliasKind.POST_ID):
        return partly_agree(telling, other)
    return clearly_agree(telling, other)


def _address(aliases: Sequence[Alias], rejected: list[Alias], chosen: KnownStory | None, url: str) -> str:
    """The address to keep: one that another story holds is not taken, and a known story moves only with a reason."""
    served = next((alias.value for alias in aliases if alias.kind is AliasKind.FINAL_URL), url)
    wanted = served if rejected and _key(url) in {alias.key for alias in rejected} else url
    if chosen is None:
        return wanted
    old, key = _key(chosen.url), _key(wanted)
    if key == old:
        return chosen.url
    is_declared = key != _key(served) or any(alias.kind is AliasKind.CANONICAL for alias in aliases)
    # Led there from its old address; or the old one does not answer any more, and this one does.
    has_moved = any(alias.key == old and alias.kind is not AliasKind.FINAL_URL for alias in aliases)
    has_moved = has_moved or not chosen.presence.is_there or chosen.is_in_doubt
    return wanted if is_declared or has_moved else chosen.url


def _own_address(capture: Capture, draft: StoryDraft) -> tuple[Alias, ...]:
    if not draft.url or not _may_name(draft.url, capture.final_url) or _key(draft.url) == _key(capture.final_url):
        return ()
    return (_url_alias(draft.url, AliasKind.CANONICAL, "the address a page gives this further story on it"),)


def _asked_addresses(capture: Capture) -> list[Alias]:
    """The address asked for and those passed on the way, unless they led to a front or off the site."""
    if is_redirect_to_front(capture):
        return []
    found = [_url_alias(capture.request_url, AliasKind.REQUEST_URL, "the address it was asked for at")]
    for address in capture.redirects:
        if is_fetchable(address) and not is_front_url(address):
            found.append(_url_alias(address, AliasKind.REDIRECT, "an address that leads to it"))
    return found


def _may_name(address: str, page_url: str) -> bool:
    """Could this address be the name of the story on that page?"""
    try:
        key, page_key = _key(address), _key(page_url)
    except ValueError:
        return False
    if is_front_url(address) or not same_site(address, page_url):
        return False
    is_above = page_key.partition("?")[0].startswith(key.partition("?")[0] + "/")
    return not is_above or _is_slug(key) or _is_alternate_address(page_url)


# One page's few addresses are compared again and again.
@lru_cache(maxsize=1024)
def _key(url: str) -> str:
    return url_key(url)


def _is_slug(key: str) -> bool:
    """Does the last part of an address name a story (words in a row, a number) rather than a section?"""
    last = key.partition("?")[0].rpartition("/")[2]
    return last.count("-") >= 2 or re.search(r"\d{3}", last) is not None


def _is_alternate_address(url: str) -> bool:
    """AMP by its shape, a mobile host, or a print page."""
    if amp_twin(url) is not None or host_of(url).startswith(("m.", "mobile.", "touch.", "amp.")):
        return True
    parts = urlsplit(url)
    last = parts.path.rstrip("/").rpartition("/")[2].lower()
    return last in ("print", "amp", "amp.html") or parts.query.lower() in ("print=1", "print=true", "view=print")


def _url_alias(url: str, kind: AliasKind, reason: str) -> Alias:
    return Alias(key=_key(url), kind=kind, value=canonicalize(url), reason=reason)


def _each_once(aliases: list[Alias]) -> tuple[Alias, ...]:
    kept: dict[str, Alias] = {}
    for alias in aliases:
        kept.setdefault(alias.key, alias)
    return tuple(kept.values())
