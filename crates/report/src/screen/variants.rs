//! Several variants side by side: a row each.

use super::number::success;
use super::paint::{BAD, BOLD, PLAIN, cut, paint, wrap};
use super::summary::{badge_style, badge_words, line, more};
use super::table::{Cell, Side, Table};
use super::{NAME_MAX, WIDTH};
use crate::number::{self, NONE};
use crate::story::sentence;
use brownout_analysis::findings::Findings;
use brownout_analysis::is_at_once;
use brownout_metrics::clients::WORST_SUCCESS_RATE;

/// More variants have no place beside anything else.
const VARIANTS_MAX: usize = 24;

/// One row a variant, then what happened in the first.
pub(super) fn verdicts(out: &mut String, findings: &[Findings]) {
    let shown = &findings[..findings.len().min(VARIANTS_MAX)];
    let head = |who: &'static str| {
        let head = [
            ("variant", Side::Left),
            ("verdict", Side::Left),
            ("back", Side::Right),
            ("at worst", Side::Right),
        ];
        head.into_iter().chain([(who, Side::Left), ("met", Side::Right)]).collect::<Vec<_>>()
    };
    let mut narrow = Table::new(&head(""));
    for variant in shown {
        narrow.row(row(variant, 0));
    }
    // The column of names gets the width that the others leave.
    let who = WIDTH.saturating_sub(narrow.render_width());
    let mut table = Table::new(&head("who"));
    for variant in shown {
        table.row(row(variant, who));
    }
    more(&mut table, shown.len(), findings.len());
    out.push_str(&table.render());
    line(out, "");
    for (at, part) in wrap(&format!("base: {}", sentence(&findings[0])), WIDTH).iter().enumerate() {
        line(out, &if at == 0 { part.replacen("base:", &paint("base:", BOLD), 1) } else { part.clone() });
    }
}

fn row(findings: &Findings, who: usize) -> Vec<Cell> {
    let worst = worst(findings);
    let (met, all) = (findings.expectations.iter().filter(|e| e.pass).count(), findings.expectations.len());
    let expected = if all == 0 { NONE.to_owned() } else { format!("{met} of {all}") };
    let badge = findings.verdict.badge;
    let name = worst.as_ref().filter(|_| 0 < who).map_or(String::new(), |(name, _)| cut(name, who));
    vec![
        Cell::plain(cut(&findings.stamp.variant, NAME_MAX)),
        Cell::new(badge_words(badge), badge_style(badge)),
        Cell::plain(findings.verdict.recovery_seconds.map_or(NONE.to_owned(), |e| back(e.mean))),
        worst.map_or(Cell::plain(NONE), |(_, rate)| success(rate, WORST_SUCCESS_RATE.unit)),
        Cell::plain(name),
        Cell::new(expected, if met == all { PLAIN } else { BAD }),
    ]
}

/// How long after the trigger it was back.
fn back(seconds: f64) -> String {
    if is_at_once(seconds) { "at once".to_owned() } else { number::clock(seconds) }
}

/// The clients who were hurt most, and their worst success rate.
fn worst(findings: &Findings) -> Option<(String, f64)> {
    let hurt = findings.hurt.as_ref()?;
    let rate = findings.values.get(&hurt.subject(), &WORST_SUCCESS_RATE)?.mean;
    Some((format!("{} {}", hurt.class, hurt.operation), rate))
}
