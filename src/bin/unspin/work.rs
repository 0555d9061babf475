//! The one door to all documents: files and texts of data sets are worked on at once, and what comes of them is taken in order.

use std::io;

use unspin::{records::Text, report::Origin};

use crate::{
    args::{Reading, Shared},
    chunks::Chunk,
    config::Field,
    inputs::{Content, Input, content},
    progress::Progress,
    sets::{self, Bad, Counted, Ending, Part, Reached, Set},
    watch::{Seen, Watch},
};

/// What is done to documents, by several threads.
pub trait Act: Sync {
    /// What comes of a file that is one document.
    type Document: Send;
    /// What comes of records.
    type Records: Send;

    /// Works on a file.
    fn document(&self, input: &Input, content: Content) -> Self::Document;

    /// Works on records.
    fn records(&self, set: &Set, chunk: Chunk) -> Done<Self::Records>;
}

/// Records that were worked on.
pub struct Done<R> {
    /// How many there were.
    pub counted: Counted,
    /// Those that cannot be read.
    pub bad: Vec<Bad>,
    /// What came of them.
    pub made: R,
}

/// Takes what came of documents, in their order.
pub trait Take<A: Act> {
    /// A file.
    fn document(&mut self, input: &Input, made: A::Document) -> anyhow::Result<()>;

    /// A data set begins; what stands before its records is a byte order mark, and the header of a table.
    fn open(&mut self, _input: &Input, _set: &Set, _before: &[u8]) -> anyhow::Result<()> {
        Ok(())
    }

    /// Records of it.
    fn records(&mut self, input: &Input, made: A::Records) -> anyhow::Result<()>;

    /// It ends, and stands.
    fn close(&mut self, _input: &Input) -> anyhow::Result<()> {
        Ok(())
    }

    /// It ends, and does not stand.
    fn abandon(&mut self) {}

    /// All up to some place was taken.
    fn reached(&mut self, _input: &Input, _reached: Reached, _seen: Seen) -> anyhow::Result<()> {
        Ok(())
    }
}

enum Worked<'i, A: Act> {
    Document(&'i Input, io::Result<Option<A::Document>>),
    Open(&'i Input, std::sync::Arc<Set>, Vec<u8>),
    Records(&'i Input, std::sync::Arc<Set>, Done<A::Records>),
    Close(&'i Input, Ending),
}

/// Reads all documents behind some place and shows how far it is. Gives back whether one could not be read.
pub fn run<A: Act>(
    inputs: &[Input],
    (shared, reading): (&Shared, &Reading),
    (from, seen): (Reached, Seen),
    act: &A,
    take: &mut impl Take<A>,
) -> anyhow::Result<bool> {
    let mut progress = Progress::new(inputs, shared, reading);
    let mut watch = Watch::new(shared, reading, seen);
    let mut reached = from;
    let counter = progress.counter();
    let work = |part| match part {
        Part::Document(input, read) => {
            let content = content(input, read, reading);
            Worked::<A>::Document(input, content.map(|it| it.map(|it| act.document(input, it))))
        }
        Part::Open(input, set, before) => Worked::Open(input, set, before),
        Part::Chunk(input, set, chunk) => {
            let done = act.records(&set, chunk);
            Worked::Records(input, set, done)
        }
        Part::Close(input, ending) => Worked::Close(input, ending),
    };
    sets::stream(inputs, shared.jobs, reading, &counter, from, work, |worked| {
        let done = |it: Reached| Reached { inputs: it.inputs + 1, chunks: 0 };
        match worked {
            Worked::Document(_, Ok(None)) => reached = done(reached),
            Worked::Document(input, Err(error)) => {
                watch.unreadable(input, &error);
                reached = done(reached);
            }
            Worked::Document(input, Ok(Some(made))) => {
                progress.tick(1);
                watch.document();
                take.document(input, made)?;
                reached = done(reached);
                take.reached(input, reached, watch.seen())?;
            }
            Worked::Open(input, set, before) => {
                if reached.chunks == 0 {
                    watch.open(&set);
                } else {
                    watch.tell(&set);
                }
                take.open(input, &set, &before)?;
            }
            Worked::Records(input, set, records) => {
                progress.tick(records.counted.texts);
                watch.count(records.counted);
                for bad in &records.bad {
                    watch.bad(&set.file, bad)?;
                }
                take.records(input, records.made)?;
                reached.chunks += 1;
                take.reached(input, reached, watch.seen())?;
            }
            Worked::Close(input, ending) => {
                if watch.close(input, &ending) {
                    take.close(input)?;
                } else {
                    take.abandon();
                }
                reached = done(reached);
                take.reached(input, reached, watch.seen())?;
            }
        }
        Ok(())
    })?;
    progress.finish();
    Ok(watch.finish())
}

/// Reads each document, whether a file or a text of a data set, works on several at once, and hands the results out in their order. A
/// worker is told what the other fields of the record hold.
/// Gives back whether one could not be read.
pub fn work<T: Send>(
    inputs: &[Input],
    shared: &Shared,
    reading: &Reading,
    act: impl Fn(&Origin, &Field<'_>, &[u8]) -> T + Sync,
    take: impl FnMut(T) -> anyhow::Result<()>,
) -> anyhow::Result<bool> {
    run(inputs, (shared, reading), Default::default(), &Each(act), &mut Taker(take))
}

/// Works on each text by itself.
struct Each<F>(F);

struct Taker<F>(F);

impl<T: Send, F: Fn(&Origin, &Field<'_>, &[u8]) -> T + Sync> Act for Each<F> {
    type Document = T;
    type Records = Vec<T>;

    fn document(&self, input: &Input, content: Content) -> T {
        self.0(&Origin::file(&input.name), &|_| None, &content.raw)
    }

    fn records(&self, set: &Set, chunk: Chunk) -> Done<Vec<T>> {
        let mut done = Done { counted: Counted::default(), bad: Vec::new(), made: Vec::new() };
        let (bytes, line) = match chunk {
            Chunk::Records { bytes, line } => (bytes, line),
            Chunk::Piece { line, first, .. } => {
                done.counted.records = usize::from(first);
                done.bad.extend(first.then(|| set.too_large(line)));
                return done;
            }
        };
        for (bytes, record) in set.records(&bytes, line) {
            let field = |name: &str| set.field(bytes, name);
            match record {
                Ok(Some((record, line))) => {
                    done.counted.add(&record);
                    let made = |text: &Text<'_>| self.0(&set.origin(&record, text, line), &field, text.value.as_bytes());
                    done.made.extend(record.texts.iter().map(made));
                }
                Ok(None) => {}
                Err(bad) => {
                    done.counted.records += 1;
                    done.bad.push(bad);
                }
            }
        }
        done
    }
}

impl<T: Send, F, G> Take<Each<F>> for Taker<G>
where
    F: Fn(&Origin, &Field<'_>, &[u8]) -> T + Sync,
    G: FnMut(T) -> anyhow::Result<()>,
{
    fn document(&mut self, _: &Input, made: T) -> anyhow::Result<()> {
        self.0(made)
    }

    fn records(&mut self, _: &Input, made: Vec<T>) -> anyhow::Result<()> {
        made.into_iter().try_for_each(&mut self.0)
    }
}
