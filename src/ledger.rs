//! What a run changed, and how to take it back.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    cleaner::Fixed,
    document::Encoding,
    finding::{Confidence, RuleId},
    nats::PerMillion,
    span::Span,
    weigh::{Known, Region, Translation, Verdict},
};

/// The first line of a ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Version of the program that wrote it.
    pub unspin: String,
    /// Hash of the rules that were in force.
    pub rules: String,
}

/// What was done to one file: a line of a ledger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The file that was written; relative to the folder that holds the ledger's folder.
    pub file: String,
    /// The bytes of its path where they are not UTF-8; `file` is then for reading only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_bytes: Option<Bytes>,
    /// Hash of the bytes before, SHA-256 in hexadecimal.
    pub before: String,
    /// Hash of the bytes after.
    pub after: String,
    /// The verdict on the original, which a later run honours: taking out the strong signs must not silence the rest.
    pub verdict: String,
    /// The parts that were convicted.
    pub regions: Vec<RecordedRegion>,
    /// What was known of a translation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub translation: Option<RecordedTranslation>,
    /// Every edit, in the order of the text.
    pub edits: Vec<RawEdit>,
}

/// A part that was convicted, and what was learnt of its spinner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedRegion {
    /// First byte, in the decoded text afterwards.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Chance that it was spun.
    pub spun: f64,
    /// See [`Region::theta`].
    pub theta: u32,
    /// See [`Region::density`].
    pub density: u32,
    /// See [`Region::rates`].
    pub rates: BTreeMap<String, PerMillion>,
}

/// What was known of a translation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedTranslation {
    /// The language that it is from.
    pub source: Option<String>,
    /// First byte, one past the last, and the chance that these are translated, in the decoded text afterwards.
    pub parts: Vec<(usize, usize, f64)>,
}

impl RecordedTranslation {
    fn new(translation: &Translation, moved: impl Fn(usize) -> usize) -> Self {
        let part = |(span, chance): &(Span, Confidence)| (moved(span.start), moved(span.end), chance.fraction());
        Self { source: translation.source.clone(), parts: translation.parts.iter().map(part).collect() }
    }

    fn known(&self) -> Option<Translation> {
        let part = |&(start, end, chance): &(usize, usize, f64)| Some((Span::new(start, end), Confidence::from_fraction(chance)?));
        let parts: Vec<(Span, Confidence)> = self.parts.iter().filter_map(part).collect();
        let chance = parts.iter().map(|it| it.1).max()?;
        Some(Translation { chance, source: self.source.clone(), parts, signs: Vec::new() })
    }
}

/// An edit in raw bytes of the file before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawEdit {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// The bytes that stood there.
    pub before: Bytes,
    /// The bytes that were put there.
    pub after: Bytes,
    /// The rule.
    pub rule: String,
}

/// Bytes as a string where they are UTF-8, in hexadecimal otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Bytes {
    /// UTF-8.
    Text(String),
    /// Two digits a byte.
    Hex(String),
}

impl Bytes {
    /// The bytes as they are recorded.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        std::str::from_utf8(bytes).map_or_else(|_| Self::Hex(hex(bytes)), |it| Self::Text(it.to_owned()))
    }

    /// The bytes; `None` where the digits are none.
    #[must_use]
    pub fn to_vec(&self) -> Option<Vec<u8>> {
        match self {
            Self::Text(text) => Some(text.as_bytes().to_vec()),
            Self::Hex(digits) => {
                let pairs = digits.as_bytes().chunks(2).map(|it| std::str::from_utf8(it).ok());
                pairs.map(|it| it.and_then(|it| u8::from_str_radix(it, 16).ok())).collect()
            }
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The hash by which a ledger knows a file's content.
#[must_use]
pub fn content_hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Why a file cannot be taken back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RevertError {
    /// Its bytes are not those that the run left.
    #[error("the file has changed since; nothing was done to it")]
    Changed,
    /// The recorded edits do not lead back to the recorded bytes.
    #[error("the ledger is damaged: its edits do not lead back to the recorded content")]
    Damaged,
}

impl Entry {
    /// Records what was done to a file; `raw` are its bytes before.
    #[must_use]
    pub fn new(file: impl Into<String>, raw: &[u8], fixed: &Fixed) -> Self {
        let checked = &fixed.checked;
        let document = &checked.document;
        let named = checked.plan.applied.iter().flat_map(|it| it.fix.iter().flat_map(|fix| &fix.edits).map(|edit| (edit.span, &it.rule)));
        let rules: HashMap<Span, &RuleId> = named.collect();
        let edits = checked.plan.patch.edits().map(|edit| {
            let span = document.raw_span(edit.span);
            RawEdit {
                start: span.start,
                end: span.end,
                before: Bytes::new(&raw[span.range()]),
                after: Bytes::new(&document.encode(&edit.replacement)),
                rule: rules.get(&edit.span).map_or_else(String::new, ToString::to_string),
            }
        });
        let edits: Vec<RawEdit> = edits.collect();
        // A text in another encoding than before has no bytes in common with it that could be told apart.
        let rewritten = document.encoding() != Encoding::Utf8 && document.patched(raw, &checked.plan.patch) != fixed.bytes;
        let whole = || RawEdit { start: 0, end: raw.len(), before: Bytes::new(raw), after: Bytes::new(&fixed.bytes), rule: String::new() };
        let edits = if rewritten { vec![whole()] } else { edits };
        let assessment = &checked.assessment;
        let moved = |offset: usize| moved(offset, checked.plan.patch.edits().map(|it| (it.span, it.replacement.len())));
        let recorded = |it: &Region| RecordedRegion {
            start: moved(it.span.start),
            end: moved(it.span.end),
            spun: it.spun.fraction(),
            theta: it.theta,
            density: it.density,
            rates: it.rates.clone(),
        };
        Self {
            file: file.into(),
            file_bytes: None,
            before: content_hash(raw),
            after: content_hash(&fixed.bytes),
            verdict: assessment.verdict.as_str().to_owned(),
            regions: assessment.regions.iter().map(recorded).collect(),
            translation: Some(&assessment.translation).filter(|it| !it.parts.is_empty()).map(|it| RecordedTranslation::new(it, moved)),
            edits,
        }
    }

    /// The verdict on the original, for a run over the file as this one left it.
    #[must_use]
    pub fn known(&self) -> Option<Known> {
        let verdict = [Verdict::Suspect, Verdict::Spun, Verdict::Translated].into_iter().find(|it| it.as_str() == self.verdict)?;
        let region = |it: &RecordedRegion| {
            let spun = Confidence::from_fraction(it.spun)?;
            Some(Region { span: Span::new(it.start, it.end), spun, theta: it.theta, density: it.density, rates: it.rates.clone() })
        };
        let translation = self.translation.as_ref().and_then(RecordedTranslation::known);
        Some(Known { verdict, regions: self.regions.iter().filter_map(region).collect(), translation })
    }

    /// The bytes before the run, from those after it.
    ///
    /// # Errors
    /// Where the file has changed since, or the ledger has.
    pub fn revert(&self, after: &[u8]) -> Result<Vec<u8>, RevertError> {
        if content_hash(after) != self.after {
            return Err(RevertError::Changed);
        }
        let mut before = Vec::with_capacity(after.len());
        // How far the two versions have been copied.
        let (mut at_before, mut at_after) = (0, 0);
        for edit in &self.edits {
            let (old, new) = edit.before.to_vec().zip(edit.after.to_vec()).ok_or(RevertError::Damaged)?;
            let kept = edit.start.checked_sub(at_before).ok_or(RevertError::Damaged)?;
            before.extend_from_slice(after.get(at_after..at_after + kept).ok_or(RevertError::Damaged)?);
            before.extend_from_slice(&old);
            at_before = edit.end;
            at_after += kept + new.len();
        }
        before.extend_from_slice(after.get(at_after..).ok_or(RevertError::Damaged)?);
        if content_hash(&before) == self.before { Ok(before) } else { Err(RevertError::Damaged) }
    }
}

/// Where an offset lies after some edits; one inside an edit moves to its end.
fn moved(offset: usize, edits: impl Iterator<Item = (Span, usize)>) -> usize {
    let mut shift = 0isize;
    for (span, length) in edits {
        if span.end > offset {
            let inside = span.start < offset;
            return if inside { span.start.saturating_add_signed(shift) + length } else { offset.saturating_add_signed(shift) };
        }
        shift += length.cast_signed() - span.len().cast_signed();
    }
    offset.saturating_add_signed(shift)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{cleaner::Cleaner, resolve::Wanted};

    fn check(raw: &[u8]) {
        let fixed = Cleaner::new().fix(raw, Wanted::ALL);
        assert!(!fixed.checked.plan.patch.is_empty(), "the test is about edits");
        let entry = Entry::new("a.txt", raw, &fixed);
        let line = serde_json::to_string(&entry).expect("it can be written");
        let entry: Entry = serde_json::from_str(&line).expect("it can be read again");
        assert_eq!(entry.revert(&fixed.bytes).as_deref(), Ok(raw));
        assert_eq!(entry.revert(b"other"), Err(RevertError::Changed));
    }

    #[test]
    fn the_exact_bytes_come_back() {
        check(b" date 2024-05-30 It rained on the the pier .\r\nEnd");
        check(b"It \xFF rained \xE2\x80 on the the pier , he said.");
        let wide: Vec<u8> = "\u{FEFF}It rained on the the pier. \u{1F600}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        check(&wide);
    }

    #[test]
    fn a_damaged_ledger_is_refused() {
        let raw = b"It rained on the the pier.";
        let fixed = Cleaner::new().fix(raw, Wanted::ALL);
        let mut entry = Entry::new("a.txt", raw, &fixed);
        entry.edits[0].before = Bytes::Text(" thee".to_owned());
        assert_eq!(entry.revert(&fixed.bytes), Err(RevertError::Damaged));
    }

    #[test]
    fn offsets_move_with_the_edits_before_them() {
        let edits = [(Span::new(2, 5), 1), (Span::new(8, 8), 4)];
        let check = |offset, expect| assert_eq!(moved(offset, edits.iter().copied()), expect, "{offset}");
        check(0, 0);
        check(2, 2);
        check(4, 3);
        check(6, 4);
        check(9, 11);
    }
}
