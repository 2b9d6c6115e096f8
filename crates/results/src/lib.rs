//! What a run leaves as files, and the way back: versioned, checked, exact.
//!
//! [`pack`] turns the findings of a run into files, [`unpack`] makes the same findings of them again, every number to
//! the bit. A folder of results is:
//!
//! | file | what |
//! |---|---|
//! | `results.json` | the manifest: format, version, variants, and the length and BLAKE3 hash of every other file |
//! | `findings.json` | verdicts, expectations, symptoms, marks and what happened, of all variants |
//! | `metrics.parquet` | every number of every replication with its interval, in long form |
//! | `series.parquet` | everything over time, in long form |
//! | `scenario/VARIANT.toml` | what was simulated, as resolved: running it again gives the same results |
//! | `timing.json` | [`Timing`]: written apart by the caller, outside of what is compared and sealed |
//!
//! Both tables are plain Parquet: pandas, polars and `DuckDB` read them without this crate. The same contents give the
//! same bytes on every machine.
//!
//! **Invariant:** this crate opens no file ([`Read`] does) and knows no metric by name. What does not agree with its
//! manifest, or a manifest with its own seal, is refused before it is decoded, with the file, the version that wrote
//! it, and what to do: no folder that was cut short, mixed up or edited makes [`unpack`] panic.
#![forbid(unsafe_code)]

mod contents;
mod error;
mod findings;
mod manifest;
pub mod points;
mod series;
mod subject;
mod table;
mod timing;
mod values;

pub use contents::{Contents, File, Read, ReadError, pack, unpack};
pub use error::Error;
pub use manifest::{FORMAT, MANIFEST};
pub use timing::{TIMING, Timing};
