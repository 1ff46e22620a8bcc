"""The pages that users read, and what stands in them: links, shell commands."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from eddyline.settings import PROJECT_ROOT

PAGES = sorted([*PROJECT_ROOT.glob("*.md"), *(PROJECT_ROOT / "docs").rglob("*.md")])
_FENCE = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`((?:eddyline|make|python -m|python \w+/|spark-submit) [^`]+)`")
_COMMENT = re.compile(r"(?:^|(?<=\s))# .*$", re.MULTILINE)
_SEPARATORS = ";&|\n"
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def name_of(page: Path) -> str:
    return page.relative_to(PROJECT_ROOT).as_posix()


def links(page: Path) -> list[str]:
    return _LINK.findall(page.read_text("utf-8"))


def commands(page: Path) -> Iterator[list[str]]:
    """Yield every command of the page's `sh` blocks and of its inline code, as words."""
    text = page.read_text("utf-8")
    for block in _FENCE.findall(text):
        yield from statements(block)
    for inline in _INLINE.findall(text):
        yield from statements(inline)


def statements(block: str) -> Iterator[list[str]]:
    lexer = shlex.shlex(_COMMENT.sub("", block).replace("\\\n", " "), posix=True, punctuation_chars=_SEPARATORS)
    lexer.whitespace, lexer.whitespace_split, lexer.commenters = " \t", True, ""
    words: list[str] = []
    for word in lexer:
        if set(word) <= set(_SEPARATORS):
            yield from _without_environment(words)
            words = []
        else:
            words.append(word)
    yield from _without_environment(words)


def _without_environment(words: list[str]) -> Iterator[list[str]]:
    while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
        words = words[1:]
    if words:
        yield words
