//! The shipped rules keep what their examples promise.

use std::{collections::BTreeSet, fmt::Write as _, sync::Arc};

use unspin::{embedded, examples};

#[test]
fn every_example_of_every_shipped_rule_holds() {
    let outcome = examples::run(&Arc::new(embedded::rules()), 0);
    let mut told = String::new();
    for it in &outcome.failures {
        let wanted = it.expected.as_deref().unwrap_or("(left alone)");
        write!(told, "{}\n  text  {}\n  wants {wanted}\n  got   {}\n", it.rule, it.text, it.got).expect("a string takes anything");
    }
    assert!(outcome.failures.is_empty(), "{} of {} examples do not hold:\n{told}", outcome.failures.len(), outcome.run);
    assert!(outcome.run > 0, "there are examples");
}

#[test]
fn every_rule_has_an_id_of_its_own() {
    let book = embedded::rulebook();
    let mut seen = BTreeSet::new();
    let twice: Vec<&str> = book.rules.iter().map(|it| it.id.as_str()).filter(|it| !seen.insert(*it)).collect();
    assert_eq!(twice, [""; 0]);
}

#[test]
fn a_rule_is_called_by_its_pack_its_family_and_its_name() {
    let book = embedded::rulebook();
    for rule in book.rules.iter() {
        let (family, name) = rule.id.as_str().rsplit_once('/').expect("an id has parts");
        assert_eq!((book.family(rule).id.as_ref(), name.is_empty()), (family, false), "{}", rule.id);
        assert!(family.starts_with(&format!("{}/", book.pack_of(rule).name)), "{}", rule.id);
    }
}

#[test]
fn every_family_has_rules_and_every_pack_families() {
    let book = embedded::rulebook();
    let full: BTreeSet<&str> = book.rules.iter().map(|it| book.family(it).id.as_ref()).collect();
    let empty: Vec<&str> = book.families.iter().map(|it| it.id.as_ref()).filter(|it| !full.contains(it)).collect();
    assert_eq!(empty, [""; 0], "families without rules");
    let full: BTreeSet<u32> = book.families.iter().map(|it| it.pack).collect();
    let empty: Vec<&str> = (0..).zip(&book.packs).filter(|(at, _)| !full.contains(at)).map(|(_, it)| it.name.as_ref()).collect();
    assert_eq!(empty, [""; 0], "packs without families");
}
