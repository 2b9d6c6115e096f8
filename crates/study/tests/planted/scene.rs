//! A planted night: a service, what happens to it, and what is true of it, which its judges never see.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// When a run begins to be measured, in seconds.
pub(crate) const WARMUP: f64 = 60.0;

/// A service and what happens to it.
#[derive(Clone, Debug)]
pub(crate) struct Scene {
    /// How long it is run, in seconds.
    pub(crate) seconds: f64,
    pub(crate) loads: Vec<Load>,
    /// Blocks of tiers.
    pub(crate) tiers: String,
    /// In the order of the file.
    pub(crate) events: Vec<Event>,
    pub(crate) truth: Truth,
}

/// A load: its name, its rate each second, and the rest of its block.
#[derive(Clone, Debug)]
pub(crate) struct Load {
    pub(crate) name: &'static str,
    pub(crate) rate: f64,
    pub(crate) rest: String,
}

/// Something that happens.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    /// Seconds since the start of the run.
    pub(crate) at: f64,
    /// For how many seconds.
    pub(crate) lasts: f64,
    pub(crate) what: What,
    /// Of the guilty ones their number, as the template counts them; none: a by-stander.
    pub(crate) guilty: Option<usize>,
}

#[derive(Clone, Debug)]
pub(crate) enum What {
    /// At a tier, with the lines that say how.
    Fault { tier: &'static str, how: String },
    /// Further users of a load.
    Surge { load: &'static str, users: f64 },
    /// The rate of a load rises to that many times its own, and falls again.
    Growth { load: &'static str, times: f64 },
}

/// A loop that keeps a service down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Retry,
    Cache,
    Ejection,
}

impl Kind {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Kind::Retry => "retries",
            Kind::Cache => "cold cache",
            Kind::Ejection => "ejections",
        }
    }
}

/// What is true of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Truth {
    /// Minimal sets of guilty events, by their numbers; several: any of them; none: nothing is harmed.
    pub(crate) sets: Vec<Vec<usize>>,
    /// The tiers of which either may be called the first that broke.
    pub(crate) first: Vec<&'static str>,
    /// What broke next: from which tier to which.
    pub(crate) path: Vec<(&'static str, &'static str)>,
    /// What keeps it down after its trigger, and where.
    pub(crate) looped: Option<(Kind, &'static str)>,
    /// What cuts that loop when it is set as the trigger ends, or from the start where the trigger lasts.
    pub(crate) cut: Vec<(String, String)>,
}

impl Scene {
    /// When the last guilty event is over, in seconds.
    pub(crate) fn over(&self) -> f64 {
        let guilty = self.events.iter().filter(|event| event.guilty.is_some());
        guilty.map(|event| event.at + event.lasts).fold(WARMUP, f64::max).min(self.seconds)
    }

    /// When the first one begins, in seconds.
    pub(crate) fn begins(&self) -> f64 {
        let guilty = self.events.iter().filter(|event| event.guilty.is_some());
        guilty.map(|event| event.at).fold(self.seconds, f64::min)
    }

    /// The loads whose users may be harmed.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.loads.iter().map(|load| load.name)
    }

    /// The stable names of its events, as the program numbers them.
    pub(crate) fn event_names(&self) -> Vec<String> {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        let mut name = |event: &Event| {
            let list = match &event.what {
                What::Fault { .. } => "fault".to_owned(),
                What::Surge { load, .. } => format!("load.{load}.surge"),
                What::Growth { load, .. } => return format!("load.{load}"),
            };
            let count = counts.entry(list.clone()).or_default();
            *count += 1;
            format!("{list}.{}", *count - 1)
        };
        self.events.iter().map(&mut name).collect()
    }

    /// The true sets by the names of their events.
    pub(crate) fn true_sets(&self) -> Vec<Vec<String>> {
        let names = self.event_names();
        let of = |number: &usize| {
            let at = self.events.iter().position(|event| event.guilty == Some(*number));
            names[at.expect("the truth names events of the scene")].clone()
        };
        let mut sets: Vec<Vec<String>> =
            self.truth.sets.iter().map(|set| set.iter().map(of).collect()).collect();
        for set in &mut sets {
            set.sort();
        }
        sets.sort();
        sets
    }

    /// The scenario file with those events that are kept.
    pub(crate) fn text(&self, kept: impl Fn(&Event) -> bool) -> String {
        let mut out = format!(
            "schema = 1\n[run]\nduration = \"{}s\"\nwarmup = \"{WARMUP}s\"\nwindow = \"5s\"\nreplications = 2\n",
            self.seconds
        );
        let kept: Vec<&Event> = self.events.iter().filter(|event| kept(event)).collect();
        for load in &self.loads {
            let _ = write!(out, "[load.{}]\n{}\n{}", load.name, self.rate(load, &kept), load.rest);
            for event in &kept {
                let What::Surge { load: of, users } = &event.what else { continue };
                if *of == load.name {
                    let _ = write!(
                        out,
                        "[[load.{of}.surge]]\nusers = {}\nat = \"{}\"\nover = \"{}\"\nshape = \"step\"\n",
                        users.round().max(1.0),
                        span(event.at),
                        span(event.lasts)
                    );
                }
            }
        }
        out.push_str(&self.tiers);
        for event in &kept {
            let What::Fault { tier, how } = &event.what else { continue };
            let is_instant = how.contains("\"flush\"");
            let lasts = if is_instant { String::new() } else { format!("for = \"{}\"\n", span(event.lasts)) };
            let _ = write!(out, "[[fault]]\nat = \"{}\"\n{lasts}tier = \"{tier}\"\n{how}\n", span(event.at));
        }
        out
    }

    /// The rate of a load: constant, or with a rise over a quarter of its length and as long a fall.
    fn rate(&self, load: &Load, kept: &[&Event]) -> String {
        let grows = kept.iter().find_map(|event| match event.what {
            What::Growth { load: of, times } if of == load.name => Some((event, times)),
            _ => None,
        });
        let Some((event, times)) = grows else { return format!("rate = \"{:.3}/s\"", load.rate) };
        let stage = |seconds: f64, rate: f64| {
            format!("{{ duration = \"{}\", rate = \"{rate:.3}/s\" }}", span(seconds))
        };
        let (ramp, high) = (event.lasts / 4.0, times * load.rate);
        let stages = [
            stage(event.at, load.rate),
            stage(ramp, high),
            stage(event.lasts / 2.0, high),
            stage(ramp, load.rate),
            stage((self.seconds - event.at - event.lasts).max(1.0), load.rate),
        ];
        format!("stages = [{}]", stages.join(", "))
    }
}

/// A length of time as a scenario writes it.
pub(crate) fn span(seconds: f64) -> String {
    format!("{}ms", (1e3 * seconds).round().max(1.0))
}
