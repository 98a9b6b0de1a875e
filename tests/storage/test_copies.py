"""Copies in the archive: found when a story is written, kept when it changes, gone when it goes."""

from __future__ import annotations

from pathlib import Path

from newskeep.near_duplicates import CopyKind, sentence_hashes
from storage.archive import Archive
from tests.storage.builders import BRIDGE, HOUR, NOW, capture, draft, page, take_in, take_story

ELSEWHERE = "https://times.example/river-crossing"
THIRD = "https://echo.example/2026/the-bridge"
WIRE = tuple(
    f"The {thing} of Hamaville was inspected by the council on {day} and found to be in {state} order."
    for thing in ("harbour", "market", "library")
    for day, state in (("Monday", "good"), ("Tuesday", "fair"), ("Friday", "poor"))
)
OWN = tuple(f"Our reporter saw the {thing} with her own eyes in the early morning." for thing in ("crane", "gate"))
OTHER = tuple(f"Nobody in the town of Osterby had ever met so {kind} a mayor before." for kind in ("tall", "wise"))


def wire(archive: Archive) -> tuple[int, int]:
    """Two stories with one agency's text."""
    first = take_story(archive, BRIDGE, draft("Town inspected", WIRE))
    second = take_story(archive, ELSEWHERE, draft("How sound is our town?", (*OWN, *WIRE[:6])), at=NOW + HOUR)
    return first, second


def test_a_copy_is_found_when_it_is_written(archive: Archive) -> None:
    first, second = wire(archive)
    (link,) = archive.copies.of(second)
    assert (link.story_id, link.kind, link.url) == (first, CopyKind.SAME_TEXT, BRIDGE)
    assert (link.overlap.shared, link.overlap.sentences, link.overlap.other_sentences) == (6, 8, 9)
    (back,) = archive.copies.of(first)
    assert (back.overlap.sentences, back.overlap.other_sentences) == (9, 8)


def test_no_story_is_dropped_for_being_a_copy(archive: Archive) -> None:
    wire(archive)
    assert archive.stories.count() == 2


def test_a_cluster_names_the_first_one_first_and_outlives_a_restart(home: Path) -> None:
    with Archive(home) as archive:
        first, second = wire(archive)
    with Archive(home) as archive:
        third = take_story(archive, THIRD, draft("Town looks at itself", (*WIRE[3:], *OTHER)), at=NOW - HOUR)
        cluster = archive.copies.cluster(second)
    assert cluster is not None
    assert (tuple(member.story_id for member in cluster.members), cluster.count) == ((third, first, second), 3)


def test_stories_that_share_little_are_no_copies(archive: Archive) -> None:
    first = take_story(archive, BRIDGE, draft("Town inspected", WIRE))
    take_story(archive, ELSEWHERE, draft("A new mayor", (*WIRE[:1], *OWN, *OTHER)), at=NOW + HOUR)
    assert archive.copies.of(first) == ()
    assert archive.copies.cluster(first) is None


def test_a_story_rewritten_is_a_copy_no_longer(archive: Archive) -> None:
    first, second = wire(archive)
    edited = draft("How sound is our town?", (*OWN, *OTHER, *WIRE[:1]))
    take_in(archive, capture(ELSEWHERE, at=NOW + 2 * HOUR), page(edited, ELSEWHERE))
    assert archive.copies.of(first) == ()
    assert archive.copies.cluster(second) is None
    assert archive.copies.candidates(sentence_hashes(" ".join(WIRE[3:6]))) == (first,)


def test_a_cluster_breaks_where_its_middle_goes(archive: Archive) -> None:
    first = take_story(archive, BRIDGE, draft("One half", (*WIRE[:3], OWN[0])))
    middle = take_story(archive, ELSEWHERE, draft("The whole", WIRE[:6]), at=NOW + HOUR)
    third = take_story(archive, THIRD, draft("The other half", (*WIRE[3:6], OTHER[0])), at=NOW + 2 * HOUR)
    whole = archive.copies.cluster(first)
    assert whole is not None
    assert whole.count == 3
    with archive.transaction():
        assert archive.copies.forget(middle, "\n\n".join(WIRE[:6])) == (first, middle, third)
    assert [archive.copies.cluster(story) for story in (first, middle, third)] == [None, None, None]


def test_a_formula_of_one_source_makes_no_copies(archive: Archive) -> None:
    formula = "Subscribers of this paper read the whole story on the day before everybody else."
    formulas = (formula, "Write to the desk of this paper whenever you see a mistake in our stories.")
    stories = []
    for number in range(8):
        text = (*formulas, f"A crane with the number {number} was seen above the harbour of Lunt today.")
        at = NOW + number * HOUR
        stories.append(take_story(archive, f"https://post.example/crane-{number}", draft(f"{number}", text), at=at))
    assert archive.copies.of(stories[-1]) == ()


def test_what_very_many_stories_share_is_indexed_for_a_few_only(archive: Archive) -> None:
    hashes = sentence_hashes(" ".join(WIRE[:2]))
    for number in range(60):
        url = f"https://post.example/{number}-note"
        take_story(archive, url, draft(f"Note {number}", WIRE[:2]), at=NOW + number * HOUR)
    counts = [count for (count,) in archive.db.conn.execute("SELECT count(*) FROM sentence_hashes GROUP BY hash")]
    assert counts == [40, 40]
    assert archive.copies.candidates(hashes)
