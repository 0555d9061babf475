//! `unspin diff`: everything that is proposed, as a diff.

use std::io::{self, Write};

use unspin::{
    Applicability, Fixed, Spelling,
    diff::{Piece, printable, sentences, unified},
    document::LineCursor,
    report::{Origin, text::Style},
};

use crate::{
    args::DiffArgs,
    config::Field,
    inputs,
    memory::Memory,
    output::{Done, Output},
    sets,
    setup::Courts,
};

pub fn run(args: &DiffArgs) -> anyhow::Result<Done> {
    let common = &args.common;
    let courts = Courts::new(common, Spelling::AsFound)?;
    let (documents, mut failed) = inputs::find(&common.paths);
    let memory = Memory::near(&common.paths);
    let applicability = if args.safe_only { Applicability::Safe } else { Applicability::Unsafe };
    let mut out = Output::paged(common.shared.color, args.paging);
    let style = out.style;
    let coloured = !style.reset.is_empty();
    let render = |origin: &Origin, field: &Field<'_>, raw: &[u8]| {
        let name = origin.name();
        let fixed = courts.over(origin, field).fix(origin, raw, &memory, applicability);
        let mut shown = Vec::new();
        let written = if args.word {
            write_words(&name, &fixed, style, &mut shown)
        } else {
            let diff = unified(&name, raw, &fixed.bytes, args.context);
            if coloured || Output::is_terminal() { write_coloured(&diff, style, &mut shown) } else { shown.write_all(&diff) }
        };
        written.expect("writing to memory cannot fail");
        shown
    };
    let mut proposed = false;
    failed |= sets::work(&documents, &common.shared, &courts.reading, render, |shown| {
        proposed |= !shown.is_empty();
        Ok(out.write_all(&shown)?)
    })?;
    out.flush()?;
    Ok(if failed {
        Done::Failed
    } else if proposed && args.exit_code {
        Done::Something
    } else {
        Done::Nothing
    })
}

/// The changed sentences, each under its place.
fn write_words(name: &str, fixed: &Fixed, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let document = &fixed.checked.document;
    let changed = sentences(document, &fixed.checked.plan.patch);
    let Style { title, removed, added, reset, .. } = style;
    let mut cursor = LineCursor::new(document.text());
    for sentence in &changed {
        let (line, column) = cursor.locate(sentence.span.start);
        writeln!(out, "{title}{}:{line}:{column}{reset}", printable(name))?;
        for piece in &sentence.pieces {
            match piece {
                Piece::Kept(text) => write!(out, "{}", printable(text))?,
                Piece::Removed(text) => write!(out, "{removed}[-{}-]{reset}", printable(text))?,
                Piece::Added(text) => write!(out, "{added}{{+{}+}}{reset}", printable(text))?,
            }
        }
        writeln!(out, "\n")?;
    }
    Ok(())
}

/// A unified diff for a terminal: coloured, the words that differ within a pair of lines in bold, and unable to steer the terminal.
fn write_coloured(diff: &[u8], style: Style, out: &mut dyn Write) -> io::Result<()> {
    let text = String::from_utf8_lossy(diff);
    let lines: Vec<&str> = text.lines().collect();
    let mut at = 0;
    while at < lines.len() {
        let run = |from: usize, mark: char| lines[from..].iter().take_while(|it| it.starts_with(mark) || it.starts_with('\\')).count();
        if lines[at].starts_with("---") || lines[at].starts_with("+++") {
            writeln!(out, "{}{}{}", style.title, printable(lines[at]), style.reset)?;
            at += 1;
        } else if lines[at].starts_with('-') {
            let removed = run(at, '-');
            let added = run(at + removed, '+');
            write_pairs(&lines[at..at + removed], &lines[at + removed..at + removed + added], style, out)?;
            at += removed + added;
        } else {
            let (before, after) = match lines[at].chars().next() {
                Some('+') => (style.added, style.reset),
                Some('@') => (style.faint, style.reset),
                _ => ("", ""),
            };
            writeln!(out, "{before}{}{after}", printable(lines[at]))?;
            at += 1;
        }
    }
    Ok(())
}

/// Lines taken out and lines put in; where they are as many, the words that differ are emphasised.
fn write_pairs(removed: &[&str], added: &[&str], style: Style, out: &mut dyn Write) -> io::Result<()> {
    let paired = removed.len() == added.len();
    for (lines, colour, tag) in [(removed, style.removed, similar::ChangeTag::Delete), (added, style.added, similar::ChangeTag::Insert)] {
        for (index, line) in lines.iter().enumerate() {
            write!(out, "{colour}")?;
            if paired && !line.starts_with('\\') {
                let diff = similar::TextDiff::from_words(&removed[index][1..], &added[index][1..]);
                write!(out, "{}", &line[..1])?;
                for change in diff.iter_all_changes().filter(|it| it.tag() == tag || it.tag() == similar::ChangeTag::Equal) {
                    let words = printable(change.value());
                    if change.tag() == tag && !style.reset.is_empty() {
                        write!(out, "\x1b[1;4m{words}{}{colour}", style.reset)?;
                    } else {
                        write!(out, "{words}")?;
                    }
                }
            } else {
                write!(out, "{}", printable(line))?;
            }
            writeln!(out, "{}", style.reset)?;
        }
    }
    Ok(())
}
