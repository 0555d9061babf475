//! Flags to a cleaner: rules of one's own, selection.

use std::path::PathBuf;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use anyhow::bail;
use unspin::{
    Cleaner, Context, Form, Known, Law, Options, Policy, Prior, QuoteMarks, Quotes, Rules, Thresholds, embedded,
    rules::{
        file::nearest,
        load::{LoadError, load, read_folder},
        rule::Rulebook,
    },
};

use crate::{
    args::{Assumed, Color, Common, Marks, NormalForm, Shared},
    output::complain,
};

/// The shipped rules and those of the folders behind them; and where the latter begin.
pub fn rules(shared: &Shared) -> anyhow::Result<(Rules, usize)> {
    let mut known = embedded::rulebook();
    let shipped = known.rules.len();
    for folder in &shared.rules {
        let sources = read_folder(folder)?;
        match load(sources, &known, embedded::frequencies()) {
            Ok(own) => known.append(own),
            Err(error) => bail!("{}", told(&error, shared.color)),
        }
    }
    Ok((Rules::indexed(known, embedded::index()), shipped))
}

/// Mistakes in rule files as a compiler shows them; the last line counts them.
fn told(error: &LoadError, color: Color) -> String {
    let terminal = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let plain = color == Color::Never || color == Color::Auto && !terminal;
    let renderer = if plain { Renderer::plain() } else { Renderer::styled() };
    let mut count = 0;
    for (source, mistakes) in &error.files {
        for mistake in mistakes {
            count += 1;
            let path = source.path.display().to_string();
            let place = mistake.place.start.min(source.text.len())..mistake.place.end.min(source.text.len());
            let snippet = Snippet::source(&source.text).path(&path).annotation(AnnotationKind::Primary.span(place));
            let mut group = Level::ERROR.primary_title(&mistake.message).element(snippet);
            if let Some(help) = &mistake.help {
                group = group.element(Level::HELP.message(help));
            }
            crate::output::remark(&format_args!("{}\n", renderer.render(&[group])));
        }
    }
    let files = error.files.len();
    format!("{} in {} of rules", crate::output::counted(count, "mistake"), crate::output::counted(files, "file"))
}

/// The cleaner that the flags ask for.
pub fn cleaner(common: &Common) -> anyhow::Result<Cleaner> {
    let (rules, own) = rules(&common.shared)?;
    for prefix in common.select.iter().chain(&common.ignore) {
        check_prefix(prefix, rules.book())?;
    }
    let quotes = if common.edit_quotes { Quotes::Edited } else { Quotes::Locked };
    if !common.shared.rules.is_empty() {
        warn_of_failing_examples(&common.shared.rules, &rules, own);
    }
    let thresholds = common.min_confidence.map(Thresholds::from).unwrap_or_default();
    let context = if common.no_context { Context::Ignored } else { Context::Read };
    let prior = common.prior.map(Prior::of).unwrap_or_default();
    let law = Law { quotes, thresholds, context, prior };
    let options =
        Options { law, select: common.select.clone(), ignore: common.ignore.clone(), policy: policy(common), ..Options::default() };
    Ok(Cleaner::with(rules, options))
}

fn policy(common: &Common) -> Policy {
    let quotes = match common.quote_marks {
        Marks::Keep => QuoteMarks::Kept,
        Marks::Straighten => QuoteMarks::Straight,
        Marks::Curl => QuoteMarks::Curly,
    };
    let form = match common.normal_form {
        None => Form::Composed,
        Some(NormalForm::Nfc) => Form::Nfc,
        Some(NormalForm::Nfd) => Form::Nfd,
        Some(NormalForm::Nfkc) => Form::Nfkc,
        Some(NormalForm::Nfkd) => Form::Nfkd,
    };
    Policy { quotes, form, ..Policy::default() }
}

/// A user's rules are checked by their own examples before they are trusted.
fn warn_of_failing_examples(folders: &[PathBuf], rules: &Rules, own: usize) {
    let outcome = unspin::examples::run(rules.book(), own);
    if !outcome.failures.is_empty() {
        let folders: Vec<String> = folders.iter().map(|it| it.display().to_string()).collect();
        let count = crate::output::counted(outcome.failures.len(), "example");
        complain(&format!(
            "{count} of {} not as promised: see `unspin rules test --rules {}`",
            folders.join(", "),
            folders.join(" --rules ")
        ));
    }
}

fn check_prefix(prefix: &str, book: &Rulebook) -> anyhow::Result<()> {
    if book.rules.iter().any(|it| it.id.is_below(prefix)) {
        return Ok(());
    }
    bail!("no rule is called `{prefix}`{}", meant(prefix, book));
}

/// “; did you mean …?” where a rule, a family or a pack is called nearly so.
pub fn meant(name: &str, book: &Rulebook) -> String {
    let packs = book.packs.iter().map(|it| it.name.as_ref());
    let families = book.families.iter().map(|it| it.id.as_ref());
    let rules = book.rules.iter().map(|it| it.id.as_str());
    nearest(name, packs.chain(families).chain(rules)).map_or_else(String::new, |it| format!("; did you mean `{it}`?"))
}

/// The verdict that the flags set for every document.
pub fn assumed(common: &Common) -> Option<Known> {
    common.assume.map(known)
}

/// A verdict that is taken for granted.
pub fn known(assumed: Assumed) -> Known {
    match assumed {
        Assumed::Spun => Known::spun(),
        Assumed::Translated => Known::translated(),
        Assumed::Clean => Known::clean(),
    }
}
