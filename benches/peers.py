#!/usr/bin/env python3
"""Measures `unspin`, and beside it in the same run what people use for the like, on a JSONL file of clean news.

    cargo build --release
    python3 benches/peers.py news.jsonl --rounds 3

Every program has one processor, and works on the same texts; the rounds go through all of them in turn, and the best of each counts, so
that what else the machine does falls on all alike. What is not installed is left out and named with the command that installs it; the
script installs nothing. It prints tables in Markdown.
"""

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
INSTALL = {
    "rg": "cargo install ripgrep",
    "typos": "cargo install typos-cli",
    "codespell": "pip install codespell",
    "ftfy": "pip install ftfy",
    "plsfix": "pip install plsfix",
}
# Both have a function `fix_text`; they are given one text after the other, and their own start is not counted.
FIX_TEXTS = """
import importlib, json, sys, time
fix = importlib.import_module(sys.argv[1]).fix_text
texts = [json.loads(line)[sys.argv[3]] for line in open(sys.argv[2], encoding="utf-8") if line.strip()]
start = time.process_time()
for text in texts:
    for line in text.splitlines(True):
        fix(line)
print(time.process_time() - start)
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="JSONL with clean news")
    parser.add_argument("--bin", type=Path, default=HOME / "target/release/unspin")
    parser.add_argument("--field", default="text", help="the field that holds the text")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--slow-mb", type=float, default=10, help="so much is given to those that take a second for a megabyte")
    parser.add_argument("--times", type=int, default=10, help="how many times as many rules")
    parser.add_argument("--only", choices=["peers", "rules"], help="measure only this")
    args = parser.parse_args()
    if not args.bin.exists():
        sys.exit(f"{args.bin}: not built; cargo build --release")
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        if args.only != "rules":
            peers(args, folder)
        if args.only != "peers":
            rules(args, folder)


def run(command, cores=1, ok=(0,)):
    """Runs a program on so many processors; seconds on the clock, seconds of processors, peak in MB, and what it printed."""
    here = sorted(os.sched_getaffinity(0))[:cores]
    began = time.perf_counter()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        pin = lambda: os.sched_setaffinity(0, here)
        process = subprocess.Popen([str(it) for it in command], stdin=subprocess.DEVNULL, stdout=out, stderr=err, preexec_fn=pin)
        _, status, usage = os.wait4(process.pid, 0)
        clock = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode not in ok:
            sys.exit(f"{' '.join(map(str, command))}: {process.returncode}\n{err.read().decode(errors='replace')}")
        return clock, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, out.read().decode(errors="replace")


def texts(args):
    with args.data.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)[args.field]


def literals():
    """What rows and phrases of the shipped rules match, without patterns."""
    found = set()
    for path in sorted((HOME / "rules").glob("*/*.toml")):
        family = tomllib.loads(path.read_text(encoding="utf-8"))
        found.update(it["spun"] for it in family.get("swaps", []) if isinstance(it.get("spun"), str))
        for rule in family.get("rule", []):
            if rule.get("kind") == "phrase":
                found.update(rule.get("match", []))
    return sorted(it for it in found if re.fullmatch(r"[\w'’ -]+", it))


def peers(args, folder):
    whole, part, plain = args.data, folder / "part.jsonl", folder / "part.txt"
    size = 0
    with part.open("w", encoding="utf-8") as records, plain.open("w", encoding="utf-8") as lines:
        for text in texts(args):
            if size > args.slow_mb * 1e6:
                break
            size += len(text.encode())
            records.write(json.dumps({args.field: text}, ensure_ascii=False) + "\n")
            lines.write(text + "\n")
    words = folder / "literals"
    words.write_text("\n".join(literals()) + "\n", encoding="utf-8")
    unspin = lambda command, *more: [args.bin, command, "--no-config", "-q", "-j", "1", "--field", args.field, *more, whole]
    count = sum(1 for _ in words.open(encoding="utf-8"))
    plan = [
        ("copying (`cp`)", ["cp", whole, folder / "copy"], whole),
        ("`unspin check`", unspin("check"), whole),
        ("`unspin score`", unspin("score"), whole),
        ("`unspin fix --out`", unspin("fix", "--out", folder / "out"), whole),
    ]
    if shutil.which("rg"):
        flags = ["-c", "-w", "-F", "--no-unicode", "--threads", "1", "-f", words]
        plan.append((f"ripgrep, {count} literals of the rules", ["rg", *flags, whole], whole))
    if shutil.which("typos"):
        plan.append(("typos", ["typos", "--isolated", "--threads", "1", "--format", "silent", plain], plain))
    if shutil.which("codespell"):
        plan.append(("codespell", ["codespell", plain], plain))
    for module in ["ftfy", "plsfix"]:
        if subprocess.run([sys.executable, "-c", f"import {module}"], capture_output=True).returncode == 0:
            plan.append((module, [sys.executable, "-c", FIX_TEXTS, module, part, args.field], part))
    best = {}
    for _ in range(args.rounds):
        for name, command, file in plan:
            clock, busy, peak, out = run(command, ok=(0, 1, 2, 65))
            if command[0] == sys.executable:
                clock = busy = float(out)
            megabytes = file.stat().st_size / 1e6
            if name not in best or busy < best[name][1]:
                best[name] = (clock, busy, peak, megabytes)
    print("| program | MB read | seconds | MB a second | peak MB |\n| --- | ---: | ---: | ---: | ---: |")
    for name, (clock, busy, peak, megabytes) in best.items():
        print(f"| {name} | {megabytes:.0f} | {busy:.2f} | {megabytes / max(busy, 1e-3):.1f} | {peak:.0f} |")
    print("\nSeconds are those of the processor, user and system.")
    if len(os.sched_getaffinity(0)) > 1:
        clocks = {}
        for _ in range(args.rounds):
            for cores in (1, 2):
                command = [args.bin, "check", "--no-config", "-q", "-j", cores, "--field", args.field, whole]
                clock = run(command, cores, ok=(0, 1))[0]
                clocks[cores] = min(clock, clocks.get(cores, clock))
        print(f"Two processors: {clocks[1] / clocks[2]:.2f} times as fast as one, on the clock.")
    tiny = folder / "tiny.txt"
    tiny.write_text("Nothing is wrong here.\n", encoding="utf-8")
    starts = [run([args.bin, "check", "--no-config", "-q", tiny])[0] for _ in range(20)]
    print(f"A start takes {min(starts) * 1e3:.1f} ms.")
    for name, command in INSTALL.items():
        there = shutil.which(name) or any(it[0] == name for it in plan)
        if not there:
            print(f"Not installed, left out: {name} ({command}).")
    print()


def rules(args, folder):
    """The same with many times as many rules: rows of pairs of words that the texts hold, which are looked up as often as any others."""
    shipped = int(run([args.bin, "rules", "list"])[3].split("\n")[-2].split()[0].replace(",", ""))
    wanted = shipped * (args.times - 1)
    counted = Counter()
    for number, text in enumerate(texts(args)):
        counted.update(re.findall(r"[a-z]{3,12}", text))
        if number > 20_000:
            break
    vocabulary = [word for word, _ in counted.most_common(20_000)]
    chance = random.Random(7)
    pairs = set()
    while len(pairs) < wanted:
        # What begins a row is a common word in as many cases as in the shipped rows, more or less.
        first = vocabulary[min(int(chance.paretovariate(0.7)) * 20, len(vocabulary) - 1)]
        pairs.add((first, chance.choice(vocabulary)))
    pack = folder / "rules" / "many"
    pack.mkdir(parents=True)
    per_file = 5_000
    pairs = sorted(pairs)
    for number, start in enumerate(range(0, len(pairs), per_file)):
        rows = "".join(
            f'  {{ spun = "{one} {two}", from = "harbour", bad = "They saw [{one} {two}] at noon." }},\n'
            for one, two in pairs[start : start + per_file]
        )
        head = 'summary = "Many rows"\nwhy = "To measure what they cost."\nneeds = "spun"\nok = ["Nothing is wrong here."]\n\nswaps = [\n'
        (pack / f"family-{number}.toml").write_text(head + rows + "]\n", encoding="utf-8")
    tiny = folder / "one.txt"
    tiny.write_text("Nothing is wrong here.\n", encoding="utf-8")
    usual = [args.bin, "check", "--no-config", "-q", "-j", "1"]
    many = [*usual, "--rules", folder / "rules"]
    starts, totals = {}, {}
    for _ in range(args.rounds):
        for name, command in {"usual": usual, "many": many}.items():
            # Rules of one's own are read, checked and tried on their examples at each start; shipped ones are not.
            start = run([*command, tiny], ok=(0, 1))[1]
            total = run([*command, "--field", args.field, args.data], ok=(0, 1))[1]
            starts[name] = min(start, starts.get(name, start))
            totals[name] = min(total, totals.get(name, total))
    best = {name: max(totals[name] - starts[name], 1e-3) for name in totals}
    if best["usual"] < starts["many"]:
        print("The data are so few that the start of many rules hides what they cost: take more.\n")
    megabytes = args.data.stat().st_size / 1e6
    print("| rules | seconds to start | seconds | MB a second |\n| ---: | ---: | ---: | ---: |")
    for name, count in (("usual", shipped), ("many", shipped + wanted)):
        print(f"| {count:,} | {starts[name]:.2f} | {best[name]:.2f} | {megabytes / best[name]:.1f} |")
    print(f"\n{args.times} times the rules take {best['many'] / best['usual']:.2f} times the time, without the start.")


if __name__ == "__main__":
    main()
