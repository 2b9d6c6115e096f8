//! The pictures that the page of an experiment shows are those of its last run at full size.
//!
//! `![…](four-lines.png)` is the chart `four-lines` of the base, `![…](four-lines-VARIANT.png)` that of a variant.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Place, brownout};

/// What the base is called.
const BASE: &str = "base";
/// Pictures of experiments that stand elsewhere: experiment, chart, file from the root of the repository.
const ELSEWHERE: &[(&str, &str, &str)] = &[("front-door-jam", "four-lines", "docs/front-door-jam.png")];

/// A picture that has to be drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Picture {
    chart: String,
    file: PathBuf,
}

/// Draws what the page of an experiment shows, and puts it where the page looks for it; returns how many there are.
///
/// # Errors
/// A picture that no run draws, or a file that cannot be read or written.
pub(super) fn refresh(place: &Place, name: &str, variants: &[String]) -> Result<usize, String> {
    let folder = place.root.join("experiments").join(name);
    let path = folder.join("README.md");
    let page = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut wanted: BTreeMap<String, Vec<Picture>> = BTreeMap::new();
    for file in shown(&page) {
        let (chart, variant) = split(file, variants);
        wanted.entry(variant).or_default().push(Picture { chart, file: folder.join(file) });
    }
    for (_, chart, file) in ELSEWHERE.iter().filter(|(experiment, ..)| *experiment == name) {
        let picture = Picture { chart: (*chart).to_owned(), file: place.root.join(file) };
        wanted.entry(BASE.to_owned()).or_default().push(picture);
    }
    for (variant, pictures) in &wanted {
        draw(place, name, variant, pictures)?;
    }
    Ok(wanted.values().map(Vec::len).sum())
}

/// The pictures beside a page that it shows.
fn shown(page: &str) -> Vec<&str> {
    let targets = page.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let is_picture = |target: &&str| Path::new(target).extension().is_some_and(|ending| ending == "png");
    targets.filter(is_picture).filter(|target| !target.contains('/')).collect()
}

/// The chart and the variant that a file is called after; of two variants that fit it is the longer one.
fn split(file: &str, variants: &[String]) -> (String, String) {
    let stem = file.strip_suffix(".png").unwrap_or(file);
    let fits = |variant: &&String| {
        stem.strip_suffix(variant.as_str()).is_some_and(|chart| chart.ends_with('-') && 1 < chart.len())
    };
    match variants.iter().filter(fits).max_by_key(|variant| variant.len()) {
        Some(variant) => (stem[..stem.len() - variant.len() - 1].to_owned(), variant.clone()),
        None => (stem.to_owned(), BASE.to_owned()),
    }
}

fn draw(place: &Place, name: &str, variant: &str, pictures: &[Picture]) -> Result<(), String> {
    let out = place.root.join("target/experiments").join(name).join(variant);
    let to = out.to_string_lossy().into_owned();
    let path = format!("experiments/{name}");
    brownout(
        place,
        &["run", &path, "--variant", variant, "--out", &to, "--charts", "svg,png", "--format", "json", "-q"],
    )?;
    let charts = out.join("charts");
    // Folders are in lower case, for disks that do not tell the two apart.
    let folder = if variant == BASE { charts } else { charts.join(variant.to_lowercase()) };
    for picture in pictures {
        let drawn = folder.join(format!("{}.png", picture.chart));
        if !drawn.is_file() {
            return Err(format!("{name} has no chart {:?} of {variant}", picture.chart));
        }
        fs::copy(&drawn, &picture.file).map_err(|error| format!("{}: {error}", picture.file.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_shows_the_pictures_beside_it() {
        let page = "![a](four-lines.png) [b](../other/README.md)\n![c](gpu-lite.png) ![d](../docs/x.png)";
        assert_eq!(shown(page), ["four-lines.png", "gpu-lite.png"]);
    }

    #[test]
    fn a_picture_is_called_after_its_chart_and_its_variant() {
        let variants = ["lite".to_owned(), "very-lite".to_owned()];
        let check = |file: &str, chart: &str, variant: &str| {
            assert_eq!(split(file, &variants), (chart.to_owned(), variant.to_owned()));
        };
        check("four-lines.png", "four-lines", "base");
        check("gpu-lite.png", "gpu", "lite");
        check("gpu-very-lite.png", "gpu", "very-lite");
        check("lite.png", "lite", "base");
    }
}
