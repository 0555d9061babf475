//! Packs that are silent in texts of another kind than theirs: a licence names its owners, and a manual says what to click on.

use rustc_hash::FxHashSet;

use super::Case;
use crate::{
    finding::Finding,
    rules::{pattern::Classes, rule::Pack},
    segment::token::Kind,
};

/// A text that has so many different words, or kinds of marks, of another kind of text is one of that kind.
const SIGNS: usize = 3;

/// Whether a text has marks of Markdown that hardly any page leaves in an article: code between fences, code in a line, a table, a picture
/// with a link. One for each.
fn marks(text: &str) -> usize {
    let code = |line: &str| line.split('`').nth(2).is_some() && !line.starts_with("```");
    let kinds: [fn(&str) -> bool; 5] = [
        |line| line.starts_with("```") || line.starts_with("~~~"),
        |line| line.starts_with('|') && line.ends_with('|') && line.len() > 2,
        |line| line.starts_with("[![") || line.starts_with("!["),
        |line| line.starts_with("## ") || line.starts_with("### "),
        |line| line.contains("](") && line.starts_with(['-', '*']),
    ];
    let any = |kind: &dyn Fn(&str) -> bool| usize::from(text.lines().any(kind));
    kinds.iter().map(|kind| any(kind)).sum::<usize>() + any(&code)
}

impl Case<'_> {
    /// Takes out the findings of packs that are not about texts like this one.
    pub(super) fn leave_apart(&self, findings: &mut Vec<Finding>) {
        for pack in self.subject.rules.book().packs.iter().filter(|it| !it.apart.is_empty()) {
            if findings.iter().any(|it| it.rule.is_below(&pack.name)) && self.is_apart(pack) {
                findings.retain(|it| !it.rule.is_below(&pack.name));
            }
        }
    }

    /// Whether the text is of a kind that a pack is not about.
    fn is_apart(&self, pack: &Pack) -> bool {
        let book = self.subject.rules.book();
        let words: FxHashSet<String> = pack.apart.iter().filter_map(|it| book.words(it)).flatten().collect();
        let mut found: FxHashSet<&str> = FxHashSet::default();
        let marks = marks(self.subject.text);
        let mut folded = String::new();
        if marks >= SIGNS {
            return true;
        }
        for token in self.subject.scan.tokens.iter().filter(|it| it.kind() == Kind::Word) {
            folded.clear();
            folded.push_str(token.of(self.subject.text));
            folded.make_ascii_lowercase();
            found.extend(words.get(folded.as_str()).map(String::as_str));
            if found.len() + marks >= SIGNS {
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use crate::{Cleaner, Wanted};

    const NOTICE: &str = "The bridge was closed.\n\nCopyright 2020 Harbour Media. All rights reserved.\n\nThe mayor apologised.";

    #[track_caller]
    fn check(more: &str, stays: bool) {
        let text = format!("{NOTICE}\n\n{more}\n");
        assert_eq!(Cleaner::new().fix(&text, Wanted::ALL).text() == text, stays, "{more}");
    }

    #[test]
    fn notices_of_licences_and_manuals_stay() {
        check("It is free of tolls.", false);
        check("Redistribution is permitted. The licensee bears all warranties.", true);
        check("The API writes JSON to stdout.", true);
        check("## Use\n\n- [Docs](docs.md)\n\nRun `bridge` now.", true);
    }
}
