//! What the words around a swap say of it.
//!
//! A spinner is a noisy channel: each stretch of text is a lattice in which a token stays, or stands for an original that some row names for
//! it. A trigram model of English scores the paths, and forward–backward gives each swap its posterior: neighbours that were swapped
//! too are taken into account in all their readings at once.

use std::{cell::Cell, ops::Range};

use rustc_hash::FxHashMap;

use crate::{
    admit::{Admitted, Subject},
    embedded,
    language::{
        article, case,
        model::{Model, State, Word},
    },
    nats::{self, MilliNats, PerMillion},
    rules::{Guard, token_at},
    segment::token::{Kind, Token},
    span::Span,
};

/// The chance that an occurrence of an original was swapped, in millionths, as long as nothing is known of the spinner but that there is one.
pub const RATE: PerMillion = 250_000;

/// What a place stands for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reading {
    /// The chance of a swap before the words around it were looked at, in millionths.
    pub expected: PerMillion,
    /// The chance that nothing was swapped there, in millionths.
    pub kept: PerMillion,
    /// The originals of the form (indices in [`Form::originals`](crate::rules::rule::Form::originals)) with their chances, the likeliest first.
    pub originals: Vec<(u32, PerMillion)>,
}

impl Reading {
    /// The chance that one of the originals stood there, in millionths.
    #[must_use]
    pub fn swapped(&self) -> PerMillion {
        self.originals.iter().map(|it| it.1).sum::<PerMillion>().min(nats::ONE)
    }

    /// How many times likelier the originals are in their context than what stands there, in thousandths: the odds of the reading without what
    /// was taken for granted. `own_loss` is that of the form.
    #[must_use]
    pub fn gain(&self, own_loss: u16) -> u32 {
        let gain = u64::from(self.swapped()) * left(RATE, own_loss) / u64::from(RATE) * 1000 / u64::from(self.kept).max(1);
        u32::try_from(gain.min(20_000_000)).expect("capped")
    }

    /// The reading where another rate of swaps than [`RATE`] is taken for granted; `own_loss` is that of the form.
    #[must_use]
    pub fn given(mut self, rate: PerMillion, own_loss: u16) -> Self {
        // Both as parts of what they were, in millionths.
        let more = u64::from(rate) * u64::from(nats::ONE) / u64::from(RATE);
        let less = left(rate, own_loss) * u64::from(nats::ONE) / left(RATE, own_loss);
        let (swapped, kept) = (u64::from(nats::ONE - self.kept) * more, u64::from(self.kept) * less);
        let share = |chance: u64| {
            u32::try_from(chance / ((swapped + kept) / u64::from(nats::ONE)).max(1)).map_or(nats::ONE, |it| it.min(nats::ONE))
        };
        for original in &mut self.originals {
            original.1 = share(u64::from(original.1) * more);
        }
        self.kept = share(kept);
        self.expected =
            u32::try_from(u64::from(self.expected) * more / u64::from(nats::ONE)).map_or(nats::ONE / 2, |it| it.min(nats::ONE / 2));
        self
    }

    /// The reading with odds that are right as often as they say: `calibrate` is given an original and what the reading takes the odds of a swap
    /// for, as a logarithm, and says what they are for that original.
    #[must_use]
    pub fn calibrated(mut self, calibrate: impl Fn(u32, MilliNats) -> MilliNats) -> Self {
        let odds = |chance: PerMillion| nats::ln_ratio(u64::from(chance).max(1), u64::from(self.kept).max(1));
        let swap = odds(self.swapped());
        let told = self.originals.iter().map(|&(original, chance)| odds(chance) - swap + calibrate(original, swap));
        let told: Vec<MilliNats> = told.collect();
        let total = told.iter().copied().fold(0, nats::ln_add);
        for (original, told) in self.originals.iter_mut().zip(told) {
            original.1 = nats::exp(told - total);
        }
        self.kept = nats::exp(-total);
        self.originals.sort_by_key(|it| std::cmp::Reverse(it.1));
        self
    }
}

/// The chance that a word which a spinner replaces at a rate was left as it was, in millionths; `own_loss` says how surely it is on his list.
fn left(rate: PerMillion, own_loss: u16) -> u64 {
    u64::from(nats::ONE) - u64::from(rate) * u64::from(own_loss) / 1000
}

/// The logarithm of [`RATE`].
const LN_RATE: MilliNats = nats::LN_THOUSANDTHS[250];
/// At most so many readings of a place are followed, the likeliest first.
const CANDIDATES: usize = 6;
/// So many pairs of last words are kept in mind at a place.
const STATES: usize = 24;
/// What the model says is taken for so much of it, in thousandths: it has seen little of what people write.
const TRUST: MilliNats = 600;
/// What is taken off a reading that a pattern of its rule speaks against, and off one that lacks what its rule asks for.
const DOUBTED: MilliNats = -1_000;
const UNASKED: MilliNats = -2_000;
/// The same for one that is believed only where the text makes the swap elsewhere.
const BARRED: MilliNats = -1_500;

/// Reads the places of admitted hits in the light of the words around them. Those that are no rows or phrases get no reading.
#[must_use]
pub fn read(subject: &Subject<'_>, admitted: &[Admitted]) -> Vec<Option<Reading>> {
    let mut readings = vec![None; admitted.len()];
    if admitted.is_empty() {
        return readings;
    }
    let mut reader = Reader::new(subject);
    for (index, it) in admitted.iter().enumerate().filter(|(_, it)| it.hit.form().is_some()) {
        reader.add(index, it);
        readings[index] = Some(Reading { kept: nats::ONE, ..Reading::default() });
    }
    reader.arcs.sort_by_key(|it| (it.start, std::cmp::Reverse(it.weight), it.owner, it.original));
    reader.thin();
    let mut at = 0;
    while at < reader.arcs.len() {
        let next = reader.cluster(at);
        reader.decode(at..next, &mut readings);
        at = next;
    }
    for reading in readings.iter_mut().flatten() {
        reading.originals.sort_by_key(|it| std::cmp::Reverse(it.1));
    }
    readings
}

/// So many words behind a replacement still hear of it.
const HEARD: usize = 2;

/// A way from one token to another by an original.
#[derive(Debug, Clone)]
struct Arc<'s> {
    start: usize,
    end: usize,
    // Index among the admitted hits.
    owner: usize,
    original: u32,
    text: &'s str,
    expected: PerMillion,
    weight: MilliNats,
    // What is paid for leaving the token as it is.
    stay: MilliNats,
    // In `Reader::spelt`.
    words: Range<usize>,
    takes_an: bool,
}

/// Scores that were asked for lately: the states of a place share most of theirs.
struct Memo {
    // A triple of words, 20 bits each, and its score.
    slots: Box<[(u64, MilliNats)]>,
}

/// The number of slots, as a power of two.
const MEMO_BITS: u32 = 11;

impl Default for Memo {
    fn default() -> Self {
        Self { slots: vec![(u64::MAX, 0); 1 << MEMO_BITS].into() }
    }
}

impl Memo {
    fn score(&mut self, state: State, word: Word, compute: impl FnOnce() -> MilliNats) -> MilliNats {
        let part = |it: Word| u64::from(it.number() & 0xF_FFFF);
        let key = part(state.before) << 40 | part(state.last) << 20 | part(word);
        let slot = &mut self.slots[(key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - MEMO_BITS)) as usize];
        if slot.0 != key {
            *slot = (key, compute());
        }
        slot.1
    }
}

/// What a token is to the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sound {
    Word(Word),
    Silent,
    Stop,
}

/// The words of a text, with their apostrophes.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|it: char| !it.is_alphanumeric() && !matches!(it, '\'' | '’')).filter(|it| !it.is_empty())
}

/// Whether nothing before a mark is heard behind it.
fn is_stop(mark: &str) -> bool {
    matches!(mark, "." | "?" | "!" | ":" | ";")
}

struct Node {
    state: State,
    forward: MilliNats,
    backward: MilliNats,
}

struct Edge {
    from: (u32, u32),
    to: (u32, u32),
    // Index of the arc, or none where the token stays.
    arc: Option<u32>,
    gain: MilliNats,
}

/// A text as the model hears it. What it is set up with is looked up once a document.
pub struct Ear<'s> {
    subject: &'s Subject<'s>,
    model: &'static Model<'static>,
    start: State,
    stop: Word,
    number: Word,
    name: Word,
    // The word that is looked up, as the model spells it.
    buffer: Cell<String>,
}

impl<'s> Ear<'s> {
    /// The ear for a text.
    #[must_use]
    pub fn new(subject: &'s Subject<'s>) -> Self {
        let model = embedded::model();
        let [stop, number, name] = ["</s>", "twenty", "smith"].map(|it| model.word(it));
        Self { subject, model, start: model.start(), stop, number, name, buffer: Cell::default() }
    }

    /// Of some replacements of a span those that the model takes to be likelier there than what stands in it, by a margin at the least; the
    /// likeliest first.
    #[must_use]
    pub fn likelier(&self, span: Span, replacements: Vec<String>, margin: MilliNats) -> Vec<String> {
        let tokens = &self.subject.scan.tokens;
        let [start, end] = [span.start, span.end].map(|it| u32::try_from(it).map_or(tokens.len(), |it| token_at(tokens, it)));
        let state = self.state_before(start);
        // What has a capital inside a sentence is a name, or part of one.
        let inside = start + usize::from(state.last == self.start.last);
        if tokens[inside.min(end)..end].iter().any(|it| case::starts_upper(it.of(self.subject.text))) {
            return Vec::new();
        }
        let mut behind: Vec<Sound> = Vec::with_capacity(HEARD + 1);
        for token in &tokens[end..] {
            behind.push(self.sound(*token));
            if behind.last() == Some(&Sound::Stop) || behind.iter().filter(|it| matches!(it, Sound::Word(_))).count() == HEARD {
                break;
            }
        }
        let standing = self.said(state, tokens[start..end].iter().map(|it| self.sound(*it)).chain(behind.iter().copied()));
        let mut gains: Vec<(MilliNats, String)> = Vec::with_capacity(replacements.len());
        for replacement in replacements {
            let words = words(&replacement).map(|it| Sound::Word(self.word_or_name(it)));
            let gain = self.said(state, words.chain(behind.iter().copied())) - standing;
            if gain >= margin {
                gains.push((gain, replacement));
            }
        }
        gains.sort_by_key(|it| std::cmp::Reverse(it.0));
        gains.into_iter().map(|it| it.1).collect()
    }

    /// The number of a word as the model spells it.
    fn word(&self, word: &str) -> Word {
        let mut buffer = self.buffer.take();
        buffer.clear();
        buffer.extend(word.chars().flat_map(char::to_lowercase).map(|it| if it == '’' { '\'' } else { it }));
        let number = self.model.word(&buffer);
        self.buffer.set(buffer);
        number
    }

    fn sound(&self, token: Token) -> Sound {
        match token.kind() {
            Kind::Break => Sound::Stop,
            Kind::Number => Sound::Word(self.number),
            Kind::Mark if is_stop(token.of(self.subject.text)) => Sound::Stop,
            Kind::Mark => Sound::Silent,
            Kind::Word => Sound::Word(self.word_or_name(token.of(self.subject.text))),
        }
    }

    /// The number of a word, or of what is taken for a name or for digits.
    fn word_or_name(&self, spelling: &str) -> Word {
        match self.word(spelling) {
            Word::UNKNOWN if case::starts_upper(spelling) => self.name,
            Word::UNKNOWN if spelling.starts_with(|it: char| it.is_ascii_digit()) => self.number,
            word => word,
        }
    }

    /// What the model says of some words after two others, up to the end of their sentence.
    fn said(&self, mut state: State, sounds: impl Iterator<Item = Sound>) -> MilliNats {
        let mut total = 0;
        for sound in sounds {
            match sound {
                Sound::Silent => {}
                Sound::Stop => return total + self.model.ln(state, self.stop),
                Sound::Word(word) => {
                    total += self.model.ln(state, word);
                    state = State { last: word, before: state.last };
                }
            }
        }
        total
    }

    /// The two words before a token.
    fn state_before(&self, token: usize) -> State {
        let mut words = Vec::with_capacity(2);
        for before in (token.saturating_sub(6)..token).rev() {
            match self.sound(self.subject.scan.tokens[before]) {
                Sound::Silent => {}
                Sound::Stop => {
                    words.push(self.start.last);
                    break;
                }
                Sound::Word(word) => words.push(word),
            }
            if words.len() == 2 {
                break;
            }
        }
        if words.len() < 2 && token <= 6 && words.last() != Some(&self.start.last) {
            words.push(self.start.last);
        }
        let word = |it: usize| words.get(it).copied().unwrap_or(Word::UNKNOWN);
        State { last: word(0), before: word(1) }
    }
}

struct Reader<'s> {
    ear: Ear<'s>,
    known: Memo,
    articles: [Word; 2],
    arcs: Vec<Arc<'s>>,
    spelt: Vec<Word>,
    spellings: FxHashMap<&'s str, Range<usize>>,
    // By the place in the stretch that is decoded.
    nodes: Vec<Vec<Node>>,
    edges: Vec<Edge>,
}

impl<'s> Reader<'s> {
    fn new(subject: &'s Subject<'s>) -> Self {
        let ear = Ear::new(subject);
        Self {
            known: Memo::default(),
            articles: ["a", "an"].map(|it| ear.model.word(it)),
            ear,
            arcs: Vec::new(),
            spelt: Vec::new(),
            spellings: FxHashMap::default(),
            nodes: Vec::new(),
            edges: Vec::new(),
        }
    }

    /// The arcs of a hit.
    fn add(&mut self, owner: usize, admitted: &Admitted) {
        let hit = admitted.hit;
        let Some(form) = self.ear.subject.rules.form(hit) else { return };
        let rule = self.ear.subject.rule(hit);
        let tokens = &self.ear.subject.scan.tokens;
        let (start, end) = (token_at(tokens, hit.start), token_at(tokens, hit.end));
        let is_row = rule.is_row();
        // Three quarters stay whatever happens, of the rest what is not lost.
        let stay = if is_row { nats::LN_THOUSANDTHS[1000 - usize::from(form.own_loss) / 4] } else { 0 };
        for (index, original) in (0u32..).zip(&form.originals) {
            let (weight, more) = if is_row {
                let frequent = original.likelier * (1000 - TRUST) / 1000;
                let doubt = match admitted.guard {
                    Guard::Doubted => DOUBTED,
                    Guard::Unasked => UNASKED,
                    Guard::Barred => BARRED,
                    Guard::Free => 0,
                };
                (nats::LN_THOUSANDTHS[usize::from(original.chance)] + LN_RATE, frequent + doubt)
            } else {
                (nats::ln_ratio(u64::from(rule.confidence.millionths()), u64::from(nats::ONE - rule.confidence.millionths()).max(1)), 0)
            };
            let expected = nats::exp(weight.min(0));
            let weight = weight + more;
            let words = self.spell(&original.text);
            let takes_an = article::takes_an(&original.text);
            self.arcs.push(Arc { start, end, owner, original: index, text: &original.text, expected, weight, stay, words, takes_an });
        }
    }

    /// Leaves the best arcs of each start, and of those that say the same one.
    fn thin(&mut self) {
        let mut kept: Vec<Arc<'s>> = Vec::with_capacity(self.arcs.len());
        let mut first = 0;
        for arc in self.arcs.drain(..) {
            if kept.last().is_some_and(|it| it.start != arc.start) {
                first = kept.len();
            }
            let same = |it: &Arc<'_>| it.end == arc.end && it.text == arc.text;
            if kept.len() - first < CANDIDATES && !kept[first..].iter().any(same) {
                kept.push(arc);
            }
        }
        self.arcs = kept;
    }

    /// The words of an original, in the model.
    fn spell(&mut self, text: &'s str) -> Range<usize> {
        if let Some(known) = self.spellings.get(text) {
            return known.clone();
        }
        let from = self.spelt.len();
        for word in words(text) {
            let number = self.ear.word(word);
            self.spelt.push(number);
        }
        let words = from..self.spelt.len();
        self.spellings.insert(text, words.clone());
        words
    }

    /// The end of the run of arcs that hear of one another, from `at` on.
    fn cluster(&self, at: usize) -> usize {
        let mut reach = self.arcs[at].end;
        let mut next = at + 1;
        while let Some(arc) = self.arcs.get(next) {
            if arc.start >= reach && !self.near(reach, arc.start) {
                break;
            }
            reach = reach.max(arc.end);
            next += 1;
        }
        next
    }

    /// Whether fewer than four words and no stop lie between two tokens: two that follow the one, two that go before the other.
    fn near(&self, from: usize, to: usize) -> bool {
        if to - from > 12 {
            return false;
        }
        let between = &self.ear.subject.scan.tokens[from..to];
        let text = self.ear.subject.text;
        let stops = |it: &Token| it.kind() == Kind::Break || it.kind() == Kind::Mark && is_stop(it.of(text));
        !between.iter().any(stops) && between.iter().filter(|it| it.kind() != Kind::Mark).count() < 4
    }

    fn decode(&mut self, arcs: Range<usize>, readings: &mut [Option<Reading>]) {
        let first = self.arcs[arcs.start].start;
        let last = self.arcs[arcs.clone()].iter().map(|it| it.end).max().unwrap_or(first);
        let tokens = &self.ear.subject.scan.tokens;
        // Two words behind the last arc still hear of it.
        let (mut end, mut heard) = (last, 0);
        while end < tokens.len() && heard < 2 && end - last < 6 {
            heard += if tokens[end].kind() == Kind::Break { 2 } else { usize::from(tokens[end].kind() != Kind::Mark) };
            end += 1;
        }
        let state = self.ear.state_before(first);
        let places = end - first + 1;
        for place in &mut self.nodes {
            place.clear();
        }
        self.nodes.resize_with(self.nodes.len().max(places), Vec::new);
        self.edges.clear();
        self.nodes[0].push(Node { state, forward: 0, backward: nats::NEVER });
        let mut next = arcs.start;
        for place in 0..places - 1 {
            let token = first + place;
            let own = next..next + self.arcs[next..arcs.end].iter().take_while(|it| it.start == token).count();
            next = own.end;
            let stay = self.arcs[own.clone()].iter().map(|it| it.stay).min().unwrap_or(0);
            let sound = self.ear.sound(self.ear.subject.scan.tokens[token]);
            let worst = self.worst(place);
            for index in 0..self.nodes[place].len() {
                let Node { state, forward, .. } = self.nodes[place][index];
                if forward < worst {
                    continue;
                }
                let (after, gain) = match sound {
                    Sound::Silent => (state, 0),
                    Sound::Stop => (self.ear.start, 0),
                    Sound::Word(word) => (State { last: word, before: state.last }, self.score(state, word)),
                };
                self.step((place, index), place + 1, after, gain + stay, None);
                for arc in own.clone() {
                    let (after, gain) = self.spoken(state, arc);
                    let to = self.arcs[arc].end - first;
                    self.step((place, index), to, after, gain + self.arcs[arc].weight, Some(arc));
                }
            }
        }
        self.backward(places - 1);
        self.tell(arcs, readings);
    }

    /// Where the words of an arc lead, and what they cost.
    fn spoken(&mut self, mut state: State, arc: usize) -> (State, MilliNats) {
        let Arc { takes_an, ref words, .. } = self.arcs[arc];
        // A spinner may or may not have adapted the article: the original is judged behind the one that fits.
        if self.articles.contains(&state.last) {
            state.last = self.articles[usize::from(takes_an)];
        }
        let mut total = 0;
        for index in words.clone() {
            let word = self.spelt[index];
            total += self.score(state, word);
            state = State { last: word, before: state.last };
        }
        (state, total)
    }

    /// What the model says of a word after two others, as far as it is trusted.
    fn score(&mut self, state: State, word: Word) -> MilliNats {
        self.known.score(state, word, || self.ear.model.ln(state, word) * TRUST / 1000)
    }

    fn step(&mut self, from: (usize, usize), to: usize, state: State, gain: MilliNats, arc: Option<usize>) {
        let forward = self.nodes[from.0][from.1].forward + gain;
        let place = &mut self.nodes[to];
        let index = match place.iter().position(|it| it.state == state) {
            Some(index) => {
                place[index].forward = nats::ln_add(place[index].forward, forward);
                index
            }
            None => {
                place.push(Node { state, forward, backward: nats::NEVER });
                place.len() - 1
            }
        };
        let narrow = |it: usize| u32::try_from(it).expect("fewer than 2³² tokens");
        self.edges.push(Edge { from: (narrow(from.0), narrow(from.1)), to: (narrow(to), narrow(index)), arc: arc.map(narrow), gain });
    }

    /// The score that a state of a place must have to be followed.
    fn worst(&self, place: usize) -> MilliNats {
        let states = &self.nodes[place];
        if states.len() <= STATES {
            return MilliNats::MIN;
        }
        let mut scores: Vec<MilliNats> = states.iter().map(|it| it.forward).collect();
        *scores.select_nth_unstable_by(STATES - 1, |a, b| b.cmp(a)).1
    }

    fn backward(&mut self, last: usize) {
        for node in &mut self.nodes[last] {
            node.backward = 0;
        }
        for edge in self.edges.iter().rev() {
            let behind = self.nodes[edge.to.0 as usize][edge.to.1 as usize].backward;
            if behind > nats::NEVER {
                let node = &mut self.nodes[edge.from.0 as usize][edge.from.1 as usize];
                node.backward = nats::ln_add(node.backward, edge.gain + behind);
            }
        }
    }

    /// Gives the arcs of a stretch their chances.
    fn tell(&self, arcs: Range<usize>, readings: &mut [Option<Reading>]) {
        let total = self.nodes[0][0].backward;
        let mut chances = vec![0u32; arcs.len()];
        for edge in &self.edges {
            let Some(arc) = edge.arc else { continue };
            let behind = self.nodes[edge.to.0 as usize][edge.to.1 as usize].backward;
            if behind > nats::NEVER {
                let before = self.nodes[edge.from.0 as usize][edge.from.1 as usize].forward;
                chances[arc as usize - arcs.start] += nats::exp(before + edge.gain + behind - total);
            }
        }
        let first = self.arcs[arcs.start].start;
        let last = self.arcs[arcs.clone()].iter().map(|it| it.end).max().unwrap_or(first);
        let mut covered = vec![0u32; last - first];
        for (arc, &chance) in self.arcs[arcs.clone()].iter().zip(&chances) {
            for token in &mut covered[arc.start - first..arc.end - first] {
                *token = (*token + chance).min(nats::ONE);
            }
        }
        for (arc, &chance) in self.arcs[arcs].iter().zip(&chances) {
            let most = covered[arc.start - first..arc.end - first].iter().copied().max().unwrap_or(0);
            let reading = readings[arc.owner].as_mut().expect("arcs come from readings");
            reading.kept = nats::ONE - most;
            reading.expected = (reading.expected + arc.expected).min(nats::ONE / 2);
            reading.originals.push((arc.original, chance.min(nats::ONE)));
        }
    }
}
