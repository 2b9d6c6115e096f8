//! Draws every chart of a made-up outage, in its usual shape and in odd ones, into the folder given: to be looked at.

#[path = "../tests/fixture/mod.rs"]
mod fixture;

use brownout_metrics::Badge;
use brownout_report::{Chart, Report, chart_folders, charts, html, markdown, png};
use fixture::{Shape, USUAL, Values, findings};
use std::error::Error;
use std::fs;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: gallery FOLDER")?;
    let odd = [
        ("usual", USUAL),
        ("one-replication", Shape { replications: 1, ..USUAL }),
        ("crowd", Shape { tiers: 40, paths: 14, ..USUAL }),
        ("long-names", Shape { long_names: true, ..USUAL }),
        ("happened", Shape { happened: 5, ..USUAL }),
        ("much-happened", Shape { happened: 3000, ..USUAL }),
        ("zero", Shape { values: Values::Zero, marks: false, ..USUAL }),
        ("nan", Shape { values: Values::Nan, ..USUAL }),
        ("one-window", Shape { windows: 1, tiers: 1, paths: 1, ..USUAL }),
    ];
    for (name, shape) in odd {
        let folder = Path::new(&folder).join(name);
        fs::create_dir_all(&folder)?;
        for chart in charts(&findings(&shape))? {
            fs::write(folder.join(format!("{}.svg", chart.name)), &chart.svg)?;
            fs::write(folder.join(format!("{}.png", chart.name)), png(&chart.svg)?)?;
        }
    }
    let mut variants = [fixture::outage(), fixture::outage(), findings(&Shape { replications: 1, ..USUAL })];
    "bounded queues".clone_into(&mut variants[1].stamp.variant);
    variants[1].verdict.badge = Badge::Unharmed;
    "one replication".clone_into(&mut variants[2].stamp.variant);
    variants[2].verdict.badge = Badge::NeverCameBack;
    let drawn = variants.iter().map(charts).collect::<Result<Vec<Vec<Chart>>, _>>()?;
    let reports = variants.iter().zip(&drawn).map(|(findings, charts)| Report { findings, charts });
    let reports: Vec<Report<'_>> = reports.collect();
    fs::write(Path::new(&folder).join("report.html"), html(&reports))?;
    fs::write(Path::new(&folder).join("one.html"), html(&reports[..1]))?;
    fs::write(Path::new(&folder).join("report.md"), markdown(&reports))?;
    assert_eq!(chart_folders(&variants).len(), variants.len());
    Ok(())
}
