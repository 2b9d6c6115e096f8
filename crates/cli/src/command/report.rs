//! `brownout report DIR`: pages and pictures drawn again from the results of a run, byte by byte as the run did.

use super::run;
use crate::arguments::Report;
use crate::arguments::{Format, Out, Run, Which};
use crate::failure::Failure;
use crate::source;
use brownout::{BASE, Case, PAGE, pages};
use brownout_host::folder::{self, Older};
use brownout_host::swept::{self, Asked};

pub(super) fn perform(report: &Report, quiet: bool) -> Result<(), Failure> {
    if let Some(number) = report.point {
        return point(report, number, quiet);
    }
    let contents = folder::results(&report.folder).map_err(Failure::Failed)?;
    let files = pages(&contents.findings, report.shown.wanted())
        .map_err(|error| Failure::Failed(error.to_string()))?;
    let out = report.out.as_ref().unwrap_or(&report.folder);
    folder::try_out(out)?;
    folder::write(out, &files, Older::Stays)?;
    if !quiet {
        super::data(&format!("report  {}\n", out.join(PAGE).display()))?;
    }
    Ok(())
}

/// A point of a sweep is run as a scenario of its own, under the same seeds, with all that a report shows.
fn point(report: &Report, number: u64, quiet: bool) -> Result<(), Failure> {
    let asked = Asked::read(&report.folder).map_err(Failure::Failed)?;
    let which = Which {
        path: asked.path,
        confined: asked.confined,
        set: asked.set,
        variant: asked.variant,
        seed: asked.seed,
        replications: asked.replications,
    };
    let overrides = which.overrides();
    let document = source::open(&which)?.document(&overrides)?;
    let base = Case::compile(&document, &overrides)?;
    let over = swept::point(&base, &overrides, number).map_err(Failure::Failed)?;
    let mut name = report.folder.clone().into_os_string();
    name.push(format!("-point-{number}"));
    let run = Run {
        which: Which { set: over.set, variant: over.variant.or(Some(BASE.to_owned())), ..which },
        replication: None,
        format: Format::Text,
        place: Out { out: Some(report.out.clone().unwrap_or_else(|| name.into())), no_out: false },
        shown: report.shown.clone(),
        alone: asked.alone,
        causes: false,
    };
    run::perform(&run, quiet)
}
