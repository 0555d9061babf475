//! Mistakes in what users write, shown as a compiler shows them.

use std::path::Path;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use unspin::rules::file::Mistake;

use crate::{args::Color, output::remark};

/// Shows the mistakes of a file on standard error.
pub fn tell(path: &Path, text: &str, mistakes: &[Mistake], color: Color) {
    let terminal = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let plain = color == Color::Never || color == Color::Auto && !terminal;
    let renderer = if plain { Renderer::plain() } else { Renderer::styled() };
    let path = path.display().to_string();
    for mistake in mistakes {
        let place = mistake.place.start.min(text.len())..mistake.place.end.min(text.len());
        let snippet = Snippet::source(text).path(&path).annotation(AnnotationKind::Primary.span(place));
        let mut group = Level::ERROR.primary_title(&mistake.message).element(snippet);
        if let Some(help) = &mistake.help {
            group = group.element(Level::HELP.message(help));
        }
        remark(&format_args!("{}\n", renderer.render(&[group])));
    }
}
