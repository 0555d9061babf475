//! Mistakes in what users write, shown as a compiler shows them.

use std::path::Path;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use unspin::rules::file::Mistake;

use crate::{args::Color, output::remark};

/// Shows the mistakes of a file on standard error.
pub fn tell(path: &Path, text: &str, mistakes: &[Mistake], color: Color) {
    show(&drawn(path, text, mistakes, are_plain(color)));
}

/// Shows drawn mistakes on standard error.
pub fn show(drawn: &str) {
    remark(&format_args!("{}\n", drawn.trim_end_matches('\n')));
}

/// Whether mistakes go without colours.
pub fn are_plain(color: Color) -> bool {
    let terminal = std::io::IsTerminal::is_terminal(&std::io::stderr());
    color == Color::Never || color == Color::Auto && !terminal
}

/// The mistakes of a file, each with the words underlined, and a line between them.
pub fn drawn(path: &Path, text: &str, mistakes: &[Mistake], plain: bool) -> String {
    let renderer = if plain { Renderer::plain() } else { Renderer::styled() };
    let path = path.display().to_string();
    let draw = |mistake: &Mistake| {
        let place = mistake.place.start.min(text.len())..mistake.place.end.min(text.len());
        let snippet = Snippet::source(text).path(&path).annotation(AnnotationKind::Primary.span(place));
        let mut group = Level::ERROR.primary_title(&mistake.message).element(snippet);
        if let Some(help) = &mistake.help {
            group = group.element(Level::HELP.message(help));
        }
        format!("{}\n\n", renderer.render(&[group]))
    };
    mistakes.iter().map(draw).collect()
}
