//! `unspin review`: what is proposed is decided, in a terminal or by flags.

mod batch;
mod screen;
mod shelf;
mod terminal;

use std::io::IsTerminal as _;

use anyhow::bail;
use unspin::{
    Spelling,
    decision::Decisions,
    report::{Origin, Report},
    review::{Proposal, Sample, is_assigned, proposals},
};

use crate::{
    args::ReviewArgs,
    asked::Asked,
    config::Field,
    decisions::Store,
    inputs,
    memory::Memory,
    output::Done,
    review_page, sets,
    setup::{Courts, check_prefix},
};

pub fn run(args: ReviewArgs) -> anyhow::Result<Done> {
    if let Some(page) = &args.html {
        return review_page::run(&args.common, page);
    }
    if args.batch.is_any() {
        return batch::run(args);
    }
    if !(std::io::stdin().is_terminal() && std::io::stdout().is_terminal()) {
        bail!("a review needs a terminal; without one: --list, --accept, --reject, --accept-rule, --accept-change");
    }
    if args.common.paths.iter().any(|it| it.as_os_str() == "-") {
        bail!("a review of standard input cannot read keys; name files or folders");
    }
    terminal::run(&args)
}

/// All that is proposed in the documents, with what the reviewer decided before, one document after the other; gives back whether one could
/// not be read.
fn gather(
    args: &ReviewArgs,
    asked: &Asked,
    decided: &Decisions,
    mut take: impl FnMut(Vec<Proposal>) -> anyhow::Result<()>,
) -> anyhow::Result<bool> {
    let ReviewArgs { common, chosen, .. } = args;
    let courts = Courts::new(common, Spelling::AsFound)?;
    for prefix in args.batch.accept_rule.iter().chain(&args.batch.reject_rule) {
        check_prefix(prefix, courts.rules().book())?;
    }
    let (documents, mut failed) = inputs::find_texts(&asked.paths);
    let memory = Memory::of_runs(&asked.paths);
    let act = |origin: &Origin, field: &Field<'_>, raw: &[u8]| {
        let court = courts.over(origin, field);
        let checked = court.check(origin, raw, &memory);
        let found = proposals(&Report::new(origin, &checked), decided).into_iter().filter(|it| it.confidence >= court.confidence);
        let mut found: Vec<Proposal> = found.filter_map(|it| Some(Proposal { open: asked.open(it.open)?, ..it })).collect();
        let text = checked.document.text();
        let question = asked.question(origin, text).map(|it| Proposal::question(it, text, decided));
        found.extend(question);
        found
    };
    let mut asked_of = 0;
    let mut sample = chosen.sample.map(|size| Sample::new(size, chosen.seed));
    failed |= sets::work(&documents, &common.shared, &courts.reading, act, |mut found| {
        asked_of += found.iter().filter(|it| !it.open.asks_whole()).count();
        if let Some((own, all)) = chosen.assign {
            found.retain(|it| is_assigned(it, own, all, chosen.overlap));
        }
        match &mut sample {
            Some(sample) => {
                for it in found {
                    sample.add(it);
                }
                take(Vec::new())
            }
            None => take(found),
        }
    })?;
    if let Some(sample) = sample {
        take(sample.into_proposals())?;
    }
    if !common.shared.quiet {
        review_page::tell_gone(asked, asked_of);
    }
    Ok(failed)
}

/// Decisions go to the disk, or the review ends.
fn keep(store: &mut Store, decisions: &mut [unspin::decision::Decision]) -> anyhow::Result<()> {
    if decisions.is_empty() {
        return Ok(());
    }
    let _hold = crate::interrupt::hold();
    store.add(decisions)
}
