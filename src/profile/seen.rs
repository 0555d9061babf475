//! One document, as a profile counts it.

use std::collections::BTreeMap;

use super::{
    Counts, Excerpt, Worst,
    sort::{Grouping, month_of, shortened},
};
use crate::{
    cleaner::Checked,
    edit::Fix,
    finding::{Finding, Severity},
    report::Origin,
    span::Span,
    weigh::Verdict,
};

/// So many places of a document are shown, with so many characters around each.
const EXCERPTS: usize = 3;
const AROUND: usize = 70;
const LONGEST: usize = 160;

/// One document.
#[derive(Debug)]
pub struct Seen {
    pub(super) source: String,
    pub(super) month: Option<String>,
    pub(super) counts: Counts,
    /// Of being spun and of being translated, in millionths.
    pub(super) chances: Option<(u32, u32)>,
    pub(super) rules: Vec<(String, usize)>,
    pub(super) worst: Option<Worst>,
}

impl Seen {
    /// What is counted of a document; `field` says what other fields of its record hold.
    #[must_use]
    pub fn new(
        origin: &Origin,
        checked: &Checked,
        grouping: &Grouping,
        dated_by: Option<&str>,
        field: &dyn Fn(&str) -> Option<String>,
    ) -> Self {
        let it = &checked.assessment;
        let findings = checked.findings().into_iter().filter(|(_, set_aside)| set_aside.is_none()).map(|it| it.0);
        let findings: Vec<&Finding> = findings.filter(|it| it.severity > Severity::Info).collect();
        let (mut rules, mut packs) = (BTreeMap::<&str, usize>::new(), BTreeMap::<&str, usize>::new());
        for finding in &findings {
            let rule = finding.rule.as_str();
            *rules.entry(rule).or_default() += 1;
            *packs.entry(rule.split('/').next().unwrap_or(rule)).or_default() += 1;
        }
        let is = |verdict: Verdict| usize::from(it.verdict == verdict);
        let counts = Counts {
            documents: 1,
            words: it.words,
            unassessed: is(Verdict::Unassessed),
            clean: is(Verdict::Clean),
            suspect: is(Verdict::Suspect),
            spun: is(Verdict::Spun),
            translated: is(Verdict::Translated),
            found: usize::from(!findings.is_empty()),
            findings: findings.len(),
            packs: packs.into_iter().map(|(pack, count)| (pack.to_owned(), count)).collect(),
        };
        let judged = it.verdict != Verdict::Unassessed;
        let bad = !findings.is_empty() || counts.convicted() + counts.suspect > 0;
        Self {
            source: grouping.of(origin, checked, field),
            month: dated_by.and_then(|name| month_of(name, checked, field)),
            counts,
            chances: judged.then(|| (it.spun.millionths(), it.translation.chance.millionths())),
            rules: rules.into_iter().map(|(rule, count)| (rule.to_owned(), count)).collect(),
            worst: bad.then(|| worst(origin, checked, &findings)),
        }
    }
}

fn worst(origin: &Origin, checked: &Checked, findings: &[&Finding]) -> Worst {
    let it = &checked.assessment;
    let mut telling: Vec<&Finding> = findings.to_vec();
    telling.sort_by_key(|it| (it.fix.is_none(), std::cmp::Reverse(it.confidence)));
    telling.truncate(EXCERPTS);
    telling.sort_by_key(|it| it.span);
    Worst {
        name: shortened(&origin.name(), 2 * LONGEST),
        verdict: it.verdict.as_str().to_owned(),
        chance: it.chance().fraction(),
        reason: shortened(&it.reason, 2 * LONGEST),
        words: it.words,
        findings: findings.len(),
        excerpts: telling.into_iter().map(|it| excerpt(checked.document.text(), it)).collect(),
    }
}

fn excerpt(text: &str, finding: &Finding) -> Excerpt {
    let edit = |fix: &Fix| match &fix.edits[..] {
        [edit] => Some((edit.span, edit.replacement.clone())),
        _ => None,
    };
    let (span, becomes) = finding.fix.as_ref().and_then(edit).map_or((finding.span, None), |(span, it)| (span, Some(it)));
    let (before, after) = around(text, span);
    let becomes = becomes.map(|it| shortened(&it, LONGEST));
    Excerpt { before, text: shortened(&text[span.range()], LONGEST), becomes, after, rule: finding.rule.to_string() }
}

/// What stands on either side of a place in its line, cut between words.
fn around(text: &str, span: Span) -> (String, String) {
    let line = text[..span.start].rsplit('\n').next().unwrap_or_default();
    let start = line.char_indices().rev().nth(AROUND).map_or(0, |it| it.0);
    let before = match line[start..].split_once(' ') {
        Some((_, rest)) if start > 0 => format!("…{rest}"),
        _ => line[start..].to_owned(),
    };
    let line = text[span.end..].split('\n').next().unwrap_or_default();
    let after = match line.char_indices().nth(AROUND) {
        Some((end, _)) => format!("{}…", line[..end].rsplit_once(' ').map_or(&line[..end], |it| it.0)),
        None => line.to_owned(),
    };
    (before, after)
}
