//! The heads of pages: what rules about their parts find in front of a text.

use super::{Hit, Rules, hit, token_at};
use crate::{
    matchers::{
        header::{self, Known, Parts},
        line, sequence,
    },
    rules::{
        offset,
        rule::{Matcher, Rule},
    },
    segment::token::Token,
    span::Span,
};

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
            rule.patterns().iter().map(move |it| Known { rule: number, pattern: self.parsed(it), says: rule.weight })
        };
        self.parts.get_or_init(|| Parts::new(self.index.headers.iter().flat_map(known).collect(), &self.index.vocabulary))
    }
}
