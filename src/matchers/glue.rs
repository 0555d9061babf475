//! Two words with no space between them: where the joint is, and how much likelier two words are than one.

use crate::{
    language::model::{Model, State, Word},
    nats::MilliNats,
};

/// What the first of two words is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    /// A word that the model must know.
    Word,
    /// A name that the text or the gazetteer holds.
    Name,
}

/// Where a run of letters falls into two words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split {
    /// How many bytes the first word has.
    pub at: usize,
    /// What it is.
    pub first: First,
    /// By how much two words are likelier than one that the model does not know.
    pub margin: MilliNats,
}

/// What stands around a run of letters.
#[derive(Debug, Clone, Copy)]
pub struct Around {
    /// The two words before it.
    pub before: State,
    /// The word behind it, where one stands there.
    pub next: Option<Word>,
}

/// A run of words is forgotten to be parted once in so many words, at the most: ln 10⁻⁵.
const FORGOTTEN: MilliNats = -11_500;
/// One word in fifty is none that the model knows; and such a word has as many spellings as letters can make.
const UNHEARD: MilliNats = -4_000;
const LETTER: MilliNats = -2_000;
/// How likely a name that the text or the gazetteer holds is at any place, at the least.
const NAME: MilliNats = -7_000;
/// A word rarer than this is as good as unknown: the model holds misspellings too.
const RARE: MilliNats = -15_000;

/// Where a capital stands behind a small letter, once; or before the first small letter, behind capitals: `TASSThe`.
#[must_use]
pub fn inner_capital(token: &str) -> Option<usize> {
    let letters = || token.char_indices();
    let initials = letters().take_while(|it| it.1.is_uppercase()).count();
    let mut joints = letters().zip(letters().skip(1)).filter(|((_, a), (_, b))| a.is_lowercase() && b.is_uppercase()).map(|it| it.1.0);
    let at = match joints.next() {
        Some(at) if initials < 2 => at,
        None if initials > 2 => letters().nth(initials - 1)?.0,
        _ => return None,
    };
    let mut tail = token[at..].chars().skip(1);
    let word = token[at..].chars().nth(1).is_some() || token.ends_with(['A', 'I']);
    (joints.next().is_none() && tail.all(char::is_lowercase) && word).then_some(at)
}

/// The likeliest way to part a run of letters in lower case into two words. `are_two` says which may be two at all, since nouns grow
/// together, and whether the first is a name, which the model need not know. What stands around is asked for where there is a way.
#[must_use]
pub fn parted(
    model: &Model<'_>,
    letters: &str,
    around: impl FnOnce() -> Around,
    are_two: impl Fn(&str, &str) -> Option<First>,
) -> Option<Split> {
    let ways = (2..letters.len().saturating_sub(1)).filter_map(|at| {
        let (left, right) = letters.split_at_checked(at)?;
        let first = are_two(left, right)?;
        let [one, other] = [left, right].map(|it| Some(model.word(it)).filter(|&it| it != Word::UNKNOWN && model.alone(it) > RARE));
        Some((at, first, one.or((first == First::Name).then_some(Word::UNKNOWN))?, other?))
    });
    let mut ways = ways.peekable();
    ways.peek()?;
    let around = around();
    let length = MilliNats::try_from(letters.len()).ok()?;
    let alone = FORGOTTEN - UNHEARD - LETTER * length - around.next.map_or(0, |it| model.alone(it));
    ways.map(|(at, first, one, other)| Split { at, first, margin: alone + reads(model, around, (one, first), other) })
        .max_by_key(|it| it.margin)
}

/// What the model says of two words and the next one. A name that the text holds stands anywhere in it.
fn reads(model: &Model<'_>, around: Around, (one, first): (Word, First), other: Word) -> MilliNats {
    let behind_one = State { last: one, before: around.before.last };
    let behind_other = State { last: other, before: one };
    let named = if first == First::Name { NAME } else { MilliNats::MIN };
    model.ln(around.before, one).max(named) + model.ln(behind_one, other) + around.next.map_or(0, |it| model.ln(behind_other, it))
}

/// By how much likelier a sentence begins with a word and the one behind it than these two stand anywhere.
#[must_use]
pub fn begins_sentence(model: &Model<'_>, word: Word, next: Option<Word>) -> MilliNats {
    let start = model.start();
    let behind = State { last: word, before: start.last };
    let first = model.ln(start, word) - model.alone(word);
    first + next.map_or(0, |it| model.ln(behind, it) - model.alone(it))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embedded;

    #[test]
    fn a_joint_is_one_capital_behind_a_small_letter() {
        let check = |token: &str, expect: Option<usize>| assert_eq!(inner_capital(token), expect, "{token}");
        check("NewsWashington", Some(4));
        check("TelegramShe", Some(8));
        check("endNext", Some(3));
        check("MacOSX", None);
        check("DuskTillDawn", None);
        check("Plain", None);
        check("NATO", None);
        check("TASSThe", Some(4));
        check("McDonald", Some(2));
        check("EUs", None);
        check("FacebookA", Some(8));
        check("FacebookX", None);
    }

    fn check(before: &str, letters: &str, next: &str, expect: Option<(&str, &str)>) {
        let model = embedded::model();
        let around = Around { before: State { last: model.word(before), before: Word::UNKNOWN }, next: Some(model.word(next)) };
        let hinges = ["that", "the", "of", "and", "to"];
        let are_two = |a: &str, b: &str| (hinges.contains(&a) || hinges.contains(&b)).then_some(First::Word);
        let got = parted(model, letters, || around, are_two).filter(|it| it.margin > -2_000);
        assert_eq!(got.map(|it| letters.split_at(it.at)), expect, "{letters}");
    }

    #[test]
    fn a_run_is_parted_where_the_words_fit() {
        check("on", "facebookthat", "the", Some(("facebook", "that")));
        check("end", "ofthe", "war", Some(("of", "the")));
        check("in", "courland", "the", None);
        check("a", "ministerwoman", "the", None);
    }
}
