//! Cut-offs put into a configuration; all else in it stays as somebody wrote it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::bail;

use super::{NAME, read::read, upward};
use crate::{drafts, fix::unwritable, inputs::reason};

/// A rule, and the least confidence that it is to have.
pub type CutOff = (String, f64);

/// Writes cut-offs into a file, or into the configuration in force, or into a new one here; gives back which it was.
pub fn settle(path: Option<&Path>, cuts: &[CutOff]) -> anyhow::Result<PathBuf> {
    let path = path.map(Path::to_owned).or_else(upward).unwrap_or_else(|| PathBuf::from(NAME));
    let text = match fs::read_to_string(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        read => read.map_err(|it| anyhow::anyhow!("{}: {}", path.display(), reason(&it)))?,
    };
    let Some(text) = settled(&text, cuts) else {
        bail!("{}: its table `rule` is not written a rule a line; put the cut-offs there by hand", path.display());
    };
    drafts::put_written(&path, |out| out.write_all(text.as_bytes())).map_err(|it| unwritable(&path, &it))?;
    Ok(path)
}

/// The text with the cut-offs in it; `None` where it cannot be seen where they belong.
fn settled(text: &str, cuts: &[CutOff]) -> Option<String> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let header = lines.iter().position(|it| it.split('#').next().is_some_and(|it| it.trim() == "[rule]"));
    let start = header.map_or_else(
        || {
            lines.extend(if lines.is_empty() { None } else { Some(String::new()) });
            lines.push("[rule]".to_owned());
            lines.len()
        },
        |it| it + 1,
    );
    let ends = |it: &String| it.trim_start().starts_with('[');
    let mut end = lines[start..].iter().position(ends).map_or(lines.len(), |it| start + it);
    while end > start && lines[end - 1].trim().is_empty() {
        end -= 1;
    }
    for (rule, cut) in cuts {
        let is_named = |line: &String| line.split_once('=').is_some_and(|(key, _)| key.trim().trim_matches(['"', '\'']) == rule);
        match lines[start..end].iter_mut().find(|it| is_named(it)) {
            Some(line) => *line = with_cut(line, *cut)?,
            None => {
                lines.insert(end, format!("\"{rule}\" = {{ min_confidence = {cut:?} }}"));
                end += 1;
            }
        }
    }
    let text = lines.join("\n") + "\n";
    // Tables can be written in many ways: whatever was meant, what is read must be what was found.
    let (written, wrong) = read(&text);
    let holds = |(rule, cut): &CutOff| {
        let mut own = written.layer.rules.iter().filter(|it| it.prefix == *rule).filter_map(|it| it.min_confidence.as_ref());
        own.any(|it| (it.value.fraction() - cut).abs() < 1e-4)
    };
    (wrong.is_empty() && cuts.iter().all(holds)).then_some(text)
}

/// A line such as `"spin/war" = { severity = "info" }` with another cut-off.
fn with_cut(line: &str, cut: f64) -> Option<String> {
    const KEY: &str = "min_confidence";
    if let Some((before, after)) = line.split_once(KEY) {
        let (_, value) = after.split_once('=')?;
        let rest = value.trim_start().trim_start_matches(|it: char| it.is_ascii_digit() || it == '.');
        return Some(format!("{before}{KEY} = {cut:?}{rest}"));
    }
    let (before, after) = line.split_once('{')?;
    let comma = if after.trim_start().starts_with('}') { "" } else { "," };
    Some(format!("{before}{{ {KEY} = {cut:?}{comma}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, cuts: &[(&str, f64)], expect: Option<&str>) {
        let cuts: Vec<CutOff> = cuts.iter().map(|(rule, cut)| ((*rule).to_owned(), *cut)).collect();
        assert_eq!(settled(text, &cuts).as_deref(), expect, "{text}");
    }

    #[test]
    fn cut_offs_go_where_they_belong_and_all_else_stays() {
        check("", &[("spin/war", 0.8)], Some("[rule]\n\"spin/war\" = { min_confidence = 0.8 }\n"));
        check(
            "min_confidence = 0.5 # of all\n",
            &[("spin/war", 0.8)],
            Some("min_confidence = 0.5 # of all\n\n[rule]\n\"spin/war\" = { min_confidence = 0.8 }\n"),
        );
        check(
            "[rule] # mine\n\"spin/war\" = { severity = \"info\" } # a habit\nspacing = { min_confidence = 0.3, severity = \"info\" }\n\n[[override]]\npaths = [\"a\"]\n",
            &[("spin/war", 0.8), ("spacing", 1.0), ("spin", 0.55)],
            Some(
                "[rule] # mine\n\"spin/war\" = { min_confidence = 0.8, severity = \"info\" } # a habit\nspacing = { min_confidence = 1.0, severity = \"info\" }\n\"spin\" = { min_confidence = 0.55 }\n\n[[override]]\npaths = [\"a\"]\n",
            ),
        );
    }

    #[test]
    fn what_is_written_otherwise_is_left_alone() {
        check("rule = { spin = { min_confidence = 0.1 } }\n", &[("spin", 0.8)], None);
        check("[rule.spin]\nmin_confidence = 0.1\n", &[("spin", 0.8)], None);
        check("[rule]\nspin = 7\n", &[("spin", 0.8)], None);
    }
}
