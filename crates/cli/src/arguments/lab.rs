//! Questions beyond one run: what `sweep`, `merge` and their like take.

use super::{Format, Which, threads};
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

#[derive(Args, Debug)]
pub(crate) struct Sweep {
    #[command(flatten)]
    pub(crate) which: Which,
    /// An axis beside those of [sweep]: tier.auth.replicas=1..16, load.web.factor=0.5..4:8, PATH=2,4,8; may be repeated
    #[arg(long, value_name = "PATH=VALUES", value_parser = super::setting)]
    pub(crate) axis: Vec<(String, String)>,
    #[command(flatten)]
    pub(crate) runs: Runs,
    /// Only the I-th of N parts of the points, for N machines: 1/8; then merge their stores
    #[arg(long, value_name = "I/N", value_parser = shard)]
    pub(crate) shard: Option<(u64, u64)>,
    /// Run nothing beside each seed: harm is judged against the run's own beginnings, in half of the time
    #[arg(long)]
    pub(crate) alone: bool,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Where tables go [default: brownout-out/NAME-sweep with text, nowhere otherwise]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Write no files
    #[arg(long, conflicts_with = "out")]
    pub(crate) no_out: bool,
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

/// `2/8`, counted from 0.
fn shard(text: &str) -> Result<(u64, u64), String> {
    let wrong = || "write I/N with I from 1 to N, as in 2/8".to_owned();
    let (nth, of) = text.split_once('/').ok_or_else(wrong)?;
    match (nth.trim().parse::<u64>(), of.trim().parse::<u64>()) {
        (Ok(nth), Ok(of)) if 1 <= nth && nth <= of => Ok((nth - 1, of)),
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::shard;

    #[test]
    fn a_shard_is_counted_from_one() {
        assert_eq!(shard("1/8"), Ok((0, 8)));
        assert_eq!(shard("8/8"), Ok((7, 8)));
        assert!(["0/8", "9/8", "8", "a/b", "1/0"].iter().all(|text| shard(text).is_err()));
    }
}
