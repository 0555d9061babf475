//! What was found in a document, as bytes: for those who keep it until the document is looked at again.

use std::collections::BTreeMap;

use crate::{
    cleaner::Checked,
    decode::decode,
    edit::{Applicability, Edit, Fix, Patch},
    finding::Finding,
    language::detect::known_code,
    resolve::{Plan, Reason},
    span::Span,
    weigh::Assessment,
};

/// All but the text; the language by its code.
type Stored =
    (String, Assessment, Vec<Edit>, Vec<Finding>, Vec<Finding>, Vec<(Finding, Reason)>, Vec<Finding>, BTreeMap<String, String>, usize);

impl Checked {
    /// All that was found; the text itself is not in it, only what findings say of its words.
    ///
    /// # Panics
    /// Never: memory takes anything.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let Plan { patch, applied, shown, set_aside, rejected } = &self.plan;
        let edits: Vec<&Edit> = patch.edits().collect();
        postcard::to_stdvec(&(
            self.assessment.language,
            &self.assessment,
            edits,
            applied,
            shown,
            set_aside,
            rejected,
            &self.metadata,
            self.residue,
        ))
        .expect("memory takes anything")
    }

    /// What [`Checked::to_bytes`] gave of the same document; `None` where the bytes are nothing of the kind.
    #[must_use]
    pub fn from_bytes(raw: &[u8], bytes: &[u8]) -> Option<Self> {
        let stored: Stored = postcard::from_bytes(bytes).ok()?;
        let (language, assessment, edits, applied, shown, set_aside, rejected, metadata, residue) = stored;
        let assessment = Assessment { language: known_code(&language)?, ..assessment };
        let mut patch = Patch::default();
        let sound = edits.is_sorted_by(|a, b| a.span.end <= b.span.start && a.span != b.span)
            && patch.try_add(&Fix { edits, applicability: Applicability::Safe });
        let plan = Plan { patch, applied, shown, set_aside, rejected };
        let checked = Self { document: decode(raw), assessment, plan, metadata, residue };
        (sound && checked.is_of(checked.document.text())).then_some(checked)
    }

    /// Whether nothing in it repeats a word of the text, or says what one stands for.
    #[must_use]
    pub fn is_wordless(&self) -> bool {
        let Assessment { signs, translation, regions, .. } = &self.assessment;
        let silent = signs.is_empty() && regions.is_empty() && translation.signs.is_empty();
        silent && self.metadata.is_empty() && self.plan.findings().next().is_none()
    }

    /// Whether all its places are places of a text.
    fn is_of(&self, text: &str) -> bool {
        let is_place = |it: Span| it.start <= it.end && text.is_char_boundary(it.start) && text.is_char_boundary(it.end);
        let edits = |it: &Finding| it.fix.iter().flat_map(|it| &it.edits).all(|it| is_place(it.span));
        let regions = self.assessment.regions.iter().map(|it| it.span);
        let parts = self.assessment.translation.parts.iter().map(|it| it.0);
        self.plan.findings().all(|it| is_place(it.span) && edits(it))
            && self.plan.patch.edits().all(|it| is_place(it.span))
            && regions.chain(parts).all(is_place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Cleaner;

    const TEXT: &str = " date 2024-05-30 They met on the the pier . caf\u{e9} AT&amp;amp;T doesn’t";

    #[test]
    fn what_was_found_comes_back_as_it_was() {
        let spun = include_str!("../fixtures/articles/004_a2fe9243e21dc331.txt");
        let translated = include_str!("../fixtures/articles/002_ec4d5b4a5ea04976.txt");
        for text in [TEXT, spun, translated, "", "Привет, как дела?"] {
            let checked = Cleaner::new().check(text);
            let again = Checked::from_bytes(text.as_bytes(), &checked.to_bytes()).expect("it was written so");
            assert_eq!(format!("{again:?}"), format!("{checked:?}"));
        }
    }

    #[test]
    fn damaged_bytes_are_nothing_and_never_a_panic() {
        let bytes = Cleaner::new().check(TEXT).to_bytes();
        for cut in 0..bytes.len() {
            assert!(Checked::from_bytes(TEXT.as_bytes(), &bytes[..cut]).is_none());
            let mut wrong = bytes.clone();
            wrong[cut] ^= 0x55;
            if let Some(it) = Checked::from_bytes(TEXT.as_bytes(), &wrong) {
                drop(it.plan.patch.apply(it.document.text()));
            }
        }
        assert!(Checked::from_bytes(b"short", &bytes).is_none(), "of another text");
    }

    #[test]
    fn a_text_without_findings_leaves_no_words() {
        let is_wordless = |text: &str| Cleaner::new().check(text).is_wordless();
        assert!(is_wordless("It rained in the harbour all morning, and nobody minded."));
        assert!(!is_wordless(TEXT));
    }
}
