"""What the address of a picture says of it."""

from __future__ import annotations

import pytest

from newskeep.extract.picture_names import file_of, is_furniture_name, is_same_picture, is_stand_in_name, marks_of

HOST = "https://img.example.example"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/a/harbor-crane-1.jpg", "/b/harbor-crane-1.jpg"),
        ("/harbor-crane-at-night-300x200.jpg", "/harbor-crane-at-night-1200x800.jpg"),
        ("/harbor-crane-at-night-scaled.jpg", "/harbor-crane-at-night.jpg.webp"),
        ("/w300/4711099.jpg?q=80", "/w900/4711099.webp"),
        ("/crop/9f86d081884c7d65/16x9.jpg", "/full/9f86d081884c7d65/1x1.jpg"),
    ],
)
def test_sizes_of_one_picture_are_one_picture(one: str, other: str) -> None:
    assert is_same_picture(HOST + one, HOST + other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/harbor-crane-at-night.jpg", "/harbor-crane-at-noon.jpg"),
        ("/image?id=1", "/image?id=2"),
        ("/4711/head.jpg", "/4712/head.jpg"),
        ("/20261122/a.jpg", "/20261122/b.jpg"),
    ],
)
def test_other_pictures_are_other_pictures(one: str, other: str) -> None:
    assert not is_same_picture(HOST + one, HOST + other)


def test_a_name_that_says_nothing_is_told_by_its_query() -> None:
    assert file_of(f"{HOST}/image?id=12") == "img.example.example/image?id=12"


def test_a_day_is_no_mark() -> None:
    assert marks_of(f"{HOST}/20261122/471109988/a.jpg") == {"471109988"}


@pytest.mark.parametrize("path", ["/logo.png", "/drawing.svg", "/authors/x.jpg", "/avatar/1.jpg"])
def test_logos_drawings_and_portraits_are_furniture(path: str) -> None:
    assert is_furniture_name(HOST + path)
    assert is_stand_in_name(HOST + path)


def test_a_sites_standing_picture_is_no_furniture_but_a_stand_in() -> None:
    assert not is_furniture_name(f"{HOST}/share-default.png")
    assert is_stand_in_name(f"{HOST}/share-default.png")
    assert not is_stand_in_name(f"{HOST}/crane.jpg")
