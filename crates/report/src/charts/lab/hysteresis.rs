//! Hysteresis: the share of runs that are healthy, undisturbed and after an overload.

use super::curves::{At, Curve, Curves, Ends, Mark, Plane, plot, room};
use super::scale::Knob;
use super::{chart, head, share, share_text};
use crate::charts::Chart;
use crate::charts::axis::Axis;
use crate::charts::style::{BLUE, GREEN, ORANGE, VERMILLION};
use crate::story::hysteresis::{STATES, word};
use crate::{Error, number};
use brownout_analysis::hysteresis::{Hysteresis, State, Step};

/// The chart; none without values.
pub(crate) fn hysteresis(found: &Hysteresis) -> Result<Vec<Chart>, Error> {
    if found.steps.is_empty() {
        return Ok(Vec::new());
    }
    let curve = |name: &str, color, of: fn(&Step) -> (u64, u64)| {
        let at = found.steps.iter().map(|step| {
            let (y, ends) = share(of(step).0, of(step).1);
            At { x: step.number, y, ends }
        });
        Curve { name: name.to_owned(), color, at: at.collect(), ends: Ends::Band, joined: true }
    };
    let curves = vec![
        curve("undisturbed", BLUE, |step| step.up),
        curve("after an overload", ORANGE, |step| step.down),
    ];
    let stretches = found.stretches();
    let last = found.steps.len() - 1;
    let edge = |a: usize, b: usize| f64::midpoint(found.steps[a].number, found.steps[b].number);
    let mark = |(state, from, to): &(State, usize, usize)| {
        let color = match state {
            State::Safe => GREEN,
            State::Vulnerable => ORANGE,
            State::Doomed => VERMILLION,
        };
        let from = if *from == 0 { found.steps[0].number } else { edge(from - 1, *from) };
        let to = if *to == last { found.steps[last].number } else { edge(*to, to + 1) };
        Mark { from, to, name: word(*state).to_owned(), color, edge: None }
    };
    let marks = stretches.iter().map(mark).collect();
    let plane = Plane {
        height: 250.0,
        values: Axis::share("share of runs that are healthy"),
        curves,
        bounds: Vec::new(),
    };
    let levels: Vec<(f64, String)> =
        found.steps.iter().map(|step| (step.number, step.value.clone())).collect();
    let names = plane.curves.iter().map(|curve| curve.name.as_str());
    let knob = Knob::new(&levels, false, found.unit, &found.knob, plot(room(names)));
    let vulnerable = stretches.iter().any(|(state, ..)| *state == State::Vulnerable);
    let title = if vulnerable {
        let values = |(state, from, to): &(State, usize, usize)| {
            let (from, to) = (&found.steps[*from].value, &found.steps[*to].value);
            (*state == State::Vulnerable)
                .then(|| if from == to { from.clone() } else { format!("{from} to {to}") })
        };
        let values: Vec<String> = stretches.iter().filter_map(values).collect();
        format!("Vulnerable at {} = {}", found.knob, values.join(", "))
    } else {
        "No hysteresis: after an overload it comes back wherever it was healthy".to_owned()
    };
    let runs = found.steps.iter().map(|step| step.up.1 + step.down.1).sum();
    let subtitle = format!("{} · {} runs, 95 % intervals", found.title, number::grouped(runs));
    let svg =
        Curves { title: &title, subtitle: &subtitle, knob, planes: vec![plane], marks, legend: Vec::new() }
            .draw()?;
    let mut table = vec![head([
        &found.knob,
        "healthy undisturbed (95 % interval)",
        "healthy after an overload (95 % interval)",
        "state",
    ])];
    for (step, state) in found.steps.iter().zip(found.states()) {
        let text = |(kept, runs): (u64, u64)| share_text(kept, runs);
        table.push(vec![step.value.clone(), text(step.up), text(step.down), word(state).to_owned()]);
    }
    Ok(vec![chart("hysteresis", &title, STATES.to_owned(), svg, table)])
}
