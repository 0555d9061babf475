//! Records of data sets keep every byte that no edit is about: JSON in any spelling, and tables as the crate `csv` writes them.

use proptest::{
    prelude::*,
    test_runner::{Config, RngSeed},
};
use serde_json::Value;
use unspin::{
    Applicability, Edit, Fix, Patch, Span,
    records::{Format, Schema, Wanted, csv::Dialect},
};

fn config() -> Config {
    let usual = Config::default();
    let rng_seed = if usual.rng_seed == RngSeed::Random { RngSeed::Fixed(4) } else { usual.rng_seed };
    Config { rng_seed, failure_persistence: None, ..usual }
}

/// Texts with all that formats have to spell in some way of their own.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-z ]{1,8}".prop_map(String::from),
        1 => prop::sample::select(vec![
            "\"", "\"\"", "\\", "/", "\n", "\r\n", "\r", "\t", ",", ";", "|", "é", "ß", "’", "😀", "\u{FEFF}", "\u{0}", "\u{7f}", "\u{2028}", "'", "{", "}", "\\u00e9",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|it| it.concat())
}

/// Some edits, by shares of the text; what conflicts is left out.
fn edits() -> impl Strategy<Value = Vec<(u16, u16, String)>> {
    prop::collection::vec((any::<u16>(), 0..12_u16, text()), 0..4)
}

fn patch(text: &str, edits: &[(u16, u16, String)]) -> Patch {
    let mut patch = Patch::default();
    let places: Vec<usize> = text.char_indices().map(|it| it.0).chain([text.len()]).collect();
    for (at, length, replacement) in edits {
        let first = usize::from(*at) % places.len();
        let last = (first + usize::from(*length)).min(places.len() - 1);
        let edit = Edit::new(Span::new(places[first], places[last]), replacement.clone());
        patch.try_add(&Fix { edits: vec![edit], applicability: Applicability::Safe });
    }
    patch
}

/// How a writer of JSON spells: numbers taken in turn decide of each character.
fn spelt(text: &str, turns: &[u8]) -> String {
    let mut turns = turns.iter().cycle();
    let mut out = String::from("\"");
    for character in text.chars() {
        let turn = *turns.next().expect("a cycle does not end");
        let short = match character {
            '"' => Some("\\\""),
            '\\' => Some("\\\\"),
            '\n' => Some("\\n"),
            '\r' => Some("\\r"),
            '\t' => Some("\\t"),
            '/' => Some("\\/"),
            _ => None,
        };
        let raw = character >= ' ' && !matches!(character, '"' | '\\');
        match (short, turn % 4) {
            (_, 0 | 1) if raw => out.push(character),
            (Some(short), 0..=2) => out.push_str(short),
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    let digits = if turn.is_multiple_of(8) { format!("{unit:04X}") } else { format!("{unit:04x}") };
                    out.push_str("\\u");
                    out.push_str(&digits);
                }
            }
        }
    }
    out + "\""
}

/// A field: its key, and its value as it is written.
fn other_field() -> impl Strategy<Value = (String, String)> {
    let value = prop_oneof![
        Just("null".to_owned()),
        prop::sample::select(vec![
            "1.50",
            "-0",
            "1E+2",
            "12345678901234567890",
            "0.1e-7",
            "true",
            "[]",
            "{}",
            "[ 1,\t[\"text\"] ]",
            "{\"text\" : \"in\"}"
        ])
        .prop_map(str::to_owned),
        (text(), prop::collection::vec(any::<u8>(), 1..6)).prop_map(|(text, turns)| spelt(&text, &turns)),
    ];
    ("[a-s]{1,4}", value)
}

/// A value as programs have them.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text().prop_map(Value::from)
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map(text(), inner, 0..3).prop_map(|it| Value::Object(it.into_iter().collect())),
        ]
    })
}

fn space() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["", "", "", " ", "\t", "  "]).prop_map(str::to_owned)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn of_json_only_the_string_changes(
        text in text(),
        turns in prop::collection::vec(any::<u8>(), 1..8),
        fields in prop::collection::vec(other_field(), 0..5),
        at in any::<prop::sample::Index>(),
        spaces in prop::collection::vec(space(), 4),
        edits in edits(),
        end in prop::sample::select(vec!["", "\n", "\r\n"]),
    ) {
        let own = spelt(&text, &turns);
        let (key, before, after) = (["\"text\"", "\"te\\u0078t\""][at.index(2)], at.index(fields.len() + 1), &spaces);
        let mut members: Vec<String> = fields.iter().map(|(key, value)| format!("\"{key}\"{}:{value}{}", after[0], after[1])).collect();
        members.insert(before, format!("{}{key}:{}{own}{}", after[2], after[3], after[1]));
        let line = format!("{{{}}}{end}", members.join(","));
        let wanted = Wanted { texts: vec!["text".to_owned()], id: None };
        let schema = Schema::find(Format::Jsonl, line.as_bytes(), &wanted).expect("it is JSON").expect("there is a record");
        let record = schema.read(line.as_bytes()).expect("it is JSON");
        prop_assert_eq!(&record.texts[0].value, &text);
        let unchanged = schema.patched(line.as_bytes(), &[(&record.texts[0], &Patch::default())]);
        prop_assert_eq!(&unchanged, line.as_bytes());
        let patch = patch(&text, &edits);
        let patched = String::from_utf8(schema.patched(line.as_bytes(), &[(&record.texts[0], &patch)])).expect("it stays UTF-8");
        // All around the string is as it was, and in it the text with the edits.
        let start = line.find(&members[before]).expect("it is there") + members[before].find(&own).expect("it is there");
        let (head, tail) = (&line[..=start], &line[start + own.len() - 1..]);
        prop_assert!(patched.starts_with(head) && patched.ends_with(tail), "{line}\n{patched}");
        let inside = &patched[start..patched.len() - (tail.len() - 1)];
        let said: Value = serde_json::from_str(inside).expect("it is a string");
        prop_assert_eq!(said.as_str().expect("it is a string"), patch.apply(&text));
        // What stands outside the edits keeps its spelling: the ends of the string that no edit touches.
        let first = patch.edits().next().map_or(text.len(), |it| it.span.start);
        let kept = spelt(&text, &turns).len() - 2 - (spelt_tail(&text, &turns, first));
        prop_assert_eq!(&inside[1..=kept], &own[1..=kept]);
    }

    #[test]
    fn of_a_table_only_the_cell_changes(
        rows in prop::collection::vec((text(), text(), text()), 1..5),
        delimiter in prop::sample::select(vec![b',', b';', b'\t', b'|']),
        style in prop::sample::select(vec![csv::QuoteStyle::Necessary, csv::QuoteStyle::Always, csv::QuoteStyle::NonNumeric]),
        returns in any::<bool>(),
        edits in edits(),
    ) {
        let terminator = if returns { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).quote_style(style).terminator(terminator).from_writer(Vec::new());
        writer.write_record(["id", "text", "note"]).expect("memory takes all");
        for (id, text, note) in &rows {
            writer.write_record([id, text, note]).expect("memory takes all");
        }
        let table = writer.into_inner().expect("memory takes all");
        let header = table.split(|it| *it == b'\n').next().expect("there is one");
        let format = Format::Csv(Dialect::of(header));
        prop_assert_eq!(format, Format::Csv(Dialect { delimiter }));
        let records: Vec<&[u8]> = format.records(&table).collect();
        prop_assert_eq!(records.len(), rows.len() + 1);
        let schema = Schema::find(format, records[0], &Wanted::default()).expect("it has the usual names").expect("it has a header");
        let mut changed = records[0].to_vec();
        for (record, (id, text, _)) in records[1..].iter().zip(&rows) {
            let read = schema.read(record).expect("it is sound");
            prop_assert_eq!(read.id.unwrap_or_default(), id.as_str());
            prop_assert_eq!(&read.texts[0].value, text);
            prop_assert_eq!(&schema.patched(record, &[(&read.texts[0], &Patch::default())]), record);
            changed.extend(schema.patched(record, &[(&read.texts[0], &patch(text, &edits))]));
        }
        // Another reader sees the edits, and nothing else.
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(changed.as_slice());
        let seen: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("it is sound");
        prop_assert_eq!(seen.len(), rows.len());
        for (seen, (id, text, note)) in seen.iter().zip(&rows) {
            let after = patch(text, &edits).apply(text);
            prop_assert_eq!(seen.iter().collect::<Vec<_>>(), vec![id.as_str(), after.as_str(), note.as_str()]);
        }
    }

    #[test]
    fn what_serde_json_writes_keeps_its_other_values(
        text in text(),
        others in prop::collection::btree_map("[a-s]{1,4}", value(), 0..5),
        pretty_numbers in any::<bool>(),
        edits in edits(),
    ) {
        let mut object: serde_json::Map<String, Value> = others.into_iter().collect();
        object.insert("text".to_owned(), text.clone().into());
        let mut line = serde_json::to_string(&object).expect("memory takes all");
        if pretty_numbers {
            // As Python writes it.
            line = line.replace("\":", "\": ");
        }
        let schema = Schema::find(Format::Jsonl, line.as_bytes(), &Wanted { texts: vec!["text".to_owned()], id: None });
        let schema = schema.expect("it is JSON").expect("there is a record");
        let record = schema.read(line.as_bytes()).expect("it is JSON");
        // Spaces went into strings, too, where a quotation mark and a colon stood in them.
        let text = record.texts[0].value.clone().into_owned();
        let patch = patch(&text, &edits);
        let patched = schema.patched(line.as_bytes(), &[(&record.texts[0], &patch)]);
        let mut after: serde_json::Map<String, Value> = serde_json::from_slice(&patched).expect("it stays JSON");
        let mut before: serde_json::Map<String, Value> = serde_json::from_str(&line).expect("it is JSON");
        prop_assert_eq!(after.remove("text"), Some(patch.apply(&text).into()));
        before.remove("text");
        prop_assert_eq!(after, before);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..60), json in "[{\\[\"\\\\:,ut0-9\\}\\] \n]{0,40}") {
        for line in [&bytes, json.as_bytes()] {
            for format in [Format::Jsonl, Format::Csv(Dialect { delimiter: b',' })] {
                let whole: usize = format.records(line).map(<[u8]>::len).sum();
                prop_assert_eq!(whole, line.len());
                let wanted = Wanted { texts: vec!["u".to_owned()], id: Some("t".to_owned()) };
                let Ok(Some(schema)) = Schema::find(format, line, &wanted) else { continue };
                for record in format.records(line) {
                    let _ = schema.read(record);
                }
            }
        }
    }
}

/// How many bytes spell a text from some place on.
fn spelt_tail(text: &str, turns: &[u8], from: usize) -> usize {
    let skipped = text[..from].chars().count();
    let turned: Vec<u8> = turns.iter().cycle().skip(skipped % turns.len()).take(turns.len()).copied().collect();
    spelt(&text[from..], &turned).len() - 2
}

#[test]
fn json_that_others_read_is_read() {
    let check = |line: &str| {
        let ours = unspin::records::json::find(line, &["a"]).is_ok();
        let theirs = serde_json::from_str::<serde_json::Map<String, Value>>(line).is_ok();
        assert_eq!(ours, theirs, "{line}");
    };
    for line in [
        "{}",
        "{ }",
        "{\"a\":1}",
        "{\"a\":}",
        "{\"a\" 1}",
        "{\"a\":1,}",
        "{,}",
        "{\"a\":01}",
        "{\"a\":-}",
        "{\"a\":1.}",
        "{\"a\":.5}",
        "{\"a\":1e}",
        "{\"a\":1e5}",
        "{\"a\":-0.0E-3}",
        "{\"a\":tru}",
        "{\"a\":true}",
        "{\"a\":nul}",
        "{\"a\":\"\\u12\"}",
        "{\"a\":\"\\u12g4\"}",
        "{\"a\":\"\\'\"}",
        "{\"a\":[1,2,]}",
        "{\"a\":[,]}",
        "{\"a\":[[],{}]}",
        "{\"a\":[1 2]}",
        "{\"a\":\"b\"} x",
        "\"a\"",
        "1",
        "",
        "{\"a\":\"\u{1}\"}",
        "{\"a\":\"\u{7f}\"}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":{\"b\":[{\"c\":null}]}}",
        "{\"a\":1}\u{a0}",
        "{\"b\":\"\\ud800\"}",
    ] {
        // Half a pair of surrogates in a field that nobody reads is nobody's business.
        if line.contains("ud800") {
            assert!(unspin::records::json::find(line, &["a"]).is_ok());
        } else {
            check(line);
        }
    }
}
