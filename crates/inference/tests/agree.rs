//! The engine that flies and the one that executes every step keep the same log, bit for bit.

mod oracle;

use brownout_inference::{Engine, Options};
use brownout_units::Span;
use oracle::case::{Case, Command, Delivery};
use oracle::log::{Event, Flown, Log, Totals};
use oracle::mutation::{MUTATIONS, Mutation};
use oracle::random::Random;
use oracle::stepper::Stepper;

/// Random cases in the suite. `BROWNOUT_CASES` asks for another number: a million before a release.
const CASES: u64 = 20_000;

/// Cases beyond these that once disagreed: two about a request that fits since its prefix was evicted in a flight, and
/// one that alone in half a million sees a heap entry taken for that of the slot's next owner.
const FOUND: [u64; 3] = [55_685, 70_923, 382_706];

/// The number of cases within which each planted mistake must show.
const MUTATION_CASES: u64 = 3_000;

fn cases() -> u64 {
    std::env::var("BROWNOUT_CASES").map_or(CASES, |cases| cases.parse().expect("BROWNOUT_CASES is a number"))
}

fn case(number: u64) -> (Case, Random) {
    let mut random = Random(number << 8 | 1);
    let mut case = Case::random(&mut random);
    if random.chance(50) {
        let mut wakes = Vec::new();
        let mut flown = Flown::new(&Options { exact_steps: true, ..case.options.clone() });
        case.run(&mut flown, Delivery::CommandFirst, |at| wakes.push(at));
        case.aim(&wakes, &mut random);
    }
    (case, random)
}

fn compare(number: u64, name: &str, flown: &(Log, Totals), stepped: &(Log, Totals)) {
    let differs = flown.0.0.iter().zip(&stepped.0.0).position(|(a, b)| a != b);
    let lengths = (flown.0.0.len(), stepped.0.0.len());
    if differs.is_some() || lengths.0 != lengths.1 {
        let at = differs.unwrap_or(lengths.0.min(lengths.1));
        let (from, to) = (at.saturating_sub(5), at + 3);
        panic!(
            "case {number} {name}, entry {at}:\nflown {:?}\nstepped {:?}",
            &flown.0.0[from..to.min(lengths.0)],
            &stepped.0.0[from..to.min(lengths.1)],
        );
    }
    assert_eq!(flown.1, stepped.1, "case {number} {name}");
}

#[test]
fn logs_agree_bit_for_bit() {
    let mut seen = [0_u64; 9];
    let (mut executed, mut jumps, mut steps) = (0, 0, 0);
    for number in (0..cases()).chain(FOUND) {
        let (case, mut random) = case(number);
        let mut stepper = Stepper::new(&case.options, Mutation::None);
        let stepped = case.run(&mut stepper, Delivery::CommandFirst, |_| ());
        let shuffled = Delivery::Random(Random(random.next()));
        let mut deliveries = vec![("shuffled", false, shuffled)];
        match number % 4 {
            0 => deliveries.push(("commands first", false, Delivery::CommandFirst)),
            1 => deliveries.push(("wakes first", false, Delivery::WakeFirst)),
            2 => deliveries.push(("exact steps", true, Delivery::WakeFirst)),
            _ => (),
        }
        for (name, exact_steps, delivery) in deliveries {
            let mut flown = Flown::new(&Options { exact_steps, ..case.options.clone() });
            let run = case.run(&mut flown, delivery, |_| ());
            compare(number, name, &run, &stepped);
            holds(number, name, &mut flown.engine, &stepper);
            if !exact_steps {
                executed += flown.engine.tally().executed;
                jumps += flown.engine.tally().jumps;
                steps += flown.engine.tally().steps;
            }
            assert_eq!((flown.engine.outstanding(), flown.engine.running()), (0, 0));
            assert_eq!(flown.engine.blocks_free(Span::ZERO), case.options.blocks);
        }
        progresses(number, &case, &stepped.1);
        for &(_, _, event) in &stepped.0.0 {
            seen[kind(event)] += 1;
        }
    }
    // The cases must be worth it: every event often, and most steps jumped over.
    let few = seen.iter().position(|&times| times < cases() / 4);
    assert_eq!(few, None, "{seen:?} times");
    assert!(steps > 3 * (executed + jumps), "{steps} steps, {executed} executed, {jumps} jumps");
}

/// Blocks were in use for as long, to the femtosecond, and as many at once.
fn holds(number: u64, name: &str, flown: &mut Engine, stepped: &Stepper) {
    let (held, peak) = (flown.blocks_held(Span::MAX), flown.take_blocks_peak(Span::MAX));
    assert_eq!((held, peak), (stepped.held, stepped.peak), "case {number} {name}");
}

fn kind(event: Event) -> usize {
    match event {
        Event::Admitted(_) => 0,
        Event::Preempted => 1,
        Event::FirstToken => 2,
        Event::Finished(_) => 3,
        Event::Cancelled(_) => 4,
        Event::Lost(_) => 5,
        Event::Rejected(_) => 6,
        Event::Evicted(_) => 7,
        Event::Free(_) => 8,
    }
}

/// No livelock: the most urgent running sequence moves with each step, and only a newcomer can take its place. So the
/// steps are bounded by the tokens of all requests, once more for each that may come between.
fn progresses(number: u64, case: &Case, totals: &Totals) {
    let (mut tokens, mut requests) = (0, 0);
    for (_, command) in &case.commands {
        if let Command::Offer(request) = command {
            tokens += u64::from(request.prompt) + u64::from(request.output);
            requests += 1;
        }
    }
    let restarts = match case.options.scheduling {
        brownout_inference::Scheduling::Fcfs => 1,
        brownout_inference::Scheduling::Priority => 1 + requests,
    };
    assert!(totals.steps <= tokens * restarts, "case {number}: {} steps for {tokens} tokens", totals.steps);
}

#[test]
fn planted_mistakes_are_seen() {
    let mut missed: Vec<Mutation> = MUTATIONS.to_vec();
    for number in 0..MUTATION_CASES {
        let (case, _) = case(number);
        let mut flown = Flown::new(&case.options);
        let (right, _) = case.run(&mut flown, Delivery::CommandFirst, |_| ());
        missed.retain(|&mutation| {
            // A mistake may also break an assertion of the reference.
            let wrong = std::panic::catch_unwind(|| {
                let mut stepper = Stepper::new(&case.options, mutation);
                case.run(&mut stepper, Delivery::CommandFirst, |_| ()).0
            });
            wrong.is_ok_and(|wrong| wrong.0 == right.0)
        });
        if missed.is_empty() {
            return;
        }
    }
    panic!("not seen in {MUTATION_CASES} cases: {missed:?}");
}
