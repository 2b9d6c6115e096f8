//! `brownout report DIR`: pages and pictures drawn again from the results of a run, byte by byte as the run did.

use super::run::pictures;
use crate::arguments::Report;
use crate::failure::Failure;
use crate::terminal;
use brownout::results::unpack;
use brownout::{PAGE, Wanted, pages};
use brownout_host::folder::{self, Older};

pub(super) fn perform(report: &Report, quiet: bool) -> Result<(), Failure> {
    let contents = unpack(&folder::Folder(report.folder.clone()));
    let contents =
        contents.map_err(|error| Failure::Failed(format!("{}: {error}", report.folder.display())))?;
    let wanted =
        Wanted { pictures: pictures(&report.charts), csv: report.series_csv, threads: report.threads };
    let files = pages(&contents.findings, wanted).map_err(|error| Failure::Failed(error.to_string()))?;
    let out = report.out.as_ref().unwrap_or(&report.folder);
    folder::try_out(out)?;
    folder::write(out, &files, Older::Stays)?;
    if !quiet {
        terminal::data(&format!("report  {}\n", out.join(PAGE).display()))?;
    }
    Ok(())
}
