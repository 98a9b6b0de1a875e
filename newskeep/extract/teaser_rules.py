"""What can be no teaser, and what is announced as one, whatever the learned judge would say.

Each rule here held for practically every labelled link it touches; what is only likely is left to the judge.
"""

from __future__ import annotations

from newskeep.extract.anchors import Group, Survey
from newskeep.extract.story_urls import Address
from newskeep.extract.surroundings import MARK
from newskeep.extract.tree import text_of
from newskeep.extract.wording import TEASER_LABEL
from newskeep.urls import is_asset_url

_AROUND_STEPS = 8
_NEAR_STEPS = 3
_RUNNING_TEXT_SHARE = 0.4
_RUNNING_TEXT_REST = 40
_SHORTEST_SLUG = 8
_LONGEST_LABEL = 40

# Platforms: what leads there shares, follows, downloads or buys. Names hold under every top level domain.
_PLATFORM_NAMES = frozenset(
    [
        "facebook", "twitter", "instagram", "linkedin", "whatsapp", "telegram", "pinterest", "reddit", "tiktok",
        "threads", "bsky", "snapchat", "flipboard", "google", "amazon", "wikipedia", "getpocket", "spotify",
    ]
)  # fmt: skip
_PLATFORM_SITES = frozenset(["x.com", "t.me", "wa.me", "amzn.to", "vk.com", "apple.com", "doi.org", "archive.org"])


def is_out(group: Group, survey: Survey) -> bool:
    """Can this link of a page be no teaser?"""
    address = group.address
    if address.is_offer or address.is_list or is_asset_url(address.url):
        return True
    if address.site != survey.own.site and _is_platform(address.site):
        return True
    if _holds_own(address, survey.own):
        return True
    place = group.first.place
    if any(place.distance(MARK[name]) <= _AROUND_STEPS for name in ("crumb", "reader", "caption")):
        return True
    if any(place.distance(MARK[name]) <= _NEAR_STEPS for name in ("comment", "in_form")):
        return True
    return _is_in_sentence(group, survey)


def _is_platform(site: str) -> bool:
    return site.partition(".")[0] in _PLATFORM_NAMES or site in _PLATFORM_SITES


def is_announced(group: Group, survey: Survey) -> bool:
    """Does the line that holds the link begin like "Read more:", and hold little else?"""
    if group.best.is_generic or not group.best.text:
        return False
    block = group.best.place.block
    length, in_links, count = block.text_load(survey.link_lengths)
    if count != 1 or not 0 < length - in_links <= _LONGEST_LABEL:
        return False
    return TEASER_LABEL.match(text_of(block.element)) is not None


def _holds_own(address: Address, own: Address) -> bool:
    """Is the page's own address handed on in the query, as to a service that shares or prints it?"""
    slug = own.parts[-1] if own.parts else ""
    return len(slug) > _SHORTEST_SLUG and slug in address.query


def _is_in_sentence(group: Group, survey: Survey) -> bool:
    block = group.best.place.block
    if block.element.tag != "p":
        return False
    length, in_links, _ = block.text_load(survey.link_lengths)
    return in_links < _RUNNING_TEXT_SHARE * length and length - in_links > _RUNNING_TEXT_REST
