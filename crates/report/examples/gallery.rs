//! Draws every chart of a made-up outage, in its usual shape and in odd ones, into the folder given: to be looked at.

#[path = "../tests/fixture/mod.rs"]
mod fixture;

use brownout_metrics::Badge;
use brownout_report::{Chart, Report, State, Strip, chart_folders, charts, html, markdown, png, strips};
use fixture::{Shape, USUAL, Values, findings};
use std::error::Error;
use std::fs;
use std::path::Path;

/// The page with strips on top: a day that broke, starved and relapsed.
fn with_strips(page: &str) -> String {
    const HOUR: f64 = 3600.0;
    let strip = |label: &str, spans, relapses, note: &str| Strip {
        label: label.to_owned(),
        spans,
        relapses,
        note: note.to_owned(),
    };
    let rows = [
        strip(
            "web login",
            vec![
                (0.0, HOUR, State::Served),
                (HOUR, 2.0 * HOUR, State::Down),
                (2.4 * HOUR, 3.0 * HOUR, State::Down),
            ],
            vec![2.4 * HOUR],
            "96 min down",
        ),
        strip(
            "mobile chat",
            vec![(0.0, 1.2 * HOUR, State::Served), (1.2 * HOUR, 3.0 * HOUR, State::Starved)],
            Vec::new(),
            "108 min starved",
        ),
        strip(
            "api completion",
            vec![
                (0.0, HOUR, State::Served),
                (HOUR, 1.5 * HOUR, State::Degraded),
                (1.5 * HOUR, 3.0 * HOUR, State::Served),
            ],
            Vec::new(),
            "30 min degraded",
        ),
    ];
    page.replacen("<main>", &format!("<main>\n{}", strips(&rows, 0.0, 3.0 * HOUR)), 1)
}

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
    fs::write(Path::new(&folder).join("strips.html"), with_strips(&html(&reports[..1])))?;
    fs::write(Path::new(&folder).join("report.md"), markdown(&reports))?;
    assert_eq!(chart_folders(&variants).len(), variants.len());
    Ok(())
}
