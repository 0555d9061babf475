//! `unspin learn`: rows from spun texts and their originals, shares of rows from spun texts alone.

use std::{
    collections::BTreeMap,
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::bail;
use serde::Serialize;
use unspin::{
    Confidence, Law, Rules,
    decode::decode,
    language::inflect::Class,
    learn::{KnownSwaps, Learned, Row, Share, Shares, Swap, Tally, compare, family_file, row_line, written},
};

use crate::{
    args::{Format, LearnArgs},
    inputs::{self, Input, reason},
    output::{Done, Output, complain, counted, remark},
    parallel::in_order,
    setup,
};

pub fn run(args: &LearnArgs) -> anyhow::Result<Done> {
    if args.em {
        return shares(args);
    }
    let (pairs, mut failed) = match args.paths.as_slice() {
        [file] => lines(file)?,
        [spun, original] => files(spun, original)?,
        _ => bail!("expected two texts, two folders or one file of pairs, found {} paths", args.paths.len()),
    };
    let (rules, _) = setup::rules(&args.shared)?;
    let mut tally = Tally::default();
    let mut same = 0;
    in_order(&pairs, args.shared.jobs, Pair::compared, |_, compared| {
        match compared {
            Ok(Compared::Same) => {
                same += 1;
                tally.add(Vec::new());
            }
            Ok(Compared::Swaps(swaps)) => tally.add(swaps),
            Err(problems) => {
                for it in &problems {
                    complain(it);
                }
                failed = true;
            }
        }
        Ok(())
    })?;
    let known = if args.all { KnownSwaps::Kept } else { KnownSwaps::LeftOut };
    let least = args.min_count.unwrap_or(if pairs.len() > 1 { 2 } else { 1 });
    let learned = tally.rows(&rules, known, least);
    print_rows(&learned, args)?;
    if !args.shared.quiet && tally.texts() > 0 {
        tell(&learned, &tally, same, least);
    }
    Ok(if failed { Done::Failed } else { Done::Nothing })
}

/// A spun text and its original.
enum Pair {
    Files(Box<[Input; 2]>),
    Texts([String; 2]),
}

enum Compared {
    Same,
    Swaps(Vec<Swap>),
}

impl Pair {
    /// The swaps between the two; what is wrong where they cannot be read.
    fn compared(&self) -> Result<Compared, Vec<String>> {
        let (spun, original) = match self {
            Self::Texts([spun, original]) => (spun.clone(), original.clone()),
            Self::Files(files) => match files.each_ref().map(text) {
                [Ok(spun), Ok(original)] => (spun, original),
                texts => return Err(texts.into_iter().filter_map(Result::err).collect()),
            },
        };
        Ok(if spun == original { Compared::Same } else { Compared::Swaps(compare(&spun, &original)) })
    }
}

/// The text of a file; why it has none.
fn text(input: &Input) -> Result<String, String> {
    let name = &input.name;
    let raw = inputs::bytes(input).map_err(|it| format!("{name}: {}", reason(&it)))?;
    if inputs::is_binary(&raw) {
        return Err(format!("{name}: not a text: it holds zero bytes"));
    }
    let text = decode(&raw).text().to_owned();
    if text.trim().is_empty() {
        return Err(format!("{name}: empty"));
    }
    if u32::try_from(text.len()).is_err() {
        return Err(format!("{name}: larger than 4 GiB"));
    }
    Ok(text)
}

/// At most so many lines of a file of pairs are named.
const NAMED: usize = 10;

/// The pairs of a file of lines `spun TAB original`, and whether a line is none.
fn lines(path: &Path) -> anyhow::Result<(Vec<Pair>, bool)> {
    let shown = path.display();
    if path.is_dir() {
        bail!("{shown}: a folder; its originals are wanted too: unspin learn {shown} ORIGINAL");
    }
    let (found, failed) = inputs::find_texts(&[path.to_owned()]);
    let [input] = found.as_slice() else {
        if failed {
            return Ok((Vec::new(), true));
        }
        bail!("{shown}: {} match; one is wanted", counted(found.len(), "file"));
    };
    let text = text(input).map_err(anyhow::Error::msg)?;
    if !text.contains('\t') {
        bail!("{shown}: no line with a tab in it; give a second file with the original, or one file of lines `spun TAB original`");
    }
    let mut pairs = Vec::new();
    let mut wrong = 0;
    for (index, line) in text.lines().enumerate().filter(|(_, it)| !it.trim().is_empty()) {
        let mut columns = line.split('\t');
        if let (Some(spun), Some(original), None) = (columns.next(), columns.next(), columns.next()) {
            pairs.push(Pair::Texts([spun.to_owned(), original.to_owned()]));
            continue;
        }
        wrong += 1;
        if wrong <= NAMED {
            let found = line.split('\t').count();
            let what =
                if found == 1 { "no tab between spun text and original".to_owned() } else { format!("{found} columns in place of two") };
            complain(&format!("{shown}, line {}: {what}", index + 1));
        }
    }
    if wrong > NAMED {
        complain(&format!("{shown}: {} more", counted(wrong - NAMED, "such line")));
    }
    Ok((pairs, wrong > 0))
}

/// The pairs of two files, or of two folders by the names of their files; and whether a path stands for none.
fn files(spun: &PathBuf, original: &PathBuf) -> anyhow::Result<(Vec<Pair>, bool)> {
    for (one, other) in [(spun, original), (original, spun)] {
        if one.is_dir() && other.is_file() {
            bail!("{} is a folder and {} is a file: give two of a kind", one.display(), other.display());
        }
    }
    if [spun, original].iter().all(|it| it.as_os_str() == "-") {
        bail!("standard input can be one of the two texts, not both");
    }
    let ((left, one), (right, other)) =
        (inputs::find_texts(std::slice::from_ref(spun)), inputs::find_texts(std::slice::from_ref(original)));
    if left.is_empty() || right.is_empty() {
        return Ok((Vec::new(), true));
    }
    let failed = one || other;
    if let ([a], [b]) = (left.as_slice(), right.as_slice())
        && a.explicit
        && b.explicit
    {
        return Ok((vec![Pair::Files(Box::new([a.clone(), b.clone()]))], failed));
    }
    let mut originals: BTreeMap<PathBuf, Input> = right.into_iter().map(|it| (it.below.clone(), it)).collect();
    let mut pairs = Vec::new();
    for a in left {
        match originals.remove(&a.below) {
            Some(b) => pairs.push(Pair::Files(Box::new([a, b]))),
            None => complain(&format!("{}: no file of this name in {}; left out", a.name, original.display())),
        }
    }
    for b in originals.values() {
        complain(&format!("{}: no file of this name in {}; left out", b.name, spun.display()));
    }
    if pairs.is_empty() {
        bail!("no file of {} has the name of one in {}", spun.display(), original.display());
    }
    Ok((pairs, failed))
}

/// A row in JSON.
#[derive(Serialize)]
struct JsonRow<'r> {
    spun: &'r str,
    from: Vec<JsonOriginal<'r>>,
    class: &'r str,
    count: usize,
    texts: usize,
    pairs: Vec<JsonPair<'r>>,
    bad: &'r str,
}

#[derive(Serialize)]
struct JsonOriginal<'r> {
    original: &'r str,
    count: usize,
}

#[derive(Serialize)]
struct JsonPair<'r> {
    spun: &'r str,
    original: &'r str,
    count: usize,
}

impl<'r> From<&'r Row> for JsonRow<'r> {
    fn from(row: &'r Row) -> Self {
        Self {
            spun: &row.spun,
            from: row.from.iter().map(|(original, count)| JsonOriginal { original, count: *count }).collect(),
            class: Class::NAMES.iter().find(|it| it.1 == row.class).map_or("", |it| it.0),
            count: row.count,
            texts: row.texts,
            pairs: row.forms.iter().map(|(spun, original, count)| JsonPair { spun, original, count: *count }).collect(),
            bad: &row.bad,
        }
    }
}

fn print_rows(learned: &Learned, args: &LearnArgs) -> anyhow::Result<()> {
    let rows: Vec<JsonRow<'_>> = learned.rows.iter().map(JsonRow::from).collect();
    print(&rows, args, || if learned.rows.is_empty() { String::new() } else { family_file(&learned.rows) })
}

/// Prints items as JSON, or what stands for them all as text.
fn print<T: Serialize>(items: &[T], args: &LearnArgs, text: impl FnOnce() -> String) -> anyhow::Result<()> {
    let mut out = Output::new(args.shared.color);
    match args.format {
        Format::Text => out.write_all(text().as_bytes())?,
        Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(items)?)?,
        Format::Jsonl => {
            for it in items {
                writeln!(out, "{}", serde_json::to_string(it)?)?;
            }
        }
    }
    Ok(out.flush()?)
}

/// Says what was compared, and what is not among the rows.
fn tell(learned: &Learned, tally: &Tally, same: usize, least: usize) {
    let mut line = format!("{} of texts: {}", counted(tally.texts(), "pair"), counted(learned.rows.len(), "row"));
    let mut but = Vec::new();
    if same > 0 {
        but.push(if same == tally.texts() {
            "spun text and original are the same".to_owned()
        } else {
            format!("{} the same", counted(same, "pair"))
        });
    }
    if learned.known > 0 {
        but.push(format!("{} known already (--all shows them)", counted(learned.known, "swap")));
    }
    if learned.rare > 0 {
        but.push(format!("{} seen less than {least} times (--min-count)", counted(learned.rare, "swap")));
    }
    for it in but {
        line.push_str("; ");
        line.push_str(&it);
    }
    remark(&format_args!("{line}"));
    if !learned.without_example.is_empty() {
        let named: Vec<String> =
            learned.without_example.iter().take(NAMED).map(|it| format!("“{}”", unspin::diff::printable(it))).collect();
        let more = if learned.without_example.len() > NAMED { ", …" } else { "" };
        let count = counted(learned.without_example.len(), "row");
        remark(&format_args!("{count} left out, since no sentence makes an example of it: {}{more}", named.join(", ")));
    }
}

/// A row's share in JSON.
#[derive(Serialize)]
struct JsonShare<'r> {
    rule: &'r str,
    spun: Option<&'r str>,
    from: Option<&'r str>,
    seen: usize,
    confidence: f64,
    expected: f64,
    share: f64,
}

/// Shares of rows, from spun texts alone.
fn shares(args: &LearnArgs) -> anyhow::Result<Done> {
    let (rules, _) = setup::rules(&args.shared)?;
    let (documents, mut failed) = inputs::find_texts(&args.paths);
    let known = args.assume.map(setup::known);
    let mut shares = Shares::default();
    let read = |input: &Input| text(input).map(|it| Shares::of(&it, &rules, Law::default(), known.as_ref()));
    in_order(&documents, args.shared.jobs, read, |_, read| {
        match read {
            Ok(read) => shares.add(read),
            Err(problem) => {
                complain(&problem);
                failed = true;
            }
        }
        Ok(())
    })?;
    let learned = shares.estimate(&rules, args.min_count.unwrap_or(1));
    let book = rules.book();
    let rounded = |it: f64| (it * 100.0).round() / 100.0;
    let items: Vec<JsonShare<'_>> = learned
        .iter()
        .map(|it| {
            let rule = &book.rules[it.rule];
            let form = rule.forms().first();
            JsonShare {
                rule: rule.id.as_str(),
                spun: form.map(|it| it.text.as_ref()),
                from: form.and_then(|it| it.originals.first()).map(|it| it.text.as_ref()),
                seen: it.seen,
                confidence: rounded(it.confidence),
                expected: rounded(it.expected),
                share: f64::from(it.share) / 100.0,
            }
        })
        .collect();
    print(&items, args, || share_lines(&learned, &rules))?;
    if !args.shared.quiet && shares.texts > 0 {
        remark(&format_args!("{}, {} of them spun: {}", counted(shares.texts, "text"), shares.convicted, counted(learned.len(), "row")));
    }
    Ok(if failed { Done::Failed } else { Done::Nothing })
}

/// Rows with their new shares, by the family that they stand in.
fn share_lines(learned: &[Share], rules: &Rules) -> String {
    let book = rules.book();
    let mut lines: Vec<String> = Vec::new();
    let mut family = "";
    for it in learned {
        let rule = &book.rules[it.rule];
        let own = book.family(rule).id.as_ref();
        if own != family {
            lines.extend((!lines.is_empty()).then(String::new));
            lines.push(format!("# {own}"));
            family = own;
        }
        let share = format!("{}.{:02}", it.share / 100, it.share % 100);
        let confidence = Confidence::from_fraction(it.confidence.clamp(0.0, 1.0)).unwrap_or_default();
        let times = if it.seen == 1 { "time" } else { "times" };
        let said = format!("seen {} {times}, confidence {confidence}", it.seen);
        lines.push(match written(rule) {
            Some((row, more)) => {
                let more: Vec<_> = [("share", share)].into_iter().chain(more).collect();
                format!("  {}, # {said}", row_line(&row, &more))
            }
            None => format!("  # {}: share = {share}, {said}", rule.id),
        });
    }
    lines.iter().map(|it| format!("{it}\n")).collect()
}
