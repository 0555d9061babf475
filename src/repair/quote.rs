//! Quotation marks by a policy.

use super::{Ask, Found, step::Step};
use crate::span::Span;

/// Which quotation marks a text shall have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum QuoteMarks {
    /// Those that it has.
    #[default]
    Kept,
    /// `"` and `'`.
    Straight,
    /// `“ ”` and `‘ ’`.
    Curly,
}

/// Finds quotation marks that are not what the policy asks for.
pub(super) fn quotes(text: &str, ask: &Ask<'_>, found: &mut Found) {
    let mut add = |at: usize, from: char, to: char| found.add(Step::Quote, Span::new(at, at + from.len_utf8()), to);
    match ask.policy.quotes {
        QuoteMarks::Kept => {}
        QuoteMarks::Straight => {
            for (at, it) in text.char_indices() {
                match it {
                    '\u{2BC}' | '\u{2018}'..='\u{201B}' => add(at, it, '\''),
                    '\u{201C}'..='\u{201F}' => add(at, it, '"'),
                    _ => {}
                }
            }
        }
        QuoteMarks::Curly => {
            let mut before = None;
            for (at, it) in text.char_indices() {
                let opens = before.is_none_or(|it: char| it.is_whitespace() || matches!(it, '(' | '[' | '{' | '—' | '–' | '“' | '‘'));
                // An apostrophe at the start of a word, before a year: ’90s.
                let year = text[at..].chars().nth(1).is_some_and(|it| it.is_ascii_digit());
                match it {
                    '"' => add(at, it, if opens { '“' } else { '”' }),
                    '\'' => add(at, it, if opens && !year { '‘' } else { '’' }),
                    _ => {}
                }
                before = Some(if it == '"' && opens { '“' } else { it });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repair::{
        Policy, repair,
        step::{Order, Steps},
    };

    fn check(quotes: QuoteMarks, text: &str, expect: &str) {
        let steps = Steps::default().with(Step::Quote, Order { seen: true, ..Order::default() });
        let repaired = repair(text, &steps, Policy { quotes, ..Policy::default() }, |_| false);
        assert_eq!(repaired.map_or_else(|| text.to_owned(), |it| it.text), expect);
    }

    #[test]
    fn the_policy_decides() {
        check(QuoteMarks::Kept, "“a” 'b'", "“a” 'b'");
        check(QuoteMarks::Straight, "“It’s ‘so’,” he said. «No.»", "\"It's 'so',\" he said. «No.»");
        check(QuoteMarks::Curly, "\"It's 'so',\" he said in '90.", "“It’s ‘so’,” he said in ’90.");
    }
}
