//! Samples of scenarios whose numbers can be computed by hand: they are the same at any window.

use brownout_lab::{Of, Silent, run_whole};
use brownout_metrics::{Source, Which};
use brownout_observe::{Digest, Legend};
use brownout_protocol::Kind;
use brownout_scenario::{Files, Overrides, load};
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

/// A scenario, a trace beside it, and what ships.
struct Disk {
    text: &'static str,
    trace: String,
}

impl Files for Disk {
    fn read(&self, path: &str) -> Result<String, String> {
        match path {
            "test.toml" => Ok(self.text.to_owned()),
            "trace.csv" => Ok(self.trace.clone()),
            shipped => {
                let shipped = shipped.trim_start_matches("brownout:").trim_start_matches('/');
                let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
                std::fs::read_to_string(root.join(shipped)).map_err(|error| error.to_string())
            }
        }
    }
}

fn observe(text: &'static str, trace: String, window: &str) -> (Arc<Legend>, Digest) {
    let set = vec![("run.window".to_owned(), window.to_owned())];
    let scenario = load("test.toml", &Disk { text, trace }, &Overrides { set, ..Overrides::default() });
    let scenario = scenario.unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    let of = Of { model: &scenario.model, seed: scenario.seed, replication: 0 };
    run_whole(of, true, &Silent).expect("a run")
}

/// The sum of all that came on top at the only tier, in whole units times seconds.
fn sum((legend, run): &(Arc<Legend>, Digest), kind: Kind) -> f64 {
    run.measured().view(legend).sum(legend.layout.loads, Which::default(), &[kind]) * 1e-9
}

fn peak((legend, run): &(Arc<Legend>, Digest), kind: Kind) -> f64 {
    run.measured().view(legend).gauge(legend.layout.loads, kind).expect("a peak")
}

const REPLICAS: &str = r#"
schema = 1
[run]
duration = "180s"
[load.users]
rate = "10/s"
arrivals = "even"
journey = [{ do = "get" }]
[tier.server]
kind = "service"
replicas = 10
workers = 20
service = "10ms"
drain = "1ms"
[controller.operator]
kind = "operator"
step = [
  { at = "61s", after = "0s", do = "scale", tier = "server", replicas = 20 },
  { at = "119s", after = "0s", do = "scale", tier = "server", replicas = 10 },
]
"#;

/// Ten replicas for 61 s, twenty for 58 s, ten for 61 s: 13.22 of them in the mean, and no end of a window of 60 s sees
/// more than ten.
#[test]
fn replicas_that_come_and_go_between_windows_count() {
    for window in ["1s", "7s", "60s", "180s"] {
        let run = observe(REPLICAS, String::new(), window);
        assert!((sum(&run, Kind::Ready) - 2_380.0).abs() < 1e-6, "{window}: {}", sum(&run, Kind::Ready));
        assert!((sum(&run, Kind::Ready) / 180.0 - 13.22).abs() < 0.005);
        assert!((peak(&run, Kind::ReadyPeak) - 20.0).abs() < 1e-9, "{window}");
        assert!((sum(&run, Kind::Capacity) - 20.0 * 2_380.0).abs() < 1e-6, "{window}");
    }
}

const BURSTS: &str = r#"
schema = 1
[run]
duration = "100s"
[operation.get]
prompt = 100
output = 10
[load.users]
model = "trace"
trace = { file = "trace.csv", time = "timestamp", prompt = "prompt", output = "output" }
journey = [{ do = "get" }]
[tier.llm]
kind = "inference"
kv_blocks = 1000
max_num_batched_tokens = 8192
[tier.llm.profile]
schema = 1
name = "ten milliseconds a step"
hardware = "brownout:/models/hardware/h100-sxm.toml"
llm = "brownout:/models/llm/llama-3.1-8b.toml"
tensor_parallel = 1
affine = { floor_ms = 10, base_ms = 0, token_ms = 0, decode_ms = 0, context_ms = 0, attention_ms = 0 }
"#;

/// One small request, then fifty of 160 tokens at the middle of each second, which take eleven steps of 10 ms: the
/// first prefills alone, then the others beside it, and all decode with eleven blocks each; the first is done a step
/// before.
#[test]
fn the_cache_of_a_bursty_engine_is_seen_at_any_window() {
    let burst = 10 + (11 + 49 * 10) + 8 * 550 + 49 * 11;
    let expected = f64::from(1 + 99 * burst) * 0.010;
    for window in ["10ms", "1s", "7s", "100s"] {
        let mut trace = "timestamp,prompt,output\n0,16,1\n".to_owned();
        for second in 0..99 {
            (0..50).for_each(|_| writeln!(trace, "{second}.5,160,10").expect("text takes text"));
        }
        let run = observe(BURSTS, trace, window);
        let (used, all) = (sum(&run, Kind::KvUsed), sum(&run, Kind::KvBlocks));
        assert!((used - expected).abs() < 1e-5, "{window}: {used} block seconds, not {expected}");
        assert!((all - 1_000.0 * 100.0).abs() < 1e-6, "{window}: {all}");
        assert!((used / all - 0.054).abs() < 0.0005);
        assert!((peak(&run, Kind::KvPeak) * 1e-9 - 0.55).abs() < 1e-9, "{window}");
    }
}
