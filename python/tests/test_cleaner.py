"""`Cleaner` on single texts and on lists."""

import os
import pickle
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from texts import BROKEN, RULE, corpus, document

import unspin

DOUBLED = "Rain fell. The minister left for the the airport — at noon."


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    (tmp_path / "rules" / "house").mkdir(parents=True)
    (tmp_path / "rules" / "house" / "words.toml").write_text(RULE)
    return tmp_path / "rules"


def test_what_is_found_is_a_finding_with_its_place() -> None:
    (finding,) = unspin.Cleaner().check("Füße. " + DOUBLED)
    assert finding.rule == "spacing/repeats/function-word"
    text = "Füße. " + DOUBLED
    assert text[finding.slice] == finding.text
    assert text.encode()[finding.start : finding.end].decode() == finding.text
    assert (finding.line, finding.applicability, finding.set_aside) == (1, "safe", None)


def test_fixes_come_with_text_findings_and_verdict() -> None:
    fixed = unspin.Cleaner().fix(DOUBLED)
    assert fixed.text == "Rain fell. The minister left for the airport — at noon."
    assert [it.rule for it in fixed.findings] == ["spacing/repeats/function-word"]
    assert fixed.verdict == unspin.Cleaner().score(DOUBLED)
    text, findings, _ = fixed
    assert (text, findings) == (fixed.text, fixed.findings)


def test_a_clean_text_is_the_same_object() -> None:
    text = "Nothing is wrong here."
    assert unspin.Cleaner().fix(text).text is text


def test_replaying_the_edits_gives_the_text() -> None:
    cleaner = unspin.Cleaner(unsafe=True)
    for text in map(document, range(200)):
        fixed, raw = cleaner.fix(text), text.encode()
        edits = sorted({edit for finding in fixed.findings for edit in finding.edits}, reverse=True)
        for edit in edits:
            raw = raw[: edit.start] + edit.replacement.encode() + raw[edit.end :]
        assert raw.decode() == fixed.text


def test_lists_give_what_single_texts_give_in_their_order() -> None:
    cleaner = unspin.Cleaner()
    texts = [document(it) for it in range(300)] + [None, ""]
    for jobs in (0, 1, 3):
        assert cleaner.fix_many(texts, jobs=jobs) == [None if it is None else cleaner.fix(it) for it in texts]
    assert cleaner.check_many(texts) == [None if it is None else cleaner.check(it) for it in texts]
    assert cleaner.score_many(iter(texts)) == [None if it is None else cleaner.score(it) for it in texts]


def test_ids_go_into_keys() -> None:
    cleaner = unspin.Cleaner()
    (a, b, c) = cleaner.check_many([DOUBLED] * 3, ids=["a", "b", "a"])
    assert a == c and a[0].key != b[0].key and b == cleaner.check(DOUBLED, id="b")
    with pytest.raises(unspin.UnspinError, match="more texts than ids"):
        cleaner.check_many([DOUBLED] * 3, ids=["a"])


def test_settings_hold() -> None:
    assert not unspin.Cleaner(packs="encoding").check(DOUBLED)
    assert unspin.Cleaner(packs=["encoding", "spacing"]).check(DOUBLED)
    assert not unspin.Cleaner(ignore=["spacing/repeats"]).check(DOUBLED)


def test_rules_of_ones_own(rules: Path) -> None:
    assert unspin.Cleaner(rules=rules).fix("A gizmo.").text == "A gadget."
    assert unspin.Cleaner(rules=[str(rules)], packs="house").fix("A gizmo.").text == "A gadget."


def test_rules_that_break_their_promise_are_told_of(rules: Path) -> None:
    (rules / "house" / "words.toml").write_text(RULE.replace('ok = ["She bought a gadget."]', 'ok = ["She bought a gizmo."]'))
    with pytest.warns(UserWarning, match="1 example of .* not as promised"):
        unspin.Cleaner(rules=rules)


def test_mistakes_have_the_words_of_the_command_line(rules: Path, tmp_path: Path) -> None:
    (rules / "house" / "words.toml").write_text(RULE.replace("kind =", "knd ="))

    def told(*arguments: str) -> str:
        command = [sys.executable, "-m", "unspin", "check", "--no-config", *arguments, str(tmp_path)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 2
        return done.stderr

    for settings, flags in [({"rules": rules}, ["--rules", str(rules)]), ({"packs": "spni"}, ["--select", "spni"])]:
        with pytest.raises(unspin.UnspinError) as error:
            unspin.Cleaner(**settings)
        said = told(*flags)
        assert all(line in said for line in str(error.value).splitlines() if line.strip()), said
    (tmp_path / "index").write_text("No index.")
    for path in (tmp_path / "index", tmp_path / "none", tmp_path):
        with pytest.raises(unspin.UnspinError) as error:
            unspin.Cleaner(corpus=path)
        assert str(error.value) in told("--corpus", str(path))
    for settings in [{"rules": tmp_path / "none"}, {"min_confidence": 2}]:
        with pytest.raises(unspin.UnspinError):
            unspin.Cleaner(**settings)


def test_what_is_no_text_is_an_error() -> None:
    cleaner = unspin.Cleaner()
    with pytest.raises(unspin.UnspinError, match="a int, not a str"):
        cleaner.fix(7)
    with pytest.raises(unspin.UnspinError, match="text 1: a float, not a str"):
        cleaner.fix_many(["a", float("nan")])
    with pytest.raises(unspin.UnspinError, match="surrogate"):
        cleaner.fix("\ud800")
    with pytest.raises(unspin.UnspinError, match="one text"):
        cleaner.fix_many("text")


def test_cleaners_and_what_they_say_can_be_pickled(rules: Path) -> None:
    cleaner = unspin.Cleaner(rules=rules, packs=["house", "spacing"], unsafe=True, min_confidence=0.3)
    pickled = pickle.dumps(cleaner)
    (rules / "house" / "words.toml").unlink()
    again = pickle.loads(pickled)
    assert again.fix("A gizmo.") == cleaner.fix("A gizmo.") and repr(again) == repr(cleaner)
    assert pickle.loads(pickled) is again, "workers share a cleaner"
    for it in (cleaner.fix(DOUBLED), cleaner.check(DOUBLED), cleaner.score(DOUBLED)):
        assert pickle.loads(pickle.dumps(it)) == it
    assert type(pickle.loads(pickle.dumps(cleaner.check(DOUBLED)))) is unspin.Findings


def test_other_documents_are_witnesses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = BROKEN[-1]
    index = corpus(tmp_path)
    monkeypatch.chdir(tmp_path)
    cleaner = unspin.Cleaner(corpus="all.corpus", packs="insert")
    (finding,) = cleaner.check(text)
    assert (finding.text, finding.witness) == ("See also Museum buys the oldest ferry of the coast", "elsewhere/ferry.txt")
    assert all(it.witness is None for it in unspin.Cleaner().check(text))
    assert "ferry.txt" in finding._repr_html_() and "all.corpus" in repr(cleaner)
    monkeypatch.chdir("/")
    pickled = pickle.dumps(cleaner)
    assert pickle.loads(pickled).check(text) == [finding]
    # Only that index will do. Workers share a cleaner, so that another process looks.
    again = [sys.executable, "-c", "import pickle, sys; pickle.load(sys.stdin.buffer)"]
    index.write_bytes(index.read_bytes()[:-1])
    (tmp_path / "elsewhere" / "more.txt").write_text(text)
    for replace, said in [(lambda: None, "damaged"), (lambda: corpus(tmp_path), "another index than"), (index.unlink, "no such file")]:
        replace()
        done = subprocess.run(again, input=pickled, capture_output=True)
        assert b"UnspinError: " + os.fsencode(index) in done.stderr and said.encode() in done.stderr


def test_a_notebook_shows_diffs_and_nothing_of_the_text_as_markup() -> None:
    cleaner = unspin.Cleaner()
    shown = cleaner.fix("<script>alert(1)</script> He left the the <b>town</b>.")._repr_html_()
    assert "<script" not in shown and "<b>" not in shown and "&lt;b&gt;town" in shown
    assert "<del" in shown and "<ins" in shown and "spacing/repeats/function-word" in shown
    assert cleaner.check(DOUBLED)[0]._repr_html_() in cleaner.check(DOUBLED)._repr_html_().replace("<li>", "<div>").replace("</li>", "</div>")
    assert "nothing found" in cleaner.check("Nothing.")._repr_html_()


def test_other_threads_run_meanwhile() -> None:
    cleaner, ticks, done = unspin.Cleaner(), 0, threading.Event()
    texts = [document(it) for it in range(4000)]
    worker = threading.Thread(target=lambda: (cleaner.fix_many(texts, jobs=1), done.set()))
    worker.start()
    while not done.is_set():
        ticks += 1
        time.sleep(0.001)
    worker.join()
    assert ticks > 50


def test_a_fork_after_a_batch_works() -> None:
    program = (
        "import multiprocessing, unspin\n"
        "cleaner = unspin.Cleaner()\n"
        "texts = ['He left the the town.'] * 100\n"
        "cleaner.fix_many(texts)\n"
        "with multiprocessing.get_context('fork').Pool(2) as pool:\n"
        "    print(sum(it.text == 'He left the town.' for it in pool.map(cleaner.fix, texts)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "100", done.stderr
