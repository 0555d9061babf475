//! Texts in Arrow arrays, and arrays of the same kind with other texts.

use std::{borrow::Cow, sync::Arc};

use arrow_array::{
    Array, ArrayRef, LargeStringArray, StringArray, StringViewArray,
    cast::AsArray as _,
    types::{Int32Type, Int64Type, UInt32Type, UInt64Type},
};
use arrow_schema::{ArrowError, DataType};

/// Whether a column of this kind holds texts.
pub fn is_text(kind: &DataType) -> bool {
    matches!(kind, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

/// Whether a column of this kind can name rows.
pub fn is_name(kind: &DataType) -> bool {
    is_text(kind) || matches!(kind, DataType::Int32 | DataType::Int64 | DataType::UInt32 | DataType::UInt64)
}

/// The texts of a column that holds texts.
pub fn texts(array: &dyn Array) -> Vec<Option<&str>> {
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().iter().collect(),
        DataType::LargeUtf8 => array.as_string::<i64>().iter().collect(),
        _ => array.as_string_view().iter().collect(),
    }
}

/// What the rows of a column are called that can name them.
pub fn names(array: &dyn Array) -> Vec<Option<Cow<'_, str>>> {
    match array.data_type() {
        DataType::Int32 => array.as_primitive::<Int32Type>().iter().map(number).collect(),
        DataType::Int64 => array.as_primitive::<Int64Type>().iter().map(number).collect(),
        DataType::UInt32 => array.as_primitive::<UInt32Type>().iter().map(number).collect(),
        DataType::UInt64 => array.as_primitive::<UInt64Type>().iter().map(number).collect(),
        _ => texts(array).into_iter().map(|it| it.map(Cow::Borrowed)).collect(),
    }
}

fn number<'n>(number: Option<impl ToString>) -> Option<Cow<'n, str>> {
    number.map(|it| Cow::Owned(it.to_string()))
}

/// A column of the same kind with these texts.
///
/// # Errors
/// Where they are more than its kind can hold.
pub fn rewritten(array: &ArrayRef, texts: &[Option<&str>]) -> Result<ArrayRef, ArrowError> {
    let total: usize = texts.iter().flatten().map(|it| it.len()).sum();
    Ok(match array.data_type() {
        DataType::Utf8 if i32::try_from(total).is_err() => {
            let message = "the corrected texts of a batch are larger than 2 GiB; use smaller batches, or large_string";
            return Err(ArrowError::ComputeError(message.to_owned()));
        }
        DataType::Utf8 => Arc::new(StringArray::from_iter(texts)),
        DataType::LargeUtf8 => Arc::new(LargeStringArray::from_iter(texts)),
        _ => Arc::new(StringViewArray::from_iter(texts)),
    })
}
