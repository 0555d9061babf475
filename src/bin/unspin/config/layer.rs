//! What one place says of the settings: the configuration file, one of its overrides, or the flags.

use std::fmt;

use unspin::{Confidence, Severity};

use crate::args::{Assumed, Common, Marks, NormalForm};

/// A value and who set it.
#[derive(Debug, Clone, PartialEq)]
pub struct Held<T> {
    /// The value.
    pub value: T,
    /// Who set it.
    pub from: Source,
}

/// Who set a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A line of the configuration file.
    Line(usize),
    /// A flag.
    Flag(&'static str),
}

/// What is said of the rules below a prefix.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleSetting {
    /// `spin`, `spin/war`, `spin/war/struggle`.
    pub prefix: String,
    /// How much their findings matter.
    pub severity: Option<Held<Severity>>,
    /// How sure their findings must be.
    pub min_confidence: Option<Held<Confidence>>,
}

/// What one place says; where it says nothing, what was said before it holds.
#[derive(Debug, Clone, Default)]
pub struct Layer {
    /// Rule prefixes of which findings are reported.
    pub select: Option<Held<Vec<String>>>,
    /// Rule prefixes of which none are; these add up.
    pub ignore: Vec<Held<String>>,
    /// How sure findings must be.
    pub min_confidence: Option<Held<Confidence>>,
    /// How usual spun documents are.
    pub prior: Option<Held<Confidence>>,
    /// The verdict on all documents.
    pub assume: Option<Held<Assumed>>,
    /// Whether words in direct speech are replaced.
    pub edit_quotes: Option<Held<bool>>,
    /// Whether the words around a swap are looked at.
    pub context: Option<Held<bool>>,
    /// What quotation marks become.
    pub quote_marks: Option<Held<Marks>>,
    /// The form of Unicode.
    pub normal_form: Option<Held<NormalForm>>,
    /// Words that no edit may replace; these add up.
    pub protect: Vec<Held<String>>,
    /// What is said of single rules; these add up, and the longest prefix counts.
    pub rules: Vec<RuleSetting>,
}

impl Layer {
    /// What the flags say.
    pub fn of_flags(common: &Common) -> Self {
        fn held<T>(value: Option<T>, flag: &'static str) -> Option<Held<T>> {
            value.map(|value| Held { value, from: Source::Flag(flag) })
        }
        let ignore = common.ignore.iter().map(|it| Held { value: it.clone(), from: Source::Flag("--ignore") });
        Self {
            select: held((!common.select.is_empty()).then(|| common.select.clone()), "--select"),
            ignore: ignore.collect(),
            min_confidence: held(common.min_confidence, "--min-confidence"),
            prior: held(common.prior, "--prior"),
            assume: held(common.assume, "--assume"),
            edit_quotes: held(common.edit_quotes.then_some(true), "--edit-quotes"),
            context: held(common.no_context.then_some(false), "--no-context"),
            quote_marks: held(common.quote_marks, "--quote-marks"),
            normal_form: held(common.normal_form, "--normal-form"),
            ..Self::default()
        }
    }

    /// This layer under another, which has the last word. Whoever selects rules anew selects them from all.
    #[must_use]
    pub fn under(mut self, over: &Self) -> Self {
        fn last<T: Clone>(under: Option<Held<T>>, over: Option<&Held<T>>) -> Option<Held<T>> {
            over.cloned().or(under)
        }
        if over.select.is_some() {
            self.ignore.clear();
        }
        self.ignore.extend(over.ignore.iter().cloned());
        self.protect.extend(over.protect.iter().cloned());
        self.rules.extend(over.rules.iter().cloned());
        Self {
            select: last(self.select, over.select.as_ref()),
            min_confidence: last(self.min_confidence, over.min_confidence.as_ref()),
            prior: last(self.prior, over.prior.as_ref()),
            assume: last(self.assume, over.assume.as_ref()),
            edit_quotes: last(self.edit_quotes, over.edit_quotes.as_ref()),
            context: last(self.context, over.context.as_ref()),
            quote_marks: last(self.quote_marks, over.quote_marks.as_ref()),
            normal_form: last(self.normal_form, over.normal_form.as_ref()),
            ..self
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line}"),
            Self::Flag(flag) => f.write_str(flag),
        }
    }
}
