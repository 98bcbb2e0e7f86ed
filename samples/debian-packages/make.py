#!/usr/bin/python3
"""Makes docs.jsonl.gz and words.bin.gz of this folder. What they hold and where it comes from: ../README.md.

Usage: make.py DOCS_JSONL_GZ GLOVE_DIR [OUT_DIR]        (needs numpy)

DOCS_JSONL_GZ  one JSON object a line: a Debian package with its description
GLOVE_DIR      base.fbin, query.fbin (int32 count, int32 dimensions, float32 rows) and base.words.txt, query.words.txt
The output depends on the input alone (the compressed bytes also on the version of zlib): checksums are printed.
"""
import collections
import gzip
import hashlib
import io
import json
import math
import os
import re
import struct
import sys

import numpy as np

# How many documents of each section; sections with fewer give all they have.
QUOTA = {
    "games": 420, "python": 260, "libdevel": 260, "editors": 150, "web": 180, "science": 300, "sound": 300,
    "graphics": 280, "video": 130, "text": 170, "utils": 260, "net": 240, "mail": 130, "math": 150, "database": 110,
    "education": 21, "admin": 160, "vcs": 70, "kernel": 50, "electronics": 80, "hamradio": 60, "shells": 34,
    "javascript": 70, "java": 60, "rust": 50, "golang": 50, "haskell": 40, "perl": 60, "ruby": 40, "php": 30,
    "gnu-r": 60, "interpreters": 60, "lisp": 30, "ocaml": 20, "tex": 40, "x11": 120, "gnome": 60, "kde": 60,
    "comm": 40, "news": 20, "misc": 80, "httpd": 30, "otherosfs": 40, "devel": 160, "doc": 60, "fonts": 50,
    "embedded": 22, "xfce": 20,
}
KEPT = ("package", "version", "section", "priority", "architecture", "installed_size", "depends_count", "tags",
        "multi_arch", "maintainer_domain", "source", "short", "long")
LONG_CHARACTERS = 700
WORDS_MOST = 36_000


def tokens(text):
    """Runs of the letters a to z, after lower-casing: what WordTokenizer of the tool does."""
    return re.findall(r"[a-z]+", text.lower())


def read_fbin(path):
    with open(path, "rb") as file:
        count, dimensions = np.fromfile(file, "<i4", 2)
        return np.fromfile(file, "<f4", count * dimensions).reshape(count, dimensions)


def read_lines(path):
    with open(path, encoding="utf-8") as file:
        return file.read().split("\n")[:-1]


def write_gzip(path, data):
    with open(path, "wb") as file:
        with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=file, mtime=0) as packed:
            packed.write(data)
    print(f"{path}: {os.path.getsize(path)} bytes; unpacked {len(data)}, sha256 {hashlib.sha256(data).hexdigest()}")


def shortened(text):
    if len(text) <= LONG_CHARACTERS:
        return text
    return text[:LONG_CHARACTERS].rsplit(None, 1)[0] + " …"


def choose(docs):
    """Per section: one package of each source first, described and tagged ones first, then by a hash of the name."""
    def rank(doc):
        poor = (len(doc["long"]) < 160) + (len(doc["tags"]) == 0)
        return poor, hashlib.sha256(doc["package"].encode()).digest()

    chosen, sources, texts = [], set(), set()
    for section in sorted(QUOTA):
        members = sorted((doc for doc in docs if doc["section"] == section), key=rank)
        taken = 0
        for doc in members:
            text = doc["short"] + "\n" + doc["long"]
            if taken == QUOTA[section] or doc["source"] in sources or text in texts:
                continue
            sources.add(doc["source"])
            texts.add(text)
            chosen.append(doc)
            taken += 1
    return sorted(chosen, key=lambda doc: hashlib.sha256(doc["package"].encode()).digest())


def sample(docs):
    lines = []
    for doc in choose(docs):
        kept = {key: doc[key] for key in KEPT}
        kept["long"] = shortened(kept["long"])
        lines.append(json.dumps(kept, ensure_ascii=False, separators=(",", ":")) + "\n")
    return "".join(lines).encode()


def word_table(docs, folder):
    """The words of the whole corpus that have a vector, most frequent first; int8 with one scale a word, and their IDF."""
    names = read_lines(os.path.join(folder, "query.words.txt")) + read_lines(os.path.join(folder, "base.words.txt"))
    rows = np.vstack([read_fbin(os.path.join(folder, name)) for name in ("query.fbin", "base.fbin")])
    row_of = {word: row for row, word in enumerate(names)}
    frequency = collections.Counter()
    for doc in docs:
        frequency.update(set(tokens(doc["short"] + " " + doc["long"])))
    words = sorted((word for word in frequency if word in row_of), key=lambda word: (-frequency[word], word))
    words = words[:WORDS_MOST]
    vectors = rows[[row_of[word] for word in words]].astype("<f8")
    scales = (np.abs(vectors).max(axis=1) / 127).astype("<f4")
    codes = np.clip(np.rint(vectors / scales[:, None].astype("<f8")), -127, 127).astype("<i1")
    idf = np.array([math.log((len(docs) + 1) / (frequency[word] + 1)) + 1 for word in words], "<f4")

    out = io.BytesIO()
    text = "\n".join(words).encode() + b"\n"
    out.write(b"VWORDS1\0" + struct.pack("<III", len(words), vectors.shape[1], len(text)))
    out.write(text)
    out.write(idf.tobytes())
    out.write(scales.tobytes())
    out.write(codes.tobytes())
    return out.getvalue()


def main(docs_path, glove, out):
    with gzip.open(docs_path, "rt", encoding="utf-8") as file:
        docs = [json.loads(line) for line in file]
    write_gzip(os.path.join(out, "docs.jsonl.gz"), sample(docs))
    write_gzip(os.path.join(out, "words.bin.gz"), word_table(docs, glove))


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) == 4 else os.path.dirname(os.path.abspath(__file__)))
