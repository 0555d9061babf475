//! What is said of a place in a text: the rule, the evidence, the confidence and the fix.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};

use crate::{edit::Fix, nats::PerMillion, span::Span, zone::Zone};

/// The place of a rule and its name: `pack/family/name`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RuleId(Cow<'static, str>);

impl RuleId {
    /// The id that is spelt so.
    pub fn new(id: impl Into<Cow<'static, str>>) -> Self {
        Self(id.into())
    }

    /// The whole id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the id is `prefix`, or lies below it: `spin` and `spin/war` are prefixes of `spin/war/struggle`, `spin/w` is none.
    #[must_use]
    pub fn is_below(&self, prefix: &str) -> bool {
        self.0.strip_prefix(prefix.trim_end_matches('/')).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; there may be nothing to do.
    Info,
    /// Wants a correction.
    Warning,
    /// Makes the text unusable where it stands.
    Error,
}

impl Severity {
    /// The word used in rule files, flags and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A probability in ten-thousandths: whole numbers, so that it prints and compares the same everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Confidence(u16);

impl Confidence {
    /// Certainty.
    pub const FULL: Self = Self(10_000);
    /// What a finding needs to be applied without a reader.
    pub const SAFE: Self = Self(9_800);

    /// From ten-thousandths; more than all of them count as all.
    #[must_use]
    pub const fn new(ten_thousandths: u16) -> Self {
        Self(if ten_thousandths > 10_000 { 10_000 } else { ten_thousandths })
    }

    /// From millionths, rounded down.
    #[must_use]
    pub const fn from_millionths(probability: PerMillion) -> Self {
        let tens = probability / 100;
        #[expect(clippy::cast_possible_truncation, reason = "at most 10,000")]
        Self(if tens > 10_000 { 10_000 } else { tens as u16 })
    }

    /// From a number between 0 and 1, as users and rule files write it; `None` outside.
    #[must_use]
    pub fn from_fraction(fraction: f64) -> Option<Self> {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to lie between 0 and 10,000")]
        (0.0..=1.0).contains(&fraction).then(|| Self((fraction * 10_000.0).round() as u16))
    }

    /// The chance that this is so, and something else too that has a chance of its own.
    #[must_use]
    pub fn times(self, chance: PerMillion) -> Self {
        Self(u16::try_from(u64::from(self.0) * u64::from(chance) / u64::from(crate::nats::ONE)).map_or(self.0, |it| it.min(self.0)))
    }

    /// In millionths.
    #[must_use]
    pub const fn millionths(self) -> PerMillion {
        self.0 as PerMillion * 100
    }

    /// As a number between 0 and 1, to be printed.
    #[must_use]
    pub fn fraction(self) -> f64 {
        f64::from(self.0) / 10_000.0
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 10_000, self.0 / 100 % 100)
    }
}

/// Why a finding is believed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Evidence {
    /// The document, or the part that the finding lies in, is convicted as spun at this rate.
    Spun {
        /// Swaps for each word that could have been swapped.
        rate: PerMillion,
    },
    /// The caller, or the record of an earlier run, says that the document is spun.
    Told,
    /// The document, or the part that the finding lies in, is convicted as translated.
    Translated {
        /// How likely that is.
        chance: Confidence,
    },
    /// The caller, or the record of an earlier run, says that the document is translated.
    ToldTranslated,
    /// How many times more frequent the original is in English than what stands here.
    Rarer {
        /// A factor, at least 2.
        times: u32,
    },
    /// The words around it are those that the rule asks for.
    Context,
    /// Another document has it.
    Elsewhere {
        /// The id of one that does.
        document: Box<str>,
        /// How many do.
        count: usize,
    },
    /// The document was looked at before, by rules that knew less; nothing is new but the rule.
    Upgrade,
}

impl Evidence {
    /// The document that is the witness.
    #[must_use]
    pub const fn witness(&self) -> Option<&str> {
        match self {
            Self::Elsewhere { document, .. } => Some(document),
            _ => None,
        }
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Spun { rate } => write!(f, "document spun, rate {}", Confidence::from_millionths(*rate)),
            Self::Told => f.write_str("document recorded as spun"),
            Self::Translated { chance } => write!(f, "document translated, chance {chance}"),
            Self::ToldTranslated => f.write_str("document recorded as translated"),
            Self::Rarer { times } => write!(f, "{times} times rarer in English than what it replaces"),
            Self::Context => f.write_str("the words around it"),
            Self::Elsewhere { document, count: 0 | 1 } => write!(f, "another document is the witness: {document}"),
            Self::Elsewhere { document, count } => write!(f, "{count} other documents are witnesses, such as {document}"),
            Self::Upgrade => f.write_str("only newer rules find it in this document"),
        }
    }
}

/// Another reading of a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alternative {
    /// What would stand there.
    pub replacement: String,
    /// Chance that it is right.
    pub confidence: Confidence,
}

/// Something found in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The rule that found it.
    pub rule: RuleId,
    /// Raised when the rule finds something else than before.
    pub rule_version: u32,
    /// How much it matters.
    pub severity: Severity,
    /// One line for a reader.
    pub message: String,
    /// What it is about.
    pub span: Span,
    /// The kind of text it stands in.
    pub zone: Zone,
    /// Chance that the fix is right, or that the finding is where there is no fix.
    pub confidence: Confidence,
    /// What to do about it, if that can be determined.
    pub fix: Option<Fix>,
    /// Other readings, the most likely first.
    pub alternatives: Vec<Alternative>,
    /// Why it is believed.
    pub evidence: Vec<Evidence>,
    /// Whether other findings were made on the text with this fix in it. Where one of them touches the place, its edits hold this fix whole.
    pub beneath: bool,
    /// Whether a reviewer has decided that the text stays as it is.
    pub rejected: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_ends_at_a_slash() {
        let id = RuleId::new("spin/war/struggle");
        assert!(["spin", "spin/", "spin/war", "spin/war/struggle"].iter().all(|it| id.is_below(it)));
        assert!(["spin/w", "war", "spin/war/struggle/x"].iter().all(|it| !id.is_below(it)));
    }

    #[test]
    fn confidence_prints_as_a_fraction() {
        assert_eq!(Confidence::new(9_876).to_string(), "0.98", "rounded down, so that nothing below 0.98 prints as it");
        assert_eq!(Confidence::from_fraction(0.985).map(Confidence::fraction), Some(0.985));
        assert_eq!(Confidence::from_fraction(1.5), None);
    }
}
