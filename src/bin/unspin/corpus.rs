//! `unspin corpus build`: documents to an index that `--corpus` asks, and the index from the disk.

use std::{
    fs,
    io::{BufWriter, Write as _},
    path::Path,
    sync::Arc,
    time::Instant,
};

use anyhow::{Context as _, bail};
use unspin::{
    Corpus,
    corpus::{Builder, Gathered, Summary},
    decode::decode,
    report::Origin,
};

use crate::{
    args::{CorpusArgs, CorpusBuildArgs, CorpusCommand},
    config::{Config, Field},
    drafts::Draft,
    inputs::{self, reason},
    interrupt,
    output::{Done, complain, counted, remark},
    sets, setup,
};

pub fn run(args: &CorpusArgs) -> anyhow::Result<Done> {
    match &args.command {
        CorpusCommand::Build(args) => build(args),
    }
}

fn build(args: &CorpusBuildArgs) -> anyhow::Result<Done> {
    let config = Config::of(&args.shared)?;
    let reading = setup::reading(&args.reading, &config.written.records);
    let (mut documents, failed) = inputs::find(&args.paths);
    // The index must not depend on the order in which paths were named.
    documents.sort_by(|a, b| a.name.cmp(&b.name));
    documents.dedup_by(|a, b| a.name == b.name);
    interrupt::heed();
    let begun = Instant::now();
    let mut builder = Builder::new(args.memory);
    let (mut read, mut bytes, mut too_large) = (0, 0, 0);
    let gather = |origin: &Origin, _: &Field<'_>, raw: &[u8]| {
        let document = decode(raw);
        let text = document.text();
        let gathered = u32::try_from(text.len()).is_ok().then(|| Gathered::of(text));
        (origin.name(), raw.len(), gathered)
    };
    let unread = sets::work(&documents, &args.shared, &reading, gather, |(id, size, gathered)| {
        read += 1;
        bytes += size;
        match gathered {
            Some(gathered) => builder.add(&id, &gathered),
            None => too_large += 1,
        }
        Ok(())
    })?;
    if read == 0 {
        bail!("no document to build an index of; {} is not written", args.output.display());
    }
    let written = Draft::new(&args.output, None).and_then(|mut draft| {
        let mut out = BufWriter::new(&mut draft);
        let summary = builder.freeze(&mut out)?;
        out.flush()?;
        drop(out);
        draft.finish()?;
        Ok(summary)
    });
    let summary = written.with_context(|| format!("cannot write {}", args.output.display()))?;
    tell(&summary);
    if too_large > 0 {
        complain(&format!("{} larger than 4 GiB left out", counted(too_large, "document")));
    }
    if !args.shared.quiet {
        let index = fs::metadata(&args.output).map_or(0, |it| it.len());
        let seconds = begun.elapsed().as_millis().max(1);
        remark(&format_args!(
            "{}, {} KB, read in {}.{} s: {} hashes in {}, {} KB",
            counted(summary.documents, "document"),
            bytes / 1000,
            seconds / 1000,
            seconds % 1000 / 100,
            summary.entries,
            args.output.display(),
            index / 1000
        ));
    }
    Ok(if failed || unread || too_large > 0 { Done::Failed } else { Done::Nothing })
}

/// Says what did not fit; an index with gaps is sound, and yet nobody should take it for whole.
fn tell(summary: &Summary) {
    if summary.dropped > 0 {
        let documents = counted(summary.seldom as usize, "document");
        complain(&format!("{} hashes dropped, seen in no more than {documents}: they did not fit; see --memory", summary.dropped));
    }
    if summary.unnamed > 0 {
        complain(&format!("the ids of {} did not fit; see --memory", counted(summary.unnamed, "document")));
    }
}

/// The index in a file.
///
/// # Errors
/// Where it cannot be read, or is no index.
pub fn open(path: &Path) -> anyhow::Result<Arc<Corpus>> {
    let bytes = fs::read(path).map_err(|it| anyhow::anyhow!("{}: {}", path.display(), reason(&it)))?;
    match Corpus::open(bytes) {
        Ok(corpus) => Ok(Arc::new(corpus)),
        Err(error) => bail!("{}: {error}", path.display()),
    }
}
