"""What is learned ships as plain numbers, and another learning can be put in its place."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from training.learn import MOST_BYTES
from training.left_out import put_in_place
from training.registry import LEARNED, ROOT, LearnedModule

_IDS = [one.name for one in LEARNED]


@pytest.mark.parametrize("learned", LEARNED, ids=_IDS)
def test_a_learned_module_holds_no_words_beside_its_docstrings(learned: LearnedModule) -> None:
    tree = ast.parse(learned.path.read_text(encoding="utf-8"))
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None
    }
    words = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docs
        and len(node.value) > 40
    ]
    assert words == []


@pytest.mark.parametrize("learned", LEARNED, ids=_IDS)
def test_a_learned_module_names_the_script_it_is_from(learned: LearnedModule) -> None:
    tree = ast.parse(learned.path.read_text(encoding="utf-8"))
    assert f"{learned.script.rpartition('.')[2]}" in (ast.get_docstring(tree) or "")


def test_learned_modules_are_small_together() -> None:
    assert sum(one.path.stat().st_size for one in LEARNED) < MOST_BYTES


def test_names_are_used_once() -> None:
    assert len({one.name for one in LEARNED}) == len({one.module for one in LEARNED}) == len(LEARNED)


def test_a_module_in_a_folder_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    learned = LEARNED[0]
    text = learned.path.read_text(encoding="utf-8") + "\nMARK = 'another'\n"
    (tmp_path / f"{learned.module}.py").write_text(text, encoding="utf-8")
    program = (
        f"from pathlib import Path; from training.left_out import put_in_place; put_in_place(Path({str(tmp_path)!r}));"
        f"import {learned.module} as module; print(module.MARK)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "another\n"


def test_a_module_that_is_loaded_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "newskeep.model.py").touch()
    import newskeep.model  # noqa: F401 - it must be loaded before, whatever ran before this test

    with pytest.raises(RuntimeError, match=r"newskeep\.model: imported before"):
        put_in_place(tmp_path)
