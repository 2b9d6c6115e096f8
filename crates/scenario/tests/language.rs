//! The reference is true: every block of it is read, in a scenario that has the rest.

mod common;

use brownout_scenario::{Files, Overrides, load};
use common::Memory;

const LANGUAGE: &str = include_str!("../LANGUAGE.md");

/// A scenario that has every tier and class the examples speak of.
const REST: &str = r#"
schema = 1
[run]
duration = "100h"
start = 2026-03-02T06:00:00-08:00
[load.web]
entry = "edge"
rate = "1/s"
journey = [{ do = "login" }, { do = "chat" }, { do = "get" }]
[load.consumer]
entry = "edge"
rate = "1/s"
journey = [{ do = "login" }]
[tier.edge]
kind = "gateway"
calls = [{ to = "auth" }, { to = "wire" }, { to = "profiles" }, { to = "chat" }]
[tier.auth]
kind = "auth"
workers = 1000
service = "1ms"
[tier.identity-db]
kind = "database"
connections = 1000
service = "1ms"
[tier.db]
kind = "database"
replicas = 3
zones = 3
region = "eu"
connections = 1000
service = "1ms"
[tier.chat]
kind = "service"
workers = 1000
service = "1ms"
[tier.profiles]
kind = "cache"
keys = 10
entries = 10
[tier.wire]
kind = "link"
to = "models"
latency = "1ms"
[tier.models]
kind = "balancer"
to = ["big", "small"]
[tier.big]
kind = "inference"
slots = 10
prefill = "1/s"
decode = "1/s"
[tier.small]
kind = "inference"
slots = 10
prefill = "1/s"
decode = "1/s"
[[load.web.surge]]
users = 10
at = "3h"
over = "1h"
[variant.shared]
"#;

fn examples() -> Vec<String> {
    let blocks = LANGUAGE.split("```toml\n").skip(1);
    blocks.map(|block| block.split("```").next().unwrap_or_default().to_owned()).collect()
}

/// The examples, and what ships with the program.
struct Shipped(Memory);

impl Files for Shipped {
    fn read(&self, path: &str) -> Result<String, String> {
        let Some((_, shipped)) = path.split_once("brownout:/") else { return self.0.read(path) };
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(shipped);
        std::fs::read_to_string(path).map_err(|error| error.to_string())
    }
}

#[test]
fn every_example_is_read() {
    let examples = examples();
    assert!(12 <= examples.len());
    for example in examples {
        // What an example extends stands for the rest; `rate` beside `stages` shows both ways at once.
        let lines = example
            .lines()
            .filter(|line| !line.starts_with("extends") && !line.starts_with("rate = \"40/s\""));
        let body = lines.collect::<Vec<_>>().join("\n");
        let rest =
            if body.contains("stages") { REST.replacen("rate = \"1/s\"\n", "", 1) } else { REST.to_owned() };
        // The first example is whole by itself.
        let rest = if body.contains("schema = 1") { String::new() } else { rest };
        let files =
            Memory::of(&[("a.toml", &format!("extends = \"rest.toml\"\n{body}\n")), ("rest.toml", &rest)]);
        if let Err(problems) = load("a.toml", &Shipped(files), &Overrides::default()) {
            panic!("{}\n{}", body, problems.render(false));
        }
    }
}
