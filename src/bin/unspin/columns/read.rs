//! Columns read side by side, and cut into chunks of rows.

use std::{
    io,
    time::{Duration, UNIX_EPOCH},
};

use parquet::{
    basic::{ConvertedType, LogicalType, TimeUnit, Type},
    column::reader::{ColumnReader, ColumnReaderImpl},
    data_type::{ByteArray, DataType},
    errors::ParquetError,
    file::reader::RowGroupReader as _,
    schema::types::ColumnDescriptor,
};
use unspin::records::{Schema, rows};

use super::{Step, Table, failed};
use crate::chunks::{CHUNK, Chunk};

/// Reads chunks of the rows of a table.
pub struct Rows {
    table: Table,
    /// The column of each cell.
    cells: Vec<usize>,
    // The group of rows at hand, one reader a cell, and how many of its rows are left.
    group: usize,
    readers: Vec<ColumnReader>,
    left: usize,
    row: usize,
    step: Step,
}

/// A value of a column.
enum Value {
    Bytes(ByteArray),
    Said(String),
}

impl Value {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Bytes(it) => it.data(),
            Self::Said(it) => it.as_bytes(),
        }
    }
}

impl Rows {
    /// The rows of a table from its beginning, with the cells that a schema names.
    pub fn new(table: Table, schema: &Schema) -> Self {
        let cells = table.cells(schema);
        Self { table, cells, group: 0, readers: Vec::new(), left: 0, row: 0, step: Step::FIRST }
    }

    fn chunk(&mut self) -> io::Result<Option<Chunk>> {
        let (first, mut bytes) = (self.row, Vec::new());
        while bytes.len() < CHUNK {
            if self.left > 0 {
                self.read(&mut bytes)?;
            } else if self.group < self.table.groups() {
                let group = self.table.group(self.group)?;
                let readers = self.cells.iter().map(|&it| group.get_column_reader(it));
                self.readers = readers.collect::<Result<_, _>>().map_err(failed)?;
                self.left = self.table.rows(self.group);
                self.group += 1;
            } else {
                break;
            }
        }
        Ok((!bytes.is_empty()).then_some(Chunk::Records { bytes, line: first + 1 }))
    }

    /// Reads some rows of the group at hand.
    fn read(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        let rows = self.step.0.min(self.left);
        let mut columns = Vec::with_capacity(self.cells.len());
        for (reader, cell) in self.readers.iter_mut().zip(&self.cells) {
            let column = self.table.leaves().nth(*cell).expect("the schema was made of these columns");
            columns.push(values(reader, column, rows).map_err(failed)?);
        }
        let start = out.len();
        for row in 0..rows {
            let cells = columns.iter().map(|it| it[row].as_ref().map(Value::bytes));
            rows::write((self.row + row) as u64, cells, out);
        }
        self.step = Step::after(rows, out.len() - start);
        self.left -= rows;
        self.row += rows;
        Ok(())
    }
}

impl Iterator for Rows {
    type Item = io::Result<Chunk>;

    fn next(&mut self) -> Option<Self::Item> {
        self.chunk().transpose()
    }
}

/// The next values of a column; none where they are null, or nothing that can be said in a word.
fn values(reader: &mut ColumnReader, column: &ColumnDescriptor, rows: usize) -> Result<Vec<Option<Value>>, ParquetError> {
    let signed = !matches!(column.logical_type_ref(), Some(LogicalType::Integer(it)) if !it.is_signed);
    match reader {
        // What a list holds belongs to no one row of cells.
        _ if column.max_rep_level() > 0 => Ok((0..rows).map(|_| None).collect()),
        ColumnReader::ByteArrayColumnReader(it) => typed(it, column, rows, |it| Some(Value::Bytes(it))),
        ColumnReader::BoolColumnReader(it) => typed(it, column, rows, |it| said(&it)),
        ColumnReader::Int32ColumnReader(it) if signed => typed(it, column, rows, |it| moment(column, it.into()).or_else(|| said(&it))),
        ColumnReader::Int32ColumnReader(it) => typed(it, column, rows, |it| said(&it.cast_unsigned())),
        ColumnReader::Int64ColumnReader(it) if signed => typed(it, column, rows, |it| moment(column, it).or_else(|| said(&it))),
        ColumnReader::Int64ColumnReader(it) => typed(it, column, rows, |it| said(&it.cast_unsigned())),
        ColumnReader::FloatColumnReader(it) => typed(it, column, rows, |it| said(&it)),
        ColumnReader::DoubleColumnReader(it) => typed(it, column, rows, |it| said(&it)),
        ColumnReader::Int96ColumnReader(it) => typed(it, column, rows, |_| None),
        ColumnReader::FixedLenByteArrayColumnReader(it) => typed(it, column, rows, |_| None),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "some values cannot be said")]
fn said(value: &impl ToString) -> Option<Value> {
    Some(Value::Said(value.to_string()))
}

/// A day, or a second, since 1970 as people write it; `None` where a number is just a number.
fn moment(column: &ColumnDescriptor, value: i64) -> Option<Value> {
    let value = u64::try_from(value).ok()?;
    let seconds = match (column.logical_type_ref(), column.converted_type()) {
        (Some(LogicalType::Date), _) => value * 86_400,
        (Some(LogicalType::Timestamp(it)), _) => match it.unit {
            TimeUnit::MILLIS => value / 1_000,
            TimeUnit::MICROS => value / 1_000_000,
            TimeUnit::NANOS => value / 1_000_000_000,
        },
        (_, ConvertedType::TIMESTAMP_MILLIS) => value / 1_000,
        (_, ConvertedType::TIMESTAMP_MICROS) => value / 1_000_000,
        _ => return None,
    };
    // Years of five digits are no dates.
    let moment = UNIX_EPOCH + Duration::from_secs(Some(seconds).filter(|it| *it < 253_402_300_800)?);
    let said = humantime::format_rfc3339_seconds(moment).to_string();
    Some(Value::Said(if column.physical_type() == Type::INT32 { said[..10].to_owned() } else { said }))
}

fn typed<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    column: &ColumnDescriptor,
    rows: usize,
    said: impl Fn(T::T) -> Option<Value>,
) -> Result<Vec<Option<Value>>, ParquetError> {
    let (mut levels, mut values) = (Vec::new(), Vec::with_capacity(rows));
    let (read, ..) = reader.read_records(rows, Some(&mut levels), None, &mut values)?;
    if read < rows {
        return Err(ParquetError::EOF(format!("the column {} ends before the others", column.path())));
    }
    let mut values = values.into_iter();
    if levels.is_empty() {
        return Ok(values.map(said).collect());
    }
    let mut value = |level: i16| if level == column.max_def_level() { values.next().and_then(&said) } else { None };
    Ok(levels.into_iter().map(&mut value).collect())
}
