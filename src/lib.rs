//! Finds what scrapers, article spinners and machine translators did to a text, and proposes the corrected text.
//!
//! One text goes in, a patch and its reasons come out; everything between is a pure function:
//!
//! ```
//! use unspin::{Cleaner, Wanted};
//!
//! let cleaner = Cleaner::new();
//! let text = "The minister left for the the airport.";
//! let checked = cleaner.check(text);
//! assert_eq!(checked.plan.applied[0].rule.as_str(), "spacing/repeats/function-word");
//! assert_eq!(checked.plan.patch.apply(text), "The minister left for the airport.");
//! assert_eq!(cleaner.fix("Nothing is wrong here.", Wanted::ALL).bytes, b"Nothing is wrong here.");
//! ```
//!
//! The way through the library is `decode`, `segment`, `Rules::scan`, `admit`, `weigh` with `context`, `judge`, `resolve`; [`Cleaner`] walks it.

pub mod admit;
pub mod audit;
pub mod cleaner;
pub mod context;
pub mod corpus;
pub mod decision;
pub mod decode;
pub mod diff;
pub mod document;
pub mod edit;
pub mod embedded;
pub mod examples;
pub mod finding;
pub mod judge;
pub mod language;
pub mod learn;
pub mod ledger;
pub mod matchers;
pub mod nats;
pub mod packed;
pub mod page;
pub mod profile;
pub mod records;
pub mod repair;
pub mod report;
pub mod resolve;
pub mod review;
pub mod rules;
pub mod seam;
pub mod segment;
pub mod sighting;
pub mod span;
pub mod spelling;
pub mod stored;
pub mod structure;
pub mod terms;
pub mod view;
pub mod weigh;
pub mod zone;

pub use admit::Quotes;
pub use cleaner::{Checked, Cleaner, Fixed, Options, Spelling};
pub use corpus::{Corpus, CorpusError};
pub use edit::{Applicability, Edit, Fix, Patch};
pub use finding::{Confidence, Evidence, Finding, RuleId, Severity};
pub use judge::{Law, Thresholds};
pub use repair::{Form, Policy, QuoteMarks, Reach};
pub use resolve::{Plan, Wanted};
pub use rules::Rules;
pub use span::Span;
pub use terms::Terms;
pub use weigh::{Assessment, Context, Known, Prior, Translation, Verdict};
pub use zone::Zone;
