//! Where the findings of a run go: several formats at once, each to standard output or to a file.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::bail;
use unspin::{
    Severity,
    report::{
        Report,
        format::{Assembly, Closing, Format, Manner},
        github,
        text::Style,
    },
};

use crate::{
    args::{CheckArgs, Color, Target},
    inputs::{plain, reason},
    output::Output,
};

/// All places that findings go to.
pub struct Sinks {
    sinks: Vec<Sink>,
    manners: Vec<(Format, Manner)>,
}

struct Sink {
    assembly: Box<dyn Assembly>,
    out: Box<dyn Write>,
    file: Option<PathBuf>,
}

/// Where the flags say that formats are to go: nowhere where only a baseline is written.
pub fn targets(args: &CheckArgs) -> anyhow::Result<Vec<Target>> {
    let mut targets = args.format.clone();
    if targets.is_empty() {
        targets.push(Target { format: Format::Text, file: None });
    }
    let unnamed = targets.iter().filter(|it| it.file.is_none()).count();
    match (&args.output, unnamed) {
        (Some(file), 1) => targets.iter_mut().filter(|it| it.file.is_none()).for_each(|it| it.file = Some(file.clone())),
        (Some(file), 0) => bail!("--output {}: every format has a file already", file.display()),
        (_, 2..) => bail!("{unnamed} formats would go to one place; give all but one a file: --format sarif=unspin.sarif"),
        _ => {}
    }
    let mut files: Vec<PathBuf> = targets.iter().filter_map(|it| it.file.as_deref().map(plain)).collect();
    files.sort();
    if let Some(two) = files.windows(2).find(|two| two[0] == two[1]) {
        bail!("{}: two formats would go to this file", two[0].display());
    }
    Ok(if args.update_baseline { Vec::new() } else { targets })
}

impl Sinks {
    /// Opens where formats are to go.
    pub fn open(targets: Vec<Target>, color: Color, fail_on: Severity) -> anyhow::Result<Self> {
        let (mut sinks, mut manners) = (Vec::new(), Vec::new());
        for target in targets {
            let (out, style): (Box<dyn Write>, Style) = match &target.file {
                Some(file) => (Box::new(created(file)?), Style::default()),
                None => {
                    let out = Output::new(color);
                    let style = out.style;
                    (Box::new(out), style)
                }
            };
            sinks.push(Sink { assembly: target.format.assembly(), out, file: target.file });
            manners.push((target.format, Manner { style, fail_on }));
        }
        Ok(Self { sinks, manners })
    }

    /// Takes what was made of a document, in the order of the formats.
    pub fn add(&mut self, pieces: &[Vec<u8>]) -> io::Result<()> {
        for (sink, piece) in self.sinks.iter_mut().zip(pieces) {
            sink.assembly.add(piece, &mut sink.out)?;
        }
        Ok(())
    }

    /// Ends all.
    pub fn finish(&mut self, closing: &Closing<'_>) -> anyhow::Result<()> {
        for sink in &mut self.sinks {
            sink.assembly.finish(closing, &mut sink.out)?;
            sink.out.flush()?;
        }
        if self.has(Format::Github) {
            add_summary(&github::summary(closing))?;
        }
        Ok(())
    }

    /// The files that formats went to, each with what it is in the run.
    pub fn files(&self) -> Vec<(String, PathBuf)> {
        let files = self.sinks.iter().enumerate();
        files.filter_map(|(index, it)| Some((format!("format {}", index + 1), it.file.clone()?))).collect()
    }

    /// Whether a format was asked for.
    pub fn has(&self, format: Format) -> bool {
        self.manners.iter().any(|it| it.0 == format)
    }

    /// Whether a reader of the log sees no finding in it, or not all.
    pub fn are_for_machines(&self) -> bool {
        let machine = |it: Format| !matches!(it, Format::Text | Format::Json | Format::Jsonl);
        !self.has(Format::Text) && self.manners.iter().any(|it| machine(it.0))
    }

    /// What the formats are, for those who render.
    pub fn rendering(&self) -> Rendering {
        Rendering { manners: self.manners.clone() }
    }
}

/// Makes of a document what each format wants.
#[derive(Debug)]
pub struct Rendering {
    manners: Vec<(Format, Manner)>,
}

impl Rendering {
    /// One piece a format.
    pub fn pieces(&self, report: &Report<'_>) -> Vec<Vec<u8>> {
        self.manners.iter().map(|(format, manner)| format.document(report, *manner)).collect()
    }
}

fn created(path: &Path) -> anyhow::Result<BufWriter<File>> {
    let failed = |it: io::Error| anyhow::anyhow!("cannot write {}: {}", path.display(), reason(&it));
    if let Some(folder) = path.parent().filter(|it| !it.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    File::create(path).map(BufWriter::new).map_err(failed)
}

/// Adds to the page that GitHub shows of a step, where there is one.
fn add_summary(summary: &str) -> anyhow::Result<()> {
    let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").map(PathBuf::from) else { return Ok(()) };
    let failed = |it: io::Error| anyhow::anyhow!("cannot write {}: {}", path.display(), reason(&it));
    let mut file = File::options().create(true).append(true).open(&path).map_err(failed)?;
    file.write_all(summary.as_bytes()).map_err(failed)
}
