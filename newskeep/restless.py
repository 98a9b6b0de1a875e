"""Pages that change at every look: a counter in the text, a rotating sentence, two versions served in turn.

Their revisions would bury the real ones. Such a page is recognised by what its last answers did, and quietened: its
captures are kept, revisions are made for new substance only, and the story says so. It is believed again as soon as it
answers alike several times, and then what differs from the last revision becomes one: nothing an editor wrote is lost,
it only comes later.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from newskeep.change_weight import Weight

LOOKS_TO_BELIEVE = 4
"""So many answers in a row must differ from the one before, and each lightly from the last revision."""
RETURNS_TO_BELIEVE = 2
"""So often must a page come back to what it said before another answer."""
LOOKS_TO_CALM = 3
"""So many answers in a row must say the same for a page to be at rest again."""
_REMEMBERED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Unrest:
    """What the last answers of one page did; `CALM` for a page that was never looked at.

    `seen` are the digests of what it said lately, the last one last, each once. `alike` is how many answers in a row
    said that last one. `light_in_a_row` counts answers in a row that differed from the one before and were light,
    `returns` how often one said what an earlier one had. `is_restless` holds until the page is at rest.
    """

    seen: tuple[str, ...] = ()
    alike: int = 0
    light_in_a_row: int = 0
    returns: int = 0
    is_restless: bool = False


CALM = Unrest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One answer: the digest of what it says, and how much it differs from the last revision, None for not at all."""

    digest: str
    weight: Weight | None = None


def after_look(unrest: Unrest, look: Look) -> Unrest:
    """Say what is known of a page after another answer."""
    if not unrest.seen:
        return Unrest(seen=(look.digest,), alike=1)
    if look.digest == unrest.seen[-1]:
        alike = unrest.alike + 1
        if alike >= LOOKS_TO_CALM:
            return Unrest(seen=unrest.seen, alike=alike)
        return replace(unrest, alike=alike)
    returns = unrest.returns + (look.digest in unrest.seen)
    # Without a weight it reads like the last revision: again, or because it is read by another extractor.
    is_light = look.digest in unrest.seen if look.weight is None else look.weight.is_light
    light = unrest.light_in_a_row + 1 if is_light else 0
    others = tuple(digest for digest in unrest.seen if digest != look.digest)
    return Unrest(
        seen=(*others, look.digest)[-_REMEMBERED:],
        alike=1,
        light_in_a_row=light,
        returns=returns,
        is_restless=unrest.is_restless or light >= LOOKS_TO_BELIEVE or returns >= RETURNS_TO_BELIEVE,
    )


def is_noise(unrest: Unrest, look: Look) -> bool:
    """Tell whether a change is the restlessness of its page and makes no revision.

    `unrest` is what was known before this look. Noise is a light change, and one back to what the page said before. A
    notice of a correction never is, nor what a page says that has come to rest.
    """
    if look.weight is None or look.weight is Weight.CORRECTION or not after_look(unrest, look).is_restless:
        return False
    return look.weight.is_light or look.digest in unrest.seen
