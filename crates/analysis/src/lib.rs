//! Digests in, findings out: every number with its interval, symptoms, verdict, expectations; typed, and no English.
//!
//! A [`Fold`] takes replications one by one and makes [`Findings`] of them, which a report words and draws; [`analyse`]
//! does so with all of them at once. [`laws`] holds closed forms against digests.
//! [`judge`] only holds expectations against one replication; [`stretches`] lists what a digest has to keep for the
//! expectations of a scenario.
#![forbid(unsafe_code)]

mod advice;
mod analyse;
pub mod answer;
mod balance;
mod bands;
mod cause;
pub mod compare;
pub mod counterfactual;
mod evidence;
mod expect;
pub mod findings;
mod fold;
mod gain;
mod happened;
mod harm;
mod hurt;
pub mod hysteresis;
mod laws;
mod lines;
mod marks;
mod outbreak;
pub mod plan;
pub mod provenance;
mod ranking;
mod samples;
pub mod seen;
pub mod sensitivity;
pub mod swept;
mod symptom;
pub mod terrain;
mod values;
mod verdict;
mod what;

pub use analyse::{Case, analyse};
pub use cause::is_at_once;
pub use expect::{Judged, is_of_harm, judge, stretches};
pub use findings::Findings;
pub use fold::{Fold, Reduced};
pub use laws::{Law, laws};
pub use ranking::{Ranked, ranked};
