//! `unspin review --html`: proposals as a page for a browser.

use std::{collections::HashSet, path::Path};

use unspin::{
    Spelling,
    decision::{Decisions, Standing},
    page::{self, Sheet},
    report::{Origin, Report},
};

use crate::{
    args::Common,
    asked::Asked,
    config::Field,
    decisions::lines_near,
    drafts,
    fix::unwritable,
    inputs, interrupt,
    memory::Memory,
    output::{Done, counted, remark},
    sets,
    setup::Courts,
};

pub fn run(common: &Common, path: &Path) -> anyhow::Result<Done> {
    let courts = Courts::new(common, Spelling::AsFound)?;
    let asked = Asked::of(&common.paths)?;
    let (documents, mut failed) = inputs::find_texts(&asked.paths);
    let memory = Memory { decided: asked.answers(lines_near(&asked.paths)), ..Memory::of_runs(&asked.paths) };
    let render = |origin: &Origin, field: &Field<'_>, raw: &[u8]| {
        let checked = courts.over(origin, field).check(origin, raw, &memory);
        let report = Report::new(origin, &checked);
        let decided = decided(&report, &memory.decided);
        let left_out = decided.iter().filter(|it| asked.is_asked(it)).count();
        let question = asked.question(origin, checked.document.text()).filter(|it| memory.decided.answer_to(it).is_none());
        let sheet = page::sheet(&report, |open| asked.open(open).filter(|it| !decided.contains(&it.key)), question);
        // Of a data set only those records are wanted that were drawn.
        ((!asked.is_sample() || question.is_some() || sheet.places() > 0).then_some(sheet), left_out)
    };
    let (mut sheets, mut left_out) = (Vec::new(), 0);
    failed |= sets::work(&documents, &common.shared, &courts.reading, render, |(sheet, decided)| {
        sheets.extend(sheet);
        left_out += decided;
        Ok(())
    })?;
    let shown: Vec<String> = asked.paths.iter().map(|it| inputs::plain(it).display().to_string()).collect();
    interrupt::heed();
    let written = drafts::put_written(path, |out| page::write(&sheets, courts.rules().book(), &shown, out));
    written.map_err(|it| unwritable(path, &it))?;
    if !common.shared.quiet {
        let places = sheets.iter().map(Sheet::places).sum();
        let decided = if left_out > 0 { format!("; {left_out} decided already") } else { String::new() };
        remark(&format_args!("{}: {} in {}{decided}", path.display(), counted(places, "proposal"), counted(sheets.len(), "document")));
        tell_gone(&asked, places + left_out);
    }
    Ok(if failed { Done::Failed } else { Done::Nothing })
}

/// The keys of what is proposed and somebody has settled; what was rejected is not proposed to begin with.
fn decided(report: &Report<'_>, decisions: &Decisions) -> HashSet<String> {
    if !decisions.touch(report.origin) {
        return HashSet::new();
    }
    let standing = report.entries.iter().zip(decisions.standing(report));
    let settled = standing.filter(|(it, standing)| it.set_aside.is_none() && it.finding.fix.is_some() && *standing != Standing::Open);
    settled.map(|(it, _)| it.key.clone()).collect()
}

/// Says how much of a sample is not proposed any more.
pub fn tell_gone(asked: &Asked, found: usize) {
    let gone = asked.gone(found);
    if gone > 0 {
        remark(&format_args!("{} of the sample: nothing is proposed there any more", counted(gone, "place")));
    }
}
