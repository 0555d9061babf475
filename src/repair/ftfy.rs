//! The steps that the Python package ftfy takes by default, for whoever comes from there, and for comparison.

use super::{
    Form, Policy, QuoteMarks, Reach,
    step::{Order, Step, Steps},
};

/// What `ftfy.fix_text` does.
#[must_use]
pub fn defaults() -> (Steps, Policy) {
    let others =
        [Step::Entity, Step::TerminalEscape, Step::Ligature, Step::Width, Step::Quote, Step::LineBreak, Step::Control, Step::NormalForm];
    let policy = Policy { quotes: QuoteMarks::Straight, reach: Reach::Uniform, form: Form::Nfc };
    (with(encoding().0, &others), policy)
}

/// What `ftfy.fix_encoding` does.
#[must_use]
pub fn encoding() -> (Steps, Policy) {
    let steps = [Step::Mojibake, Step::ByteA0, Step::Lossy, Step::Inconsistent, Step::C1Control];
    (with(Steps::default(), &steps), Policy::default())
}

fn with(steps: Steps, more: &[Step]) -> Steps {
    let order = Order { seen: true, ..Order::default() };
    more.iter().fold(steps, |steps, &it| steps.with(it, order))
}
