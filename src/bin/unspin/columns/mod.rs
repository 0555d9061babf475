//! Parquet: columns that are read as rows, and rows that go back into columns.

pub mod read;
pub mod write;

use std::{
    fs::File,
    io::{self, BufReader, Read as _, Seek as _, SeekFrom},
    path::Path,
    sync::Arc,
};

use parquet::{
    basic::{ConvertedType, LogicalType, Type},
    errors::ParquetError,
    file::{
        metadata::{PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader},
        properties::{ReaderProperties, ReaderPropertiesPtr},
        reader::{ChunkReader, Length},
        serialized_reader::SerializedRowGroupReader,
    },
    schema::types::ColumnDescriptor,
};
use unspin::records::{Column, Holds, Schema};

use crate::{
    chunks::CHUNK,
    progress::{Counter, Counting},
};

/// A Parquet file that is open for reading.
pub struct Table {
    source: Arc<Source>,
    metadata: ParquetMetaData,
    properties: ReaderPropertiesPtr,
}

/// Its bytes, counted.
struct Source {
    file: File,
    counter: Counter,
}

impl Table {
    /// Reads what stands at the end of a file: its columns, and where they lie.
    pub fn open(path: &Path, counter: &Counter) -> io::Result<Self> {
        let source = Source { file: File::open(path)?, counter: counter.clone() };
        let reader = ParquetMetaDataReader::new().with_page_index_policy(PageIndexPolicy::Optional);
        let metadata = reader.parse_and_finish(&source).map_err(failed)?;
        let properties = ReaderProperties::builder().set_read_bloom_filter(true).build();
        Ok(Self { source: Arc::new(source), metadata, properties: Arc::new(properties) })
    }

    /// Its columns, those in structures, lists and maps among them.
    pub fn columns(&self) -> Vec<Column> {
        self.leaves().map(|it| Column { name: it.path().parts().join("."), holds: holds(it) }).collect()
    }

    /// Which column each cell of a row lies in.
    fn cells(&self, schema: &Schema) -> Vec<usize> {
        let leaf = |name: &String| self.leaves().position(|it| it.path().parts().join(".") == *name);
        schema.columns().iter().map(|it| leaf(it).expect("the schema was made of these columns")).collect()
    }

    fn leaves(&self) -> impl Iterator<Item = &ColumnDescriptor> {
        self.metadata.file_metadata().schema_descr().columns().iter().map(|it| &**it)
    }

    fn groups(&self) -> usize {
        self.metadata.num_row_groups()
    }

    fn rows(&self, group: usize) -> usize {
        usize::try_from(self.metadata.row_group(group).num_rows()).unwrap_or_default()
    }

    fn group(&self, group: usize) -> io::Result<SerializedRowGroupReader<'_, Source>> {
        let metadata = self.metadata.row_group(group);
        SerializedRowGroupReader::new(Arc::clone(&self.source), metadata, None, Arc::clone(&self.properties)).map_err(failed)
    }
}

fn holds(column: &ColumnDescriptor) -> Holds {
    let named = matches!(column.logical_type_ref(), Some(LogicalType::String)) || column.converted_type() == ConvertedType::UTF8;
    match column.physical_type() {
        _ if column.max_rep_level() > 0 => Holds::Other,
        Type::BYTE_ARRAY if named => Holds::Text,
        Type::BYTE_ARRAY => Holds::Bytes,
        _ => Holds::Other,
    }
}

/// How many rows are read at once: so many that they are a part of a chunk, by the size of those before them.
#[derive(Debug, Clone, Copy)]
struct Step(usize);

impl Step {
    const FIRST: Self = Self(8);
    const MOST: usize = 1 << 10;

    fn after(rows: usize, bytes: usize) -> Self {
        Self((rows * (CHUNK / 4) / bytes.max(1)).clamp(1, Self::MOST))
    }
}

/// An error in a user's words: what the system says is said as of other files.
fn failed(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(error) => io::Error::other(format!("cannot be read as Parquet: {error}")),
        },
        ParquetError::General(said) | ParquetError::NYI(said) | ParquetError::EOF(said) => {
            io::Error::other(format!("cannot be read as Parquet: {said}"))
        }
        error => io::Error::other(format!("cannot be read as Parquet: {error}")),
    }
}

impl Length for Source {
    fn len(&self) -> u64 {
        self.file.len()
    }
}

impl ChunkReader for Source {
    type T = BufReader<Counting<File>>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        let mut file = self.file.try_clone()?;
        file.seek(SeekFrom::Start(start))?;
        Ok(BufReader::new(self.counter.reader(file)))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<bytes::Bytes, ParquetError> {
        // What a damaged file says of its lengths is not believed.
        if start.checked_add(length as u64).is_none_or(|end| end > self.len()) {
            return Err(ParquetError::EOF(format!("{length} bytes at {start} lie behind its end")));
        }
        let mut bytes = Vec::with_capacity(length);
        self.get_read(start)?.take(length as u64).read_to_end(&mut bytes)?;
        if bytes.len() < length { Err(ParquetError::EOF("it was cut short while it was read".to_owned())) } else { Ok(bytes.into()) }
    }
}
