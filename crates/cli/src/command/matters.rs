//! `brownout sweep PATH --matters METRIC`: which of the axes matter for a number.

use super::lab::{pages, unanswered, write};
use crate::arguments::{Method, Sweep};
use crate::failure::Failure;
use brownout::words::screen::answer;
use brownout::{Answer, Asking, Case, Matters, Method as How, asked, sensitivity};
use brownout_terminal::again;
use brownout_terminal::lab::Lab;
use std::path::Path;

pub(super) fn perform(
    typed: &Sweep,
    of: &str,
    (name, base, asking): (&str, &Case, Asking<'_>),
    out: Option<&Path>,
    quiet: bool,
) -> Result<(), Failure> {
    let asked = asked(base, of).map_err(Failure::Failed)?;
    let axes = base.scenario.sweep.as_ref().map_or(&[][..], |sweep| &sweep.axes);
    let method = match typed.method {
        Method::Tornado => How::Tornado,
        Method::Morris => How::Morris { trajectories: typed.designs.unwrap_or(20) as usize },
        Method::Sobol => How::Sobol { pairs: typed.designs.unwrap_or(64) as usize },
    };
    let seeds = typed.which.replications.unwrap_or(8);
    let asked = Matters { text: of.to_owned(), asked, method, seeds: seeds.into(), confidence: 0.95 };
    let points = method.points(axes.len()) as u64;
    let lab = Lab::open(typed.runs.keeping(quiet), name, base, ("asking", points * u64::from(seeds)));
    let lab = lab.map_err(Failure::Failed)?;
    let found = sensitivity(asking, axes, &asked, lab.means());
    lab.close(base);
    let found = found.map_err(|error| unanswered(&error))?;
    super::data(&answer::matters(&found, &again(&[], &[])))?;
    write(out, &pages(Answer::Sensitivity(&found), typed.runs.threads)?, (true, quiet))
}
