//! What records are written through: a packer for those that are bytes, and columns for those that are rows.

use std::{
    io::{self, BufWriter, Stdout, Write},
    path::{Path, PathBuf},
};

use unspin::records::{Format, Schema};

use crate::{
    drafts::Draft,
    inputs::Input,
    packing::{Packer, Packing},
    sets::Set,
};

/// Where bytes end up.
pub enum Place {
    Stdout(BufWriter<Stdout>),
    Draft(BufWriter<Box<Draft>>),
}

/// The data set that another is made of.
pub struct Model {
    path: Option<PathBuf>,
    packing: Packing,
    schema: Option<Schema>,
    /// What stands before its records.
    before: Vec<u8>,
}

impl Model {
    /// A data set that is being read.
    pub fn of(input: &Input, set: &Set, before: Vec<u8>) -> Self {
        Self { path: input.path.clone(), packing: set.packing, schema: set.schema.clone(), before }
    }

    /// Whether its records, written again, may be other bytes.
    pub fn is_packed(&self) -> bool {
        self.packing != Packing::None || self.rows().is_some()
    }

    fn rows(&self) -> Option<(&Path, &Schema)> {
        self.path.as_deref().zip(self.schema.as_ref().filter(|it| it.format() == Format::Rows))
    }
}

/// Where the records of a data set are written.
pub enum Outlet {
    Packed(Box<Packer<Place>>),
    #[cfg(feature = "parquet")]
    Columns(Box<crate::columns::write::Rewriter<Place>>),
}

impl Outlet {
    /// One that writes as the model was written, where a draft was `begun` or from its beginning; `folder` is where it may put what does
    /// not fit into memory.
    pub fn new(place: Place, model: &Model, folder: &Path, begun: bool) -> io::Result<Self> {
        #[cfg(feature = "parquet")]
        if let Some((original, schema)) = model.rows() {
            return crate::columns::write::Rewriter::new(original, schema, folder, place).map(|it| Self::Columns(Box::new(it)));
        }
        #[cfg(not(feature = "parquet"))]
        let _ = folder;
        let mut packer = Packer::new(model.packing, place)?;
        if !begun {
            packer.write_all(&model.before)?;
        }
        Ok(Self::Packed(Box::new(packer)))
    }

    /// Writes records.
    pub fn write(&mut self, records: &[u8]) -> io::Result<()> {
        match self {
            Self::Packed(packer) => packer.write_all(records),
            #[cfg(feature = "parquet")]
            Self::Columns(columns) => columns.write(records),
        }
    }

    /// Writes records out so that a later run can go on behind them, and says how long the draft is then.
    pub fn seal(self, sync: bool) -> io::Result<(Self, u64)> {
        match self {
            Self::Packed(packer) => {
                let mut packer = packer.next_member()?;
                let Place::Draft(out) = packer.inner() else { return Err(io::Error::other("a stream cannot be gone on with")) };
                out.flush()?;
                let length = out.get_ref().length(sync)?;
                Ok((Self::Packed(Box::new(packer)), length))
            }
            // What a Parquet file holds is said at its end.
            #[cfg(feature = "parquet")]
            Self::Columns(columns) => Ok((Self::Columns(columns), 0)),
        }
    }

    /// Whether one can go on with a part of it.
    pub fn can_be_sealed(&self) -> bool {
        matches!(self, Self::Packed(_))
    }

    /// Writes what is left, and puts a draft in its place.
    pub fn finish(self) -> io::Result<()> {
        let place = match self {
            Self::Packed(packer) => packer.finish()?,
            #[cfg(feature = "parquet")]
            Self::Columns(columns) => columns.finish()?,
        };
        match place {
            Place::Stdout(mut out) => out.flush(),
            Place::Draft(out) => out.into_inner().map_err(io::IntoInnerError::into_error)?.finish(),
        }
    }
}

impl Write for Place {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout(out) => out.write(bytes),
            Self::Draft(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout(out) => out.flush(),
            Self::Draft(out) => out.flush(),
        }
    }
}
