//! `unspin explain`: what a rule finds, and why.

use std::io::Write as _;

use anyhow::bail;
use unspin::rules::rule::{Authority, Family, Joint, Matcher, Rule, Rulebook, Sign, Stray, Told};

use crate::{
    args::ExplainArgs,
    output::{Done, Output, counted},
    setup,
};

pub fn run(args: &ExplainArgs) -> anyhow::Result<Done> {
    let (rules, _) = setup::rules(&args.shared)?;
    let book = rules.book();
    let mut out = Output::new(args.shared.color);
    let name = renamed(&args.rule, book).unwrap_or(&args.rule);
    if let Some(rule) = book.rules.iter().find(|it| it.id.as_str() == name) {
        write!(out, "{}", explained(rule, book))?;
    } else {
        let families: Vec<&Family> = book.families.iter().filter(|it| below(&it.id, name)).collect();
        if families.is_empty() {
            bail!("no rule is called `{}`{}", args.rule, setup::meant(&args.rule, book));
        }
        for family in families {
            let rules = book.rules.iter().filter(|it| book.family(it).id == family.id).count();
            writeln!(out, "{} — {}\n{}\n{}\n", family.id, family.summary, family.why, counted(rules, "rule"))?;
        }
        writeln!(out, "`unspin rules list {name}` lists them.")?;
    }
    out.flush()?;
    Ok(Done::Nothing)
}

fn below(id: &str, prefix: &str) -> bool {
    id.strip_prefix(prefix.trim_end_matches('/')).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn renamed<'b>(name: &str, book: &'b Rulebook) -> Option<&'b str> {
    book.packs.iter().flat_map(|it| &it.renamed).find(|(old, _)| **old == *name).map(|(_, new)| new.as_ref())
}

fn listing(title: &str, patterns: &[unspin::rules::text::Text]) -> String {
    patterns.iter().fold(title.to_owned(), |listed, it| format!("{listed}\n  {it}"))
}

fn explained(rule: &Rule, book: &Rulebook) -> String {
    let family = book.family(rule);
    let mut lines =
        vec![format!("{} (version {})", rule.id, rule.version), family.summary.to_string(), family.why.to_string(), String::new()];
    lines.push(match &rule.matcher {
        Matcher::Phrase(_) | Matcher::Swap(_) | Matcher::Accepted(_) => {
            let forms = rule.forms().iter().map(|form| {
                let originals: Vec<&str> = form.originals.iter().map(|it| it.text.as_ref()).collect();
                format!("  “{}” for “{}”", form.text, originals.join("”, “"))
            });
            format!("finds\n{}", forms.collect::<Vec<_>>().join("\n"))
        }
        Matcher::Sequence(_) => listing("finds", rule.patterns()),
        Matcher::Line(_) => listing("finds lines that say no more than", rule.patterns()),
        Matcher::Insert(_) => listing("finds the headline behind", rule.patterns()),
        Matcher::Attribution(_) => listing("finds at the end of unmarked speech", rule.patterns()),
        Matcher::Header { in_lines: true, .. } => {
            listing("finds in front of the text, or at the start of a line of such parts", rule.patterns())
        }
        Matcher::Header { .. } => listing("finds in front of the text, beside other parts of a page’s head", rule.patterns()),
        Matcher::Regex { pattern, .. } => format!("finds\n  {pattern}"),
        Matcher::Repeat { .. } => "finds a word that stands twice".to_owned(),
        Matcher::Glue { joint: Joint::Halves, .. } => "finds a word with a space in it".to_owned(),
        Matcher::Glue { .. } => "finds two words with no space between them".to_owned(),
        Matcher::Elsewhere { told, least } => match told {
            Told::Headline => "finds headlines of other documents; silent without --corpus".to_owned(),
            Told::Recurring => format!("finds sentences that {least} other documents have; silent without --corpus"),
            Told::Interrupted => "finds what a sentence of another document does not have; silent without --corpus".to_owned(),
        },
        Matcher::Variant { against: Authority::Corpus, .. } => {
            "finds a name that other documents spell in another way; silent without --corpus".to_owned()
        }
        Matcher::Variant { .. } => "finds a name that is spelt in two ways".to_owned(),
        Matcher::Script(_) => "finds letters of another script between square brackets".to_owned(),
        Matcher::UnclosedQuote => "finds an opening quotation mark that nothing closes".to_owned(),
        Matcher::StrayLine(Stray::Line) => "finds a line between paragraphs that shares no rare word with them".to_owned(),
        Matcher::StrayLine(Stray::RunOn) => "finds a headline run on with a sentence that shares no rare word with it".to_owned(),
        Matcher::StrayLine(Stray::Voice) => "finds sentences and lines in which the page speaks to its readers".to_owned(),
        Matcher::StrayLine(Stray::Again) => "finds a paragraph that stands in the text already".to_owned(),
        Matcher::StrayLine(Stray::Beside) => "finds short lines beside those that other rules take out".to_owned(),
        Matcher::Repair(_) => "undoes damage, before anything else is looked for".to_owned(),
    });
    let listed = |title: &str, list: &[unspin::rules::text::Text]| (!list.is_empty()).then(|| format!("{title} {}", list.join("; ")));
    lines.extend(listed("not in", &rule.unless));
    lines.extend(listed("only in", &rule.only));
    lines.extend(match rule.fix.first().map(AsRef::as_ref) {
        None => None,
        Some("") => Some("takes it out".to_owned()),
        Some(_) => Some(format!("puts in “{}”", rule.fix.join("”, “"))),
    });
    lines.extend(rule.needs.map(|it| match it {
        Sign::Spun => "silent unless the document, or its part, is convicted as spun".to_owned(),
        Sign::Translated => "silent unless the document, or its part, is convicted as translated".to_owned(),
        Sign::Page => "evidence that the page speaks to its readers".to_owned(),
    }));
    let trusted = match &rule.matcher {
        Matcher::Swap(_) => "confidence from word frequencies and the document’s rate of swaps".to_owned(),
        _ => format!("{}, confidence {}", rule.applicability.as_str(), rule.confidence),
    };
    lines.push(trusted);
    lines.push(String::new());
    lines.extend(rule.bad.iter().map(|(before, after)| format!("  - {before}\n  + {after}")));
    lines.extend(rule.ok.iter().map(|it| format!("  = {it}")));
    format!("{}\n", lines.join("\n"))
}
