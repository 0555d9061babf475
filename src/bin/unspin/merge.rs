//! `unspin decisions merge`: how far reviewers agree, and what they decided together.

use std::{
    collections::BTreeSet,
    io::Write as _,
    path::{Path, PathBuf},
};

use serde::Serialize;
use unspin::{
    decision::{Decision, Decisions, agreement},
    diff::printable,
};

use crate::{
    args::{Color, DecisionsArgs, DecisionsCommand, SummaryFormat},
    decisions,
    inputs::reason,
    output::{Done, Output, complain, counted},
};

/// How far two files agree.
#[derive(Serialize)]
struct Compared {
    a: String,
    b: String,
    both: usize,
    alike: usize,
    share: Option<f64>,
    kappa: Option<f64>,
    disputes: Vec<Dispute>,
}

/// A proposal that two files do not decide alike.
#[derive(Serialize)]
struct Dispute {
    key: String,
    file: String,
    text: String,
    proposed: Option<String>,
    a: String,
    b: String,
}

pub fn run(args: &DecisionsArgs) -> anyhow::Result<Done> {
    let DecisionsCommand::Merge { files, output, format } = &args.command;
    let read: Vec<(&PathBuf, Vec<Decision>)> =
        files.iter().map(|it| Ok((it, decisions::read_all(std::slice::from_ref(it))?))).collect::<anyhow::Result<_>>()?;
    let pairs = read.iter().enumerate().flat_map(|(at, a)| read[at + 1..].iter().map(move |b| (a, b)));
    let compared: Vec<Compared> = pairs.map(|(a, b)| compare((a.0, &a.1), (b.0, &b.1))).collect();
    let mut out = Output::new(Color::Never);
    for it in &compared {
        match format {
            SummaryFormat::Text => write!(out, "{}", it.text())?,
            SummaryFormat::Json => writeln!(out, "{}", serde_json::to_string(it)?)?,
        }
    }
    out.flush()?;
    let disputed: BTreeSet<&str> = compared.iter().flat_map(|it| &it.disputes).map(|it| it.key.as_str()).collect();
    if !disputed.is_empty() {
        if output.is_some() {
            complain("not merged: let the reviewers settle what they do not agree on, and merge again");
        }
        return Ok(Done::Something);
    }
    if let Some(path) = output {
        let all = Decisions::new(read.into_iter().flat_map(|it| it.1), &decisions::today());
        write(path, all.all())?;
        writeln!(out, "{} written to {}", counted(all.all().len(), "decision"), path.display())?;
        out.flush()?;
    }
    Ok(Done::Nothing)
}

fn write(path: &Path, decisions: &[Decision]) -> anyhow::Result<()> {
    let mut lines = Vec::new();
    for it in decisions {
        serde_json::to_writer(&mut lines, it)?;
        lines.push(b'\n');
    }
    let failed = |it: std::io::Error| anyhow::anyhow!("cannot write {}: {}", path.display(), reason(&it));
    crate::drafts::put(path, &lines).map_err(failed)
}

fn compare(a: (&PathBuf, &[Decision]), b: (&PathBuf, &[Decision])) -> Compared {
    let it = agreement(a.1, b.1);
    let said = |it: &Decision| match &it.replacement {
        Some(replacement) if it.proposed.as_ref() != Some(replacement) => format!("{} “{replacement}”", it.decision.as_str()),
        _ => it.decision.as_str().to_owned(),
    };
    let dispute = |(a, b): &(&Decision, &Decision)| Dispute {
        key: a.key.clone(),
        file: a.file.clone(),
        text: a.text.clone(),
        proposed: a.proposed.clone(),
        a: said(a),
        b: said(b),
    };
    Compared {
        a: a.0.display().to_string(),
        b: b.0.display().to_string(),
        both: it.both,
        alike: it.alike,
        share: it.share(),
        kappa: it.kappa,
        disputes: it.disputes.iter().map(dispute).collect(),
    }
}

impl Compared {
    fn text(&self) -> String {
        let figure = |it: Option<f64>| it.map_or_else(|| "–".to_owned(), |it| format!("{it:.2}"));
        let mut lines = vec![format!(
            "{} and {}: {} settled by both, {} alike (share {}, Cohen’s kappa {})",
            self.a,
            self.b,
            counted(self.both, "proposal"),
            self.alike,
            figure(self.share),
            figure(self.kappa)
        )];
        let line = |it: &Dispute| {
            let proposed = it.proposed.as_deref().unwrap_or_default();
            format!("  {} {} “{}” → “{proposed}”: {}, {}", it.key, it.file, it.text, it.a, it.b)
        };
        lines.extend(self.disputes.iter().map(line));
        lines.iter().map(|it| printable(it) + "\n").collect()
    }
}
