//! Chinese, Japanese and Korean code pages: their text read as Windows-1252 (`ÄãºÃ`), and UTF-8 read as theirs (`鈥檚`).

use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GBK, SHIFT_JIS};

use super::{
    odd::{Around, is_unwritten, oddness},
    tables,
};
use crate::repair::{
    Ask, Found,
    script::{Script, script},
    step::Step,
};
use crate::span::Span;

/// The code pages, and how their names are told.
const PAGES: [(&Encoding, &str); 4] = [(GBK, "gbk"), (SHIFT_JIS, "shift-jis"), (BIG5, "big5"), (EUC_KR, "euc-kr")];

/// Finds runs of wide characters that are UTF-8, and lines of Latin letters that are one of the code pages.
pub(in crate::repair) fn find(text: &str, _: &Ask<'_>, found: &mut Found) {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.chars().any(is_wide) {
            find_utf8(line, start, found);
        } else if !line.is_ascii() {
            find_legacy(line, start, found);
        }
        start += line.len();
    }
}

/// Finds lines of one of the code pages that were read as Latin-1, controls and all, before single pairs of their bytes are taken for UTF-8.
pub(in crate::repair) fn find_unread(text: &str, _: &Ask<'_>, found: &mut Found) {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.contains(|it| matches!(it, '\u{80}'..='\u{9F}')) {
            find_legacy(line, start, found);
        }
        start += line.len();
    }
}

fn find_utf8(line: &str, offset: usize, found: &mut Found) {
    let mut at = 0;
    while let Some(skipped) = line[at..].find(|it: char| !it.is_ascii()) {
        let start = at + skipped;
        let run = run(&line[start..]);
        let end = start + run.len();
        let mut before = line[..start].chars().rev();
        let last = before.next();
        let around = Around { before: [before.next(), last], after: line[end..].chars().next() };
        if let Some((reading, from)) = as_utf8(run, around) {
            found.from(Step::EastAsian, Span::new(offset + start, offset + end), reading, from);
        }
        at = end;
    }
}

fn find_legacy(line: &str, offset: usize, found: &mut Found) {
    let Some(reading) = as_legacy(line) else { return };
    // What is the same at both ends is no part of the edit.
    let same = |a: &str, b: &str| a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b && a.is_ascii()).count();
    let head = same(line, &reading);
    let tail = line[head..].bytes().rev().zip(reading[head..].bytes().rev()).take_while(|(a, b)| a == b && a.is_ascii()).count();
    let span = Span::new(offset + head, offset + line.len() - tail);
    found.from(Step::EastAsian, span, &reading[head..reading.len() - tail], "windows-1252");
}

/// Characters without a space between them, of which two neighbours are never both ASCII: second bytes may be letters.
fn run(text: &str) -> &str {
    let mut was_ascii = false;
    let end = text.char_indices().find(|(_, it)| {
        let stops = it.is_ascii() && (was_ascii || !it.is_ascii_graphic());
        was_ascii = it.is_ascii();
        stops
    });
    let run = &text[..end.map_or(text.len(), |it| it.0)];
    run.trim_end_matches(|it: char| it.is_ascii())
}

fn is_wide(character: char) -> bool {
    matches!(script(character), Script::Han | Script::Kana | Script::Hangul) || matches!(character, '\u{FF61}'..='\u{FF9F}')
}

/// What a run of wide characters is where UTF-8 was read as their code page.
fn as_utf8(run: &str, around: Around) -> Option<(String, &'static str)> {
    let first = &run[..run.chars().next()?.len_utf8()];
    PAGES.iter().find_map(|&(page, name)| {
        // Most text ends here.
        encoded(first, page).filter(|it| matches!(it[..], [0xC2..=0xEF, 0x80..=0xBF]))?;
        let bytes = encoded(run, page)?;
        let decoded = String::from_utf8(bytes).ok()?;
        // Pairs of bytes that are sound in both are not rare; threes, and what is less odd than before, are.
        let written = |it: char| {
            it.is_alphanumeric() && !is_unwritten(it)
                || matches!(it, '\u{B7}' | '\u{2010}'..='\u{2026}' | '\u{3000}'..='\u{303F}' | '\u{FF00}'..='\u{FF65}')
        };
        let gain = oddness(around, run.chars()) - oddness(around, decoded.chars());
        let first = decoded.chars().next().map(script);
        let one_script = decoded.chars().nth(2).is_some() && decoded.chars().all(|it| Some(script(it)) == first);
        let usual = decoded.chars().any(|it| it.len_utf8() > 2) || gain >= SURE || one_script;
        let sound = usual && decoded.chars().all(written);
        let rare = run.chars().filter(|it| !is_usual(*it)).count();
        let gains = gain >= 2 || gain >= 0 && rare * 2 >= run.chars().count() && run.chars().count() >= 3;
        (sound && gains).then_some((decoded, name))
    })
}

fn encoded(run: &str, page: &'static Encoding) -> Option<Vec<u8>> {
    let (bytes, _, lost) = page.encode(run);
    (!lost).then(|| bytes.into_owned())
}

/// Whether a Chinese character is among those that are learnt first; their code page lists them before the others.
fn is_usual(character: char) -> bool {
    let mut buffer = [0; 4];
    let bytes = GBK.encode(character.encode_utf8(&mut buffer)).0.into_owned();
    matches!(bytes[..], [0xB0..=0xD7, 0xA1..=0xFE]) || script(character) != Script::Han
}

/// What makes a pair of bytes convincing, as three are without it.
const SURE: i32 = 6;

/// The least number of characters that a code page is told by.
const LEAST: usize = 4;

/// A text of so many characters of Korean alone is Korean; a shorter one may be Chinese by chance.
const KOREAN: usize = 8;

/// What a line of Latin letters and marks is where a code page of East Asia was read as Windows-1252.
fn as_legacy(line: &str) -> Option<String> {
    let high = line.chars().filter(|it| !it.is_ascii()).count();
    let mut letters: Vec<char> = line.chars().filter(|it| !it.is_ascii()).collect();
    letters.sort_unstable();
    letters.dedup();
    // A year in the patterns of dates is written “ÅÅÅÅ” in Danish; and words of Latin letters have more that are ASCII.
    let odd = line.chars().zip(line.chars().skip(1)).filter(|(a, b)| !a.is_ascii() && !b.is_ascii()).count();
    let is = |case: fn(char) -> bool| letters.iter().all(|it| case(*it));
    // A short word in capitals, `ÖÇÇÜ`, has no marks among its letters.
    let is_word = high < KOREAN && (is(char::is_uppercase) || is(char::is_lowercase));
    if high < LEAST || letters.len() < LEAST - 1 || odd * 3 < high || is_word {
        return None;
    }
    let bytes: Vec<u8> = line
        .chars()
        .map(|it| u8::try_from(u32::from(it)).ok().filter(u8::is_ascii).or_else(|| tables::byte(it, 0)))
        .collect::<Option<_>>()?;
    if std::str::from_utf8(&bytes).is_ok() {
        return None;
    }
    let read = |page: &'static Encoding| page.decode_without_bom_handling_and_without_replacement(&bytes).map(std::borrow::Cow::into_owned);
    let share = |text: &str, is: &dyn Fn(char) -> bool| {
        let all = text.chars().filter(|it| !it.is_ascii()).count().max(1);
        text.chars().filter(|it| !it.is_ascii() && (is(*it) || is_punctuation(*it))).count() * 100 / all
    };
    let kana = |it: char| matches!(it, '\u{3041}'..='\u{30FF}');
    let hangul = |it: char| script(it) == Script::Hangul;
    let read = |page| read(page).filter(|it| !is_pieces(it));
    // Japanese is half kana, which the pages of Chinese have as well and Chinese has not; Korean is hangul, and spaces.
    if let Some(text) = read(SHIFT_JIS).filter(|it| share(it, &kana) >= 35 && it.chars().any(kana)) {
        return Some(text);
    }
    if let Some(text) = read(EUC_JP).filter(|it| share(it, &kana) >= 30 && it.chars().any(kana)) {
        return Some(text);
    }
    let korean = read(EUC_KR).filter(|it| share(it, &hangul) == 100);
    if let Some(text) = korean.filter(|it| it.trim().contains(' ') || it.chars().filter(|it| hangul(*it)).count() >= KOREAN) {
        return Some(text);
    }
    let chinese = [GBK, BIG5].into_iter().filter_map(|page| {
        let text = read(page)?;
        let usual = |it: char| {
            let spelt = encoded(it.encode_utf8(&mut [0; 4]), page);
            matches!(spelt.as_deref(), Some([first, second]) if if page == GBK { (0xB0..=0xD7).contains(first) && *second >= 0xA1 } else { (0xA4..=0xC6).contains(first) })
        };
        let share = share(&text, &usual);
        (share >= 85 && text.chars().filter(|it| script(*it) == Script::Han).count() >= 2).then_some((share, text))
    });
    chinese.reduce(|best, it| if it.0 > best.0 { it } else { best }).map(|it| it.1)
}

/// Whether most wide characters stand alone beside letters of ASCII: pieces of words in capitals, `NAÇÕES` and `ÞJÓÐ`.
fn is_pieces(text: &str) -> bool {
    let (mut runs, mut pieces) = (0, 0);
    let mut characters = text.chars().peekable();
    let mut before = None;
    while let Some(it) = characters.next() {
        if is_wide(it) && !before.is_some_and(is_wide) {
            let next = characters.peek().copied();
            let letter = |it: Option<char>| it.is_some_and(|it| it.is_ascii_alphabetic());
            runs += 1;
            pieces += i32::from(!next.is_some_and(is_wide) && (letter(before) || letter(next)));
        }
        before = Some(it);
    }
    pieces * 2 > runs
}

const fn is_punctuation(character: char) -> bool {
    matches!(character, '\u{3000}'..='\u{3011}' | '\u{FF01}'..='\u{FF1F}' | '\u{2018}'..='\u{2026}' | '·')
}
