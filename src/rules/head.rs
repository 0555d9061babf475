//! The heads of pages: what rules about their parts find in front of a text.

use super::{Hit, Rules, hit, token_at};
use crate::{
    matchers::{
        header::{self, Known, Part, Parts},
        line,
        opening::Openings,
        sequence,
    },
    rules::{
        offset,
        rule::{Matcher, Rule},
    },
    segment::token::{Kind, Token},
    span::Span,
};

/// More such lines are what the text is about: a log, a list of entries.
const FEET: usize = 3;
/// A field of a form has so many words in front of its colon, and is shorter than this.
const FIELD: usize = 3;
const SHORT: usize = 100;

impl Rules {
    /// Finds the parts of heads in the first lines of a text. The hits of expressions begin with `by_expressions`.
    pub(super) fn find_heads(&self, text: &str, tokens: &[Token], hits: &mut Vec<Hit>, by_expressions: usize) {
        let known = self.parts();
        let is_function = |it: Token| self.is_function_word(it.id());
        let at_start = |it: &&Hit| matches!(self.rule(**it).matcher, Matcher::Regex { at_start: true, .. });
        let expressed: Vec<Span> = hits[by_expressions..].iter().filter(at_start).map(|it| it.span()).collect();
        let mut done = 0;
        for start in line::head(text).map(|it| it.start).filter(|_| !known.known.is_empty()) {
            // What expressions found there, or find further on, is a part of the head, too.
            let before = expressed.iter().filter(|it| it.start == start).map(|it| it.end).max();
            let from = before.unwrap_or(start);
            let first = token_at(tokens, offset(from));
            let first = first + tokens[first..].iter().take_while(|it| before.is_some() && header::is_mark(**it, text)).count();
            let behind = expressed.iter().map(|it| it.start).filter(|it| *it > from).min();
            let last = behind.map_or(tokens.len(), |it| token_at(tokens, offset(it)));
            if first < done || first >= last {
                continue;
            }
            let beside = before.or(behind).is_some();
            let Some((parts, end)) = header::parts(known, text, tokens, (first..last, beside), &is_function) else { continue };
            done = end;
            let starts = parts.iter().skip(1).map(|it| it.start).chain([end]);
            let bounds = parts.iter().zip(starts.map(|it| tokens[it].start as usize));
            let mut from = from;
            hits.extend(bounds.map(|(part, to)| hit(part.rule, Span::new(std::mem::replace(&mut from, to), to))));
        }
    }

    /// Finds lines below the head that consist of parts of heads, and such parts at an end of a line: “Published: 14 May 2021”.
    pub(super) fn find_feet(&self, openings: &Openings<'_>, hits: &mut Vec<Hit>) {
        let (known, text, tokens) = (self.parts(), openings.text, openings.tokens);
        let is_function = |it: Token| self.is_function_word(it.id());
        let foot = |at: usize| {
            let end = token_at(tokens, offset(line::around(text, Span::new(tokens[at].start as usize, tokens[at].start as usize)).1));
            header::foot(known, text, &tokens[..end], at, &is_function)
        };
        let mut feet: Vec<Part> = Vec::new();
        let mut below = None;
        for at in openings.lines().iter().copied().chain([tokens.len()]) {
            let last = tokens[..at].iter().rposition(|it| it.kind() != Kind::Break);
            feet.extend(last.and_then(|it| header::label_before(known, text, &tokens[..=it])).and_then(foot));
            if tokens.get(at).is_some_and(|it| known.labels(*it)) {
                let head = *below.get_or_insert_with(|| line::head(text).last().map_or(0, |it| it.end));
                feet.extend(foot(at).filter(|_| tokens[at].start as usize >= head));
            }
        }
        feet.dedup();
        if feet.len() <= FEET {
            let feet = feet.iter().filter_map(|it| Some(hit(it.rule, whole_foot(text, tokens, it, hits)?)));
            let feet: Vec<Hit> = feet.collect();
            hits.extend(feet);
        }
    }

    /// What a part of a head says: its capture `value`, or all of it.
    pub(super) fn value_of_part(&self, hit: Hit, text: &str, tokens: &[Token]) -> Option<String> {
        let (start, end) = (token_at(tokens, hit.start), token_at(tokens, hit.end));
        let tokens = &tokens[..end];
        let own = self.parts().known.iter().filter(|it| it.rule == hit.rule);
        own.filter_map(|it| {
            let found = sequence::match_at(&it.pattern, text, tokens, start)?;
            let value = found.capture(&it.pattern, "value", tokens).unwrap_or_else(|| found.span(tokens));
            Some(text[value.range()].to_owned())
        })
        .max_by_key(String::len)
    }

    fn parts(&self) -> &Parts {
        let known = |&number: &u32| {
            let rule: &Rule = &self.book.rules[number as usize];
            let in_lines = matches!(rule.matcher, Matcher::Header { in_lines: true, .. });
            rule.patterns().iter().map(move |it| Known::new(number, self.parsed(it), rule.weight, in_lines))
        };
        self.parts.get_or_init(|| Parts::new(self.index.headers.iter().flat_map(known).collect(), &self.index.vocabulary))
    }
}

/// What goes with the parts of a foot: the whole line, where no list and no fields stand around it.
fn whole_foot(text: &str, tokens: &[Token], part: &Part, hits: &[Hit]) -> Option<Span> {
    let span = Span::new(tokens[part.start].start as usize, tokens[part.end - 1].end as usize);
    let (start, end) = line::around(text, span);
    let bare = |it: &str| !it.contains(char::is_alphanumeric);
    if !bare(&text[start..span.start]) || text[start..span.start].trim().is_empty() && !bare(&text[span.end..end]) {
        let next = tokens.get(part.end).map_or(text.len(), |it| it.start as usize);
        return Some(Span::new(span.start, next.min(end)));
    }
    let whole = line::whole(text, span)?;
    let goes = |it: &str| {
        let at = it.as_ptr() as usize - text.as_ptr() as usize;
        hits.iter().any(|hit| hit.span().start <= at && hit.span().end >= at + it.trim_end().len())
    };
    let is_field = |it: &str| {
        let label = it.split_once(':').filter(|(label, _)| label.split_whitespace().count() <= FIELD);
        it.len() < SHORT && label.is_some() && !goes(it)
    };
    let around = [text[..start].lines().rev().find(|it| !it.trim().is_empty()), text[end..].lines().find(|it| !it.trim().is_empty())];
    let fields = around.iter().flatten().any(|it| is_field(it.trim_start()));
    (!fields && around[0].is_some()).then_some(whole)
}
