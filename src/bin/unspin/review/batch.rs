//! Decisions by flags: lists, keys, rules, changes.

use std::{collections::HashSet, io::Write, path::PathBuf};

use serde::Serialize;
use unspin::{
    RuleId,
    decision::{Choice, Decision},
    diff::printable,
    report::{format::Assembly as _, json::Array},
    review::{Mark, Proposal, Session},
};

use super::{gather, keep};
use crate::{
    args::{Batch, Chosen, Format, OrderOf, ReviewArgs},
    asked::Asked,
    decisions::Store,
    output::{Done, Output, complain, counted, remark},
};

/// A proposal in a list.
#[derive(Serialize)]
struct Listed<'p> {
    #[serde(flatten)]
    decision: Decision,
    line: usize,
    column: usize,
    applicability: &'p str,
    confidence: f64,
    message: &'p str,
    evidence: &'p [String],
    alternatives: Vec<Alternative<'p>>,
}

/// Another reading of a place.
#[derive(Serialize)]
struct Alternative<'p> {
    replacement: &'p str,
    confidence: f64,
}

impl Batch {
    /// Whether any of these flags is there.
    pub fn is_any(&self) -> bool {
        self.list || self.decides()
    }

    fn decides(&self) -> bool {
        let keys = !(self.accept.is_empty() && self.reject.is_empty() && self.edit.is_empty());
        let rules = !(self.accept_rule.is_empty() && self.reject_rule.is_empty());
        keys || rules || !(self.accept_change.is_empty() && self.reject_change.is_empty())
    }

    /// The keys among the flags that no proposal has.
    fn strange_keys(&self, found: &[Proposal]) -> Vec<&String> {
        let keys: HashSet<&String> = found.iter().map(|it| &it.open.key).collect();
        let named = self.accept.iter().chain(&self.reject).chain(self.edit.iter().map(|it| &it.0));
        named.filter(|it| !keys.contains(it)).collect()
    }

    /// The changes among the flags that are proposed nowhere.
    fn idle_changes(&self, found: &[Proposal]) -> Vec<&(String, String)> {
        let changes: HashSet<(&str, Option<&str>)> = found.iter().map(|it| (it.open.text.as_str(), it.open.proposed.as_deref())).collect();
        let named = self.accept_change.iter().chain(&self.reject_change);
        named.filter(|(text, proposed)| !changes.contains(&(text.as_str(), Some(proposed.as_str())))).collect()
    }

    /// What the flags decide of a proposal; what is said of one goes before what is said of many.
    fn decide(&self, it: &Proposal) -> Option<(Choice, Option<String>)> {
        let open = &it.open;
        let accepted = || Some((Choice::Accepted, open.proposed.clone()));
        if let Some((_, text)) = self.edit.iter().find(|(key, _)| *key == open.key) {
            return Some((Choice::Edited, Some(text.clone())));
        }
        if self.reject.contains(&open.key) {
            return Some((Choice::Rejected, None));
        }
        if self.accept.contains(&open.key) {
            return accepted();
        }
        let rule = RuleId::new(open.rule.clone());
        let change = |(text, proposed): &(String, String)| *text == open.text && open.proposed.as_ref() == Some(proposed);
        if self.reject_change.iter().any(change) || self.reject_rule.iter().any(|it| rule.is_below(it)) {
            return Some((Choice::Rejected, None));
        }
        let named = self.accept_change.iter().any(change) || self.accept_rule.iter().any(|it| rule.is_below(it));
        if named { accepted() } else { None }
    }
}

pub fn run(mut args: ReviewArgs) -> anyhow::Result<Done> {
    let strays = strays(&mut args.batch);
    if !strays.is_empty() {
        if args.common.paths == [PathBuf::from(".")] {
            args.common.paths.clear();
        }
        args.common.paths.extend(strays);
    }
    let mut store = Store::new(args.reviewer.as_deref());
    let asked = Asked::of(&args.common.paths)?;
    let mut found = Vec::new();
    let mut failed = gather(&args, &asked, &asked.answers(store.read()?), |more| {
        found.extend(more);
        Ok(())
    })?;
    if args.batch.decides() {
        decide(&args, &mut found, &mut store)?;
        for key in args.batch.strange_keys(&found) {
            complain(&format!("{key}: no proposal has this key; `unspin review --list` shows them"));
            failed = true;
        }
    }
    if args.batch.list {
        list(&laid(&found, &args.chosen), &args)?;
    }
    Ok(if failed { Done::Failed } else { Done::Nothing })
}

/// What stands among the keys and is none: `--accept KEY FOLDER` means the folder.
fn strays(batch: &mut Batch) -> Vec<PathBuf> {
    let is_key = |it: &String| it.len() == 16 && it.bytes().all(|it| it.is_ascii_hexdigit());
    let keys = [&mut batch.accept, &mut batch.reject];
    keys.into_iter().flat_map(|it| it.extract_if(.., |it| !is_key(it)).collect::<Vec<_>>()).map(PathBuf::from).collect()
}

/// Decides what the flags name.
fn decide(args: &ReviewArgs, found: &mut [Proposal], store: &mut Store) -> anyhow::Result<()> {
    let mut decisions = Vec::new();
    for it in found.iter_mut() {
        let Some((decision, replacement)) = args.batch.decide(it) else { continue };
        let decision = Decision { decision, replacement, ..it.open.clone() };
        let mark = Mark::of(&decision);
        if it.mark.as_ref() != Some(&mark) {
            it.mark = Some(mark);
            decisions.push(decision);
        }
    }
    keep(store, &mut decisions)?;
    if !args.common.shared.quiet {
        for (text, proposed) in args.batch.idle_changes(found) {
            remark(&format_args!("{}", printable(&format!("“{text}” → “{proposed}”: proposed nowhere here"))));
        }
        let mut line = format!("{} kept in {}", counted(decisions.len(), "decision"), store.path().display());
        if decisions.iter().any(|it| it.decision != Choice::Rejected) {
            line += "\nto apply what was accepted: unspin apply";
        }
        remark(&format_args!("{line}"));
    }
    Ok(())
}

/// Proposals as the flags lay them: one document after the other, or equal changes together in the order that is asked for.
fn laid<'p>(found: &'p [Proposal], chosen: &Chosen) -> Vec<&'p Proposal> {
    if chosen.order == OrderOf::Text && chosen.budget.is_none() {
        return found.iter().collect();
    }
    let mut session = Session::new(Vec::new());
    for it in found {
        session.add(it);
    }
    session.arrange(chosen.laid(), chosen.budget);
    session.in_order().map(|at| &found[at]).collect()
}

fn list(found: &[&Proposal], args: &ReviewArgs) -> anyhow::Result<()> {
    let mut out = Output::paged(args.common.shared.color, args.batch.paging);
    let mut array = Array::default();
    for it in found {
        match args.batch.format {
            Format::Text => {
                let open = &it.open;
                let state = it.mark.as_ref().map_or("open", |it| it.choice.as_str());
                let then = it.mark.as_ref().and_then(|it| it.replacement.as_ref()).or(open.proposed.as_ref());
                let place = printable(&format!("{}:{}:{}", open.file, it.line, it.column));
                let change = printable(&format!("“{}” → “{}”", open.text, then.map_or("", |it| it.as_str())));
                writeln!(out, "{} {state:<8} {} {place} {change} {}", open.key, it.confidence, open.rule)?;
            }
            Format::Json => array.add(&serde_json::to_vec(&Listed::of(it))?, &mut out)?,
            Format::Jsonl => writeln!(out, "{}", serde_json::to_string(&Listed::of(it))?)?,
        }
    }
    match args.batch.format {
        Format::Json => array.close(&mut out)?,
        Format::Text if !args.common.shared.quiet => {
            let decided = found.iter().filter(|it| it.mark.is_some()).count();
            writeln!(out, "{}, {decided} of them decided", counted(found.len(), "proposal"))?;
        }
        Format::Text | Format::Jsonl => {}
    }
    Ok(out.flush()?)
}

impl<'p> Listed<'p> {
    fn of(it: &'p Proposal) -> Self {
        let decision = match &it.mark {
            Some(mark) => Decision { decision: mark.choice, scope: mark.scope, replacement: mark.replacement.clone(), ..it.open.clone() },
            None => it.open.clone(),
        };
        Self {
            decision,
            line: it.line,
            column: it.column,
            applicability: it.applicability.as_str(),
            confidence: it.confidence.fraction(),
            message: &it.message,
            evidence: &it.evidence,
            alternatives: it.alternatives.iter().map(|(it, at)| Alternative { replacement: it, confidence: at.fraction() }).collect(),
        }
    }
}
