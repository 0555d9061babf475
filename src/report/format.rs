//! The formats in which findings are written: what each makes of a document, and how the documents are put together.

use std::io::{self, Write};

use super::{Report, github, gitlab, json, junit, rdjson, sarif, text, totals::Totals};
use crate::{finding::Severity, rules::Rules};

/// A way of writing findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For a reader, by document.
    Text,
    /// One array.
    Json,
    /// One object a line.
    Jsonl,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of GitHub's workflows.
    Github,
    /// Code Quality of GitLab.
    Gitlab,
    /// Tests, one a document.
    Junit,
    /// The Reviewdog Diagnostic Format.
    Rdjson,
}

/// How findings are to be written.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    /// The marks for colours.
    pub style: text::Style,
    /// From which severity on a run fails.
    pub fail_on: Severity,
}

/// What is known when all documents are through.
#[derive(Debug, Clone, Copy)]
pub struct Closing<'c> {
    /// What was counted.
    pub totals: &'c Totals,
    /// The rules in force.
    pub rules: &'c Rules,
    /// Whether a reader gets a summary.
    pub summary: bool,
    /// Whether a reader gets the counts by rule.
    pub statistics: bool,
    /// What else there is to be warned of in the whole, a line each.
    pub warned: &'c [String],
    /// What else the run fails for.
    pub failed: &'c [String],
}

/// Puts together what was made of the documents, in their order.
pub trait Assembly {
    /// Takes what was made of a document.
    ///
    /// # Errors
    /// Where the writer fails.
    fn add(&mut self, piece: &[u8], out: &mut dyn Write) -> io::Result<()> {
        out.write_all(piece)
    }

    /// Writes what comes last.
    ///
    /// # Errors
    /// Where the writer fails.
    fn finish(&mut self, _closing: &Closing<'_>, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

/// One object a line needs nothing around it.
struct Lines;

impl Assembly for Lines {}

impl Format {
    /// All, by the names that they have on the command line.
    pub const ALL: [(&'static str, Self); 8] = [
        ("text", Self::Text),
        ("json", Self::Json),
        ("jsonl", Self::Jsonl),
        ("sarif", Self::Sarif),
        ("github", Self::Github),
        ("gitlab", Self::Gitlab),
        ("junit", Self::Junit),
        ("rdjson", Self::Rdjson),
    ];

    /// What a document comes to; any thread may ask.
    #[must_use]
    pub fn document(self, report: &Report<'_>, manner: Manner) -> Vec<u8> {
        let mut piece = Vec::new();
        let written = match self {
            Self::Text => text::write_findings(report, manner.style, &mut piece),
            Self::Json | Self::Jsonl => json::write_findings(report, &mut piece),
            Self::Sarif => sarif::write_findings(report, &mut piece),
            Self::Github => github::write_findings(report, manner.fail_on, &mut piece),
            Self::Gitlab => gitlab::write_findings(report, manner.fail_on, &mut piece),
            Self::Junit => junit::write_findings(report, manner.fail_on, &mut piece),
            Self::Rdjson => rdjson::write_findings(report, manner.fail_on, &mut piece),
        };
        written.expect("writing to memory cannot fail");
        piece
    }

    /// What puts the documents together.
    #[must_use]
    pub fn assembly(self) -> Box<dyn Assembly> {
        match self {
            Self::Text => Box::new(text::Page),
            Self::Json | Self::Gitlab => Box::new(json::Array::default()),
            Self::Jsonl => Box::new(Lines),
            Self::Sarif => Box::new(sarif::Log::default()),
            Self::Github => Box::new(github::Annotations::default()),
            Self::Junit => Box::new(junit::Suite::default()),
            Self::Rdjson => Box::new(rdjson::Result::default()),
        }
    }
}
