//! The gain of the loop after a trigger, on nights of which it is known: above 1 where they stay down, below it where
//! they heal.

use brownout::findings::{Findings, Gain, GainKind};
use brownout::{Library, NoFiles, Overrides, Pictures, Settings, Silent, Wanted, open, pages, simulate};
use brownout_shipped::SCHEME;

/// A variant of an experiment that ships.
fn night(name: &str, variant: &str, replications: u32) -> Findings {
    let overrides = Overrides { replications: Some(replications), ..Overrides::default() };
    let path = format!("{SCHEME}/experiments/{name}/scenario.toml");
    let mut cases = open(&path, &Library::with(NoFiles), &overrides).expect("it ships");
    cases.retain(|case| case.name() == variant);
    for case in &mut cases {
        case.scenario.expectations.clear();
    }
    let settings = Settings { threads: 2, windows: false, beside: true, provenance: false };
    simulate(&cases, settings, &[Silent]).expect("nothing interrupts it").remove(0)
}

fn gain(name: &str, variant: &str) -> Gain {
    night(name, variant, 2).gain.expect("there was an outbreak")
}

/// Where it is highest, what it is made of, and its number.
fn highest(gain: &Gain) -> (&str, GainKind, f64) {
    let tier = gain.highest().expect("a tier with a limit served something");
    (&tier.tier, tier.kind, tier.gain.mean)
}

#[test]
fn it_is_above_one_where_a_night_stays_down() {
    let nights = [
        ("retry-cliff", "base", "database", 1.7..2.0),
        ("retry-cliff", "rate-160", "database", 1.02..1.1),
        ("retry-cliff", "queue-350", "database", 1.7..2.0),
        ("retry-storm", "base", "server", 3.0..4.0),
        ("retry-storm", "queue-50", "server", 3.0..4.0),
        ("cold-cache", "base", "database", 1.2..1.6),
    ];
    for (name, variant, tier, range) in nights {
        let gain = gain(name, variant);
        let (at, kind, number) = highest(&gain);
        assert_eq!((at, kind), (tier, GainKind::Waste), "{name} {variant}");
        assert!(range.contains(&number), "{name} {variant}: {number}");
        assert_eq!((gain.down, gain.replications), (2, 2), "{name} {variant}");
    }
}

#[test]
fn it_is_below_one_where_a_night_heals() {
    let nights = [
        ("retry-cliff", "rate-140"),
        ("retry-cliff", "queue-250"),
        ("retry-cliff", "cancel"),
        ("retry-cliff", "no-retries"),
        ("retry-storm", "queue-35"),
        ("retry-storm", "lifo"),
        ("cold-cache", "rate-500"),
        ("cold-cache", "hang-below"),
    ];
    for (name, variant) in nights {
        let gain = gain(name, variant);
        let (_, _, number) = highest(&gain);
        assert!(number < 1.0, "{name} {variant}: {number}");
        assert_eq!(gain.down, 0, "{name} {variant}");
    }
}

#[test]
fn each_of_its_factors_alone_misjudges() {
    // Overloaded after its trigger, and it heals: little of it is for callers that have left.
    let overloaded = gain("retry-storm", "queue-35");
    let tier = overloaded.highest().expect("a tier");
    assert!(1.5 < tier.load.mean && tier.lost.mean < 0.3, "{tier:?}");
    // All that is served is for callers that have left, and it heals: there is less of it than can be served.
    let wasted = gain("retry-cliff", "rate-140");
    let tier = wasted.highest().expect("a tier");
    assert!(0.99 < tier.lost.mean && tier.load.mean < 1.0, "{tier:?}");
}

#[test]
fn it_is_followed_over_time_and_measured_after_the_trigger() {
    let gain = gain("retry-cliff", "base");
    assert!(
        (gain.from - 70.0).abs() < 1e-9 && (gain.to - 130.0).abs() < 1e-9,
        "{} to {}",
        gain.from,
        gain.to
    );
    let line = &gain.highest().expect("a tier").line;
    let before = line.iter().filter(|point| point.at < 60.0).map(|point| point.gain).fold(0.0, f64::max);
    let after = line.iter().filter(|point| 100.0 < point.at).map(|point| point.gain);
    assert!(before < 0.1, "{before}");
    assert!(1.5 < after.clone().fold(f64::INFINITY, f64::min), "{line:?}");
    assert!(9 < after.count(), "{line:?}");
}

#[test]
fn how_often_a_night_stays_down_is_said_with_its_interval() {
    // Of these replications some come back, and some do not.
    let found = night("retry-cliff", "poisson-160-for-1-10", 40);
    let Some(gain) = &found.gain else { return assert_eq!(found.verdict.counts.len(), 1) };
    assert_eq!(gain.replications, 40);
    match gain.stays() {
        Some(stays) => {
            let (low, high) = stays.ci95.expect("Wilson's");
            assert!(low < stays.mean && stays.mean < high, "{stays:?}");
        }
        None => assert!(gain.down == 0 || gain.down == 40, "{gain:?}"),
    }
}

#[test]
fn pages_say_it_with_its_number() {
    let found = night("retry-cliff", "base", 2);
    let wanted =
        Wanted { pictures: Pictures { svg: false, png: false }, csv: false, openmetrics: false, threads: 1 };
    let files = pages(std::slice::from_ref(&found), wanted).expect("pages can be drawn");
    for name in ["report.md", "report.html"] {
        let file = files.iter().find(|file| file.path == name).expect("a page");
        let text = String::from_utf8_lossy(&file.bytes).into_owned();
        assert!(text.contains("What kept it down") && text.contains("Γ = 1.8"), "{name}");
        assert!(text.contains("above 1, it feeds itself"), "{name}");
    }
    // What healed by itself has no loop to be told of.
    let found = night("retry-cliff", "rate-140", 2);
    let files = pages(std::slice::from_ref(&found), wanted).expect("pages can be drawn");
    assert!(files.iter().all(|file| !String::from_utf8_lossy(&file.bytes).contains("What kept it down")));
}
