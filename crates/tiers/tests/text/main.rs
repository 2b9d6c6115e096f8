//! Behaviour by text: small models with constant lengths, of which every line of the log can be worked out by hand.
//!
//! A line is: seconds, place, what happened, the path and the row of the call (`'` marks a retry), and the value.

mod aid;
mod backlog;
mod balancer;
mod call;
mod client;
mod emergency;
mod engines;
mod error_path;
mod fault;
mod fleet;
mod fleets;
mod groups;
mod guarded;
mod health;
mod hedge;
mod ideal;
mod lease;
mod operator;
mod outage;
mod parts;
mod people;
mod policy;
mod queue;
mod session;
mod sharing;
mod spread;
mod talk;
