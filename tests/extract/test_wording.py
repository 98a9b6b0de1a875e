"""General phrases: that each is found, in any case, and nothing else is."""

from __future__ import annotations

import pytest

from newskeep.extract import wording
from newskeep.extract.wording import Phrases, points_elsewhere, says

LISTS = [wording.SIGN_UP, wording.NOTICE, wording.COMMENT_INVITATION, wording.CONSENT, wording.READING_TIME]


@pytest.mark.parametrize("phrases", LISTS)
def test_every_phrase_of_a_list_is_found_inside_a_text(phrases: Phrases) -> None:
    assert [phrase for phrase in phrases.listed if not says(f"Xx {phrase.title()} yy", phrases)] == []


@pytest.mark.parametrize("phrases", LISTS)
def test_a_plain_sentence_says_nothing_of_a_list(phrases: Phrases) -> None:
    assert not says("The crane in the old yard rang its bell at noon.", phrases)


def test_a_part_shared_by_phrases_is_none_of_them() -> None:
    phrases = Phrases("follow us on|follow us at|read on")
    assert not says("We follow the river.", phrases)
    assert says("FOLLOW US AT the river", phrases)


@pytest.mark.parametrize("text", ["READ MORE: the crane", "  » See also", "Ayrica okuyun: vinç", "AYRICA OKUYUN: vinc"])
def test_labels_of_other_stories_are_known_in_any_case(text: str) -> None:
    assert points_elsewhere(text)
