//! A whole random model from one seed: every feature, none of it sensible, all of it valid.

use crate::dice::Dice;
use crate::{load, talk, tier};
use brownout_model::*;
use brownout_units::{Ratio, Span};

/// The model of a seed: always the same, unless this code changes.
pub(crate) fn model(seed: u64) -> Model {
    let dice = &mut Dice::new(seed);
    let duration = Span::from_millis(dice.between(200, 8_000));
    let mut model = Model {
        duration,
        warmup: Span::ZERO,
        window: Span::from_nanos((duration.nanos() / dice.between(2, 12)).max(1)),
        classes: names(dice, "class").map(|name| Class { name, priority: 0 }).collect(),
        operations: vec![],
        paths: vec![],
        loads: vec![],
        tiers: vec![],
        controllers: vec![],
        settings: vec![],
        changes: vec![],
        is_ideal: false,
    };
    for class in &mut model.classes {
        class.priority = dice.below(4) as u8;
    }
    model.operations =
        names(dice, "operation").collect::<Vec<_>>().into_iter().map(|name| operation(dice, name)).collect();
    for class in 0..model.classes.len() as u8 {
        let of_class = |operation| Path { class: ClassId(class), operation: OperationId(operation) };
        model.paths.extend((0..model.operations.len() as u8).map(of_class));
    }
    let tiers = dice.between(1, 6) as u16;
    model.tiers = (0..tiers).map(|at| tier::tier(dice, at, tiers, model.paths.len())).collect();
    let loads = (0..dice.between(1, 3)).map(|at| load::load(dice, at, &model));
    let (loads, surges): (Vec<Load>, Vec<_>) = loads.unzip();
    model.loads = loads;
    for (at, (effect, when)) in (0..).zip(surges).flat_map(|(at, all)| all.into_iter().map(move |s| (at, s)))
    {
        model.add("surge".into(), Cause::Schedule, effect, Reach::load(LoadId(at)), when);
    }
    for (effect, target, when) in dice.some(4, |dice| fault(dice, duration, tiers)) {
        model.add("fault".into(), Cause::Schedule, effect, target, when);
    }
    if seed % 4 == 3 {
        // Drawn last and not for all, so that the other models stay as they were.
        talk::add(dice, &mut model);
    }
    if crate::engines::FROM <= seed && seed % 3 == 1 {
        crate::engines::lay(&mut Dice::of(seed, "swarm engines"), &mut model);
    }
    if crate::control::FROM <= seed {
        crate::control::enrich(&mut Dice::of(seed, "swarm control"), &mut model);
    }
    if crate::spread::FROM <= seed && seed.is_multiple_of(2) {
        crate::spread::lay(&mut Dice::of(seed, "swarm spread"), &mut model);
    }
    model.check();
    model
}

fn names(dice: &mut Dice, what: &'static str) -> impl Iterator<Item = String> + use<> {
    (0..dice.between(1, 3)).map(move |at| format!("{what} {at}"))
}

fn operation(dice: &mut Dice, name: String) -> Operation {
    Operation {
        name,
        slo: dice.maybe(2, |d| d.some_span(200)),
        ttft: None,
        tpot: None,
        timeout: dice.maybe(4, |d| d.some_span(300)),
        prompt: dice.maybe(3, |d| d.length(1_000_000)),
        output: dice.maybe(3, |d| d.length(1_000_000)),
        talk: Talk::NONE,
        penalty: 0.0,
    }
}

fn fault(dice: &mut Dice, duration: Span, tiers: u16) -> (Effect, Reach, When) {
    let most = duration.nanos() / 1_000_000;
    let when = When { at: dice.span(most), lasts: dice.span(most) };
    let mut target = Reach::tier(TierId(dice.below(u64::from(tiers)) as u16));
    target.hits = Hits::Share { from: Ratio::ZERO, to: dice.ratio() };
    let effect = match dice.below(4) {
        0 => Effect::Hang,
        1 => Effect::Slow { factor: dice.uniform(1.0, 10.0) },
        2 => Effect::Crash,
        _ => Effect::Errors { ratio: dice.ratio() },
    };
    (effect, target, when)
}

/// How a client or a caller waits between tries.
pub(crate) fn backoff(dice: &mut Dice) -> Backoff {
    let base = dice.span(50);
    Backoff {
        base,
        factor: dice.uniform(1.0, 3.0),
        max: base + dice.span(200),
        jitter: [Jitter::None, Jitter::Full, Jitter::Equal, Jitter::Decorrelated][dice.below(4) as usize],
        law: None,
    }
}

/// Which answers are tried again: all or some.
pub(crate) fn statuses(dice: &mut Dice) -> StatusSet {
    StatusSet(if dice.one_in(2) { 0x1fe } else { dice.below(0x200) as u16 & 0x1fe })
}

pub(crate) fn on_timeout(dice: &mut Dice) -> OnTimeout {
    if dice.one_in(2) { OnTimeout::Abandon } else { OnTimeout::Cancel }
}
