#!/usr/bin/env python3
"""Write frequency.tsv: how likely English words and word pairs are.

usage: frequency.py [--rules DIR] [--texts DIR ...] [--out FILE]          (FILE defaults to frequency.tsv beside this script)

needs: pip install pocketsphinx==5.1.1      (BSD-2; the model is model/en-us/en-us.lm.bin in the package)

The table is that of the trigram model of pocketsphinx: its most probable words and pairs, and with --rules every pair that a rule file
holds, in any inflection. The model knows speech and news of our days; with --texts the counts of other texts raise the probability of what
is frequent there, so that nobody is taken for a spinner who writes like a novelist or a president: each folder of .txt files counts as one genre, and
the highest probability of all genres stands.

The script fetches nothing and imports nothing of the package: it reads the model file from where the package is installed.
The output is the same on every machine: integers only, sorted by bytes.

    word<TAB>score           the most probable words
    w1 w2<TAB>score          pairs of those words

score = round(-1000 ln P) in milli-nats, at least 1; P is the probability of the word, or the joint probability P(w1) P(w2 | w1).
Words are lower case, of letters a-z, apostrophes and hyphens with a letter first; <s>, </s>, <UNK> and pronunciation
variants such as word(2) are left out. Ties at the limit are broken by score, then by bytes.
"""
import argparse, collections, glob, math, os, re, struct, sys, tomllib
from importlib.util import find_spec

UNIGRAMS, BIGRAMS, LEAST = 45_000, 90_000, 4
WORD = re.compile(r"'?[a-z][a-z'-]*\Z")
NATS = math.log(1.0001)          # the model counts in this unit


def read(path):
    """(unigrams {word: log P}, bigrams {(w1, w2): log P(w2 | w1)}, in units of ln 1.0001) of a model in the binary trie format.

    The format is that of src/lm/ngram_model_trie.c and lm_trie.c of pocketsphinx, little-endian: a header, the counts, three tables
    of 65,536 floats (bigram log P, bigram backoff, trigram log P), the unigrams (log P, backoff, first bigram), the bigrams as bit fields
    (word, backoff, log P, first trigram) hanging under their LAST word, the trigrams, and the words. (NGramModel.write(path, "arpa") of the
    package crashes in its trigrams, and loses the last bigrams.)
    """
    data = open(path, "rb").read()
    magic = b"Trie Language Model"
    if not data.startswith(magic) or data[len(magic)] != 3:
        sys.exit(f"{path}: no trigram model in trie format")
    at = len(magic) + 1
    ones, twos, threes = struct.unpack_from("<3I", data, at)
    at += 12 + 4
    table = struct.unpack_from("<65536f", data, at)
    at += 3 * 4 * 65536
    unigrams = list(struct.iter_unpack("<ffI", data[at:at + 12 * (ones + 1)]))
    at += 12 * (ones + 1)
    word_bits, next_bits = ones.bit_length(), threes.bit_length()
    width, last_width = word_bits + 32 + next_bits, word_bits + 16
    middle = memoryview(data)[at:]
    at += ((1 + twos) * width + 7) // 8 + 8 + ((1 + threes) * last_width + 7) // 8 + 8
    names = data[at + 4:at + 4 + struct.unpack_from("<I", data, at)[0]].decode("latin-1").split("\0")[:ones]
    ok = [bool(WORD.match(name)) for name in names]
    singles = {name: unigrams[i][0] for i, name in enumerate(names) if ok[i]}
    pairs, mask = {}, (1 << word_bits) - 1
    for last, name in enumerate(names):
        for i in range(unigrams[last][2], unigrams[last + 1][2]) if ok[last] else ():
            bit = i * width
            field = int.from_bytes(middle[bit >> 3:(bit >> 3) + 10], "little") >> (bit & 7)
            first = field & mask
            if ok[first]:
                pairs[names[first], name] = table[field >> word_bits + 16 & 0xFFFF]
    return singles, pairs


def milli(logp):
    return max(1, round(-1000 * NATS * logp))


def variants(word):
    """The word, with the endings that inflection may give it or have given it."""
    stems = {word, re.sub(r"(s|es|d|ed|ing)$", "", word), re.sub(r"(ies|ied|y)$", "", word) + "y"} - {"", "y"}
    return {stem + ending for stem in stems for ending in ("", "s", "es", "d", "ed", "ing")} | {re.sub("y$", "ies", word), re.sub("y$", "ied", word),
                                                                                               re.sub("e$", "ing", word), word + word[-1] + "ed", word + word[-1] + "ing"}


def pairs_of_rules(folder):
    """Neighbouring words of everything that rows and phrases match or put in."""
    phrases = []
    for path in sorted(glob.glob(os.path.join(folder, "**", "*.toml"), recursive=True)):
        table = tomllib.load(open(path, "rb"))
        for row in table.get("swaps", []) + [r for r in table.get("rule", []) if r.get("kind") == "phrase"]:
            for key in ("spun", "from", "match", "fix"):
                phrases += [row[key]] if isinstance(row.get(key), str) else row.get(key, [])
    words = [re.findall(r"[a-z]+(?:'[a-z]+)?|-", phrase.lower().replace("’", "'")) for phrase in phrases]
    return {pair for phrase in words for pair in zip(phrase, phrase[1:])}


def counts(folder):
    """How often words and pairs stand in a genre, and how many words it has."""
    one, two = collections.Counter(), collections.Counter()
    for path in sorted(glob.glob(os.path.join(folder, "*.txt"))):
        text = open(path, encoding="utf8").read().lower().replace("’", "'")
        for part in re.split(r"[^a-z' \n-]+", text):
            words = [word for word in part.split() if WORD.match(word)]
            one.update(words)
            two.update(zip(words, words[1:]))
    return one, two, sum(one.values())


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--rules")
    ap.add_argument("--texts", nargs="*", default=[])
    ap.add_argument("--out", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), "frequency.tsv"))
    args = ap.parse_args()
    package = os.path.dirname(find_spec("pocketsphinx").origin)
    singles, pairs = read(os.path.join(package, "model", "en-us", "en-us.lm.bin"))
    words = dict(sorted(((w, milli(p)) for w, p in singles.items()), key=lambda x: (x[1], x[0]))[:UNIGRAMS])
    joint = {k: milli(singles[k[0]] + p) for k, p in pairs.items() if k[0] in words and k[1] in words}
    kept = dict(sorted(joint.items(), key=lambda x: (x[1], x[0]))[:BIGRAMS])
    wanted = set()
    for first, second in pairs_of_rules(args.rules) if args.rules else ():
        wanted |= {(a, b) for a in variants(first) for b in variants(second)}
    kept.update((pair, joint[pair]) for pair in wanted if pair in joint)
    for folder in args.texts:
        one, two, total = counts(folder)
        for table, found, known in ((words, one, words), (kept, two, wanted | set(kept))):
            for key, count in found.items():
                if count >= LEAST and key in known:
                    score = max(1, round(-1000 * math.log((count - 1) / total)))
                    table[key] = min(score, table.get(key, score))
    with open(args.out, "w", encoding="utf8", newline="\n") as file:
        for key, score in sorted(words.items()) + sorted((" ".join(pair), score) for pair, score in kept.items()):
            file.write(f"{key}\t{score}\n")
    print(f"{len(words)} words of {len(singles)}, {len(kept)} pairs of {len(pairs)}, {os.path.getsize(args.out)} bytes", file=sys.stderr)


main()
