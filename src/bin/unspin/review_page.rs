//! `unspin review --html`: proposals as a page for a browser.

use std::path::Path;

use unspin::{
    Spelling,
    page::{self, Sheet},
    report::{Origin, Report},
};

use crate::{
    args::Common,
    asked::Asked,
    config::Field,
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
    let memory = Memory::near(&asked.paths);
    let render = |origin: &Origin, field: &Field<'_>, raw: &[u8]| {
        let checked = courts.over(origin, field).check(origin, raw, &memory);
        let question = asked.question(origin);
        let sheet = page::sheet(&Report::new(origin, &checked), |key| asked.is_asked(key), question);
        // Of a data set only those records are wanted that were drawn.
        (!asked.is_sample() || question.is_some() || sheet.places() > 0).then_some(sheet)
    };
    let mut sheets = Vec::new();
    failed |= sets::work(&documents, &common.shared, &courts.reading, render, |sheet| {
        sheets.extend(sheet);
        Ok(())
    })?;
    let shown: Vec<String> = asked.paths.iter().map(|it| inputs::plain(it).display().to_string()).collect();
    interrupt::heed();
    let written = drafts::put_written(path, |out| page::write(&sheets, courts.rules().book(), &shown, out));
    written.map_err(|it| unwritable(path, &it))?;
    if !common.shared.quiet {
        let places = sheets.iter().map(Sheet::places).sum();
        remark(&format_args!("{}: {} in {}", path.display(), counted(places, "proposal"), counted(sheets.len(), "document")));
        tell_gone(&asked, places);
    }
    Ok(if failed { Done::Failed } else { Done::Nothing })
}

/// Says how much of a sample is not proposed any more.
pub fn tell_gone(asked: &Asked, found: usize) {
    let gone = asked.gone(found);
    if gone > 0 {
        remark(&format_args!("{} of the sample: nothing is proposed there any more", counted(gone, "place")));
    }
}
