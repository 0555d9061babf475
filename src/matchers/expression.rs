//! Regular expressions, each compiled when one of its literals first stands in a text.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, Input, MatchKind};
use regex::{Captures, Regex};
use rustc_hash::FxHashMap;

use super::{
    line::{head, line_around, line_end, line_start},
    literal::{LINE_START, Literal, whole_tokens},
};
use crate::span::Span;

/// Regular expressions behind their literals.
#[derive(Debug, Default)]
pub struct Expressions {
    list: Vec<Expression>,
    // Those that are tried in the first lines only.
    heads: Heads,
    // Literals that hold no whole token, which only a search of their own finds.
    loose: Loose,
}

/// Expressions that are tried in the first lines only.
#[derive(Debug, Default)]
struct Heads {
    // In any such line.
    always: Vec<usize>,
    // By the first byte of what the line begins with, in the order of the expressions.
    literals: FxHashMap<u8, Vec<(usize, Box<str>)>>,
}

impl Heads {
    /// Those that are tried in a line with this content, each once.
    fn of<'h>(&'h self, content: &'h str) -> impl Iterator<Item = usize> {
        let alike = content.bytes().next().and_then(|it| self.literals.get(&it)).map_or(&[][..], Vec::as_slice);
        let mut last = None;
        let begun = alike.iter().filter(|(_, literal)| content.starts_with(&**literal)).map(|it| it.0);
        self.always.iter().copied().chain(begun.filter(move |it| last.replace(*it) != Some(*it)))
    }
}

/// Literals that are looked for in one go.
#[derive(Debug, Default)]
struct Loose {
    search: OnceLock<Option<AhoCorasick>>,
    literals: Vec<(usize, Box<str>)>,
}

impl Loose {
    /// Where literals start, and the index of the expression of each.
    fn find(&self, text: &str, announced: &mut Vec<(usize, usize)>) {
        // The first of those that start at one place: such can be looked for many bytes at a time.
        let build = || AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(self.literals.iter().map(|it| &*it.1)).ok();
        let Some(search) = self.search.get_or_init(build).as_ref().filter(|_| !self.literals.is_empty()) else { return };
        let mut from = 0;
        while let Some(found) = search.find(Input::new(text).range(from..)) {
            // Others may start in what was found, or at the same place.
            let rest = &text[found.start()..];
            let here = self.literals.iter().filter(|(_, literal)| rest.starts_with(&**literal));
            announced.extend(here.map(|(index, _)| (found.start(), *index)));
            from = text.ceil_char_boundary(found.start() + 1);
        }
    }
}

#[derive(Debug)]
struct Expression {
    rule: u32,
    pattern: String,
    compiled: OnceLock<Option<Regex>>,
    // Of those that are tried in the first lines only: what such a line begins with, if there are any; of others, what stands in the text.
    anchors: Vec<String>,
}

/// How far before the bytes that are replaced a match usually begins at the most.
const BEFORE: usize = 256;

/// How far behind them the text usually matters at the most.
const BEHIND: usize = 1024;

/// An expression to be: the index of its rule, its source, its literals, and whether it is tried at the start only.
#[derive(Debug)]
pub struct Source<'s> {
    /// Index of the rule.
    pub rule: u32,
    /// The expression.
    pub pattern: &'s str,
    /// Literals of which one must stand in the text.
    pub anchors: Vec<&'s str>,
    /// Tried at the start of the document only.
    pub at_start: bool,
}

impl Expressions {
    /// Collects expressions.
    #[must_use]
    pub fn new(sources: &[Source<'_>]) -> Self {
        let expression = |it: &Source<'_>| Expression {
            rule: it.rule,
            pattern: it.pattern.to_owned(),
            compiled: OnceLock::new(),
            anchors: it.anchors.iter().map(|it| (*it).to_owned()).collect(),
        };
        let mut heads = Heads::default();
        let mut loose = Loose::default();
        for (index, source) in sources.iter().enumerate() {
            if source.at_start && source.anchors.iter().all(|it| it.is_empty()) {
                heads.always.push(index);
            }
            for anchor in source.anchors.iter().map(|it| it.trim_start_matches(LINE_START)) {
                let Some(first) = anchor.bytes().next() else { continue };
                if source.at_start {
                    heads.literals.entry(first).or_default().push((index, anchor.into()));
                } else if whole_tokens(anchor).is_empty() {
                    loose.literals.push((index, anchor.into()));
                }
            }
        }
        Self { list: sources.iter().map(expression).collect(), heads, loose }
    }

    /// Where a literal of an expression starts, if the first of its whole tokens starts at `place`.
    #[must_use]
    pub fn anchored(&self, expression: u32, literal: Literal, text: &str, place: usize) -> Option<usize> {
        let written = &self.list[expression as usize].anchors[literal.index()];
        let literal = written.trim_start_matches(LINE_START);
        let start = place.checked_sub(literal.len() - literal.trim_start().len())?;
        text.as_bytes()[start..].starts_with(literal.as_bytes()).then_some(start)
    }

    /// Calls `found` with the rule and the bytes to be replaced of every match, line by line. `announced` holds where literals start that hold
    /// whole tokens, and the index of their expression.
    pub fn find(&self, text: &str, mut announced: Vec<(usize, usize)>, mut found: impl FnMut(u32, Span)) {
        for line in head(text) {
            let content = text[line.range()].trim_start_matches(|it: char| it.is_whitespace() || it == '\u{FEFF}');
            self.heads.of(content).for_each(|it| self.list[it].find_in(text, line, &mut found));
        }
        self.loose.find(text, &mut announced);
        if announced.is_empty() {
            return;
        }
        announced.sort_unstable();
        // Each expression has done the text up to here.
        let mut done = vec![0; self.list.len()];
        for (start, index) in announced {
            if done[index] <= start {
                let line = line_around(text, start);
                self.list[index].find_in(text, line, &mut found);
                done[index] = line.end.max(start + 1);
            }
        }
    }

    /// Expands a template such as `$1` for the match of `rule` that replaces exactly `span`.
    #[must_use]
    pub fn expand(&self, rule: u32, text: &str, span: Span, template: &str) -> Option<String> {
        if !template.contains('$') {
            return Some(template.to_owned());
        }
        let expression = self.list.iter().find(|it| it.rule == rule)?;
        let regex = expression.regex()?;
        let captures = near(regex, text, span).or_else(|| {
            let line = line_around(text, within_line(text, span));
            captures_of(span, regex, text, line, line.start)
        })?;
        let mut expanded = String::new();
        captures.expand(template, &mut expanded);
        Some(expanded)
    }
}

impl Expression {
    fn regex(&self) -> Option<&Regex> {
        // The loader has checked the expression.
        self.compiled.get_or_init(|| Regex::new(&self.pattern).ok()).as_ref()
    }

    fn find_in(&self, text: &str, line: Span, found: &mut impl FnMut(u32, Span)) {
        let Some(regex) = self.regex() else { return };
        for captures in matches(regex, &text[line.range()], 0) {
            found(self.rule, shifted(replaced(&captures), line.start));
        }
    }
}

/// The match that replaces exactly `span`, looked for in a part of its line: a line may hold a whole book, and a match at
/// every word. `None` where the match may reach out of that part.
fn near<'t>(regex: &Regex, text: &'t str, span: Span) -> Option<Captures<'t>> {
    let from = text.floor_char_boundary(span.start.saturating_sub(BEFORE));
    // One character more, so that the expression sees that no line begins at `from`.
    let start = text.floor_char_boundary(from.saturating_sub(1));
    let at = within_line(text, span);
    let start = line_start(text, start, at);
    let stop = text.ceil_char_boundary((span.end.max(at) + BEHIND).min(text.len()));
    let end = line_end(text, at, stop);
    let captures = captures_of(span, regex, text, Span::new(start, end), from.max(start))?;
    let whole = end < stop || end == text.len();
    (whole || captures.get_match().end() + start < end).then_some(captures)
}

/// The match within a line that replaces exactly `span`, among those from an offset on.
fn captures_of<'t>(span: Span, regex: &Regex, text: &'t str, line: Span, from: usize) -> Option<Captures<'t>> {
    let reached = |it: &Captures<'_>| it.get_match().start() + line.start < span.end.max(span.start + 1);
    let content = &text[line.range()];
    matches(regex, content, from - line.start).take_while(reached).find(|it| shifted(replaced(it), line.start) == span)
}

/// All matches from an offset on; one may begin in what only follows the replaced bytes of the last, since that is context to both.
fn matches<'t>(regex: &Regex, content: &'t str, mut from: usize) -> impl Iterator<Item = Captures<'t>> {
    std::iter::from_fn(move || {
        let captures = regex.captures_at(content, from)?;
        let next = content.ceil_char_boundary(replaced(&captures).end.max(captures.get_match().start() + 1));
        from = next.min(content.len());
        // An empty match at the very end would come again for ever.
        (captures.get_match().start() < content.len() || from < content.len()).then_some(captures)
    })
}

/// The bytes that a match replaces: the group named `at`, or all of it.
fn replaced(captures: &Captures<'_>) -> Span {
    let whole = captures.get_match();
    Span::from(captures.name("at").unwrap_or(whole).range())
}

const fn shifted(span: Span, by: usize) -> Span {
    Span::new(span.start + by, span.end + by)
}

/// An offset in the line of a match, which may begin with the blank lines before the first one.
fn within_line(text: &str, span: Span) -> usize {
    span.start.max(text.len() - text.trim_start().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, anchors: &[&str], text: &str, expect: &[&str]) {
        let source = Source { rule: 7, pattern, anchors: anchors.to_vec(), at_start: anchors.is_empty() };
        let mut got = Vec::new();
        let announced = announced(&[&source], text);
        Expressions::new(&[source]).find(text, announced, |_, span| got.push(&text[span.range()]));
        assert_eq!(got, expect);
    }

    /// Where the literals stand that rules look up token by token.
    fn announced(sources: &[&Source<'_>], text: &str) -> Vec<(usize, usize)> {
        let anywhere = sources.iter().enumerate().filter(|(_, it)| !it.at_start);
        let anchors = anywhere.flat_map(|(index, it)| it.anchors.iter().map(move |it| (index, *it)));
        let whole = anchors.filter(|(_, it)| !whole_tokens(it).is_empty());
        whole.flat_map(|(index, it)| text.match_indices(it).map(move |it| (it.0, index))).collect()
    }

    #[test]
    fn expressions_are_tried_where_their_literals_stand() {
        check(r"\w(?<at> +),", &[" ,"], "a , b  , c\nd ,e", &[" ", "  ", " "]);
        check(r"\{(\w+)\}", &["{"], "{a} {b}\r\n{c}", &["{a}", "{b}", "{c}"]);
        check("x", &["y"], "x", &[]);
        check(r"\w(?<at> +),( \w|$)", &[" ,"], "A , B , C ,", &[" ", " ", " "]);
    }

    #[track_caller]
    fn check_filled(pattern: &str, anchors: &[&str], text: &str, template: &str, expect: &[&str]) {
        let source = Source { rule: 7, pattern, anchors: anchors.to_vec(), at_start: anchors.is_empty() };
        let announced = announced(&[&source], text);
        let expressions = Expressions::new(&[source]);
        let mut got = Vec::new();
        expressions.find(text, announced, |rule, span| got.push(expressions.expand(rule, text, span, template).expect("it was found")));
        assert!(got == expect, "{:?}… of {}", &got[..got.len().min(3)], got.len());
    }

    #[test]
    fn a_template_is_filled_from_the_match_that_was_found() {
        let (far, book) = (" ".repeat(2 * BEFORE), "x".repeat(2 * BEHIND));
        check_filled(r"\{(\w+)\}", &["{"], "{a} {b}\r\n{c}", "<$1>", &["<a>", "<b>", "<c>"]);
        check_filled(r"\{(\w+)\}", &["{"], &"of {é} to {b} ".repeat(999), "$1", &["é", "b"].repeat(999));
        check_filled(r"^(?<at>\{)(.)|\{$", &["{"], &format!("{{a{}{{", "{ ".repeat(999)), "<$2>", &["<a>", "<>"]);
        check_filled(r"(\w) +(?<at>,)", &[","], &format!("a{far},b ,"), "$1", &["a", "b"]);
        check_filled(r"(?<at>,)(.*)$", &[","], &format!("a,{book}\n,b"), "$2", &[&book, "b"]);
        check_filled(r"(?<at>,)(x*)", &[","], &format!(",{book},xx"), "$2", &[&book, "xx"]);
        check_filled(r"\s*(\d)", &[], &format!("\n{far}\n1{book}2\n3"), "$1", &["1", "2"]);
        check_filled(r"\d", &[], "1", "one", &["one"]);
    }

    #[test]
    fn the_start_goes_up_to_the_first_line_of_running_text() {
        check(r"\A\s*date \d+", &[], "\n date 12 x.\ndate 13", &["\n date 12"]);
        check(r"\A\s*date \d+", &[], "\n date 12\n\ndate 13 x\nEnd.\ndate 14", &["\n date 12", "date 13"]);
    }

    #[test]
    fn literals_are_found_by_their_whole_tokens_or_by_themselves() {
        assert_eq!([" ,", "(Photo", "pic.x.com/", "turn0", "fbq('"].map(whole_tokens), [",", "(", "pic.x.com/", "", "fbq("]);
        let sources = [
            Source { rule: 1, pattern: r"turn\d", anchors: vec!["turn0"], at_start: false },
            Source { rule: 2, pattern: r"\(Photo\w*", anchors: vec![" (Photo"], at_start: false },
        ];
        let expressions = Expressions::new(&sources);
        let text = "turn0turn1 (Photos";
        assert_eq!(expressions.anchored(1, Literal::new(0, " (Photo"), text, text.find('(').expect("it is there")), Some(10));
        assert_eq!(expressions.anchored(1, Literal::new(0, " (Photo"), "(Photos", 0), None);
        let mut got = Vec::new();
        expressions.find(text, vec![(10, 1)], |rule, span| got.push((rule, span.start)));
        assert_eq!(got, [(1, 0), (1, 5), (2, 11)]);
        assert_eq!(expressions.expand(2, text, Span::new(11, 18), "[$0]").as_deref(), Some("[(Photos]"));
    }
}
