//! `unspin learn`: rows from spun texts and their originals, shares of rows from spun texts alone.

use std::io::Write as _;

use serde::Serialize;
use unspin::{
    Confidence, Law, Rules,
    language::inflect::Class,
    learn::{KnownSwaps, Learned, Row, Share, Shares, Swap, Tally, compare, family_file, row_line, written},
};

use crate::{
    args::{Format, LearnArgs},
    inputs::{self, Input},
    output::{Done, Output, complain, counted, remark},
    pairs,
    parallel::in_order,
    setup,
};

pub fn run(args: &LearnArgs) -> anyhow::Result<Done> {
    if args.em {
        return shares(args);
    }
    let (pairs, mut failed) = pairs::find(&args.paths)?;
    let (rules, _) = setup::rules(&args.shared)?;
    let mut tally = Tally::default();
    let mut same = 0;
    failed |= pairs::each(&pairs, args.shared.jobs, compared, |compared| match compared {
        Compared::Same => {
            same += 1;
            tally.add(Vec::new());
        }
        Compared::Swaps(swaps) => tally.add(swaps),
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

enum Compared {
    Same,
    Swaps(Vec<Swap>),
}

/// The swaps between two texts.
fn compared(spun: &str, original: &str) -> Compared {
    if spun == original { Compared::Same } else { Compared::Swaps(compare(spun, original)) }
}

/// At most so many rows that are left out are named.
const NAMED: usize = 10;

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
    let read = |input: &Input| pairs::text(input).map(|it| Shares::of(&it, &rules, Law::default(), known.as_ref()));
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
