//! A random service that is valid: a load, a chain of tiers of several kinds, and what happens to it.

use std::fmt::Write as _;

use super::dice::Dice;

const ARRIVALS: &[&str] = &[
    "",
    "arrivals = \"even\"\n",
    "arrivals = { kind = \"gamma\", cv = 3 }\n",
    "arrivals = { kind = \"mmpp\", states = [{ factor = 0.5, mean = \"5s\" }, { factor = 3, mean = \"1s\" }] }\n",
    "surge = [{ users = 200, at = \"5s\", over = \"3s\" }]\n",
    "max_users = 20\n",
    "max_users = 5\narrivals = \"even\"\n",
    "factor = 1.5\narrivals = { kind = \"mmpp\", \
     states = [{ factor = 0, mean = \"500ms\" }, { factor = 2, mean = \"500ms\" }] }\n",
];
const CLIENTS: &[&str] = &[
    "",
    "timeout = \"500ms\", retries = 3, backoff = \"50ms\"",
    "timeout = \"1s\", retries = 2, backoff = { base = \"20ms\", factor = 2, max = \"1s\", jitter = \"full\" }",
    "timeout = \"300ms\", on_timeout = \"cancel\", retries = 1",
    "timeout = \"2s\", come_back = { after = \"3s\", chance = \"50%\" }",
    "timeout = \"1s\", hedge = { after = \"100ms\" }",
    "timeout = \"800ms\", retries = 1, policies = { retry-budget = {} }",
    "timeout = \"400ms\", retries = 3, policies = { retry-share = {} }",
    "timeout = \"400ms\", retries = 3, policies = { retry-throttle = {} }",
    "timeout = \"400ms\", retries = 3, policies = { retry-quota = {} }",
    "timeout = \"400ms\", retries = 3, policies = { retry-window = {} }",
    "timeout = \"600ms\", retries = 2, backoff = { dist = \"exponential\", mean = \"100ms\" }",
    "timeout = \"600ms\", retries = 2, backoff = { dist = \"pert\", min = \"10ms\", mode = \"50ms\", max = \"1s\" }",
    "timeout = \"600ms\", retries = 2, backoff = { base = \"50ms\", max = \"1s\", jitter = \"decorrelated\" }",
    "timeout = \"1s\", hedge = { after = \"0s\" }",
    "timeout = \"1s\", hedge = { quantile = \"90%\" }",
];
const TIMES: &[&str] = &[
    "1",
    "2",
    "3",
    "{ dist = \"geometric\", mean = 2 }",
    "{ dist = \"poisson\", mean = 1.5 }",
    "{ dist = \"poisson\", mean = 12, max = 20 }",
    "{ dist = \"binomial\", n = 6, p = 0.4 }",
];
const THINKS: &[&str] = &[
    "",
    "",
    ", think = \"2s\"",
    ", think = { dist = \"gumbel\", mean = \"1s\", cv = 0.5, min = \"0s\" }",
    ", think = { dist = \"skew-normal\", mean = \"1s\", cv = 0.5, shape = 3, min = \"0s\" }",
];
const SERVICES: &[&str] = &[
    "\"10ms\"",
    "{ dist = \"exponential\", mean = \"20ms\" }",
    "{ dist = \"lognormal\", mean = \"15ms\", cv = 1.5 }",
    "{ dist = \"gamma\", mean = \"8ms\", cv = 0.5 }",
    "{ dist = \"weibull\", mean = \"12ms\", cv = 1.2 }",
    "{ dist = \"uniform\", min = \"1ms\", max = \"9ms\" }",
    "{ dist = \"pert\", min = \"1ms\", mode = \"5ms\", max = \"60ms\" }",
    "{ dist = \"pert\", min = \"1ms\", mode = \"1ms\", max = \"60ms\", shape = 9 }",
    "{ dist = \"inverse-gaussian\", mean = \"15ms\", cv = 2 }",
    "{ dist = \"frechet\", p50 = \"8ms\", p99 = \"90ms\" }",
    "{ dist = \"gumbel\", p50 = \"8ms\", p99 = \"30ms\", min = \"0s\" }",
    "{ dist = \"skew-normal\", location = \"5ms\", scale = \"9ms\", shape = 4, min = \"0s\" }",
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
    "balance = \"d-choices\"\nchoices = 3\n",
    "balance = \"join-shortest\"\n",
    "ejection = { max = \"100%\" }\n",
    "usl = { sigma = 0.05, kappa = 0.002 }\n",
    "usl = { sigma = 0.05, kappa = 0.002, fixed = true }\n",
    "policies = { rate-limit = { rate = \"30/s\" } }\n",
    "policies = { rate-limit = { rate = \"30/s\", by = \"sliding-window\" } }\n",
];
/// An autoscaler, from none or one replica.
const SCALERS: &[&str] = &[
    "metric = \"cpu\"\ntarget = \"60%\"\nmin = 1\nmax = 8\nsync = \"2s\"\n",
    "metric = \"in-flight\"\ntarget = 4\nmin = 0\nmax = 8\nsync = \"2s\"\nactivation = 1\ncooldown = \"3s\"\n",
    "metric = \"rate\"\ntarget = \"10/s\"\nmin = 0\nmax = 4\nsync = \"1s\"\ncooldown = \"2s\"\n",
    "metric = \"queue\"\ntarget = 5\nmin = 1\nmax = 4\nsync = \"1s\"\n",
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
        let think = dice.one(THINKS);
        if dice.once_in(4) {
            let _ = writeln!(out, "model = \"closed\"\nusers = {}", 1 + dice.below(50));
            let _ = writeln!(out, "journey = [{{ do = \"get\", think = \"1s\" }}, {{ do = \"put\" }}]");
        } else {
            let _ = write!(out, "rate = \"{}/s\"\n{}", 1 + dice.below(60), dice.one(ARRIVALS));
            let _ = writeln!(
                out,
                "journey = [{{ do = \"get\"{think} }}, {{ do = \"put\", times = {} }}]",
                dice.one(TIMES)
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
            "[controller.scaler]\nkind = \"autoscaler\"\ntier = \"t{tier}\"\n{}",
            dice.one(SCALERS)
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
        calls(out, dice, tier + 1, tiers);
    }
}

/// Calls to the tiers after it: one, one of two, or one that is made again.
fn calls(out: &mut String, dice: &mut Dice, next: usize, tiers: usize) {
    let habits = dice.one(&[
        "",
        ", timeout = \"400ms\", retries = 1",
        ", optional = true, timeout = \"200ms\"",
        ", timeout = \"400ms\", hedge = { after = \"0s\" }",
        ", timeout = \"400ms\", retries = 2, policies = { retry-quota = {} }",
        ", timeout = \"400ms\", retries = 2, backoff = { dist = \"uniform\", min = \"1ms\", max = \"90ms\" }",
        ", again = \"30%\"",
    ]);
    let other = next + dice.below(tiers - next);
    // Of calls of which one is chosen none may be optional alone.
    let _ = if !habits.contains("optional") && other != next && dice.once_in(2) {
        writeln!(
            out,
            "calls = [{{ to = \"t{next}\", choice = \"way\", weight = 3 }}, \
             {{ to = \"t{other}\", choice = \"way\"{habits} }}]"
        )
    } else {
        writeln!(out, "calls = [{{ to = \"t{next}\"{habits} }}]")
    };
}

/// A fleet of engines behind a limit of tokens, for prompts and outputs by laws of counts.
pub(super) fn engines(dice: &mut Dice) -> String {
    let law = |dice: &mut Dice| {
        *dice.one(&[
            "{ dist = \"lognormal\", mean = 300, cv = 1 }",
            "{ dist = \"poisson\", mean = 200 }",
            "{ dist = \"binomial\", n = 500, p = 0.3, min = 1 }",
            "{ dist = \"pert\", min = 1, mode = 50, max = 900 }",
            "{ dist = \"inverse-gaussian\", mean = 200, cv = 1.5 }",
        ])
    };
    let (prompt, output) = (law(dice), law(dice));
    let limit = dice.one(&[
        "",
        "policies = { token-limit = { tokens = 60_000 } }\n",
        "policies = { token-limit = { tokens = 9_000, counts = \"output\" } }\n",
    ]);
    let balance = dice.one(&["", "balance = \"d-choices\"\nchoices = 2\n", "balance = \"round-robin\"\n"]);
    format!(
        "schema = 1\n[run]\nduration = \"30s\"\n[operation.chat]\nprompt = {prompt}\noutput = {output}\n\
         [load.users]\nrate = \"{}/s\"\n{}journey = [{{ do = \"chat\" }}]\nclient = {{ {} }}\n\
         [tier.llm]\nkind = \"inference\"\nreplicas = {}\n{limit}{balance}\
         profile = \"brownout:models/profiles/h100-sxm-llama-3.1-70b-tp4.toml\"\n",
        1 + dice.below(12),
        dice.one(ARRIVALS),
        dice.one(CLIENTS),
        1 + dice.below(3),
    )
}
