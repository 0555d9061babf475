//! Rules after checking: what code past the loader works with, and what the binary carries.

use serde::{Deserialize, Deserializer, Serialize};

use super::{
    pattern::Classes,
    table::{Packed, Table},
    text::Text,
};
use crate::{
    edit::Applicability,
    finding::{Confidence, RuleId, Severity},
    nats::MilliNats,
    repair::step::Step,
    zone::Zones,
};

/// All rules of some packs, checked.
#[derive(Debug, Clone, Default)]
pub struct Rulebook {
    /// Folders of families.
    pub packs: Vec<Pack>,
    /// Families of rules.
    pub families: Vec<Family>,
    /// Rules, those of a family together.
    pub rules: Table<Rule>,
    /// What people, places and institutions are called.
    pub names: Table<Name>,
}

/// A row of a gazetteer.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Name {
    /// How it is written.
    pub text: Text,
    /// What bears the name.
    pub kind: Bearer,
    /// Other accepted spellings.
    pub also: Vec<Text>,
    /// Spellings in other scripts.
    pub script: Vec<Text>,
}

/// What bears a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Bearer {
    /// Somebody.
    Person,
    /// A ministry, an alliance, a company.
    Institution,
    /// A news agency.
    Agency,
    /// A town.
    City,
    /// A country.
    Country,
    /// A part of a country, or a part of the world.
    Region,
    /// A newspaper, a broadcaster, a place on the web where people write.
    Outlet,
}

impl Bearer {
    /// The names used in rule files, with what they stand for.
    pub const NAMES: [(&'static str, Self); 7] = [
        ("person", Self::Person),
        ("institution", Self::Institution),
        ("agency", Self::Agency),
        ("city", Self::City),
        ("country", Self::Country),
        ("region", Self::Region),
        ("outlet", Self::Outlet),
    ];
}

/// Stands among the classes of [`Pack::apart`] for the marks of Markdown.
pub const MARKDOWN: &str = "markdown";

/// A folder of families.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Pack {
    /// First part of the ids.
    pub name: Text,
    /// What it is, in one line.
    pub summary: Text,
    /// Silent in texts of any other language; `None` for any.
    pub language: Option<Text>,
    /// The verdict that its hits are evidence of.
    pub sign: Option<Sign>,
    /// The chance that a spinner knows the swap of a row, in thousandths. What is not sure is never safe.
    pub listed: u16,
    /// Whether its fixes are proposed only where they are asked for by name.
    pub on_request: bool,
    /// How many words of translated and of native text the signs of its families were counted in.
    pub seen_in: [u32; 2],
    /// Word classes, and [`MARKDOWN`]: in texts that have some of these words or marks, licences and manuals, its rules are silent.
    pub apart: Vec<Text>,
    /// Old ids and what they are now.
    pub renamed: Vec<(Text, Text)>,
    /// Word classes for patterns.
    pub classes: Vec<(Text, Vec<Text>)>,
}

/// A verdict that rules are evidence of, or need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sign {
    /// Rewritten by a synonym spinner.
    Spun,
    /// Translated by machine.
    Translated,
    /// Said by the page to its readers: a verdict on a sentence or a block, never on a text.
    Page,
}

impl Sign {
    /// The names used in rule files, with what they stand for.
    pub const NAMES: [(&'static str, Self); 3] = [("spun", Self::Spun), ("translated", Self::Translated), ("page", Self::Page)];
}

/// A file of rules.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Family {
    /// Index in [`Rulebook::packs`].
    pub pack: u32,
    /// `pack/family`.
    pub id: Text,
    /// What its signs are, in one line.
    pub summary: Text,
    /// Why they are signs.
    pub why: Text,
    /// Near misses of all its rows.
    pub ok: Vec<Text>,
    /// ISO 639-1 codes of the languages that its translations are from, the likeliest first.
    pub source: Vec<Text>,
    /// The other documents that the examples of its rules stand beside.
    pub beside: Vec<Text>,
}

/// How a rule matches.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum Matcher {
    /// Fixed words; the rule itself says how far its fix may be trusted.
    Phrase(Vec<Form>),
    /// A row of a lexicon: likewise, but trusted as far as frequencies and the document's rate of swaps allow.
    Swap(Vec<Form>),
    /// Patterns over tokens.
    Sequence(Vec<Text>),
    /// The same, each for the whole of a line.
    Line(Vec<Text>),
    /// The same, for a label behind which a headline stands.
    Insert(Vec<Text>),
    /// The same, for a speaker and what he is, at the end of a block without a stop. Brackets stand around what he is.
    Attribution(Vec<Text>),
    /// The same, for a part of the head of a page in front of its text.
    Header {
        /// What the part looks like.
        patterns: Vec<Text>,
        /// Whether a line may begin with it anywhere in a text, and with other parts go.
        in_lines: bool,
    },
    /// A regular expression, tried on paragraphs in which one of the literals `anchors` stands.
    Regex {
        /// The expression.
        pattern: Text,
        /// Literals without which it cannot match.
        anchors: Vec<Text>,
        /// Tried at the start of the document only.
        at_start: bool,
    },
    /// The same word twice.
    Repeat {
        /// Only these words; any where empty.
        words: Vec<Text>,
        /// Not these words.
        allow: Vec<Text>,
    },
    /// An opening quotation mark that nothing closes.
    UnclosedQuote,
    /// A line between paragraphs that speaks of something else than they do.
    StrayLine(Stray),
    /// Damage below the words, which a step undoes before anything else is looked for.
    Repair(Step),
    /// Two words with no space between them, or one word with a space in it.
    Glue {
        /// What tells that they are two.
        joint: Joint,
        /// Of two words that nothing else tells apart, one is among these.
        words: Vec<Text>,
        /// Spellings that are left alone, whole or before the joint.
        allow: Vec<Text>,
    },
    /// Accepted spellings of a name; shown where the text has the other one, too.
    Accepted(Vec<Form>),
    /// A name that the document spells in two ways.
    Variant {
        /// What says which way is right.
        against: Authority,
        /// Words before a name that are no part of it: “President”.
        titles: Vec<Text>,
    },
    /// Letters of another script between square brackets.
    Script(Reader),
    /// What other documents say.
    Elsewhere {
        /// Of what.
        told: Told,
        /// In so many of them at least.
        least: u16,
    },
}

/// What other documents are the witnesses of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Told {
    /// A line, or what stands between two sentences, is the headline of one.
    Headline,
    /// A sentence or a line stands in many.
    Recurring,
    /// A sentence stands in one without some words that it has here.
    Interrupted,
}

impl Told {
    /// The names used in rule files, with what they stand for.
    pub const NAMES: [(&'static str, Self); 3] =
        [("headline", Self::Headline), ("recurring", Self::Recurring), ("interrupted", Self::Interrupted)];
}

/// What tells that a run of letters is two words, or two are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Joint {
    /// A full stop with a capital behind it.
    Stop,
    /// A capital behind a small letter.
    Capital,
    /// A comma with a small letter behind it.
    Comma,
    /// Nothing but the words themselves.
    Words,
    /// A space within a word, of which one half is no word.
    Halves,
}

impl Joint {
    /// The names used in rule files, with what they stand for.
    pub const NAMES: [(&'static str, Self); 5] =
        [("stop", Self::Stop), ("capital", Self::Capital), ("comma", Self::Comma), ("words", Self::Words), ("halves", Self::Halves)];
}

/// Where words stand that speak of something else than the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stray {
    /// On a line of their own.
    Line,
    /// In a paragraph, run on with a sentence of it or left without a stop at its end.
    RunOn,
    /// On a short line beside others that go.
    Beside,
    /// In sentences and blocks in which the page speaks to its readers.
    Voice,
    /// In a paragraph that stands in the text already.
    Again,
}

impl Stray {
    /// The names used in rule files, with what they stand for.
    pub const NAMES: [(&'static str, Self); 5] =
        [("line", Self::Line), ("run-on", Self::RunOn), ("beside", Self::Beside), ("voice", Self::Voice), ("again", Self::Again)];
}

/// What says how a name is spelt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Authority {
    /// The other places in the document where the name stands.
    Document,
    /// The gazetteer.
    Gazetteer,
    /// The other documents.
    Corpus,
}

impl Authority {
    /// The names used in rule files, with what they stand for.
    pub const NAMES: [(&'static str, Self); 3] = [("document", Self::Document), ("gazetteer", Self::Gazetteer), ("corpus", Self::Corpus)];
}

/// How letters of another script are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reader {
    /// As a name of the gazetteer or of the document.
    Names,
    /// Letter by letter.
    Letters,
}

impl Reader {
    /// The names used in rule files, with what they stand for.
    pub const NAMES: [(&'static str, Self); 2] = [("names", Self::Names), ("letters", Self::Letters)];
}

/// One of several ways of writing, of which a document should keep to one.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Choice {
    /// What there is a choice of: `dates`.
    pub of: Text,
    /// This way: `January 10`.
    pub way: Text,
}

/// A checked rule.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Rule {
    /// Where it stands and what it is called.
    #[serde(deserialize_with = "borrowed_id")]
    pub id: RuleId,
    /// Raised when it finds something else than before.
    pub version: u32,
    /// Index in [`Rulebook::families`].
    pub family: u32,
    /// How it matches.
    pub matcher: Matcher,
    /// Zones in which it is silent.
    pub except: Zones,
    /// The verdict without which it is silent.
    pub needs: Option<Sign>,
    /// How many times likelier an occurrence is where the pack's verdict holds, in thousandths. Rows have their own, by form.
    pub gain: u32,
    /// The logarithm of the chance that an author has the habit of writing so.
    pub habit: MilliNats,
    /// The same as a logarithm.
    pub weight: MilliNats,
    /// Looked for only where others raise a suspicion, so that it costs nothing elsewhere.
    pub later: bool,
    /// By how much the model must take the text with the fix to be likelier than without; of several fixes the likeliest is taken then.
    pub margin: Option<MilliNats>,
    /// Evidence and no more: never a finding by itself.
    pub silent: bool,
    /// What it is a way of writing, where a document should keep to one.
    pub choice: Option<Choice>,
    /// Antipatterns: a hit that touches a match of one is dropped.
    pub unless: Vec<Text>,
    /// Patterns that speak against a hit which they touch, without forbidding it; of rows only.
    pub doubt: Vec<Text>,
    /// Patterns of which one must match over the hit; none where empty. Where none does, the hit of a row is doubted, any other is dropped.
    pub only: Vec<Text>,
    /// Replacements in the order of preference; of phrases and rows they stand with the forms.
    pub fix: Vec<Text>,
    /// How far the fix may be trusted; of rows, at the most.
    pub applicability: Applicability,
    /// Chance that the fix, or the finding, is right; of rows this is computed.
    pub confidence: Confidence,
    /// How much it matters.
    pub severity: Severity,
    /// What is said of a finding; made up from the fix where missing.
    pub message: Option<Text>,
    /// The field of the document's metadata that the group `value` of the match fills.
    pub metadata: Option<Text>,
    /// Texts before and after.
    pub bad: Vec<(Text, Text)>,
    /// Texts that it leaves alone.
    pub ok: Vec<Text>,
    /// Its examples are lost today.
    pub known_failure: bool,
}

/// One spelling that a phrase or a row matches.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Form {
    /// Words in lower case with one space between them.
    pub text: Text,
    /// What it stands for, the most likely first.
    pub originals: Vec<Original>,
    /// How many times likelier the originals are in English than this, times the chance that a spinner writes this for them, in thousandths.
    pub gain: u32,
    /// The logarithm of the chance that an author has the habit of writing this.
    pub habit: MilliNats,
    /// The chance that a spinner would have replaced the form itself, in thousandths.
    pub own_loss: u16,
}

/// What a form stands for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Original {
    /// The words.
    pub text: Text,
    /// Its share among the originals of the form, in thousandths.
    pub share: u16,
    /// The chance that a spinner knows the swap at all, in thousandths.
    pub known: u16,
    /// The chance that a spinner who replaces it writes this form, in thousandths; of rows only.
    pub chance: u16,
    /// The logarithm of how many times likelier it is in English than the form; of rows only.
    pub likelier: MilliNats,
}

impl Original {
    /// Whether the swap was found on spun pages, rather than supposed.
    #[must_use]
    pub const fn is_seen(&self) -> bool {
        self.known > 500
    }
}

fn borrowed_id<'de: 'static, D: Deserializer<'de>>(deserializer: D) -> Result<RuleId, D::Error> {
    Text::deserialize(deserializer).map(|it| RuleId::new(it.into_cow()))
}

impl Rule {
    /// Whether it says where its matches are none.
    #[must_use]
    pub const fn is_guarded(&self) -> bool {
        !(self.unless.is_empty() && self.doubt.is_empty() && self.only.is_empty())
    }

    /// The forms of a phrase, a row or a name; none of other rules.
    #[must_use]
    pub fn forms(&self) -> &[Form] {
        match &self.matcher {
            Matcher::Phrase(forms) | Matcher::Swap(forms) | Matcher::Accepted(forms) => forms,
            _ => &[],
        }
    }

    /// The patterns that it matches by; none of other rules.
    #[must_use]
    pub fn patterns(&self) -> &[Text] {
        match &self.matcher {
            Matcher::Sequence(patterns)
            | Matcher::Line(patterns)
            | Matcher::Insert(patterns)
            | Matcher::Attribution(patterns)
            | Matcher::Header { patterns, .. } => patterns,
            _ => &[],
        }
    }

    /// What it undoes; `None` for rules that are no repair.
    #[must_use]
    pub const fn step(&self) -> Option<Step> {
        match self.matcher {
            Matcher::Repair(step) => Some(step),
            _ => None,
        }
    }

    /// Whether it is a row of a lexicon.
    #[must_use]
    pub const fn is_row(&self) -> bool {
        matches!(self.matcher, Matcher::Swap(_))
    }
}

/// What a packed book holds beside its tables.
type Lists = (Vec<Pack>, Vec<Family>);

impl Rulebook {
    /// Reads a book that [`Rulebook::pack`] wrote. Its rules are read when they are asked for.
    ///
    /// # Errors
    /// Where the bytes are not such a book.
    pub fn unpack(packed: &'static [u8]) -> Result<Self, postcard::Error> {
        let ((packs, families), rules, names): (Lists, Packed<'_>, Packed<'_>) = postcard::from_bytes(packed)?;
        Ok(Self { packs, families, rules: Table::packed(rules), names: Table::packed(names) })
    }

    /// The book as bytes.
    ///
    /// # Errors
    /// None that a checked book can make.
    pub fn pack(&self) -> Result<Vec<u8>, postcard::Error> {
        postcard::to_allocvec(&((&self.packs, &self.families), self.rules.pack()?, self.names.pack()?))
    }

    /// Puts the rules of another book behind those of this one.
    pub fn append(&mut self, mut other: Self) {
        let [packs, families] = [self.packs.len(), self.families.len()].map(|it| u32::try_from(it).expect("fewer than 2³² entries"));
        for family in &mut other.families {
            family.pack += packs;
        }
        for rule in other.rules.iter_mut() {
            rule.family += families;
        }
        self.packs.append(&mut other.packs);
        self.families.append(&mut other.families);
        self.rules.append(other.rules);
        self.names.append(other.names);
    }

    /// The family of a rule.
    #[must_use]
    pub fn family(&self, rule: &Rule) -> &Family {
        &self.families[rule.family as usize]
    }

    /// The pack of a rule.
    #[must_use]
    pub fn pack_of(&self, rule: &Rule) -> &Pack {
        &self.packs[self.family(rule).pack as usize]
    }
}

impl Classes for Rulebook {
    fn words(&self, name: &str) -> Option<Vec<String>> {
        let found = self.packs.iter().flat_map(|it| &it.classes).filter(|(it, _)| **it == *name);
        let words: Vec<String> = found.flat_map(|(_, words)| words.iter().map(|it| it.to_lowercase().replace('’', "'"))).collect();
        (!words.is_empty()).then_some(words)
    }
}
