//! Plots as SVG: columns, and bars that say how a whole is shared out.
//!
//! Colours are classes of the page’s style; its policy allows no style in attributes.

use std::fmt::Write as _;

use super::{Counts, VERDICTS};
use crate::report::totals::grouped;

/// A column of a plot.
#[derive(Debug, Clone, Default)]
pub(super) struct Column {
    /// How high it is.
    pub value: f64,
    /// How high it was before.
    pub before: Option<f64>,
    /// What is said of it.
    pub told: String,
}

/// Columns with what stands beside and below them.
#[derive(Debug, Default)]
pub(super) struct Columns<'p> {
    pub all: Vec<Column>,
    /// What stands below: behind so many columns.
    pub marks: Vec<(usize, String)>,
    /// How values are written on the left.
    pub unit: &'p str,
    /// Whether each step upward is ten times as many.
    pub tenfold: bool,
}

const WIDTH: f64 = 400.0;
const HEIGHT: f64 = 190.0;
const LEFT: f64 = 46.0;
const RIGHT: f64 = 8.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 26.0;

/// The plot; `name` is what it is called for who does not see it.
pub(super) fn columns(plot: &Columns<'_>, name: &str) -> String {
    let most = plot.all.iter().flat_map(|it| [Some(it.value), it.before]).flatten().fold(0.0, f64::max);
    let ticks = if plot.tenfold { tens(most) } else { even(most) };
    let top = ticks.last().copied().unwrap_or(1.0);
    let room = HEIGHT - TOP - BOTTOM;
    // A tenfold plot begins below one, so that one is seen.
    let height = |value: f64| match plot.tenfold {
        _ if value <= 0.0 => 0.0,
        true => ((value.log10() + 0.3) / (top.log10() + 0.3)).max(0.0) * room,
        false => value / top * room,
    };
    #[expect(clippy::cast_precision_loss, reason = "a few hundred columns")]
    let wide = (WIDTH - LEFT - RIGHT) / plot.all.len().max(1) as f64;
    #[expect(clippy::cast_precision_loss, reason = "a few hundred columns")]
    let across = |index: usize| LEFT + index as f64 * wide;
    let mut svg = format!("<svg class=\"plot\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{name}\">");
    for tick in &ticks {
        let y = TOP + room - height(*tick);
        let _ = write!(svg, "<path class=\"rule\" d=\"M{LEFT} {y:.1}H{}\"/>", WIDTH - RIGHT);
        let _ = write!(svg, "<text class=\"end\" x=\"{}\" y=\"{:.1}\">{}{}</text>", LEFT - 5.0, y + 4.0, number(*tick), plot.unit);
    }
    let gap = (wide * 0.12).min(2.0);
    for (index, column) in plot.all.iter().enumerate() {
        let (x, tall) = (across(index), height(column.value));
        let _ = write!(
            svg,
            "<g><title>{}</title><rect class=\"area\" x=\"{x:.1}\" y=\"{TOP}\" width=\"{wide:.1}\" height=\"{room:.1}\"/>",
            column.told
        );
        let (y, width) = (TOP + room - tall, wide - 2.0 * gap);
        let _ = write!(svg, "<rect class=\"column\" x=\"{:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{tall:.1}\"/></g>", x + gap);
    }
    if plot.all.iter().any(|it| it.before.is_some()) {
        let mut path = format!("M{LEFT} {:.1}", TOP + room);
        for (index, column) in plot.all.iter().enumerate() {
            let y = TOP + room - height(column.before.unwrap_or_default());
            let _ = write!(path, "V{y:.1}H{:.1}", across(index + 1));
        }
        let _ = write!(svg, "<path class=\"before\" d=\"{path}V{:.1}\"/>", TOP + room);
    }
    let _ = write!(svg, "<path class=\"ground\" d=\"M{LEFT} {:.1}H{}\"/>", TOP + room, WIDTH - RIGHT);
    for (index, mark) in &plot.marks {
        let x = across(*index);
        let class = if x > WIDTH - 30.0 { "end" } else { "middle" };
        let x = if x > WIDTH - 30.0 { WIDTH - RIGHT } else { x };
        let _ = write!(svg, "<text class=\"{class}\" x=\"{x:.1}\" y=\"{:.1}\">{mark}</text>", HEIGHT - 8.0);
    }
    svg + "</svg>"
}

/// Round numbers up to one that is not below `most`: at most five, at even distances.
fn even(most: f64) -> Vec<f64> {
    let most = if most > 0.0 { most } else { 1.0 };
    let mut unit = 1e-6;
    let step = loop {
        let fits = [1.0, 2.0, 2.5, 5.0].into_iter().map(|it| it * unit).find(|it| it * 4.0 >= most);
        match fits {
            Some(step) => break step,
            None => unit *= 10.0,
        }
    };
    (1..=4).map(|it| f64::from(it) * step).take_while(|it| *it < most + step).collect()
}

/// Powers of ten up to one that is not below `most`, or every second or third of them.
fn tens(most: f64) -> Vec<f64> {
    let mut ticks = vec![1.0];
    while ticks.last().is_some_and(|it| *it < most) || ticks.len() < 2 {
        ticks.push(ticks[ticks.len() - 1] * 10.0);
    }
    let stride = ticks.len().div_ceil(5);
    let last = ticks.len() - 1;
    ticks.into_iter().enumerate().filter(|(index, _)| (last - index).is_multiple_of(stride)).map(|it| it.1).collect()
}

fn number(value: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "ticks are round and not negative")]
    let whole = value.round() as usize;
    match whole {
        1_000_000_000.. => format!("{}G", grouped(whole / 1_000_000_000)),
        10_000_000.. => format!("{}M", grouped(whole / 1_000_000)),
        10_000.. => format!("{}k", grouped(whole / 1_000)),
        _ if (value - value.round()).abs() < 1e-9 => grouped(whole),
        // Steps are 1, 2, 2.5 or 5 of some unit: what rounding left is cut off.
        _ => format!("{value:.6}").trim_end_matches('0').to_owned(),
    }
}

/// How documents are shared out by verdict, as one bar.
pub(super) fn shares(counts: &Counts) -> String {
    let mut svg = "<svg class=\"shares\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">".to_owned();
    let mut x = 0.0;
    for verdict in VERDICTS {
        let width = share(counts.of(verdict), counts.documents) * 1000.0;
        if width > 0.0 {
            // What is rare must be seen as well.
            let seen = width.max(4.0);
            let _ = write!(svg, "<rect class=\"{}\" x=\"{x:.2}\" y=\"0\" width=\"{seen:.2}\" height=\"10\"/>", verdict.as_str());
            x += seen;
        }
    }
    svg + "</svg>"
}

/// A bar that is so long, from 0 to 1.
pub(super) fn bar(length: f64) -> String {
    format!(
        "<svg class=\"bar\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
         <rect class=\"column\" x=\"0\" y=\"0\" width=\"{:.1}\" height=\"10\"/></svg>",
        (length * 1000.0).clamp(2.0, 1000.0)
    )
}

#[expect(clippy::cast_precision_loss, reason = "a length on a screen")]
pub(super) fn share(count: usize, all: usize) -> f64 {
    if all == 0 { 0.0 } else { count as f64 / all as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_reach_the_top() {
        let check = |ticks: Vec<f64>, expect: &str| assert_eq!(ticks.into_iter().map(number).collect::<Vec<_>>().join(" "), expect);
        check(even(7.0), "2 4 6 8");
        check(even(100.0), "25 50 75 100");
        check(even(0.0), "0.25 0.5 0.75 1");
        check(tens(0.0), "1 10");
        check(tens(101.0), "1 10 100 1,000");
        check(tens(20_000_000.0), "1 100 10k 1,000k 100M");
        assert_eq!(number(25_000.0), "25k");
        assert_eq!(number(0.025), "0.025");
    }
}
