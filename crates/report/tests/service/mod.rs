//! Findings of a small service, as a run leaves them: a tier that breaks, one that never does, language models.

use brownout_analysis::findings::{BASE, Findings, Stamp};
use brownout_analysis::{Case, analyse, stretches};
use brownout_lab::{Of, Silent, layout, run};
use brownout_observe::{Keep, Legend, Replication};
use brownout_scenario::{Files, Overrides, Scenario, load};
use std::path::Path;
use std::sync::Arc;

const TEXT: &str = r#"
schema = 1
title = "A page, and a chat beside it"
question = "What does a slow minute do?"

[run]
duration = "4m"
warmup = "30s"
window = "5s"
seed = 7
replications = 2

[operation.get]
slo = "1s"

[operation.chat]
ttft = "500ms"
tpot = "60ms"
prompt = { dist = "lognormal", mean = 900, cv = 1.5 }
output = { dist = "geometric", mean = 100 }

[load.web]
entry = "app"
rate = "6/s"
journey = [{ do = "get" }]
client = { timeout = "2s", retries = 2 }

[load.mobile]
entry = "models"
rate = "1/s"
journey = [{ do = "chat" }]

[tier.app]
kind = "service"
price = "$0.40/h"
workers = 1
queue = { limit = 50 }
service = { dist = "exponential", mean = "100ms" }

[tier.models]
kind = "inference"
replicas = 1
profile = "models/profiles/h100-sxm-llama-3.1-8b.toml"

[[fault]]
at = "90s"
for = "60s"
tier = "app"
kind = "slow"
factor = 8

[variant.fast]
"tier.app.workers" = 8

[[expect]]
that = "web.get.success_rate > 99%"

[[expect]]
that = "models.output_tokens > 1/s"

[[expect]]
that = "verdict <= self-healed"
"#;

/// The text above under one name, and what ships under the names of the repository.
struct Shipped;

impl Files for Shipped {
    fn read(&self, path: &str) -> Result<String, String> {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        match path {
            "service.toml" => Ok(TEXT.to_owned()),
            other => std::fs::read_to_string(repository.join(other)).map_err(|error| error.to_string()),
        }
    }
}

fn scenario(variant: Option<&str>) -> Scenario {
    let options = Overrides { variant: variant.map(str::to_owned), ..Overrides::default() };
    load("service.toml", &Shipped, &options).unwrap_or_else(|problems| panic!("{problems}"))
}

/// The service as it stands, and its variant `fast`.
pub(crate) fn findings() -> Vec<Findings> {
    [None, Some("fast")].map(|variant| found(&scenario(variant))).into()
}

fn found(scenario: &Scenario) -> Findings {
    let Scenario { model, seed, expectations, .. } = scenario;
    let legend = Arc::new(Legend::new(layout(model)));
    let keep = Keep::new(&legend.layout, stretches(expectations), true);
    let digests = (0..u64::from(scenario.replications)).map(|replication| {
        let of = Of { model, seed: *seed, replication };
        Replication::alone(run(of, &legend, &keep, &Silent).expect("a small run ends"))
    });
    let digests: Vec<_> = digests.collect();
    let stamp = Stamp {
        version: "0.0.0".to_owned(),
        title: scenario.title.clone(),
        question: scenario.question.clone(),
        variant: scenario.variant.as_deref().unwrap_or(BASE).to_owned(),
        scenario_hash: format!("{:016x}", scenario.hash),
        seed: *seed,
        replications: 0,
        fingerprint: String::new(),
        events: 0,
        simulated_seconds: model.duration.as_secs_f64(),
        warmup_seconds: model.warmup.as_secs_f64(),
        start: None,
    };
    analyse(&Case { model, legend: &legend, expectations }, &digests, stamp)
}
