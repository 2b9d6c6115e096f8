//! Questions beyond one run: what `sweep`, `merge` and their like take.

use super::{Format, Out, Plain, Which, threads};
use brownout::{Growing, Wide};
use brownout_terminal::lab::Keeping;
use clap::Args;
use std::path::PathBuf;

/// How many runs are done, and where they are kept.
#[derive(Args, Debug)]
pub(crate) struct Runs {
    /// Threads to run on; 0 is one for each core. The result is the same with any number
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = threads)]
    pub(crate) threads: usize,
    /// Where runs are kept, so that none is done twice; several processes may share it
    #[arg(long, value_name = "DIR", default_value = "brownout-out/store")]
    pub(crate) store: PathBuf,
    /// Keep no runs
    #[arg(long, conflicts_with = "store")]
    pub(crate) no_store: bool,
    /// Give a run up that has more events than this, and go on with the others
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) events_max: Option<u64>,
    /// Say of runs that were done again why the store did not have them
    #[arg(long)]
    pub(crate) why: bool,
}

impl Runs {
    /// How they are done and kept.
    pub(crate) fn keeping(&self, quiet: bool) -> Keeping<'_> {
        let &Runs { threads, ref store, no_store, events_max: events, why } = self;
        Keeping { store: (!no_store).then_some(store.as_path()), threads, events, why, quiet }
    }
}

#[derive(Args, Debug)]
pub(crate) struct Sweep {
    #[command(flatten)]
    pub(crate) which: Which,
    /// An axis beside those of the file: tier.auth.replicas=1..16, load.web.factor=0.5..4:8, PATH=2,4,8; repeatable
    #[arg(long, value_name = "PATH=VALUES", value_parser = brownout::setting)]
    pub(crate) axis: Vec<(String, String)>,
    /// Instead of all points: which of the axes matter for this number
    #[arg(long, value_name = "METRIC", conflicts_with = "shard")]
    pub(crate) matters: Option<String>,
    /// How that is found
    #[arg(long, value_enum, default_value_t = Method::Morris, requires = "matters")]
    pub(crate) method: Method,
    /// Trajectories of Morris' screening, or pairs of points for Sobol indices [default: 20 or 64]
    #[arg(long, value_name = "N", requires = "matters", value_parser = clap::value_parser!(u32).range(2..=10_000))]
    pub(crate) designs: Option<u32>,
    #[command(flatten)]
    pub(crate) runs: Runs,
    /// Only the I-th of N parts of the points, for N machines: 1/8; then merge their stores
    #[arg(long, value_name = "I/N", value_parser = Wide::shard)]
    pub(crate) shard: Option<(u64, u64)>,
    /// Run nothing beside each seed: harm is judged against the run's own beginnings, in half of the time
    #[arg(long)]
    pub(crate) alone: bool,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) place: Out,
}

/// How it is found which axes matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Method {
    /// One axis at a time, from where the scenario stands to both of its ends
    Tornado,
    /// Screening by Morris: how much each does over its range, on average over places of the others
    Morris,
    /// Parts of the variance
    Sobol,
}

/// One question; without any, the cheapest values of all knobs of the plan.
#[derive(Args, Debug)]
pub(crate) struct Plan {
    #[command(flatten)]
    pub(crate) which: Which,
    /// The least value of this key with which the promises hold
    #[arg(long, value_name = "PATH", group = "question")]
    pub(crate) least: Option<String>,
    /// The most of this key with which the promises hold
    #[arg(long, value_name = "PATH", group = "question")]
    pub(crate) most: Option<String>,
    /// The value of this key from which on the promises do not hold any more, for the day in the middle
    #[arg(long, value_name = "PATH", group = "question")]
    pub(crate) tipping: Option<String>,
    /// At which values of this key the service is healthy, and at which it is so again after an overload
    #[arg(long, value_name = "PATH", group = "question")]
    pub(crate) hysteresis: Option<String>,
    /// The overload: every load has this many times its own rate in the first tenth of the run
    #[arg(long, value_name = "FACTOR", requires = "hysteresis", default_value_t = 4.0)]
    pub(crate) push: f64,
    /// For how many months the promises hold while every load grows by this
    #[arg(long, value_name = "SHARE/month", group = "question", value_parser = Growing::a_month)]
    pub(crate) growth: Option<(String, f64)>,
    /// How long it takes from an order to service: 8w, 30d
    #[arg(long, value_name = "TIME", requires = "growth", value_parser = Growing::lead)]
    pub(crate) lead: Option<(String, i64)>,
    /// The day from which months count [default: today]
    #[arg(long, value_name = "DATE", requires = "growth")]
    pub(crate) today: Option<jiff::civil::Date>,
    /// The lower end of the range
    #[arg(long, value_name = "VALUE", requires = "to")]
    pub(crate) from: Option<String>,
    /// The upper end of the range
    #[arg(long, value_name = "VALUE", requires = "from")]
    pub(crate) to: Option<String>,
    /// The difference between two values that are told apart
    #[arg(long, value_name = "VALUE", requires = "from")]
    pub(crate) step: Option<String>,
    /// Only this value: proves an answer again
    #[arg(long, value_name = "VALUE", conflicts_with_all = ["from", "to", "step"])]
    pub(crate) at: Option<String>,
    /// What has to hold in a share of runs, instead of what the file promises: `web.login.success_rate > 99%`, or of a
    /// part of the time `web.login.success_rate > 99% when 10m..20m`; may be repeated
    #[arg(long, value_name = "THAT")]
    pub(crate) promise: Vec<String>,
    /// What the mean over runs has to satisfy, written in the same way; may be repeated
    #[arg(long, value_name = "THAT")]
    pub(crate) average: Vec<String>,
    /// In what share of runs, instead of plan.share
    #[arg(long, value_name = "SHARE")]
    pub(crate) share: Option<String>,
    /// How sure the answer has to be, instead of plan.confidence
    #[arg(long, value_name = "SHARE")]
    pub(crate) confidence: Option<String>,
    /// About how many runs it may take, instead of plan.budget
    #[arg(long, value_name = "RUNS")]
    pub(crate) budget: Option<u32>,
    /// Days that are followed to where they tip over
    #[arg(long, value_name = "N", default_value_t = 40, value_parser = clap::value_parser!(u32).range(12..=100_000))]
    pub(crate) days: u32,
    #[command(flatten)]
    pub(crate) runs: Runs,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t = Plain::Text)]
    pub(crate) format: Plain,
    #[command(flatten)]
    pub(crate) place: Out,
}

/// Variants of a scenario, or two results folders.
#[derive(Args, Debug)]
pub(crate) struct Compare {
    #[command(flatten)]
    pub(crate) which: Which,
    /// The second results folder, where the first argument is one
    #[arg(value_name = "DIR")]
    pub(crate) other: Option<PathBuf>,
    /// A variant on the spot: NAME:PATH=VALUE,PATH=VALUE; may be repeated
    #[arg(long, value_name = "NAME:PATH=VALUE")]
    pub(crate) with: Vec<String>,
    /// Only these variants, beside the base
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    /// The number that decides which is best
    #[arg(long, value_name = "METRIC", default_value = "total.user_minutes_lost")]
    pub(crate) by: String,
    /// How sure the answer has to be
    #[arg(long, value_name = "SHARE", default_value = "95%")]
    pub(crate) confidence: brownout::units::Ratio,
    /// Show every number that surely differs
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) runs: Runs,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t = Plain::Text)]
    pub(crate) format: Plain,
    #[command(flatten)]
    pub(crate) place: Out,
}

#[derive(Args, Debug)]
pub(crate) struct Merge {
    /// The stores to take over
    #[arg(value_name = "DIR", required = true)]
    pub(crate) from: Vec<PathBuf>,
    /// The store that takes them
    #[arg(long, value_name = "DIR", default_value = "brownout-out/store")]
    pub(crate) into: PathBuf,
}
