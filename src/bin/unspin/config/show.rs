//! `unspin config --show`: what holds for a document, and who says so.

use std::{io::Write as _, path::Path};

use clap::ValueEnum;
use unspin::report::Origin;

use super::{
    Config,
    layer::{Held, Layer, Source},
};
use crate::{
    args::ConfigArgs,
    gate::MIN_DOCUMENTS,
    inputs::{is_set, plain},
    output::{Done, Output},
    setup,
};

pub fn run(args: &ConfigArgs) -> anyhow::Result<Done> {
    let config = Config::of(&args.shared)?;
    let (rules, _) = setup::rules(&args.shared)?;
    config.check(rules.book(), &args.shared)?;
    let origin = args.path.as_ref().map(|it| Origin::file(plain(it).display().to_string()));
    let overrides = origin.as_ref().map_or_else(Vec::new, |it| config.overrides(it, &|_| None));
    let mut out = Output::new(args.shared.color);
    let mut lines = match &config.path {
        Some(path) => vec![format!("# from {}", path.display())],
        None => vec!["# no unspin.toml here or further up: `unspin init` writes one".to_owned()],
    };
    for &it in &overrides {
        lines.push(format!("# with the override of line {}", config.written.overrides[it].line));
    }
    for it in origin.iter().filter(|it| is_set(Path::new(&it.file))).flat_map(|it| config.named(it)).filter(|it| !overrides.contains(it)) {
        lines.push(format!("# some of its records have the override of line {}", config.written.overrides[it].line));
    }
    let left = config.written.overrides.len() - overrides.len();
    if left > 0 && origin.is_none() {
        lines.push(format!("# {left} of its overrides hold for some documents only: name a path to see what holds there"));
    }
    lines.extend(of_layer(&config.layer(&overrides)));
    lines.extend(of_file(&config));
    for line in lines {
        writeln!(out, "{}", unspin::diff::printable(&line))?;
    }
    out.flush()?;
    Ok(Done::Nothing)
}

/// A line of the listing: a key, its value, and who set it.
fn line(key: &str, value: &str, from: Option<Source>) -> String {
    let from = from.map_or_else(|| "default".to_owned(), |it| it.to_string());
    format!("{:<52} # {from}", format!("{key} = {value}"))
}

fn one<T>(key: &str, held: Option<&Held<T>>, default: &str, shown: impl Fn(&T) -> String) -> String {
    line(key, &held.map_or_else(|| default.to_owned(), |it| shown(&it.value)), held.map(|it| it.from))
}

/// A list of which every member may have been said elsewhere.
fn list(key: &str, held: &[Held<String>]) -> Vec<String> {
    if held.is_empty() {
        return vec![line(key, "[]", None)];
    }
    let members = held.iter().map(|it| format!("{:<52} # {}", format!("  {:?},", it.value), it.from));
    [format!("{key} = [")].into_iter().chain(members).chain(["]".to_owned()]).collect()
}

fn word<T: ValueEnum>(value: &T) -> String {
    value.to_possible_value().map_or_else(String::new, |it| format!("{:?}", it.get_name()))
}

fn of_layer(layer: &Layer) -> Vec<String> {
    let mut lines = vec![one("select", layer.select.as_ref(), "[]", |it| format!("{it:?}"))];
    lines.extend(list("ignore", &layer.ignore));
    lines.push(one("min_confidence", layer.min_confidence.as_ref(), "0.0", |it| it.fraction().to_string()));
    lines.push(one("prior", layer.prior.as_ref(), "0.005", |it| it.fraction().to_string()));
    lines.extend(layer.assume.as_ref().map(|it| one("assume", Some(it), "", word)));
    lines.push(one("edit_quotes", layer.edit_quotes.as_ref(), "false", ToString::to_string));
    lines.push(one("context", layer.context.as_ref(), "true", ToString::to_string));
    lines.push(one("quote_marks", layer.quote_marks.as_ref(), "\"keep\"", word));
    lines.extend(layer.normal_form.as_ref().map(|it| one("normal_form", Some(it), "", word)));
    lines.extend(list("protect", &layer.protect));
    for rule in &layer.rules {
        let key = |what: &str| format!("rule.{:?}.{what}", rule.prefix);
        let severity = |it: &unspin::Severity| format!("{:?}", it.as_str());
        lines.extend(rule.severity.as_ref().map(|it| one(&key("severity"), Some(it), "", severity)));
        lines.extend(rule.min_confidence.as_ref().map(|it| one(&key("min_confidence"), Some(it), "", |it| it.fraction().to_string())));
    }
    lines
}

fn of_file(config: &Config) -> Vec<String> {
    let written = &config.written;
    let mut lines = list("rules", &written.rules);
    lines.extend(list("records.fields", &written.records.fields));
    lines.extend(written.records.id.as_ref().map(|it| one("records.id", Some(it), "", |it| format!("{it:?}"))));
    lines.push(one("fail_on", written.fail_on.as_ref(), "\"warning\"", |it| format!("{:?}", it.as_str())));
    lines.extend(written.baseline.as_ref().map(|it| one("baseline", Some(it), "", |it| format!("{it:?}"))));
    lines.extend(written.corpus.as_ref().map(|it| one("corpus", Some(it), "", |it| format!("{it:?}"))));
    let limits = [("gate.fail", &written.gate.fail), ("gate.warn", &written.gate.warn)];
    for (key, limits) in limits.into_iter().filter(|it| !it.1.is_empty()) {
        let limits: Vec<String> = limits.iter().map(|it| format!("\"{it}\"")).collect();
        lines.push(format!("{key} = [{}]", limits.join(", ")));
    }
    if !written.gate.is_empty() {
        lines.push(format!("gate.min_documents = {}", written.gate.min_documents.unwrap_or(MIN_DOCUMENTS)));
        lines.extend(written.gate.by.as_ref().map(|it| format!("gate.by = {it:?}")));
        lines.extend(written.gate.profile.as_ref().map(|it| format!("gate.profile = {it:?}")));
    }
    lines
}
