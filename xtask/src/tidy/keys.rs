//! A metric is written down once: its key stands in no other crate than `metrics`.

use super::{Problem, Rule};
use crate::repository::Repository;
use crate::source::{code_only, line_of, strings, tests};
use std::collections::BTreeSet;

pub(super) const RULE: Rule = Rule {
    name: "keys",
    why: "a number that is listed in two places is shown with two units before long",
    check,
};

const TABLE: &str = "crates/metrics/METRICS.md";

/// Where results are computed, judged, kept, shown and asked for.
const ABOVE: &[&str] =
    &["observe", "lab", "analysis", "results", "report", "study", "host", "terminal", "cli"];

fn check(repository: &Repository) -> Vec<Problem> {
    let table = repository.files.iter().find(|file| file.path == TABLE);
    let keys: BTreeSet<&str> = table.map(|file| keys(&file.text).collect()).unwrap_or_default();
    let mut problems = Vec::new();
    for file in repository.rust() {
        let source = file.path.contains("/src/");
        if !source || file.member().is_none_or(|member| !ABOVE.contains(&member)) {
            continue;
        }
        let tests = tests(&code_only(&file.text));
        for (at, text) in strings(&file.text) {
            let of_tests = tests.iter().any(|range| range.contains(&at));
            if !of_tests && keys.contains(text) {
                let what = format!("the key of a metric, {text:?}, is written down here");
                let fix = "name its row: `brownout_metrics::tiers::UTILISATION`, or iterate over the table";
                problems.push(Problem::new(&file.path, line_of(&file.text, at), what, fix));
            }
        }
    }
    problems
}

/// The first column of the rows of the reference, but for plain words: `goodput` may head a column of a page.
fn keys(table: &str) -> impl Iterator<Item = &str> {
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    rows.map(|(key, _)| key).filter(|key| key.contains(['_', '.']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, code: &str) -> Vec<String> {
        let table = "| key | unit |\n|---|---|\n| `success_rate` | share |\n| `replicas` | replicas |\n";
        let repository = Repository::of(&[(TABLE, table), (path, code)]);
        check(&repository).iter().map(|p| format!("{}:{}: {}", p.file, p.line, p.what)).collect()
    }

    #[test]
    fn a_key_outside_of_the_table_is_found() {
        let wanted =
            ["crates/report/src/a.rs:2: the key of a metric, \"success_rate\", is written down here"];
        assert_eq!(found("crates/report/src/a.rs", "fn a() {\n    get(\"success_rate\")\n}\n"), wanted);
    }

    #[test]
    fn comments_tests_and_other_crates_may_speak_of_it() {
        let tests = "#[cfg(test)]\nmod tests {\n    fn a() { get(\"success_rate\") }\n}\n";
        assert_eq!(found("crates/report/src/a.rs", tests), [""; 0]);
        assert_eq!(found("crates/report/src/a.rs", "// \"success_rate\"\nfn a() {}\n"), [""; 0]);
        assert_eq!(found("crates/scenario/src/a.rs", "fn a() { get(\"success_rate\") }\n"), [""; 0]);
        assert_eq!(found("crates/report/src/a.rs", "fn a() { get(\"replicas\") }\n"), [""; 0]);
    }
}
