//! One file an engine, and the table of them.

mod desru;
mod nexosim;
mod simcore;

use cpu_time::ProcessTime;

use crate::table::{Cell, Row};
use crate::workload::{self, Workload};

/// A way to run the network.
pub struct Engine {
    /// As on crates.io.
    pub name: &'static str,
    version: &'static str,
    /// So that a run of a workload takes a second or a few.
    customers: u64,
    /// A workload, customers and a seed in; the mean sojourn time out.
    pub run: fn(&Workload, u64, u64) -> f64,
}

/// In the order of the table. The versions are pinned in Cargo.toml.
pub const ALL: &[Engine] = &[
    Engine { name: "desru", version: "0.1.13", customers: 2_000_000, run: desru::run },
    Engine { name: "simcore", version: "0.1.0", customers: 2_000_000, run: simcore::run },
    Engine { name: "nexosim", version: "1.0.0", customers: 1_000_000, run: nexosim::run },
];

/// The fastest of these counts: what else the machine does can only add.
const RUNS: u64 = 3;

impl Engine {
    /// All workloads.
    pub fn measure(&self, factor: f64) -> Row {
        let customers = (self.customers as f64 * factor).max(1.0) as u64;
        let cells = workload::ALL.map(|workload| {
            let runs = (1..=RUNS).map(|seed| {
                let start = ProcessTime::now();
                let sojourn = (self.run)(&workload, customers, seed);
                (start.elapsed().as_nanos() as f64 / customers as f64, sojourn)
            });
            let runs: Vec<(f64, f64)> = runs.collect();
            Cell::Measured {
                nanos: runs.iter().map(|run| run.0).fold(f64::INFINITY, f64::min),
                sojourn: Some(runs.iter().map(|run| run.1).sum::<f64>() / RUNS as f64),
            }
        });
        Row { engine: self.name.into(), version: self.version.into(), cells, note: String::new() }
    }
}
