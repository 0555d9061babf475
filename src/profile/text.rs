//! A profile for a reader at a terminal.

use std::io::{self, Write};

use super::{Change, Profile, VERDICTS, change};
use crate::{
    diff::printable,
    report::totals::{counted, grouped},
    weigh::Verdict,
};

/// So many rules, sources and documents are listed.
const LISTED: usize = 20;

/// Prints a profile, set beside an earlier one where there is one.
///
/// # Errors
/// Where the writer fails.
pub fn write_text(profile: &Profile, before: Option<&Profile>, out: &mut dyn Write) -> io::Result<()> {
    let total = &profile.total;
    writeln!(out, "{}, {}: {}", counted(total.documents, "document"), counted(total.words, "word"), counted(total.findings, "finding"))?;
    for verdict in VERDICTS {
        let count = total.of(verdict);
        let was = before.map_or_else(String::new, |it| told((count, total.documents), (it.total.of(verdict), it.total.documents)));
        writeln!(out, "{:>9} {:>7}  {}{was}", grouped(count), percent(count, total.documents), verdict.as_str())?;
    }
    writeln!(out, "\n findings    docs  rule")?;
    let rules = busiest(profile);
    for (rule, count) in rules.iter().take(LISTED) {
        let was = before.map_or_else(String::new, |it| {
            let was = it.rules.get(rule.as_str()).copied().unwrap_or_default();
            told((count.documents, total.documents), (was.documents, it.total.documents))
        });
        writeln!(out, "{:>9} {:>7}  {rule}{was}", grouped(count.findings), grouped(count.documents))?;
    }
    more(rules.len(), "rule", out)?;
    writeln!(out, "\n    docs convicted  suspect  findings  {}", printable(&profile.grouped_by))?;
    for source in profile.sources.iter().take(LISTED) {
        let it = &source.counts;
        let [documents, suspect, findings] = [it.documents, it.suspect, it.findings].map(grouped);
        let convicted = percent(it.convicted(), it.documents);
        writeln!(out, "{documents:>8} {convicted:>9} {suspect:>8} {findings:>9}  {}", printable(&source.name))?;
    }
    more(profile.sources.len(), "source", out)?;
    if !profile.worst.is_empty() {
        writeln!(out, "\nfindings  verdict     document")?;
    }
    for it in profile.worst.iter().take(LISTED) {
        writeln!(out, "{:>8}  {:<10}  {}", grouped(it.findings), it.verdict, printable(&it.name))?;
    }
    Ok(())
}

/// The rules that found most first.
pub(super) fn busiest(profile: &Profile) -> Vec<(&String, super::RuleCount)> {
    let mut rules: Vec<_> = profile.rules.iter().map(|(rule, count)| (rule, *count)).collect();
    rules.sort_by(|(a, a_count), (b, b_count)| b_count.findings.cmp(&a_count.findings).then_with(|| a.cmp(b)));
    rules
}

fn more(all: usize, what: &str, out: &mut dyn Write) -> io::Result<()> {
    if all > LISTED { writeln!(out, "                   and {} more", counted(all - LISTED, what)) } else { Ok(()) }
}

/// “ (was 1.2%, up)”.
fn told(now: (usize, usize), before: (usize, usize)) -> String {
    let how = match change(now, before) {
        Change::Same => "",
        Change::Up => ", up",
        Change::Down => ", down",
    };
    format!(" (was {}{how})", percent(before.0, before.1))
}

/// A share in percent, with as many digits as tell something: `12.5%`, `0.031%`, `<0.001%`.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a percentage for a reader")]
pub fn percent(count: usize, all: usize) -> String {
    if count == 0 || all == 0 {
        return "0%".to_owned();
    }
    let share = count as f64 * 100.0 / all as f64;
    match share {
        it if it >= 99.95 && count < all => ">99.9%".to_owned(),
        it if it >= 99.95 => "100%".to_owned(),
        it if it >= 1.0 => format!("{it:.1}%"),
        it if it >= 0.1 => format!("{it:.2}%"),
        it if it >= 0.001 => format!("{it:.3}%"),
        _ => "<0.001%".to_owned(),
    }
}

/// The name that a reader sees of a verdict.
pub(super) const fn meaning(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Unassessed => "too short, not English, or a table",
        Verdict::Clean => "as somebody wrote it",
        Verdict::Suspect => "may be spun",
        Verdict::Spun => "rewritten by a synonym spinner",
        Verdict::Translated => "translated by machine",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_tell_something() {
        let check = |count, all, expect: &str| assert_eq!(percent(count, all), expect);
        check(0, 10, "0%");
        check(1, 8, "12.5%");
        check(1, 300, "0.33%");
        check(31, 100_000, "0.031%");
        check(1, 1_000_000, "<0.001%");
        check(99_999, 100_000, ">99.9%");
        check(5, 5, "100%");
    }
}
