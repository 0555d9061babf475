//! `unspin review`: what is proposed is decided, in a terminal or by flags.

mod batch;
mod screen;
mod terminal;

use std::{io::IsTerminal as _, path::PathBuf};

use anyhow::bail;
use unspin::{
    Spelling,
    report::{Origin, Report},
    review::{Order, Proposal, Session, assign, cards, proposals, sample},
};

use crate::{
    args::{Chosen, OrderOf, ReviewArgs},
    asked::Asked,
    config::Field,
    decisions::Store,
    inputs,
    memory::Memory,
    output::{Done, complain, counted, remark},
    review_page, sets,
    setup::Courts,
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
    let mut store = Store::new(args.reviewer.as_deref());
    let asked = Asked::of(&args.common.paths)?;
    let (found, failed) = gather(&args, &asked, &store)?;
    if found.is_empty() {
        remark(&format_args!("nothing is proposed"));
        return Ok(if failed { Done::Failed } else { Done::Nothing });
    }
    let mut session = session(found, &asked.paths, &args.chosen);
    terminal::run(&mut session, &mut store, args.common.shared.color)?;
    if !args.common.shared.quiet {
        let it = session.progress();
        remark(&format_args!(
            "{} of {} decided: {} accepted, {} rejected, {} edited; kept in {}\nto apply what was accepted: unspin apply",
            it.decided(),
            counted(it.places, "place"),
            it.accepted,
            it.rejected,
            it.edited,
            store.path().display()
        ));
    }
    Ok(if failed { Done::Failed } else { Done::Nothing })
}

fn session(found: Vec<Proposal>, paths: &[PathBuf], chosen: &Chosen) -> Session {
    let order = match chosen.order {
        OrderOf::Text => Order::Text,
        OrderOf::Uncertain => Order::Uncertain,
        OrderOf::Count => Order::Count,
        OrderOf::Random => Order::Random(chosen.seed),
    };
    let mut cards = cards(&found, order);
    if let Some(budget) = chosen.budget {
        // What is decided already costs no key.
        let open: Vec<bool> = cards.iter().map(|it| it.places.iter().any(|&it| found[it].mark.is_none())).collect();
        let mut open = open.into_iter();
        let mut left = budget;
        cards.retain(|_| {
            let asked = open.next().expect("one a card") && left > 0;
            left -= usize::from(asked);
            asked
        });
    }
    let paths = paths.iter().map(|it| it.display().to_string()).collect();
    Session::new(found, cards, paths)
}

/// All that is proposed in the documents, with what the reviewer decided before; and whether a document could not be read.
fn gather(args: &ReviewArgs, asked: &Asked, store: &Store) -> anyhow::Result<(Vec<Proposal>, bool)> {
    let ReviewArgs { common, chosen, .. } = args;
    let decided = asked.answers(store.read()?);
    let courts = Courts::new(common, Spelling::AsFound)?;
    let (documents, mut failed) = inputs::find_texts(&asked.paths);
    let memory = Memory::of_runs(&asked.paths);
    let mut found = Vec::new();
    let act = |origin: &Origin, field: &Field<'_>, raw: &[u8]| {
        let court = courts.over(origin, field);
        let checked = court.check(origin, raw, &memory);
        let found = proposals(&Report::new(origin, &checked), &decided).into_iter().filter(|it| it.confidence >= court.confidence);
        let mut found: Vec<Proposal> = found.filter_map(|it| Some(Proposal { open: asked.open(it.open)?, ..it })).collect();
        let text = checked.document.text();
        let question = asked.question(origin, text).map(|it| Proposal::question(it, text, &decided));
        found.extend(question);
        found
    };
    let mut read = 0;
    let slow = documents.len() > 200 && std::io::stderr().is_terminal() && !common.shared.quiet;
    failed |= sets::work(&documents, &common.shared, &courts.reading, act, |more| {
        found.extend(more);
        read += 1;
        if slow && read % 100 == 0 {
            progress(read, documents.len());
        }
        Ok(())
    })?;
    if !common.shared.quiet {
        review_page::tell_gone(asked, found.iter().filter(|it| !it.open.asks_whole()).count());
    }
    if let Some((own, all)) = chosen.assign {
        found = assign(found, own, all, chosen.overlap);
    }
    if let Some(size) = chosen.sample {
        found = sample(found, size, chosen.seed);
    }
    Ok((found, failed))
}

/// How far the reading is, on one line that is written over.
fn progress(read: usize, all: usize) {
    use std::io::Write as _;
    let _ = write!(std::io::stderr(), "\r{read} of {} read ", counted(all, "document"));
}

/// Decisions go to the disk, or the review ends.
fn keep(store: &mut Store, decisions: &mut [unspin::decision::Decision]) -> anyhow::Result<()> {
    if decisions.is_empty() {
        return Ok(());
    }
    let _hold = crate::interrupt::hold();
    store.add(decisions)
}

/// Names a key that stands for nothing.
fn unknown(key: &str) {
    complain(&format!("{key}: no proposal has this key; `unspin review --list` shows them"));
}
