//! `unspin review --html`: proposals as a page for a browser.

use std::{
    collections::{HashMap, HashSet},
    fs::{self, File},
    io::{BufWriter, Read as _, Write as _},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use unspin::{
    Spelling,
    audit::Sample,
    page::{self, Sheet},
    report::{Origin, Report},
};

use crate::{
    args::Common,
    audit::read_sample,
    config::Field,
    inputs,
    memory::Memory,
    output::{Done, counted, remark},
    sets,
    setup::Courts,
};

pub fn run(common: &Common, path: &Path) -> anyhow::Result<Done> {
    let courts = Courts::new(common, Spelling::AsFound)?;
    let sample = match &common.paths[..] {
        [only] if is_sample(only) => Some(read_sample(only)?),
        _ => None,
    };
    let paths = sample.as_ref().map_or_else(|| common.paths.clone(), |it| it.files().into_iter().map(PathBuf::from).collect());
    let (documents, mut failed) = inputs::find_texts(&paths);
    let memory = Memory::near(&paths);
    let drawn: Option<HashSet<&str>> = sample.as_ref().map(|it| it.open().map(|it| it.key.as_str()).collect());
    let asked_whole: HashMap<&str, _> = sample.iter().flat_map(|it| &it.documents).map(|it| (it.file.as_str(), it)).collect();
    let render = |origin: &Origin, field: &Field<'_>, raw: &[u8]| {
        let checked = courts.over(origin, field).check(origin, raw, &memory);
        let is_asked = |key: &str| drawn.as_ref().is_none_or(|it| it.contains(key));
        page::sheet(&Report::new(origin, &checked), is_asked, asked_whole.get(origin.file.as_str()).copied())
    };
    let mut sheets = Vec::new();
    failed |= sets::work(&documents, &common.shared, &courts.reading, render, |sheet| {
        sheets.push(sheet);
        Ok(())
    })?;
    let shown: Vec<String> = paths.iter().map(|it| inputs::plain(it).display().to_string()).collect();
    let written = File::create(path).and_then(|file| {
        let mut out = BufWriter::new(file);
        page::write(&sheets, courts.rules().book(), &shown, &mut out)?;
        out.flush()
    });
    written.with_context(|| format!("cannot write {}", path.display()))?;
    if !common.shared.quiet {
        let places = sheets.iter().map(Sheet::places).sum();
        remark(&format_args!("{}: {} in {}", path.display(), counted(places, "proposal"), counted(sheets.len(), "document")));
        let gone = sample.as_ref().map_or(0, |it| it.places.len().saturating_sub(places));
        if gone > 0 {
            remark(&format_args!("{} of the sample: nothing is proposed there any more", counted(gone, "place")));
        }
    }
    Ok(if failed { Done::Failed } else { Done::Nothing })
}

/// Whether a file begins as samples do.
fn is_sample(path: &Path) -> bool {
    let mut start = String::new();
    let opened = fs::metadata(path).is_ok_and(|it| it.is_file()).then(|| File::open(path).ok()).flatten();
    opened.is_some_and(|file| file.take(64).read_to_string(&mut start).is_ok() && Sample::is_one(&start))
}
