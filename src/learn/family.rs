//! Rows as a rule file, and whether the loader takes them.

use std::{fmt::Write as _, path::PathBuf, sync::Arc};

use super::row::Row;
use crate::{
    embedded, examples,
    language::inflect::Class,
    rules::{
        Rules,
        load::{Source, load},
        rule::Rulebook,
    },
};

/// The head of a family of learned rows; what is to be written anew says so.
const HEAD: &str = r#"# Read every row before you keep it: where the originals differ by chance, it is no swap.
# The examples are sentences of the texts; write your own before you pass them on.
summary = "Swaps learned from spun texts and their originals"
why = "Where the originals say the one, the spun texts say the other."
needs = "spun"
except = ["quote", "code", "url"]
# In place of this line: sentences with some of these words that must be left alone.
ok = ["Lorem ipsum dolor."]
"#;

/// A rule file with these rows, to be saved as `PACK/FAMILY.toml`.
#[must_use]
pub fn family_file(rows: &[Row]) -> String {
    let mut file = format!("{HEAD}\nswaps = [\n");
    for row in rows {
        let texts = if row.texts == 1 { "text" } else { "texts" };
        let times = if row.count == 1 { "time" } else { "times" };
        let line = row_line(row, &[("seen", seen(row))]);
        writeln!(file, "  {line}, # {} {times} in {} {texts}", row.count, row.texts).expect("a string takes anything");
    }
    file.push_str("]\n");
    file
}

/// On how many pages each original was found, as far as that is counted: never more than there are texts, or occurrences.
fn seen(row: &Row) -> String {
    let pages: Vec<String> = row.from.iter().map(|(_, count)| row.texts.min(*count).to_string()).collect();
    if pages.len() == 1 { pages.concat() } else { format!("[{}]", pages.join(", ")) }
}

/// A row as it stands in a rule file, with more keys and values where it says more.
#[must_use]
pub fn row_line(row: &Row, more: &[(&'static str, String)]) -> String {
    let mut keys: Vec<(&str, String)> = Vec::new();
    keys.extend(row.name.as_ref().map(|it| ("name", quoted(it))));
    keys.push(("spun", quoted(&row.spun)));
    let from: Vec<String> = row.from.iter().map(|it| quoted(&it.0)).collect();
    keys.push(("from", if from.len() == 1 { from.concat() } else { format!("[{}]", from.join(", ")) }));
    let class = Class::NAMES.iter().find(|(_, class)| *class == row.class && *class != Class::Fixed);
    keys.extend(class.map(|it| ("class", quoted(it.0))));
    keys.extend(more.iter().cloned());
    keys.push(("bad", quoted(&row.bad)));
    let keys: Vec<String> = keys.into_iter().map(|(key, value)| format!("{key} = {value}")).collect();
    format!("{{ {} }}", keys.join(", "))
}

/// A string of TOML, in which nothing can steer a terminal.
pub(super) fn quoted(text: &str) -> String {
    let mut string = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => string.extend(['\\', character]),
            // Direction marks can make a line read as another one.
            it if it.is_control() || matches!(it, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}') => {
                write!(string, "\\u{:04X}", u32::from(it)).expect("a string takes anything");
            }
            it => string.push(it),
        }
    }
    string.push('"');
    string
}

/// Whether the loader takes a row, and its example comes out as it should.
pub(super) fn holds(row: &Row) -> bool {
    // Not every spun word makes a name.
    let named = Row { name: Some("row".to_owned()), ..row.clone() };
    let source = Source {
        path: PathBuf::new(),
        pack: "learned".to_owned(),
        family: "rows".to_owned(),
        text: family_file(std::slice::from_ref(&named)),
    };
    let book = load(vec![source], &Rulebook::default(), embedded::frequencies());
    book.is_ok_and(|it| examples::run(&Arc::new(Rules::compile(it)), 0).failures.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(spun: &str, from: &[&str], class: Class, bad: &str) -> Row {
        Row {
            name: None,
            spun: spun.to_owned(),
            from: from.iter().map(|it| ((*it).to_owned(), 1)).collect(),
            class,
            bad: bad.to_owned(),
            count: 2,
            texts: 1,
            forms: Vec::new(),
        }
    }

    #[test]
    fn a_row_is_written_as_its_author_would() {
        let check = |row: Row, more: &[(&'static str, String)], expect: &str| assert_eq!(row_line(&row, more), expect);
        check(row("x", &["y"], Class::Fixed, "an [x]"), &[], r#"{ spun = "x", from = "y", bad = "an [x]" }"#);
        check(
            row("navy", &["army", "fleet"], Class::Noun, "A \"[navy]\" \\ \u{1}."),
            &[("share", "0.07".to_owned())],
            r#"{ spun = "navy", from = ["army", "fleet"], class = "noun", share = 0.07, bad = "A \"[navy]\" \\ \u0001." }"#,
        );
    }

    #[test]
    fn a_row_holds_where_its_example_comes_out() {
        let check = |row: Row, expect: bool| assert_eq!(holds(&row), expect, "{}", row.bad);
        check(row("navy", &["army"], Class::Noun, "They paid for the [navies] there."), true);
        check(row("été", &["summer"], Class::Fixed, "They came in the [été] of that year."), true);
        check(row("navy", &["army"], Class::Noun, "They paid for the [boats] there."), false);
        check(row("navy", &["army"], Class::Noun, "The navy paid for the [navy] there."), false);
        check(row("navy", &["army"], Class::Noun, "He said: “The [navy] is here.”"), false);
        check(row("navy", &["army"], Class::Noun, "They paid for the [Navy] there."), false);
    }
}
