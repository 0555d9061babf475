//! Which fields of a data set hold its texts and the names of its records.

use std::borrow::Cow;

use super::{
    Format, Problem, Record, Text, csv, is_blank,
    json::{self, Kind, Spelling},
    rows, utf8,
};
use crate::{edit::Patch, span::Span};

/// What a user asks for; what is not named is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The fields with the texts.
    pub texts: Vec<String>,
    /// The field by which a record is known.
    pub id: Option<String>,
}

/// What the fields of texts are usually called.
const TEXTS: [&str; 16] = [
    "text",
    "body",
    "content",
    "article",
    "article_text",
    "article_body",
    "articlebody",
    "body_text",
    "content_text",
    "main_text",
    "maintext",
    "full_text",
    "fulltext",
    "raw_text",
    "document",
    "story",
];

/// What names of records are usually called; the first that is there is taken.
const IDS: [&str; 12] = ["id", "_id", "doc_id", "docid", "document_id", "article_id", "uuid", "guid", "url", "link", "uri", "key"];

/// So many records are looked at to find out what the fields are.
const SAMPLE: usize = 100;

/// Which fields hold what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    format: Format,
    texts: Vec<Field>,
    id: Option<Field>,
    // What the columns of a table are called, or the cells of its rows.
    columns: Vec<String>,
    // Whether JSON is written in ASCII only.
    ascii: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Field {
    name: String,
    column: usize,
}

/// A column of a file of columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name, `article.body` for one in another.
    pub name: String,
    /// What is in it.
    pub holds: Holds,
}

/// What is in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Strings.
    Text,
    /// Bytes, which may be strings.
    Bytes,
    /// Neither.
    Other,
}

/// Why the fields of a data set are not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// It has no such field.
    #[error("no field is called `{field}`; there are {}", listed(.there))]
    Unknown {
        /// What was asked for.
        field: String,
        /// What it has.
        there: Vec<String>,
    },
    /// It holds something else.
    #[error("the field `{0}` holds no strings")]
    NotText(String),
    /// Several fields may be the one.
    #[error("{} may hold the text; name one with --field", listed(.0))]
    Ambiguous(Vec<String>),
    /// None of its fields is called as texts usually are.
    #[error("no field is called as texts usually are; name it with --field; there are {}", listed(.0))]
    NoText(Vec<String>),
    /// Its first records cannot be read.
    #[error("its first record cannot be read: {0}")]
    Unreadable(Problem),
}

fn listed(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|it| format!("`{it}`")).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

impl Schema {
    /// The fields of a data set, from its beginning; for tables that is the header alone. `None` where it holds no record.
    ///
    /// # Errors
    /// Where the wanted fields are not there, or which ones are meant cannot be told.
    pub fn find(format: Format, beginning: &[u8], wanted: &Wanted) -> Result<Option<Self>, SchemaError> {
        match format {
            Format::Jsonl => Self::of_objects(beginning, wanted),
            Format::Csv(dialect) => Self::of_table(beginning, dialect, wanted),
            // Rows say nothing of their columns; see `of_columns`.
            Format::Rows => Ok(None),
        }
    }

    /// The fields of a file of columns. Its rows hold the cells of [`Schema::columns`]: the texts, the id, and further fields that are
    /// there.
    ///
    /// # Errors
    /// Where the wanted fields are not there or hold no strings, or which ones are meant cannot be told.
    pub fn of_columns(there: &[Column], wanted: &Wanted, further: &[String]) -> Result<Self, SchemaError> {
        let names = || there.iter().map(|it| it.name.clone()).collect();
        let find = |name: &String| there.iter().find(|it| it.name == *name);
        let known = |name: &String| find(name).ok_or_else(|| SchemaError::Unknown { field: name.clone(), there: names() });
        let texts = if wanted.texts.is_empty() {
            vec![usual(there.iter().filter(|it| it.holds == Holds::Text).map(|it| it.name.clone()), names)?]
        } else {
            wanted.texts.clone()
        };
        for name in &texts {
            if known(name)?.holds == Holds::Other {
                return Err(SchemaError::NotText(name.clone()));
            }
        }
        let id = match &wanted.id {
            Some(id) => Some(known(id)?.name.clone()),
            None => IDS.iter().find_map(|id| there.iter().find(|it| it.name.eq_ignore_ascii_case(id))).map(|it| it.name.clone()),
        };
        let mut columns: Vec<String> = Vec::new();
        for name in texts.iter().chain(&id).chain(further.iter().filter(|it| find(it).is_some())) {
            if !columns.contains(name) {
                columns.push(name.clone());
            }
        }
        let field = |name: String| Field { column: columns.iter().position(|it| *it == name).expect("it was put there"), name };
        let (texts, id) = (texts.into_iter().map(field).collect(), id.map(field));
        Ok(Self { format: Format::Rows, texts, id, columns, ascii: false })
    }

    fn of_objects(beginning: &[u8], wanted: &Wanted) -> Result<Option<Self>, SchemaError> {
        let mut there: Vec<(String, bool)> = Vec::new();
        let (mut read, mut problem) = (0, None);
        for record in Format::Jsonl.records(beginning).filter(|it| !is_blank(it)).take(SAMPLE) {
            match utf8(record).and_then(json::fields) {
                Ok(fields) => {
                    read += 1;
                    for (name, kind) in fields {
                        let text = kind == Kind::Text;
                        match there.iter_mut().find(|it| it.0 == name) {
                            Some(known) => known.1 |= text,
                            None => there.push((name, text)),
                        }
                    }
                }
                Err(it) => problem = problem.or(Some(it)),
            }
        }
        let guess = wanted.texts.is_empty();
        match problem {
            None if read == 0 => return Ok(None),
            Some(problem) if read == 0 && guess => return Err(SchemaError::Unreadable(problem)),
            _ => {}
        }
        let field = |name: String| Field { name, column: 0 };
        let candidates = there.iter().filter(|it| it.1).map(|it| it.0.clone());
        let texts = if guess { vec![usual(candidates, || there.iter().map(|it| it.0.clone()).collect())?] } else { wanted.texts.clone() };
        let id = wanted
            .id
            .clone()
            .or_else(|| IDS.iter().find_map(|id| there.iter().find(|it| it.0.eq_ignore_ascii_case(id))).map(|it| it.0.clone()));
        Ok(Some(Self {
            format: Format::Jsonl,
            texts: texts.into_iter().map(field).collect(),
            id: id.map(field),
            columns: Vec::new(),
            ascii: json::is_ascii_only(beginning).unwrap_or(false),
        }))
    }

    fn of_table(header: &[u8], dialect: csv::Dialect, wanted: &Wanted) -> Result<Option<Self>, SchemaError> {
        if is_blank(header) {
            return Ok(None);
        }
        let header = utf8(header).map_err(SchemaError::Unreadable)?;
        let cells = csv::cells(header.as_bytes(), dialect).map_err(SchemaError::Unreadable)?;
        let names: Vec<String> = cells.iter().map(|it| csv::value(&header[it.range()]).trim().to_owned()).collect();
        let field = |name: &String| match names.iter().position(|it| it == name) {
            Some(column) => Ok(Field { name: name.clone(), column }),
            None => Err(SchemaError::Unknown { field: name.clone(), there: names.clone() }),
        };
        let texts: Vec<Field> = if wanted.texts.is_empty() {
            vec![field(&usual(names.iter().cloned(), || names.clone())?)?]
        } else {
            wanted.texts.iter().map(field).collect::<Result<_, _>>()?
        };
        let id = match &wanted.id {
            Some(id) => Some(field(id)?),
            None => IDS.iter().find_map(|id| names.iter().find(|it| it.eq_ignore_ascii_case(id))).and_then(|it| field(it).ok()),
        };
        Ok(Some(Self { format: Format::Csv(dialect), texts, id, columns: names, ascii: false }))
    }

    /// The names of the fields with the texts.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(|it| it.name.as_str())
    }

    /// The name of a field, as [`Text::field`] counts them.
    #[must_use]
    pub fn name(&self, field: usize) -> &str {
        &self.texts[field].name
    }

    /// The field by which records are known.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_ref().map(|it| it.name.as_str())
    }

    /// What the cells of a row are called.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// How the records stand.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// Reads a record. A text that is not there, or null, is left out.
    ///
    /// # Errors
    /// Where it is not a record of this data set.
    pub fn read<'r>(&self, record: &'r [u8]) -> Result<Record<'r>, Problem> {
        match self.format {
            Format::Jsonl => self.read_object(utf8(record)?),
            Format::Csv(dialect) => self.read_row(utf8(record)?, dialect),
            Format::Rows => self.read_cells(record),
        }
    }

    fn read_cells<'r>(&self, row: &'r [u8]) -> Result<Record<'r>, Problem> {
        let cells: Vec<rows::Cell<'r>> = rows::cells(row).collect();
        let cell = |it: &Field| cells.get(it.column).copied();
        let mut read = Record::default();
        for (field, wanted) in self.texts.iter().enumerate() {
            if let Some((said, place)) = cell(wanted).map(rows::said).transpose()?.flatten() {
                read.texts.push(Text { field, value: Cow::Borrowed(said), place });
            }
        }
        // A name that is no text is no reason to leave the texts alone.
        read.id = self.id.as_ref().and_then(cell).and_then(|it| it.value).map(String::from_utf8_lossy);
        Ok(read)
    }

    fn read_object<'r>(&self, line: &'r str) -> Result<Record<'r>, Problem> {
        let wanted: Vec<&str> = self.texts().chain(self.id()).collect();
        let found = json::find(line, &wanted)?;
        let said = |place: Span, name: &str| match Kind::of(&line.as_bytes()[place.range()]) {
            Kind::Text => {
                let place = Span::new(place.start + 1, place.end - 1);
                let value = json::unescaped(&line[place.range()]).ok_or_else(|| Problem::LoneSurrogate(name.to_owned()))?;
                Ok(Some((value, place)))
            }
            _ if &line[place.range()] == "null" => Ok(None),
            _ => Err(Problem::NotText(name.to_owned())),
        };
        let mut read = Record::default();
        for (field, (place, name)) in found.iter().zip(&wanted).enumerate().take(self.texts.len()) {
            let said = place.map_or(Ok(None), |it| said(it, name))?;
            read.texts.extend(said.map(|(value, place)| Text { field, value, place }));
        }
        if let (Some(name), Some(&Some(place))) = (self.id(), found.get(self.texts.len())) {
            read.id = match Kind::of(&line.as_bytes()[place.range()]) {
                Kind::Text => said(place, name)?.map(|it| it.0),
                Kind::Number => Some(Cow::Borrowed(&line[place.range()])),
                _ => None,
            };
        }
        Ok(read)
    }

    fn read_row<'r>(&self, line: &'r str, dialect: csv::Dialect) -> Result<Record<'r>, Problem> {
        let cells = csv::cells(line.as_bytes(), dialect)?;
        if cells.len() != self.columns.len() {
            return Err(Problem::Cells { found: cells.len(), expected: self.columns.len() });
        }
        let said = |field: &Field| csv::value(&line[cells[field.column].range()]);
        let text = |(field, it): (usize, &Field)| Text { field, value: said(it), place: cells[it.column] };
        Ok(Record { id: self.id.as_ref().map(said).filter(|it| !it.is_empty()), texts: self.texts.iter().enumerate().map(text).collect() })
    }

    /// What any field of a record says, in words, a number or `true` and `false`; `None` where it says nothing of the kind.
    #[must_use]
    pub fn value<'r>(&self, record: &'r [u8], field: &str) -> Option<Cow<'r, str>> {
        match self.format {
            Format::Jsonl => {
                let line = utf8(record).ok()?;
                let place = json::find(line, &[field]).ok()?.first().copied()??;
                let value = &line[place.range()];
                match Kind::of(value.as_bytes()) {
                    Kind::Text => json::unescaped(&value[1..value.len() - 1]),
                    Kind::Number | Kind::Word => Some(Cow::Borrowed(value)).filter(|it| it != "null"),
                    Kind::Object | Kind::List => None,
                }
            }
            Format::Csv(dialect) => {
                let column = self.columns.iter().position(|it| it == field)?;
                let line = utf8(record).ok()?;
                let cells = csv::cells(line.as_bytes(), dialect).ok()?;
                cells.get(column).map(|it| csv::value(&line[it.range()]))
            }
            Format::Rows => {
                let column = self.columns.iter().position(|it| it == field)?;
                rows::cells(record).nth(column)?.value.map(String::from_utf8_lossy)
            }
        }
    }

    /// A record with further fields, as numbers or words in lower case; `None` where nothing is known of the value. Rows have none.
    #[must_use]
    pub fn extended(&self, record: &[u8], fields: &[(&str, Option<String>)]) -> Vec<u8> {
        let (end, mut added) = match self.format {
            Format::Jsonl => (memchr::memrchr(b'}', record), Vec::new()),
            Format::Csv(_) => (Some(without_line_end(record)), Vec::new()),
            Format::Rows => (None, Vec::new()),
        };
        let Some(end) = end else { return record.to_vec() };
        for (name, value) in fields {
            match self.format {
                Format::Csv(dialect) => {
                    added.push(dialect.delimiter);
                    added.extend_from_slice(value.as_deref().unwrap_or_default().as_bytes());
                }
                _ => {
                    let first = added.is_empty() && record[..end].trim_ascii_end().ends_with(b"{");
                    let value = match value {
                        None => "null".to_owned(),
                        Some(it) if it.bytes().all(|it| it.is_ascii_digit()) => it.clone(),
                        Some(it) => format!("\"{it}\""),
                    };
                    added.extend_from_slice(format!("{}\"{name}\":{value}", if first { "" } else { "," }).as_bytes());
                }
            }
        }
        [&record[..end], &added, &record[end..]].concat()
    }

    /// A header with further columns; what is none stays as it is.
    #[must_use]
    pub fn extended_header(&self, header: &[u8], names: &[&str]) -> Vec<u8> {
        let Format::Csv(_) = self.format else { return header.to_vec() };
        let fields: Vec<_> = names.iter().map(|it| (*it, Some((*it).to_owned()))).collect();
        self.extended(header, &fields)
    }

    /// A record with edits in its texts; all other bytes are as they were.
    #[must_use]
    pub fn patched(&self, record: &[u8], edits: &[(&Text<'_>, &Patch)]) -> Vec<u8> {
        if self.format == Format::Rows {
            let changed = edits.iter().filter(|(_, patch)| !patch.is_empty());
            let new: Vec<(Span, String)> = changed.map(|(text, patch)| (text.place, patch.apply(&text.value))).collect();
            return rows::patched(record, &new);
        }
        let Ok(line) = std::str::from_utf8(record) else { return record.to_vec() };
        let mut edits: Vec<_> = edits.iter().filter(|(_, patch)| !patch.is_empty()).collect();
        edits.sort_by_key(|(text, _)| text.place);
        let spelling = match self.format {
            Format::Jsonl if !edits.is_empty() => Spelling::of(line, self.ascii),
            _ => Spelling::default(),
        };
        let mut out = Vec::with_capacity(record.len());
        let mut copied = 0;
        for (text, patch) in edits {
            out.extend_from_slice(&record[copied..text.place.start]);
            let raw = &line[text.place.range()];
            match self.format {
                Format::Jsonl => json::patch(raw, patch, &spelling, &mut out),
                Format::Csv(dialect) => csv::patch(raw, patch, dialect, &mut out),
                Format::Rows => unreachable!("rows are patched by their cells"),
            }
            copied = text.place.end;
        }
        out.extend_from_slice(&record[copied..]);
        out
    }
}

fn without_line_end(record: &[u8]) -> usize {
    let record = record.strip_suffix(b"\n").unwrap_or(record);
    record.strip_suffix(b"\r").unwrap_or(record).len()
}

/// The one field that is called as texts usually are.
fn usual(candidates: impl Iterator<Item = String>, there: impl Fn() -> Vec<String>) -> Result<String, SchemaError> {
    let mut found: Vec<String> = candidates.filter(|it| TEXTS.iter().any(|name| it.eq_ignore_ascii_case(name))).collect();
    match found.len() {
        0 => Err(SchemaError::NoText(there())),
        1 => Ok(found.remove(0)),
        _ => Err(SchemaError::Ambiguous(found)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CSV: Format = Format::Csv(csv::Dialect { delimiter: b',' });

    fn found(format: Format, beginning: &str, fields: &[&str]) -> String {
        let wanted = Wanted { texts: fields.iter().map(ToString::to_string).collect(), id: None };
        match Schema::find(format, beginning.as_bytes(), &wanted) {
            Ok(Some(it)) => format!("{} {}", it.texts().collect::<Vec<_>>().join("+"), it.id().unwrap_or("-")),
            Ok(None) => "none".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_usual_names_are_tried() {
        let check = |format, beginning, expect: &str| assert_eq!(found(format, beginning, &[]), expect, "{beginning}");
        check(Format::Jsonl, "{\"url\":\"u\",\"Body\":\"b\",\"text\":7}\n", "Body url");
        check(Format::Jsonl, "{\"text\":null,\"url\":\"u\",\"id\":1}\n{\"text\":\"b\"}\n", "text id");
        check(Format::Jsonl, "{\"text\":\"a\",\"content\":\"b\"}\n", "`text`, `content` may hold the text; name one with --field");
        check(
            Format::Jsonl,
            "{\"title\":\"a\",\"n\":1}\n",
            "no field is called as texts usually are; name it with --field; there are `title`, `n`",
        );
        check(Format::Jsonl, "oops\n", "its first record cannot be read: not JSON: `{` expected at byte 0 of the record");
        check(Format::Jsonl, "oops\n{\"text\":\"a\"}\n", "text -");
        check(Format::Jsonl, "\n", "none");
        check(CSV, "id,\"text\"\r\n", "text id");
        check(CSV, "", "none");
    }

    #[test]
    fn named_fields_are_taken() {
        assert_eq!(found(Format::Jsonl, "{\"a\":{\"b\":\"x\"},\"id\":1}\n", &["a.b", "c"]), "a.b+c id");
        assert_eq!(found(CSV, "a,b\n", &["b"]), "b -");
        assert_eq!(found(CSV, "a,b\n", &["c"]), "no field is called `c`; there are `a`, `b`");
    }

    #[test]
    fn any_field_can_be_asked_for() {
        let check = |format, beginning: &str, record: &str, field, expect: Option<&str>| {
            let schema = Schema::find(format, beginning.as_bytes(), &Wanted::default()).expect("it is found").expect("it is there");
            assert_eq!(schema.value(record.as_bytes(), field).as_deref(), expect, "{field} of {record}");
        };
        let line = r#"{"text":"a","from":{"domain":"b\u00e9"},"year":2024,"paid":true,"tags":["c"],"note":null}"#;
        check(Format::Jsonl, line, line, "from.domain", Some("bé"));
        check(Format::Jsonl, line, line, "year", Some("2024"));
        check(Format::Jsonl, line, line, "paid", Some("true"));
        check(Format::Jsonl, line, line, "tags", None);
        check(Format::Jsonl, line, line, "note", None);
        check(Format::Jsonl, line, line, "none", None);
        check(CSV, "text,domain\n", "a,\"b\"\"c\"\n", "domain", Some("b\"c"));
        check(CSV, "text,domain\n", "a,b\n", "none", None);
    }

    #[test]
    fn fields_are_added_at_the_end() {
        let check = |format, beginning: &str, record: &str, expect: &str| {
            let schema = Schema::find(format, beginning.as_bytes(), &Wanted::default()).expect("it is found").expect("it is there");
            let fields = [("verdict", Some("spun".to_owned())), ("findings", Some("3".to_owned())), ("none", None)];
            assert_eq!(String::from_utf8_lossy(&schema.extended(record.as_bytes(), &fields)), expect);
        };
        let line = "{\"text\":\"a}\" }\r\n";
        check(Format::Jsonl, line, line, "{\"text\":\"a}\" ,\"verdict\":\"spun\",\"findings\":3,\"none\":null}\r\n");
        check(Format::Jsonl, line, "{ }", "{ \"verdict\":\"spun\",\"findings\":3,\"none\":null}");
        check(CSV, "text,id\n", "\"a\nb\",1\r\n", "\"a\nb\",1,spun,3,\r\n");
        check(CSV, "text,id\n", "a,1", "a,1,spun,3,");
    }

    #[test]
    fn problems_of_records_are_told() {
        let schema =
            Schema::find(Format::Jsonl, b"{\"id\":1,\"text\":\"a\"}", &Wanted::default()).expect("it is found").expect("it is there");
        let check = |record: &[u8], expect: &str| assert_eq!(schema.read(record).expect_err("it is bad").to_string(), expect);
        check(b"{\"text\":\"\xFF\"}", "not UTF-8, at byte 9 of the record");
        check(br#"{"text":"\ud800"}"#, "the field `text` holds half of a pair of surrogates, which is no character");
        check(br#"{"text":["a"]}"#, "the field `text` is not a string");
        check(br#"{"text":"a","text":"a"}"#, "the field `text` stands twice");
        assert_eq!(schema.read(br#"{"text":null}"#).expect("null is no text").texts, []);
        assert_eq!(schema.read(br#"{"id":-1.50,"text":"a"}"#).expect("it is good").id.as_deref(), Some("-1.50"));
    }
}
