//! Pages of questions over many runs: no text is cut off or lies on another, no number is without its unit, and what
//! they say is pinned.

mod drawn;
#[path = "lab/made.rs"]
mod made;

use brownout_report::{
    Paper, Reports, bounded_paper, cheapest_paper, comparison_paper, growth_paper, hysteresis_paper, png,
    sensitivity_paper, sweep_paper, tipping_paper,
};
use drawn::{overlap, texts};

const AGAIN: &str = "brownout plan small.toml --least tier.app.workers --at 3";

fn papers() -> Vec<(String, Paper)> {
    let mut papers: Vec<(String, Paper)> = Vec::new();
    for (name, swept) in made::sweeps() {
        papers.push((
            name.to_owned(),
            sweep_paper(&swept, "brownout sweep small.toml", None).expect("it can be drawn"),
        ));
    }
    let mut put = |name: &str, paper: Result<Paper, brownout_report::Error>| {
        papers.push((name.to_owned(), paper.expect("it can be drawn")));
    };
    put("least", bounded_paper(&made::bounded(), AGAIN));
    put("least, priced", bounded_paper(&made::priced(), AGAIN));
    put("least, with penalties", bounded_paper(&made::penalised(), AGAIN));
    put("least, words", bounded_paper(&made::words(), AGAIN));
    put("least, none", bounded_paper(&made::none(), AGAIN));
    put("least, on average", bounded_paper(&made::averaged(), AGAIN));
    put("least, words on average", bounded_paper(&made::averaged_words(), AGAIN));
    put("least, both", bounded_paper(&made::mixed(), AGAIN));
    put("growth", growth_paper(&made::bounded(), &made::growth(), AGAIN));
    put("tipping", tipping_paper(&made::tipping(), AGAIN));
    put("cheapest", cheapest_paper(&made::cheapest(), AGAIN));
    put("cheapest with penalties", cheapest_paper(&made::cheapest_penalised(), AGAIN));
    put("cheapest on average", cheapest_paper(&made::cheapest_on_average(), AGAIN));
    put("comparison", comparison_paper("Small", &made::comparison(), Some(&made::race()), AGAIN));
    put("hysteresis", hysteresis_paper(&made::hysteresis(), AGAIN));
    for (name, found) in made::sensitivities() {
        put(name, sensitivity_paper(&found, AGAIN));
    }
    papers
}

#[test]
fn every_text_is_on_its_sheet_and_on_no_other() {
    for (name, paper) in papers() {
        for chart in &paper.charts {
            let texts = texts(&chart.svg);
            assert!(3 < texts.len(), "{name}: {} has a title, a subtitle and ticks", chart.name);
            for (at, (text, a)) in texts.iter().enumerate() {
                let on_sheet = a.left() >= 0.0 && a.right() <= 800.0 && a.top() >= 0.0;
                assert!(on_sheet, "{name}: {} cuts off {text:?} at {a:?}", chart.name);
                for (other, b) in &texts[at + 1..] {
                    assert!(!overlap(*a, *b), "{name}: in {} {text:?} lies on {other:?}", chart.name);
                }
            }
        }
    }
}

#[test]
fn every_chart_has_its_words_and_its_numbers_under_a_file_of_its_own() {
    for (name, paper) in papers() {
        let mut files: Vec<&str> = paper.charts.iter().map(|chart| &*chart.name).collect();
        files.sort_unstable();
        files.dedup();
        assert_eq!(files.len(), paper.charts.len(), "{name}: two pictures have one name");
        for chart in &paper.charts {
            assert!(chart.caption.ends_with('.') && !chart.title.is_empty(), "{name}: {}", chart.name);
            let (head, rows) = chart.table.split_first().expect("a table has heads");
            assert!(!rows.is_empty(), "{name}: {} has numbers", chart.name);
            assert!(rows.iter().all(|row| row.len() == head.len()), "{name}: {} has whole rows", chart.name);
        }
    }
}

/// A cell that is a bare number needs a head that says what it counts.
#[test]
fn no_number_is_without_its_unit() {
    // What is counted stands in these heads; what a knob without a unit is set to stands as it was typed.
    let counts = ["runs", "accelerators", "point", "months of growth"];
    for (name, paper) in papers() {
        for chart in &paper.charts {
            let (head, rows) = chart.table.split_first().expect("a table has heads");
            for (cell, column) in rows.iter().flat_map(|row| row.iter().zip(head)) {
                let is_bare =
                    !cell.is_empty() && cell.chars().all(|c| c.is_ascii_digit() || ".,-+".contains(c));
                let is_knob = column.contains('.') && !column.contains("success") || column.contains("end");
                let is_told = counts.contains(&column.as_str()) || is_knob || column.contains('(');
                assert!(!is_bare || is_told, "{name}: {} has {cell:?} under {column:?}", chart.name);
            }
        }
    }
}

#[test]
fn pages_are_whole_and_self_contained() {
    for (name, paper) in papers() {
        let html = paper.html();
        assert!(html.starts_with("<!doctype html>") && html.trim_end().ends_with("</html>"), "{name}");
        let loads = ["<script", "<link", "src=\"http", "url(http"].iter().any(|that| html.contains(that));
        assert!(!loads && html.contains("prefers-color-scheme: dark"), "{name} loads nothing");
        for chart in &paper.charts {
            assert!(html.contains("role=\"img\""), "{name}");
            assert!(paper.markdown().contains(&format!("(charts/{}.svg)", chart.name)), "{name}");
        }
        assert!(
            html.contains("brownout plan") || html.contains("brownout sweep"),
            "{name} says how to see it again"
        );
    }
}

#[test]
fn a_name_is_escaped_before_it_reaches_a_page() {
    let mut swept = made::sweeps::line();
    swept.title = "<script>alert(1)</script>".to_owned();
    swept.axes[0] = "tier.<b>.workers".to_owned();
    let paper = sweep_paper(&swept, "brownout sweep '<i>'", None).expect("it can be drawn");
    let (html, markdown) = (paper.html(), paper.markdown());
    assert!(["<script>", "<b>", "<i>"].iter().all(|tag| !html.contains(tag)), "a tag is text");
    assert!(!markdown.contains("<script>"));
}

#[test]
fn a_picture_becomes_pixels() {
    for (name, paper) in papers().into_iter().take(4) {
        for chart in &paper.charts {
            let bytes = png(&chart.svg).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n");
        }
    }
}

#[test]
fn numbers_that_make_no_sense_do_not_panic() {
    for number in [f64::NAN, f64::INFINITY, -1e300, 1e300] {
        let mut swept = made::sweeps::line();
        let strange = brownout_stats::Estimate { mean: number, ci95: Some((number, number)), n: 2 };
        let spots = swept.points.iter().map(|mut spot| {
            if let Ok(seen) = &mut spot.found {
                seen.cells[0].value = Some(strange);
            }
            spot
        });
        swept.points = spots.collect();
        sweep_paper(&swept, "brownout sweep", None).expect("it can be drawn").html();
    }
}

#[test]
fn the_page_of_a_sweep_says_what_it_shows() {
    let paper =
        sweep_paper(&made::sweeps::line(), "brownout sweep small.toml", None).expect("it can be drawn");
    insta::assert_snapshot!(paper.markdown());
}

#[test]
fn the_page_of_a_map_says_where_what_breaks() {
    let paper =
        sweep_paper(&made::sweeps::plane(), "brownout sweep small.toml", Some("brownout report out --point"))
            .expect("it can be drawn");
    insta::assert_snapshot!(paper.markdown());
}

#[test]
fn the_page_of_a_plan_says_its_answer_first() {
    insta::assert_snapshot!(bounded_paper(&made::priced(), AGAIN).expect("it can be drawn").markdown());
}

#[test]
fn the_page_of_the_cheapest_names_its_front() {
    insta::assert_snapshot!(cheapest_paper(&made::cheapest(), AGAIN).expect("it can be drawn").markdown());
}

/// A page of ten thousand points is no larger than that of a few hundred, and says where all of them are.
#[test]
fn the_page_of_many_points_shows_the_best_and_the_worst() {
    let paper = |side| {
        let swept = made::sweeps::wide(side);
        sweep_paper(&swept, "brownout sweep small.toml", None).expect("it can be drawn")
    };
    let (few, many) = (paper(64), paper(100));
    for (name, of) in [("html", Paper::html as fn(&Paper) -> String), ("markdown", Paper::markdown)] {
        let (few, many) = (of(&few).len(), of(&many).len());
        assert!(many < few + few / 10, "{name}: {many} bytes of 10,000 points, {few} of 4,096");
    }
    let markdown = many.markdown();
    assert!(markdown.contains("## The best and the worst points"), "{markdown}");
    assert!(markdown.contains("40 of 10,000 points are shown"), "{markdown}");
    assert!(markdown.contains("64 of 100 values of load.web.rate are drawn"), "{markdown}");
}

/// Costs of replicas, penalties and both, each with its interval, and the words that say what the cheapest is of.
#[test]
fn penalties_stand_beside_what_is_paid() {
    let least = bounded_paper(&made::penalised(), AGAIN).expect("it can be drawn").markdown();
    let heads = "| paid a month | penalties a month | in all a month |";
    assert!(least.contains(heads), "{least}");
    assert!(least.contains("| $3,212 | $383 (381–386) | $3,595 (3,593–3,598) |"), "{least}");
    assert!(
        least.contains("a month with penalties: $3,212 are paid, and $383 (381–386) are penalties"),
        "{least}"
    );
    let cheapest = cheapest_paper(&made::cheapest_penalised(), AGAIN).expect("it can be drawn").markdown();
    assert!(cheapest.contains("a month with penalties of $99 (86–112)"), "{cheapest}");
    assert!(
        cheapest.contains("The cheapest is that of replicas, calls and penalties together."),
        "{cheapest}"
    );
    let without = cheapest_paper(&made::cheapest(), AGAIN).expect("it can be drawn").markdown();
    assert!(without.contains("Costs are of replicas and calls: no operation has a penalty."), "{without}");
}

#[test]
fn the_page_of_a_tipping_point_says_how_it_spreads() {
    insta::assert_snapshot!(tipping_paper(&made::tipping(), AGAIN).expect("it can be drawn").markdown());
}

#[test]
fn a_page_has_the_commands_of_the_runs_of_each_value_under_the_one_that_shows_it_again() {
    let open = |workers: usize| format!("brownout run small.toml --set tier.app.workers={workers}");
    let all = (1..5).map(|workers| (workers.to_string(), open(workers))).collect();
    let paper = bounded_paper(&made::bounded(), AGAIN).expect("it can be drawn");
    let paper = paper.with_reports(&Reports { all, first: vec![2] });
    let (markdown, html) = (paper.markdown(), paper.html());
    for page in [&markdown, &html] {
        let place = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} is on the page"));
        let (again, end) = (place("See it again"), place("Where the numbers come from"));
        // The one that says most stands first, and all of them in a table that can be opened.
        assert!(again < place(&open(3)) && place(&open(3)) < place(&open(1)), "{page}");
        assert!(place("<summary>The reports of all values") < place(&open(4)) && place(&open(4)) < end);
    }
}
