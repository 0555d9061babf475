//! Derived forms of English words: plurals, verb forms, degrees of comparison.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

/// How a dictionary entry inflects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub enum Class {
    /// Not at all.
    #[default]
    Fixed,
    /// A noun without a plural.
    Mass,
    /// Singular and plural, on the last word.
    Noun,
    /// Base, -s, past, participle and -ing, on the first word.
    Verb,
    /// Positive, comparative and superlative, on a single word.
    Adjective,
}

impl Class {
    /// The names used in rule files, with what they stand for.
    pub const NAMES: [(&'static str, Self); 5] =
        [("fixed", Self::Fixed), ("mass", Self::Mass), ("noun", Self::Noun), ("verb", Self::Verb), ("adjective", Self::Adjective)];
}

/// All forms of a citation form, one for each place of its paradigm; `None` where the form is no single word.
///
/// Two entries of one class have the same number of places, so that forms can be paired by place.
#[must_use]
pub fn forms(entry: &str, class: Class) -> Vec<Option<String>> {
    match class {
        Class::Fixed | Class::Mass => vec![Some(entry.to_owned())],
        Class::Noun => {
            let (rest, head) = entry.rsplit_once(' ').map_or(("", entry), |(rest, head)| (rest, head));
            let space = if rest.is_empty() { "" } else { " " };
            vec![Some(entry.to_owned()), Some(format!("{rest}{space}{}", plural(head)))]
        }
        Class::Verb => {
            let (head, rest) = entry.split_once(' ').map_or((entry, ""), |(head, rest)| (head, rest));
            let space = if rest.is_empty() { "" } else { " " };
            verb(head).into_iter().map(|form| Some(format!("{form}{space}{rest}"))).collect()
        }
        Class::Adjective => {
            let [comparative, superlative] = degrees(entry);
            vec![Some(entry.to_owned()), comparative, superlative]
        }
    }
}

/// The citation forms that a form may belong to, each with its place in the paradigm (see [`forms`]); none for classes that do not inflect.
///
/// Spelling alone cannot tell which of them are words: “navies” may come from “navy” and from “navie”.
#[must_use]
pub fn lemmas(form: &str, class: Class) -> Vec<(String, usize)> {
    let (before, word, behind) = match class {
        Class::Fixed | Class::Mass => return Vec::new(),
        Class::Noun => form.rfind(' ').map_or(("", form, ""), |at| (&form[..=at], &form[at + 1..], "")),
        Class::Verb => form.find(' ').map_or(("", form, ""), |at| ("", &form[..at], &form[at..])),
        Class::Adjective => ("", form, ""),
    };
    let mut bases = vec![word.to_owned()];
    let endings: &[(&str, &str)] = match class {
        Class::Noun => &[("s", ""), ("es", ""), ("ies", "y"), ("men", "man")],
        Class::Verb => {
            &[("s", ""), ("es", ""), ("ies", "y"), ("d", ""), ("ed", ""), ("ied", "y"), ("ing", ""), ("ing", "e"), ("ying", "ie")]
        }
        _ => &[("er", ""), ("est", ""), ("er", "e"), ("est", "e"), ("ier", "y"), ("iest", "y")],
    };
    for (ending, instead) in endings {
        let Some(stem) = word.strip_suffix(ending).filter(|it| !it.is_empty()) else { continue };
        bases.push(format!("{stem}{instead}"));
        let mut letters = stem.chars().rev();
        if letters.next().is_some_and(|last| letters.next() == Some(last)) {
            bases.push(stem[..stem.len() - stem.chars().next_back().map_or(0, char::len_utf8)].to_owned());
        }
    }
    let irregular: Vec<String> = match class {
        Class::Noun => IRREGULAR_PLURALS.iter().filter(|(_, plural)| *plural == word).map(|it| it.0.to_owned()).collect(),
        Class::Verb => irregular_bases(word),
        _ => ["good", "bad", "far"].map(str::to_owned).to_vec(),
    };
    bases.extend(irregular.into_iter().chain(["be", "have"].into_iter().filter(|_| class == Class::Verb).map(str::to_owned)));
    bases.sort_unstable();
    bases.dedup();
    let mut found = Vec::new();
    for base in bases {
        let entry = format!("{before}{base}{behind}");
        let places = forms(&entry, class).into_iter().enumerate().filter(|(_, it)| it.as_deref().map(str::trim_end) == Some(form));
        let places: Vec<usize> = places.map(|it| it.0).collect();
        found.extend(places.into_iter().map(|place| (entry.clone(), place)));
    }
    found
}

const IRREGULAR_PLURALS: [(&str, &str); 30] = [
    ("man", "men"),
    ("woman", "women"),
    ("child", "children"),
    ("person", "people"),
    ("foot", "feet"),
    ("tooth", "teeth"),
    ("mouse", "mice"),
    ("goose", "geese"),
    ("life", "lives"),
    ("wife", "wives"),
    ("knife", "knives"),
    ("leaf", "leaves"),
    ("half", "halves"),
    ("self", "selves"),
    ("shelf", "shelves"),
    ("wolf", "wolves"),
    ("thief", "thieves"),
    ("loaf", "loaves"),
    ("crisis", "crises"),
    ("analysis", "analyses"),
    ("basis", "bases"),
    ("thesis", "theses"),
    ("hypothesis", "hypotheses"),
    ("diagnosis", "diagnoses"),
    ("phenomenon", "phenomena"),
    ("criterion", "criteria"),
    ("medium", "media"),
    ("series", "series"),
    ("species", "species"),
    ("means", "means"),
];

/// Nouns in -man that are no compounds of “man”.
const REGULAR_IN_MAN: [&str; 5] = ["german", "roman", "human", "talisman", "norman"];

/// Nouns in -o that take -es.
const PLURAL_OES: [&str; 8] = ["hero", "echo", "potato", "tomato", "veto", "embargo", "torpedo", "volcano"];

/// The plural of a noun.
#[must_use]
pub fn plural(noun: &str) -> String {
    if let Some((_, plural)) = IRREGULAR_PLURALS.iter().find(|(singular, _)| *singular == noun) {
        return (*plural).to_owned();
    }
    if let Some(stem) = noun.strip_suffix("man").filter(|it| !it.is_empty() && !REGULAR_IN_MAN.contains(&noun)) {
        return format!("{stem}men");
    }
    if PLURAL_OES.contains(&noun) {
        return format!("{noun}es");
    }
    third_person(noun)
}

/// The singular of a noun; a word that is no plural as it stands.
#[must_use]
pub fn singular(noun: &str) -> String {
    let start = noun.rfind(' ').map_or(0, |at| at + 1);
    let head = &noun[start..];
    let irregular = IRREGULAR_PLURALS.iter().find(|(_, plural)| *plural == head).map(|it| it.0.to_owned());
    let regular = || match head {
        it if it.ends_with("ss") || it.ends_with("us") || it.ends_with("is") => it.to_owned(),
        it if it.ends_with("men") => format!("{}man", &it[..it.len() - 3]),
        it if it.ends_with("ies") => format!("{}y", &it[..it.len() - 3]),
        it if ["ches", "shes", "sses", "xes"].iter().any(|ending| it.ends_with(ending)) => it[..it.len() - 2].to_owned(),
        it => it.strip_suffix('s').unwrap_or(it).to_owned(),
    };
    noun[..start].to_owned() + &irregular.unwrap_or_else(regular)
}

/// Verbs whose past and participle no rule gives: base, past, participle. Their compounds are left out, see [`PREFIXES`].
const IRREGULAR_VERBS: [(&str, &str, &str); 140] = [
    ("arise", "arose", "arisen"),
    ("awake", "awoke", "awoken"),
    ("bear", "bore", "borne"),
    ("beat", "beat", "beaten"),
    ("begin", "began", "begun"),
    ("bend", "bent", "bent"),
    ("bet", "bet", "bet"),
    ("bid", "bid", "bid"),
    ("bind", "bound", "bound"),
    ("bite", "bit", "bitten"),
    ("bleed", "bled", "bled"),
    ("blow", "blew", "blown"),
    ("break", "broke", "broken"),
    ("breed", "bred", "bred"),
    ("bring", "brought", "brought"),
    ("broadcast", "broadcast", "broadcast"),
    ("build", "built", "built"),
    ("burst", "burst", "burst"),
    ("buy", "bought", "bought"),
    ("cast", "cast", "cast"),
    ("catch", "caught", "caught"),
    ("choose", "chose", "chosen"),
    ("cling", "clung", "clung"),
    ("come", "came", "come"),
    ("cost", "cost", "cost"),
    ("creep", "crept", "crept"),
    ("cut", "cut", "cut"),
    ("deal", "dealt", "dealt"),
    ("dig", "dug", "dug"),
    ("do", "did", "done"),
    ("draw", "drew", "drawn"),
    ("drink", "drank", "drunk"),
    ("drive", "drove", "driven"),
    ("eat", "ate", "eaten"),
    ("fall", "fell", "fallen"),
    ("feed", "fed", "fed"),
    ("feel", "felt", "felt"),
    ("fight", "fought", "fought"),
    ("find", "found", "found"),
    ("flee", "fled", "fled"),
    ("fly", "flew", "flown"),
    ("forbid", "forbade", "forbidden"),
    ("forecast", "forecast", "forecast"),
    ("forget", "forgot", "forgotten"),
    ("forgive", "forgave", "forgiven"),
    ("forgo", "forwent", "forgone"),
    ("forsake", "forsook", "forsaken"),
    ("freeze", "froze", "frozen"),
    ("get", "got", "got"),
    ("give", "gave", "given"),
    ("go", "went", "gone"),
    ("grind", "ground", "ground"),
    ("grow", "grew", "grown"),
    ("hang", "hung", "hung"),
    ("have", "had", "had"),
    ("hear", "heard", "heard"),
    ("hide", "hid", "hidden"),
    ("hit", "hit", "hit"),
    ("hold", "held", "held"),
    ("hurt", "hurt", "hurt"),
    ("keep", "kept", "kept"),
    ("know", "knew", "known"),
    ("lay", "laid", "laid"),
    ("lead", "led", "led"),
    ("leave", "left", "left"),
    ("lend", "lent", "lent"),
    ("let", "let", "let"),
    ("light", "lit", "lit"),
    ("lose", "lost", "lost"),
    ("make", "made", "made"),
    ("mean", "meant", "meant"),
    ("meet", "met", "met"),
    ("partake", "partook", "partaken"),
    ("pay", "paid", "paid"),
    ("put", "put", "put"),
    ("quit", "quit", "quit"),
    ("read", "read", "read"),
    ("rid", "rid", "rid"),
    ("ride", "rode", "ridden"),
    ("ring", "rang", "rung"),
    ("rise", "rose", "risen"),
    ("run", "ran", "run"),
    ("say", "said", "said"),
    ("see", "saw", "seen"),
    ("seek", "sought", "sought"),
    ("sell", "sold", "sold"),
    ("send", "sent", "sent"),
    ("set", "set", "set"),
    ("shake", "shook", "shaken"),
    ("shed", "shed", "shed"),
    ("shine", "shone", "shone"),
    ("shoot", "shot", "shot"),
    ("show", "showed", "shown"),
    ("shrink", "shrank", "shrunk"),
    ("shut", "shut", "shut"),
    ("sing", "sang", "sung"),
    ("sink", "sank", "sunk"),
    ("sit", "sat", "sat"),
    ("slay", "slew", "slain"),
    ("sleep", "slept", "slept"),
    ("slide", "slid", "slid"),
    ("sling", "slung", "slung"),
    ("slit", "slit", "slit"),
    ("speak", "spoke", "spoken"),
    ("spend", "spent", "spent"),
    ("spin", "spun", "spun"),
    ("spit", "spat", "spat"),
    ("split", "split", "split"),
    ("spread", "spread", "spread"),
    ("spring", "sprang", "sprung"),
    ("stand", "stood", "stood"),
    ("steal", "stole", "stolen"),
    ("stick", "stuck", "stuck"),
    ("sting", "stung", "stung"),
    ("stink", "stank", "stunk"),
    ("stride", "strode", "stridden"),
    ("strike", "struck", "struck"),
    ("string", "strung", "strung"),
    ("strive", "strove", "striven"),
    ("swear", "swore", "sworn"),
    ("sweep", "swept", "swept"),
    ("swell", "swelled", "swollen"),
    ("swim", "swam", "swum"),
    ("swing", "swung", "swung"),
    ("take", "took", "taken"),
    ("teach", "taught", "taught"),
    ("tear", "tore", "torn"),
    ("tell", "told", "told"),
    ("think", "thought", "thought"),
    ("throw", "threw", "thrown"),
    ("thrust", "thrust", "thrust"),
    ("tread", "trod", "trodden"),
    ("wake", "woke", "woken"),
    ("wear", "wore", "worn"),
    ("weave", "wove", "woven"),
    ("weep", "wept", "wept"),
    ("win", "won", "won"),
    ("wind", "wound", "wound"),
    ("wring", "wrung", "wrung"),
    ("write", "wrote", "written"),
];

/// What verbs are compounded with: “overtake” inflects as “take” does.
const PREFIXES: [&str; 11] = ["be", "fore", "inter", "mis", "out", "over", "re", "un", "under", "up", "with"];

/// Verbs that only look like compounds of irregular ones.
const NO_COMPOUNDS: [&str; 3] = ["behave", "belay", "relay"];

/// The prefix of a verb, which may be empty, with the irregular verb behind it.
fn irregular(base: &str) -> Option<(&str, &'static (&'static str, &'static str, &'static str))> {
    let behind = |prefix: &'static str| base.strip_prefix(prefix).filter(|_| !NO_COMPOUNDS.contains(&base));
    let heads = [base].into_iter().chain(PREFIXES.into_iter().filter_map(behind));
    heads.filter(|it| !it.is_empty()).find_map(|head| {
        let verb = IRREGULAR_VERBS.iter().find(|it| it.0 == head)?;
        Some((&base[..base.len() - head.len()], verb))
    })
}

/// Whether a word looks like a past or a participle: it ends in -ed, or is an irregular one.
#[must_use]
pub fn is_past(word: &str) -> bool {
    word.ends_with("ed") || is_irregular_past(word)
}

/// Whether a word is a past or a participle that no rule gives, and no base form too.
fn is_irregular_past(word: &str) -> bool {
    static PASTS: LazyLock<FxHashSet<String>> = LazyLock::new(|| {
        let prefixes = || [""].into_iter().chain(PREFIXES);
        let forms = IRREGULAR_VERBS.iter().flat_map(|(base, past, participle)| {
            let spelt = move |form| prefixes().map(move |it| format!("{it}{form}"));
            let is_base = move |word: &String| word.strip_suffix(base).is_some_and(|it| prefixes().any(|prefix| prefix == it));
            [past, participle].into_iter().flat_map(spelt).filter(move |it| !is_base(it))
        });
        forms.chain(["was", "were", "been"].map(str::to_owned)).collect()
    });
    PASTS.contains(word)
}

/// The base forms that an irregular past or participle may belong to.
fn irregular_bases(word: &str) -> Vec<String> {
    let bases = IRREGULAR_VERBS.iter().flat_map(|(base, past, participle)| {
        let prefixes = [past, participle].map(|it| word.strip_suffix(it).filter(|it| it.is_empty() || PREFIXES.contains(it)));
        prefixes.into_iter().flatten().map(move |prefix| format!("{prefix}{base}"))
    });
    bases.collect()
}

/// Verbs of several syllables that double their last consonant.
const DOUBLING: [&str; 64] = [
    "abet", "abhor", "abut", "acquit", "admit", "allot", "annul", "befit", "beget", "begin", "beset", "commit", "compel", "concur",
    "confer", "control", "debug", "defer", "deter", "dispel", "embed", "emit", "enrol", "equip", "excel", "expel", "extol", "forbid",
    "forget", "fulfil", "handicap", "impel", "incur", "infer", "input", "instil", "kidnap", "occur", "offset", "omit", "outfit", "output",
    "patrol", "permit", "prefer", "program", "propel", "quiz", "rebel", "rebut", "recap", "recur", "refer", "regret", "remit", "repel",
    "reset", "submit", "transfer", "transmit", "unplug", "unzip", "upset", "worship",
];

/// Base, third person, past, participle, -ing.
fn verb(base: &str) -> [String; 5] {
    if base == "be" {
        return ["be", "is", "was", "been", "being"].map(str::to_owned);
    }
    let stem = if base.ends_with("ic") { format!("{base}k") } else { past_stem(base) };
    let regular = || if stem.ends_with('e') { format!("{stem}d") } else { format!("{stem}ed") };
    let (past, participle) = match irregular(base) {
        Some((prefix, (_, past, participle))) => (format!("{prefix}{past}"), format!("{prefix}{participle}")),
        None => match base.strip_suffix('y') {
            Some(stem) if !ends_in_vowel(stem) => (format!("{stem}ied"), format!("{stem}ied")),
            _ => (regular(), regular()),
        },
    };
    let third = match (base, irregular(base)) {
        ("have", _) => "has".to_owned(),
        (_, Some((_, ("go" | "do", ..)))) => format!("{base}es"),
        _ => third_person(base),
    };
    [base.to_owned(), third, past, participle, gerund(base, &stem)]
}

fn third_person(base: &str) -> String {
    if base.ends_with(['s', 'x', 'z']) || base.ends_with("ch") || base.ends_with("sh") || base == "veto" {
        return format!("{base}es");
    }
    match base.strip_suffix('y') {
        Some(stem) if !ends_in_vowel(stem) => format!("{stem}ies"),
        _ => format!("{base}s"),
    }
}

fn gerund(base: &str, stem: &str) -> String {
    if let Some(stem) = base.strip_suffix("ie") {
        return format!("{stem}ying");
    }
    match base.strip_suffix('e') {
        Some(stem) if !stem.ends_with(['e', 'o', 'y']) => format!("{stem}ing"),
        _ => format!("{stem}ing"),
    }
}

/// The stem with its last consonant doubled where spelling asks for it.
fn past_stem(base: &str) -> String {
    let letters: Vec<char> = base.chars().collect();
    let doubles = match letters.as_slice() {
        [.., a, b, c] => {
            let short = !is_vowel(*a) && is_vowel(*b) && !is_vowel(*c) && !matches!(c, 'w' | 'x' | 'y' | 'h');
            let qu = letters.len() >= 4 && *a == 'u' && letters[letters.len() - 4] == 'q' && is_vowel(*b) && !is_vowel(*c);
            (short || qu) && (syllables(base) == 1 || DOUBLING.contains(&base))
        }
        _ => false,
    };
    if doubles { format!("{base}{}", letters[letters.len() - 1]) } else { base.to_owned() }
}

fn degrees(adjective: &str) -> [Option<String>; 2] {
    match adjective {
        "good" | "well" => return ["better", "best"].map(|it| Some(it.to_owned())),
        "bad" => return ["worse", "worst"].map(|it| Some(it.to_owned())),
        "far" => return ["further", "furthest"].map(|it| Some(it.to_owned())),
        _ => {}
    }
    let count = syllables(adjective);
    let light = count == 2 && adjective.ends_with('y') && !adjective.ends_with("ly");
    if adjective.contains([' ', '-']) || count > 2 || count == 2 && !light {
        return [None, None];
    }
    let stem = match adjective.strip_suffix('y') {
        Some(stem) if light => format!("{stem}i"),
        _ => adjective.strip_suffix('e').map_or_else(|| past_stem(adjective), str::to_owned),
    };
    ["er", "est"].map(|ending| Some(format!("{stem}{ending}")))
}

const fn is_vowel(letter: char) -> bool {
    matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u')
}

fn ends_in_vowel(stem: &str) -> bool {
    stem.chars().next_back().is_some_and(is_vowel)
}

/// Groups of vowels, without a silent -e.
fn syllables(word: &str) -> usize {
    let mut count = 0;
    let mut inside = false;
    for letter in word.chars() {
        let vowel = is_vowel(letter) || letter == 'y';
        count += usize::from(vowel && !inside);
        inside = vowel;
    }
    let silent = word.ends_with('e') && !word.ends_with("le") && !word.ends_with("ee");
    (count - usize::from(silent && count > 1)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(entry: &str, class: Class, expect: &str) {
        let got: Vec<String> = forms(entry, class).into_iter().map(|it| it.unwrap_or_else(|| "-".to_owned())).collect();
        assert_eq!(got.join(" / "), expect);
    }

    #[test]
    fn nouns() {
        check("menace", Class::Noun, "menace / menaces");
        check("circle of friend", Class::Noun, "circle of friend / circle of friends");
        check("navy policy", Class::Noun, "navy policy / navy policies");
        check("businessman", Class::Noun, "businessman / businessmen");
        check("german", Class::Noun, "german / germans");
        check("box", Class::Noun, "box / boxes");
        check("day", Class::Noun, "day / days");
        check("information", Class::Mass, "information");
    }

    #[test]
    fn verbs() {
        check("think about", Class::Verb, "think about / thinks about / thought about / thought about / thinking about");
        check("stop", Class::Verb, "stop / stops / stopped / stopped / stopping");
        check("occur", Class::Verb, "occur / occurs / occurred / occurred / occurring");
        check("offer", Class::Verb, "offer / offers / offered / offered / offering");
        check("write", Class::Verb, "write / writes / wrote / written / writing");
        check("carry out", Class::Verb, "carry out / carries out / carried out / carried out / carrying out");
        check("agree", Class::Verb, "agree / agrees / agreed / agreed / agreeing");
        check("die", Class::Verb, "die / dies / died / died / dying");
        check("begin", Class::Verb, "begin / begins / began / begun / beginning");
        check("be taught", Class::Verb, "be taught / is taught / was taught / been taught / being taught");
        check("show", Class::Verb, "show / shows / showed / shown / showing");
        check("visit", Class::Verb, "visit / visits / visited / visited / visiting");
        check("quit", Class::Verb, "quit / quits / quit / quit / quitting");
        check("seek", Class::Verb, "seek / seeks / sought / sought / seeking");
        check("overtake", Class::Verb, "overtake / overtakes / overtook / overtaken / overtaking");
        check("undergo", Class::Verb, "undergo / undergoes / underwent / undergone / undergoing");
        check("foresee", Class::Verb, "foresee / foresees / foresaw / foreseen / foreseeing");
        check("relay", Class::Verb, "relay / relays / relayed / relayed / relaying");
        check("reset", Class::Verb, "reset / resets / reset / reset / resetting");
        check("remind", Class::Verb, "remind / reminds / reminded / reminded / reminding");
        check("rebel", Class::Verb, "rebel / rebels / rebelled / rebelled / rebelling");
        check("mimic", Class::Verb, "mimic / mimics / mimicked / mimicked / mimicking");
    }

    #[test]
    fn a_form_leads_back_to_what_it_may_come_from() {
        let check = |form: &str, class, expect: &str| {
            let found: Vec<String> = lemmas(form, class).into_iter().map(|(it, place)| format!("{it} {place}")).collect();
            assert_eq!(found.join(", "), expect, "{form}");
        };
        check("navies", Class::Noun, "navie 1, navies 0, navy 1");
        check("men at arm", Class::Noun, "men at arm 0");
        check("young women", Class::Noun, "young woman 1, young women 0");
        check("stopped", Class::Verb, "stop 2, stop 3, stopp 2, stopp 3, stoppe 2, stoppe 3, stopped 0");
        check("carrying out", Class::Verb, "carrie out 4, carry out 4, carrying out 0");
        check("went", Class::Verb, "go 2, went 0");
        check("withheld", Class::Verb, "withheld 0, withhold 2, withhold 3");
        check("was told", Class::Verb, "be told 2, wa told 1, was told 0");
        check("bigger", Class::Adjective, "big 1, bigg 1, bigge 1, bigger 0");
        check("better", Class::Adjective, "bet 1, bett 1, bette 1, better 0, good 1");
        check("navies", Class::Fixed, "");
    }

    #[test]
    fn adjectives() {
        check("big", Class::Adjective, "big / bigger / biggest");
        check("large", Class::Adjective, "large / larger / largest");
        check("heavy", Class::Adjective, "heavy / heavier / heaviest");
        check("important", Class::Adjective, "important / - / -");
        check("good", Class::Adjective, "good / better / best");
    }
}
