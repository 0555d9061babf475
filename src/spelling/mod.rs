//! How words are spelt: two run together, a name in two ways, a name in the letters of another script. What only the whole document can tell.

mod joints;
mod names;
mod page;
mod script;

use crate::{
    admit::Subject,
    edit::Edit,
    finding::{Alternative, Confidence, Evidence},
    rules::rule::{Matcher, Rule},
    span::Span,
};

/// What a rule would do at a place, before it is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Index of the rule.
    pub rule: u32,
    /// What it is about.
    pub span: Span,
    /// What to do; nothing where it is only shown.
    pub edits: Vec<Edit>,
    /// Chance that it is right.
    pub confidence: Confidence,
    /// What is said of it.
    pub message: String,
    /// Other readings.
    pub alternatives: Vec<Alternative>,
    /// Who is the witness, where it is another document.
    pub witness: Option<Evidence>,
}

/// What the rules about spelling that `speaks` lets speak propose, in no order.
pub fn proposals(subject: &Subject<'_>, speaks: impl Fn(&Rule) -> bool) -> Vec<Proposal> {
    let mut rules = subject.rules.spelling().filter(|(_, it)| speaks(it)).peekable();
    if rules.peek().is_none() {
        return Vec::new();
    }
    let page = page::Page::new(subject);
    let mut proposals = Vec::new();
    for (number, rule) in rules {
        match &rule.matcher {
            Matcher::Glue { joint, words, allow } => {
                joints::propose(&page, *joint, &joints::Rule::new(number, words, allow), &mut proposals);
            }
            Matcher::Variant { against, titles } => names::propose(&page, number, *against, titles, &mut proposals),
            Matcher::Script(reader) => script::propose(&page, number, *reader, &mut proposals),
            _ => {}
        }
    }
    proposals
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use crate::{Cleaner, Wanted};

    static CLEANER: LazyLock<Cleaner> = LazyLock::new(Cleaner::new);

    #[track_caller]
    fn check(text: &str, expect: &str) {
        assert_eq!(CLEANER.fix(text, Wanted::ALL).text(), expect);
    }

    #[track_caller]
    fn stays(text: &str) {
        check(text, text);
    }

    #[test]
    fn a_lost_space_is_put_back() {
        check("The road was closed at the end.Nobody knew why.", "The road was closed at the end. Nobody knew why.");
        check("She wrote on Facebookthat the bridge is closed.", "She wrote on Facebook that the bridge is closed.");
        check(
            "He put the drawings on FacebookShe wrote that they are old.",
            "He put the drawings on Facebook. She wrote that they are old.",
        );
        check("It is the longest bridge in theUnited States of today.", "It is the longest bridge in the United States of today.");
        check("They came to the end ofthe road and went home.", "They came to the end of the road and went home.");
    }

    #[test]
    fn names_with_two_capitals_stay() {
        stays("He saw it on YouTube with McDonald, DeSantis and an iPhone, and read of JavaScript and LinkedIn.");
        stays("The St.Helens road and the U.S.Army base are on www.example.Com and in notes.Txt.");
        stays("Set userName, then call onClick, and forEach of them isValid and hasItems.");
    }

    #[test]
    fn code_addresses_and_handles_stay() {
        stays("Write `end.Next` to bob@end.Next or see https://a.org/end.Next of #endNext and @ofthe.");
        stays("```\nat the end.Next of it\n```\n");
    }

    #[test]
    fn the_spelling_that_stands_more_often_is_right() {
        check(
            "The house is by Pavel Kolodin. In June, Kolodin drew it. “I like it,” Kolodyn joked.",
            "The house is by Pavel Kolodin. In June, Kolodin drew it. “I like it,” Kolodin joked.",
        );
        check(
            "The house is by Pavel Kolodin. In June, Kolodin drew it; Kolodyn’s friends helped.",
            "The house is by Pavel Kolodin. In June, Kolodin drew it; Kolodin’s friends helped.",
        );
        stays("The house is by Pavel Kolodin. In June, Kolodin drew it; Boris Kolodyn did not.");
        stays("The house is by Pavel Kolodin. In June, Kolodin drew it. “Kolodyn was mine,” he said.");
    }

    #[test]
    fn parts_of_a_name_with_a_hyphen_are_compared() {
        check(
            "The vet is Vera Kolodin-Burke. Kolodin-Burke stayed, and Kolodin-Bourke told nobody.",
            "The vet is Vera Kolodin-Burke. Kolodin-Burke stayed, and Kolodin-Burke told nobody.",
        );
        stays("The vet is Vera Kolodin-Burke. Kolodin-Burke stayed, and Boris Kolodin-Bourke told nobody.");
        stays("The Anglo-Saxon king lost. An Anglo-Saxon bard sang of it, and no Anglo-Saxons wept.");
    }

    #[test]
    fn marks_that_were_lost_are_put_back() {
        check(
            "The dig is led by Yusuf Demirbağ. Yesterday Demirbag found a jar.",
            "The dig is led by Yusuf Demirbağ. Yesterday Demirbağ found a jar.",
        );
        stays("The town of KALAN is old, and in Kalan nobody knows why.");
    }

    #[test]
    fn a_name_gets_its_capital_back() {
        check(
            "The house is by Pavel Kolodin. In June, Kolodin drew it, and then Kolodin slept. “It is new,” kolodin said.",
            "The house is by Pavel Kolodin. In June, Kolodin drew it, and then Kolodin slept. “It is new,” Kolodin said.",
        );
        stays("The house is by Pavel Kolodin. In June, Kolodin drew it, and Kolodin slept; see kolodin.txt and @kolodin.");
    }

    #[test]
    fn first_names_before_one_surname_are_compared() {
        check(
            "The museum is led by Solveig Brandt. Nobody paid, said Solvieg Brandt, who wrote it all down.",
            "The museum is led by Solveig Brandt. Nobody paid, said Solveig Brandt, who wrote it all down.",
        );
        stays("The museum is led by Mario Brandt. Nobody paid, said Maria Brandt, who wrote it all down.");
    }

    #[test]
    fn a_name_that_is_spelt_out_stays() {
        stays("My aunt was Vera Kolodin. The clerk was Mr Kolodyn, with a y, and Kolodin knew it.");
    }

    #[test]
    fn quotations_are_parted_from_the_words_beside_them() {
        check("“They are new,”she said.“They are mine.”", "“They are new,” she said. “They are mine.”");
        check("\"My car is new.\"The mayor laughed.", "\"My car is new.\" The mayor laughed.");
        check("Nobody told him that Ms.Kolodin had left.", "Nobody told him that Ms. Kolodin had left.");
        check("He spoke of “a heavy heart”.The owner was not sure.", "He spoke of “a heavy heart”. The owner was not sure.");
        stays("Call (a).Next and (b).Close() of them, or “a”.next and “b”.C of them.");
        stays("He typed \"end.\"x and read “a”-“b”.");
    }

    #[test]
    fn relatives_and_inflected_names_stay() {
        stays("Pavel Kolodin drew it, and Kolodin built it. His wife Vera Kolodina sold it.");
        stays("In Veldania, as Veldania is called, the Veldanian people like the Veldanians of old.");
    }

    #[test]
    fn brackets_are_read_by_the_gazetteer_or_the_text() {
        check("As the President said [Джо Байден], it is done.", "As the President said [Joe Biden], it is done.");
        check(
            "The mill is run by Marta Kowal. As she said [Марта Коваль], it stays.",
            "The mill is run by Marta Kowal. As she said [Marta Kowal], it stays.",
        );
        check(
            "The mill is run by Ms Kowal. As the owner said [Марта Коваль], it stays.",
            "The mill is run by Ms Kowal. As the owner said [Marta Kowal], it stays.",
        );
        stays("The mill is run by Marta Kowal [Марта Коваль] and by nobody else.");
        stays("As the owner said [Зоряна], it stays; see [1] and [sic] and [東京](https://a.org).");
    }
}
