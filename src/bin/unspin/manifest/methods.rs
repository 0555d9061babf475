//! What a paper's section on methods has to say of a run.

use std::fmt::Write as _;

use clap::Parser as _;
use unspin::profile::percent;

use super::Manifest;
use crate::{
    args::{Args, Command, Dropped, FixArgs},
    output::{counted, grouped},
};

/// So many rules are named.
const NAMED: usize = 5;

/// The paragraph.
pub fn methods(run: &Manifest) -> String {
    let mut said = judged(run);
    let words = ["unspin"].into_iter().chain(run.command.iter().map(String::as_str));
    if let Ok(Args { command: Command::Fix(fix) }) = Args::try_parse_from(words) {
        corrected(run, &fix, &mut said);
    } else if run.counts.findings > 0 {
        let _ = write!(said, " It reported {}{}.", counted(run.counts.findings, "finding"), busiest(run));
    }
    if run.settings.overrides {
        said += " Some documents had settings of their own, by the configuration file.";
    }
    let own = run.read.iter().filter(|it| it.role == "rules").count();
    if own > 0 {
        let _ = write!(said, " Rules of our own, in {}, stood beside those of the program.", counted(own, "file"));
    }
    said += " All scores are computed in whole numbers, so that the same input gives the same output on any machine; versions, settings and \
             SHA-256 hashes of rules, inputs and outputs are in the manifest of the run, with which it can be done again (unspin verify).";
    said
}

/// What the tool is and what its verdicts were.
fn judged(run: &Manifest) -> String {
    let (settings, counts) = (&run.settings, &run.counts);
    let rules = run.data.get("rules").map_or("", |it| it.get(..12).unwrap_or(it));
    let all = counts.documents;
    let mut said = format!("We checked {} with unspin {} (rules {rules}).", counted(all, "document"), run.unspin);
    if settings.assumed {
        said += " The verdict on the documents was not estimated but set beforehand.";
    } else {
        let _ = write!(
            said,
            " For each document it estimates how likely it is that a synonym spinner rewrote it, or that a machine translated it, in whole \
             or in part. Before a document was read, {}% of all were taken for spun; documents were called spun or translated from a \
             probability of {} on, and suspect from {} on.",
            (settings.prior * 1e6).round() / 1e4,
            settings.convicted,
            settings.suspect
        );
    }
    if !settings.context {
        said += " The words around a swap were not looked at.";
    }
    let of = |verdict: &str| counts.by_verdict.get(verdict).copied().unwrap_or_default();
    let words = [("spun", of("spun")), ("translated", of("translated")), ("suspect", of("suspect")), ("clean", of("clean"))];
    let told = words.map(|(word, count)| format!("{} {word} ({})", grouped(count), percent(count, all))).join(", ");
    let _ = write!(said, " It found {told}; {} could not be assessed (too short, not English, or a table).", grouped(of("unassessed")));
    if counts.unreadable > 0 {
        let _ = write!(said, " {} could not be read.", counted(counts.unreadable, "record"));
    }
    said
}

/// What was done to the texts.
fn corrected(run: &Manifest, fix: &FixArgs, said: &mut String) {
    let (settings, counts) = (&run.settings, &run.counts);
    let of = |action: &str| counts.by_action.get(action).copied().unwrap_or_default();
    let least = settings.min_confidence.map_or_else(String::new, |it| format!(", of those that are at least {it} sure"));
    let which = if fix.with_unsafe {
        format!("All corrections that it proposes were applied{least}")
    } else {
        format!(
            "Only corrections that need no reader were applied, those that are right by construction or at least {} sure{least}",
            settings.safe
        )
    };
    let would = if fix.dry_run { " (on trial: nothing was written)" } else { "" };
    let changed = counted(of("changed"), "document");
    let edits = counted(counts.edits, "edit");
    let _ = write!(said, " {which}: {edits} in {changed}{}, {} fewer{would}.", busiest(run), counted(counts.removed, "character"));
    *said +=
        if settings.edit_quotes { " Words in direct speech were replaced, too." } else { " Words in direct speech were not replaced." };
    if !fix.drop.is_empty() {
        let verdicts = fix.drop.iter().map(|it| match it {
            Dropped::Spun => "spun",
            Dropped::Translated => "translated",
            Dropped::Suspect => "suspect",
        });
        let verdicts: Vec<&str> = verdicts.collect();
        let _ = write!(said, " Documents called {} were left out ({}).", verdicts.join(" or "), grouped(of("dropped")));
    }
    if fix.max_removed.is_some() {
        let _ = write!(said, " {} would have lost too much, and stayed as they were.", counted(of("left"), "document"));
    }
}

/// The rules that said most.
fn busiest(run: &Manifest) -> String {
    let mut rules: Vec<_> = run.counts.by_rule.iter().collect();
    rules.sort_by(|(a, a_count), (b, b_count)| b_count.cmp(a_count).then_with(|| a.cmp(b)));
    let named: Vec<String> = rules.iter().take(NAMED).map(|(rule, count)| format!("{rule} {}", grouped(**count))).collect();
    if named.is_empty() { String::new() } else { format!(" (most by the rules {})", named.join(", ")) }
}
