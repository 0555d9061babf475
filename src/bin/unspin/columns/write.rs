//! Rows put back into columns: what no edit is about is copied as it lies, and the rest is written anew in the way it was.

use std::{
    io::{self, BufReader, BufWriter, Read, Seek as _, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use parquet::{
    basic::{Encoding, PageType, Type},
    column::{
        reader::{ColumnReader, get_typed_column_reader},
        writer::{ColumnCloseResult, ColumnWriter, get_typed_column_writer_mut},
    },
    data_type::{
        BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FixedLenByteArrayType, FloatType, Int32Type, Int64Type, Int96Type,
    },
    errors::ParquetError,
    file::{
        metadata::{ColumnChunkMetaData, ParquetMetaData, RowGroupMetaData},
        page_index::column_index::ColumnIndexMetaData,
        properties::{EnabledStatistics, WriterProperties, WriterVersion},
        reader::RowGroupReader as _,
        writer::SerializedFileWriter,
    },
};
use tempfile::SpooledTempFile;
use unspin::records::{Format, Schema, rows};

use super::{Step, Table, failed};
use crate::progress::Counter;

/// So many bytes of new texts are held in memory, for each column; what goes beyond lies on the disk until its group of rows is written.
const HELD: usize = 4 << 20;

/// Writes the rows of a table that it is given, each in its group.
pub struct Rewriter<W: Write + Send> {
    table: Table,
    out: SerializedFileWriter<W>,
    /// The column of each cell.
    cells: Vec<usize>,
    /// Where to put what does not fit into memory.
    folder: PathBuf,
    // The group at hand, the number of its first row, which of its rows stay, and what is new in them by cell.
    group: usize,
    first: usize,
    kept: Vec<bool>,
    edits: Vec<Option<Edits>>,
}

impl<W: Write + Send> Rewriter<W> {
    /// A writer of what stays of a file.
    pub fn new(original: &Path, schema: &Schema, folder: &Path, out: W) -> io::Result<Self> {
        let table = Table::open(original, &Counter::default())?;
        let cells = table.cells(schema);
        let properties = Arc::new(properties(&table.metadata, &cells));
        let root = table.metadata.file_metadata().schema_descr().root_schema_ptr();
        let out = SerializedFileWriter::new(out, root, properties).map_err(failed)?;
        let edits = cells.iter().map(|_| None).collect();
        Ok(Self { table, out, cells, folder: folder.to_owned(), group: 0, first: 0, kept: Vec::new(), edits })
    }

    /// Takes rows that stay, in their order.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        for row in Format::Rows.records(bytes) {
            let number = rows::number(row);
            while self.group < self.table.groups() && number >= self.first + self.table.rows(self.group) {
                self.close_group()?;
            }
            let row_in_group = number - self.first;
            self.kept.resize(row_in_group + 1, false);
            self.kept[row_in_group] = true;
            for (cell, edits) in rows::cells(row).zip(&mut self.edits) {
                if let (true, Some(value)) = (cell.changed, cell.value) {
                    let edits = edits.get_or_insert_with(|| Edits::new(&self.folder));
                    edits.add(row_in_group, value)?;
                }
            }
        }
        Ok(())
    }

    /// Writes what is left, and gives back what it wrote to.
    pub fn finish(mut self) -> io::Result<W> {
        while self.group < self.table.groups() {
            self.close_group()?;
        }
        self.out.into_inner().map_err(failed)
    }

    /// Writes the group at hand, or nothing where none of its rows stays.
    fn close_group(&mut self) -> io::Result<()> {
        let rows = self.table.rows(self.group);
        self.kept.resize(rows, false);
        let whole = self.kept.iter().all(|it| *it);
        if whole || self.kept.contains(&true) {
            self.write_group(whole).map_err(failed)?;
        }
        self.first += rows;
        self.group += 1;
        self.kept.clear();
        self.edits.fill_with(|| None);
        Ok(())
    }

    fn write_group(&mut self, whole: bool) -> Result<(), ParquetError> {
        let reader = self.table.group(self.group)?;
        let mut group = self.out.next_row_group()?;
        for (at, metadata) in reader.metadata().columns().iter().enumerate() {
            let edits = self.cells.iter().position(|it| *it == at).and_then(|it| self.edits[it].take());
            if whole && edits.is_none() {
                let index = |it: &ColumnIndexMetaData| !matches!(it, ColumnIndexMetaData::NONE);
                let close = ColumnCloseResult {
                    bytes_written: metadata.compressed_size().cast_unsigned(),
                    rows_written: reader.metadata().num_rows().cast_unsigned(),
                    metadata: metadata.clone(),
                    bloom_filter: reader.get_column_bloom_filter(at).cloned(),
                    column_index: self.table.metadata.column_index().map(|it| it[self.group][at].clone()).filter(index),
                    offset_index: self.table.metadata.offset_index().map(|it| it[self.group][at].clone()),
                };
                group.append_column(&*self.table.source, close)?;
            } else {
                // What cannot be unpacked is told before anything of it is written.
                let column = reader.get_column_reader(at)?;
                let mut writer = group.next_column()?.expect("the file that is written has the same columns");
                rewrite(column, metadata, writer.untyped(), &self.kept, edits)?;
                writer.close()?;
            }
        }
        group.close().map(drop)
    }
}

/// New values of a column, by their rows.
struct Edits(BufWriter<SpooledTempFile>);

impl Edits {
    fn new(folder: &Path) -> Self {
        Self(BufWriter::new(tempfile::spooled_tempfile_in(HELD, folder)))
    }

    fn add(&mut self, row: usize, value: &[u8]) -> io::Result<()> {
        self.0.write_all(&(row as u64).to_le_bytes())?;
        self.0.write_all(&(value.len() as u64).to_le_bytes())?;
        self.0.write_all(value)
    }

    fn read(self) -> io::Result<NewValues> {
        let mut file = self.0.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        let mut new = NewValues { from: Some(BufReader::new(file)), row: 0 };
        new.advance()?;
        Ok(new)
    }
}

/// New values of a column, read in the order of their rows.
#[derive(Default)]
struct NewValues {
    /// `None` where there are no more.
    from: Option<BufReader<SpooledTempFile>>,
    /// The row of the next one.
    row: u64,
}

impl NewValues {
    /// The new value of a row.
    fn of(&mut self, row: usize) -> io::Result<Option<Vec<u8>>> {
        let Some(from) = self.from.as_mut().filter(|_| self.row == row as u64) else { return Ok(None) };
        let length = number(from)?;
        let mut value = Vec::new();
        from.take(length).read_to_end(&mut value)?;
        self.advance()?;
        Ok(Some(value))
    }

    fn advance(&mut self) -> io::Result<()> {
        let Some(from) = &mut self.from else { return Ok(()) };
        match number(from) {
            Ok(row) => self.row = row,
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => self.from = None,
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

fn number(from: &mut impl Read) -> io::Result<u64> {
    let mut bytes = [0; 8];
    from.read_exact(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}

/// Writes the rows of a column that stay, with new values in some.
fn rewrite(
    column: ColumnReader,
    metadata: &ColumnChunkMetaData,
    out: &mut ColumnWriter<'_>,
    kept: &[bool],
    edits: Option<Edits>,
) -> Result<(), ParquetError> {
    let unchanged = size_of::<u64>();
    match metadata.column_type() {
        Type::BOOLEAN => copy::<BoolType>(column, metadata, out, kept, |_, _| Ok(unchanged)),
        Type::INT32 => copy::<Int32Type>(column, metadata, out, kept, |_, _| Ok(unchanged)),
        Type::INT64 => copy::<Int64Type>(column, metadata, out, kept, |_, _| Ok(unchanged)),
        Type::INT96 => copy::<Int96Type>(column, metadata, out, kept, |_, _| Ok(unchanged)),
        Type::FLOAT => copy::<FloatType>(column, metadata, out, kept, |_, _| Ok(unchanged)),
        Type::DOUBLE => copy::<DoubleType>(column, metadata, out, kept, |_, _| Ok(unchanged)),
        Type::FIXED_LEN_BYTE_ARRAY => copy::<FixedLenByteArrayType>(column, metadata, out, kept, |_, it| Ok(it.len())),
        Type::BYTE_ARRAY => {
            let mut new = edits.map(Edits::read).transpose()?.unwrap_or_default();
            copy::<ByteArrayType>(column, metadata, out, kept, |row, value| {
                if let Some(new) = new.of(row)? {
                    *value = ByteArray::from(new);
                }
                Ok(value.len())
            })
        }
    }
}

/// Writes the rows that stay; `edit` may change a value, and says how large it is.
fn copy<T: DataType>(
    column: ColumnReader,
    metadata: &ColumnChunkMetaData,
    out: &mut ColumnWriter<'_>,
    kept: &[bool],
    mut edit: impl FnMut(usize, &mut T::T) -> io::Result<usize>,
) -> Result<(), ParquetError> {
    let mut reader = get_typed_column_reader::<T>(column);
    let out = get_typed_column_writer_mut::<T>(out);
    let deepest = metadata.column_descr().max_def_level();
    let (nullable, repeated) = (deepest > 0, metadata.column_descr().max_rep_level() > 0);
    let (mut row, mut step) = (0, Step::FIRST);
    while row < kept.len() {
        let (mut defined, mut repetitions, mut values) = (Vec::new(), Vec::new(), Vec::new());
        let most = step.0.min(kept.len() - row);
        let (read, _, levels) = reader.read_records(most, Some(&mut defined), Some(&mut repetitions), &mut values)?;
        if read == 0 {
            return Err(ParquetError::EOF(format!("the column {} ends before the others", metadata.column_path())));
        }
        let mut values = values.into_iter();
        let (mut defined_kept, mut repetitions_kept, mut values_kept) = (Vec::new(), Vec::new(), Vec::new());
        // The row behind the one that the next level begins or belongs to.
        let (mut next, mut size) = (row, levels);
        for level in 0..levels {
            next += usize::from(!repeated || repetitions[level] == 0);
            let at = next.saturating_sub(1);
            let stays = kept.get(at).copied().unwrap_or_default();
            if !nullable || defined[level] == deepest {
                let mut value = values.next().ok_or_else(|| ParquetError::EOF("a value is missing".to_owned()))?;
                size += edit(at, &mut value)?;
                if stays {
                    values_kept.push(value);
                }
            }
            if stays {
                defined_kept.extend(nullable.then(|| defined[level]));
                repetitions_kept.extend(repeated.then(|| repetitions[level]));
            }
        }
        if !values_kept.is_empty() || !defined_kept.is_empty() {
            out.write_batch(&values_kept, nullable.then_some(&defined_kept[..]), repeated.then_some(&repetitions_kept[..]))?;
        }
        row += read;
        step = Step::after(read, size);
    }
    Ok(())
}

/// How a file was written, as far as its first group of rows tells.
fn properties(metadata: &ParquetMetaData, cells: &[usize]) -> WriterProperties {
    let file = metadata.file_metadata();
    let columns = || metadata.row_groups().iter().take(1).flat_map(RowGroupMetaData::columns);
    let second = columns().flat_map(|it| it.page_encoding_stats().into_iter().flatten()).any(|it| it.page_type == PageType::DATA_PAGE_V2);
    let indexed = metadata.row_groups().iter().flat_map(RowGroupMetaData::columns).any(|it| it.offset_index_offset().is_some());
    let sorting = metadata.row_groups().first().and_then(|it| it.sorting_columns()).filter(|sorting| {
        // What was sorted by its texts may not be so any more.
        let by_text = sorting.iter().any(|it| cells.iter().any(|cell| usize::try_from(it.column_idx) == Ok(*cell)));
        !by_text && metadata.row_groups().iter().all(|it| it.sorting_columns() == Some(sorting))
    });
    let mut properties = WriterProperties::builder()
        .set_writer_version(if second { WriterVersion::PARQUET_2_0 } else { WriterVersion::PARQUET_1_0 })
        .set_offset_index_disabled(!indexed)
        .set_sorting_columns(sorting.cloned())
        .set_key_value_metadata(file.key_value_metadata().cloned());
    if let Some(by) = file.created_by() {
        properties = properties.set_created_by(by.to_owned());
    }
    for column in columns() {
        let path = || column.column_path().clone();
        let statistics = match (column.column_index_offset(), column.statistics()) {
            (Some(_), _) => EnabledStatistics::Page,
            (None, Some(_)) => EnabledStatistics::Chunk,
            (None, None) => EnabledStatistics::None,
        };
        let special = |it: &Encoding| {
            let delta = [Encoding::DELTA_BINARY_PACKED, Encoding::DELTA_BYTE_ARRAY, Encoding::DELTA_LENGTH_BYTE_ARRAY];
            delta.contains(it) || *it == Encoding::BYTE_STREAM_SPLIT
        };
        properties = properties
            .set_column_compression(path(), column.compression())
            .set_column_dictionary_enabled(path(), column.dictionary_page_offset().is_some())
            .set_column_encoding(path(), column.encodings().find(special).unwrap_or(Encoding::PLAIN))
            .set_column_statistics_enabled(path(), statistics)
            .set_column_bloom_filter_enabled(path(), column.bloom_filter_offset().is_some());
    }
    properties.build()
}
