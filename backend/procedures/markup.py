"""Markdown of texts to HTML that is safe by construction: all is escaped, then a few forms are drawn."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_BOLD = re.compile(r"\*\*(.+?)\*\*")
_LINK = re.compile(r"\[([^\]\[]{1,200})\]\(((?:https?://|/)[^\s()\"'<>]{0,500})\)")
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|>])")
_BACKSLASH = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>])")


def escape_markdown(value: str) -> str:
    """A value made harmless inside Markdown (FJ-TPL-02)."""
    return _SPECIAL.sub(r"\\\1", value)


def to_html(markdown: str) -> Markup:
    """Paragraphs, lists with -, headings with #, **bold**, [links](/path). Nothing else becomes a tag."""
    blocks = re.split(r"\n\s*\n", markdown.strip())
    return Markup("\n").join(_block(block.strip()) for block in blocks if block.strip())


def _block(block: str) -> Markup:
    lines = [line.strip() for line in block.split("\n")]
    if all(line.startswith("- ") for line in lines):
        return (
            Markup("<ul>")
            + Markup("").join(Markup("<li>") + _inline(line[2:]) + Markup("</li>") for line in lines)
            + Markup("</ul>")
        )
    heading = re.match(r"(#{1,3}) (.*)", lines[0])
    if heading and len(lines) == 1:
        level = len(heading[1]) + 1
        return Markup(f"<h{level}>") + _inline(heading[2]) + Markup(f"</h{level}>")
    return Markup("<p>") + Markup("<br>").join(_inline(line) for line in lines) + Markup("</p>")


def _inline(text: str) -> Markup:
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match[1])
        return f"\x00{len(kept) - 1}\x00"

    html = str(escape(_BACKSLASH.sub(keep, text.replace("\x00", ""))))
    html = _BOLD.sub(r"<strong>\1</strong>", html)
    html = _LINK.sub(r'<a href="\2">\1</a>', html)
    return Markup(re.sub("\x00([0-9]+)\x00", lambda match: str(escape(kept[int(match[1])])), html))
