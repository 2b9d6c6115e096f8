//! No text makes the reader panic: arbitrary bytes, and good files with something done to them.

mod common;

use brownout_scenario::{Overrides, load};
use common::Memory;
use proptest::prelude::*;

const GOOD: [&str; 2] = [include_str!("good/everything.toml"), include_str!("good/mm1.toml")];
const TRACE: &str = include_str!("traces/small.csv");

/// Values that people and fuzzers come up with.
const ODD: [&str; 16] = [
    "0",
    "-1",
    "1e308",
    "nan",
    "\"\"",
    "\"0s\"",
    "\"9999999w\"",
    "[]",
    "[[]]",
    "{}",
    "true",
    "1979-05-27",
    "\"0/s\"",
    "\"none\"",
    "9223372036854775807",
    "{ dist = \"mixture\", of = [{ dist = \"pareto\", mean = \"1s\", shape = 1 }] }",
];

/// A line that may well be TOML.
const LINE: &str = r#"(\[|\[\[)?[a-z."]{1,8}(\]|\]\])?( = ([0-9]{1,3}|"[0-9a-z/]{1,5}"|\{\}))?"#;

fn read(name: &str, text: &str) {
    let files = Memory::of(&[(name, text), ("../traces/small.csv", TRACE), ("traces/small.csv", TRACE)]);
    match load(name, &files, &Overrides::default()) {
        Ok(scenario) => scenario.model.check(),
        Err(problems) => {
            assert!(problems.has_errors());
            assert!(!problems.render(false).is_empty() && !problems.render(true).is_empty());
        }
    }
}

/// Replaces what stands right of the n-th `=` by something odd.
fn odd_value(text: &str, at: usize, value: &str) -> String {
    let places: Vec<usize> = text.match_indices("= ").map(|(at, _)| at + 2).collect();
    let start = places[at % places.len()];
    let len = text[start..].find([',', '\n', '}', ']']).unwrap_or(0);
    format!("{}{value}{}", &text[..start], &text[start + len..])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_text(text in "\\PC{0,200}") {
        read("a.toml", &text);
        read("a.json", &text);
    }

    #[test]
    fn arbitrary_toml(lines in proptest::collection::vec(LINE, 0..12)) {
        read("a.toml", &lines.join("\n"));
    }

    #[test]
    fn a_good_file_with_an_odd_value(which in 0..GOOD.len(), at in 0usize..1000, odd in 0..ODD.len()) {
        read("good/a.toml", &odd_value(GOOD[which], at, ODD[odd]));
    }

    #[test]
    fn a_good_file_with_a_part_cut_out(which in 0..GOOD.len(), from in 0usize..4000, len in 0usize..80) {
        let text: Vec<char> = GOOD[which].chars().collect();
        let from = from % text.len();
        let kept = text[..from].iter().chain(&text[(from + len).min(text.len())..]);
        read("good/a.toml", &kept.collect::<String>());
    }

    #[test]
    fn arbitrary_settings(path in "[a-z0-9.]{0,24}", value in "\\PC{0,24}") {
        let files = Memory::of(&[("a.toml", GOOD[1])]);
        let options = Overrides { set: vec![(path, value)], variant: None, seed: None, replications: Some(0) };
        let _ = load("a.toml", &files, &options);
    }
}

#[test]
fn depth_is_limited_not_the_stack() {
    for (open, close) in [("[", "]"), ("{ a = ", "}")] {
        let deep = format!("schema = {}{}", open.repeat(50_000), close.repeat(50_000));
        read("a.toml", &deep);
    }
    read("a.json", &format!("{}{}", "[".repeat(50_000), "]".repeat(50_000)));
    read("a.json", &format!("{{\"a\":{}1{}}}", "[".repeat(100), "]".repeat(100)));
    for keys in [100, 50_000] {
        let path = vec!["a"; keys].join(".");
        read("a.toml", &format!("{path} = 1"));
        read("a.toml", &format!("[{path}]"));
    }
}

#[test]
fn a_large_file_full_of_mistakes_is_refused_soon() {
    let keys: Vec<String> = (0..150_000).map(|n| format!("wrokers{n} = 1")).collect();
    read("a.toml", &format!("{}{}", GOOD[1], keys.join("\n")));
    let step = |n: usize| format!("{{ do = \"step{n}\" }}, ");
    let steps: String = (0..60_000).map(step).collect();
    read("a.toml", &GOOD[1].replace("{ do = \"get\" }", &steps));
    let calls = "{ to = \"nobody\" }, ".repeat(60);
    let tier = |n: usize| format!("[tier.t{n}]\nkind = \"gateway\"\ncalls = [{calls}]\n");
    read("a.toml", &format!("schema = 1\n{}", (0..1_000).map(tier).collect::<String>()));
    let axis: Vec<String> = (0..10_000).map(|n| n.to_string()).collect();
    read("a.toml", &format!("{}\n[sweep]\n\"tier.server.replicas\" = [{}]\n", GOOD[1], axis.join(", ")));
}
