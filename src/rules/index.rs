//! Where the words of rules lead: what a text is scanned with. Made once, when the library is built, for the rules that it carries.

use serde::{Deserialize, Serialize};

use super::{
    anchor::{Anchor, Rarity},
    evidence::Strength,
    gazetteer::NameWords,
    pattern::{self, Classes, Element, Pattern},
    rule::{Matcher, Rule, Rulebook, Sign},
    text::Text,
    uses::Uses,
};
use crate::{
    language::function_words::FUNCTION_WORDS,
    matchers::{
        literal::{LINE_START, Literal, whole_tokens},
        neighbour::Neighbour,
        repeat::Repeat,
        sequence,
        trie::{Run, Target, Trie},
    },
    nats::MilliNats,
    packed::{Column, Fixed, fixed},
    segment::token::{Token, Vocabulary, WordId, tokenise},
    zone::Zones,
};

/// An original: what a spinner replaces, by the number of its word, or a number of its own where it is several words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Group(u32);

impl Fixed for Group {
    const SIZE: usize = u32::SIZE;

    #[inline]
    fn read(bytes: &[u8]) -> Self {
        Self(u32::read(bytes))
    }

    fn write(self, bytes: &mut Vec<u8>) {
        self.0.write(bytes);
    }
}

impl Group {
    /// Set in the groups of originals that are no single word.
    const PHRASE: u32 = 1 << 31;

    /// The group of a single word.
    #[must_use]
    pub fn word(id: WordId) -> Self {
        Self(u32::try_from(id.index()).expect("fewer than 2³¹ words"))
    }

    /// Its number with all bits mixed into the upper ones.
    #[must_use]
    pub const fn mixed(self) -> u32 {
        self.0.wrapping_mul(0x9E37_79B1)
    }

    const fn is_word(self) -> bool {
        self.0 & Self::PHRASE == 0
    }
}

/// A pattern of a rule, and where it is looked for.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Anchored {
    /// Index of the rule.
    pub rule: u32,
    /// Which of the rule's patterns it is.
    pub pattern: u32,
    /// The elements that are the run of literal words that it is found by: its anchor. From the first to the one behind the last.
    pub anchor: (usize, usize),
    /// How many tokens may stand before the anchor, at the least and at the most.
    pub before: (usize, usize),
    /// Where it counts.
    pub scope: Scope,
}

/// Where a match of a pattern counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scope {
    /// Anywhere.
    Text,
    /// Where it is all that a line says.
    Line,
    /// Where it can be a label.
    Label,
}

/// The words of a rulebook, and where they lead.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Index {
    /// The spellings that rules speak of, and before them the most frequent words of texts.
    pub vocabulary: Vocabulary,
    // So many of its numbers are ranks of words by their frequency.
    ranked: u32,
    /// Runs of words.
    pub trie: Trie,
    /// Those of rules that speak only where others have convicted a text: few texts are searched for them.
    pub later: Trie,
    /// Patterns, as the trie numbers them.
    pub sequences: Vec<Anchored>,
    /// Rules about words that stand twice.
    pub repeats: Vec<Repeat>,
    /// The rules that are regular expressions.
    pub expressions: Vec<u32>,
    /// The rules about opening quotation marks that nothing closes.
    pub unclosed: Vec<u32>,
    /// The rules about lines that speak of something else.
    pub strays: Vec<u32>,
    /// The rules about speakers at the end of what they say.
    pub attributions: Vec<u32>,
    /// Rules about parts of the heads of pages.
    pub headers: Vec<u32>,
    /// The rules about damage below the words.
    pub repairs: Vec<u32>,
    /// The rules about how words are spelt: run together, in two ways, in another script.
    pub spelling: Vec<u32>,
    /// Those that ask other documents.
    pub elsewhere: Vec<u32>,
    /// Where the words of names lead.
    pub names: NameWords,
    // By the number of a word: what it is good for, and what is known of it as an original of rows.
    uses: Column<Uses>,
    originals: Column<Replaceable>,
    last_original: u32,
    // Words with which that begins by which the pattern of a speaker is found.
    offices: Vec<WordId>,
    // By form; the forms of a rule follow one another, from the number that stands by rule on.
    form_groups: Column<Group>,
    first_forms: Column<u32>,
    // What signs say: that of a rule, and behind it those of its forms where it is a row. By rule stands where; `NO_SIGN` for what is none.
    strengths: Column<Strength>,
    first_strengths: Column<u32>,
    // By rule.
    rule_groups: Column<Group>,
    briefs: Column<Brief>,
    weights: Column<MilliNats>,
}

/// A word that spinners may replace.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Replaceable {
    // Its number among such words, from 1; 0 for one that is none.
    number: u32,
    /// Whether a spinner was seen to replace it: of others nobody knows whether any does, and that they stand in a text says nothing.
    pub attested: bool,
}
fixed!(Replaceable { number: u32, attested: bool });

impl Replaceable {
    /// Its number among such words, from 0.
    #[must_use]
    pub const fn index(self) -> usize {
        self.number as usize - 1
    }
}

/// Who knows a swap with this chance, in thousandths, or a greater one, was seen to make it.
const ATTESTED: u16 = 500;

/// Stands for the strength of what is no sign.
const NO_SIGN: u32 = u32::MAX;

/// What a hit is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A finding by itself, if nothing forbids it.
    Finding,
    /// Evidence, and no more.
    Evidence,
    /// One of several ways of writing; a finding where the document has another way too.
    Choice,
}

/// What every hit is asked of its rule: kept apart from the rules, so that all of it stays in the cache.
#[derive(Debug, Clone, Copy)]
pub struct Brief {
    /// The verdict that it is evidence of.
    pub sign: Option<Sign>,
    /// The verdict without which it is silent.
    pub needs: Option<Sign>,
    /// The zones in which it is silent.
    pub except: Zones,
    /// What a hit is good for.
    pub role: Role,
    /// Whether it is a row of a lexicon.
    pub is_row: bool,
    /// Whether it fills a field of the document's metadata.
    pub fills_metadata: bool,
}

/// A byte each for the verdicts, the zones and the role, and one for the rest.
impl Fixed for Brief {
    const SIZE: usize = 5;

    #[inline]
    fn read(bytes: &[u8]) -> Self {
        let sign = |it: u8| [None, Some(Sign::Spun), Some(Sign::Translated), Some(Sign::Page)][usize::from(it)];
        Self {
            sign: sign(bytes[0]),
            needs: sign(bytes[1]),
            except: Zones::from_bits(bytes[2]),
            role: [Role::Finding, Role::Evidence, Role::Choice][usize::from(bytes[3])],
            is_row: bytes[4] & 1 != 0,
            fills_metadata: bytes[4] & 2 != 0,
        }
    }

    fn write(self, bytes: &mut Vec<u8>) {
        let sign = |it: Option<Sign>| it.map_or(0, |it| 1 + it as u8);
        let flags = u8::from(self.is_row) | u8::from(self.fills_metadata) << 1;
        bytes.extend([sign(self.sign), sign(self.needs), self.except.bits(), self.role as u8, flags]);
    }
}

impl Index {
    /// An index that numbers the words of texts before all others, the most frequent first: what they lead to lies side by side then.
    pub fn of_frequent<'w>(words: impl Iterator<Item = &'w str>) -> Self {
        let mut index = Self::default();
        for word in words {
            index.vocabulary.intern(word);
        }
        index.ranked = u32::try_from(index.vocabulary.len()).expect("some words");
        index
    }

    /// Adds the rules of a book that are not in the index yet.
    ///
    /// # Panics
    /// Where the book was not made by the loader.
    pub fn extend(&mut self, book: &Rulebook) {
        let from = self.briefs.len();
        let mut words = Words::default();
        for (rule, number) in book.rules.iter_from(from).zip(from..) {
            let number = u32::try_from(number).expect("fewer than 2³² rules");
            self.rule(book, number, rule, &mut words);
            self.groups(number, rule);
            self.conditions(book, rule);
            self.strengths(rule, book.pack_of(rule).sign.is_some());
            self.weights.push(rule.weight);
            self.briefs.push(Brief {
                sign: book.pack_of(rule).sign,
                needs: rule.needs,
                except: rule.except,
                role: match rule.choice {
                    Some(_) => Role::Choice,
                    None if rule.silent => Role::Evidence,
                    None => Role::Finding,
                },
                is_row: rule.is_row(),
                fills_metadata: rule.metadata.is_some(),
            });
        }
        if from == self.briefs.len() && !self.uses.is_empty() {
            return;
        }
        self.trie.extend(words.runs);
        self.later.extend(words.later);
        self.offices.sort_unstable();
        self.offices.dedup();
        self.originals.fill_up(self.vocabulary.len() + 1, Replaceable::default());
        // Only what rules say that are evidence themselves: that a word was not swapped for another says nothing where that would not count.
        for rule in (from..self.briefs.len()).filter(|&it| self.briefs.at(it).sign.is_some()) {
            let first = self.first_forms.at(rule) as usize;
            for (at, form) in (first..).zip(book.rules[rule].forms()) {
                let group = self.form_groups.at(at);
                if !group.is_word() {
                    continue;
                }
                let mut original = self.originals.at(group.0 as usize);
                if original.number == 0 {
                    self.last_original += 1;
                    original.number = self.last_original;
                }
                original.attested |= form.originals.first().is_some_and(|it| it.known >= ATTESTED);
                self.originals.set(group.0 as usize, original);
            }
        }
        if self.names.len() < book.names.len() {
            self.names = NameWords::new(book.names.iter());
        }
        self.uses = self.all_uses(book);
    }

    /// What each word is good for.
    fn all_uses(&mut self, book: &Rulebook) -> Column<Uses> {
        let mut functions = FUNCTION_WORDS.map(|it| self.vocabulary.intern(it));
        functions.sort_unstable();
        let classes = book.packs.iter().flat_map(|it| &it.apart).filter_map(|it| book.words(it)).flatten();
        let mut apart: Vec<WordId> = classes.map(|it| self.vocabulary.intern(&it)).collect();
        apart.sort_unstable();
        let uses = self.vocabulary.ids().map(|word| {
            let original = self.originals.get(word.index()).filter(|it| it.number > 0);
            Uses::default()
                .with(Uses::FUNCTION, functions.binary_search(&word).is_ok())
                .with(Uses::BEGINS, self.trie.begins(word))
                .with(Uses::ALONE, self.trie.ends_at_once(word))
                .with(Uses::BEHIND_BLANK, self.trie.is_behind_blank(word))
                .with(Uses::BEGINS_LATER, self.later.begins(word))
                .with(Uses::ORIGINAL, original.is_some())
                .with(Uses::ATTESTED, original.is_some_and(|it| it.attested))
                .with(Uses::APART, apart.binary_search(&word).is_ok())
        });
        uses.collect()
    }

    /// What is known of a word that spinners may replace.
    #[must_use]
    #[inline]
    pub fn original(&self, word: WordId) -> Option<Replaceable> {
        self.uses_of(word).is_original().then(|| self.originals.at(word.index()))
    }

    /// What is known of an original, where it is a word that spinners may replace.
    #[must_use]
    pub fn original_of(&self, group: Group) -> Option<Replaceable> {
        group.is_word().then(|| self.originals.at(group.0 as usize)).filter(|it| it.number > 0)
    }

    /// How many words spinners replace.
    #[must_use]
    pub const fn originals(&self) -> usize {
        self.last_original as usize
    }

    /// Whether the office of a speaker may begin with a word, or hold it.
    #[must_use]
    pub fn is_office(&self, word: WordId) -> bool {
        self.offices.binary_search(&word).is_ok()
    }

    /// What a word is good for.
    #[must_use]
    #[inline]
    pub fn uses_of(&self, word: WordId) -> Uses {
        self.uses.at(word.index())
    }

    /// What hits of a rule are asked.
    #[must_use]
    pub fn brief(&self, rule: u32) -> Brief {
        self.briefs.at(rule as usize)
    }

    /// What an occurrence of a rule says for the verdict of its pack, as a logarithm.
    #[must_use]
    pub fn weight(&self, rule: u32) -> MilliNats {
        self.weights.at(rule as usize)
    }

    /// The original that a rule, or one of its forms, stands for.
    #[must_use]
    pub fn group(&self, rule: u32, form: Option<usize>) -> Group {
        let rule = rule as usize;
        form.map_or_else(|| self.rule_groups.at(rule), |it| self.form_groups.at(self.first_forms.at(rule) as usize + it))
    }

    /// What an occurrence of a rule, or of one of its forms, says before the words around it are looked at.
    #[must_use]
    pub fn strength(&self, rule: u32, form: Option<usize>) -> Strength {
        let first = self.first_strengths.at(rule as usize);
        if first == NO_SIGN {
            return Strength::default();
        }
        let form = if self.brief(rule).is_row { form.map_or(0, |it| it + 1) } else { 0 };
        self.strengths.at(first as usize + form)
    }

    fn rule(&mut self, book: &Rulebook, number: u32, rule: &Rule, words: &mut Words) {
        match &rule.matcher {
            Matcher::Phrase(forms) | Matcher::Swap(forms) | Matcher::Accepted(forms) => {
                let later = speaks_later(book, rule);
                for (index, form) in (0u32..).zip(forms) {
                    self.spell(&form.text, words);
                    words.hang(later, Target::Form { rule: number, form: index });
                }
            }
            Matcher::Sequence(patterns) => self.sequences((book, number), patterns, Scope::Text, words),
            Matcher::Line(patterns) => self.sequences((book, number), patterns, Scope::Line, words),
            Matcher::Insert(patterns) => self.sequences((book, number), patterns, Scope::Label, words),
            Matcher::Attribution(patterns) => {
                self.attributions.push(number);
                for source in patterns {
                    let pattern = pattern::parse(source, book).expect("the loader has parsed it");
                    let first = |it: &String| it.split(' ').next().map(str::to_owned);
                    self.number_words(&pattern);
                    let words = self.rarity().anchor(&pattern).phrases.iter().filter_map(first).collect::<Vec<_>>();
                    self.offices.extend(words.iter().map(|it| self.vocabulary.intern(it)));
                }
            }
            Matcher::Header { patterns, .. } => {
                self.headers.push(number);
                for source in patterns {
                    self.number_words(&pattern::parse(source, book).expect("the loader has parsed it"));
                }
            }
            Matcher::Repeat { words, allow } => {
                let mut ids = |list: &[Text]| {
                    let mut ids: Vec<WordId> = list.iter().map(|it| self.vocabulary.intern(it)).collect();
                    ids.sort_unstable();
                    ids
                };
                let (words, allow) = (ids(words), ids(allow));
                self.repeats.push(Repeat { rule: number, words, allow });
            }
            Matcher::Regex { anchors, at_start, .. } => {
                let expression = u32::try_from(self.expressions.len()).expect("fewer than 2³⁰ expressions");
                self.expressions.push(number);
                // At the start of a text they are looked for where they are needed.
                for (literal, anchor) in (0u16..).zip(anchors).filter(|_| !at_start) {
                    self.spell(whole_tokens(anchor), words);
                    let target = Target::Anchor { expression, literal: Literal::new(literal, anchor) };
                    words.runs.push((words.run(anchor.starts_with(LINE_START)), target));
                }
            }
            Matcher::UnclosedQuote => self.unclosed.push(number),
            Matcher::StrayLine(_) => self.strays.push(number),
            Matcher::Repair(_) => self.repairs.push(number),
            Matcher::Glue { .. } | Matcher::Variant { .. } | Matcher::Script(_) => self.spelling.push(number),
            Matcher::Elsewhere { .. } => self.elsewhere.push(number),
        }
    }

    fn groups(&mut self, number: u32, rule: &Rule) {
        let first = u32::try_from(self.form_groups.len()).expect("fewer than 2³⁰ forms");
        self.first_forms.push(first);
        for (index, form) in (first..).zip(rule.forms()) {
            let group = self.group_of(form.originals.first().map(|it| &it.text), index << 1);
            self.form_groups.push(group);
        }
        let group = self.group_of(rule.fix.first(), number << 1 | 1);
        self.rule_groups.push(group);
    }

    fn strengths(&mut self, rule: &Rule, is_sign: bool) {
        if !is_sign {
            return self.first_strengths.push(NO_SIGN);
        }
        self.first_strengths.push(u32::try_from(self.strengths.len()).expect("fewer than 2³⁰ forms"));
        self.strengths.push(Strength::new(rule.gain, rule.habit));
        for form in rule.forms().iter().filter(|_| rule.is_row()) {
            self.strengths.push(Strength::new(form.gain, form.habit));
        }
    }

    fn group_of(&mut self, original: Option<&Text>, number: u32) -> Group {
        match original.filter(|it| is_word(it)) {
            Some(word) => Group::word(self.vocabulary.intern(word)),
            None => Group(Group::PHRASE | number),
        }
    }

    /// Numbers for the words of the patterns around a hit.
    fn conditions(&mut self, book: &Rulebook, rule: &Rule) {
        for source in rule.unless.iter().chain(&rule.doubt).chain(&rule.only) {
            self.number_words(&pattern::parse(source, book).expect("the loader has parsed it"));
        }
    }

    fn number_words(&mut self, pattern: &Pattern) {
        for word in pattern.literals() {
            self.vocabulary.intern(word);
        }
    }

    /// The numbers of the words of a phrase.
    fn spell(&mut self, phrase: &str, words: &mut Words) {
        words.ids.clear();
        tokenise(phrase, &self.vocabulary, &mut words.tokens);
        for token in &words.tokens {
            words.ids.push(self.vocabulary.intern(token.of(phrase)));
        }
    }

    fn sequences(&mut self, (book, rule): (&Rulebook, u32), patterns: &[Text], scope: Scope, words: &mut Words) {
        let later = speaks_later(book, &book.rules[rule as usize]);
        for (index, source) in (0u32..).zip(patterns) {
            let pattern = pattern::parse(source, book).expect("the loader has parsed it");
            self.sequence((rule, index), &pattern, (scope, later), words);
        }
    }

    const fn rarity(&self) -> Rarity<'_> {
        Rarity { vocabulary: &self.vocabulary, ranked: self.ranked }
    }

    /// Hangs a pattern under the run of its literal words that texts will have most rarely.
    fn sequence(&mut self, (rule, number): (u32, u32), pattern: &Pattern, (scope, later): (Scope, bool), words: &mut Words) {
        self.number_words(pattern);
        let Anchor { elements: anchor, phrases } = self.rarity().anchor(pattern);
        let index = u32::try_from(self.sequences.len()).expect("fewer than 2³² patterns");
        let beside = pattern.clone().numbered(&self.vocabulary).elements;
        let neighbour = Neighbour::new(anchor.0.checked_sub(1).map(|it| &beside[it]), beside.get(anchor.1));
        for phrase in phrases {
            self.spell(&phrase, words);
            words.hang(later, Target::Sequence { index, neighbour });
        }
        let before = &pattern.elements[..anchor.0];
        let before = (before.iter().map(Element::least_tokens).sum(), sequence::longest(before));
        self.sequences.push(Anchored { rule, pattern: number, anchor, before, scope });
    }
}

/// The words of a phrase, used again for each, and the runs that are to be hung in.
#[derive(Default)]
struct Words {
    tokens: Vec<Token>,
    ids: Vec<WordId>,
    runs: Vec<(Run, Target)>,
    later: Vec<(Run, Target)>,
}

impl Words {
    /// Keeps the run of the words that were spelt last.
    fn hang(&mut self, later: bool, target: Target) {
        let run = self.run(false);
        let runs = if later { &mut self.later } else { &mut self.runs };
        runs.push((run, target));
    }

    fn run(&self, begins_line: bool) -> Run {
        Run { words: self.ids.as_slice().into(), begins_line }
    }
}

/// Whether a rule needs a verdict, and is looked for only where there may be one.
fn speaks_later(book: &Rulebook, rule: &Rule) -> bool {
    match book.pack_of(rule).sign {
        Some(Sign::Translated) => rule.needs.is_some() && (rule.later || rule.weight == 0),
        Some(Sign::Spun | Sign::Page) => false,
        None => rule.needs.is_some(),
    }
}

/// Whether an original is a single word, which its evidence is then kept by.
#[must_use]
pub fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(char::is_alphabetic)
}
