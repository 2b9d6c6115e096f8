//! The seed's full size: three days, a million newcomers, every request; what an intent costs, in time and memory.

use brownout_lab::Progress;
use brownout_protocol::Kind;
use brownout_units::Span;
use serde_json::{Value, json};

use super::whole::{scenario, set};
use crate::clock;
use crate::seen::Seen;

const TEXT: &str = include_str!("../../scenarios/seventy-two-hours.toml");
const HOURS: f64 = 72.0;
const NEWCOMERS: f64 = 1e6;
/// On one core.
const NANOS_EACH_MAX: f64 = 1000.0;
const MEMORY_MAX_BYTES: u64 = 2 << 30;

/// What came out.
pub(crate) struct Report {
    scale: f64,
    intents: u64,
    succeeded: u64,
    events: u64,
    nanos: f64,
    /// The most memory this process ever had; none where the system does not say.
    peak_bytes: Option<u64>,
    fingerprint: u64,
}

/// Says on stderr how far the run is: at full size it takes more than a minute.
struct Steps;

impl Progress for Steps {
    fn at(&self, _: u64, at: Span, events: u64) -> bool {
        let hours = Span::from_secs(6 * 3600).nanos();
        if at.nanos().is_multiple_of(hours) {
            let peak = peak_bytes().unwrap_or(0) >> 20;
            eprintln!("{at}: {events} events, {peak} MiB at most");
        }
        true
    }
}

/// Runs it with `scale` times its duration and newcomers.
pub(crate) fn run(scale: f64) -> Report {
    let hours = format!("{}s", (HOURS * 3600.0 * scale).round());
    let surge = "load.migrants.surge.0";
    let settings = [
        set("run.duration", &hours),
        set(&format!("{surge}.over"), &hours),
        set(&format!("{surge}.users"), (NEWCOMERS * scale).round().max(1.0)),
    ];
    let (seen, nanos) = clock::time(|| {
        let scenario = scenario(TEXT, &settings);
        Seen::run(&scenario.model, scenario.seed, &Steps)
    });
    Report {
        scale,
        intents: seen.arrived_and_mean_secs().0,
        succeeded: seen.count(true, &[Kind::Succeeded]),
        events: seen.digest.events,
        nanos,
        peak_bytes: peak_bytes(),
        fingerprint: seen.digest.fingerprint,
    }
}

/// `VmHWM` of this process.
fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes << 10)
}

impl Report {
    fn nanos_each(&self) -> f64 {
        self.nanos / self.intents as f64
    }

    pub(crate) fn print(&self) {
        let met = |is: bool| if is { "" } else { "  missed" };
        let each = self.nanos_each();
        println!("seventy-two hours at scale {}, fingerprint {:016x}", self.scale, self.fingerprint);
        println!("{:>14} intents, {:.2} % in time", self.intents, self.success() * 100.0);
        println!("{:>14} events, {:.2} an intent", self.events, self.events as f64 / self.intents as f64);
        println!("{:>14.1} s of CPU", self.nanos * 1e-9);
        println!("{each:>14.1} ns an intent, target <= {NANOS_EACH_MAX}{}", met(each <= NANOS_EACH_MAX));
        if let Some(peak) = self.peak_bytes {
            println!("{:>14} MiB at most, target < 2048{}", peak >> 20, met(peak < MEMORY_MAX_BYTES));
        }
    }

    fn success(&self) -> f64 {
        self.succeeded as f64 / self.intents as f64
    }

    /// The same as data.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "case": "seventy-two hours", "scale": self.scale, "intents": self.intents, "events": self.events,
            "in_time": self.success(), "cpu_s": self.nanos * 1e-9, "ns_each": self.nanos_each(),
            "target": NANOS_EACH_MAX, "peak_bytes": self.peak_bytes, "target_bytes": MEMORY_MAX_BYTES,
            "fingerprint": format!("{:016x}", self.fingerprint),
        })
    }
}
