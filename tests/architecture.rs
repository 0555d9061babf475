//! The layers of the library: a file uses only what stands in a layer before its own.
#![expect(clippy::disallowed_methods, reason = "this test reads the source")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use regex::Regex;

/// From the ground up. A name is a file without its ending, or a folder with all its files; the longest that fits counts.
/// Files of one layer do not use one another, save within a folder that stands here as one.
const LAYERS: [&[&str]; 33] = [
    &["span", "nats", "packed", "zone"],
    &["repair/step"],
    &["edit"],
    &["finding"],
    &["terms"],
    &["document", "language", "records", "corpus"],
    &["decode"],
    &["segment"],
    &["repair"],
    &["diff"],
    &["rules/evidence", "rules/file", "rules/pattern", "rules/signs", "rules/table", "rules/template", "rules/text"],
    &["rules/rule"],
    &["rules/forms"],
    &["rules/load"],
    // A matcher takes a parsed pattern and tokens; it knows no rules.
    &["matchers"],
    &["rules"],
    &["embedded"],
    &["admit"],
    &["sighting"],
    &["seam", "structure"],
    &["context", "spelling"],
    &["weigh"],
    &["judge"],
    &["resolve"],
    &["view"],
    &["cleaner"],
    &["ledger", "examples", "stored"],
    &["learn"],
    &["report"],
    &["decision"],
    &["review", "audit", "page"],
    &["profile"],
    // The public names.
    &["lib"],
];

/// Modules that use one another, though no file of either does: `rules` compiles with `matchers`, which read `rules::pattern`.
const KNOWN_CIRCLES: [(&str, &str); 1] = [("matchers", "rules")];

#[test]
fn no_file_uses_a_layer_above_its_own() {
    let mut wrong = Vec::new();
    for (file, used) in imports() {
        let own = layer(&file).unwrap_or_else(|| panic!("src/{file}.rs is in no layer: give it a place in LAYERS"));
        for it in used {
            let other = layer(&it).unwrap_or_else(|| panic!("src/{file}.rs uses `crate::{it}`, which is in no layer"));
            let same_folder = own == other && name_in(own, &file) == name_in(other, &it);
            if other >= own && !same_folder {
                wrong.push(format!("src/{file}.rs uses `crate::{}`", it.replace('/', "::")));
            }
        }
    }
    assert!(wrong.is_empty(), "imports that go upward:\n{}", wrong.join("\n"));
}

#[test]
fn no_two_modules_use_one_another() {
    let module = |path: &str| path.split('/').next().expect("a path has a first part").to_owned();
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (file, used) in imports() {
        uses.entry(module(&file)).or_default().extend(used.iter().map(|it| module(it)).filter(|it| *it != module(&file)));
    }
    let reached = |from: &str| {
        let (mut seen, mut open) = (BTreeSet::new(), vec![from.to_owned()]);
        while let Some(it) = open.pop() {
            open.extend(uses.get(&it).into_iter().flatten().filter(|it| seen.insert((*it).clone())).cloned());
        }
        seen
    };
    let circles: Vec<(&str, &str)> = uses
        .keys()
        .flat_map(|a| uses.keys().filter(move |b| a < *b).map(move |b| (a.as_str(), b.as_str())))
        .filter(|(a, b)| reached(a).contains(*b) && reached(b).contains(*a))
        .collect();
    assert_eq!(circles, KNOWN_CIRCLES);
}

/// Every file of the library with what it names by `crate::…` outside its own tests: `language::case::carry_case` is `language/case`.
fn imports() -> BTreeMap<String, BTreeSet<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    let named = |path: &str| path.strip_suffix("/mod").unwrap_or(path).to_owned();
    let modules: BTreeSet<String> = files.iter().map(|(path, _)| named(path)).collect();
    let inner = Regex::new(r"(?s)#\[cfg\(test\)\]\s*mod .*").expect("it is one");
    let comment = Regex::new(r"(?m)//.*$").expect("it is one");
    let import = Regex::new(r"(?s)\bcrate::(\{.*?\};|[\w:]+(?:\{.*?\};)?)").expect("it is one");
    files
        .iter()
        .map(|(path, source)| {
            let code = comment.replace_all(source, "");
            let code = inner.replace(&code, "");
            let mut used = BTreeSet::new();
            for found in import.captures_iter(&code) {
                for full in paths(&found[1]) {
                    // The longest beginning that is a module.
                    let parts: Vec<&str> = full.split("::").collect();
                    let known = (1..=parts.len()).rev().map(|it| parts[..it].join("/")).find(|it| modules.contains(it));
                    used.insert(known.unwrap_or_else(|| panic!("src/{path}.rs names `crate::{full}`, and there is no such module")));
                }
            }
            (named(path), used)
        })
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<(String, String)>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(folder).expect("the source is there") {
        let path = entry.expect("it can be listed").path();
        let below = path.strip_prefix(&root).expect("it lies below").with_extension("");
        let below = below.to_str().expect("names of files are plain").replace('\\', "/");
        if path.is_dir() && below != "bin" {
            collect(&path, files);
        } else if path.extension().is_some_and(|it| it == "rs") {
            files.push((below, fs::read_to_string(&path).expect("it can be read")));
        }
    }
}

/// The paths that a tree such as `rules::{Rules, rule::{Rule, Text}}` names.
fn paths(tree: &str) -> Vec<String> {
    let tree = tree.trim().trim_end_matches(';').trim();
    let Some((head, rest)) = tree.split_once('{') else {
        return vec![tree.split_whitespace().next().unwrap_or_default().trim_end_matches("::").to_owned()];
    };
    let inside = rest.strip_suffix('}').expect("braces are closed");
    let mut parts = vec![String::new()];
    let mut depth = 0;
    for character in inside.chars() {
        match character {
            ',' if depth == 0 => parts.push(String::new()),
            _ => {
                depth += i32::from(character == '{') - i32::from(character == '}');
                parts.last_mut().expect("it begins with one").push(character);
            }
        }
    }
    let filled = parts.iter().map(|it| it.trim()).filter(|it| !it.is_empty());
    filled.flat_map(paths).map(|it| if it == "self" { head.trim_end_matches("::").to_owned() } else { format!("{head}{it}") }).collect()
}

/// The name in a layer under which a file stands.
fn name_in(layer: usize, file: &str) -> Option<&'static str> {
    let holds = |name: &&&str| file == **name || file.strip_prefix(**name).is_some_and(|rest| rest.starts_with('/'));
    LAYERS[layer].iter().filter(holds).max_by_key(|it| it.len()).copied()
}

fn layer(file: &str) -> Option<usize> {
    let found = (0..LAYERS.len()).filter_map(|it| Some((name_in(it, file)?.len(), it)));
    found.max().map(|(_, it)| it)
}

#[test]
fn a_tree_of_imports_is_read_whole() {
    let check = |tree: &str, expect: &[&str]| assert_eq!(paths(tree), expect);
    check("span::Span", &["span::Span"]);
    check("{span::Span, nats::{self, MilliNats}};", &["span::Span", "nats", "nats::MilliNats"]);
    check("rules::{\n    Rules,\n    rule::{Rule, Text as It},\n};", &["rules::Rules", "rules::rule::Rule", "rules::rule::Text"]);
}
