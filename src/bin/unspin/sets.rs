//! Data sets: files of records, streamed in chunks through one door with files that are one document.

use std::{
    borrow::Cow,
    fs::File,
    io::{self, Cursor, Read as _},
    path::Path,
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use unspin::{
    records::{self, BYTE_ORDER_MARK, Format, Problem, Schema, SchemaError, Text, Wanted, csv::Dialect, is_blank, json},
    report::{Origin, Record},
};

pub use crate::work::work;
use crate::{
    args::Reading,
    before::refuse_pointer,
    chunks::{CHUNK, Chunk, Chunks},
    inputs::{Content, Input, Kind, read_whole, reason},
    packing::{Packing, Source, unpacked},
    parallel,
    progress::Counter,
};

/// A data set that is being read.
#[derive(Debug)]
pub struct Set {
    /// What it is called in every output.
    pub file: String,
    /// Which fields hold what; `None` where there are no records.
    pub schema: Option<Schema>,
    /// How its bytes were packed.
    pub packing: Packing,
    largest: usize,
}

/// A part of the inputs, in their order.
pub enum Part<'i> {
    /// A file that is one document; its bytes where they were read already.
    Document(&'i Input, Option<Content>),
    /// A data set begins: what stands before its records is a byte order mark, and the header of a table.
    Open(&'i Input, Arc<Set>, Vec<u8>),
    /// Records of it.
    Chunk(&'i Input, Arc<Set>, Chunk),
    /// It ends.
    Close(&'i Input, Ending),
}

/// How a data set ended.
pub enum Ending {
    /// It was read to its end.
    Whole,
    /// It was found in a folder and holds nothing that looks like texts.
    PassedOver(String),
    /// It could not be read, or not to its end.
    Failed(String),
}

/// A record that could not be read.
#[derive(Debug)]
pub struct Bad {
    /// The line that it begins on.
    pub line: usize,
    /// Why.
    pub problem: Problem,
}

/// What was counted of some records.
#[derive(Debug, Default, Clone, Copy, Serialize, Deserialize)]
pub struct Counted {
    /// All, empty lines aside.
    pub records: usize,
    /// Texts in them.
    pub texts: usize,
}

/// A place in the inputs.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// So many of them are done,
    pub inputs: usize,
    /// and so many chunks of the next one.
    pub chunks: usize,
}

/// Hands out all parts of the inputs behind some place to workers, and their results in order.
pub fn stream<'i, R: Send>(
    inputs: &'i [Input],
    jobs: usize,
    reading: &Reading,
    counting: &Counter,
    from: Reached,
    act: impl Fn(Part<'i>) -> R + Sync,
    take: impl FnMut(R) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let feed = |send: &mut dyn FnMut(Part<'i>, usize) -> bool| {
        let skipped = std::iter::once(from.chunks).chain(std::iter::repeat(0));
        let _ = inputs.iter().skip(from.inputs).zip(skipped).all(|(it, skipped)| parts(it, reading, counting, skipped, send));
    };
    parallel::ordered(jobs, feed, act, take)
}

/// Sends the parts of one input, but for some of its chunks; `false` where nobody wants more.
fn parts<'i>(
    input: &'i Input,
    reading: &Reading,
    counting: &Counter,
    skipped: usize,
    send: &mut dyn FnMut(Part<'i>, usize) -> bool,
) -> bool {
    if input.kind(reading) == Some(Kind::Text) && input.path.is_some() {
        return send(Part::Document(input, None), input.size());
    }
    let opened = match open(input, reading, counting) {
        Ok(Opened::Text(content)) => {
            let size = content.raw.len();
            return send(Part::Document(input, Some(content)), size);
        }
        Ok(Opened::Set(opened)) => opened,
        Err(ending) => return send(Part::Close(input, ending), 0),
    };
    let OpenedSet { set, before, first, mut rest } = *opened;
    let set = Arc::new(set);
    let mut sent = send(Part::Open(input, Arc::clone(&set), before), 0);
    // Where a chunk ends depends on those before it, so they are cut again.
    let mut chunks = first.map(Ok).into_iter().chain(&mut rest).skip(skipped);
    while sent {
        sent = match chunks.next() {
            Some(Ok(_)) if set.schema.is_none() => {
                return send(Part::Close(input, Ending::Failed("nothing but empty lines at its beginning".to_owned())), 0);
            }
            Some(Ok(chunk)) => {
                let size = chunk.bytes().len();
                send(Part::Chunk(input, Arc::clone(&set), chunk), size)
            }
            Some(Err(error)) => return send(Part::Close(input, Ending::Failed(reason(&error))), 0),
            None => return send(Part::Close(input, Ending::Whole), 0),
        };
    }
    false
}

enum Opened {
    Text(Content),
    Set(Box<OpenedSet>),
}

struct OpenedSet {
    set: Set,
    before: Vec<u8>,
    first: Option<Chunk>,
    rest: Box<dyn Iterator<Item = io::Result<Chunk>>>,
}

/// Opens an input that may be a data set, and finds out what its records are.
fn open(input: &Input, reading: &Reading, counting: &Counter) -> Result<Opened, Ending> {
    let failed = |it: &io::Error| Ending::Failed(reason(it));
    if let (Some(Kind::Parquet), Some(path)) = (input.kind(reading), &input.path) {
        return open_columns(input, path, reading, counting);
    }
    let (packing, mut source): (Packing, Source) = match &input.path {
        Some(path) => unpacked(counting.reader(File::open(path).map_err(|it| Ending::Failed(reason(&it)))?)),
        None => unpacked(counting.reader(io::stdin())),
    }
    .map_err(|it| failed(&it))?;
    let mut start = Vec::new();
    source.by_ref().take(CHUNK as u64).read_to_end(&mut start).map_err(|it| failed(&it))?;
    refuse_pointer(&start).map_err(|it| failed(&it))?;
    let kind = input.kind(reading).unwrap_or_else(|| sniffed(&start));
    if kind == Kind::Parquet || input.path.is_none() && start.starts_with(PARQUET) {
        return Err(Ending::Failed("Parquet is read from its end, and a stream has none yet; name a file".to_owned()));
    }
    if kind == Kind::Text {
        read_whole(source, reading.largest(packing), &mut start).map_err(|it| failed(&it))?;
        return Ok(Opened::Text(Content { packing, raw: start }));
    }
    if start.starts_with(&[0xFF, 0xFE]) || start.starts_with(&[0xFE, 0xFF]) {
        return Err(Ending::Failed("UTF-16, and data sets are read in UTF-8 only".to_owned()));
    }
    let mark = if start.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    let mut before = start[..mark].to_vec();
    let start = start.split_off(mark);
    let format = match kind {
        Kind::Csv => Format::Csv(Dialect::of(start.split(|it| matches!(it, b'\n' | b'\r')).next().unwrap_or_default())),
        Kind::Tsv => Format::Csv(Dialect::TABS),
        Kind::Jsonl | Kind::Text | Kind::Parquet => Format::Jsonl,
    };
    let source = Box::new(Cursor::new(start).chain(source));
    let mut rest = Chunks::new(source, format, reading.max_record);
    let (mut bytes, mut line) = match rest.next().transpose().map_err(|it| failed(&it))? {
        Some(Chunk::Records { bytes, line }) => (bytes, line),
        Some(Chunk::Piece { .. }) => return Err(Ending::Failed(format!("its first record: {}", Problem::TooLarge(reading.max_record)))),
        None => (Vec::new(), 1),
    };
    let mut header = 0;
    if let Format::Csv(_) = format {
        header = format.records(&bytes).next().map_or(0, <[u8]>::len);
    }
    let wanted = Wanted { texts: reading.field.clone(), id: reading.id.clone() };
    let beginning = if header > 0 { &bytes[..header] } else { &bytes };
    let schema = Schema::find(format, beginning, &wanted).map_err(|it| no_schema(input, &it))?;
    line += format.lines(&bytes[..header]);
    before.extend(bytes.drain(..header));
    let first = (!bytes.is_empty()).then_some(Chunk::Records { bytes, line });
    let set = Set { file: input.name.clone(), schema, packing, largest: reading.max_record };
    Ok(Opened::Set(Box::new(OpenedSet { set, before, first, rest: Box::new(rest) })))
}

/// What a Parquet file begins with.
const PARQUET: &[u8] = b"PAR1";

/// Opens a file of columns.
#[cfg(feature = "parquet")]
fn open_columns(input: &Input, path: &Path, reading: &Reading, counting: &Counter) -> Result<Opened, Ending> {
    use crate::columns::{Table, read::Rows};
    let table = Table::open(path, counting).map_err(|it| Ending::Failed(reason(&it)))?;
    let wanted = Wanted { texts: reading.field.clone(), id: reading.id.clone() };
    let schema = Schema::of_columns(&table.columns(), &wanted, &reading.further).map_err(|it| no_schema(input, &it))?;
    let rest = Box::new(Rows::new(table, &schema));
    let set = Set { file: input.name.clone(), schema: Some(schema), packing: Packing::None, largest: reading.max_record };
    Ok(Opened::Set(Box::new(OpenedSet { set, before: Vec::new(), first: None, rest })))
}

/// Opens a file of columns.
#[cfg(not(feature = "parquet"))]
fn open_columns(input: &Input, _: &Path, _: &Reading, _: &Counter) -> Result<Opened, Ending> {
    let why =
        "Parquet, which this unspin was built without; released binaries read it, and so does `cargo install unspin --features parquet`";
    Err(if input.explicit { Ending::Failed(why.to_owned()) } else { Ending::PassedOver(why.to_owned()) })
}

fn no_schema(input: &Input, why: &SchemaError) -> Ending {
    match why {
        SchemaError::NoText(_) if !input.explicit => Ending::PassedOver(why.to_string()),
        why => Ending::Failed(why.to_string()),
    }
}

/// What a stream without a name holds: records where its first line is a JSON object.
fn sniffed(start: &[u8]) -> Kind {
    let start = start.strip_prefix(BYTE_ORDER_MARK).unwrap_or(start);
    let line = start.split(|it| *it == b'\n').find(|it| !is_blank(it)).unwrap_or_default();
    let object = str::from_utf8(line).is_ok_and(|it| json::fields(it).is_ok_and(|it| !it.is_empty()));
    if object { Kind::Jsonl } else { Kind::Text }
}

/// A record with the line that it begins on, or nothing in an empty line.
type Read<'c> = Result<Option<(records::Record<'c>, usize)>, Bad>;

impl Counted {
    /// Counts a record.
    pub fn add(&mut self, record: &records::Record<'_>) {
        self.records += 1;
        self.texts += record.texts.len();
    }
}

impl Set {
    /// Reads the records of a chunk, each with its line; empty lines are no records.
    pub fn records<'c>(&self, chunk: &'c [u8], mut line: usize) -> impl Iterator<Item = (&'c [u8], Read<'c>)> {
        let format = self.schema.as_ref().map_or(Format::Jsonl, Schema::format);
        format.records(chunk).map(move |record| {
            let at = line;
            line += format.lines(record);
            if is_blank(record) {
                return (record, Ok(None));
            }
            let read = match &self.schema {
                _ if record.len() > self.largest => Err(Problem::TooLarge(self.largest)),
                Some(schema) => schema.read(record).map(|it| Some((it, at))),
                None => Ok(None),
            };
            (record, read.map_err(|problem| Bad { line: at, problem }))
        })
    }

    /// Where a text comes from.
    pub fn origin(&self, record: &records::Record<'_>, text: &Text<'_>, line: usize) -> Origin {
        let field = self.schema.as_ref().map_or_else(String::new, |it| it.name(text.field).to_owned());
        let id = record.id.as_ref().map(ToString::to_string);
        Origin { file: self.file.clone(), record: Some(Record { line, id, field }) }
    }

    /// What any field of a record says.
    pub fn field(&self, record: &[u8], name: &str) -> Option<String> {
        self.schema.as_ref()?.value(record, name).map(Cow::into_owned)
    }

    /// What is wrong with a record that comes in pieces.
    pub fn too_large(&self, line: usize) -> Bad {
        Bad { line, problem: Problem::TooLarge(self.largest) }
    }
}
