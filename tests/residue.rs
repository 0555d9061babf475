//! What scrapers leave in articles: how much of it is found, how much corrected, and what must stay.

#![expect(clippy::disallowed_methods, reason = "the texts are files")]

use std::{collections::BTreeMap, fs, path::PathBuf};

use serde_json::Value;
use unspin::{Cleaner, Edit, Span};

/// A piece of residue, and what may stand in its place.
struct Item {
    span: Span,
    before: String,
    after: Vec<String>,
    kind: String,
}

/// So much of a hundred pieces.
#[derive(Debug, PartialEq, Eq, Default)]
struct Figures {
    all: usize,
    found: usize,
    fixed: usize,
}

impl Figures {
    fn share(&self, part: usize) -> usize {
        100 * part / self.all.max(1)
    }
}

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/inserts").join(name)
}

/// The lines of a file of annotations, by document.
fn annotated(name: &str, file: &str) -> BTreeMap<String, Vec<Value>> {
    let mut lines: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in fs::read_to_string(folder(name).join(file)).expect("the fixture is there").lines() {
        let value: Value = serde_json::from_str(line).expect("a line is an object");
        lines.entry(value["doc"].as_str().expect("a name").to_owned()).or_default().push(value);
    }
    lines
}

fn span(value: &Value) -> Span {
    let at = |key: &str| usize::try_from(value[key].as_u64().expect("an offset")).expect("a short text");
    Span::new(at("start"), at("end"))
}

fn item(value: &Value) -> Item {
    let text = |it: &Value| it.as_str().expect("a text").to_owned();
    let after = value["after"].as_array().expect("a list").iter().map(text).collect();
    Item { span: span(value), before: text(&value["before"]), after, kind: text(&value["kind"]) }
}

/// The text of a span after some edits, white space folded; a comma before an office is welcome and not asked for.
fn edited(text: &str, within: Span, edits: &[(Span, &str)], kind: &str) -> String {
    let (mut out, mut at) = (String::new(), within.start);
    let mut edits = edits.to_vec();
    edits.sort_by_key(|it| it.0);
    for (span, replacement) in edits.iter().filter(|it| within.contains(it.0) && it.0.start >= within.start) {
        if span.start >= at {
            out += &text[at..span.start];
            out += replacement;
            at = span.end;
        }
    }
    out += &text[at..within.end];
    let out = if kind == "structure.attribution" { out.replace(',', "") } else { out };
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn touches(a: Span, b: Span) -> bool {
    a.start < b.end && b.start < a.end || a.is_empty() && b.start <= a.start && a.start <= b.end
}

/// All ways of treating other pieces nearby: right, or not at all.
fn ways<'i>(others: &[&'i Item]) -> Vec<Vec<(Span, &'i str)>> {
    let Some((first, rest)) = others.split_first() else { return vec![Vec::new()] };
    let own = || first.after.iter().chain([&first.before]);
    ways(rest).iter().flat_map(|way| own().map(|it| way.iter().copied().chain([(first.span, it.as_str())]).collect())).collect()
}

fn measure(name: &str) -> (Figures, Figures) {
    let cleaner = Cleaner::new();
    let (gold, keep) = (annotated(name, "gold.jsonl"), annotated(name, "keep.jsonl"));
    let (mut figures, mut inserts) = (Figures::default(), Figures::default());
    for (doc, values) in &gold {
        let text = fs::read_to_string(folder(name).join(doc)).expect("a fixture is UTF-8");
        let checked = cleaner.check(&text);
        let edits: Vec<&Edit> = checked.plan.patch.edits().collect();
        for kept in keep.get(doc).into_iter().flatten() {
            assert!(!edits.iter().any(|it| it.span.overlaps(span(kept))), "{doc}: {kept} is changed");
        }
        let items: Vec<Item> = values.iter().map(item).collect();
        for own in &items {
            let limit = 3 * own.span.len() + 20;
            let spans = checked.findings().into_iter().filter(|it| it.1.is_none()).map(|it| it.0.span);
            let near: Vec<&&Edit> = edits.iter().filter(|it| touches(it.span, own.span)).collect();
            let found = spans.chain(near.iter().map(|it| it.span)).any(|it| touches(it, own.span) && it.len() <= limit);
            let hull = near.iter().fold(own.span, |hull, it| Span::new(hull.start.min(it.span.start), hull.end.max(it.span.end)));
            let around = text[..hull.start].trim_end().char_indices().next_back().map_or(0, |it| it.0)
                ..hull.end + text[hull.end..].len() - text[hull.end..].trim_start().chars().as_str().len();
            let end = text.ceil_char_boundary((around.end + 1).min(text.len()));
            let within = Span::new(around.start, end);
            let inside: Vec<(Span, &str)> =
                edits.iter().filter(|it| hull.contains(it.span)).map(|it| (it.span, it.replacement.as_str())).collect();
            let got = edited(&text, within, &inside, &own.kind);
            let others: Vec<&Item> = items.iter().filter(|it| it.span != own.span && hull.contains(it.span)).take(5).collect();
            let right = |way: &Vec<(Span, &str)>| {
                let wanted = |after: &String| {
                    let edits: Vec<_> = way.iter().copied().chain([(own.span, after.as_str())]).collect();
                    edited(&text, within, &edits, &own.kind) == got
                };
                own.after.iter().any(wanted)
            };
            let fixed = !near.is_empty() && ways(&others).iter().any(right);
            let is_insert = own.kind.starts_with("insert.") || own.kind == "structure.attribution";
            for it in [Some(&mut figures), is_insert.then_some(&mut inserts)].into_iter().flatten() {
                it.all += 1;
                it.found += usize::from(found);
                it.fixed += usize::from(fixed);
            }
        }
    }
    (figures, inserts)
}

#[track_caller]
fn check(name: &str, least: [usize; 4]) {
    let (all, inserts) = measure(name);
    let got = [all.share(all.found), all.share(all.fixed), inserts.share(inserts.found), inserts.share(inserts.fixed)];
    assert!(
        got.iter().zip(least).all(|(it, least)| *it >= least),
        "{name}: {got:?} of a hundred, at least {least:?} once; {all:?} {inserts:?}"
    );
}

#[test]
fn what_was_learnt_from_annotated_articles_is_kept() {
    check("first", [94, 94, 94, 92]);
}

#[test]
fn articles_that_no_rule_was_changed_by_are_cleaned_as_well_as_their_readme_says() {
    check("second", [65, 59, 60, 54]);
}
