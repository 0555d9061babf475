"""Invented texts: clean ones, and ones with the artifacts that unspin knows."""

import random
import subprocess
import sys
from pathlib import Path

CLEAN = [
    "The council met on Tuesday to discuss the new bridge over the river.",
    "Engineers said that the old one had been closed since the flood in spring.",
    "Several residents asked when the ferry would run again, and whether it would be free.",
    "“We hope to open the bridge before the winter,” the mayor told reporters.",
    "The budget for the work is about two million, of which half comes from the state.",
    "A decision is expected next month, after the committee has read the report.",
]
BROKEN = [
    "The minister left for the the airport before noon.",
    "It rained in the harbour , and the boats stayed in port .",
    "He said the report was â€œnot readyâ€\x9d and left the room.",
    "The jap&nbsp;garden &amp; the caf\u0065\u0301 were closed on Monday.",
    "Soft\u00adware for the\u200b city was bought last year.",
    "The talks went on in May. See also Museum buys the oldest ferry of the coast Both sides want a quick result, and both say so.",
]
# What a document of another site begins with.
ELSEWHERE = "Museum buys the oldest ferry of the coast\n\nFor years the boat had been a shed for hens.\n"


def document(number: int) -> str:
    """A document of a few paragraphs, always the same for a number."""
    chance = random.Random(number)
    paragraphs = []
    for _ in range(chance.randint(1, 4)):
        sentences = chance.sample(CLEAN, chance.randint(2, 4))
        if chance.random() < 0.3:
            sentences.insert(chance.randint(0, len(sentences)), chance.choice(BROKEN))
        paragraphs.append(" ".join(sentences))
    return "\n\n".join(paragraphs) + f"\n\nDocument {number}."


def record(number: int) -> dict:
    """A row with an id; now and then one without a text."""
    return {"url": f"https://example.org/{number}", "text": None if number % 1000 == 7 else document(number), "year": 2000 + number % 25}


def corpus(folder: Path, text: str = ELSEWHERE) -> Path:
    """An index of such a document, as the command line builds it."""
    (folder / "elsewhere").mkdir(exist_ok=True)
    (folder / "elsewhere" / "ferry.txt").write_text(text)
    command = [sys.executable, "-m", "unspin", "corpus", "build", "--quiet", "-o", "all.corpus", "elsewhere"]
    subprocess.run(command, cwd=folder, check=True)
    return folder / "all.corpus"


# A rule file of a house.
RULE = '''
summary = "Words that this house does not print"
why = "The house says so."

[[rule]]
name = "gadget"
kind = "phrase"
match = ["gizmo"]
fix = ["gadget"]
applicability = "safe"
bad = [["She bought a gizmo.", "She bought a gadget."]]
ok = ["She bought a gadget."]
'''
