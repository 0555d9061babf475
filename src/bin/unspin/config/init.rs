//! `unspin init`: a commented configuration that fits what lies here.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
};

use ignore::WalkBuilder;

use super::{NAME, vacant};
use crate::{
    args::InitArgs,
    inputs::{plain, reason},
    output::{Done, counted, remark},
};

/// What lies in a folder.
#[derive(Debug, Default)]
struct Seen {
    /// Files of running text.
    texts: usize,
    /// Folders with such files, and how many.
    folders: BTreeMap<PathBuf, usize>,
    /// The first data set.
    set: Option<PathBuf>,
    sets: usize,
    /// Fields of its first record that look like texts, and one that looks like a name of the record.
    fields: Vec<String>,
    id: Option<String>,
    /// Folders of rules.
    rules: Vec<PathBuf>,
}

/// So many files are looked at; a configuration does not get better by more.
const LOOKED_AT: usize = 100_000;

pub fn run(args: &InitArgs) -> anyhow::Result<Done> {
    let folder = &args.folder;
    let path = plain(&folder.join(NAME));
    vacant(&path)?;
    let seen = look(folder);
    fs::write(&path, seen.configuration()).map_err(|it| anyhow::anyhow!("{}: {}", path.display(), reason(&it)))?;
    if !args.quiet {
        remark(&format_args!("{}: made for {}\n{}", path.display(), seen.told(), seen.next()));
    }
    Ok(Done::Nothing)
}

fn look(folder: &Path) -> Seen {
    let mut seen = Seen::default();
    for entry in WalkBuilder::new(folder).sort_by_file_name(Ord::cmp).build().flatten().take(LOOKED_AT) {
        let path = entry.path();
        if !entry.file_type().is_some_and(|it| it.is_file()) {
            continue;
        }
        let below = path.strip_prefix(folder).unwrap_or(path);
        match below.extension().and_then(|it| it.to_str()).unwrap_or_default() {
            "txt" | "text" | "md" | "markdown" => {
                seen.texts += 1;
                let top = below.components().next().filter(|_| below.components().count() > 1);
                *seen.folders.entry(top.map(|it| PathBuf::from(it.as_os_str())).unwrap_or_default()).or_default() += 1;
            }
            "jsonl" | "ndjson" | "csv" | "tsv" | "parquet" => {
                seen.sets += 1;
                if seen.set.is_none() {
                    seen.set = Some(below.to_owned());
                    seen.read_record(path);
                }
            }
            // A pack is a folder of rule files: PACK/FAMILY.toml.
            "toml" => {
                let rules = below.parent().and_then(Path::parent).filter(|it| !it.as_os_str().is_empty());
                let is_family = || fs::read_to_string(path).is_ok_and(|it| it.contains("[[rule]]") || it.contains("\nswaps ="));
                if let Some(rules) = rules.filter(|it| !seen.rules.iter().any(|known| known == it) && is_family()) {
                    seen.rules.push(rules.to_owned());
                }
            }
            _ => {}
        }
    }
    seen
}

impl Seen {
    /// Looks at the first record of a data set of lines.
    fn read_record(&mut self, path: &Path) {
        let mut line = String::new();
        if !path.extension().is_some_and(|it| it == "jsonl" || it == "ndjson") {
            return;
        }
        let Ok(file) = fs::File::open(path) else { return };
        let read = BufReader::new(file).read_line(&mut line);
        let Ok(serde_json::Value::Object(record)) = serde_json::from_str(&line) else { return };
        if read.is_err() {
            return;
        }
        let words = |it: &serde_json::Value| it.as_str().map_or(0, |it| it.split_whitespace().count());
        self.fields = record.iter().filter(|(_, it)| words(it) >= 12).map(|(name, _)| name.clone()).collect();
        self.id = ["id", "_id", "uid", "url", "doc_id"].into_iter().find(|it| record.contains_key(*it)).map(str::to_owned);
    }

    fn told(&self) -> String {
        let mut told = vec![counted(self.texts, "text file")];
        told.extend((self.sets > 0).then(|| counted(self.sets, "data set")));
        told.extend((!self.rules.is_empty()).then(|| counted(self.rules.len(), "folder of rules").replace("ruless", "rules")));
        told.join(", ")
    }

    fn next(&self) -> &'static str {
        if self.texts + self.sets == 0 {
            "next: put some texts here, then `unspin check`"
        } else {
            "next: `unspin check`; where much is found that will not be mended now, `unspin check --baseline unspin.baseline --update-baseline`"
        }
    }

    fn configuration(&self) -> String {
        let quoted = |it: &[String]| it.iter().map(|it| format!("{it:?}")).collect::<Vec<_>>().join(", ");
        let rules: Vec<String> = self.rules.iter().map(|it| it.display().to_string()).collect();
        let rules = if rules.is_empty() { "# rules = [\"house-rules\"]".to_owned() } else { format!("rules = [{}]", quoted(&rules)) };
        let fields =
            if self.fields.is_empty() { "# fields = [\"text\"]".to_owned() } else { format!("fields = [{}]", quoted(&self.fields)) };
        let id = self.id.as_ref().map_or_else(|| "# id = \"id\"".to_owned(), |it| format!("id = {it:?}"));
        let records = if self.set.is_some() { "[records]" } else { "# [records]" };
        let fields = if self.set.is_some() { fields } else { format!("# {}", fields.trim_start_matches("# ")) };
        let id = if self.set.is_some() { id } else { format!("# {}", id.trim_start_matches("# ")) };
        let largest = self.folders.iter().filter(|it| !it.0.as_os_str().is_empty()).max_by_key(|it| *it.1);
        let folder = largest.map_or_else(|| "articles".to_owned(), |it| it.0.display().to_string());
        TEMPLATE
            .replace("{rules}", &rules)
            .replace("{records}", records)
            .replace("{fields}", &fields)
            .replace("{id}", &id)
            .replace("{folder}", &folder)
    }
}

/// What is written; every line that says nothing new is a comment.
const TEMPLATE: &str = r#"# What unspin looks for in this folder and below. Flags have the last word;
# `unspin config --show PATH` prints what holds for a file, and why.

# Only rules below these prefixes are reported, or none below those.
# `unspin rules list` names them.
# select = ["spin", "translation"]
# ignore = ["spacing/case"]

# Rules of your own: folders of PACK/FAMILY.toml, relative to this file.
{rules}

# One document in 200 is taken for spun before it is read. Say so if it is more, or less.
# prior = 0.005

# Report nothing that is less sure, from 0 to 1.
# min_confidence = 0.5

# Words that no edit may replace; those without a capital in any case.
# protect = ["Navy Rowing"]

# `unspin check` fails from this severity on: info, warning, error.
# fail_on = "warning"

# What was found before, and is not to be told again: see `unspin check --help`.
# baseline = "unspin.baseline"

# Other documents that are asked for evidence: see `unspin corpus build --help`.
# corpus = "unspin.corpus"

# The severity and the least confidence of single rules, families or packs.
# [rule]
# "spacing" = { severity = "info" }
# "spin/war" = { min_confidence = 0.8 }

# In data sets: which fields hold texts, and which one names the record.
{records}
{fields}
{id}

# `unspin check` fails where more documents are convicted than chance explains.
# [gate]
# fail = "spun > 1%"
# warn = ["translated > 5%", "found > 20%"]
# min_documents = 100
# by = "domain"                  # and each source by itself
# profile = "profile.json"       # for `spun > profile + 1%`: more than before

# Other settings for some documents: by path, by a field of the record, or both.
# [[override]]
# paths = ["{folder}/drafts"]
# ignore = ["structure"]
#
# [[override]]
# where = { domain = "rowing.example" }
# protect = ["navy coaching"]
# prior = 0.001
"#;
