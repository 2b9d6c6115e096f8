//! Where days tip over: the cumulative share over the knob, with the median and its interval.

use super::curves::{At, Curve, Curves, Ends, Mark, Plane, plot, room};
use super::scale::Knob;
use super::{chart, head};
use crate::charts::Chart;
use crate::charts::axis::Axis;
use crate::charts::data::Table;
use crate::charts::style::{BLUE, ORANGE, SLATE, VERMILLION};
use crate::{Error, number};
use brownout_analysis::answer::{Tip, Tipping};
use brownout_metrics::Unit;

/// The picture, and the values that were run.
pub(crate) fn tipping(found: &Tipping) -> Result<Vec<Chart>, Error> {
    let numbers: Option<Vec<f64>> = found.cumulative.iter().map(|tipped| tipped.number).collect();
    let Some(numbers) = numbers.filter(|numbers| !numbers.is_empty()) else { return Ok(Vec::new()) };
    let days = found.days as f64;
    let at = numbers.iter().zip(&found.cumulative).map(|(x, tipped)| {
        let (low, high) = (tipped.tipped as f64 / days, (tipped.tipped + tipped.open) as f64 / days);
        At { x: *x, y: f64::midpoint(low, high), ends: Some((low, high)) }
    });
    let curve = Curve { name: String::new(), color: BLUE, at: at.collect(), ends: Ends::Band, joined: true };
    let plane = Plane {
        height: 260.0,
        values: Axis::share("share of days that have tipped over"),
        curves: vec![curve],
        bounds: vec![(0.5, "half of days".to_owned())],
    };
    let number = |value: &Option<String>| {
        let value = value.as_ref()?;
        found.cumulative.iter().find(|tipped| tipped.value == *value)?.number
    };
    let mut marks = Vec::new();
    let interval = number(&found.median.low).zip(number(&found.median.high));
    if let (Some((from, to)), Some(low), Some(high)) = (interval, &found.median.low, &found.median.high) {
        let sure = number::plain(found.terms.confidence, Unit::Share);
        marks.push(Mark {
            from,
            to,
            name: format!("interval of the median: {low} to {high} ({sure})"),
            color: SLATE,
            edge: None,
        });
    }
    let mut mark = |tip: &Tip, name: &str, color| {
        if let (Some(at), Some(value)) = (number(&tip.at), &tip.at) {
            marks.push(Mark { from: at, to: at, name: format!("{name}: {value}"), color, edge: None });
        }
    };
    mark(&found.median, "median", VERMILLION);
    if !found.is_sharp {
        mark(&found.early, "10 % of days", ORANGE);
        mark(&found.late, "90 % of days", ORANGE);
    }
    let levels: Vec<(f64, String)> = numbers
        .iter()
        .zip(&found.cumulative)
        .map(|(number, tipped)| (*number, tipped.value.clone()))
        .collect();
    let log = matches!(numbers.as_slice(), [first, .., last] if 0.0 < *first && 20.0 <= last / first);
    let names = plane.bounds.iter().map(|(_, name)| name.as_str());
    let knob = Knob::new(&levels, log, found.terms.unit, &found.terms.knob, plot(room(names)));
    let title = match &found.median.at {
        Some(at) if found.is_answered() => {
            format!("Half of days have tipped over at {} = {at}", found.terms.knob)
        }
        _ => format!("Days that tip over, by {}", found.terms.knob),
    };
    let subtitle =
        format!("{} · {} days, {} runs", found.terms.title, found.days, number::grouped(found.runs as u64));
    let svg =
        Curves { title: &title, subtitle: &subtitle, knob, planes: vec![plane], marks, legend: Vec::new() }
            .draw()?;
    let caption = "A day that has tipped over at a value counts as tipped over at every higher one. The band is what \
                   the runs leave open: only days whose tipping point may lie there were run at a value.";
    Ok(vec![chart("tipping", &title, caption.to_owned(), svg, table(found))])
}

fn table(found: &Tipping) -> Table {
    let days = found.days as f64;
    let mut table = vec![head([
        &found.terms.knob,
        "days that have tipped over",
        "days of which it is not known",
        "share of days",
    ])];
    for tipped in &found.cumulative {
        let (low, high) = (tipped.tipped as f64 / days, (tipped.tipped + tipped.open) as f64 / days);
        let share = |share: f64| number::plain(share, Unit::Share);
        let shares = if tipped.open == 0 { share(low) } else { format!("{} to {}", share(low), share(high)) };
        table.push(vec![
            tipped.value.clone(),
            format!("{} of {} days", tipped.tipped, found.days),
            format!("{} days", tipped.open),
            shares,
        ]);
    }
    table
}
