//! What ships, with few replications: every expectation of every experiment is met, and a law holds by the public path.

use serde_json::Value;
use std::process::Command;

/// What `brownout … --format json -q` prints, and whether it was content.
fn brownout(arguments: &[&str]) -> (Value, bool) {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let mut command = Command::new(env!("CARGO_BIN_EXE_brownout"));
    let output = command.args(arguments).args(["--format", "json", "-q"]).current_dir(root).output();
    let output = output.expect("the program starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {said}")),
        output.status.success(),
    )
}

/// Every expectation of every variant that did not pass.
fn unmet(result: &Value) -> Vec<String> {
    let variants = result["variants"].as_object().expect("variants");
    let all = std::iter::once(result).chain(variants.values());
    let rows = all.flat_map(|variant| variant["expectations"].as_array().expect("expectations"));
    rows.filter(|row| row["pass"] != true).map(ToString::to_string).collect()
}

#[test]
fn login_dies_while_the_api_holds() {
    let (result, content) = brownout(&["run", "experiments/front-door-jam", "--replications", "2"]);
    assert_eq!(unmet(&result), Vec::<String>::new());
    assert!(content);
    let auth = |variant: &Value| variant["tiers"]["auth"]["wasted"]["mean"].as_f64().expect("a share");
    assert!(0.5 < auth(&result) && 0.5 < auth(&result["variants"]["shared-auth"]));
    assert_eq!(result["verdict"]["badge"], "never-came-back");
}

#[test]
fn the_retry_cliff_is_where_it_was_found() {
    let (result, content) = brownout(&["run", "experiments/retry-cliff", "--replications", "1"]);
    assert_eq!(unmet(&result), Vec::<String>::new());
    assert!(content);
}

#[test]
fn real_requests_get_their_tokens_when_they_did() {
    let (result, content) = brownout(&["run", "experiments/vllm-300"]);
    assert_eq!(unmet(&result), Vec::<String>::new());
    assert!(content);
}

#[test]
fn time_per_output_token_follows_its_law() {
    let (result, content) = brownout(&["run", "experiments/closed-loop-tpot"]);
    assert_eq!(unmet(&result), Vec::<String>::new());
    assert!(content);
    assert!(16 <= 1 + result["variants"].as_object().expect("variants").len());
}

#[test]
fn a_token_flood_shows_in_the_cache_first() {
    let (result, content) = brownout(&["run", "experiments/token-flood", "--replications", "1"]);
    assert_eq!(unmet(&result), Vec::<String>::new());
    assert!(content);
}

#[test]
fn a_lite_mode_holds_what_four_passes_lose() {
    let (result, content) = brownout(&["run", "experiments/lite-mode", "--replications", "1"]);
    assert_eq!(unmet(&result), Vec::<String>::new());
    assert!(content);
}

#[test]
fn twice_the_gpus_admit_no_more_users() {
    let (result, content) = brownout(&["run", "experiments/wrong-lever", "--replications", "1"]);
    assert_eq!(unmet(&result), Vec::<String>::new());
    assert!(content);
    let logins = |variant: &Value| {
        variant["classes"]["web"]["login"]["success_rate"]["mean"].as_f64().expect("a share")
    };
    let variants = &result["variants"];
    assert!((logins(&variants["doubled-gpus"]) - logins(&result)).abs() < 0.01);
    assert!(0.5 < logins(&variants["tripled-auth"]) - logins(&result));
}

/// Every expectation of `experiments/NAME` is met in this number of replications.
fn held(name: &str, replications: u32) {
    let path = format!("experiments/{name}");
    let (result, content) = brownout(&["run", &path, "--replications", &replications.to_string()]);
    assert_eq!(unmet(&result), Vec::<String>::new());
    assert!(content);
}

#[test]
fn retries_multiply_as_their_law_says() {
    held("retry-amplification", 1);
    held("hundred-clients", 1);
}

#[test]
fn a_storm_outlasts_its_spike_and_what_ends_it() {
    held("retry-storm", 10);
    held("shed-after-collapse", 10);
}

#[test]
fn queues_lie_and_headroom_is_time() {
    held("queues-lie", 1);
    held("headroom", 2);
}

#[test]
fn a_cold_cache_and_a_herd_ask_for_everything_at_once() {
    held("cold-cache", 2);
    held("herds", 2);
}

#[test]
fn controllers_come_late_look_elsewhere_or_make_it_worse() {
    held("misled-autoscaler", 1);
    held("autoscaler-lag", 1);
    held("ejection-domino", 1);
}

#[test]
fn crowds_meet_queues_that_are_too_long() {
    held("three-waves", 1);
    held("fifty-times", 1);
    held("image-launch", 1);
}

#[test]
fn what_comes_back_at_once_or_waits_behind_others_goes_down() {
    held("restart-herd", 2);
    held("priority-inversion", 1);
    held("lease-collapse", 1);
    held("provider-fallback", 1);
    held("region-failover", 1);
    held("slow-identity", 1);
}

#[test]
fn lessons_with_one_slider_each() {
    held("lifo-under-overload", 1);
    held("retry-budget", 2);
    held("backoff-is-no-cure", 2);
    held("health-checks-that-kill", 1);
    held("two-choices", 1);
}

#[test]
fn a_service_whose_defences_are_off_runs_as_one_without() {
    let fingerprint = |model: &str| {
        let path = format!("models/services/{model}.toml");
        let short = ["--set", "run.duration=20m", "--set", "run.warmup=5m", "--replications", "1"];
        let (result, _) = brownout(&[&["run", path.as_str()], short.as_slice()].concat());
        result["fingerprint"].as_str().expect("a fingerprint").to_owned()
    };
    assert_eq!(fingerprint("chat-and-api-defended"), fingerprint("chat-and-api"));
}

#[test]
fn one_defence_absorbs_what_all_together_do_not() {
    for variant in ["rate-limit", "all", "autoscaler-and-lite-mode"] {
        let arguments = ["run", "experiments/which-defence", "--variant", variant, "--replications", "1"];
        let (result, content) = brownout(&arguments);
        assert_eq!(unmet(&result), Vec::<String>::new());
        assert!(content);
    }
}

/// The verdict of a run in which the load is this multiple of the hidden capacity of the database.
fn beside_the_edge(experiment: &str, load: &str, start: f64, times: f64, set: &[&str]) -> String {
    let (checked, _) = brownout(&["check", experiment]);
    let hidden = checked["capacities"][0]["hidden"].as_f64().expect("a hidden capacity");
    let rate = format!("{load}=\"{:.1}/s\"", start * hidden * times);
    let mut arguments = vec!["run", experiment, "--variant", "base", "--replications", "1", "--set", &rate];
    arguments.extend(set.iter().flat_map(|set| ["--set", set]));
    brownout(&arguments).0["verdict"]["badge"].as_str().expect("a badge").to_owned()
}

#[test]
fn the_hidden_capacity_that_check_says_is_where_a_run_stays_down() {
    let cliff = |times| beside_the_edge("experiments/retry-cliff", "load.users.rate", 280.0, times, &[]);
    assert_ne!(cliff(0.92), "never-came-back");
    assert_eq!(cliff(1.08), "never-came-back");
    // The worst that can happen to a cache: empty, with a queue before the database that is longer than anybody waits.
    let hang = ["fault.0={ kind = \"hang\", tier = \"database\", at = \"60s\", for = \"150s\" }"];
    // A hang of 150 s is over when as long again has passed after it.
    let set = [hang[0], "tier.database.queue.limit=600", "run.duration=7m"];
    let cold = |times| beside_the_edge("experiments/cold-cache", "load.users.rate", 600.0, times, &set);
    assert_ne!(cold(0.9), "never-came-back");
    assert_eq!(cold(1.1), "never-came-back");
}

#[test]
fn a_law_holds_by_the_public_path() {
    let (rows, content) = brownout(&["verify", "--only", "erlang-b"]);
    let rows = rows.as_array().expect("rows");
    assert!(content && !rows.is_empty());
    for row in rows {
        let number = |key: &Value| key.as_f64().expect("a number");
        let (low, high) = (number(&row["ci99"][0]), number(&row["ci99"][1]));
        assert!(low <= number(&row["theory"]) && number(&row["theory"]) <= high, "{row}");
        assert!(low < high && row["pass"] == true && row["law"].is_string() && row["simulated"].is_number());
    }
}

#[test]
fn old_counts_make_herds_shards_keep_poison_in_and_zones_need_room() {
    held("old-load", 1);
    held("shuffle-sharding", 2);
    held("zone-loss", 1);
}
