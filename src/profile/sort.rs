//! By what documents are sorted: where they come from, and when they were written.

use std::path::Path;

use crate::{cleaner::Checked, report::Origin};

/// What the fields are usually called that hold an address.
const ADDRESSES: [&str; 5] = ["url", "link", "uri", "source_url", "href"];

/// What is said of a document without a source.
pub const NOWHERE: &str = "(unknown)";

/// So many characters of a name are kept.
const LONGEST: usize = 100;

/// What documents are grouped by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Grouping {
    /// The host of a record’s address, or the folder of a file.
    #[default]
    Source,
    /// The host of an address.
    Domain,
    /// The file.
    File,
    /// A field of the record, or what headers in the text say.
    Field(String),
}

impl Grouping {
    /// The grouping that a user names.
    #[must_use]
    pub fn named(name: &str) -> Self {
        match name {
            "source" => Self::Source,
            "domain" => Self::Domain,
            "file" => Self::File,
            name => Self::Field(name.to_owned()),
        }
    }

    /// The fields of records that are asked for it, where they are there.
    #[must_use]
    pub fn fields(&self) -> Vec<&str> {
        match self {
            Self::Source | Self::Domain => ["domain"].into_iter().chain(ADDRESSES).collect(),
            Self::File => Vec::new(),
            Self::Field(name) => vec![name],
        }
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Source => "source",
            Self::Domain => "domain",
            Self::File => "file",
            Self::Field(name) => name,
        }
    }

    /// The group of a document.
    #[must_use]
    pub fn of(&self, origin: &Origin, checked: &Checked, field: &dyn Fn(&str) -> Option<String>) -> String {
        let named = |name: &str| value(name, checked, field);
        let domain = || named("domain").or_else(|| address(origin, field));
        let file = Path::new(&origin.file);
        let folder = || file.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new(".")).display().to_string();
        let group = match self {
            Self::Source if origin.record.is_none() => Some(folder()),
            Self::Source => domain().or_else(|| Some(origin.file.clone())),
            Self::Domain => domain(),
            Self::File => Some(origin.file.clone()),
            Self::Field(name) => named(name),
        };
        group.map_or_else(|| NOWHERE.to_owned(), |it| shortened(it.trim(), LONGEST))
    }
}

/// What a field of the record holds, or a header in the text says.
fn value(name: &str, checked: &Checked, field: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let said = field(name).or_else(|| checked.metadata.get(name).cloned());
    said.filter(|it| !it.trim().is_empty())
}

/// The host of the address of a record.
fn address(origin: &Origin, field: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let id = origin.record.as_ref().and_then(|it| it.id.as_deref()).filter(|it| it.contains("://"));
    id.and_then(host).or_else(|| ADDRESSES.iter().find_map(|name| host(&field(name)?)))
}

/// The host that an address names, without `www.`: `https://www.example.org/a` is of `example.org`.
#[must_use]
pub fn host(address: &str) -> Option<String> {
    let rest = address.trim().split_once("://").map_or(address.trim(), |it| it.1);
    let host = rest.split(['/', '?', '#']).next()?;
    let host = host.rsplit('@').next()?.split(':').next()?;
    let host = host.to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host).trim_end_matches('.');
    let (_, last) = host.rsplit_once('.')?;
    let plain = host.chars().all(|it| it.is_alphanumeric() || matches!(it, '-' | '.' | '_'));
    (plain && last.chars().count() > 1 && !last.chars().all(|it| it.is_ascii_digit())).then(|| host.to_owned())
}

/// The month in which a document was written, `2024-05`, by the field that holds its date.
#[must_use]
pub fn month_of(name: &str, checked: &Checked, field: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    month(&value(name, checked, field)?)
}

/// The month of a date: `2024-05-30…`, `20240530`, `May 30, 2024`, `Thu, 30 May 2024 …`, or seconds or milliseconds since 1970.
#[must_use]
pub fn month(date: &str) -> Option<String> {
    let date = date.trim();
    let digits = |it: &str| it.bytes().all(|it| it.is_ascii_digit()) && !it.is_empty();
    let whole = date.split_once('.').map_or(date, |it| it.0);
    let (year, month) = if digits(whole) && matches!(whole.len(), 9 | 10 | 12 | 13) {
        let seconds = if whole.len() < 12 { whole } else { &whole[..whole.len() - 3] };
        month_since_1970(seconds.parse::<u64>().ok()? / 86_400)
    } else if let Some(parts) = date.get(..4).filter(|it| digits(it)).zip(date.get(4..)) {
        let rest = parts.1.trim_start_matches(['-', '/', '.']);
        let month = rest.get(..2).filter(|it| digits(it)).or_else(|| rest.get(..1).filter(|it| digits(it)))?;
        (parts.0.parse().ok()?, month.parse().ok()?)
    } else {
        let mut words = date.split(|it: char| !it.is_alphanumeric());
        let month = words.clone().find_map(|it| MONTHS.iter().position(|name| is_month(it, name)))?;
        let year = words.find(|it| it.len() == 4 && digits(it))?;
        (year.parse().ok()?, month as u64 + 1)
    };
    ((1000..3000).contains(&year) && (1..=12).contains(&month)).then(|| format!("{year:04}-{month:02}"))
}

const MONTHS: [&str; 12] =
    ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

/// Whether a word is the name of a month, or the beginning of it.
fn is_month(word: &str, name: &str) -> bool {
    word.len() >= 3 && name.get(..word.len()).is_some_and(|it| it.eq_ignore_ascii_case(word))
}

/// Year and month of a day, counted from 1970 on.
fn month_since_1970(day: u64) -> (u64, u64) {
    // Years begin in March, so that a leap day is the last of its year; 400 of them have 146,097 days.
    let day = day + 719_468;
    let (era, day) = (day / 146_097, day % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let (year, month) = (era * 400 + year, month + 3);
    if month > 12 { (year + 1, month - 12) } else { (year, month) }
}

/// The first characters of a text.
pub(super) fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_hosts() {
        let check = |address: &str, expect: Option<&str>| assert_eq!(host(address).as_deref(), expect, "{address}");
        check("https://www.Example.org/a?b", Some("example.org"));
        check("http://user@news.example.co.uk:8080/a", Some("news.example.co.uk"));
        check("example.org/a", Some("example.org"));
        check("https://правда.укр/1", Some("правда.укр"));
        check("1.5", None);
        check("not an address", None);
        check("", None);
    }

    #[test]
    fn dates_have_months() {
        let check = |date: &str, expect: Option<&str>| assert_eq!(month(date).as_deref(), expect, "{date}");
        check("2022-01-27T10:00:00Z", Some("2022-01"));
        check("2022/1/27", Some("2022-01"));
        check("20220127", Some("2022-01"));
        check("Jan 27, 2022", Some("2022-01"));
        check("Thu, 27 January 2022 10:00", Some("2022-01"));
        check("1643270400", Some("2022-01"));
        check("951782400000", Some("2000-02"));
        check("1709164800.5", Some("2024-02"));
        check("27/01/2022", None);
        check("2022-13-01", None);
        check("2022", None);
        check("soon", None);
        check("é", None);
    }
}
