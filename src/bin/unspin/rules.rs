//! `unspin rules`: list, show and test; `stats` has a file of its own.

use std::{io::Write as _, sync::Arc};

use anyhow::bail;
use serde::Serialize;
use unspin::{diff::printable, examples};

use crate::{
    args::{Format, RulesArgs, RulesCommand, Shared},
    output::{Done, Output, counted},
    setup, stats,
};

pub fn run(args: &RulesArgs) -> anyhow::Result<Done> {
    match &args.command {
        RulesCommand::List { prefix, format, shared } => list(prefix, *format, shared),
        RulesCommand::Show { rule, shared } => show(rule, shared),
        RulesCommand::Test { shared } => test(shared),
        RulesCommand::Stats { decisions, without, format, color } => stats::run(decisions, without, *format, Output::new(*color)),
    }
}

/// A rule in a list.
#[derive(Serialize)]
struct Listed<'r> {
    rule: &'r str,
    version: u32,
    applicability: &'r str,
    summary: &'r str,
}

fn list(prefix: &str, format: Format, shared: &Shared) -> anyhow::Result<Done> {
    let (rules, _) = setup::rules(shared)?;
    let book = rules.book();
    let listed: Vec<Listed<'_>> = book
        .rules
        .iter()
        .filter(|it| prefix.is_empty() || it.id.is_below(prefix))
        .map(|it| Listed {
            rule: it.id.as_str(),
            version: it.version,
            applicability: it.applicability.as_str(),
            summary: &book.family(it).summary,
        })
        .collect();
    if listed.is_empty() {
        bail!("no rule is called `{prefix}`{}", setup::meant(prefix, book));
    }
    let mut out = Output::new(shared.color);
    match format {
        Format::Text => {
            for it in &listed {
                writeln!(out, "{}", it.rule)?;
            }
            if !shared.quiet {
                writeln!(out, "{}", counted(listed.len(), "rule"))?;
            }
        }
        Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(&listed)?)?,
        Format::Jsonl => {
            for it in &listed {
                writeln!(out, "{}", serde_json::to_string(it)?)?;
            }
        }
    }
    out.flush()?;
    Ok(Done::Nothing)
}

fn show(name: &str, shared: &Shared) -> anyhow::Result<Done> {
    let (rules, _) = setup::rules(shared)?;
    let book = rules.book();
    let Some(rule) = book.rules.iter().find(|it| it.id.as_str() == name) else {
        bail!("no rule is called `{name}`{}", setup::meant(name, book));
    };
    let whole = serde_json::json!({ "rule": rule, "family": book.family(rule) });
    let mut out = Output::new(shared.color);
    writeln!(out, "{}", serde_json::to_string_pretty(&whole)?)?;
    out.flush()?;
    Ok(Done::Nothing)
}

fn test(shared: &Shared) -> anyhow::Result<Done> {
    let (rules, own) = setup::rules(shared)?;
    let from = if own == rules.book().rules.len() { 0 } else { own };
    let outcome = examples::run(&Arc::new(rules), from);
    let mut out = Output::new(shared.color);
    for it in &outcome.failures {
        let wanted = it.expected.as_deref().unwrap_or("(left alone)");
        let shown = [("text", it.text.as_str()), ("wants", wanted), ("got", it.got.as_str())];
        writeln!(out, "{}", it.rule)?;
        for (what, text) in shown {
            writeln!(out, "  {what:<5} {}", printable(text))?;
        }
    }
    let failed = outcome.failures.len();
    if !shared.quiet || failed > 0 {
        writeln!(out, "{}: {} passed, {failed} failed", counted(outcome.run, "example"), outcome.run - failed.min(outcome.run))?;
    }
    out.flush()?;
    Ok(if failed > 0 { Done::Something } else { Done::Nothing })
}
