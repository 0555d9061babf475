"""Writes `cyrillic.txt`: how frequent each pair of Cyrillic letters is in the language that writes it most.

    python3 cyrillic.py OUT TEXT...

Each TEXT is running text of one language. The first line of OUT are the letters; then comes a row for each of them as the first of a pair,
with a digit for each as the second: 0 for never, 9 from one in a hundred pairs on, and a factor of 2.8 between two digits.
"""

import collections
import math
import sys

LETTERS = "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґўјљњћџђөүәғқңұһҷҳӣӯѓќѕ"


def shares(path):
    counts = collections.Counter()
    before = ""
    for letter in open(path, encoding="utf-8").read().lower():
        if before in LETTERS and letter in LETTERS and before:
            counts[before + letter] += 1
        before = letter
    total = sum(counts.values())
    return {pair: count / total for pair, count in counts.items()}


def digit(share):
    return 0 if share <= 1e-6 else max(1, min(9, round(9 + math.log(share / 0.01) / math.log(2.8))))


def main(out, *paths):
    most = collections.Counter()
    for path in paths:
        for pair, share in shares(path).items():
            most[pair] = max(most[pair], share)
    rows = ["".join(str(digit(most[first + second])) for second in LETTERS) for first in LETTERS]
    with open(out, "w", encoding="utf-8") as file:
        file.write("\n".join([LETTERS, *rows]) + "\n")


main(*sys.argv[1:])
