//! `unspin allow`: one finding is rejected for good, or until a day, with a reason.

use unspin::{
    Checked, Spelling,
    decision::{Choice, Decision},
    diff::printable,
    report::{Origin, Report},
};

use crate::{
    args::AllowArgs,
    config::Field,
    decisions::Store,
    inputs, interrupt,
    memory::Memory,
    output::{Done, complain, remark},
    sets,
    setup::Courts,
};

pub fn run(args: &AllowArgs) -> anyhow::Result<Done> {
    let common = &args.common;
    let courts = Courts::new(common, Spelling::AsFound)?;
    let (documents, mut failed) = inputs::find_texts(&common.paths);
    let memory = Memory::of_runs(&common.paths);
    let act = |origin: &Origin, field: &Field<'_>, raw: &[u8]| {
        let checked = courts.over(origin, field).check(origin, raw, &memory);
        named(&args.key, origin, &checked)
    };
    let mut found = Vec::new();
    failed |= sets::work(&documents, &common.shared, &courts.reading, act, |it| {
        found.extend(it);
        Ok(())
    })?;
    if found.is_empty() {
        complain(&format!("{}: no finding has this key; `unspin check --format jsonl` shows them", args.key));
        return Ok(Done::Failed);
    }
    for it in &mut found {
        (it.decision, it.reason, it.until) = (Choice::Rejected, args.reason.clone(), args.until.clone());
    }
    let mut store = Store::new(args.reviewer.as_deref());
    let hold = interrupt::hold();
    store.add(&mut found)?;
    drop(hold);
    if !common.shared.quiet {
        let until = args.until.as_ref().map_or_else(String::new, |it| format!(" until {it}"));
        for it in &found {
            let line = format!("allowed{until}: “{}” in {} ({}); kept in {}", it.text, it.file, it.rule, store.path().display());
            remark(&format_args!("{}", printable(&line)));
        }
    }
    Ok(if failed { Done::Failed } else { Done::Nothing })
}

fn named(key: &str, origin: &Origin, checked: &Checked) -> Option<Decision> {
    let report = Report::new(origin, checked);
    let entry = report.entries.iter().find(|it| it.key == key)?;
    Some(Decision::open(origin, entry, &checked.document))
}
