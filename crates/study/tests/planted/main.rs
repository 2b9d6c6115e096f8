//! The planted benchmark: nights of which the cause is known, because it was planted, and judges that are asked for it.
//!
//! The suite has a few cases; `cargo xtask causes` has some hundreds, writes the page and, if asked, the data set. A
//! case is drawn from its template by its number and a seed; its truth is simulated at ten seeds before it is admitted.

mod bystanders;
mod dice;
mod export;
mod judges;
mod page;
mod scene;
mod score;
mod templates;
mod truth;

use dice::Dice;
use scene::Scene;
use score::Scores;
use std::collections::BTreeMap;
use std::io::Write as _;
use templates::{Dose, TEMPLATES};
use truth::{Admitted, admit};

/// The seed of cases that were looked at while `causes` was mended; so was 2.
const DEVELOPED: u64 = 1;
/// The seed of cases that were not, unless the campaign is told another one.
const HELD_OUT: u64 = 3;
/// Draws of one case before its template is given up.
const DRAWS: u64 = 12;
/// Cases of the suite, by template and number: of each kind of truth one, and two that are harmless.
const SUITE: [(usize, u64); 4] = [(0, 0), (8, 0), (9, 0), (10, 0)];

/// A case that was admitted.
pub(crate) struct Planted {
    pub(crate) name: String,
    pub(crate) template: &'static str,
    pub(crate) scene: Scene,
    pub(crate) admitted: Admitted,
}

/// Why draws were not admitted, by template.
pub(crate) type Refused = BTreeMap<(&'static str, &'static str), u32>;

/// Draws a case until one is admitted.
fn plant(seed: u64, template: usize, number: u64, refused: &mut Refused) -> Option<Planted> {
    let of = &TEMPLATES[template];
    // Of the templates with a cause every fourth case is too weak to harm.
    let dose = if of.dose == Dose::Weak || number % 4 == 3 { Dose::Weak } else { Dose::Full };
    for attempt in 0..DRAWS {
        let mut dice = Dice::new(seed, template, number, attempt);
        let mut scene = (of.draw)(&mut dice, dose);
        if dose == Dose::Weak {
            scene.truth = scene::Truth::default();
        }
        match admit(&mut scene) {
            Ok(admitted) => {
                let name = format!("{seed}-{:02}-{number:03}", template + 1);
                return Some(Planted { name, template: of.name, scene, admitted });
            }
            Err(why) => *refused.entry((of.name, why)).or_default() += 1,
        }
    }
    None
}

/// Which cases there are: as many of each template, and as many harmless ones as of three others.
fn numbers(cases: u64) -> Vec<(usize, u64)> {
    let each = cases.div_ceil(TEMPLATES.len() as u64 + 3);
    let of = |template: usize| {
        let many = if TEMPLATES[template].dose == Dose::Weak { 4 * each } else { each };
        (0..many).map(move |number| (template, number))
    };
    (0..TEMPLATES.len()).flat_map(of).collect()
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|value| value.parse().expect("a number"))
}

/// Writes a line for a developer who wants to know what was wrong, to the file of `BROWNOUT_CAUSES_TALK`.
fn tell(line: &str) {
    if let Ok(path) = std::env::var("BROWNOUT_CAUSES_TALK") {
        let file = std::fs::OpenOptions::new().create(true).append(true).open(&path);
        file.and_then(|mut file| file.write_all(line.as_bytes())).expect("the file can be written");
    }
}

/// Draws the cases and asks all judges.
fn campaign(seed: u64, numbers: &[(usize, u64)]) -> (Scores, Refused, u32) {
    let export = std::env::var("BROWNOUT_CAUSES_EXPORT").ok();
    let only = number("BROWNOUT_CAUSES_TEMPLATE");
    let (mut scores, mut refused, mut given_up) = (Scores::default(), Refused::default(), 0);
    for &(template, case) in numbers {
        if only.is_some_and(|only| only != template as u64 + 1) {
            continue;
        }
        let Some(planted) = plant(seed, template, case, &mut refused) else {
            given_up += 1;
            continue;
        };
        let text = planted.scene.text(|_| true);
        let (_, said) = judges::everything(&text);
        let Planted { name, template, scene, admitted } = &planted;
        scores.add(name, template, scene, *admitted, &said);
        let seen = judges::telemetry(&text);
        let loads: Vec<&str> = scene.names().collect();
        scores.add_telemetry(scene, &judges::blame(&seen, &loads));
        if let Some(folder) = &export {
            export::write(folder, &planted, &text, &seen);
        }
        let wrong = scores.wrong.last().filter(|one| one.starts_with(name.as_str()));
        let wrong = wrong.map_or("right", |one| &one[..]);
        tell(&format!("{name} {template} {:?} {:?} {wrong}\n", scene.true_sets(), admitted.end));
    }
    (scores, refused, given_up)
}

#[test]
fn causes_are_named() {
    let Some(cases) = number("BROWNOUT_CAUSES") else {
        let (scores, refused, given_up) = campaign(DEVELOPED, &SUITE);
        assert_eq!(given_up, 0, "{refused:?}");
        let loud = [0, 1, 3, 7, 11].map(|row| scores.rows[row]);
        assert!(loud.iter().all(|count| count.right == count.of && 0 < count.of), "{:#?}", scores.wrong);
        return;
    };
    let seeds = [DEVELOPED, number("BROWNOUT_CAUSES_SEED").unwrap_or(HELD_OUT)];
    let numbers = numbers(cases.div_ceil(2));
    let told: Vec<(u64, Scores, Refused, u32)> = seeds
        .into_iter()
        .filter(|seed| number("BROWNOUT_CAUSES_ONLY").is_none_or(|only| only == *seed))
        .map(|seed| {
            let (scores, refused, given_up) = campaign(seed, &numbers);
            (seed, scores, refused, given_up)
        })
        .collect();
    let page = page::page(&told);
    let path = std::env::var("BROWNOUT_CAUSES_PAGE").expect("a campaign has a page");
    std::fs::write(&path, page).expect("the page can be written");
}
