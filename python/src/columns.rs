//! Findings and verdicts as columns of Arrow.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int32Array, Int64Array, ListArray, StringArray, StructArray};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{Field, FieldRef, Fields};

use crate::found::{Found, Scored};

/// A column of lists of findings, a list for each text, by this name.
pub fn findings(name: &str, lists: &[&[Found]]) -> (FieldRef, ArrayRef) {
    let all: Vec<&Found> = lists.iter().flat_map(|it| it.iter()).collect();
    let edits: Vec<_> = all.iter().flat_map(|it| &it.edits).collect();
    let alternatives: Vec<_> = all.iter().flat_map(|it| &it.alternatives).collect();
    let column = record(
        vec![
            ("key", strings(all.iter().map(|it| it.key.as_str()))),
            ("rule", strings(all.iter().map(|it| it.rule.as_str()))),
            ("rule_version", Arc::new(Int32Array::from_iter_values(all.iter().map(|it| it.rule_version)))),
            ("severity", strings(all.iter().map(|it| it.severity))),
            ("applicability", strings(all.iter().map(|it| it.applicability))),
            ("confidence", floats(all.iter().map(|it| it.confidence))),
            ("message", strings(all.iter().map(|it| it.message.as_str()))),
            ("start", integers(all.iter().map(|it| it.start))),
            ("end", integers(all.iter().map(|it| it.end))),
            ("line", integers(all.iter().map(|it| it.line))),
            ("column", integers(all.iter().map(|it| it.column))),
            ("zone", strings(all.iter().map(|it| it.zone))),
            ("text", strings(all.iter().map(|it| it.text.as_str()))),
            (
                "edits",
                list(
                    all.iter().map(|it| it.edits.len()),
                    record(
                        vec![
                            ("start", integers(edits.iter().map(|it| it.0))),
                            ("end", integers(edits.iter().map(|it| it.1))),
                            ("replacement", strings(edits.iter().map(|it| it.2.as_str()))),
                        ],
                        None,
                    ),
                ),
            ),
            (
                "alternatives",
                list(
                    all.iter().map(|it| it.alternatives.len()),
                    record(
                        vec![
                            ("replacement", strings(alternatives.iter().map(|it| it.0.as_str()))),
                            ("confidence", floats(alternatives.iter().map(|it| it.1))),
                        ],
                        None,
                    ),
                ),
            ),
            ("evidence", list(all.iter().map(|it| it.evidence.len()), strings(all.iter().flat_map(|it| &it.evidence).map(String::as_str)))),
            ("witness", Arc::new(StringArray::from_iter(all.iter().map(|it| it.witness.as_deref())))),
            ("set_aside", Arc::new(StringArray::from_iter(all.iter().map(|it| it.set_aside.as_deref())))),
        ],
        None,
    );
    named(name, list(lists.iter().map(|it| it.len()), column))
}

/// A column of verdicts in one word; none where there is no text.
pub fn verdicts<'s>(scores: impl Iterator<Item = Option<&'s Scored>>) -> (FieldRef, ArrayRef) {
    named("verdict", Arc::new(StringArray::from_iter(scores.map(|it| it.map(|it| it.verdict)))))
}

/// A column of verdicts; none where there is no text.
pub fn scores(scores: &[Option<Scored>]) -> (FieldRef, ArrayRef) {
    fn of<T>(scores: &[Option<Scored>], value: impl Fn(&Scored) -> T) -> impl Iterator<Item = Option<T>> {
        scores.iter().map(move |it| it.as_ref().map(&value))
    }
    let strings =
        |value: fn(&Scored) -> &str| -> ArrayRef { Arc::new(StringArray::from_iter(scores.iter().map(|it| it.as_ref().map(value)))) };
    let floats = |value: fn(&Scored) -> f64| -> ArrayRef { Arc::new(Float64Array::from_iter(of(scores, value))) };
    let integers = |value: fn(&Scored) -> usize| -> ArrayRef { Arc::new(Int64Array::from_iter(of(scores, value).map(|it| it.map(whole)))) };
    let columns = vec![
        ("verdict", strings(|it| it.verdict)),
        ("lang", strings(|it| it.lang)),
        ("reason", strings(|it| &it.reason)),
        ("spun", floats(|it| it.spun)),
        ("rate", floats(|it| it.rate)),
        ("translated", floats(|it| it.translated)),
        ("source", Arc::new(StringArray::from_iter(scores.iter().map(|it| it.as_ref()?.source.as_deref())))),
        ("residue", integers(|it| it.residue)),
        ("words", integers(|it| it.words)),
    ];
    named("score", record(columns, Some(scores.iter().map(Option::is_some).collect())))
}

/// A column of records with these fields.
pub fn record(columns: Vec<(&str, ArrayRef)>, nulls: Option<NullBuffer>) -> ArrayRef {
    let fields: Fields = columns.iter().map(|(name, it)| Field::new(*name, it.data_type().clone(), true)).collect();
    Arc::new(StructArray::new(fields, columns.into_iter().map(|it| it.1).collect(), nulls))
}

fn named(name: &str, column: ArrayRef) -> (FieldRef, ArrayRef) {
    (Arc::new(Field::new(name, column.data_type().clone(), true)), column)
}

fn list(lengths: impl IntoIterator<Item = usize>, values: ArrayRef) -> ArrayRef {
    let field = Arc::new(Field::new("element", values.data_type().clone(), true));
    Arc::new(ListArray::new(field, OffsetBuffer::from_lengths(lengths), values, None))
}

fn strings<'s>(values: impl Iterator<Item = &'s str>) -> ArrayRef {
    // It wants to know how many there are.
    Arc::new(StringArray::from_iter_values(values.collect::<Vec<_>>()))
}

fn floats(values: impl Iterator<Item = f64>) -> ArrayRef {
    Arc::new(Float64Array::from_iter_values(values))
}

fn integers(values: impl Iterator<Item = usize>) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(values.map(whole)))
}

/// Places and counts of a text: less than 4 GiB.
fn whole(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
