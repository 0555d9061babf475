//! Arrow data on its way to whoever reads it: pyarrow, polars, pandas, `DuckDB`.

use std::{
    borrow::Cow,
    sync::{Arc, Mutex, PoisonError},
};

use arrow_array::{Array as _, ArrayRef, StructArray, cast::AsArray as _};
use arrow_schema::{ArrowError, DataType, Field, FieldRef, Fields};
use pyo3::{prelude::*, types::PyCapsule};
use pyo3_arrow::ffi::{ArrayIterator, ArrayReader, to_schema_pycapsule, to_stream_pycapsule};
use unspin::report::{Origin, Record};

use crate::{
    cleaner::{Act, Judge},
    error,
    texts::{is_name, is_text, names},
};

/// Arrow data, handed over by the `PyCapsule` interface: `pyarrow.table(it)`, `polars.from_arrow(it)`.
#[pyclass(module = "unspin", frozen)]
pub struct Stream {
    field: FieldRef,
    source: Source,
}

enum Source {
    /// To be read as often as one likes.
    Chunks(Vec<ArrayRef>),
    /// To be read once; nothing is done before.
    Reader(Mutex<Option<Reader>>),
}

type Reader = Box<dyn ArrayReader + Send>;

impl Stream {
    /// A column.
    pub fn column(field: FieldRef, chunks: Vec<ArrayRef>) -> Self {
        Self { field, source: Source::Chunks(chunks) }
    }

    /// A table, of which a batch is worked on when somebody reads it.
    pub fn table(rows: Rows) -> Self {
        Self { field: rows.field(), source: Source::Reader(Mutex::new(Some(Box::new(rows)))) }
    }
}

#[pymethods]
impl Stream {
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        Ok(to_schema_pycapsule(py, self.field.as_ref())?)
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(&self, py: Python<'py>, requested_schema: Option<Bound<'py, PyCapsule>>) -> PyResult<Bound<'py, PyCapsule>> {
        let reader: Reader = match &self.source {
            Source::Chunks(chunks) => Box::new(ArrayIterator::new(chunks.clone().into_iter().map(Ok), self.field.clone())),
            Source::Reader(reader) => {
                let taken = reader.lock().unwrap_or_else(PoisonError::into_inner).take();
                taken.ok_or_else(|| error("a table is worked on while it is read, and this one has been read"))?
            }
        };
        Ok(to_stream_pycapsule(py, reader, requested_schema)?)
    }

    fn __repr__(&self) -> String {
        format!("<unspin.Stream of {}>", self.field.data_type())
    }
}

/// The batches of a table, each worked on when it is read.
pub struct Rows {
    batches: Reader,
    judge: Arc<Judge>,
    act: Act,
    jobs: usize,
    text: usize,
    id: Option<usize>,
    name: String,
    field: FieldRef,
}

impl Rows {
    /// Does the same to the texts of all rows.
    ///
    /// # Errors
    /// Where there are no such columns, or they hold something else.
    pub fn new(batches: Reader, judge: Arc<Judge>, act: Act, text: &str, id: Option<&str>, jobs: usize) -> Result<Self, String> {
        let DataType::Struct(fields) = batches.field().data_type().clone() else {
            return Err(format!("a column of {}, not a table; that is for the methods that end in _many", batches.field().data_type()));
        };
        let place = |name: &str, fits: fn(&DataType) -> bool| match fields.find(name) {
            Some((place, it)) if fits(it.data_type()) => Ok(place),
            Some((_, it)) => Err(format!("the column `{name}` is {}; texts are strings, ids strings or whole numbers", it.data_type())),
            None => {
                let known: Vec<String> = fields.iter().map(|it| format!("`{}`", it.name())).collect();
                Err(format!("no column is called `{name}`; there are {}", known.join(", ")))
            }
        };
        let (at, id) = (place(text, is_text)?, id.map(|it| place(it, is_name)).transpose()?);
        let mut rows =
            Self { batches, judge, act, jobs, text: at, id, name: text.to_owned(), field: Arc::new(Field::new("", DataType::Null, false)) };
        let empty = StructArray::from(arrow_array::RecordBatch::new_empty(Arc::new(arrow_schema::Schema::new(fields.clone()))));
        let kind = rows.rewritten(&empty).map_err(|it| it.to_string())?.data_type().clone();
        if let DataType::Struct(after) = &kind
            && let Some(twice) = fields.iter().find(|it| after.iter().filter(|other| other.name() == it.name()).count() > 1)
        {
            return Err(format!("there is a column `{}` already; rename it before", twice.name()));
        }
        rows.field = Arc::new(Field::new("", kind, false));
        Ok(rows)
    }

    fn rewritten(&self, batch: &StructArray) -> Result<ArrayRef, ArrowError> {
        let ids = self.id.map(|it| names(batch.column(it).as_ref()));
        let name = &self.name;
        let origin = |row: usize| Origin {
            file: "-".to_owned(),
            record: Some(Record {
                line: row + 1,
                id: ids.as_ref().and_then(|it| it[row].as_ref()).map(Cow::to_string),
                field: name.clone(),
            }),
        };
        let told = self.judge.told(self.act, batch.column(self.text), origin, self.jobs)?;
        let mut fields: Vec<FieldRef> = batch.fields().iter().cloned().collect();
        let mut columns = batch.columns().to_vec();
        if let Some(texts) = told.texts {
            columns[self.text] = texts;
        }
        for (field, column) in told.columns {
            fields.push(field);
            columns.push(column);
        }
        Ok(Arc::new(StructArray::new(Fields::from(fields), columns, batch.nulls().cloned())))
    }
}

impl Iterator for Rows {
    type Item = Result<ArrayRef, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch = self.batches.next()?;
        Some(batch.and_then(|it| self.rewritten(it.as_struct())))
    }
}

impl ArrayReader for Rows {
    fn field(&self) -> FieldRef {
        self.field.clone()
    }
}
