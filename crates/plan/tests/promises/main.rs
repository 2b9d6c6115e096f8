//! What each question of the lab promises, measured on problems whose answers are known in closed form.
//!
//! The suite has a part of the trials; `cargo xtask lab` has all of them and writes the page.

mod average;
mod best;
mod cheapest;
mod dice;
mod narrow;
mod page;
mod share;
mod tipping;
mod trials;

use page::Row;
use trials::Trials;

/// What measures a question.
type Measure = fn(Trials) -> Vec<Row>;

/// Every question, and the trials of the suite: as many as take a second each.
const MEASURES: [(Measure, usize); 6] = [
    (share::measure, 30),
    (average::measure, 8),
    (tipping::measure, 40),
    (cheapest::measure, 12),
    (best::measure, 40),
    (narrow::measure, 20),
];

#[test]
fn promises_are_kept() {
    let campaign: Option<usize> =
        std::env::var("BROWNOUT_LAB").ok().map(|trials| trials.parse().expect("a number of trials"));
    let measured = |(measure, trials): (Measure, usize)| measure(Trials(campaign.unwrap_or(trials)));
    let rows: Vec<Row> = MEASURES.into_iter().flat_map(measured).collect();
    if let Ok(path) = std::env::var("BROWNOUT_LAB_PAGE") {
        std::fs::write(&path, page::page(&rows)).expect("the page can be written");
    }
    let broken: Vec<String> =
        rows.iter().filter(|row| !row.is_kept(campaign.is_some())).map(Row::line).collect();
    assert!(broken.is_empty(), "promises that are not kept:\n{}", broken.join("\n"));
}
