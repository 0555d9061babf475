//! A profile as a page: one file that a browser opens from the disk, without a script.
//!
//! Whatever a text, a rule or a name holds is escaped where it is put in; the policy of the page allows its one style by its hash, and
//! nothing else: nothing runs, and no address is asked for.

use std::fmt::Write as _;

use super::{
    Change, Counts, Excerpt, LENGTHS, Profile, RuleCount, SOURCES, VERDICTS, Worst, change,
    plot::{Column, Columns, bar, columns, share, shares},
    text::{busiest, meaning, percent},
};
use crate::{
    diff::printable,
    page::hash,
    report::totals::{counted, grouped},
};

const STYLE: &str = concat!(include_str!("../style.css"), include_str!("page.css"));

/// So many rules and sources are shown at once, and so many behind a click.
const SHOWN: usize = 20;
const MOST: usize = 500;

/// The page. `name` says what was profiled; beside an earlier profile it shows what has changed.
#[must_use]
pub fn write_page(profile: &Profile, before: Option<&Profile>, name: &str) -> String {
    let total = &profile.total;
    let policy = format!("default-src 'none'; style-src '{}'", hash(STYLE));
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>Profile of {name}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<a class=\"jump\" href=\"#verdicts\">To the verdicts</a>\n",
        name = escaped(name)
    );
    let put = &mut page;
    head(profile, before, name, put);
    *put += "<main>\n";
    section("verdicts", "Verdicts", &verdicts(total, before), put);
    section("rules", "Findings by rule", &rules(profile, before), put);
    section("sources", "Findings by source", &sources(profile, before), put);
    section("distributions", "Lengths and chances", &distributions(profile, before), put);
    if profile.dated_by.is_some() {
        section("months", "Over time", &over_time(profile), put);
    }
    if !profile.worst.is_empty() {
        section("worst", "Worst documents", &worst(&profile.worst), put);
    }
    let _ = write!(
        put,
        "</main>\n<footer><p>Made by unspin {}, rules {}. This page holds no script and asks no address; it holds excerpts of texts.</p>\
         </footer>\n</body>\n</html>\n",
        escaped(&profile.unspin),
        escaped(&profile.rules_hash)
    );
    page
}

fn section(id: &str, title: &str, content: &str, put: &mut String) {
    let _ = writeln!(put, "<section id=\"{id}\" aria-labelledby=\"{id}-title\">\n<h2 id=\"{id}-title\">{title}</h2>\n{content}</section>");
}

fn head(profile: &Profile, before: Option<&Profile>, name: &str, put: &mut String) {
    let total = &profile.total;
    let _ = write!(put, "<header>\n<h1>{}</h1>\n", escaped(name));
    if let Some(it) = before {
        let _ = writeln!(
            put,
            "<p class=\"faint\">Beside an earlier profile of {}. “Up” and “down” are changes of the share of documents that chance explains \
             in fewer than one of a hundred cases.</p>",
            counted(it.total.documents, "document")
        );
        if it.rules_hash != profile.rules_hash {
            let old = escaped(&it.unspin);
            let _ = writeln!(
                put,
                "<p class=\"notice\">The earlier profile was made with other rules (unspin {old}): some changes may be theirs.</p>"
            );
        }
    }
    let tiles = [
        ("documents", grouped(total.documents)),
        ("words", grouped(total.words)),
        ("spun or translated", percent(total.convicted(), total.documents)),
        ("with findings", percent(total.found, total.documents)),
        ("findings in 1,000 words", per_thousand(total.findings, total.words)),
    ];
    let tiles = tiles.map(|(what, value)| format!("<div><dt>{what}</dt><dd>{value}</dd></div>")).concat();
    let _ = write!(put, "<dl class=\"tiles\">{tiles}</dl>\n<nav aria-label=\"Sections\">");
    let time = profile.dated_by.as_ref().map(|_| ("months", "Over time"));
    let worst = (!profile.worst.is_empty()).then_some(("worst", "Worst documents"));
    let sections = [("verdicts", "Verdicts"), ("rules", "Rules"), ("sources", "Sources"), ("distributions", "Lengths and chances")];
    for (id, title) in sections.into_iter().chain(time).chain(worst) {
        let _ = write!(put, "<a href=\"#{id}\">{title}</a>");
    }
    *put += "</nav>\n</header>\n";
}

fn verdicts(total: &Counts, before: Option<&Profile>) -> String {
    let headings = ["verdict", "documents", "share"];
    let rows = VERDICTS.map(|verdict| {
        let (word, count) = (verdict.as_str(), total.of(verdict));
        let swatch = "<span class=\"swatch\" aria-hidden=\"true\"><svg viewBox=\"0 0 1 1\"><rect width=\"1\" height=\"1\"";
        let name = format!("{swatch} class=\"{word}\"/></svg></span>{word} <span class=\"faint about\">{}</span>", meaning(verdict));
        let was = before.map(|it| ((count, total.documents), (it.total.of(verdict), it.total.documents)));
        row(&name, &[grouped(count), percent(count, total.documents)], was)
    });
    format!("<div class=\"sum\">{}</div>\n{}", shares(total), table("Documents by verdict", &headings, &rows, before.is_some()))
}

fn rules(profile: &Profile, before: Option<&Profile>) -> String {
    let rules = busiest(profile);
    if rules.is_empty() {
        return "<p class=\"faint\">Nothing was found.</p>\n".to_owned();
    }
    let most = rules[0].1.findings;
    let headings = ["rule", "", "findings", "documents", "of all"];
    let all = profile.total.documents;
    let rows: Vec<String> = rules
        .iter()
        .take(MOST)
        .map(|(rule, count)| {
            let was = before.map(|it| {
                let was: RuleCount = it.rules.get(rule.as_str()).copied().unwrap_or_default();
                ((count.documents, all), (was.documents, it.total.documents))
            });
            let cells =
                [bar(share(count.findings, most)), grouped(count.findings), grouped(count.documents), percent(count.documents, all)];
            // Long names break where their parts do.
            row(&escaped(rule).replace('/', "/<wbr>"), &cells, was)
        })
        .collect();
    let about = "<p class=\"faint\">Findings of severity “warning” and above; what is only shown is not counted.</p>\n";
    let rules = tables("Rules, the busiest first", &headings, &rows, rules.len(), before.is_some());
    format!("{about}<div class=\"bars\">{rules}</div>\n")
}

fn sources(profile: &Profile, before: Option<&Profile>) -> String {
    let headings = [profile.grouped_by.as_str(), "verdicts", "documents", "convicted", "suspect", "in 1,000 words", "most of"];
    let rows: Vec<String> = profile
        .sources
        .iter()
        .take(MOST)
        .map(|source| {
            let it = &source.counts;
            let was = before.map(|before| {
                let was = before.sources.iter().find(|it| it.name == source.name).map(|it| &it.counts);
                let was = was.map_or((0, 0), |it| (it.convicted(), it.documents));
                ((it.convicted(), it.documents), was)
            });
            row(&escaped(&source.name), &of_source(it), was)
        })
        .collect();
    let rest = &profile.other_sources;
    let note = if rest.documents > 0 {
        format!(
            "<p class=\"faint\">There are more than {} sources: {} of small ones are counted together, and a source may have more than is told of it.</p>\n",
            grouped(SOURCES),
            counted(rest.documents, "document")
        )
    } else {
        String::new()
    };
    note + &tables("Sources, those with the most convicted documents first", &headings, &rows, profile.sources.len(), before.is_some())
}

fn of_source(it: &Counts) -> [String; 6] {
    let most = it.packs.iter().max_by(|a, b| a.1.cmp(b.1).then_with(|| b.0.cmp(a.0)));
    let convicted = percent(it.convicted(), it.documents);
    let most = most.map_or_else(String::new, |it| escaped(it.0));
    [shares(it), grouped(it.documents), convicted, grouped(it.suspect), per_thousand(it.findings, it.words), most]
}

/// What was counted now and before, of how many.
type Both = ((usize, usize), (usize, usize));

fn row(name: &str, cells: &[String], was: Option<Both>) -> String {
    let mut row = format!("<tr><th scope=\"row\" class=\"name\">{name}</th>");
    for cell in cells {
        let class = if cell.starts_with("<svg") { " class=\"wide\"" } else { "" };
        let _ = write!(row, "<td{class}>{cell}</td>");
    }
    if let Some((now, before)) = was {
        let how = match change(now, before) {
            Change::Same => "",
            Change::Up => " <span class=\"up\">▲ up</span>",
            Change::Down => " <span class=\"down\">▼ down</span>",
        };
        let before = if before.1 == 0 { "new".to_owned() } else { percent(before.0, before.1) };
        let _ = write!(row, "<td>{before}{how}</td>");
    }
    row + "</tr>\n"
}

fn table(caption: &str, headings: &[&str], rows: &[String], compared: bool) -> String {
    let mut head = String::new();
    for (index, heading) in headings.iter().chain(compared.then_some(&"before")).enumerate() {
        let class = if index == 0 { " class=\"name\"" } else { "" };
        let class = if heading.is_empty() || *heading == "verdicts" { " class=\"wide\"" } else { class };
        let seen = if heading.is_empty() { "<span class=\"unseen\">as a bar</span>".to_owned() } else { escaped(heading) };
        let _ = write!(head, "<th scope=\"col\"{class}>{seen}</th>");
    }
    format!(
        "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{caption}\"><table><caption class=\"unseen\">{caption}</caption>\
         <thead><tr>{head}</tr></thead>\n<tbody>\n{}</tbody></table></div>\n",
        rows.concat()
    )
}

/// A table of the first rows, and one of more behind a click.
fn tables(caption: &str, headings: &[&str], rows: &[String], all: usize, compared: bool) -> String {
    let (first, rest) = rows.split_at(rows.len().min(SHOWN));
    let mut shown = table(caption, headings, first, compared);
    if !rest.is_empty() {
        let beyond = if all > rows.len() { format!(" (there are {})", grouped(all)) } else { String::new() };
        let more = table(&format!("{caption}, continued"), headings, rest, compared);
        let _ = writeln!(shown, "<details><summary>{} more{beyond}</summary>\n{more}</details>", grouped(rest.len()));
    }
    shown
}

fn distributions(profile: &Profile, before: Option<&Profile>) -> String {
    let length = |index: usize| match LENGTHS.get(index + 1) {
        Some(end) => format!("{} to {} words", grouped(LENGTHS[index]), grouped(end - 1)),
        None => format!("{} words or more", grouped(LENGTHS[index])),
    };
    let last = profile.lengths.iter().rposition(|it| *it > 0).unwrap_or(0).max(7);
    let used = |it: &[usize]| it.iter().copied().take(last + 1).collect::<Vec<_>>();
    let marks = (1..=last).step_by(2).map(|it| (it, grouped(LENGTHS[it]))).collect();
    let was = before.map(|it| used(&it.lengths));
    let lengths = Columns { all: histogram(&used(&profile.lengths), was.as_deref(), length), marks, ..Columns::default() };
    let chance = |what: &'static str| move |index: usize| format!("chance of being {what} from {} to {}%", index * 5, index * 5 + 5);
    let marks: Vec<(usize, String)> = (0..=4).map(|it| (it * 5, format!("{}%", it * 25))).collect();
    let spun = histogram(&profile.spun, before.map(|it| it.spun.as_slice()), chance("spun"));
    let translated = histogram(&profile.translated, before.map(|it| it.translated.as_slice()), chance("translated"));
    let figures = [
        figure(&lengths, "Words in a document", "Documents by their number of words.", &used(&profile.lengths), length),
        figure(
            &Columns { all: spun, marks: marks.clone(), tenfold: true, ..Columns::default() },
            "Chance of being spun",
            "Documents by the chance that they are spun. Each step upward is ten times as many.",
            &profile.spun,
            chance("spun"),
        ),
        figure(
            &Columns { all: translated, marks, tenfold: true, ..Columns::default() },
            "Chance of being translated",
            "Documents by the chance that they are translated. Each step upward is ten times as many.",
            &profile.translated,
            chance("translated"),
        ),
    ];
    let key = if before.is_some() {
        "<p class=\"faint\">The <span class=\"key\">line</span> is the earlier profile, as if it had as many documents.</p>\n"
    } else {
        ""
    };
    format!("{key}<div class=\"plots\">{}</div>\n", figures.concat())
}

/// Columns of counts; those of an earlier profile as if it had as many documents.
#[expect(clippy::cast_precision_loss, reason = "a height on a screen")]
fn histogram(counts: &[usize], before: Option<&[usize]>, told: impl Fn(usize) -> String) -> Vec<Column> {
    let sum = |it: &[usize]| it.iter().sum::<usize>() as f64;
    let scale = before.map_or(0.0, |it| sum(counts) / sum(it).max(1.0));
    let column = |(index, count): (usize, &usize)| Column {
        value: *count as f64,
        before: before.map(|it| it.get(index).copied().unwrap_or_default() as f64 * scale),
        told: format!("{}: {}", told(index), counted(*count, "document")),
    };
    counts.iter().enumerate().map(column).collect()
}

/// A plot with what it says in words, and its numbers behind a click.
fn figure(plot: &Columns<'_>, title: &str, about: &str, counts: &[usize], told: impl Fn(usize) -> String) -> String {
    let rows: Vec<String> = counts.iter().enumerate().map(|(index, it)| row(&told(index), &[grouped(*it)], None)).collect();
    let numbers = table(title, &["", "documents"], &rows, false);
    format!(
        "<figure><h3>{title}</h3>{}<figcaption>{about}</figcaption><details><summary>Numbers</summary>\n{numbers}</details></figure>\n",
        columns(plot, title)
    )
}

/// So many months are shown one by one; of more, years are.
const MONTHS: usize = 72;

fn over_time(profile: &Profile) -> String {
    let field = profile.dated_by.as_deref().unwrap_or_default();
    let undated = if profile.undated > 0 { format!(" {} no date there that can be read.", has(profile.undated)) } else { String::new() };
    let about = format!("<p class=\"faint\">By the dates in “{}”.{undated}</p>\n", escaped(field));
    let spans = spans(profile);
    if spans.is_empty() {
        return about;
    }
    #[expect(clippy::cast_precision_loss, reason = "a height on a screen")]
    let all = |it: &Counts| it.documents as f64;
    let marks = |spans: &[(String, Counts)]| {
        let stride = spans.len().div_ceil(6);
        let shown = spans.iter().enumerate().step_by(stride);
        shown.map(|(index, it)| (index, it.0.clone())).collect::<Vec<_>>()
    };
    let told = |name: &str, it: &Counts| {
        format!(
            "{name}: {}, {} of them convicted ({})",
            counted(it.documents, "document"),
            grouped(it.convicted()),
            percent(it.convicted(), it.documents)
        )
    };
    let plot = |value: &dyn Fn(&Counts) -> f64, unit: &'static str| Columns {
        all: spans.iter().map(|(name, it)| Column { value: value(it), before: None, told: told(name, it) }).collect(),
        marks: marks(&spans),
        unit,
        tenfold: false,
    };
    let rows: Vec<String> = spans
        .iter()
        .map(|(name, it)| {
            let cells = [it.documents, it.spun, it.translated, it.suspect, it.findings].map(grouped);
            row(name, &[&cells[..], &[percent(it.convicted(), it.documents)]].concat(), None)
        })
        .collect();
    let numbers = table("Documents over time", &["", "documents", "spun", "translated", "suspect", "findings", "convicted"], &rows, false);
    format!(
        "{about}<div class=\"plots\"><figure><h3>Share that is spun or translated</h3>{}</figure>\n<figure><h3>Documents</h3>{}</figure></div>\n\
         <details><summary>Numbers</summary>\n{numbers}</details>\n",
        columns(&plot(&|it| share(it.convicted(), it.documents) * 100.0, "%"), "Share of convicted documents over time"),
        columns(&plot(&all, ""), "Documents over time"),
    )
}

fn has(count: usize) -> String {
    if count == 1 { "1 document has".to_owned() } else { format!("{} documents have", grouped(count)) }
}

/// The months from the first to the last, those without documents as well; years where there are too many.
fn spans(profile: &Profile) -> Vec<(String, Counts)> {
    use super::Count as _;
    let number = |month: &str| -> Option<usize> {
        let (year, month) = month.split_once('-')?;
        Some(year.parse::<usize>().ok()? * 12 + month.parse::<usize>().ok()?.checked_sub(1)?)
    };
    let months: Vec<(usize, &Counts)> = profile.months.iter().filter_map(|(month, it)| Some((number(month)?, it))).collect();
    let (Some(first), Some(last)) = (months.first().map(|it| it.0), months.last().map(|it| it.0)) else { return Vec::new() };
    let by = if last - first < MONTHS { 1 } else { 12 };
    let name = |span: usize| if by == 1 { format!("{:04}-{:02}", span / 12, span % 12 + 1) } else { format!("{span:04}") };
    let mut spans: Vec<(String, Counts)> = (first / by..=last / by).map(|it| (name(it), Counts::default())).collect();
    for (month, counts) in months {
        spans[month / by - first / by].1.join(counts);
    }
    spans
}

fn worst(worst: &[Worst]) -> String {
    let mut list =
        "<p class=\"faint\">Convicted documents first; among equals, those with the most findings.</p>\n<ul class=\"worst\">\n".to_owned();
    for it in worst {
        let verdict = escaped(&it.verdict);
        let _ = write!(
            list,
            "<li><h3>{}</h3>\n<p class=\"faint\"><span class=\"pill is-{verdict}\">{verdict} {}</span> {} in {}</p>\n",
            escaped(&it.name),
            crate::finding::Confidence::from_fraction(it.chance).unwrap_or_default(),
            counted(it.findings, "finding"),
            counted(it.words, "word"),
        );
        if !it.reason.is_empty() {
            let _ = writeln!(list, "<p class=\"reason\">{}</p>", escaped(&it.reason));
        }
        let excerpts: String = it.excerpts.iter().map(excerpt).collect();
        let _ = writeln!(list, "<ul class=\"excerpts\">\n{excerpts}</ul></li>");
    }
    list + "</ul>\n"
}

fn excerpt(it: &Excerpt) -> String {
    let place = match &it.becomes {
        None => format!("<mark>{}</mark>", seen(&it.text)),
        Some(becomes) => {
            let gone = (!it.text.is_empty())
                .then(|| format!("<span class=\"unseen\">[out:</span><del>{}</del><span class=\"unseen\">]</span>", seen(&it.text)));
            let new = (!becomes.is_empty())
                .then(|| format!("<span class=\"unseen\">[in:</span><ins>{}</ins><span class=\"unseen\">]</span>", seen(becomes)));
            gone.unwrap_or_default() + &new.unwrap_or_default()
        }
    };
    format!("<li><p>{}{place}{}</p><p class=\"faint\">{}</p></li>\n", escaped(&it.before), escaped(&it.after), escaped(&it.rule))
}

/// A text that is nothing but spaces is not seen as it is.
fn seen(text: &str) -> String {
    if text.trim().is_empty() { "␣".repeat(text.chars().count()) } else { escaped(text) }
}

/// How much of something there is in a thousand words.
#[expect(clippy::cast_precision_loss, reason = "a rate for a reader")]
fn per_thousand(count: usize, words: usize) -> String {
    if words == 0 { "–".to_owned() } else { format!("{:.2}", count as f64 * 1000.0 / words as f64) }
}

/// Text as HTML: nothing of it is taken for a tag, an attribute or a reference, and controls and marks of direction are made visible.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for character in printable(text).chars() {
        match character {
            '&' => html += "&amp;",
            '<' => html += "&lt;",
            '>' => html += "&gt;",
            '"' => html += "&quot;",
            '\'' => html += "&#39;",
            it => html.push(it),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::tests::profile;

    const ATTACK: &str = "</title><script>alert(1)</script><img src=x onerror='alert(1)'>\"><!--";

    #[test]
    fn nothing_that_a_text_or_a_name_holds_is_html() {
        let text = format!("They met on the the pier {ATTACK} and on the the boat {ATTACK}.");
        let id = format!("https://a.example/{ATTACK}");
        let mut it = profile(&[(id.as_str(), "2024-01-01", text.as_str())]);
        it.rules.insert(ATTACK.to_owned(), RuleCount { findings: 1, documents: 1 });
        it.sources[0].name = ATTACK.to_owned();
        it.sources[0].counts.packs.insert(ATTACK.to_owned(), 9);
        it.worst[0].verdict = ATTACK.to_owned();
        it.dated_by = Some(ATTACK.to_owned());
        it.grouped_by = ATTACK.to_owned();
        let page = write_page(&it, Some(&it.clone()), ATTACK);
        for tag in ["<script", "<img", "<!--", "onerror='"] {
            assert!(!page.contains(tag), "{tag}");
        }
        assert_eq!(page.matches("</title>").count(), 1 + page.matches("<g><title>").count());
        assert!(!page.contains(" style=") && !page.contains("http:") && !page.contains("src=\""), "nothing is asked for");
    }

    #[test]
    fn a_page_stands_for_any_profile() {
        for it in [Profile::default(), profile(&[]), profile(&[("1", "2024-01-01", "Clean text stays.")])] {
            let it = Profile { lengths: vec![0; LENGTHS.len()], ..it };
            let page = write_page(&it, Some(&Profile::default()), "news");
            assert!(page.ends_with("</html>\n") && !page.contains("NaN") && !page.contains("inf"), "{page}");
        }
    }

    #[test]
    fn months_without_documents_are_shown_and_many_months_are_years() {
        let names = |dates: &[&str]| {
            let texts: Vec<(&str, &str, &str)> = dates.iter().map(|it| ("1", *it, "Clean text stays.")).collect();
            spans(&profile(&texts)).into_iter().map(|it| format!("{}:{}", it.0, it.1.documents)).collect::<Vec<_>>()
        };
        assert_eq!(names(&["2024-01-01", "2023-11-30", "2024-01-02"]), ["2023-11:1", "2023-12:0", "2024-01:2"]);
        assert_eq!(names(&["2010-05-01", "2017-05-01"]).len(), 8);
    }
}
