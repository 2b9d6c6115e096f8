//! Pages of made-up answers, one folder each, to be looked at: `cargo run --example lab -- DIR`.

#[path = "../tests/lab/made.rs"]
mod made;

use brownout_report::{
    Paper, bounded_paper, cheapest_paper, comparison_paper, growth_paper, hysteresis_paper,
    sensitivity_paper, sweep_paper, tipping_paper,
};
use std::fs;
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("where to: name a folder")?;
    let folder = Path::new(&folder);
    fs::create_dir_all(folder)?;
    let again = "brownout plan small.toml --least tier.app.workers --at 3";
    let mut papers: Vec<(&str, Paper)> = vec![
        ("least", bounded_paper(&made::bounded(), again)?),
        ("priced", bounded_paper(&made::priced(), again)?),
        ("words-plan", bounded_paper(&made::words(), again)?),
        ("none", bounded_paper(&made::none(), again)?),
        ("average", bounded_paper(&made::averaged(), again)?),
        ("average-words", bounded_paper(&made::averaged_words(), again)?),
        ("penalised", bounded_paper(&made::penalised(), again)?),
        ("cheapest-penalised", cheapest_paper(&made::cheapest_penalised(), again)?),
        ("mixed", bounded_paper(&made::mixed(), again)?),
        ("cheapest-average", cheapest_paper(&made::cheapest_on_average(), again)?),
        ("growth", growth_paper(&made::bounded(), &made::growth(), again)?),
        ("tipping", tipping_paper(&made::tipping(), again)?),
        ("cheapest", cheapest_paper(&made::cheapest(), again)?),
        ("comparison", comparison_paper("Small", &made::comparison(), Some(&made::race()), again)?),
        ("hysteresis", hysteresis_paper(&made::hysteresis(), again)?),
    ];
    for (name, swept) in made::sweeps() {
        papers.push((name, sweep_paper(&swept, "brownout sweep small.toml", None)?));
    }
    for (name, found) in made::sensitivities() {
        papers.push((name, sensitivity_paper(&found, again)?));
    }
    for (name, paper) in papers {
        fs::write(folder.join(format!("{}.html", name.replace([' ', ','], "-"))), paper.html())?;
    }
    Ok(())
}
