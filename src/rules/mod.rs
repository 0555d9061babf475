//! Rule files, what is checked of them, and the compiled rules that find hits.

pub mod anchor;
mod around;
pub mod evidence;
pub mod file;
mod forms;
pub mod gazetteer;
mod guard;
mod head;
pub mod index;
pub mod load;
pub mod pattern;
pub mod rule;
mod signs;
pub mod table;
pub mod template;
pub mod text;
pub mod uses;

use std::sync::OnceLock;

use around::Sought;
use evidence::Strength;
use gazetteer::Gazetteer;
pub use guard::Guard;
use guard::{Conditions, starts_around};
pub use index::{Group, Replaceable, Role};
use index::{Index, is_word};
use pattern::Pattern;
use rule::{Form, Matcher, Rule, Rulebook, Sign};

use crate::{
    language::model::Model,
    matchers::{
        attribution,
        expression::{Expressions, Source},
        header::Parts,
        literal::is_behind_blank,
        opening::Openings,
        sequence,
        trie::{Start, Target, Trie},
    },
    nats::MilliNats,
    segment::{
        Layout,
        token::{Kind, Token, WordId, tokenise},
    },
    span::Span,
    zone::{Zone, Zones},
};

/// A place where a rule matches; nothing allocated, since most hits say nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// Index in [`Rulebook::rules`].
    pub rule: u32,
    // Index in `Rule::forms`, or NO_FORM.
    form: u32,
}

/// The template for what a hit says for the field of metadata that it fills.
pub const VALUE: &str = "$value";

/// Stands for the form of hits that have none.
const NO_FORM: u32 = u32::MAX;

impl Hit {
    /// The index in [`Rule::forms`] of the form of a phrase or a row that the hit is spelt as.
    #[must_use]
    pub const fn form(self) -> Option<usize> {
        if self.form == NO_FORM { None } else { Some(self.form as usize) }
    }

    /// A hit of a rule that looks for its places itself; `None` beyond 4 GiB.
    #[must_use]
    pub fn of_span(rule: u32, span: Span) -> Option<Self> {
        Some(Self { start: u32::try_from(span.start).ok()?, end: u32::try_from(span.end).ok()?, rule, form: NO_FORM })
    }

    /// The bytes of the hit.
    #[must_use]
    pub const fn span(self) -> Span {
        Span::new(self.start as usize, self.end as usize)
    }
}

/// The tokens of a text and where rules match in it.
#[derive(Debug, Default)]
pub struct Scan {
    /// All tokens.
    pub tokens: Vec<Token>,
    /// Where rules match, in the order of the text; guards and evidence are not looked at yet.
    pub hits: Vec<Hit>,
    /// How many tokens are words.
    pub words: usize,
    /// How many of them are among the function words of English.
    pub function_words: usize,
    /// The tokens that are words with a capital.
    pub capitals: Vec<u32>,
    /// The tokens that are words of which no rule speaks.
    pub unspoken: Vec<u32>,
    /// The tokens that are marks or blank lines.
    pub marks: Vec<u32>,
    /// The speakers in whom blocks end that nothing marks as speech, in the order of the text.
    pub speakers: Vec<Speaker>,
    /// Where rules match that [`Rules::scan`] leaves out, once somebody has asked: see [`Subject::later`](crate::admit::Subject::later).
    pub later: OnceLock<Vec<Hit>>,
}

/// A speaker in whom a block ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Speaker {
    /// The name; empty where there is an office alone, and where a comma parts the two already.
    pub name: Span,
    /// The end of the office, and of the block.
    pub end: usize,
}

/// Rules, ready to scan with. Built once, shared by all threads.
#[derive(Debug)]
pub struct Rules {
    book: Rulebook,
    index: Index,
    expressions: Expressions,
    // By sequence, and by rule; parsed when first asked for.
    patterns: Vec<OnceLock<Sought>>,
    speakers: OnceLock<Vec<(u32, Pattern)>>,
    parts: OnceLock<Parts>,
    conditions: Vec<OnceLock<Box<Conditions>>>,
}

impl Rules {
    /// Compiles checked rules.
    ///
    /// # Panics
    /// Where the book was not made by [`load::load`].
    #[must_use]
    pub fn compile(book: Rulebook) -> Self {
        Self::indexed(book, Index::default())
    }

    /// Compiles checked rules of which the first ones are in an index.
    #[must_use]
    pub fn indexed(book: Rulebook, mut index: Index) -> Self {
        index.extend(&book);
        let sources: Vec<Source<'_>> = index
            .expressions
            .iter()
            .filter_map(|&rule| match &book.rules[rule as usize].matcher {
                Matcher::Regex { pattern, anchors, at_start } => {
                    Some(Source { rule, pattern, anchors: anchors.iter().map(AsRef::as_ref).collect(), at_start: *at_start })
                }
                _ => None,
            })
            .collect();
        let expressions = Expressions::new(&sources);
        let patterns = index.sequences.iter().map(|_| OnceLock::new()).collect();
        let conditions = (0..book.rules.len()).map(|_| OnceLock::new()).collect();
        Self { book, index, expressions, patterns, speakers: OnceLock::new(), parts: OnceLock::new(), conditions }
    }

    /// The checked rules.
    #[must_use]
    pub const fn book(&self) -> &Rulebook {
        &self.book
    }

    /// The rule of a hit.
    #[must_use]
    pub fn rule(&self, hit: Hit) -> &Rule {
        &self.book.rules[hit.rule as usize]
    }

    /// What is known of a word that spinners may replace.
    #[must_use]
    pub fn original(&self, word: WordId) -> Option<Replaceable> {
        self.index.original(word)
    }

    /// What is known of an original, where it is a word that spinners may replace.
    #[must_use]
    pub fn original_of(&self, group: Group) -> Option<Replaceable> {
        self.index.original_of(group)
    }

    /// How many words spinners replace.
    #[must_use]
    pub const fn originals(&self) -> usize {
        self.index.originals()
    }

    /// The rules about opening quotation marks that nothing closes.
    pub fn unclosed_quotes(&self) -> impl Iterator<Item = &Rule> {
        self.index.unclosed.iter().map(|&it| &self.book.rules[it as usize])
    }

    /// The rules about lines that speak of something else, with their numbers.
    pub fn strays(&self) -> impl Iterator<Item = (u32, &Rule)> {
        self.index.strays.iter().map(|&it| (it, &self.book.rules[it as usize]))
    }

    /// The rules about damage below the words.
    pub fn repairs(&self) -> impl Iterator<Item = &Rule> {
        self.index.repairs.iter().map(|&it| &self.book.rules[it as usize])
    }

    /// The rules about how words are spelt, by their indices.
    pub fn spelling(&self) -> impl Iterator<Item = (u32, &Rule)> {
        self.index.spelling.iter().map(|&it| (it, &self.book.rules[it as usize]))
    }

    /// The rules that ask other documents, with their numbers.
    pub fn elsewhere(&self) -> impl Iterator<Item = (u32, &Rule)> {
        self.index.elsewhere.iter().map(|&it| (it, &self.book.rules[it as usize]))
    }

    /// The names that rules know.
    #[must_use]
    pub fn gazetteer(&self) -> Gazetteer<'_> {
        Gazetteer { names: &self.book.names, words: &self.index.names }
    }

    /// Whether a word is a function word of English.
    #[must_use]
    pub fn is_function_word(&self, word: WordId) -> bool {
        self.index.uses_of(word).is_function_word()
    }

    /// Whether a word is one of texts that some packs are not about.
    #[must_use]
    pub fn is_apart(&self, word: WordId) -> bool {
        self.index.uses_of(word).is_apart()
    }

    /// Whether a spinner was seen to replace a word.
    #[must_use]
    #[inline]
    pub fn is_attested(&self, word: WordId) -> bool {
        self.index.uses_of(word).is_attested()
    }

    /// Whether a hit is evidence of a verdict.
    #[must_use]
    pub fn is_sign(&self, hit: Hit, sign: Sign) -> bool {
        self.index.brief(hit.rule).sign == Some(sign)
    }

    /// Whether a hit says nothing without a verdict.
    #[must_use]
    pub fn needs_verdict(&self, hit: Hit) -> bool {
        self.index.brief(hit.rule).needs.is_some()
    }

    /// The verdict without which a hit says nothing.
    #[must_use]
    pub fn needs(&self, hit: Hit) -> Option<Sign> {
        self.index.brief(hit.rule).needs
    }

    /// What a hit says for the verdict of its pack, as a logarithm.
    #[must_use]
    pub fn weight(&self, hit: Hit) -> MilliNats {
        self.index.weight(hit.rule)
    }

    /// What a hit is good for.
    #[must_use]
    pub fn role(&self, hit: Hit) -> Role {
        self.index.brief(hit.rule).role
    }

    /// The zones in which a hit says nothing.
    #[must_use]
    pub fn excepted(&self, hit: Hit) -> Zones {
        self.index.brief(hit.rule).except
    }

    /// Whether a hit is one of a row of a lexicon.
    #[must_use]
    pub fn is_row(&self, hit: Hit) -> bool {
        self.index.brief(hit.rule).is_row
    }

    /// Whether a hit fills a field of the document's metadata.
    #[must_use]
    pub fn fills_metadata(&self, hit: Hit) -> bool {
        self.index.brief(hit.rule).fills_metadata
    }

    /// The form of a phrase or a row that a hit is spelt as.
    #[must_use]
    pub fn form(&self, hit: Hit) -> Option<&Form> {
        hit.form().map(|it| &self.rule(hit).forms()[it])
    }

    /// The original that a hit stands for.
    #[must_use]
    pub fn group(&self, hit: Hit) -> Group {
        self.index.group(hit.rule, hit.form())
    }

    /// What a hit says before the words around it are looked at.
    #[must_use]
    pub fn strength(&self, hit: Hit) -> Strength {
        self.index.strength(hit.rule, hit.form())
    }

    /// The name of the original that a hit stands for: the word itself where it is one, else what stands for it.
    #[must_use]
    pub fn original_name(&self, hit: Hit) -> String {
        let rule = self.rule(hit);
        let form = self.form(hit);
        let original = form.map_or_else(|| rule.fix.first(), |it| it.originals.first().map(|it| &it.text));
        match original.filter(|it| is_word(it)) {
            Some(word) => word.to_lowercase(),
            None => form.map_or_else(|| rule.id.to_string(), |it| format!("={}", it.text)),
        }
    }

    /// Cuts a text into tokens and finds every place where a rule matches. Linear in the text.
    #[must_use]
    pub fn scan(&self, text: &str) -> Scan {
        let mut scan = Scan::default();
        tokenise(text, &self.index.vocabulary, &mut scan.tokens);
        let tokens = &scan.tokens;
        scan.hits.reserve(tokens.len() / 2);
        // In two passes: that of looks into large tables does not wait for what is done with each answer.
        let mut begins = Vec::with_capacity(tokens.len() / 2);
        scan.marks.reserve(tokens.len() / 4);
        for (place, (at, token)) in (0..).zip(tokens.iter().enumerate()) {
            let uses = self.index.uses_of(token.id());
            let is_word = token.kind() == Kind::Word;
            scan.words += usize::from(is_word);
            scan.function_words += usize::from(uses.is_function_word());
            if token.is_capital() {
                scan.capitals.push(place);
            }
            if is_word && token.id() == WordId::UNKNOWN {
                scan.unspoken.push(place);
            }
            if !is_word && token.kind() != Kind::Number {
                scan.marks.push(place);
            }
            if uses.begins() {
                // Most words begin something, and hardly any of them goes on as it does.
                let next = tokens.get(at + 1).map(|it| it.id()).filter(|it| self.index.trie.may_go_on(token.id(), *it));
                let alone = || uses.stands_alone() && (!uses.is_behind_blank() || is_behind_blank(tokens, at));
                if next.is_some() || alone() {
                    begins.push((at, self.index.trie.start(token.id(), next)));
                }
            }
            if at > 0 && token.id() == tokens[at - 1].id() {
                let repeated = self.index.repeats.iter().filter_map(|it| Some((it.rule, it.at(text, tokens, at)?)));
                scan.hits.extend(repeated.map(|(rule, span)| hit(rule, span)));
            }
        }
        let mut announced = Vec::new();
        let openings = Openings::new(text, tokens, &scan.marks);
        let opens_line = |at: usize| self.index.trie.start_of_line(tokens[at].id(), tokens.get(at + 1).map(|it| it.id()));
        let lines = openings.lines().iter().map(|&at| (at, opens_line(at)));
        for begin in begins.into_iter().chain(lines) {
            self.runs_at(&self.index.trie, &openings, begin, &mut scan.hits, &mut announced);
        }
        let by_expressions = scan.hits.len();
        self.expressions.find(text, announced, |rule, span| scan.hits.push(hit(rule, span)));
        self.find_heads(text, tokens, &mut scan.hits, by_expressions);
        self.find_feet(&openings, &mut scan.hits);
        // The trie gives its runs in this order; only patterns, repeated words and expressions do not.
        scan.hits.sort();
        scan.hits.dedup_by_key(|it| (it.start, it.end, it.rule));
        scan
    }

    /// The places where rules match that speak only where others have convicted a text; [`Rules::scan`] leaves them out.
    #[must_use]
    pub fn scan_later(&self, text: &str, scan: &Scan) -> Vec<Hit> {
        let tokens = &scan.tokens;
        let mut hits = Vec::new();
        let openings = Openings::new(text, tokens, &scan.marks);
        for at in (0..tokens.len()).filter(|&it| self.index.uses_of(tokens[it].id()).begins_later()) {
            let begin = (at, self.index.later.start(tokens[at].id(), tokens.get(at + 1).map(|it| it.id())));
            self.runs_at(&self.index.later, &openings, begin, &mut hits, &mut Vec::new());
        }
        hits.sort();
        hits.dedup_by_key(|it| (it.start, it.end, it.rule));
        hits
    }

    /// The hits of the runs of words that start at a token, and the expressions that they announce, by the place of the literal.
    fn runs_at(
        &self,
        trie: &Trie,
        openings: &Openings<'_>,
        (at, start): (usize, Start),
        hits: &mut Vec<Hit>,
        announced: &mut Vec<(usize, usize)>,
    ) {
        let Openings { text, tokens, .. } = *openings;
        let token = tokens[at];
        trie.runs_at(tokens, at, start, |target, length| match target {
            Target::Form { rule, form } => {
                let span = Span::new(token.start as usize, tokens[at + length - 1].end as usize);
                if stands_alone(text, span) {
                    let spelling = &text[span.range()];
                    // Two tokens may be the words of a form, and not be written as it is: “so-called” and “so - called”.
                    let form_text = || &self.book.rules[rule as usize].forms()[form as usize].text;
                    let spelt = length == 1 && spelling.is_ascii() || same_words(spelling, form_text());
                    hits.push(Hit { form: if spelt { form } else { NO_FORM }, ..hit(rule, span) });
                }
            }
            Target::Anchor { expression, literal } => {
                if literal.may_stand(text, tokens, (at, length)) {
                    let start = self.expressions.anchored(expression, literal, text, token.start as usize);
                    announced.extend(start.map(|it| (it, expression as usize)));
                }
            }
            Target::Sequence { index, neighbour } => {
                if neighbour.may_stand(tokens, (at, length))
                    && let Some(span) = self.find_around(index, openings, (at, length))
                {
                    hits.push(hit(self.index.sequences[index as usize].rule, span));
                }
            }
        });
    }

    /// Finds the speakers in whom blocks end that have no stop, and marks what stands before them as direct speech.
    pub fn hear(&self, text: &str, scan: &mut Scan, layout: &mut Layout, model: impl Fn() -> &'static Model<'static>) {
        let mut speech = Vec::new();
        for block in layout.blocks.iter().filter(|it| matches!(it.zone, Zone::Body | Zone::Heading)) {
            if self.index.attributions.is_empty() || !text[..block.span.end].ends_with(|it: char| it.is_alphanumeric() || it == ')') {
                continue;
            }
            let [start, end] = [block.span.start, block.span.end].map(|it| token_at(&scan.tokens, offset(it)));
            let tokens = &scan.tokens[start..end];
            if !tokens.iter().rev().take(attribution::LONGEST).any(|it| self.index.is_office(it.id())) {
                continue;
            }
            let stopped = block.zone == Zone::Heading;
            if let Some(found) = attribution::speaker(self.speakers(), text, tokens, stopped, model()) {
                let [name, title] = [found.name, found.title].map(|it| tokens[it].start as usize);
                speech.push(Span::new(block.span.start, tokens[found.name - 1].end as usize));
                scan.hits.push(hit(self.speakers()[found.pattern].0, Span::new(name, block.span.end)));
                // A comma behind the name is there already.
                let bearer = if text[title..].starts_with(',') { name } else { text[..title].trim_end().len().max(name) };
                scan.speakers.push(Speaker { name: Span::new(name, bearer), end: block.span.end });
            }
        }
        if !speech.is_empty() {
            scan.hits.sort();
            layout.hear(&speech);
        }
    }

    fn speakers(&self) -> &[(u32, Pattern)] {
        let parsed = |&rule: &u32| self.book.rules[rule as usize].patterns().iter().map(move |it| (rule, self.parsed(it)));
        self.speakers.get_or_init(|| self.index.attributions.iter().flat_map(parsed).collect())
    }

    /// What stands in the place of a hit of a pattern or an expression: the templates of its fix, filled.
    #[must_use]
    pub fn fill(&self, hit: Hit, template: &str, text: &str, tokens: &[Token]) -> Option<String> {
        if let Some(filled) = template::fill_whole(template, text, hit.span()) {
            return Some(filled);
        }
        match &self.rule(hit).matcher {
            Matcher::Regex { .. } => self.expressions.expand(hit.rule, text, hit.span(), template),
            Matcher::Header { .. } if template == VALUE => self.value_of_part(hit, text, tokens),
            Matcher::Sequence(_) if template.contains('$') => {
                let inside = token_at(tokens, hit.start)..token_at(tokens, hit.end);
                let own = self.index.sequences.partition_point(|it| it.rule < hit.rule)..;
                let own = (own.start..self.index.sequences.len()).take_while(|&it| self.index.sequences[it].rule == hit.rule);
                own.map(|it| self.pattern(it)).find_map(|pattern| {
                    let found = starts_around(pattern, inside.clone())
                        .filter_map(|start| sequence::match_at(pattern, text, tokens, start))
                        .find(|it| it.replaced(pattern, tokens) == Some(hit.span()))?;
                    let captured = |it: Span| (&text[..it.start], &text[it.range()]);
                    Some(template::fill(template, |name| found.capture(pattern, name, tokens).map_or(("", ""), captured)))
                })
            }
            _ => Some(template.to_owned()),
        }
    }

    fn parsed(&self, source: &str) -> Pattern {
        self.read(source).numbered(&self.index.vocabulary)
    }

    fn read(&self, source: &str) -> Pattern {
        pattern::parse(source, &self.book).expect("the loader has parsed it")
    }
}

/// The index of the token that starts at an offset, or of the next one.
#[must_use]
pub fn token_at(tokens: &[Token], start: u32) -> usize {
    tokens.partition_point(|it| it.start < start)
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).expect("texts are shorter than 4 GiB")
}

fn hit(rule: u32, span: Span) -> Hit {
    Hit { start: offset(span.start), end: offset(span.end), rule, form: NO_FORM }
}

/// Whether the bytes around a run of words do not make it part of something longer: `well-mentioned`, `@however`, `with/without`.
fn stands_alone(text: &str, span: Span) -> bool {
    let bytes = text.as_bytes();
    let before = span.start.checked_sub(1).map(|it| bytes[it]);
    let joined_before = before.is_some_and(|it| matches!(it, b'-' | b'@' | b'#' | b'/' | b'_' | b'\\' | b'$' | b'&'));
    let joined_after = match (bytes.get(span.end), bytes.get(span.end + 1)) {
        (Some(b'-' | b'/' | b'.' | b'@' | b'_'), Some(next)) => next.is_ascii_alphanumeric(),
        (Some(b'_' | b'@'), None) => true,
        _ => false,
    };
    !joined_before && !joined_after
}

/// Whether a spelling holds the words of a form, in any case and with any white space between them.
fn same_words(spelling: &str, form: &str) -> bool {
    let mut words = form.split(' ');
    spelling.eq_ignore_ascii_case(form)
        || spelling.split_whitespace().all(|it| words.next().is_some_and(|word| sequence::same_folded(it, word))) && words.next().is_none()
}
