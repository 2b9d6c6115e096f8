//! Brownout as a library: the way from a text to an answer, without a terminal or files.
//!
//! The command line is a skin on this crate, which also compiles for a browser. A scenario is read once, compiled as
//! often as wanted, run, and judged; each step is plain data that the next one takes.
//!
//! # Run, and ask for a number
//!
//! ```
//! use brownout::{Overrides, Settings, Silent, Text, open, simulate};
//! use brownout::metrics::{clients, Subject};
//!
//! let text = r#"
//!     schema = 1
//!     title = "One worker"
//!     [run]
//!     duration = "10m"
//!     replications = 4
//!     [load.web]
//!     rate = "8/s"
//!     journey = [{ do = "get" }]
//!     [tier.app]
//!     kind = "service"
//!     workers = 1
//!     service = { dist = "exponential", mean = "100ms" }
//! "#;
//! let cases = open("one-worker.toml", &Text(text.to_owned()), &Overrides::default())?;
//! // All cores; lines over time; and beside each run the ideal one and the one without a trigger.
//! let settings = Settings { threads: 0, windows: true, beside: true , provenance: false};
//! let findings = simulate(&cases, settings, &[Silent]).expect("nothing interrupts it");
//!
//! let web = Subject::Class("web".to_owned());
//! let latency = findings[0].values.get(&web, &clients::LATENCY[brownout::metrics::MEAN]).expect("users came");
//! let (low, high) = latency.ci95.expect("there are four replications");
//! assert!(low < 0.5 && 0.5 < high, "M/M/1 at 80 %: 1/(10/s − 8/s) = 0.5 s, and {latency:?}");
//! # Ok::<(), brownout::Problems>(())
//! ```
//!
//! Every number has a row in the table of [`metrics`]: its unit, its bounds, what it means. [`Findings`] holds them
//! all, for all subjects and each replication, with lines over time and what was found in them.
//!
//! # Many variants of one text
//!
//! [`Document::parse`] reads a text and all that it extends; [`Document::compile`] lays [`Overrides`] over it in
//! microseconds. [`simulate`] takes all replications of all cases as one pool of jobs; the numbers are the same on any
//! number of threads. A [`Job`] is the same as plain data, for another process.
//!
//! # Follow a run, and change it
//!
//! ```
//! # use brownout::{Overrides, Text, open};
//! # let text = r#"
//! # schema = 1
//! # [run]
//! # duration = "10m"
//! # [load.web]
//! # rate = "8/s"
//! # journey = [{ do = "get" }]
//! # [tier.app]
//! # kind = "service"
//! # workers = 1
//! # service = { dist = "exponential", mean = "100ms" }
//! # "#;
//! use brownout::{Steered, asked};
//!
//! let cases = open("one-worker.toml", &Text(text.to_owned()), &Overrides::default())?;
//! let mut run = Steered::open(cases[0].clone(), 0);
//! run.until("5m".parse().expect("a span")).expect("a run");
//! let rate = asked(run.case(), "web.success_rate").expect("a metric");
//! let all_are_answered = run.metric(&rate, "4m".parse().expect("a span")).expect("a run");
//! assert_eq!(all_are_answered, Some(1.0));
//!
//! // From five minutes on the service turns away who does not find a free worker.
//! let set = vec![("tier.app.queue.limit".to_owned(), "0@5m..".to_owned())];
//! let overrides = Overrides { set, ..Overrides::default() };
//! let changed = open("one-worker.toml", &Text(text.to_owned()), &overrides)?.remove(0);
//! run.change(changed.scenario.model).expect("the same until now");
//! run.until("10m".parse().expect("a span")).expect("a run");
//! let answered = run.metric(&rate, "5m".parse().expect("a span")).expect("a run");
//! assert!(answered < Some(0.7), "Erlang's loss: of 0.8 erlang on one worker 56 % are served, and {answered:?}");
//! # Ok::<(), brownout::Problems>(())
//! ```
//!
//! # Write what was found
//!
//! [`pages`] draws findings, [`report`] makes every file of a results folder as bytes: pages, charts, numbers;
//! [`results`] reads such a folder back.
//!
//! ```
//! # use brownout::{Overrides, Pictures, Settings, Silent, Text, Wanted, open, simulate};
//! # let text = "schema = 1\n[run]\nduration = \"1m\"\n[load.web]\nrate = \"2/s\"\njourney = [{ do = \"get\" }]\n\
//! #     [tier.app]\nkind = \"service\"\nworkers = 1\nservice = \"50ms\"\n";
//! # let cases = open("short.toml", &Text(text.to_owned()), &Overrides::default())?;
//! # let settings = Settings { threads: 0, windows: true, beside: true , provenance: false};
//! # let findings = simulate(&cases, settings, &[Silent]).expect("nothing interrupts it");
//! use brownout::{PAGE, pages};
//!
//! let wanted = Wanted { pictures: Pictures { svg: true, png: false }, csv: false, openmetrics: false, threads: 0 };
//! let files = pages(&findings, wanted).expect("they can be drawn");
//! assert!(files.iter().any(|file| file.path == PAGE));
//! # Ok::<(), brownout::Problems>(())
//! ```
//!
//! One chart of a result, for a slide: its size, two variants on one pair of axes, a part of the time.
//!
//! ```
//! # use brownout::{Overrides, Settings, Silent, Text, open, simulate};
//! # let text = "schema = 1\n[run]\nduration = \"2m\"\n[load.web]\nrate = \"2/s\"\njourney = [{ do = \"get\" }]\n\
//! #     [tier.app]\nkind = \"service\"\nworkers = 1\nservice = \"50ms\"\n";
//! # let cases = open("short.toml", &Text(text.to_owned()), &Overrides::default())?;
//! # let settings = Settings { threads: 0, windows: true, beside: true , provenance: false};
//! # let findings = simulate(&cases, settings, &[Silent]).expect("nothing interrupts it");
//! use brownout::words::Theme;
//! use brownout::{ChartFormat, ChartRequest, chart};
//!
//! let request = ChartRequest {
//!     kind: "four-lines".to_owned(),
//!     title: Some("Two requests a second".to_owned()),
//!     variants: Vec::new(),
//!     size: "1600x900".parse().ok(),
//!     from: "30s".parse().ok(),
//!     to: None,
//!     theme: Theme::Dark,
//! };
//! let picture = chart(&findings, &request, ChartFormat::Svg).expect("it has lines");
//! let picture = String::from_utf8(picture).expect("an SVG is text");
//! assert!(picture.contains("width=\"1600\" height=\"900\""));
//! # Ok::<(), brownout::Problems>(())
//! ```
//!
//! **Invariant:** this crate opens no file, and knows no terminal, clock or environment; texts come through [`Files`].
#![forbid(unsafe_code)]

mod case;
mod catalogue;
mod causes;
mod chart;
mod contenders;
mod forecast;
mod gather;
mod job;
mod laid;
mod laws;
mod memory;
mod open;
mod outline;
mod papers;
mod plan;
mod points;
mod provenance;
mod race;
mod report;
mod runs;
mod sensitivity;
mod simulate;
mod source;
mod steer;
mod sweep;
mod why;

pub use brownout_model::BASE;
pub use case::Case;
pub use catalogue::{Item, catalogue};
pub use causes::{WHY_RUNS, causes, explained};
pub use chart::{ChartError, ChartFormat, ChartRequest, ChartSize, chart};
pub use contenders::{Uncompared, contenders};
pub use forecast::Forecast;
pub use gather::Gather;
pub use job::{Job, JobError};
pub use laid::setting;
pub use laws::{laws, no_law, verify};
pub use memory::{Room, memory_note, refusal};
pub use open::{asked, cases, open, warnings};
pub use outline::{checked, outline};
pub use papers::{Answer, answer_pages};
pub use plan::{
    Answered, Ask, Asking, Bound, Growing, Knob, Options, PlanError, Push, Question, ask, bound, cheapest_of,
    hysteresis, tips,
};
pub use points::{Point, Points};
pub use provenance::VERSION;
pub use race::{By, race};
pub use report::{PAGE, Pictures, ReportError, Wanted, pages, report};
pub use runs::{Address, Begun, Broken, Forgetful, Means, Stopped, Store, Watch, broken_record};
pub use sensitivity::{Matters, Method, sensitivity};
pub use simulate::{Settings, digests, find, fold, replications, simulate};
pub use source::{FILE, Library, NoFiles, Text, experiment_like, name, shipped};
pub use steer::Steered;
pub use sweep::{Found, Visited, Wide, sweep};
pub use why::{account, remembered};

// The words of the public interface, so that a caller needs no second crate for them.
pub use brownout_analysis::provenance as reasons;
pub use brownout_analysis::sensitivity as matters;
pub use brownout_analysis::{Findings, Fold, Law, answer, compare, counterfactual, findings, swept};
pub use brownout_fit as fit;
pub use brownout_lab::{Beside, Error, Progress, SIMULATION, Silent, layout, map};
pub use brownout_metrics as metrics;
pub use brownout_model as model;
pub use brownout_observe::{Digest, Legend, Replication};
pub use brownout_report as words;
pub use brownout_results as results;
pub use brownout_scenario::{
    Axis, Capacity, Changed, Condition, Design, Document, Files, Level, Measure, On, Overrides, Plan,
    Problem, Problems, Promise, Scenario, Severity, Sweep, Until, VARIANT, Values, axis_values, changed,
    join, keys, limits, policies, schema,
};
pub use brownout_shipped as ships;
pub use brownout_units as units;
