//! What a review shows: one card, in whatever room there is.

use std::fmt::Write as _;

use ratatui::{
    Frame,
    layout::{Constraint, Layout, Rect},
    style::{Color, Modifier, Style},
    text::{Line, Span, Text},
    widgets::{Paragraph, Wrap},
};
use unspin::{
    decision::{Choice, Scope},
    diff::printable,
    review::{Mark, Mode, Proposal, Session},
};

/// How parts are told apart; by weight and marks alone where there is no colour.
#[derive(Debug, Clone, Copy)]
pub struct Palette {
    removed: Style,
    added: Style,
    faint: Style,
    title: Style,
    bar: Style,
}

impl Palette {
    /// Colours that colour-blind people can tell, or none.
    pub fn new(coloured: bool) -> Self {
        let plain = Style::new();
        let colour = |it: Color| if coloured { plain.fg(it) } else { plain };
        Self {
            removed: colour(Color::Red).add_modifier(Modifier::CROSSED_OUT),
            added: colour(Color::Cyan).add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
            faint: plain.add_modifier(Modifier::DIM),
            title: plain.add_modifier(Modifier::BOLD),
            bar: plain.add_modifier(Modifier::REVERSED),
        }
    }
}

/// Draws what a session shows.
pub fn draw(frame: &mut Frame<'_>, session: &Session, palette: Palette) {
    let [top, body, bottom] = Layout::vertical([Constraint::Length(1), Constraint::Min(1), Constraint::Length(1)]).areas(frame.area());
    frame.render_widget(Paragraph::new(progress(session, top.width)).style(palette.bar), top);
    let shown = match session.mode() {
        Mode::Help => help(palette),
        _ => card(session, body, palette),
    };
    frame.render_widget(Paragraph::new(shown).wrap(Wrap { trim: false }), body);
    let last = last_line(session, bottom.width);
    if let Mode::Edit(_) | Mode::Filter(_) | Mode::Missed(_) = session.mode() {
        let at = Span::raw(last.as_str()).width().min(usize::from(bottom.width.saturating_sub(1)));
        frame.set_cursor_position((bottom.x + u16::try_from(at).unwrap_or(0), bottom.y));
    }
    frame.render_widget(Paragraph::new(last).style(palette.bar), bottom);
}

/// How far the review is, as much of it as there is room for.
fn progress(session: &Session, width: u16) -> String {
    let it = session.progress();
    let (number, cards) = session.card().map_or((0, 0), |(_, number, cards)| (number, cards));
    let filter = if session.filter().is_empty() { String::new() } else { format!(" · /{}", printable(session.filter())) };
    let skipped = if it.skipped > 0 { format!(", {} skipped", it.skipped) } else { String::new() };
    let more = if session.is_reading() { "+" } else { "" };
    let long = format!(
        " change {number} of {cards}{more}{filter} · {} of {}{more} places decided: {} accepted, {} rejected, {} edited{skipped}",
        it.decided(),
        it.places,
        it.accepted,
        it.rejected,
        it.edited
    );
    let short = format!(" {number}/{cards}{more} · {}/{}{more} +{} -{} ~{}", it.decided(), it.places, it.accepted, it.rejected, it.edited);
    if Span::raw(long.as_str()).width() <= usize::from(width) { long } else { short }
}

fn last_line(session: &Session, width: u16) -> String {
    let written = |prompt: &str, line: &str| {
        let room = usize::from(width).saturating_sub(prompt.chars().count() + 1);
        format!("{prompt}{}", tail(&visible(line), room))
    };
    match session.mode() {
        Mode::Edit(line) => written(" put instead: ", line),
        Mode::Filter(line) => written(" /", line),
        Mode::Missed(line) => written(" missed (text = correction): ", line),
        Mode::Help => " any key goes back".to_owned(),
        Mode::Cards if !session.message().is_empty() => format!(" {}", printable(session.message())),
        Mode::Cards if width < 60 => " a r s e u n p ? q".to_owned(),
        Mode::Cards => {
            format!(" a accept  r reject  s skip  e edit  A R S {}  u undo  ? help  q quit", session.scope().as_str())
        }
    }
}

fn help(palette: Palette) -> Text<'static> {
    let keys = [
        ("a r s", "accept, reject, skip this place"),
        ("A R S", "the same for all places of this change in the scope"),
        ("c", "the scope: document, source (folder), everywhere"),
        ("e", "edit: put something else in its place"),
        ("1 … 9", "take another reading"),
        ("u", "undo the last decision, and the one before"),
        ("n p", "next and previous change (also ↓ ↑)"),
        ("l h", "flip through the places of a change (also → ←)"),
        ("/", "show only changes that hold a text: words, rule, file"),
        ("D", "drop the document: nothing in it is proposed again"),
        ("m", "note what was missed here"),
        ("Space", "leaf on through a whole document (b: back), where one is asked about"),
        ("q", "quit; every decision is kept (also Ctrl-C)"),
    ];
    let line =
        |(key, what): (&'static str, &'static str)| Line::from(vec![Span::styled(format!(" {key:<7}"), palette.title), Span::raw(what)]);
    keys.into_iter().map(line).collect()
}

fn card<'s>(session: &'s Session, area: Rect, palette: Palette) -> Text<'s> {
    let Some(((card, ..), (it, place))) = session.card().zip(session.proposal()) else { return Text::raw("nothing is proposed") };
    let open = &it.open;
    let small = area.height < 12;
    let mut lines: Vec<Line<'s>> = Vec::new();
    let record = open.record.as_ref().map_or_else(String::new, |it| format!(" {}", it.id.clone().unwrap_or_default()));
    let mut where_it_is =
        vec![Span::styled(printable(&format!("{}{record}:{}:{}", open.file, it.line, it.column)), palette.title), Span::raw("  ")];
    if card.places.len() > 1 {
        let here = session.in_document();
        let all = card.places.len();
        let more = if session.is_reading() { "+" } else { "" };
        where_it_is.push(Span::raw(format!("place {place} of {all}: {here} in this document, {all}{more} in all")));
    }
    lines.push(Line::from(where_it_is));
    if open.asks_whole() {
        lines.extend(document(session, it, area, palette));
        return Text::from(lines);
    }
    let mut change = vec![
        Span::styled(format!("“{}”", visible(&open.text)), palette.removed),
        Span::raw(" → "),
        Span::styled(format!("“{}”", visible(open.proposed.as_deref().unwrap_or_default())), palette.added),
    ];
    change.extend(it.mark.as_ref().map(|mark| Span::raw(format!("   {}", decided(mark)))));
    lines.push(Line::from(change));
    space(&mut lines, small);
    let rows = usize::from(area.height).saturating_sub(if small { 4 } else { 9 + it.alternatives.len().min(9) }).clamp(1, 8);
    lines.push(sentence(it, rows * usize::from(area.width.max(8)), palette));
    space(&mut lines, small);
    lines.push(Line::from(vec![
        Span::styled(format!("{} {} ", it.confidence, it.applicability.as_str()), palette.title),
        Span::raw(printable(&format!("{}: {}", open.rule, it.message))),
    ]));
    if !it.evidence.is_empty() {
        lines.push(Line::styled(printable(&it.evidence.join("; ")), palette.faint));
    }
    for (number, (replacement, confidence)) in it.alternatives.iter().take(9).enumerate() {
        lines.push(Line::raw(format!("{}  “{}” {confidence}", number + 1, visible(replacement))));
    }
    Text::from(lines)
}

/// The question about a whole document, with as much of its text as there is room for.
fn document<'s>(session: &Session, it: &'s Proposal, area: Rect, palette: Palette) -> Vec<Line<'s>> {
    let (width, height) = (usize::from(area.width.max(8)), usize::from(area.height.max(4)) - 3);
    let rows: Vec<&str> = it.sentence.1.lines().flat_map(|line| rows(line, width)).collect();
    let pages = rows.len().div_ceil(height).max(1);
    let page = session.page() % pages;
    let mut question = vec![Span::styled(it.message.as_str(), palette.title)];
    question.extend(it.mark.as_ref().map(|mark| Span::raw(format!("   {}", decided(mark)))));
    if pages > 1 {
        question.push(Span::styled(format!("   page {} of {pages}: Space", page + 1), palette.faint));
    }
    let shown = rows.into_iter().skip(page * height).take(height).map(|it| Line::raw(printable(it)));
    [Line::from(question), Line::default()].into_iter().chain(shown).collect()
}

/// A line in rows of so many cells, broken between words where that is possible.
fn rows(line: &str, width: usize) -> Vec<&str> {
    let mut rows = Vec::new();
    let mut rest = line.trim_end();
    while Span::raw(rest).width() > width {
        let mut cells = 0;
        let fits = rest.char_indices().find(|(at, it)| {
            cells += Span::raw(&rest[*at..*at + it.len_utf8()]).width();
            cells > width
        });
        let fits = fits.map_or(rest.len(), |it| it.0).max(rest.chars().next().map_or(1, char::len_utf8));
        let end = rest[..fits].rfind(' ').map_or(fits, |it| it + 1);
        rows.push(rest[..end].trim_end());
        rest = &rest[end..];
    }
    rows.push(rest);
    rows
}

fn space(lines: &mut Vec<Line<'_>>, small: bool) {
    if !small {
        lines.push(Line::default());
    }
}

fn decided(mark: &Mark) -> String {
    let far = if mark.scope == Scope::Place { String::new() } else { format!(" ({})", mark.scope.as_str()) };
    match &mark.replacement {
        Some(replacement) if mark.choice == Choice::Edited => format!("edited{far}: “{}”", visible(replacement)),
        _ => format!("{}{far}", mark.choice.as_str()),
    }
}

/// The sentence with the change in it, cut to what there is room for around the change.
fn sentence(it: &Proposal, room: usize, palette: Palette) -> Line<'static> {
    let replacement = match &it.mark {
        Some(Mark { choice: Choice::Edited, replacement, .. }) => replacement.as_ref(),
        _ => it.open.proposed.as_ref(),
    };
    let removed = format!("[-{}-]", visible(&it.open.text));
    let added = replacement.filter(|it| !it.is_empty()).map_or_else(String::new, |it| format!("{{+{}+}}", visible(it)));
    let taken = Span::raw(removed.as_str()).width() + Span::raw(added.as_str()).width();
    let left = room.saturating_sub(taken) / 2;
    let before = tail(&printable(&it.sentence.0), left);
    let after = head(&printable(&it.sentence.1), left);
    Line::from(vec![Span::raw(before), Span::styled(removed, palette.removed), Span::styled(added, palette.added), Span::raw(after)])
}

/// The end of a text that fits into so many cells.
fn tail(text: &str, cells: usize) -> String {
    if Span::raw(text).width() <= cells {
        return text.to_owned();
    }
    let mut width = 1;
    let kept = text.char_indices().rev().take_while(|(at, it)| {
        width += Span::raw(&text[*at..*at + it.len_utf8()]).width();
        width <= cells
    });
    let start = kept.last().map_or(text.len(), |(at, _)| at);
    format!("…{}", &text[start..])
}

/// The beginning of a text that fits into so many cells.
fn head(text: &str, cells: usize) -> String {
    if Span::raw(text).width() <= cells {
        return text.to_owned();
    }
    let mut width = 1;
    let kept = text.char_indices().take_while(|(at, it)| {
        width += Span::raw(&text[*at..*at + it.len_utf8()]).width();
        width <= cells
    });
    let end = kept.last().map_or(0, |(at, it)| at + it.len_utf8());
    format!("{}…", &text[..end])
}

/// A text in which nothing can hide: what has no width is named, and a mark without its letter gets a circle to stand on.
fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for (at, it) in printable(text).char_indices() {
        let mut bytes = [0; 4];
        let plain = it.is_ascii() || it.is_alphanumeric();
        if it == '\u{A0}' || !plain && it.is_whitespace() {
            write!(shown, "<U+{:04X}>", u32::from(it)).expect("a string takes anything");
        } else if !plain && Span::raw(&*it.encode_utf8(&mut bytes)).width() == 0 {
            let is_mark = matches!(it, '\u{300}'..='\u{36F}');
            match (is_mark, at) {
                (true, 0) => shown.extend(['◌', it]),
                (true, _) => shown.push(it),
                (false, _) => write!(shown, "<U+{:04X}>", u32::from(it)).expect("a string takes anything"),
            }
        } else {
            shown.push(it);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use ratatui::{Terminal, backend::TestBackend};
    use unspin::{
        Cleaner,
        decision::Decisions,
        report::{Origin, Report},
        review::{Key, proposals},
    };

    use super::*;

    const TEXT: &str = "They met on the the pier after a long day at the market, and nobody said a word. We left for the the harbour.";

    fn found(text: &str) -> Vec<Proposal> {
        let checked = Cleaner::new().check(text);
        proposals(&Report::new(&Origin::file("a.txt"), &checked), &Decisions::default())
    }

    /// What stands on a screen of this size after some keys.
    fn drawn(text: &str, keys: &[Key], (width, height): (u16, u16)) -> String {
        let found = found(text);
        let mut session = Session::new(Vec::new());
        for it in &found {
            session.add(it);
        }
        let show = |session: &mut Session| session.show(found[session.at().expect("something is proposed")].clone());
        session.reads_on(false);
        show(&mut session);
        for key in keys {
            session.press(*key);
            show(&mut session);
        }
        let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("memory does not fail");
        terminal.draw(|frame| draw(frame, &session, Palette::new(false))).expect("memory does not fail");
        terminal.backend().to_string()
    }

    #[test]
    fn a_card_fits_an_old_terminal() {
        insta::assert_snapshot!(drawn(TEXT, &[Key::Char('a')], (80, 24)));
    }

    #[test]
    fn a_card_fits_next_to_nothing() {
        insta::assert_snapshot!(drawn(TEXT, &[], (40, 8)));
        for size in [(1, 1), (3, 2), (10, 3), (20, 4)] {
            drawn(TEXT, &[Key::Char('e'), Key::Char('x')], size);
        }
    }

    #[test]
    fn the_keys_are_explained() {
        insta::assert_snapshot!(drawn(TEXT, &[Key::Char('?')], (80, 16)));
    }

    #[test]
    fn nothing_can_hide_in_a_change() {
        let check = |text: &str, expect: &str| assert_eq!(visible(text), expect);
        check("a\u{200B}b\u{A0}c", "a<U+200B>b<U+00A0>c");
        check("\u{301}e\u{301}", "◌\u{301}e\u{301}");
        check("\u{202E}abc\u{1b}[2J", "<U+202E>abc<U+001B>[2J");
        check("日本語 שלום", "日本語 שלום");
    }

    #[test]
    fn a_text_is_cut_by_cells_and_not_within_a_character() {
        assert_eq!((tail("日本語", 5), head("日本語", 5)), ("…本語".to_owned(), "日本…".to_owned()));
        assert_eq!((tail("abc", 3), head("abcd", 3)), ("abc".to_owned(), "ab…".to_owned()));
    }
}
