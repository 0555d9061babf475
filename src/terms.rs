//! What a user says of findings once they are made: how much they matter, how sure they must be, which words stay.

use crate::{
    edit::Edit,
    finding::{Confidence, Finding, RuleId, Severity},
};

/// The terms on which findings are reported.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    /// Of the rules below a prefix; the longest prefix that says something counts.
    pub rules: Vec<RuleTerms>,
    /// Words that no edit may replace, as they stand in a text; those without a capital in any case.
    pub protected: Vec<String>,
}

/// The terms for the rules below a prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleTerms {
    /// `spin`, `spin/war`, `spin/war/struggle`.
    pub prefix: String,
    /// How much their findings matter.
    pub severity: Option<Severity>,
    /// How sure their findings must be.
    pub confidence: Option<Confidence>,
}

impl Terms {
    /// Whether a finding is reported at all; with the severity that it is to have.
    pub fn admit(&self, finding: &mut Finding, text: &str) -> bool {
        if *self == Self::default() {
            return true;
        }
        self.rank(finding);
        let sure = self.trusts(&finding.rule, finding.confidence);
        let edits = finding.fix.iter().flat_map(|it| &it.edits);
        sure && !edits.into_iter().any(|edit| self.protected.iter().any(|word| takes(edit, word, text)))
    }

    /// Whether an edit changes a protected word, though perhaps only a letter of it.
    #[must_use]
    pub fn protects(&self, edit: &Edit, text: &str) -> bool {
        self.protected.iter().any(|word| changes(edit, word, text))
    }

    /// Whether the findings of a rule, which are all as sure as it is, are sure enough.
    #[must_use]
    pub fn trusts(&self, rule: &RuleId, confidence: Confidence) -> bool {
        self.said(rule, |it| it.confidence).is_none_or(|least| confidence >= least)
    }

    /// Gives a finding the severity that its rule is to have; what has no fix stays information.
    pub fn rank(&self, finding: &mut Finding) {
        if finding.fix.is_none() {
            return;
        }
        if let Some(severity) = self.said(&finding.rule, |it| it.severity) {
            finding.severity = severity;
        }
    }

    fn said<T>(&self, rule: &RuleId, of: impl Fn(&RuleTerms) -> Option<T>) -> Option<T> {
        let below = self.rules.iter().filter(|it| rule.is_below(&it.prefix));
        // Of equal prefixes the last one counts: what is nearer to the document is said later.
        below.filter_map(|it| Some((it.prefix.len(), of(it)?))).max_by_key(|it| it.0).map(|it| it.1)
    }
}

/// Whether an edit takes a word out of a text, or a part of it. A deletion that takes more than the word is about something else.
fn takes(edit: &Edit, word: &str, text: &str) -> bool {
    let taken = text[edit.span.range()].trim();
    let more = edit.replacement.is_empty() && taken.len() > word.len() && occurrences(taken, word) > 0;
    !more && changes(edit, word, text)
}

/// Whether a word stands less often where an edit is made than it did before.
fn changes(edit: &Edit, word: &str, text: &str) -> bool {
    let start = text.floor_char_boundary(edit.span.start.saturating_sub(word.len() + 4));
    let end = text.ceil_char_boundary((edit.span.end + word.len() + 4).min(text.len()));
    let after = [&text[start..edit.span.start], edit.replacement.as_str(), &text[edit.span.end..end]].concat();
    occurrences(&text[start..end], word) > occurrences(&after, word)
}

/// How often a word stands in a text, with no letter or digit beside it.
fn occurrences(text: &str, word: &str) -> usize {
    let folded;
    let text = if word.chars().any(char::is_uppercase) {
        text
    } else {
        folded = text.to_lowercase();
        &folded
    };
    let alone = |start: usize| {
        let before = text[..start].chars().next_back();
        let after = text[start + word.len()..].chars().next();
        !before.into_iter().chain(after).any(char::is_alphanumeric)
    };
    if word.is_empty() { 0 } else { text.match_indices(word).filter(|(start, _)| alone(*start)).count() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::Span;

    #[test]
    fn a_protected_word_is_not_replaced() {
        let check = |taken: &str, replacement: &str, word: &str, expect: bool| {
            let edit = Edit { span: Span::new(0, taken.len()), replacement: replacement.to_owned() };
            assert_eq!(takes(&edit, word, taken), expect, "{taken} → {replacement}");
        };
        check("Navy coaching", "military training", "navy", true);
        check("Navy coaching", "Navy training", "navy", false);
        check("Navy coaching", "military training", "NAVY", false);
        check("navycoaching", "military training", "navy", false);
        check("navy", "", "navy", true);
        check("See also: the navy sails", "", "navy", false);
        let text = "They paid for navy coaching.";
        let edit = Edit { span: Span::new(19, 27), replacement: "training".to_owned() };
        assert!(takes(&edit, "navy coaching", text), "a part of it is not replaced either");
        assert!(!takes(&edit, "navy coach", text));
    }

    #[test]
    fn the_longest_prefix_counts() {
        let of = |prefix: &str, severity| RuleTerms { prefix: prefix.to_owned(), severity, confidence: None };
        let rules = vec![of("spin/war", Some(Severity::Info)), of("spin", Some(Severity::Error)), of("spin/war/x", None)];
        let terms = Terms { rules, ..Terms::default() };
        let said = |rule: &'static str| terms.said(&RuleId::new(rule), |it| it.severity);
        assert_eq!(said("spin/war/x"), Some(Severity::Info));
        assert_eq!(said("spin/sport/x"), Some(Severity::Error));
        assert_eq!(said("spacing/repeats/x"), None);
    }
}
