//! Statistics as comments, and as the operation and load of a scenario with the same statistics.

use super::arrivals::{Arrivals, Rate};
use super::bursts::{Judged, Process, State};
use super::lengths::Lengths;
use super::statistics::Statistics;
use crate::number::{percent, plain, span};
use brownout_units::{grouped, shown};
use std::fmt::Write as _;

/// The names in a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The file of the trace.
    pub trace: String,
    /// The name of the operation and of the load.
    pub name: String,
}

/// The text, to be put into a scenario.
pub fn block(statistics: &Statistics, names: &Block) -> String {
    let Block { trace, name } = names;
    let Statistics { arrivals, prompt, output, correlation, first } = statistics;
    let mut text = format!("# The traffic of {}, by `brownout fit --trace`.\n#\n", shown(trace));
    say_arrivals(&mut text, arrivals);
    for (what, lengths) in [("prompt", prompt), ("output", output)] {
        if let Some(lengths) = lengths {
            say_lengths(&mut text, what, lengths);
        }
    }
    if let Some(correlation) = correlation {
        let _ = writeln!(text, "# correlation of prompts and outputs (normal scores): {correlation:.2}");
    }
    let _ =
        writeln!(text, "#\n# For a run of the same length: [run] duration = \"{}\"", span(arrivals.seconds));
    if matches!(arrivals.rate, Rate::Daily { .. }) {
        let _ = writeln!(
            text,
            "# The hours are those of the trace (UTC unless it has an offset): [run] start = {}",
            date(*first)
        );
    }
    text.push('\n');
    operation(&mut text, statistics, name);
    load(&mut text, arrivals, name);
    text
}

fn say_arrivals(text: &mut String, arrivals: &Arrivals) {
    let Arrivals { count, seconds, mean_rate, raw_cv, cv, dispersion, resolution, longest_gap, .. } =
        arrivals;
    let (count, length, rate) = (grouped(*count as u64), span(*seconds), plain(*mean_rate, 4));
    let _ = writeln!(text, "# arrivals: {count} in {length}, {rate}/s");
    let _ = match resolution {
        Some(step) => writeln!(
            text,
            "# times are in steps of {}, which hide gaps: cv {cv:.2} by counts around the rate below (1 is Poisson)",
            span(*step)
        ),
        None => writeln!(text, "# cv of gaps: {raw_cv:.2}; {cv:.2} around the rate below (1 is Poisson)"),
    };
    let chosen = &arrivals.bursts.chosen().dispersion;
    for ((window, raw, around), here) in dispersion.iter().zip(chosen) {
        let window = span(*window);
        let _ = writeln!(
            text,
            "# variance / mean of counts in {window}: {raw:.1}; {around:.1} around the rate below, {here:.1} of the \
             arrivals below (1 is Poisson)"
        );
    }
    say_wait(text, arrivals);
    let (gap, line) = longest_gap;
    // In a Poisson process of a million arrivals the longest gap is about 14 means.
    if 0.01 * seconds < *gap && 30.0 < gap * mean_rate {
        let gap = span(*gap);
        let _ = writeln!(
            text,
            "# no request arrives for {gap} before line {line}: if the recording paused there, cut it out"
        );
    }
}

/// What matters of a process: how long it makes requests wait.
fn say_wait(text: &mut String, arrivals: &Arrivals) {
    let bursts = &arrivals.bursts;
    let off = |judged: &Judged| {
        let ratio = judged.wait / bursts.wait.mean.max(1e-9) - 1.0;
        format!("{:.2} ({:+.0} %)", judged.wait, 100.0 * ratio)
    };
    let _ = write!(
        text,
        "# mean wait at a server that is {} busy, around the rate below: {:.2} ± {:.2} service times; of the arrivals \
         below {}",
        percent(bursts.busy),
        bursts.wait.mean,
        2.0 * bursts.wait.error,
        off(bursts.chosen())
    );
    let _ = match (&bursts.counts, &bursts.gaps.process) {
        (None, _) => writeln!(text),
        (Some(_), Process::Gamma { .. }) => writeln!(text, ", of gamma gaps {}", off(&bursts.gaps)),
        (Some(_), Process::Even) => writeln!(text, ", of even gaps {}", off(&bursts.gaps)),
        (Some(_), _) => writeln!(text, ", of Poisson {}", off(&bursts.gaps)),
    };
}

fn say_lengths(text: &mut String, what: &str, lengths: &Lengths) {
    let Lengths { mean, cv, range, quantiles, law } = lengths;
    let parts: Vec<String> =
        quantiles.iter().map(|(part, tokens)| format!("p{} {tokens}", plain(100.0 * part, 4))).collect();
    let _ = writeln!(
        text,
        "# {what}: mean {}, cv {cv:.2}, from {} to {}, {}",
        plain(*mean, 4),
        range.0,
        range.1,
        parts.join(", ")
    );
    let (name, off) = (law.name, percent(law.distance));
    let _ = write!(
        text,
        "#   law: {name}, mean {}, cv {:.2}, off by {off} at most (KS)",
        plain(law.mean, 4),
        law.cv
    );
    if law.bins.is_empty() {
        text.push('\n');
    } else {
        let _ = writeln!(text, "; {} would be off by {}", law.nearest.0, percent(law.nearest.1));
    }
}

fn operation(text: &mut String, statistics: &Statistics, name: &str) {
    let laws = [("prompt", &statistics.prompt), ("output", &statistics.output)];
    if laws.iter().all(|(_, lengths)| lengths.is_none()) {
        return;
    }
    let mut lines = String::new();
    for (what, lengths) in &laws {
        if let Some(lengths) = lengths.as_ref().filter(|lengths| lengths.law.bins.is_empty()) {
            let _ = writeln!(lines, "{what} = {}", formula(lengths));
        }
    }
    if let Some(correlation) = statistics.correlation.filter(|correlation| 0.02 <= correlation.abs()) {
        let _ = writeln!(lines, "correlation = {}", plain(correlation, 2));
    }
    if !lines.is_empty() {
        let _ = writeln!(text, "[operation.{name}]\n{lines}");
    }
    for (what, lengths) in &laws {
        if let Some(lengths) = lengths.as_ref().filter(|lengths| !lengths.law.bins.is_empty()) {
            histogram(text, name, what, lengths);
        }
    }
}

fn formula(lengths: &Lengths) -> String {
    let (name, mean) = (lengths.law.name, plain(lengths.law.mean, 4));
    if name == "exponential" {
        return format!("{{ dist = \"exponential\", mean = {mean} }}");
    }
    format!("{{ dist = \"{name}\", mean = {mean}, cv = {} }}", plain(lengths.law.cv, 4))
}

fn histogram(text: &mut String, name: &str, what: &str, lengths: &Lengths) {
    let bins = &lengths.law.bins;
    let list = |value: &dyn Fn(&brownout_dist::Bin) -> f64| {
        bins.iter().map(|bin| plain(value(bin), 9)).collect::<Vec<_>>().join(", ")
    };
    let _ = writeln!(text, "[operation.{name}.{what}]\ndist = \"empirical\"");
    let _ = writeln!(text, "lows = [{}]", list(&|bin| bin.lo));
    let _ = writeln!(text, "highs = [{}]", list(&|bin| bin.hi));
    let _ = writeln!(text, "weights = [{}]\n", list(&|bin| bin.weight));
}

fn load(text: &mut String, arrivals: &Arrivals, name: &str) {
    let _ = writeln!(text, "[load.{name}]");
    match &arrivals.rate {
        Rate::Constant(rate) => {
            let _ = writeln!(text, "rate = \"{}/s\"", plain(*rate, 4));
        }
        Rate::Stages { each, rates } => {
            text.push_str("stages = [\n");
            for rate in rates {
                let (each, rate) = (span(*each), plain(*rate, 4));
                let _ = writeln!(text, "  {{ duration = \"{each}\", rate = \"{rate}/s\", jump = true }},");
            }
            text.push_str("]\n");
        }
        Rate::Daily { mean, hours } => {
            let hours: Vec<String> = hours.iter().map(|hour| plain(*hour, 3)).collect();
            let _ = writeln!(text, "rate = \"{}/s\"", plain(*mean, 4));
            let _ = writeln!(text, "diurnal = {{ shape = [{}] }}", hours.join(", "));
        }
    }
    let _ = match &arrivals.bursts.chosen().process {
        Process::Even => writeln!(text, "arrivals = \"even\""),
        Process::Poisson => writeln!(text, "arrivals = \"poisson\""),
        Process::Gamma { cv } => {
            writeln!(text, "arrivals = {{ kind = \"gamma\", cv = {} }}", plain(*cv, 3))
        }
        Process::Mmpp(states) => {
            let state = |state: &State| {
                format!("{{ factor = {}, mean = \"{}\" }}", plain(state.factor, 4), span(state.mean))
            };
            let states = states.each_ref().map(state).join(", ");
            writeln!(text, "arrivals = {{ kind = \"mmpp\", states = [{states}] }}")
        }
    };
    let _ = writeln!(text, "journey = [{{ do = \"{name}\" }}]");
}

/// A date as scenarios write it.
fn date(seconds: f64) -> String {
    jiff::Timestamp::from_second(seconds as i64)
        .map_or_else(|_| "1970-01-01T00:00:00Z".to_owned(), |at| at.to_string())
}
