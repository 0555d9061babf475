//! The kinds of repair that a rule can name, and which of them are in force.

use serde::{Deserialize, Serialize};

use crate::zone::Zones;

macro_rules! steps {
    ($($(#[doc = $doc:literal])* $step:ident = $name:literal,)*) => {
        /// A kind of repair. They are tried in this order, again and again until none finds anything.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Step {
            $($(#[doc = $doc])* $step,)*
        }

        impl Step {
            /// The names used in rule files, with what they stand for.
            pub const NAMES: [(&'static str, Self); [$(Self::$step),*].len()] = [$(($name, Self::$step)),*];
        }
    };
}

steps! {
    /// Character references of HTML outside markup.
    Entity = "entity",
    /// What tells a terminal to change colour, or that a link follows.
    TerminalEscape = "terminal-escape",
    /// Two halves of one character, each spelt out.
    Surrogate = "surrogate",
    /// Characters and line ends spelt as in the source of a program.
    Escape = "escape",
    /// UTF-8 that was read as a code page.
    Mojibake = "mojibake",
    /// The same, where a no-break space became a space.
    ByteA0 = "byte-a0",
    /// The same, where bytes are lost.
    Lossy = "lossy",
    /// The same, where only parts of a line were read so.
    Inconsistent = "inconsistent",
    /// Closing quotation marks of which the last byte is gone.
    Truncated = "truncated",
    /// Windows-1252 that was read as Latin-1.
    C1Control = "c1-control",
    /// Cyrillic that was read as another code page.
    Cyrillic = "cyrillic",
    /// Chinese, Japanese or Korean that was read as a code page, and UTF-8 that was read as theirs.
    EastAsian = "east-asian",
    /// Letters that a font draws as one.
    Ligature = "ligature",
    /// Letters that are as wide as Chinese characters.
    Width = "width",
    /// Quotation marks that do not follow the policy.
    Quote = "quote",
    /// Ends of lines that are none of the file's own.
    LineBreak = "line-break",
    /// Characters that control devices.
    Control = "control",
    /// Byte order marks anywhere but at the start.
    ByteOrderMark = "byte-order-mark",
    /// Characters that nobody sees and nothing needs.
    Invisible = "invisible",
    /// Marks of the direction of writing in text that has but one.
    Direction = "direction",
    /// Characters of the tags of flags that tag no flag.
    Tag = "tag",
    /// Selectors of a form that the character before does not have.
    Variation = "variation",
    /// Places at which a word may be broken.
    SoftHyphen = "soft-hyphen",
    /// Letters of another script that look alike.
    Homoglyph = "homoglyph",
    /// Spaces of unusual width.
    Space = "space",
    /// Spaces that stand twice.
    RepeatedSpace = "repeated-space",
    /// Words that are broken over the end of a line.
    Hyphenation = "hyphenation",
    /// Compounds that are broken at their hyphen.
    Compound = "compound",
    /// Letters and their accents written apart.
    NormalForm = "normal-form",
}

/// How many steps there are.
pub const STEPS: usize = Step::NAMES.len();

/// How a step that is in force is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Order {
    /// Zones in which it finds nothing.
    pub except: Zones,
    /// Whether later stages see its repairs; they are proposed in any case.
    pub seen: bool,
}

/// The steps that are in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Steps {
    orders: [Option<Order>; STEPS],
}

impl Steps {
    /// The same with one more.
    #[must_use]
    pub const fn with(mut self, step: Step, order: Order) -> Self {
        self.orders[step as usize] = Some(order);
        self
    }

    /// The same without one.
    #[must_use]
    pub const fn without(mut self, step: Step) -> Self {
        self.orders[step as usize] = None;
        self
    }

    /// How a step is carried out, if it is in force.
    #[must_use]
    pub const fn order(&self, step: Step) -> Option<Order> {
        self.orders[step as usize]
    }

    /// Whether no step is in force.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.orders.iter().all(Option::is_none)
    }

    /// Whether a step is in force.
    #[must_use]
    pub const fn has(&self, step: Step) -> bool {
        self.orders[step as usize].is_some()
    }
}
