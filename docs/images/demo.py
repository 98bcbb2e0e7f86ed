#!/usr/bin/env python3
"""Draws demo.svg from a recorded run of `vesper demo`: parts of what it printed, as it printed them.

    script -qec 'stty cols 100; vesper demo 2>/dev/null' /tmp/demo.txt
    python3 docs/images/demo.py < /tmp/demo.txt > docs/images/demo.svg
"""
import re
import sys
from html import escape

COLUMNS, CELL, LINE, FONT, MARGIN = 100, 8.4, 17, 14, 16
DEFAULT = "#d4d4d4"
COLOURS = {"38;5;2": "#4ec973", "38;5;8": "#8a8a8a", "38;5;11": "#f2d16b"}

# What is shown, by the first line of each part; "⋮" stands for what is left out.
SHOWN = [
    r"^─+ A collection from real data",
    r"^─+ Search by text",
    r"^“watch the stars and planets” among all",
    r"^“watch the stars and planets” among the",
    r"^─+ Recall",
    r"^\d+ short descriptions as queries, one thread:",
    r"^─+ Closed and opened again",
]
PART = re.compile(r"^(─+ |“|\d+ short descriptions)")

# Lines of a box: from the middle of a cell to its left, right, top and bottom.
BOX = {"─": "", "│": "tb", "├": "tbr", "┤": "tbl", "┬": "lrb", "┴": "lrt", "┼": "lrtb"}
CORNERS = {"╭": (1, 1), "╮": (-1, 1), "╰": (1, -1), "╯": (-1, -1)}


def runs(line):
    """A line as (text, colour, bold) by its SGR sequences."""
    colour, bold, found = DEFAULT, False, []
    for at, part in enumerate(re.split(r"\x1b\[([0-9;]*)m", line)):
        if at % 2 == 0:
            found += [(part, colour, bold)] if part else []
        elif part in ("", "0"):
            colour, bold = DEFAULT, False
        else:
            bold = bold or part.split(";")[0] == "1"
            colour = next((value for key, value in COLOURS.items() if part.endswith(key)), colour)
    return found


def text_of(line):
    return "".join(part for part, _, _ in runs(line))


def excerpt(lines):
    kept, keep = [], False
    for line in lines:
        text = text_of(line)
        if PART.match(text):
            keep = any(re.match(shown, text) for shown in SHOWN)
        if keep:
            kept.append(line)
        elif kept and kept[-1] != "⋮":
            kept.append("⋮")
    while kept and kept[-1] == "⋮":
        kept.pop()
    return kept


def box(character, column, row):
    x, y = MARGIN + (column + 0.5) * CELL, MARGIN + (row + 0.5) * LINE
    if character in CORNERS:
        across, down = CORNERS[character]
        return f"M{x + across * CELL / 2:g} {y:g}Q{x:g} {y:g} {x:g} {y + down * LINE / 2:g}"
    if character[0] == "─":
        return f"M{x - CELL / 2:g} {y:g}h{len(character) * CELL:g}"
    ends = {"l": f"H{x - CELL / 2:g}", "r": f"H{x + CELL / 2:g}", "t": f"V{y - LINE / 2:g}", "b": f"V{y + LINE / 2:g}"}
    return "".join(f"M{x:g} {y:g}{ends[end]}" for end in BOX[character])


def draw(lines):
    texts, paths = [], {}
    for row, line in enumerate(lines):
        column = 0
        for text, colour, bold in runs(line):
            for piece in re.finditer(r"─+|[│├┤┬┴┼╭╮╰╯]|[^\s─│├┤┬┴┼╭╮╰╯]+(?: [^\s─│├┤┬┴┼╭╮╰╯]+)*", text):
                start, word = column + piece.start(), piece.group()
                if word[0] in BOX or word in CORNERS:
                    paths.setdefault(colour, []).append(box(word, start, row))
                    continue
                x, y = MARGIN + start * CELL, MARGIN + row * LINE + 12.5
                weight = ' font-weight="bold"' if bold else ""
                fill = f' fill="{colour}"' if colour != DEFAULT else ""
                length = f'textLength="{len(word) * CELL:g}" lengthAdjust="spacingAndGlyphs"'
                texts.append(f'<text x="{x:g}" y="{y:g}" {length}{weight}{fill}>{escape(word)}</text>')
            column += len(text)
    width, height = 2 * MARGIN + COLUMNS * CELL, 2 * MARGIN + len(lines) * LINE
    print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
          f'height="{height:g}" font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,\'DejaVu Sans Mono\',monospace" '
          f'font-size="{FONT}" fill="{DEFAULT}">')
    print(f'<rect width="{width:g}" height="{height:g}" rx="8" fill="#1e1e1e"/>')
    for colour, parts in paths.items():
        faint = "#6b6b6b" if colour == DEFAULT else colour
        print(f'<path fill="none" stroke="{faint}" d="{"".join(parts)}"/>')
    print("\n".join(texts))
    print("</svg>")


printed = [line.rstrip("\r\n") for line in sys.stdin if not line.startswith("Script ")]
printed = [re.sub(r"\x1b(\[\?[0-9]+[hl]|\[=|\[[0-9]*[A-HJK]|=)", "", line).rstrip() for line in printed]
draw(["\x1b[38;5;2m$\x1b[0m vesper demo"] + excerpt(printed))
