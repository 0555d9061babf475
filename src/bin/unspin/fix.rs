//! `unspin fix`: what is proposed is applied.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use serde::Serialize;
use unspin::{Applicability, Fixed, Spelling, Zone, report::Origin};

use crate::{
    args::{FixArgs, SummaryFormat},
    inputs::{self, Input, plain, reason},
    interrupt,
    ledgers::{self, Writer},
    memory::Memory,
    output::{Done, Output, complain, counted, remark},
    setup::Courts,
};

/// What was done, or would be.
#[derive(Debug, Default, Serialize)]
struct Summary {
    documents: usize,
    changed: usize,
    edits: usize,
    /// Edits of words inside direct speech.
    edits_in_quotes: usize,
    by_rule: BTreeMap<String, usize>,
    #[serde(skip)]
    changes: BTreeMap<(String, String), usize>,
    most_frequent: Vec<Change>,
    ledger: Option<String>,
}

/// A change and how often it is made.
#[derive(Debug, Serialize)]
struct Change {
    before: String,
    after: String,
    count: usize,
}

/// How many rules and changes are listed.
const LISTED: usize = 20;

pub fn run(args: &FixArgs) -> anyhow::Result<Done> {
    let common = &args.common;
    let spelling = if args.to_utf8 { Spelling::Utf8 } else { Spelling::AsFound };
    let courts = Courts::new(common, spelling)?;
    let (documents, mut failed) = inputs::find(&common.paths);
    let memory = Memory::near(&common.paths);
    let memory = Memory { decided: memory.decided.sparing_edited(), ..memory };
    let applicability = if args.with_unsafe { Applicability::Unsafe } else { Applicability::Safe };
    let mut summary = Summary::default();
    let mut out = Output::new(common.shared.color);
    let piped = documents.iter().any(|it| it.path.is_none());
    let mut target = Target::new(args, rules_hash(courts.rules()))?;
    if let Err(problem) = target.claim(&documents) {
        anyhow::bail!(problem);
    }
    if !args.dry_run && documents.iter().any(|it| it.path.is_some()) {
        interrupt::heed();
    }
    let act = |input: &Input, raw: Vec<u8>| {
        let fixed = courts.over_file(&input.name).fix(&Origin::file(&input.name), &raw, &memory, applicability);
        (raw, fixed)
    };
    let mut written = true;
    failed |= inputs::work(&documents, common.shared.jobs, act, |input, (raw, fixed)| {
        if let (None, false) = (&input.path, args.dry_run) {
            out.write_all(&fixed.bytes)?;
        } else if let Err(error) = target.write(input, &raw, &fixed) {
            if target.ledger.is_closed() {
                return Err(error);
            }
            complain(&format!("{}: {error:#}", input.name));
            written = false;
            return Ok(());
        }
        summary.add(&fixed);
        Ok(())
    })?;
    summary.finish(target.ledger().filter(|_| summary.changed > 0));
    if !common.shared.quiet {
        // Standard output holds the text where it was asked for; the summary goes beside it.
        if piped && !args.dry_run {
            remark(&format_args!("{}", summary.text(args)));
        } else {
            match args.format {
                SummaryFormat::Text => writeln!(out, "{}", summary.text(args))?,
                SummaryFormat::Json => writeln!(out, "{}", serde_json::to_string(&summary)?)?,
            }
        }
    }
    out.flush()?;
    Ok(if failed || !written { Done::Failed } else { Done::Nothing })
}

/// The rules in force, as a ledger names them.
pub fn rules_hash(rules: &unspin::Rules) -> String {
    let rules = rules.book().rules.iter();
    let listed: String = rules.map(|it| format!("{} {}\n", it.id, it.version)).collect();
    unspin::ledger::content_hash(listed.as_bytes())[..16].to_owned()
}

/// Where the corrected documents go.
struct Target {
    out: Option<PathBuf>,
    dry_run: bool,
    ledger: Writer,
}

impl Target {
    fn new(args: &FixArgs, rules: String) -> anyhow::Result<Self> {
        if let Some(folder) = &args.out {
            fs::create_dir_all(folder).map_err(|it| anyhow::anyhow!("--out {}: {}", folder.display(), no_folder(&it)))?;
        }
        let root = args.out.clone().unwrap_or_else(|| PathBuf::from("."));
        Ok(Self { out: args.out.clone(), dry_run: args.dry_run, ledger: Writer::new(&root, rules) })
    }

    /// Two documents must not go to one place, and none back over its original.
    fn claim(&self, documents: &[Input]) -> Result<(), String> {
        let Some(folder) = &self.out else { return Ok(()) };
        let mut places: BTreeMap<PathBuf, &Input> = BTreeMap::new();
        for input in documents.iter().filter(|it| it.path.is_some()) {
            let place = plain(&folder.join(&input.below));
            let same = |path: &Path| fs::canonicalize(path).ok();
            if same(&place).is_some() && same(&place) == input.path.as_deref().and_then(same) {
                return Err(format!("{}: --out names the folder that it is in; leave --out away to change it in place", input.name));
            }
            if let Some(first) = places.insert(place.clone(), input) {
                return Err(format!("{} and {} would both be written to {}", first.name, input.name, place.display()));
            }
        }
        Ok(())
    }

    fn write(&mut self, input: &Input, raw: &[u8], fixed: &Fixed) -> anyhow::Result<()> {
        let Some(path) = input.path.as_ref().filter(|_| !self.dry_run) else { return Ok(()) };
        let changed = raw != fixed.bytes;
        let place = match &self.out {
            Some(folder) => plain(&folder.join(&input.below)),
            None if changed => path.clone(),
            None => return Ok(()),
        };
        let failed = |it: io::Error| anyhow::anyhow!("cannot write {}: {}", place.display(), reason(&it));
        ledgers::replaceable(&place).map_err(failed)?;
        // The ledger's entry and the file go together.
        let mut hold = interrupt::hold();
        if changed {
            self.ledger.add(&place, raw, fixed)?;
            *hold = self.ledger();
        }
        if let Some(folder) = place.parent().filter(|_| self.out.is_some()) {
            fs::create_dir_all(folder).map_err(|it| anyhow::anyhow!("{}: {}", folder.display(), reason(&it)))?;
        }
        ledgers::replace(&place, &fixed.bytes, path).map_err(failed)
    }

    fn ledger(&self) -> Option<String> {
        self.ledger.path().map(|it| plain(it).display().to_string())
    }
}

/// Why a folder cannot be made, and what to do.
fn no_folder(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AlreadyExists => "a file, and --out takes a folder; name another, it is made where there is none".to_owned(),
        io::ErrorKind::NotADirectory => "it lies below a file; name a folder, it is made where there is none".to_owned(),
        _ => reason(error),
    }
}

impl Summary {
    fn add(&mut self, fixed: &Fixed) {
        let plan = &fixed.checked.plan;
        let text = fixed.checked.document.text();
        self.documents += 1;
        self.changed += usize::from(!plan.patch.is_empty());
        for finding in &plan.applied {
            self.edits += 1;
            self.edits_in_quotes += usize::from(finding.zone == Zone::Quote);
            *self.by_rule.entry(finding.rule.to_string()).or_default() += 1;
            if let Some(edit) = finding.fix.as_ref().and_then(|it| it.edits.last()) {
                let before = text[edit.span.range()].to_owned();
                *self.changes.entry((before, edit.replacement.clone())).or_default() += 1;
            }
        }
    }

    fn finish(&mut self, ledger: Option<String>) {
        let mut changes: Vec<_> = std::mem::take(&mut self.changes).into_iter().collect();
        changes.sort_by(|(a, a_count), (b, b_count)| b_count.cmp(a_count).then(a.cmp(b)));
        let listed = changes.into_iter().take(LISTED);
        self.most_frequent = listed.map(|((before, after), count)| Change { before, after, count }).collect();
        self.ledger = ledger;
    }

    fn text(&self, args: &FixArgs) -> String {
        let would = if args.dry_run { "would be changed" } else { "changed" };
        let quotes = if self.edits_in_quotes > 0 { format!(", {} of them in quotations", self.edits_in_quotes) } else { String::new() };
        let mut lines =
            vec![format!("{} of {} {would}: {}{quotes}", self.changed, counted(self.documents, "document"), counted(self.edits, "edit"))];
        if args.dry_run {
            let mut rules: Vec<_> = self.by_rule.iter().collect();
            rules.sort_by(|(a, a_count), (b, b_count)| b_count.cmp(a_count).then(a.cmp(b)));
            lines.extend(rules.iter().take(LISTED).map(|(rule, count)| format!("{count:>7}  {rule}")));
            lines.extend((rules.len() > LISTED).then(|| format!("         and {} more", counted(rules.len() - LISTED, "rule"))));
            let shown = |it: &str| unspin::diff::printable(it);
            lines.extend(self.most_frequent.iter().map(|it| format!("{:>7}  “{}” → “{}”", it.count, shown(&it.before), shown(&it.after))));
        }
        lines.extend(self.ledger.as_ref().map(|it| format!("to take it back: unspin revert {it}")));
        lines.join("\n")
    }
}
