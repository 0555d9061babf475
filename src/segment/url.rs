//! Web and mail addresses.

use memchr::memmem;

use crate::{span::Span, zone::Zone};

/// Marks every run without white space that holds `://`, `www.` or an `@` between letters.
pub(super) fn urls(text: &str, inline: &mut Vec<(Span, Zone)>) {
    let bytes = text.as_bytes();
    let schemes = memmem::find_iter(bytes, "://");
    let hosts = memmem::find_iter(bytes, "www.");
    let mails = memchr::memchr_iter(b'@', bytes);
    let mut end = 0;
    let mut signs: Vec<usize> = schemes.chain(hosts).chain(mails.filter(|&at| is_mail(bytes, at))).collect();
    signs.sort_unstable();
    for at in signs {
        if at >= end {
            let run = run_around(bytes, at);
            end = run.end;
            inline.push((run, Zone::Url));
        }
    }
}

fn is_mail(bytes: &[u8], at: usize) -> bool {
    let letter = |index: Option<usize>| index.and_then(|it| bytes.get(it)).is_some_and(u8::is_ascii_alphanumeric);
    letter(at.checked_sub(1)) && letter(at.checked_add(1))
}

/// The run of graphic ASCII around an offset, without brackets and quotes in front and punctuation at its end.
fn run_around(bytes: &[u8], at: usize) -> Span {
    let inside = |byte: &&u8| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>' | b'"');
    let start = at - bytes[..at].iter().rev().take_while(|it| inside(it) && !matches!(it, b'(' | b'[')).count();
    let mut end = at + bytes[at..].iter().take_while(inside).count();
    while end > at + 1 && matches!(bytes[end - 1], b'.' | b',' | b';' | b':' | b'!' | b'?' | b')' | b']' | b'\'') {
        end -= 1;
    }
    Span::new(start, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[&str]) {
        let mut inline = Vec::new();
        urls(text, &mut inline);
        assert_eq!(inline.iter().map(|(span, _)| &text[span.range()]).collect::<Vec<_>>(), expect);
    }

    #[test]
    fn addresses_end_before_punctuation() {
        check("See (https://a.org/x?y=1), or www.b.com.", &["https://a.org/x?y=1", "www.b.com"]);
        check("mail me@here.net; not @handle nor a @ b", &["me@here.net"]);
        check("“http://é.fr” :// end", &["http://", "://"]);
    }
}
