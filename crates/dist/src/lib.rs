//! Probability laws: one file a distribution, and the table of them.
//!
//! A [`Law`] is drawn from millions of times a second and asked for its mean, variance, cdf and quantiles by the
//! analysis of a run. Quantities are plain numbers here; seconds and counts are given their units by the caller.
//! Beside its own methods a law is a [`Distribution`](rand::distr::Distribution) of the `rand` crates.
//! [`kinds`] is the table from which the words of a scenario file are built.
//!
//! All draws and parameters go through the functions of [`fixed`], so that the same seed gives the same bits on
//! every platform: the `exp` and `ln` of the standard library are those of the machine's C library.
//!
//! **Invariant:** no constructor panics, whatever the numbers; no draw lies outside the support of its law; no files
//! and no text formats other than the CSV of [`Empirical::from_csv`].

#![forbid(unsafe_code)]

mod error;
pub mod fixed;
mod kind;
mod law;
mod solve;
mod special;
mod ziggurat;

mod binomial;
mod bound;
mod bounded_pareto;
mod constant;
mod empirical;
mod exponential;
mod frechet;
mod gamma;
mod geometric;
mod gumbel;
mod hyperexponential;
mod inverse_gaussian;
mod lognormal;
mod mixture;
mod pareto;
mod pert;
mod poisson;
mod shifted;
mod skew_normal;
mod triangular;
mod truncated;
mod uniform;
mod weibull;
mod zipf;

pub use binomial::Binomial;
pub use bounded_pareto::BoundedPareto;
pub use constant::Constant;
pub use empirical::{Bin, Empirical};
pub use error::Error;
pub use exponential::Exponential;
pub use frechet::Frechet;
pub use gamma::Gamma;
pub use geometric::Geometric;
pub use gumbel::Gumbel;
pub use hyperexponential::Hyperexponential;
pub use inverse_gaussian::InverseGaussian;
pub use kind::{Args, Form, LawKind, Param, Role, Value, find, kinds, modifiers};
pub use law::{Distribution, Law};
pub use lognormal::LogNormal;
pub use mixture::Mixture;
pub use pareto::Pareto;
pub use pert::Pert;
pub use poisson::Poisson;
pub use shifted::Shifted;
pub use skew_normal::SkewNormal;
pub use special::normal_cdf;
pub use triangular::Triangular;
pub use truncated::Truncated;
pub use uniform::Uniform;
pub use weibull::Weibull;
pub use ziggurat::{exp1, normal, unit};
pub use zipf::Zipf;
