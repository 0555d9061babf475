//! What reviewers decided of proposals: one decision a line of a file, and what a proposal is to be decided of.

mod agreement;
mod carry_out;
mod standing;
mod tally;

pub use agreement::{Agreement, agreement};
pub use carry_out::{CarriedOut, Unfit, carry_out};
pub(crate) use standing::of_source;
pub use standing::{Decisions, Standing, source};
pub use tally::{Tally, tally};

use serde::{Deserialize, Serialize};

use crate::{
    document::Document,
    finding::Finding,
    ledger::content_hash,
    report::{Entry, Origin, Record},
    span::Span,
};

/// What somebody decided of a proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// The finding that was decided; see [`Entry::key`].
    pub key: String,
    /// What was decided.
    pub decision: Choice,
    /// How far it reaches.
    #[serde(default)]
    pub scope: Scope,
    /// The rule of the finding.
    #[serde(default)]
    pub rule: String,
    /// Its version then.
    #[serde(default)]
    pub rule_version: u32,
    /// The document, as it was named then.
    #[serde(default)]
    pub file: String,
    /// The record, where the file is a data set.
    #[serde(default)]
    pub record: Option<Record>,
    /// The hash of its text, where the record has no id: it is known by nothing else when it moves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// What stands there.
    #[serde(default)]
    pub text: String,
    /// What was proposed to stand there, where anything was.
    #[serde(default)]
    pub proposed: Option<String>,
    /// What is to stand there, where it was accepted or edited.
    #[serde(default)]
    pub replacement: Option<String>,
    /// Whether it answers what a sample asked, and chance chose the place, not the reviewer.
    #[serde(default, skip_serializing_if = "is_no")]
    pub drawn: bool,
    /// When, as `2026-11-22T12:00:00Z`.
    #[serde(default)]
    pub time: String,
    /// Who.
    #[serde(default)]
    pub reviewer: String,
    /// Why, for those who come after.
    #[serde(default)]
    pub reason: Option<String>,
    /// The last day on which it counts, as `2026-12-31`.
    #[serde(default)]
    pub until: Option<String>,
    /// A few words before the place and after it: other places of the same text are told from it by them when neighbours were changed.
    #[serde(default)]
    pub around: Around,
    /// Where those documents lie that a decision of wide scope was made for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_no(it: &bool) -> bool {
    !*it
}

/// The words beside a place, as they stand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Around(pub String, pub String);

/// What can be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Choice {
    /// What is proposed shall stand there.
    Accepted,
    /// The text stays, and nobody is asked again.
    Rejected,
    /// Something else shall stand there.
    Edited,
    /// Somebody else may decide, or later.
    Skipped,
    /// What was decided before is taken back.
    Open,
    /// The whole document is worth nothing: no proposal in it counts.
    Dropped,
    /// Nothing was proposed here, and something should have been.
    Missed,
}

impl Choice {
    /// The word used in files and for readers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Edited => "edited",
            Self::Skipped => "skipped",
            Self::Open => "open",
            Self::Dropped => "dropped",
            Self::Missed => "missed",
        }
    }

    /// Whether the proposal is settled by it.
    #[must_use]
    pub const fn settles(self) -> bool {
        matches!(self, Self::Accepted | Self::Rejected | Self::Edited)
    }
}

/// How far a decision reaches: all places where the same text is to become the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// This place alone.
    #[default]
    Place,
    /// The whole document.
    Document,
    /// All documents from the same source: files of one folder, records of one data set.
    Source,
    /// All documents.
    Everywhere,
}

impl Scope {
    /// The word used in files and for readers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Document => "document",
            Self::Source => "source",
            Self::Everywhere => "everywhere",
        }
    }
}

/// How many bytes are kept of the text on either side.
const AROUND: usize = 64;

impl Decision {
    /// A finding of a report, not decided yet. Who decides and when is for the caller to add.
    #[must_use]
    pub fn open(origin: &Origin, entry: &Entry<'_>, document: &Document) -> Self {
        let text = document.text();
        Self {
            key: entry.key.clone(),
            decision: Choice::Open,
            scope: Scope::Place,
            rule: entry.finding.rule.to_string(),
            rule_version: entry.finding.rule_version,
            file: origin.file.clone(),
            record: origin.record.clone(),
            content: origin.is_nameless().then(|| content_hash(text.as_bytes())),
            text: entry.text.to_owned(),
            proposed: proposed(entry.finding, text),
            replacement: None,
            drawn: false,
            time: String::new(),
            reviewer: String::new(),
            reason: None,
            until: None,
            around: Around::of(text, entry.finding.span),
            paths: Vec::new(),
        }
    }
}

impl Decision {
    /// Whether something is to stand in the place of what was found.
    #[must_use]
    pub fn asks_for_change(&self) -> bool {
        matches!(self.decision, Choice::Accepted | Choice::Edited) && !self.asks_whole()
    }

    /// A decision on its document, or on something there that nothing was proposed of; `name` tells it from others.
    #[must_use]
    pub fn of_document(&self, name: &str) -> Self {
        let record = self.record.as_ref().map(|it| (self.content.as_ref().or(it.id.as_ref()), &it.field));
        Self {
            key: content_hash(format!("{name}\0{}\0{record:?}", self.file).as_bytes())[..16].to_owned(),
            scope: Scope::Document,
            rule: String::new(),
            rule_version: 0,
            text: String::new(),
            proposed: None,
            replacement: None,
            around: Around::default(),
            ..self.clone()
        }
    }

    /// Whether it is about a whole document: no place of it is spoken of, and no words.
    #[must_use]
    pub fn asks_whole(&self) -> bool {
        self.scope == Scope::Document && self.text.is_empty() && self.rule.is_empty()
    }
}

impl Around {
    /// The words beside a span.
    #[must_use]
    pub fn of(text: &str, span: Span) -> Self {
        let start = text.ceil_char_boundary(span.start.saturating_sub(AROUND));
        let end = text.floor_char_boundary((span.end + AROUND).min(text.len()));
        Self(text[start..span.start].to_owned(), text[span.end..end].to_owned())
    }
}

/// The bytes that a finding is about: its span, with what its fix changes right there.
#[must_use]
pub fn place(finding: &Finding) -> Span {
    let touching = finding.fix.iter().flat_map(|it| &it.edits).filter(|it| touches(finding.span, it.span));
    touching.fold(finding.span, |all, it| Span::new(all.start.min(it.span.start), all.end.max(it.span.end)))
}

/// What a finding proposes to stand in the place of its text; `None` where it proposes nothing. What its fix changes further off, such as
/// the article before, is no part of it, so that a neighbour does not make it another proposal.
#[must_use]
pub fn proposed(finding: &Finding, text: &str) -> Option<String> {
    let fix = finding.fix.as_ref()?;
    let place = place(finding);
    let mut edits: Vec<_> = fix.edits.iter().filter(|it| touches(finding.span, it.span)).collect();
    edits.sort_by_key(|it| it.span);
    let (mut after, mut at) = (String::new(), place.start);
    for edit in edits {
        after.push_str(&text[at..edit.span.start]);
        after.push_str(&edit.replacement);
        at = edit.span.end;
    }
    after.push_str(&text[at..place.end]);
    Some(after)
}

fn touches(span: Span, edit: Span) -> bool {
    span.overlaps(edit) || edit.is_empty() && span.start <= edit.start && edit.end <= span.end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cleaner, report::Report};

    fn open(text: &str) -> Vec<Decision> {
        let checked = Cleaner::new().check(text);
        let origin = Origin::file("a.txt");
        let report = Report::new(&origin, &checked);
        report.entries.iter().map(|it| Decision::open(&origin, it, &checked.document)).collect()
    }

    #[test]
    fn a_proposal_says_what_stands_there_and_what_is_to_stand_there() {
        let check = |text: &str, expect: (&str, &str)| {
            let it = open(text).remove(0);
            assert_eq!((it.text.as_str(), it.proposed.as_deref()), (expect.0, Some(expect.1)), "{text}");
        };
        check("They met on the the pier.", (" the", ""));
        check("They met on the pier , and left.", (" ", ""));
    }

    #[test]
    fn a_line_of_a_file_is_read_as_it_was_written() {
        let line = r#"{"key":"6f1c","decision":"accepted","scope":"place","rule":"spin/war/military-training","rule_version":1,"file":"a.txt","record":null,"text":"navy coaching","proposed":"military training","replacement":"military training","time":"2026-11-22T12:00:00Z","reviewer":"anna","reason":null,"until":null,"around":["The ", " ended."]}"#;
        let decision: Decision = serde_json::from_str(line).expect("it is one");
        assert_eq!((decision.decision, decision.scope), (Choice::Accepted, Scope::Place));
        assert_eq!(decision.around, Around("The ".to_owned(), " ended.".to_owned()));
        let again = serde_json::to_string(&decision).expect("it can be written");
        assert_eq!(serde_json::from_str::<Decision>(&again).expect("it is one"), decision);
        assert!(serde_json::from_str::<Decision>(r#"{"key":"6f1c","decision":"rejected"}"#).is_ok(), "a key and a word are enough");
    }
}
