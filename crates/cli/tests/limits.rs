//! Timers at a nanosecond, a billion users, millions of windows: refused with a reason before anything is run.

use std::fs;
use std::process::{Command, Output};

/// What `run` says to a text.
fn run(text: &str) -> Output {
    run_with(text, &[])
}

fn run_with(text: &str, more: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.toml"), text).expect("a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_brownout"));
    command.args(["run", "a.toml", "--no-out", "--alone"]).args(more).current_dir(folder.path());
    command.output().expect("the program starts")
}

fn refused(text: &str, why: &str) {
    let output = run(text);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains(why), "{said}\nof\n{text}");
}

const HEAD: &str = "schema = 1\n[run]\nduration = \"1m\"\n";

fn service(load: &str, edge: &str, us: &str) -> String {
    format!(
        "{HEAD}[load.web]\nrate = \"1/s\"\nentry = \"edge\"\njourney = [{{ do = \"get\" }}]\n{load}\
         [tier.edge]\nkind = \"balancer\"\nto = [\"us\"]\n{edge}\
         [tier.us]\nkind = \"service\"\nworkers = 4\nreplicas = 3\nservice = \"20ms\"\n{us}"
    )
}

#[test]
fn every_timer_has_a_floor() {
    let floor = "at least 1ms";
    refused(&service("", "health_check = { interval = \"1ns\", timeout = \"1s\" }\n", ""), floor);
    refused(&service("", "", "health_check = { interval = \"1ns\", timeout = \"1ns\" }\n"), floor);
    refused(&service("", "", "ejection = { interval = \"1ns\" }\n"), floor);
    refused(&service("", "", "refresh = \"1ns\"\nbalance = \"least-outstanding\"\n"), floor);
    let scaler = "[controller.a]\nkind = \"autoscaler\"\ntier = \"us\"\nmetric = \"cpu\"\ntarget = \"50%\"\nmin = 1\n\
        max = 4\nsync = \"1ns\"\n";
    refused(&service("", "", scaler), floor);
    refused(&service("client = { timeout = \"1s\", come_back = { after = \"1ns\" } }\n", "", ""), floor);
    refused(&service("returns = { after = \"1ns\", chance = \"50%\" }\n", "", ""), floor);
    refused(
        &service(
            "arrivals = { kind = \"mmpp\", states = [{ factor=1, mean = \"1ns\" }, { factor = 2, mean = \"1s\" }] }\n",
            "",
            "",
        ),
        floor,
    );
}

#[test]
fn tries_that_are_all_in_vain_are_in_the_estimates() {
    let client =
        "client = { timeout = \"1ns\", retries = 250, backoff = \"1ns\", come_back = { after = \"1ms\" } }\n";
    refused(&service(client, "", ""), "calls and users are inside at once");
}

#[test]
fn a_user_with_nothing_to_do_but_log_in_is_refused() {
    let closed = "[load.api]\nmodel = \"closed\"\nusers = 200\nsession = { life = \"1h\", held = \"100%\" }\n\
        journey = [{ do = \"login\", think = \"5s\" }]\n[tier.a]\nkind = \"auth\"\nworkers = 8\nservice = \"10ms\"\n";
    refused(&format!("{HEAD}{closed}"), "a user whose login still holds has nothing to do");
}

/// Only where the system says how much memory is free.
#[cfg(target_os = "linux")]
#[test]
fn a_billion_users_are_refused_before_they_come() {
    let surge = "[load.web]\nrate = \"1/s\"\njourney = [{ do = \"get\" }]\n\
        surge = [{ users = 1_000_000_000, at = \"0s\", over = \"5s\" }]\n\
        [tier.a]\nkind = \"service\"\nworkers = 1\nservice = \"1ms\"\n";
    refused(&format!("{HEAD}{surge}"), "are inside at once at the fullest");
}

/// What is known to need more is refused, and what turns out to is stopped before it takes more: calls to a tier that
/// hangs are not foreseen.
#[cfg(target_os = "linux")]
#[test]
fn a_limit_of_memory_is_kept() {
    let load = "[load.web]\nrate = \"4000/s\"\njourney = [{ do = \"get\" }]\n";
    let tier =
        |workers: &str| format!("[tier.a]\nkind = \"service\"\nworkers = {workers}\nservice = \"1ms\"\n");
    let hangs = "[[fault]]\nat = \"0s\"\nfor = \"10m\"\ntier = \"a\"\nkind = \"hang\"\n";
    let head = "schema = 1\n[run]\nduration = \"10m\"\n";
    let overloaded = format!("{head}{load}{}", tier("1"));
    let cases = [
        (overloaded, "200MB of memory are allowed in all (--memory), a third"),
        (format!("{head}{load}{}{hangs}", tier("8")), "200MB are allowed (--memory)"),
    ];
    for (text, why) in cases {
        let output = run_with(&text, &["--memory", "200MB"]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(why), "{said}\nof\n{text}");
    }
}

#[test]
fn what_cannot_happen_within_the_run_is_said() {
    let operator = "[controller.op]\nkind = \"operator\"\n\
        [[controller.op.step]]\nat = \"20s\"\ndo = \"scale\"\ntier = \"us\"\nreplicas = 5\n";
    let slow = "boot = { node = \"5m\" }\n";
    let scaler = "[controller.a]\nkind = \"autoscaler\"\ntier = \"us\"\nmetric = \"cpu\"\ntarget = \"50%\"\nmin = 1\n\
        max = 4\n";
    let cases = [
        (service("", "", operator), "this step takes effect after 5m20s"),
        (service("", "", &format!("{slow}{scaler}")), "a new replica has booted"),
        (service("", "", &format!("{scaler}sync = \"2m\"\n")), "this happens for the first time after 2m"),
        (
            service("returns = { after = \"6h\", chance = \"50%\" }\n", "", ""),
            "this happens for the first time after 6h",
        ),
    ];
    for (text, why) in cases {
        let output = run(&text);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && said.contains(why) && said.contains("it never happens"),
            "{said}\nof\n{text}"
        );
    }
}
