//! `unspin verify`: a run done again by its manifest, and whether it comes out the same.

use std::{collections::BTreeMap, io::Write as _, path::Path};

use anyhow::{Context as _, bail};
use clap::Parser as _;

use crate::{
    args::{Args, Color, Command, Common, VerifyArgs},
    check, fix,
    manifest::{Hashed, Manifest, methods},
    output::{Done, Output, counted, grouped},
    recording, score,
};

pub fn run(args: &VerifyArgs) -> anyhow::Result<Done> {
    let then = Manifest::read(&args.manifest)?;
    if args.methods {
        let mut out = Output::new(args.color);
        writeln!(out, "{}", methods(&then))?;
        out.flush()?;
        return Ok(Done::Nothing);
    }
    let folder = tempfile::tempdir().context("no room for a second run")?;
    again(&then, args, folder.path()).with_context(|| format!("{}: the run cannot be done again", args.manifest.display()))?;
    let now = Manifest::read(&folder.path().join(MANIFEST))?;
    let differences = differences(&then, &now);
    let mut out = Output::new(args.color);
    if differences.is_empty() {
        let (inputs, outputs) = (counted(then.inputs.len(), "input"), counted(then.outputs.len(), "output"));
        writeln!(out, "identical: {inputs}, {outputs} and all counts")?;
    } else {
        writeln!(out, "not identical:")?;
        for it in &differences {
            writeln!(out, "  {}", unspin::diff::printable(it))?;
        }
    }
    for it in causes(&then, &now) {
        writeln!(out, "note: {}", unspin::diff::printable(&it))?;
    }
    writeln!(out, "\n{}", methods(&then))?;
    out.flush()?;
    Ok(if differences.is_empty() { Done::Nothing } else { Done::Something })
}

const MANIFEST: &str = "run.json";

/// Does the run again; what it writes goes into a folder.
fn again(then: &Manifest, args: &VerifyArgs, folder: &Path) -> anyhow::Result<()> {
    let words = ["unspin"].into_iter().chain(then.command.iter().map(String::as_str));
    let command = Args::try_parse_from(words).map_err(|it| anyhow::anyhow!("{}", it.to_string().trim()))?.command;
    let manifest = Some(folder.join(MANIFEST));
    let quieten = |common: &mut Common| {
        common.shared.jobs = args.jobs;
        // What was found before proves nothing.
        common.cache = None;
        common.shared.color = if common.shared.color == Color::Always { Color::Always } else { Color::Never };
    };
    recording::silence();
    match command {
        Command::Fix(mut it) => {
            quieten(&mut it.common);
            it.common.shared.quiet = true;
            it.manifest = manifest;
            if !it.dry_run {
                (it.out, it.in_place) = (Some(folder.join("out")), false);
            }
            it.drop_to = it.drop_to.map(|_| folder.join("dropped"));
            it.report = it.report.map(|_| folder.join("report"));
            fix::run(&it)?;
        }
        Command::Check(mut it) => {
            quieten(&mut it.common);
            it.manifest = manifest;
            it.output = it.output.map(|_| folder.join("output"));
            for (index, target) in it.format.iter_mut().enumerate().filter(|it| it.1.file.is_some()) {
                target.file = Some(folder.join(format!("format-{index}")));
            }
            check::run(&it)?;
        }
        Command::Score(mut it) => {
            quieten(&mut it.common);
            it.manifest = manifest;
            score::run(&it)?;
        }
        _ => bail!("it is none of check, fix and score"),
    }
    Ok(())
}

/// Where a run came out otherwise.
fn differences(then: &Manifest, now: &Manifest) -> Vec<String> {
    let mut found = unlike("input", &then.inputs, &now.inputs);
    found.extend(unlike("output", &then.outputs, &now.outputs));
    let (before, after) = (&then.counts, &now.counts);
    let counts = [
        ("documents", before.documents, after.documents),
        ("records that could not be read", before.unreadable, after.unreadable),
        ("findings", before.findings, after.findings),
        ("edits", before.edits, after.edits),
        ("characters fewer", before.removed, after.removed),
    ];
    found.extend(counts.into_iter().filter(|it| it.1 != it.2).map(|(what, then, now)| was(what, then, now)));
    for (what, then, now) in [
        ("documents", &before.by_verdict, &after.by_verdict),
        ("documents", &before.by_action, &after.by_action),
        ("by the rule", &before.by_rule, &after.by_rule),
    ] {
        found.extend(recounted(what, then, now));
    }
    found
}

fn was(what: &str, then: usize, now: usize) -> String {
    format!("{what}: {} then, {} now", grouped(then), grouped(now))
}

fn recounted<'m>(what: &str, then: &'m BTreeMap<String, usize>, now: &'m BTreeMap<String, usize>) -> Vec<String> {
    let of = |map: &BTreeMap<String, usize>, key: &String| map.get(key).copied().unwrap_or_default();
    let mut keys: Vec<&String> = then.keys().chain(now.keys()).collect();
    keys.sort();
    keys.dedup();
    let unlike = keys.into_iter().filter(|key| of(then, key) != of(now, key));
    unlike.map(|key| was(&format!("{what} {key}"), of(then, key), of(now, key))).collect()
}

/// What may have made it come out otherwise, and did not have to.
fn causes(then: &Manifest, now: &Manifest) -> Vec<String> {
    let mut found = Vec::new();
    if then.unspin != now.unspin {
        found.push(format!("made by unspin {}, done again by {}", then.unspin, now.unspin));
    }
    let keys = then.data.keys().filter(|it| then.data.get(*it) != now.data.get(*it));
    found.extend(keys.map(|it| format!("{it} of the program: others than then")));
    if then.settings != now.settings {
        found.push("settings: others than then".to_owned());
    }
    found.extend(unlike("read", &then.read, &now.read));
    found
}

/// What of some files is not as it was. They are known by their roles, and those of one role by where they are or in what order.
fn unlike(what: &str, then: &[Hashed], now: &[Hashed]) -> Vec<String> {
    let known = |files: &[Hashed]| {
        let mut seen = BTreeMap::<String, usize>::new();
        let mut known = BTreeMap::new();
        for it in files {
            let mut name = it.role.clone();
            if what != "output" {
                name = format!("{} {}", it.role, it.file.as_deref().unwrap_or_default());
            }
            let count = seen.entry(name.clone()).or_default();
            *count += 1;
            known.insert((name, *count), it.clone());
        }
        known
    };
    let (then, now) = (known(then), known(now));
    let mut found = Vec::new();
    for (key, before) in &then {
        match now.get(key) {
            None => found.push(format!("{}: not there now", key.0)),
            Some(it) if it.sha256 != before.sha256 => {
                let lengths = format!("{} bytes then, {} now", before.bytes, it.bytes);
                found.push(format!("{}: other bytes ({lengths})", key.0));
            }
            Some(_) => {}
        }
    }
    found.extend(now.keys().filter(|it| !then.contains_key(it)).map(|it| format!("{}: not there then", it.0)));
    found
}
