//! How data sets are read.

use std::str::FromStr;

use clap::{Args as ClapArgs, ValueEnum};

use crate::packing::Packing;

/// Where `--help` lists the flags about them.
const SETS: &str = "Data sets (.jsonl, .ndjson, .csv, .tsv, .parquet)";

/// How data sets are read.
#[derive(Debug, Clone, ClapArgs)]
pub struct Reading {
    /// The field that holds the text, `article.body` for one in another (repeatable) [default: the one with a usual name]
    #[arg(long, help_heading = SETS, value_name = "NAME")]
    pub field: Vec<String>,

    /// The field that names a record [default: the one with a usual name]
    #[arg(long, help_heading = SETS, value_name = "NAME")]
    pub id: Option<String>,

    /// What the named files and standard input hold [default: by their endings; for standard input by its first line]
    #[arg(long, help_heading = SETS, value_name = "FORMAT")]
    pub input_format: Option<InputFormat>,

    /// What to do about a record that cannot be read
    #[arg(long, help_heading = SETS, value_name = "HOW", default_value = "keep")]
    pub on_error: OnError,

    /// Put up with so many records that cannot be read, `10` or `0.1%` of a data set; with more it is not written
    #[arg(long, help_heading = SETS, value_name = "N")]
    pub max_errors: Option<Share>,

    /// A larger record, or compressed text, is an error
    #[arg(long, help_heading = SETS, value_name = "BYTES", default_value = "16MB", value_parser = bytes)]
    pub max_record: usize,

    /// Further fields that settings ask for.
    #[arg(skip)]
    pub further: Vec<String>,
}

impl Reading {
    /// How large a text may be that is read whole: what is compressed may be much larger than it looks.
    pub fn largest(&self, packing: Packing) -> u64 {
        if packing == Packing::None { u64::MAX } else { self.max_record as u64 }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum InputFormat {
    /// One document
    Text,
    /// One JSON object a line
    Jsonl,
    /// A table with a header
    Csv,
    /// A table with tabs
    Tsv,
    /// A table by its columns
    Parquet,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OnError {
    /// Stop
    Fail,
    /// Leave it out of what is written
    Skip,
    /// Write it as it is
    Keep,
}

/// A number, or a share of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    Count(usize),
    /// In a million.
    Of(usize),
}

impl Share {
    /// Whether a part of a whole is more than that.
    pub fn is_exceeded(self, part: usize, whole: usize) -> bool {
        match self {
            Self::Count(most) => part > most,
            Self::Of(most) => part as u128 * 1_000_000 > whole as u128 * most as u128,
        }
    }
}

impl FromStr for Share {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = match text.strip_suffix('%') {
            Some(percent) => millionths(percent).map(Self::Of),
            None => text.parse().ok().map(Self::Count),
        };
        number.ok_or_else(|| "a number such as 10, or a share such as 0.1%".to_owned())
    }
}

/// A percentage in millionths of the whole: at most a hundred, with up to four digits behind the point.
fn millionths(percent: &str) -> Option<usize> {
    let (whole, part) = percent.split_once('.').unwrap_or((percent, ""));
    let digits = |it: &str| it.bytes().all(|it| it.is_ascii_digit());
    if part.len() > 4 || !digits(whole) || !digits(part) || whole.is_empty() {
        return None;
    }
    format!("{whole}{part:0<4}").parse().ok().filter(|&it| it <= 1_000_000)
}

/// A number of bytes, such as 16MB.
pub(super) fn bytes(text: &str) -> Result<usize, String> {
    let digits = text.trim_end_matches(|it: char| !it.is_ascii_digit());
    let unit = match text[digits.len()..].trim().to_ascii_uppercase().as_str() {
        "" | "B" => Some(1),
        "K" | "KB" => Some(1 << 10),
        "M" | "MB" => Some(1 << 20),
        "G" | "GB" => Some(1 << 30),
        _ => None,
    };
    let number = digits.parse::<usize>().ok().zip(unit).and_then(|(number, unit)| number.checked_mul(unit));
    number.filter(|it| (1..1 << 32).contains(it)).ok_or_else(|| "a number of bytes such as 16MB, less than 4GB".to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Share, bytes};

    #[test]
    fn shares_are_numbers_or_percentages() {
        let check = |text: &str, expect: Option<Share>| assert_eq!(text.parse().ok(), expect, "{text}");
        check("10", Some(Share::Count(10)));
        check("0.1%", Some(Share::Of(1_000)));
        check("30%", Some(Share::Of(300_000)));
        check("100%", Some(Share::Of(1_000_000)));
        check("101%", None);
        check("0.00001%", None);
        check("%", None);
        check("-1", None);
        assert!(Share::Of(1_000).is_exceeded(2, 1_999) && !Share::Of(1_000).is_exceeded(2, 2_000));
    }

    #[test]
    fn sizes_have_units() {
        let check = |text: &str, expect: Option<usize>| assert_eq!(bytes(text).ok(), expect, "{text}");
        check("64MB", Some(64 << 20));
        check("1 gb", Some(1 << 30));
        check("4096", Some(4096));
        check("8GB", None);
        check("0", None);
        check("MB", None);
        check("1.5MB", None);
    }
}
