//! How fast clean text is passed over, beside the plain counting of its bytes, and how long a start takes.
//!
//! `cargo bench` prints a rate for each; the text is made of the clean fixtures, over and over, so that nothing is found in it.

#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "the texts are files, and rates are printed")]

use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use divan::{Bencher, black_box, counter::BytesCount};
use unspin::{
    Cleaner, Options, Policy, QuoteMarks, Rules,
    decode::decode,
    embedded,
    repair::{
        repair,
        step::{Order, Step, Steps},
    },
    rules::{
        load::{Source, load},
        rule::Rulebook,
    },
    view::steps,
};

fn main() {
    peers();
    divan::main();
}

/// What the Python packages for the same work need, where `python3` (or the program that `PYTHON` names) has them.
fn peers() {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let script = "import sys, time; module = __import__(sys.argv[1]); text = sys.stdin.read(); start = time.process_time()\n\
                  for line in text.splitlines(True): module.fix_text(line)\n\
                  print(sys.argv[1], sys.argv[2], round(len(text.encode()) / 1e6 / (time.process_time() - start)), 'MB/s')";
    for (kind, text) in [("on ASCII", ascii()), ("on curly quotes", curly())] {
        for module in ["ftfy", "plsfix"] {
            let mut child = Command::new(&python);
            let child = child.args(["-c", script, module, kind]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
            let Ok(mut running) = child.spawn() else { continue };
            let fed = running.stdin.take().is_some_and(|mut it| it.write_all(text.concat().as_bytes()).is_ok());
            let Ok(done) = running.wait_with_output() else { continue };
            if fed && done.status.success() {
                print!("{}", String::from_utf8_lossy(&done.stdout));
            }
        }
    }
}

/// The corpus without what is not ASCII.
fn ascii() -> Vec<String> {
    corpus().iter().map(|it| it.chars().filter(char::is_ascii).collect()).collect()
}

/// The corpus with curly quotation marks and apostrophes.
fn curly() -> Vec<String> {
    let steps = Steps::default().with(Step::Quote, Order { seen: true, ..Order::default() });
    let policy = Policy { quotes: QuoteMarks::Curly, ..Policy::default() };
    ascii().into_iter().map(|it| repair(&it, &steps, policy, |_| false).map_or(it, |it| it.text)).collect()
}

fn decode_and_repair(bencher: Bencher<'_, '_>, corpus: &[String]) {
    let steps = steps(embedded::rules().repairs());
    let repaired = |it: &String| repair(decode(it.as_bytes()).text(), &steps, Policy::default(), |_| false).is_some();
    bencher.counter(bytes(corpus)).bench_local(|| corpus.iter().filter(|it| repaired(it)).count());
}

#[divan::bench]
fn decode_and_repair_ascii(bencher: Bencher<'_, '_>) {
    decode_and_repair(bencher, &ascii());
}

#[divan::bench]
fn decode_and_repair_curly_quotes(bencher: Bencher<'_, '_>) {
    decode_and_repair(bencher, &curly());
}

/// So many bytes of running text make a document, as many a corpus.
const DOCUMENTS: usize = 400;

/// The clean fixtures as documents, repeated.
fn corpus() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/clean");
    let mut paths: Vec<_> = fs::read_dir(folder).expect("the fixtures are there").map(|it| it.expect("readable").path()).collect();
    paths.sort();
    let texts: Vec<String> = paths.iter().map(|it| fs::read_to_string(it).expect("readable")).collect();
    texts.iter().cycle().take(DOCUMENTS).cloned().collect()
}

fn bytes(corpus: &[String]) -> BytesCount {
    BytesCount::new(corpus.iter().map(String::len).sum::<usize>())
}

#[divan::bench]
fn check_clean_text(bencher: Bencher<'_, '_>) {
    let (corpus, cleaner) = (corpus(), Cleaner::new());
    bencher.counter(bytes(&corpus)).bench_local(|| corpus.iter().map(|it| cleaner.check(it).findings().len()).sum::<usize>());
}

#[divan::bench]
fn scan_clean_text(bencher: Bencher<'_, '_>) {
    let (corpus, rules) = (corpus(), embedded::rules());
    bencher.counter(bytes(&corpus)).bench_local(|| corpus.iter().map(|it| rules.scan(it).hits.len()).sum::<usize>());
}

#[divan::bench]
fn count_bytes(bencher: Bencher<'_, '_>) {
    let corpus = corpus();
    let count = |it: &String| it.bytes().filter(|byte| *byte == black_box(b'e')).count();
    bencher.counter(bytes(&corpus)).bench_local(|| corpus.iter().map(count).sum::<usize>());
}

#[divan::bench]
fn start_with_the_shipped_rules() -> Cleaner {
    Cleaner::new()
}

/// A lexicon of ten thousand rows, packed as the build packs the shipped ones.
fn rows() -> Rulebook {
    let word = |seed: usize| -> String { (0..7).map(|place| char::from(b"aeioulnrst"[(seed / 10usize.pow(place)) % 10])).collect() };
    let rows = (0..10_000).map(|it| {
        format!(
            "  {{ spun = \"q{} {}\", from = \"{}\", class = \"noun\", bad = \"The [q{} {}] came.\" }},",
            word(it),
            word(it * 7),
            word(it * 3),
            word(it),
            word(it * 7)
        )
    });
    let text =
        format!("summary = \"rows\"\nwhy = \"to load\"\nok = [\"It came.\"]\nswaps = [\n{}\n]\n", rows.collect::<Vec<_>>().join("\n"));
    let source = Source { path: "rows.toml".into(), pack: "rows".to_owned(), family: "rows".to_owned(), text };
    load(vec![source], &Rulebook::default(), embedded::frequencies()).expect("the rows are sound")
}

/// As if the library carried the rows: packed and indexed by the build.
#[divan::bench]
fn start_with_ten_thousand_rows(bencher: Bencher<'_, '_>) {
    let mut book = embedded::rulebook();
    book.append(rows());
    let mut index = embedded::index();
    index.extend(&book);
    let book: &'static [u8] = book.pack().expect("it can be packed").leak();
    let index: &'static [u8] = postcard::to_allocvec(&index).expect("it can be packed").leak();
    bencher.bench_local(|| {
        let book = Rulebook::unpack(book).expect("it was packed above");
        let index = postcard::from_bytes(index).expect("it was packed above");
        Cleaner::with(Rules::indexed(book, index), Options::default())
    });
}
