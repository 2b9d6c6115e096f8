//! A random service that is valid: a load, a chain of tiers of several kinds, and what happens to it.

use std::fmt::Write as _;

use super::dice::Dice;

const ARRIVALS: &[&str] = &[
    "",
    "arrivals = \"even\"\n",
    "arrivals = { kind = \"gamma\", cv = 3 }\n",
    "arrivals = { kind = \"mmpp\", states = [{ factor = 0.5, mean = \"5s\" }, { factor = 3, mean = \"1s\" }] }\n",
    "surge = [{ users = 200, at = \"5s\", over = \"3s\" }]\n",
];
const CLIENTS: &[&str] = &[
    "",
    "timeout = \"500ms\", retries = 3, backoff = \"50ms\"",
    "timeout = \"1s\", retries = 2, backoff = { base = \"20ms\", factor = 2, max = \"1s\", jitter = \"full\" }",
    "timeout = \"300ms\", on_timeout = \"cancel\", retries = 1",
    "timeout = \"2s\", come_back = { after = \"3s\", chance = \"50%\" }",
    "timeout = \"1s\", hedge = { after = \"100ms\" }",
    "timeout = \"800ms\", retries = 1, policies = { retry-budget = {} }",
];
const SERVICES: &[&str] = &[
    "\"10ms\"",
    "{ dist = \"exponential\", mean = \"20ms\" }",
    "{ dist = \"lognormal\", mean = \"15ms\", cv = 1.5 }",
    "{ dist = \"gamma\", mean = \"8ms\", cv = 0.5 }",
    "{ dist = \"weibull\", mean = \"12ms\", cv = 1.2 }",
    "{ dist = \"uniform\", min = \"1ms\", max = \"9ms\" }",
];
const STATIONS: &[&str] = &[
    "",
    "queue = { limit = 20 }\n",
    "queue = { limit = 50, order = \"lifo\" }\n",
    "drain = \"1s\"\nboot = { image = \"2s\" }\n",
    "health_check = { interval = \"1s\", timeout = \"500ms\" }\n",
    "ejection = true\n",
    "balance = \"least-outstanding\"\n",
    "balance = \"two-choices\"\nrefresh = \"100ms\"\n",
];
const FAULTS: &[&str] = &[
    "kind = \"slow\"\nfactor = 5\n",
    "kind = \"crash\"\n",
    "kind = \"errors\"\nratio = \"30%\"\n",
    "kind = \"hang\"\n",
];

/// Half a minute of a service, as text.
pub(super) fn text(dice: &mut Dice) -> String {
    let mut out = "schema = 1\n[run]\nduration = \"30s\"\nwarmup = \"2s\"\nwindow = \"1s\"\n".to_owned();
    let tiers = 1 + dice.below(4);
    for load in 0..=dice.below(2) {
        let _ = writeln!(out, "[load.l{load}]\nentry = \"t0\"");
        let think = if dice.once_in(3) { ", think = \"2s\"" } else { "" };
        if dice.once_in(4) {
            let _ = writeln!(out, "model = \"closed\"\nusers = {}", 1 + dice.below(50));
            let _ = writeln!(out, "journey = [{{ do = \"get\", think = \"1s\" }}, {{ do = \"put\" }}]");
        } else {
            let _ = write!(out, "rate = \"{}/s\"\n{}", 1 + dice.below(60), dice.one(ARRIVALS));
            let _ = writeln!(
                out,
                "journey = [{{ do = \"get\"{think} }}, {{ do = \"put\", times = {} }}]",
                1 + dice.below(3)
            );
        }
        let _ = writeln!(out, "client = {{ {} }}", dice.one(CLIENTS));
    }
    for tier in 0..tiers {
        station(&mut out, dice, tier, tiers);
    }
    for _ in 0..dice.below(3) {
        let (at, lasts, tier) = (3 + dice.below(15), 1 + dice.below(10), dice.below(tiers));
        let _ = write!(
            out,
            "[[fault]]\nat = \"{at}s\"\nfor = \"{lasts}s\"\ntier = \"t{tier}\"\n{}",
            dice.one(FAULTS)
        );
    }
    if dice.once_in(3) {
        let tier = dice.below(tiers);
        let _ = write!(
            out,
            "[controller.scaler]\nkind = \"autoscaler\"\ntier = \"t{tier}\"\nmetric = \"cpu\"\ntarget = \"60%\"\n\
             min = 1\nmax = 8\nsync = \"2s\"\n"
        );
    }
    out
}

fn station(out: &mut String, dice: &mut Dice, tier: usize, tiers: usize) {
    let (kind, room) = *dice.one(&[
        ("service", "workers"),
        ("service", "workers"),
        ("gateway", "workers"),
        ("database", "connections"),
    ]);
    let _ = write!(
        out,
        "[tier.t{tier}]\nkind = \"{kind}\"\n{room} = {}\nreplicas = {}\nservice = {}\n{}",
        1 + dice.below(16),
        1 + dice.below(4),
        dice.one(SERVICES),
        dice.one(STATIONS)
    );
    if tier + 1 < tiers {
        let retries =
            dice.one(&["", ", timeout = \"400ms\", retries = 1", ", optional = true, timeout = \"200ms\""]);
        let _ = writeln!(out, "calls = [{{ to = \"t{}\"{retries} }}]", tier + 1);
    }
}
