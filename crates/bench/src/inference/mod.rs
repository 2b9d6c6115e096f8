//! Language model replicas: the engine alone on a real trace, the whole path on the same trace, and a large fleet.

use std::path::{Path, PathBuf};

use brownout_inference::{Engine, Listener, Options, Prefix, Request, Tally};
use brownout_lab::{Progress, Silent};
use brownout_model::{Arrivals, Body};
use brownout_protocol::Kind;
use brownout_scenario::{Files, Scenario};
use brownout_units::Span;
use serde_json::{Value, json};

use crate::clock;
use crate::seen::Seen;
use crate::service::whole::set;

const AZURE: &str = include_str!("../../scenarios/azure.toml");
const FLEET: &str = include_str!("../../scenarios/fleet.toml");

/// Requests per second that are asked for: the engine alone at 1× and 16×, the whole path, the fleet.
const ALONE_MIN: [f64; 2] = [3e6, 5e6];
const WHOLE_MIN: f64 = 800e3;
const FLEET_MIN: f64 = 400e3;
/// The trace is replayed this many times, since one replay takes hundredths of a second.
const ROUNDS: u64 = 16;
const TRACE_SECONDS: f64 = 3_502.0;

/// What came out of one line.
struct Line {
    name: String,
    requests: u64,
    nanos: f64,
    target: f64,
    more: String,
}

/// The scenario under that name, and what ships beside the benchmarks.
struct Disk(&'static str);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

impl Files for Disk {
    fn read(&self, path: &str) -> Result<String, String> {
        match path {
            "bench.toml" => Ok(self.0.to_owned()),
            path => std::fs::read_to_string(root().join(path)).map_err(|error| error.to_string()),
        }
    }
}

fn scenario(text: &'static str, set: Vec<(String, String)>) -> Scenario {
    let options = brownout_scenario::Overrides { set, ..brownout_scenario::Overrides::default() };
    let scenario = brownout_scenario::load("bench.toml", &Disk(text), &options);
    scenario.unwrap_or_else(|problems| panic!("{}", problems.render(false)))
}

fn azure(speed: f64) -> Scenario {
    let seconds = TRACE_SECONDS / speed;
    let settings = [
        set("load.users.trace.speed", speed),
        set("run.duration", format!("{seconds}s")),
        set("run.window", format!("{}s", seconds / 35.0)),
    ];
    scenario(AZURE, settings.to_vec())
}

/// Runs all lines, each `runs` times, and keeps the median of each.
pub(crate) fn run(runs: u64, only: &str, json: bool) {
    let mut lines: Vec<Line> = Vec::new();
    for (speed, target) in [(1.0, ALONE_MIN[0]), (16.0, ALONE_MIN[1])] {
        lines.extend(line(&format!("engine alone, {speed}x"), only, runs, target, || alone(speed, 1)));
        lines.extend(line(&format!("whole path, {speed}x"), only, runs, WHOLE_MIN, || whole(speed)));
    }
    lines.extend(line("engine alone, prompts of 100,000", only, runs, 0.0, || alone(1.0, 80)));
    lines.extend(line("every step executed, 1x", only, runs.min(3), 0.0, || stepped(1.0)));
    lines.extend(line("fleet of 1,000, one hour", only, 1, FLEET_MIN, fleet));
    if json {
        println!("{:#}", lines.iter().map(Line::to_json).collect::<Value>());
    } else {
        lines.iter().for_each(Line::print);
    }
}

fn line(
    name: &str,
    only: &str,
    runs: u64,
    target: f64,
    mut once: impl FnMut() -> (u64, f64, String),
) -> Option<Line> {
    if !name.contains(only) {
        return None;
    }
    let mut all: Vec<(u64, f64, String)> = (0..runs.max(1)).map(|_| once()).collect();
    all.sort_by(|a, b| a.1.total_cmp(&b.1));
    let (requests, nanos, more) = all.swap_remove(all.len() / 2);
    Some(Line { name: name.to_owned(), requests, nanos, target, more })
}

impl Line {
    fn rate(&self) -> f64 {
        self.requests as f64 / self.nanos * 1e9
    }

    fn print(&self) {
        let missed = if self.rate() < self.target { "  missed" } else { "" };
        let target =
            if 0.0 < self.target { format!(", target {:.0}{missed}", self.target) } else { String::new() };
        println!(
            "{:<34}{:>11} requests {:>10.0} /s {:>8.1} ns each{target}\n{:34}{}",
            self.name,
            self.requests,
            self.rate(),
            self.nanos / self.requests as f64,
            "",
            self.more
        );
    }

    fn to_json(&self) -> Value {
        json!({
            "case": self.name, "requests": self.requests, "requests_per_second": self.rate(),
            "ns_each": self.nanos / self.requests as f64, "target": self.target, "more": self.more,
        })
    }
}

/// Keeps the times of each request's first and last token, as a driver without any observer would.
struct Times {
    first: Vec<Span>,
    last: Vec<Span>,
}

impl Listener for Times {
    fn first_token(&mut self, at: Span, tag: u64) {
        self.first[tag as usize] = at;
    }
    fn finished(&mut self, at: Span, tag: u64, _: u32) {
        self.last[tag as usize] = at;
    }
}

/// Eight engines in turn, driven by hand: no kernel, no tiers, no records.
fn alone(speed: f64, longer: u32) -> (u64, f64, String) {
    let scenario = azure(speed);
    let (options, replicas) = engine(&scenario);
    let options = Options { model_tokens_max: 2_000_000, prefix_cache: false, ..options };
    replay(&scenario, &options, replicas, longer)
}

fn stepped(speed: f64) -> (u64, f64, String) {
    let scenario = azure(speed);
    let (options, replicas) = engine(&scenario);
    replay(&scenario, &Options { exact_steps: true, prefix_cache: false, ..options }, replicas, 1)
}

fn engine(scenario: &Scenario) -> (Options, u32) {
    let found = scenario.model.tiers.iter().find_map(|tier| match &tier.body {
        Body::Engines(engines) => Some((engines.engine.clone(), engines.replicas)),
        _ => None,
    });
    found.expect("the scenario has a fleet")
}

fn replay(scenario: &Scenario, options: &Options, replicas: u32, longer: u32) -> (u64, f64, String) {
    let Arrivals::Trace(rows) = &scenario.model.loads[0].arrivals else { panic!("it replays a trace") };
    let requests = rows.iter().enumerate().map(|(tag, row)| {
        let prompt = (row.prompt.unwrap_or(1) * longer).clamp(1, 120_000);
        let output = row.output.unwrap_or(1).max(1);
        let request =
            Request { tag: tag as u64, prompt, output, priority: 0, prefix: Prefix::NONE, delivered: 0 };
        (row.at, request)
    });
    let requests: Vec<(Span, Request)> = requests.collect();
    let mut times = Times { first: vec![Span::ZERO; rows.len()], last: vec![Span::ZERO; rows.len()] };
    let mut last = (Tally::default(), 0);
    let ((), nanos) = clock::time(|| {
        for _ in 0..ROUNDS {
            last = round(&requests, options, replicas, &mut times);
        }
    });
    let (Tally { steps, executed, jumps, .. }, wakes) = last;
    let more = format!(
        "a round: {steps} steps, {executed} executed, {jumps} jumps; {:.2} wakes a request, {:.0} ns a wake",
        wakes as f64 / rows.len() as f64,
        nanos / (ROUNDS * wakes) as f64
    );
    (ROUNDS * rows.len() as u64, nanos, more)
}

/// Plays all requests once; what the engines did, and how often they had to be woken.
fn round(requests: &[(Span, Request)], options: &Options, replicas: u32, times: &mut Times) -> (Tally, u64) {
    let new = || Engine::new(options.clone()).expect("the scenario has checked it");
    let mut engines: Vec<Engine> = (0..replicas).map(|_| new()).collect();
    let (mut turn, mut wakes) = (0, 0_u64);
    for (at, request) in requests {
        // An engine is only ever behind its own next arrival: replicas do not see each other.
        let engine = &mut engines[turn];
        turn = (turn + 1) % replicas as usize;
        while let Some(wake) = engine.next_wake().filter(|wake| wake <= at) {
            engine.advance(wake, times);
            wakes += 1;
        }
        let _ = engine.offer(*request, *at, times);
    }
    for engine in &mut engines {
        while let Some(wake) = engine.next_wake() {
            engine.advance(wake, times);
            wakes += 1;
        }
    }
    let sum = engines.iter().map(Engine::tally).fold(Tally::default(), |sum, tally| Tally {
        steps: sum.steps + tally.steps,
        executed: sum.executed + tally.executed,
        jumps: sum.jumps + tally.jumps,
        ..sum
    });
    (sum, wakes)
}

/// Everything that `brownout run` does before it writes a page, but reading the file.
fn whole(speed: f64) -> (u64, f64, String) {
    let scenario = azure(speed);
    let run = || Seen::run(&scenario.model, scenario.seed, &Silent);
    let (seen, nanos) = clock::time(|| (1..ROUNDS).fold(run(), |_, _| run()));
    let more = format!(
        "{:.2} events a request, {} first tokens, fingerprint {:016x}",
        seen.digest.events as f64 / arrived(&seen) as f64,
        seen.count(false, &[Kind::FirstToken]) / 2,
        seen.digest.fingerprint
    );
    (ROUNDS * arrived(&seen), nanos, more)
}

fn arrived(seen: &Seen) -> u64 {
    seen.count(true, &[Kind::Arrived])
}

/// Says on stderr how far the run is: it takes minutes.
struct Minutes;

impl Progress for Minutes {
    fn at(&self, _: u64, at: Span, events: u64) -> bool {
        if at.nanos().is_multiple_of(Span::from_secs(600).nanos()) {
            eprintln!("{at}: {events} events");
        }
        true
    }
}

fn fleet() -> (u64, f64, String) {
    let scenario = scenario(FLEET, Vec::new());
    let before = resident_bytes();
    let (seen, nanos) = clock::time(|| Seen::run(&scenario.model, scenario.seed, &Minutes));
    let inside = seen.inside(1);
    let bytes = resident_peak_bytes().saturating_sub(before) as f64;
    let more = format!(
        "{inside:.0} requests inside, {:.0} MiB more than before, {:.0} bytes a request inside",
        bytes / f64::from(1 << 20),
        bytes / inside
    );
    (arrived(&seen), nanos, more)
}

fn resident_bytes() -> u64 {
    status("VmRSS:")
}

fn resident_peak_bytes() -> u64 {
    status("VmHWM:")
}

fn status(name: &str) -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
    kibibytes.unwrap_or(0) << 10
}
