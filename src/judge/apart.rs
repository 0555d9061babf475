//! Packs that are silent in texts of another kind than theirs: a licence names its owners, and a manual says what to click on.

use super::Case;
use crate::{
    finding::Finding,
    rules::{
        pattern::Classes,
        rule::{MARKDOWN, Pack},
    },
    segment::token::Token,
};

/// A text that has so many different words, or kinds of marks, of another kind of text is one of that kind.
const SIGNS: usize = 3;

/// Of marks of Markdown that hardly any page leaves in an article, how many kinds a text has: code between fences, a table, a picture with a
/// link, a heading, a list of links, code in a line.
fn marks(text: &str) -> usize {
    let mut kinds = [false; 6];
    for line in text.lines() {
        let fenced = line.starts_with("```");
        kinds[0] |= fenced || line.starts_with("~~~");
        kinds[1] |= line.starts_with('|') && line.ends_with('|') && line.len() > 2;
        kinds[2] |= line.starts_with("[![") || line.starts_with("![");
        kinds[3] |= line.starts_with("## ") || line.starts_with("### ");
        kinds[4] |= line.starts_with(['-', '*']) && line.contains("](");
        kinds[5] |= !fenced && memchr::memchr_iter(b'`', line.as_bytes()).nth(1).is_some();
    }
    kinds.into_iter().filter(|it| *it).count()
}

impl Case<'_> {
    /// Takes out the findings of packs that are not about texts like this one.
    pub(super) fn leave_apart(&self, findings: &mut Vec<Finding>) {
        let packs = self.subject.rules.book().packs.iter().filter(|it| !it.apart.is_empty());
        let speaks = |pack: &&Pack| findings.iter().any(|it| it.rule.is_below(&pack.name));
        let speaking: Vec<&Pack> = packs.filter(speaks).collect();
        if speaking.is_empty() {
            return;
        }
        let marks = marks(self.subject.text);
        let words = self.words_apart();
        for pack in speaking.into_iter().filter(|it| self.is_apart(it, marks, &words)) {
            findings.retain(|it| !it.rule.is_below(&pack.name));
        }
    }

    /// The words of a text, each once, of which some pack says that it is not about texts with them.
    fn words_apart(&self) -> Vec<Token> {
        let mut found: Vec<Token> = Vec::new();
        for token in self.subject.scan.tokens.iter().filter(|it| self.subject.rules.is_apart(it.id())) {
            if !found.iter().any(|it| it.id() == token.id()) {
                found.push(*token);
            }
        }
        found
    }

    /// Whether the text is of a kind that a pack is not about.
    fn is_apart(&self, pack: &Pack, marks: usize, words: &[Token]) -> bool {
        let marks = if pack.apart.iter().any(|it| **it == *MARKDOWN) { marks } else { 0 };
        if marks + words.len() < SIGNS {
            return false;
        }
        let book = self.subject.rules.book();
        let own: Vec<String> = pack.apart.iter().filter_map(|it| book.words(it)).flatten().collect();
        let is_own = |it: &&Token| {
            let word = it.of(self.subject.text).replace('’', "'");
            own.iter().any(|own| own.eq_ignore_ascii_case(&word))
        };
        marks >= SIGNS || words.iter().filter(is_own).count() + marks >= SIGNS
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

    #[test]
    fn a_spun_article_in_markdown_is_spun() {
        let spun = include_str!("../../fixtures/spun/c01.txt");
        let swaps = |text: &str| Cleaner::new().check(text).plan.findings().filter(|it| it.rule.is_below("spin")).count();
        let marked = format!("![Photo](p.jpg)\n\n{spun}\n\n## More\n\n- [Docs](docs.md)\n");
        assert!(swaps(spun) > 0 && swaps(&marked) >= swaps(spun));
    }
}
