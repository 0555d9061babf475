//! JSON: the places of some values of an object, what a string says, and strings with edits in them.

use std::borrow::Cow;

use memchr::{memchr, memchr2, memmem};

use super::{
    Problem,
    splice::{Escape, splice},
};
use crate::{edit::Patch, span::Span};

/// So deep may values lie in one another.
const DEPTH: usize = 128;

/// What a value is, from its first byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A string.
    Text,
    /// A number.
    Number,
    /// An object.
    Object,
    /// A list.
    List,
    /// `null`, `true`, `false`.
    Word,
}

impl Kind {
    /// The kind of a value that was found.
    pub(super) fn of(value: &[u8]) -> Self {
        match value.first() {
            Some(b'"') => Self::Text,
            Some(b'{') => Self::Object,
            Some(b'[') => Self::List,
            Some(b'-' | b'0'..=b'9') => Self::Number,
            _ => Self::Word,
        }
    }
}

/// The fields of an object and their kinds, in its order.
///
/// # Errors
/// Where the line is not one object.
pub fn fields(line: &str) -> Result<Vec<(String, Kind)>, Problem> {
    let mut fields = Vec::new();
    whole(line, |scanner, key| {
        let value = scanner.value(1)?;
        fields.push((unescaped(key).unwrap_or(Cow::Borrowed(key)).into_owned(), Kind::of(&line.as_bytes()[value.range()])));
        Ok(())
    })?;
    Ok(fields)
}

/// Where the values of some fields lie. `article.body` is the field `body` of the object in `article`, or a field with a dot in its name.
///
/// # Errors
/// Where the line is not one object, or a wanted field stands in it twice.
pub fn find(line: &str, wanted: &[&str]) -> Result<Vec<Option<Span>>, Problem> {
    let mut found = vec![None; wanted.len()];
    let rest: Vec<(usize, &str)> = wanted.iter().copied().enumerate().collect();
    whole(line, |scanner, key| scanner.wanted(key, 1, &rest, &mut found, wanted))?;
    Ok(found)
}

/// Reads a line that is one object; each key is handed out with the scanner before its value, which has to be taken.
fn whole<'l>(line: &'l str, visit: impl FnMut(&mut Scanner<'l>, &'l str) -> Result<(), Problem>) -> Result<(), Problem> {
    let line = line.trim_end_matches(['\r', '\n']);
    let mut scanner = Scanner { line, at: 0 };
    scanner.space();
    scanner.object(visit)?;
    scanner.space();
    if scanner.at < line.len() { scanner.expected("the end of the line") } else { Ok(()) }
}

struct Scanner<'l> {
    line: &'l str,
    at: usize,
}

impl<'l> Scanner<'l> {
    fn peek(&self) -> Option<u8> {
        self.line.as_bytes().get(self.at).copied()
    }

    fn expected<T>(&self, expected: &'static str) -> Result<T, Problem> {
        Err(Problem::NotJson { at: self.at, expected })
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// Takes a byte that has to stand here.
    fn byte(&mut self, byte: u8, expected: &'static str) -> Result<(), Problem> {
        if self.peek() != Some(byte) {
            return self.expected(expected);
        }
        self.at += 1;
        Ok(())
    }

    fn object(&mut self, mut visit: impl FnMut(&mut Self, &'l str) -> Result<(), Problem>) -> Result<(), Problem> {
        self.byte(b'{', "`{`")?;
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.space();
            if self.peek() != Some(b'"') {
                return self.expected("a key in quotes");
            }
            let key = self.string()?;
            self.space();
            self.byte(b':', "`:`")?;
            self.space();
            visit(self, &self.line[key.start + 1..key.end - 1])?;
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => break,
                _ => return self.expected("`,` or `}`"),
            }
        }
        self.at += 1;
        Ok(())
    }

    /// Takes a value, and notes it where its key is the rest of a wanted path; goes into it where it is the beginning of one.
    fn wanted(
        &mut self,
        key: &str,
        depth: usize,
        rest: &[(usize, &str)],
        found: &mut [Option<Span>],
        names: &[&str],
    ) -> Result<(), Problem> {
        let key = unescaped(key).unwrap_or(Cow::Borrowed(key));
        let below = |path: &str| path.strip_prefix(&*key).is_some_and(|it| it.starts_with('.'));
        let inner: Vec<(usize, &str)> = if self.peek() == Some(b'{') {
            rest.iter().filter(|(_, path)| below(path)).map(|(index, path)| (*index, &path[key.len() + 1..])).collect()
        } else {
            Vec::new()
        };
        let start = self.at;
        if inner.is_empty() {
            self.value(depth)?;
        } else if depth >= DEPTH {
            return Err(Problem::TooDeep(DEPTH));
        } else {
            self.object(|scanner, key| scanner.wanted(key, depth + 1, &inner, found, names))?;
        }
        for (index, _) in rest.iter().filter(|(_, path)| *path == key) {
            if found[*index].replace(Span::new(start, self.at)).is_some() {
                return Err(Problem::Duplicate(names[*index].to_owned()));
            }
        }
        Ok(())
    }

    fn value(&mut self, depth: usize) -> Result<Span, Problem> {
        let start = self.at;
        match self.peek() {
            Some(b'"') => return self.string(),
            Some(b'{' | b'[') if depth >= DEPTH => return Err(Problem::TooDeep(DEPTH)),
            Some(b'{') => self.object(|scanner, _| scanner.value(depth + 1).map(|_| ()))?,
            Some(b'[') => self.list(depth)?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => self.word()?,
        }
        Ok(Span::new(start, self.at))
    }

    fn list(&mut self, depth: usize) -> Result<(), Problem> {
        self.at += 1;
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.space();
            self.value(depth + 1)?;
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => break,
                _ => return self.expected("`,` or `]`"),
            }
        }
        self.at += 1;
        Ok(())
    }

    /// Takes a string, with its quotes.
    fn string(&mut self) -> Result<Span, Problem> {
        let bytes = self.line.as_bytes();
        let start = self.at;
        self.at += 1;
        let control = |from: usize, to: usize| bytes[from..to].iter().position(|it| *it < b' ').map(|at| from + at);
        loop {
            let run = self.at;
            let end = memchr2(b'"', b'\\', &bytes[run..]).map_or(bytes.len(), |at| run + at);
            if let Some(at) = control(run, end) {
                self.at = at;
                return self.expected("no control character");
            }
            self.at = end;
            match self.peek() {
                None => return self.expected("`\"`"),
                Some(b'"') => break,
                Some(_) => self.at += escape(&bytes[end..]).map_or_else(|| self.expected("an escape"), Ok)?,
            }
        }
        self.at += 1;
        Ok(Span::new(start, self.at))
    }

    fn number(&mut self) -> Result<(), Problem> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            Some(b'I') => return self.word(),
            _ => self.digits()?,
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Problem> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { self.expected("a digit") } else { Ok(()) }
    }

    fn word(&mut self) -> Result<(), Problem> {
        // The last two are no JSON, but Python writes them, and nobody here reads them.
        let words = ["null", "true", "false", "NaN", "Infinity"];
        match words.iter().find(|it| self.line.as_bytes()[self.at..].starts_with(it.as_bytes())) {
            Some(word) => self.at += word.len(),
            None => return self.expected("a value"),
        }
        Ok(())
    }
}

/// How long the escape is that stands first; `None` where it is none.
fn escape(bytes: &[u8]) -> Option<usize> {
    match bytes.get(1)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(2),
        b'u' => bytes.get(2..6)?.iter().all(u8::is_ascii_hexdigit).then_some(6),
        _ => None,
    }
}

/// An escape, the character that it stands for, and how many bytes spell it; `None` for half a pair of surrogates.
fn character(bytes: &[u8]) -> Option<(char, usize)> {
    let unit = |at: usize| {
        let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let plain = match bytes.get(1)? {
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            let first = unit(0)?;
            if let Some(found) = char::from_u32(u32::from(first)) {
                return Some((found, 6));
            }
            let found = char::decode_utf16([first, unit(6)?]).next()?.ok()?;
            return Some((found, 12));
        }
        other => char::from(*other),
    };
    Some((plain, 2))
}

/// What a string says, from what stands between its quotes; `None` where it holds half a pair of surrogates.
pub(super) fn unescaped(raw: &str) -> Option<Cow<'_, str>> {
    let Some(first) = memchr(b'\\', raw.as_bytes()) else { return Some(Cow::Borrowed(raw)) };
    let mut text = String::with_capacity(raw.len());
    text.push_str(&raw[..first]);
    let mut at = first;
    while at < raw.len() {
        let (found, length) = character(&raw.as_bytes()[at..])?;
        text.push(found);
        at += length;
        let end = memchr(b'\\', &raw.as_bytes()[at..]).map_or(raw.len(), |it| at + it);
        text.push_str(&raw[at..end]);
        at = end;
    }
    Some(Cow::Owned(text))
}

/// The escapes of a string, from what stands between its quotes, each with its character.
fn escapes(raw: &str) -> impl Iterator<Item = (Escape, char)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + memchr(b'\\', &raw.as_bytes()[from..])?;
        let (found, length) = character(&raw.as_bytes()[start..]).unwrap_or((char::REPLACEMENT_CHARACTER, 2));
        from = start + length;
        Some((Escape { start, length, text: found.len_utf8() }, found))
    })
}

/// How a writer of JSON spells characters for which there are several ways.
#[derive(Debug, Clone, Default)]
pub(super) struct Spelling<'l> {
    /// Characters that were seen as escapes, and how.
    seen: Vec<(char, &'l str)>,
    /// Whether all that is not ASCII is escaped.
    ascii: bool,
    /// Whether the digits of escapes are capitals.
    capitals: bool,
}

/// Whether a writer escapes what is not ASCII, as far as a stretch of its lines tells.
pub(super) fn is_ascii_only(lines: &[u8]) -> Option<bool> {
    if !lines.is_ascii() {
        return Some(false);
    }
    let units = memmem::find_iter(lines, b"\\u").filter_map(|at| lines.get(at + 2..at + 6));
    units.filter(|it| it.iter().all(u8::is_ascii_hexdigit)).any(|it| !it.starts_with(b"00") || it[2] >= b'8').then_some(true)
}

impl<'l> Spelling<'l> {
    /// The spelling of a line; `ascii_only` holds where the line does not tell.
    pub(super) fn of(line: &'l str, ascii_only: bool) -> Self {
        let mut seen: Vec<(char, &str)> = escapes(line).map(|(it, found)| (found, &line[it.start..it.start + it.length])).collect();
        seen.sort_unstable();
        seen.dedup_by_key(|it| it.0);
        let digits = |wanted: fn(&u8) -> bool| seen.iter().any(|(_, it)| it.starts_with("\\u") && it.as_bytes()[2..].iter().any(wanted));
        let capitals = digits(u8::is_ascii_uppercase) && !digits(|it| matches!(it, b'a'..=b'f'));
        Self { capitals, ascii: is_ascii_only(line.as_bytes()).unwrap_or(ascii_only), seen }
    }

    fn write(&self, text: &str, out: &mut Vec<u8>) {
        for character in text.chars() {
            if let Ok(at) = self.seen.binary_search_by_key(&character, |it| it.0) {
                out.extend_from_slice(self.seen[at].1.as_bytes());
                continue;
            }
            match character {
                '"' => out.extend_from_slice(b"\\\""),
                '\\' => out.extend_from_slice(b"\\\\"),
                '\n' => out.extend_from_slice(b"\\n"),
                '\r' => out.extend_from_slice(b"\\r"),
                '\t' => out.extend_from_slice(b"\\t"),
                it if it < ' ' || !it.is_ascii() && self.ascii => {
                    for unit in it.encode_utf16(&mut [0; 2]) {
                        let escape = if self.capitals { format!("\\u{unit:04X}") } else { format!("\\u{unit:04x}") };
                        out.extend_from_slice(escape.as_bytes());
                    }
                }
                it => out.extend_from_slice(it.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
    }
}

/// What stands between the quotes of a string, with edits in it.
pub(super) fn patch(raw: &str, edits: &Patch, spelling: &Spelling<'_>, out: &mut Vec<u8>) {
    splice(raw.as_bytes(), edits, escapes(raw).map(|it| it.0), |new, out| spelling.write(new, out), out);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::{Applicability, Edit, Fix};

    #[test]
    fn values_are_found_by_their_paths() {
        let check = |line: &str, path: &str, expect: Option<&str>| {
            let found = find(line, &[path]).unwrap_or_else(|it| panic!("{line}: {it}"));
            assert_eq!(found[0].map(|it| &line[it.range()]), expect, "{line}");
        };
        check(r#"{"text":"a"}"#, "text", Some(r#""a""#));
        check(r#" { "n" : -1.5e+7 , "text" : "a\"b" }  "#, "text", Some(r#""a\"b""#));
        check(r#"{"article":{"body":"a","x":[1,{"body":2}]}}"#, "article.body", Some(r#""a""#));
        check(r#"{"article.body":"a"}"#, "article.body", Some(r#""a""#));
        check(r#"{"a":{"b.c":{"d":"x"}}}"#, "a.b.c.d", Some(r#""x""#));
        check(r#"{"te\u0078t":"a"}"#, "text", Some(r#""a""#));
        check(r#"{"article":"text"}"#, "article.body", None);
        check(r#"{"n":NaN,"m":-Infinity,"text":null}"#, "text", Some("null"));
        check("{}", "text", None);
    }

    #[test]
    fn what_is_no_object_is_refused() {
        let check = |line: &str, expect: &str| {
            let found = find(line, &["text"]).expect_err(line).to_string();
            assert_eq!(found, expect, "{line}");
        };
        check("", "not JSON: `{` expected at byte 0 of the record");
        check("[1]", "not JSON: `{` expected at byte 0 of the record");
        check(r#"{"a":1,}"#, "not JSON: a key in quotes expected at byte 7 of the record");
        check(r#"{"a":01}"#, "not JSON: `,` or `}` expected at byte 6 of the record");
        check(r#"{"a":"x}"#, "not JSON: `\"` expected at byte 8 of the record");
        check(r#"{"a":"\x"}"#, "not JSON: an escape expected at byte 6 of the record");
        check("{\"a\":\"\t\"}", "not JSON: no control character expected at byte 6 of the record");
        check(r#"{"a":1} {"a":2}"#, "not JSON: the end of the line expected at byte 8 of the record");
        check(r#"{"text":"a","text":"b"}"#, "the field `text` stands twice");
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
        check(&deep, "nested deeper than 128 levels");
    }

    #[test]
    fn strings_say_what_they_say() {
        let check = |raw: &str, expect: Option<&str>| assert_eq!(unescaped(raw).as_deref(), expect, "{raw}");
        check("plain", Some("plain"));
        check(r#"\"\\\/\b\f\n\r\t\u00e9\uD83D\ude00!"#, Some("\"\\/\u{8}\u{c}\n\r\té😀!"));
        check(r"\ud83d", None);
        check(r"\ude00\ud83d", None);
        check(r"\ud83dx", None);
    }

    #[test]
    fn what_is_put_in_is_spelt_as_the_rest() {
        let check = |line: &str, at: &str, new: &str, expect: &str| {
            let raw = &line[find(line, &["t"]).expect("it is JSON")[0].expect("it is there").range()];
            let raw = &raw[1..raw.len() - 1];
            let text = unescaped(raw).expect("it is sound");
            let start = text.find(at).expect("the text is there");
            let mut edits = Patch::default();
            edits.try_add(&Fix { edits: vec![Edit::new(Span::new(start, start + at.len()), new)], applicability: Applicability::Safe });
            let mut out = Vec::new();
            patch(raw, &edits, &Spelling::of(line, false), &mut out);
            assert_eq!(String::from_utf8_lossy(&out), expect, "{line}");
        };
        check(r#"{"t":"a b c"}"#, "b", "é\"\n/", r#"a é\"\n/ c"#);
        check(r#"{"t":"a b caf\u00e9"}"#, "b", "ü", r"a \u00fc caf\u00e9");
        check(r#"{"t":"a b caf\u00E9"}"#, "b", "ü😀", r"a \u00FC\uD83D\uDE00 caf\u00E9");
        check(r#"{"t":"a b","u":"http:\/\/x"}"#, "b", "c/d", r"a c\/d");
        check(r#"{"t":"a b \u003cp>"}"#, "b", "<", r"a \u003c \u003cp>");
        check(r#"{"t":"é\u00e9\n\ud83d\ude00 b \/"}"#, "b", "ü", r"é\u00e9\n\ud83d\ude00 ü \/");
        check(r#"{"t":"é\u00e9\n\ud83d\ude00 b \/"}"#, "😀 b", "", r"é\u00e9\n \/");
    }
}
