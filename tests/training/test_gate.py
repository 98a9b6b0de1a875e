"""The gate's rules: what is under a floor, how floors are pinned, what the table says."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from training.gate import FLOORS, SETS, Floors, as_toml, is_under, pinned, report
from training.scoring import Row, find_labels, mean, measures

_ROWS: list[Row] = [
    {"id": f"n{number}", "set": "news", "fold": number % 5, "headline": float(number < 8), "caption_leak": 0.0, "tp": 3}
    for number in range(10)
]


@pytest.mark.parametrize(
    ("measure", "score", "limit", "under"),
    [
        ("headline", 0.9, 0.91, True),
        ("headline", 0.91, 0.91, False),
        ("caption_leak", 0.01, 0.0, True),
        ("caption_leak", 0, 0, False),
    ],
)
def test_a_leak_is_worse_when_higher(measure: str, score: float, limit: float, under: bool) -> None:
    assert is_under(measure, score, limit) is under


def test_a_mean_is_taken_over_the_pages_that_have_the_score() -> None:
    rows: list[Row] = [{"headline": 1.0}, {"headline": None}, {}, {"headline": 0.0}]
    assert (mean(rows, "headline"), mean(rows, "other")) == (0.5, None)


def test_counts_are_no_scores() -> None:
    assert measures(_ROWS) == ["caption_leak", "headline"]


def test_floors_are_pinned_a_little_under_the_scores() -> None:
    floors = pinned({}, _ROWS, _ROWS)
    assert floors["shipped"]["news"] == {"caption_leak": 0.004, "headline": 0.796}
    assert floors["each_fold"]["news"] == {"caption_leak": 0.02, "headline": 0.48}


def test_a_floor_is_never_lowered() -> None:
    floors = pinned({"shipped": {"news": {"headline": 0.9, "caption_leak": 0.001}}}, _ROWS, [])
    assert floors == {"shipped": {"news": {"headline": 0.9, "caption_leak": 0.001}}}


def test_a_broken_floor_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    floors: Floors = {"shipped": {"news": {"headline": 0.81}}, "bar": {"news": {"headline": 0.93}}}
    assert report("news", _ROWS, [], floors) == ["news headline, shipped: 0.8000, the floor is 0.81"]
    assert "0.800!" in capsys.readouterr().out


def test_what_falls_short_of_the_bar_breaks_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert report("news", _ROWS, _ROWS, {"bar": {"news": {"headline": 0.93}}}) == []
    assert "0.800*" in capsys.readouterr().out


def test_floors_are_written_as_they_are_read() -> None:
    text = FLOORS.read_text(encoding="utf-8")
    assert as_toml(tomllib.loads(text)) == text


def test_there_is_a_floor_for_every_bar() -> None:
    floors = tomllib.loads(FLOORS.read_text(encoding="utf-8"))
    for name in SETS:
        assert floors["bar"][name].keys() <= floors["shipped"][name].keys()
        assert floors["shipped"][name].keys() == floors["left_out"][name].keys() == floors["each_fold"][name].keys()


def test_labels_are_sought_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSKEEP_LABELS", str(tmp_path))
    assert find_labels() is None
    for path in (tmp_path / "tools/score_extraction.py", tmp_path / "data/extraction/labels.jsonl"):
        path.parent.mkdir(parents=True)
        path.touch()
    found = find_labels()
    assert found is not None
    assert found.data == tmp_path.resolve() / "data/extraction"
