//! What sets of several knobs cost, against how often, or by how much, they keep the promises.

use super::answers::{basis, verdict};
use super::cloud::{Cloud, Spot};
use super::scale::values;
use super::{chart, means, share, share_text};
use crate::charts::Chart;
use crate::charts::axis::Axis;
use crate::charts::data::Table;
use crate::charts::style::SMALL;
use crate::story::answer::{cost_cells, cost_heads, dollars};
use crate::{Error, number};
use brownout_analysis::answer::{Averaged, Cheapest, Set, Wanted};
use brownout_metrics::Unit;
use brownout_stats::Verdict;

/// Pixels for a name in the key of a cloud.
const KEY_MAX: f64 = 215.0;
/// Names in the key of a cloud.
const NAMED_MAX: usize = 16;

/// What sets cost, against the share of runs that keep the promises, or a mean; the front has names.
pub(crate) fn cheapest(found: &Cheapest) -> Result<Vec<Chart>, Error> {
    let tried: Vec<&Set> = found.tried.iter().filter(|set| 0 < set.runs).collect();
    if tried.is_empty() {
        return Ok(Vec::new());
    }
    let front = found.front();
    let is_answer = |set: &Set| found.answer.as_ref().is_some_and(|answer| answer.values == set.values);
    let on_front = |set: &Set| front.iter().any(|other| other.values == set.values);
    let named = named(&tried, is_answer, on_front);
    let is_named = |set: &Set| named.iter().any(|other| other.values == set.values);
    // Where names with their knobs have no room, the knobs stand over the key.
    let is_long = |set: &&Set| KEY_MAX < crate::font::width(&set_name(found, set, false), SMALL, true);
    let short = named.iter().any(is_long);
    let spot = |set: &Set| {
        let (height, ends) = height(found, set);
        let color = verdict(set.verdict, Wanted::Least).1;
        let name = if is_named(set) { set_name(found, set, short) } else { String::new() };
        let up = ends.filter(|_| is_named(set));
        let all = set.cost.all;
        let across = all.ci95.filter(|_| is_named(set));
        Spot { at: (all.mean, height), across, up, color, name, is_answer: is_answer(set) }
    };
    // Those with names last, so that they lie above the others and letters are in their order.
    let others = tried.iter().copied().filter(|set| !is_named(set));
    let spots: Vec<Spot> = others.chain(named.iter().copied()).map(spot).collect();
    let costs: Vec<f64> = tried.iter().map(|set| set.cost.all.mean).collect();
    let heads = cost_heads(tried.iter().map(|set| &set.cost));
    let across =
        if 1 < heads.len() { "cost with penalties a month, US dollars" } else { "cost a month, US dollars" };
    let title = story_title(found);
    let on_average = found.terms.is_on_average();
    let (up, bound) = up(found, &tried);
    let legend = [Verdict::Accepted, Verdict::Undecided, Verdict::Rejected].map(|one| {
        let (word, color) = verdict(one, Wanted::Least);
        let share = number::plain(found.terms.share, Unit::Share);
        (color, if on_average { format!("{word} on average") } else { format!("{word} for {share} of runs") })
    });
    let svg = Cloud {
        title: &title,
        subtitle: &basis(&found.terms, found.runs),
        across: values(&costs, across, Unit::Dollars, 6),
        up,
        stairs: front.iter().map(|set| (set.cost.all.mean, height(found, set).0)).collect(),
        bound,
        spots,
        legend: legend.to_vec(),
        keyed: true,
        key_head: if short {
            found.knobs.iter().map(|knob| crate::screen::path(knob)).collect::<Vec<_>>().join(", ")
        } else {
            String::new()
        },
    }
    .draw()?;
    let (more, rough) = if on_average { ("by more", "means") } else { ("more often", "shares") };
    let caption = format!(
        "Each dot is a set of values that was run. The line joins the Pareto front: no set that was run costs less and \
         keeps the promises {more}. The ring is the answer; sets that fail are left after a few runs, so that their \
         {rough} are rough."
    );
    Ok(vec![chart("pareto", &title, caption, svg, sets(found, &named))])
}

/// The answer, the front and what is undecided have names, cheapest first.
fn named<'a>(
    tried: &[&'a Set],
    is_answer: impl Fn(&Set) -> bool,
    on_front: impl Fn(&Set) -> bool,
) -> Vec<&'a Set> {
    let is_named = |set: &&Set| is_answer(set) || on_front(set) || set.verdict == Verdict::Undecided;
    let mut named: Vec<&Set> = tried.iter().copied().filter(is_named).collect();
    named.sort_by(|a, b| a.cost.all.mean.total_cmp(&b.cost.all.mean));
    let answer_at = named.iter().position(|set| is_answer(set)).unwrap_or(0);
    let from = (answer_at + 1).saturating_sub(NAMED_MAX);
    named.into_iter().skip(from).take(NAMED_MAX).collect()
}

/// How high a set stands: the share of its runs that keep the promises, or the mean that is nearest to its bound.
fn height(found: &Cheapest, set: &Set) -> (f64, Option<(f64, f64)>) {
    match found.nearest() {
        None => share(set.kept as u64, set.runs as u64),
        Some(at) => set.averages[at]
            .map_or((f64::NAN, None), |one| (one.mean, means::ends(&one, &found.terms.promises[at]))),
    }
}

/// The axis of that, and what it is held against.
fn up(found: &Cheapest, tried: &[&Set]) -> (Axis, Option<(f64, String)>) {
    let Some(at) = found.nearest() else {
        let share = number::plain(found.terms.share, Unit::Share);
        let axis = Axis::share("share of runs that keep what is promised");
        return (axis, Some((found.terms.share, format!("{share} of runs"))));
    };
    let promise = &found.terms.promises[at];
    let all: Vec<Averaged> = tried.iter().filter_map(|set| set.averages[at]).collect();
    let numbers: Vec<f64> = all.iter().flat_map(|one| [one.mean, one.bound]).collect();
    (means::axis(promise, &numbers), all.last().map(|one| means::bound(promise, one)))
}

fn story_title(found: &Cheapest) -> String {
    match &found.answer {
        Some(answer) => format!("Cheapest that keeps it: {}", dollars(answer.cost.all.mean)),
        None if found.terms.is_on_average() => "Cost against what is promised on average".to_owned(),
        None => "Cost against the share of runs that keep it".to_owned(),
    }
}

fn set_name(found: &Cheapest, set: &Set, short: bool) -> String {
    if short {
        return set.values.join(", ");
    }
    let one = |(knob, value): (&String, &String)| format!("{} {value}", crate::screen::path(knob));
    found.knobs.iter().zip(&set.values).map(one).collect::<Vec<_>>().join(", ")
}

/// The named sets with their letters, then the others, by cost.
fn sets(found: &Cheapest, named: &[&Set]) -> Table {
    let mut head: Vec<String> = vec!["set".to_owned()];
    head.extend(found.knobs.iter().cloned());
    let on_average = found.terms.is_on_average();
    let averages = || found.terms.promises.iter().enumerate().filter(|(_, one)| one.on_average);
    let heads = cost_heads(found.tried.iter().map(|set| &set.cost));
    head.extend(heads.iter().map(|head| (*head).to_owned()));
    let shares = ["runs that keep it", "share of runs (95 % interval)"];
    head.extend(if on_average {
        ["runs"].map(str::to_owned).to_vec()
    } else {
        shares.map(str::to_owned).to_vec()
    });
    head.extend(
        averages().flat_map(|(_, one)| [format!("{} (mean)", one.of), format!("bound ({})", one.that)]),
    );
    head.push("verdict".to_owned());
    let fleet = found.tried.iter().any(|set| 0 < set.accelerators);
    head.extend(fleet.then(|| "accelerators".to_owned()));
    let is_named = |set: &Set| named.iter().any(|other| other.values == set.values);
    let mut others: Vec<&Set> = found.tried.iter().filter(|set| 0 < set.runs && !is_named(set)).collect();
    others.sort_by(|a, b| a.cost.all.mean.total_cmp(&b.cost.all.mean));
    let mut table = vec![head];
    for (at, set) in named.iter().copied().chain(others).enumerate().take(200) {
        let letter = if at < named.len() { super::letters(at) } else { number::NONE.to_owned() };
        let mut row = vec![letter];
        row.extend(set.values.iter().cloned());
        row.extend(cost_cells(heads, Some(&set.cost)));
        if on_average {
            row.push(number::grouped(set.runs as u64));
        } else {
            row.push(format!("{} of {} runs", set.kept, set.runs));
            row.push(share_text(set.kept as u64, set.runs as u64));
        }
        row.extend(averages().flat_map(|(at, one)| means::text(set.averages[at], one)));
        row.push(verdict(set.verdict, Wanted::Least).0.to_owned());
        row.extend(fleet.then(|| number::grouped(set.accelerators)));
        table.push(row);
    }
    table
}
