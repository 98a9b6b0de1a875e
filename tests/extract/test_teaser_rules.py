"""What can be no teaser wherever it stands, and what is announced as one."""

from __future__ import annotations

import pytest

from newskeep.extract.anchors import Group, Survey
from newskeep.extract.teaser_rules import is_announced, is_out
from newskeep.extract.tree import parse_html

URL = "https://www.harborledger.example/ports/tunnel-at-lunt-opens-early"
LINK = '<a href="/ports/ferry-stops-after-sixty-years">Ferry stops after sixty years</a>'
TEXT = "Nobody on the quay was told about it for an hour, and then everybody was told at once, twice"


def survey_of(html: str) -> tuple[Survey, Group]:
    """The survey of a page and its only group of links."""
    survey = Survey(parse_html(f"<body><main>{html}</main></body>", url=URL))
    (group,) = survey.groups
    return survey, group


@pytest.mark.parametrize(
    "html",
    [
        f'<div class="breadcrumbs"><div>{LINK}</div></div>',
        f'<ol class="commentlist"><li>{LINK}</li></ol>',
        f'<figure><div class="caption">{LINK}</div></figure>',
        f'<div id="comments"><p>{LINK}</p></div>',
        f"<form><div>{LINK}</div></form>",
        f"<p>{TEXT}: {LINK}.</p>",
        LINK.replace("<a ", '<a rel="tag nofollow" '),
    ],
    ids=["crumb", "reader", "caption", "comment", "form", "sentence", "relation"],
)
def test_some_places_hold_no_teasers(html: str) -> None:
    survey, group = survey_of(html)
    assert is_out(group, survey)


@pytest.mark.parametrize(
    "html", [f"<li>{LINK}</li>", f"<p>Read more: {LINK}</p>", LINK.replace("<a ", '<a rel="bookmark" ')]
)
def test_elsewhere_the_judge_decides(html: str) -> None:
    survey, group = survey_of(html)
    assert not is_out(group, survey)


@pytest.mark.parametrize(
    ("html", "announced"),
    [
        (f"<p>Read more: {LINK}</p>", True),
        (f"<p><b>Lesen Sie auch:</b> {LINK}</p>", True),
        (f"<p>{LINK}</p>", False),
        (f"<p>Ada Quill on {LINK}</p>", False),
        (f"<p>Read more: {TEXT} {LINK}</p>", False),
        ('<p>Read more: <a href="/ports/ferry-stops-after-sixty-years">Read the whole story</a></p>', False),
    ],
)
def test_a_line_that_begins_like_read_more_announces_its_link(html: str, announced: bool) -> None:
    survey, group = survey_of(html)
    assert is_announced(group, survey) is announced
