"""Is this a new story, a revision, or nothing new? The pure decision on one draft.

Both sides of a comparison are readings by one version of the extractor with one site memory, so that a better
extractor is never taken for an editor's change. Where the stored reading is of another version, the previous capture is
read again (`is_comparable`, then `comparable`), and `Intent.reread` asks the archive to keep that reading in its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from newskeep.agreement import Telling, partly_agree
from newskeep.change_weight import Weight, weigh
from newskeep.corrections import correction_notice
from newskeep.digests import content_of, draft_digest
from newskeep.identity import KnownStory, Rendition
from newskeep.model import PageDate, Precision, StoryDraft
from newskeep.restless import Look, is_noise
from newskeep.word_diff import diff_drafts

FIRST = "the first capture of this story"
"""The reason of a revision that was compared with nothing."""
LOST = "the previous capture is lost, so this one stands beside it"
"""The reason of a revision that could not be compared."""

_GROWING = frozenset(("text", "captions", "pictures", "media"))
"""What a story has more of when its rest is there."""


class Change(StrEnum):
    """What a capture means for the archive."""

    NEW = "new"
    REVISED = "revised"
    UNCHANGED = "unchanged"
    DIFFERENT = "different"
    """The address answers with a story that shares neither headline nor text with the known one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What the archive shall write, and why. `changed_fields` are names as in `digests.content_of`.

    `reread` is the compared revision as the present extractor reads it, to be stored in place of an older reading; None
    where the stored one is of the present version. `adopt` is True where the new capture shall stand for the compared
    revision from now on: the story's own page, where only its AMP form was known.

    `weight` and the counts of words say how much differs from the compared revision; None and 0 where nothing was
    compared, or nothing differs. A reading compared with nothing weighs CORRECTION where it carries a notice of one. A
    restless page can differ and yet be UNCHANGED (`newskeep.restless`).
    """

    change: Change
    reason: str
    changed_fields: tuple[str, ...] = ()
    reread: StoryDraft | None = None
    adopt: bool = False
    weight: Weight | None = None
    words_added: int = 0
    words_removed: int = 0


def is_comparable(known: KnownStory, *, extractor_version: str, memory_version: int) -> bool:
    """Tell whether the stored draft of the known revision may be compared with a draft of this version."""
    return (known.extractor_version, known.memory_version) == (extractor_version, memory_version)


def decide(
    known: KnownStory | None,
    draft: StoryDraft,
    *,
    comparable: StoryDraft | None,
    now: datetime,
    rendition: Rendition = Rendition.PAGE,
    is_reread: bool = False,
    is_joined: bool = False,
    has_notice: bool | None = None,
) -> Intent:
    """Decide what a draft means for the story it belongs to.

    `comparable` is the known revision's capture as the version that read `draft` reads it; None where that capture is
    lost. `now` is when the new capture was made. `is_reread` says that `comparable` is not the stored draft but a new
    reading, `is_joined` that `draft` was put together from several pages: some of them may have been missing before.
    `has_notice` says whether `draft` carries a notice of a correction, where that has been looked for already.
    """
    if known is None or comparable is None:
        weight = owned_up(draft) if has_notice is None else (Weight.CORRECTION if has_notice else None)
        if known is None:
            return Intent(change=Change.NEW, reason=FIRST, weight=weight)
        # To keep the old reading as its own revision loses nothing; to overwrite it might.
        return Intent(change=Change.REVISED, reason=LOST, weight=weight)
    changed = changed_fields(comparable, draft)
    if changed and not partly_agree(_telling(comparable), _telling(draft)):
        return Intent(change=Change.DIFFERENT, reason="neither headline nor text agrees with the known story")
    reread = comparable if is_reread else None
    quiet = "nothing an editor writes has changed"
    if rendition is not known.rendition:
        quiet = "another form of the page (AMP, mobile, print, below another story)"
    elif changed and is_cut_short(comparable, draft):
        quiet = "only the beginning of the known text is shown now"
    elif changed and is_joined and _GROWING.issuperset(changed) and is_completed(comparable, draft):
        return Intent(change=Change.UNCHANGED, reason="the rest of a text whose beginning was known", adopt=True)
    elif changed:
        return _changed(known, comparable, draft, changed=changed, now=now, reread=reread)
    adopt = rendition is Rendition.PAGE and known.rendition is not rendition
    return Intent(change=Change.UNCHANGED, reason=quiet, reread=None if adopt else reread, adopt=adopt)


def owned_up(draft: StoryDraft) -> Weight | None:
    """Weigh a reading that is compared with nothing: CORRECTION where it carries a notice of one, else None."""
    return Weight.CORRECTION if correction_notice(draft) else None


def _changed(
    known: KnownStory,
    before: StoryDraft,
    after: StoryDraft,
    *,
    changed: tuple[str, ...],
    now: datetime,
    reread: StoryDraft | None,
) -> Intent:
    diff = diff_drafts(before, after)
    weight = weigh(before, after, diff)
    is_earlier = now < known.captured_at
    noise = not is_earlier and is_noise(known.unrest, Look(digest=draft_digest(after), weight=weight))
    order = "an earlier form: " if is_earlier else ""
    said = f"changed: {', '.join(changed)}"
    return Intent(
        change=Change.UNCHANGED if noise else Change.REVISED,
        reason=f"a page that changes at every look; {said}" if noise else f"{order}{said}",
        changed_fields=changed,
        reread=reread,
        weight=weight,
        words_added=diff.words_added,
        words_removed=diff.words_removed,
    )


def changed_fields(before: StoryDraft, after: StoryDraft) -> tuple[str, ...]:
    """Name the parts of a story that differ between two readings, in the order of `digests.content_of`.

    A publication time that one side lacks, or states less exactly, is no change.
    """
    if before is after:
        return ()
    old, new = content_of(before), content_of(after)
    names = [name for name in ("headline", *old, *new) if old.get(name) != new.get(name)]
    if "published" in names and not _is_redated(before.published, after.published):
        names = [name for name in names if name != "published"]
    return tuple(dict.fromkeys(names))


def is_cut_short(before: StoryDraft, after: StoryDraft) -> bool:
    """Is `after` the known story behind a wall, of which only the beginning can be read?"""
    if not after.is_truncated or before.is_truncated:
        return False
    whole = " ".join(before.text.split())
    kept = [" ".join(block.text.split()) for block in after.blocks if block.text]
    # The last paragraph is often broken off, with dots or a word of its own behind it.
    return all(text in whole for text in kept[:-1]) and len(" ".join(kept)) < len(whole)


def is_completed(before: StoryDraft, after: StoryDraft) -> bool:
    """Is `before` no more than the beginning of `after`, because the rest could not be had then?"""
    return is_cut_short(after, before)


def _is_redated(before: PageDate | None, after: PageDate | None) -> bool:
    if before is None or after is None:
        return False
    if Precision.DAY in (before.precision, after.precision):
        return abs(before.at - after.at) >= timedelta(hours=36)
    return abs(before.at - after.at) >= timedelta(minutes=1)


def _telling(draft: StoryDraft) -> Telling:
    return Telling(headline=draft.headline, text=draft.text)
