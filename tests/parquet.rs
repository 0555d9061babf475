//! Parquet: tables that another library writes come out with every value that no edit is about; what is damaged is told.
#![cfg(feature = "parquet")]
#![expect(clippy::disallowed_methods, reason = "these tests are about files")]
#![expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_precision_loss, reason = "the tables are small")]

use std::{fs::File, path::Path, process::Command, sync::Arc};

use parquet::{
    basic::{Compression, GzipLevel, ZstdLevel},
    column::writer::ColumnWriter,
    data_type::{ByteArray, FixedLenByteArray, Int96},
    file::{
        metadata::KeyValue,
        properties::{EnabledStatistics, WriterProperties, WriterVersion},
        reader::{FileReader, SerializedFileReader},
        writer::SerializedFileWriter,
    },
    record::{Field, Row},
    schema::{parser::parse_message_type, printer::print_schema},
};
use proptest::{
    prelude::*,
    test_runner::{Config, RngSeed, TestRunner},
};

/// Columns of all physical types, in a structure and in lists, with and without nulls; the texts are neither first nor last.
const SCHEMA: &str = "
message table {
  required int64 id;
  optional boolean flag;
  optional group article {
    optional binary title (STRING);
    optional binary body (STRING);
    optional float score;
  }
  optional group tags (LIST) { repeated group list { optional binary element (STRING); } }
  optional binary text (STRING);
  required double weight;
  optional int96 seen;
  optional int32 day (DATE);
  optional fixed_len_byte_array(4) hash;
  optional binary raw;
}";

/// What a row holds: everything else is made of its number.
#[derive(Debug, Clone)]
struct Given {
    text: Option<usize>,
    body: Option<usize>,
    tags: Option<Vec<Option<usize>>>,
}

const TEXTS: [(&str, &str); 6] = [
    (
        "The harbour was quiet, and nobody had seen the boat since the morning.",
        "The harbour was quiet, and nobody had seen the boat since the morning.",
    ),
    ("They met on the the pier and left.", "They met on the pier and left."),
    ("", ""),
    ("Ünïcödé, “quoted”.\nTwo lines.", "Ünïcödé, “quoted”.\nTwo lines."),
    ("They walked along the the shore.", "They walked along the shore."),
    ("A short one.", "A short one."),
];

fn given() -> impl Strategy<Value = Given> {
    let text = || prop::option::weighted(0.8, 0..TEXTS.len());
    let tags = prop::option::of(prop::collection::vec(text(), 0..3));
    (text(), text(), tags).prop_map(|(text, body, tags)| Given { text, body, tags })
}

#[derive(Debug, Clone)]
struct Style {
    codec: Compression,
    dictionary: bool,
    statistics: EnabledStatistics,
    version: WriterVersion,
    bloom: bool,
    page: usize,
}

fn style() -> impl Strategy<Value = Style> {
    let codecs = vec![
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(GzipLevel::default()),
        Compression::ZSTD(ZstdLevel::default()),
        Compression::LZ4_RAW,
        Compression::LZ4,
    ];
    let statistics = vec![EnabledStatistics::None, EnabledStatistics::Chunk, EnabledStatistics::Page];
    let version = vec![WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0];
    let choice = (prop::sample::select(codecs), any::<bool>(), prop::sample::select(statistics), prop::sample::select(version));
    (choice, any::<bool>(), prop::sample::select(vec![50, 1 << 20]))
        .prop_map(|((codec, dictionary, statistics, version), bloom, page)| Style { codec, dictionary, statistics, version, bloom, page })
}

/// Writes groups of rows as another program would.
fn write(path: &Path, groups: &[Vec<Given>], style: &Style) {
    let properties = WriterProperties::builder()
        .set_compression(style.codec)
        .set_dictionary_enabled(style.dictionary)
        .set_statistics_enabled(style.statistics)
        .set_offset_index_disabled(style.statistics != EnabledStatistics::Page)
        .set_writer_version(style.version)
        .set_bloom_filter_enabled(style.bloom)
        .set_data_page_size_limit(style.page)
        .set_write_batch_size(3)
        .set_created_by("somebody else".to_owned())
        .set_key_value_metadata(Some(vec![KeyValue::new("who".to_owned(), "me".to_owned())]))
        .build();
    let schema = Arc::new(parse_message_type(SCHEMA).expect("it is sound"));
    let mut file = SerializedFileWriter::new(File::create(path).expect("it is ours"), schema, Arc::new(properties)).expect("it is sound");
    let mut number = 0;
    for group in groups {
        let first = number;
        number += group.len();
        let rows = || group.iter().enumerate().map(|(at, it)| (first + at, it));
        let mut columns = file.next_row_group().expect("it is sound");
        for leaf in 0..12 {
            let mut column = columns.next_column().expect("it is sound").expect("there are so many");
            // What depends on the number alone, null in some rows.
            let there = |number: usize| !(number + leaf).is_multiple_of(3);
            let levels = |deepest: i16| rows().map(|(it, _)| if there(it) { deepest } else { 0 }).collect::<Vec<i16>>();
            let numbers = || rows().map(|it| it.0).filter(|it| there(*it));
            let text = |it: Option<usize>| it.map(|it| ByteArray::from(TEXTS[it].0));
            match column.untyped() {
                ColumnWriter::Int64ColumnWriter(it) => it.write_batch(&rows().map(|it| it.0 as i64 * 10).collect::<Vec<_>>(), None, None),
                ColumnWriter::BoolColumnWriter(it) => {
                    it.write_batch(&numbers().map(|it| it % 2 == 0).collect::<Vec<_>>(), Some(&levels(1)), None)
                }
                ColumnWriter::FloatColumnWriter(it) => {
                    it.write_batch(&numbers().map(|it| it as f32 / 4.0).collect::<Vec<_>>(), Some(&levels(2)), None)
                }
                ColumnWriter::DoubleColumnWriter(it) => it.write_batch(&rows().map(|it| it.0 as f64).collect::<Vec<_>>(), None, None),
                ColumnWriter::Int96ColumnWriter(it) => {
                    let value = |it: usize| Int96::from(vec![it as u32, 2, 3]);
                    it.write_batch(&numbers().map(value).collect::<Vec<_>>(), Some(&levels(1)), None)
                }
                ColumnWriter::Int32ColumnWriter(it) => {
                    it.write_batch(&numbers().map(|it| it as i32).collect::<Vec<_>>(), Some(&levels(1)), None)
                }
                ColumnWriter::FixedLenByteArrayColumnWriter(it) => {
                    let value = |it: usize| FixedLenByteArray::from((it as u32).to_le_bytes().to_vec());
                    it.write_batch(&numbers().map(value).collect::<Vec<_>>(), Some(&levels(1)), None)
                }
                ColumnWriter::ByteArrayColumnWriter(it) => match leaf {
                    2 | 11 => {
                        let deepest = if leaf == 2 { 2 } else { 1 };
                        let value = |it: usize| ByteArray::from(format!("They saw the the {it}.").as_str());
                        it.write_batch(&numbers().map(value).collect::<Vec<_>>(), Some(&levels(deepest)), None)
                    }
                    3 => {
                        let level = |(number, it): (usize, &Given)| if it.body.is_some() { 2 } else { i16::from(there(number)) };
                        let values: Vec<_> = rows().filter_map(|it| text(it.1.body)).collect();
                        it.write_batch(&values, Some(&rows().map(level).collect::<Vec<_>>()), None)
                    }
                    5 => {
                        let (mut values, mut defined, mut repeated) = (Vec::new(), Vec::new(), Vec::new());
                        for (_, row) in rows() {
                            let tags = row.tags.as_deref();
                            if tags.is_none_or(<[_]>::is_empty) {
                                defined.push(i16::from(tags.is_some()));
                                repeated.push(0);
                            }
                            for (at, tag) in tags.unwrap_or_default().iter().enumerate() {
                                defined.push(if tag.is_some() { 3 } else { 2 });
                                repeated.push(i16::from(at > 0));
                                values.extend(text(*tag));
                            }
                        }
                        it.write_batch(&values, Some(&defined), Some(&repeated))
                    }
                    _ => {
                        let values: Vec<_> = rows().filter_map(|it| text(it.1.text)).collect();
                        it.write_batch(&values, Some(&rows().map(|it| i16::from(it.1.text.is_some())).collect::<Vec<_>>()), None)
                    }
                },
            }
            .expect("it is sound");
            column.close().expect("it is sound");
        }
        columns.close().expect("it is sound");
    }
    file.close().expect("it is sound");
}

fn rows(path: &Path) -> Vec<Row> {
    let file = SerializedFileReader::new(File::open(path).expect("it is there")).expect("it is sound");
    file.get_row_iter(None).expect("it is sound").map(|it| it.expect("it is sound")).collect()
}

/// A row, with the texts that are to be corrected as they should be after.
fn fixed(row: &Row, columns: &[&str]) -> Vec<(String, Field)> {
    let correct = |field: &Field| match field {
        Field::Str(it) => Field::Str(TEXTS.iter().find(|text| text.0 == it).map_or(it.clone(), |text| text.1.to_owned())),
        other => other.clone(),
    };
    let column = |(name, field): (&String, &Field)| {
        let field = match field {
            Field::Group(group) if name == "article" => {
                let inner = group.get_column_iter().map(|(inner, field)| {
                    let named = columns.contains(&format!("{name}.{inner}").as_str());
                    (inner.clone(), if named { correct(field) } else { field.clone() })
                });
                Field::Group(Row::new(inner.collect()))
            }
            field if columns.contains(&name.as_str()) => correct(field),
            field => field.clone(),
        };
        (name.clone(), field)
    };
    row.get_column_iter().map(column).collect()
}

fn columns(row: &Row) -> Vec<(String, Field)> {
    row.get_column_iter().map(|(name, field)| (name.clone(), field.clone())).collect()
}

fn unspin(folder: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_unspin")).current_dir(folder).env("NO_COLOR", "1").args(args).output().expect("it starts");
    let said = |it: &[u8]| String::from_utf8_lossy(it).into_owned();
    (done.status.code(), said(&done.stdout), said(&done.stderr))
}

/// What a file says of itself, besides its rows.
#[derive(Debug, PartialEq)]
struct Described {
    schema: String,
    metadata: Option<Vec<KeyValue>>,
    by: Option<String>,
    groups: Vec<(i64, Vec<ColumnStyle>)>,
}

/// The codec of a column, and whether it has a dictionary, statistics, a Bloom filter and a page index.
type ColumnStyle = (Compression, bool, bool, bool, bool);

fn described(path: &Path) -> Described {
    let file = SerializedFileReader::new(File::open(path).expect("it is there")).expect("it is sound");
    let metadata = file.metadata();
    let mut schema = Vec::new();
    print_schema(&mut schema, metadata.file_metadata().schema());
    let groups = metadata.row_groups().iter().map(|group| {
        let columns = group.columns().iter().map(|it| {
            let (dictionary, statistics) = (it.dictionary_page_offset().is_some(), it.statistics().is_some());
            (it.compression(), dictionary, statistics, it.bloom_filter_offset().is_some(), it.column_index_offset().is_some())
        });
        (group.num_rows(), columns.collect())
    });
    let file = metadata.file_metadata();
    let schema = String::from_utf8(schema).expect("it is text");
    let (metadata, by) = (file.key_value_metadata().cloned(), file.created_by().map(str::to_owned));
    Described { schema, metadata, by, groups: groups.collect() }
}

#[test]
fn only_the_texts_change() {
    let config = Config { cases: 24, rng_seed: RngSeed::Fixed(9), failure_persistence: None, ..Config::default() };
    let groups = prop::collection::vec(prop::collection::vec(given(), 1..40), 0..4);
    let folder = tempfile::tempdir().expect("there is room for it");
    let path = |name: &str| folder.path().join(name);
    TestRunner::new(config)
        .run(&(groups, style(), any::<bool>()), |(groups, style, both)| {
            write(&path("a.parquet"), &groups, &style);
            let fields: &[&str] = if both { &["article.body", "text"] } else { &["text"] };
            let mut args = vec!["fix", "a.parquet", "--out", "out", "--on-error", "fail", "-j", if both { "1" } else { "5" }];
            args.extend(fields.iter().flat_map(|it| ["--field", it]));
            let (code, out, err) = unspin(folder.path(), &args);
            let texts = groups.iter().flatten().any(|it| it.text.is_some() || both && it.body.is_some());
            prop_assert_eq!(code, Some(if texts || groups.is_empty() { 0 } else { 2 }), "{}{}", out, err);
            if code == Some(0) {
                let before: Vec<_> = rows(&path("a.parquet")).iter().map(|it| fixed(it, fields)).collect();
                let after: Vec<_> = rows(&path("out/a.parquet")).iter().map(columns).collect();
                prop_assert_eq!(before, after);
                prop_assert_eq!(described(&path("a.parquet")), described(&path("out/a.parquet")));
            }
            Ok(())
        })
        .expect("nothing else changes");
}

fn some_rows() -> Vec<Vec<Given>> {
    let given = |it: usize| Given { text: Some(it % TEXTS.len()), body: None, tags: Some(vec![Some(0)]) };
    vec![(0..200).map(given).collect(), (0..30).map(|_| given(0)).collect(), (0..100).map(given).collect()]
}

const PLAIN: Style = Style {
    codec: Compression::SNAPPY,
    dictionary: false,
    statistics: EnabledStatistics::Chunk,
    version: WriterVersion::PARQUET_1_0,
    bloom: false,
    page: 1 << 20,
};

#[test]
fn the_number_of_jobs_changes_nothing_and_columns_are_copied() {
    let folder = tempfile::tempdir().expect("there is room for it");
    let path = |name: &str| folder.path().join(name);
    write(&path("a.parquet"), &some_rows(), &PLAIN);
    for jobs in ["1", "2", "5"] {
        let args = ["fix", "a.parquet", "--out", jobs, "--report", &format!("{jobs}.jsonl"), "-j", jobs];
        let (code, _, err) = unspin(folder.path(), &args);
        assert_eq!((code, err.as_str()), (Some(0), "a.parquet: texts are in `text`, records are known by `id`\n"));
        assert_eq!(std::fs::read(path(&format!("{jobs}/a.parquet"))).ok(), std::fs::read(path("1/a.parquet")).ok());
        assert_eq!(std::fs::read(path(&format!("{jobs}.jsonl"))).ok(), std::fs::read(path("1.jsonl")).ok());
    }
    // The bytes of a column that no edit is about stand in what was written, too.
    let bytes = |name: &str, group: usize, column: usize| {
        let file = SerializedFileReader::new(File::open(path(name)).expect("it is there")).expect("it is sound");
        let (start, length) = file.metadata().row_group(group).column(column).byte_range();
        std::fs::read(path(name)).expect("it is there")[usize::try_from(start).expect("it is small")..]
            [..usize::try_from(length).expect("it is small")]
            .to_vec()
    };
    for column in 0..12 {
        assert_eq!(bytes("a.parquet", 0, column) == bytes("1/a.parquet", 0, column), column != 6, "{column}");
        assert_eq!(bytes("a.parquet", 1, column), bytes("1/a.parquet", 1, column), "{column}");
    }
    // What is clean comes out byte for byte.
    let (code, ..) = unspin(folder.path(), &["fix", "1/a.parquet", "--out", "again"]);
    assert_eq!((code, std::fs::read(path("again/a.parquet")).ok()), (Some(0), std::fs::read(path("1/a.parquet")).ok()));
    let (code, out, _) = unspin(folder.path(), &["check", "a.parquet", "--format", "jsonl", "-q"]);
    assert_eq!((code, out.lines().count()), (Some(1), 100));
    assert!(out.contains("\"record\":{\"line\":2,\"id\":\"10\",\"field\":\"text\"}"), "{out}");
    let (code, out, _) = unspin(folder.path(), &["score", "a.parquet", "--format", "jsonl"]);
    assert_eq!((code, out.lines().count()), (Some(0), 330));
    let (code, out, _) = unspin(folder.path(), &["profile", "a.parquet", "--group-by", "flag", "--date", "day", "--format", "json"]);
    assert_eq!(code, Some(0));
    assert!(out.contains("\"true\"") && out.contains("1970-06"), "{out}");
    let (code, ..) = unspin(folder.path(), &["fix", "a.parquet", "--in-place"]);
    assert_eq!((code, std::fs::read(path("a.parquet")).ok()), (Some(0), std::fs::read(path("1/a.parquet")).ok()));
}

#[test]
fn rows_are_sorted_out() {
    let folder = tempfile::tempdir().expect("there is room for it");
    let path = |name: &str| folder.path().join(name);
    write(&path("a.parquet"), &some_rows(), &Style { dictionary: true, ..PLAIN });
    std::fs::write(path("unspin.toml"), "[[override]]\nwhere = { flag = \"true\" }\nassume = \"spun\"\n").expect("it is ours");
    let args = ["fix", "a.parquet", "--out", "out", "--drop", "spun", "--drop-to", "dropped", "--report", "r.jsonl"];
    let (code, out, err) = unspin(folder.path(), &args);
    assert_eq!(code, Some(0), "{out}{err}");
    let flagged = |row: &Row| row.get_column_iter().any(|it| it.0 == "flag" && *it.1 == Field::Bool(true));
    let before = rows(&path("a.parquet"));
    let kept: Vec<_> = before.iter().filter(|it| !flagged(it)).map(|it| fixed(it, &["text"])).collect();
    let dropped: Vec<_> = before.iter().filter(|it| flagged(it)).map(columns).collect();
    assert!(!dropped.is_empty());
    assert_eq!(rows(&path("out/a.parquet")).iter().map(columns).collect::<Vec<_>>(), kept);
    assert_eq!(rows(&path("dropped/a.parquet")).iter().map(columns).collect::<Vec<_>>(), dropped);
}

#[test]
fn what_is_wrong_is_told() {
    let folder = tempfile::tempdir().expect("there is room for it");
    let path = |name: &str| folder.path().join(name);
    write(&path("a.parquet"), &some_rows(), &PLAIN);
    let whole = std::fs::read(path("a.parquet")).expect("it is there");
    std::fs::write(path("short.parquet"), &whole[..whole.len() / 2]).expect("it is ours");
    std::fs::write(path("none.parquet"), "{\"text\":\"a\"}\n").expect("it is ours");
    std::fs::write(path("empty.parquet"), "").expect("it is ours");
    let check = |args: &[&str], part: &str| {
        let (code, out, err) = unspin(folder.path(), &[&["fix", "--out", "out"], args].concat());
        assert_eq!(code, Some(2), "{out}{err}");
        assert!(err.contains(part) && !err.contains("panicked"), "{part:?} is not in:\n{err}");
    };
    check(&["short.parquet"], "unspin: short.parquet: cannot be read as Parquet: ");
    check(&["none.parquet"], "unspin: none.parquet: cannot be read as Parquet: ");
    check(&["empty.parquet"], "unspin: empty.parquet: cannot be read as Parquet: ");
    check(&["a.parquet", "--field", "title"], "no field is called `title`; there are `id`, `flag`, `article.title`,");
    check(&["a.parquet", "--field", "weight"], "the field `weight` holds no strings");
    check(&["a.parquet", "--field", "tags.list.element"], "the field `tags.list.element` holds no strings");
    check(&["-", "--input-format", "parquet"], "Parquet is read from its end");
    assert!(!path("out/a.parquet").exists());
    // Whatever byte is damaged, there is an error or none, and nothing half done.
    for at in (4..whole.len()).step_by(whole.len() / 40) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        std::fs::write(path("damaged.parquet"), &bytes).expect("it is ours");
        let (code, out, err) = unspin(folder.path(), &["fix", "damaged.parquet", "--out", "damaged", "-q"]);
        assert!(matches!(code, Some(0 | 2)) && !err.contains("panicked"), "{at}: {code:?} {out}{err}");
        assert!(code == Some(0) || !path("damaged/damaged.parquet").exists() || err.contains(" record"), "{at}: {err}");
        let _ = std::fs::remove_file(path("damaged/damaged.parquet"));
    }
}
