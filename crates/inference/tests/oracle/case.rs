//! One replica under random load, limits and commands.

use std::sync::Arc;

use brownout_inference::{
    Admission, Affine, Conversation, Latency, Measured, Options, Prefix, Request, Scheduling, Shared, Table,
    Terms,
};
use brownout_units::Span;

use super::log::{Event, Log, Replica, Totals};
use super::random::Random;

#[derive(Clone, Copy, Debug)]
pub(crate) enum Command {
    Offer(Request),
    Cancel(u64),
    Speed(f64),
    Crash,
    Drain(bool),
}

/// A replica and what it is asked, in order of time.
pub(crate) struct Case {
    pub(crate) options: Options,
    pub(crate) commands: Vec<(Span, Command)>,
}

/// What comes first when a command and a wake share a nanosecond.
#[derive(Clone)]
pub(crate) enum Delivery {
    CommandFirst,
    WakeFirst,
    Random(Random),
}

impl Delivery {
    fn command_first(&mut self) -> bool {
        match self {
            Self::CommandFirst => true,
            Self::WakeFirst => false,
            Self::Random(random) => random.chance(50),
        }
    }
}

impl Case {
    pub(crate) fn random(random: &mut Random) -> Self {
        let coarse = random.chance(40);
        let (longest, options) = random_options(random, coarse);
        let requests = 1 + random.below_any(&[5, 25, 60]);
        let gap = random.pick(&[0, 300_000, 3_000_000, 30_000_000, 300_000_000]);
        let patience = random.pick(&[1_000_000, 30_000_000, 1_000_000_000]);
        let cancelling = random.pick(&[0, 10, 60]);
        let troubles = random.pick(&[0, 0, 3, 15]);
        let kinds = random.pick(&[1, 3, 12]);
        let urgencies = random.pick(&[1, 3]);
        let whole = |ns: u64| Span::from_nanos(if coarse { ns.div_ceil(125_000) * 125_000 } else { ns });

        let mut commands = Vec::new();
        let mut now = 0;
        for tag in 0..u64::from(requests) {
            now = whole(now + random.below(gap + 1)).nanos();
            let prompt = random.to(longest);
            let request = Request {
                tag,
                prompt,
                output: random.below_any(&[2, 8, longest]) + u32::from(random.chance(98)),
                priority: random.below(urgencies) as u8,
                prefix: random_prefix(random, prompt, kinds),
                delivered: if random.chance(10) { random.to(prompt) } else { 0 },
            };
            commands.push((whole(now), Command::Offer(request)));
            if random.chance(cancelling) {
                commands.push((whole(now + 1 + random.below(patience)), Command::Cancel(tag)));
            }
            if random.chance(troubles) {
                let at = whole(now + random.below(gap + 1));
                let trouble = match random.below(6) {
                    0 | 1 => Command::Crash,
                    2 => Command::Drain(random.chance(50)),
                    _ => Command::Speed(random.pick(&[0.01, 0.3, 0.5, 1.0, 1.0, 2.0, 1.7])),
                };
                commands.push((at, trouble));
            }
        }
        commands.sort_by_key(|command| command.0);
        Self { options, commands }
    }

    /// Moves some commands onto the given wakes, or one nanosecond to either side. Earlier moves disturb the later
    /// wakes, so it is the first ones that meet exactly.
    pub(crate) fn aim(&mut self, wakes: &[Span], random: &mut Random) {
        for (at, _) in &mut self.commands {
            let next = wakes.partition_point(|wake| wake < at);
            if random.chance(30) && next < wakes.len() {
                *at = Span::from_nanos(wakes[next].nanos() + random.below(3) - 1);
            }
        }
        // A cancel must not come before its offer.
        let mut offered = vec![Span::ZERO; self.commands.len()];
        for &(at, command) in &self.commands {
            if let Command::Offer(request) = command {
                offered[request.tag as usize] = at;
            }
        }
        for (at, command) in &mut self.commands {
            if let Command::Cancel(tag) = command {
                *at = (*at).max(offered[*tag as usize]);
            }
        }
        self.commands.sort_by_key(|&(at, command)| (at, matches!(command, Command::Cancel(_))));
    }

    /// Drives a replica until nothing is left to do. `woke` hears of each wake.
    pub(crate) fn run(
        &self,
        replica: &mut impl Replica,
        mut delivery: Delivery,
        mut woke: impl FnMut(Span),
    ) -> (Log, Totals) {
        let mut log = Log::default();
        let mut commands = self.commands.iter().copied().peekable();
        loop {
            let wake = replica.next_wake();
            let command_first = match (wake, commands.peek()) {
                (None, None) => break,
                (None, Some(_)) => true,
                (Some(_), None) => false,
                (Some(wake), Some(&(at, _))) => at < wake || at == wake && delivery.command_first(),
            };
            if !command_first {
                let now = wake.expect("checked above");
                woke(now);
                replica.advance(now, &mut log);
                continue;
            }
            let (now, command) = commands.next().expect("checked above");
            match command {
                Command::Offer(request) => replica.offer(request, now, &mut log),
                Command::Cancel(tag) => replica.cancel(tag, now, &mut log),
                Command::Speed(speed) => replica.set_speed(speed, now, &mut log),
                Command::Crash => replica.clear(now, &mut log),
                Command::Drain(draining) => {
                    replica.set_draining(draining);
                    replica.advance(now, &mut log);
                }
            }
            log.note(now, 0, Event::Free(replica.free(now)));
        }
        log.sort();
        (log, replica.totals())
    }
}

fn random_options(random: &mut Random, coarse: bool) -> (u32, Options) {
    let longest: u32 = if random.chance(1) { 6_000 } else { random.pick(&[12, 30, 100, 400]) };
    let block_tokens = random.pick(&[1, 2, 8, 16, 16, 16, 64]);
    let smallest = (2 * longest).div_ceil(block_tokens);
    let mut options = Options {
        sequences_max: 1 + random.below_any(&[2, 8, 30]),
        step_tokens_max: 0,
        model_tokens_max: 2 + random.to(3 * longest),
        block_tokens,
        blocks: (smallest * 7 / 8).max(1) + random.below_any(&[1, 8, 40, 400]),
        chunked_prefill: random.chance(80),
        scheduling: random.pick(&[Scheduling::Fcfs, Scheduling::Priority]),
        admission: random.pick(&[Admission::WholePrompt, Admission::WholePrompt, Admission::Chunk]),
        prefix_cache: random.chance(60),
        overhead: Span::from_nanos(random.pick(&[0, 0, 125_000])),
        latency: random_latency(random, coarse),
        exact_steps: false,
    };
    options.step_tokens_max = options.sequences_max + 1 + random.below_any(&[1, 10, 64, 2048]);
    if !options.chunked_prefill {
        options.step_tokens_max = options.step_tokens_max.max(options.model_tokens_max);
    }
    (longest, options)
}

/// A coarse cost puts most boundaries on whole fractions of a millisecond, which makes ties common.
fn random_latency(random: &mut Random, coarse: bool) -> Latency {
    let affine = |[floor, base, token, decode, context, attention]: [f64; 6]| {
        let terms = Terms { floor, base, token, decode, context, attention };
        Latency::Affine(Affine::new(terms).expect("valid terms"))
    };
    if coarse {
        return affine(random.pick(&[[1.0, 0.0, 0.0, 0.0, 0.0, 0.0], [1.0, 0.5, 0.25, 0.0, 0.125, 0.0]]));
    }
    match random.below(3) {
        0 => affine([15.620, 8.958, 0.057_663, 0.006_35, 2.722e-5, 1.643e-6]),
        1 => affine([0.1, 0.07, 0.003_1, 0.000_7, 3.3e-4, 7.7e-6]),
        _ => {
            let decode = [1_u32, 4, 9].into_iter().flat_map(|batch| {
                [10_u32, 25, 90, 300].map(|context| {
                    (
                        batch,
                        context,
                        1.0 + 0.013 * f64::from(batch) + (f64::from(batch * context)).sqrt() * 0.01,
                    )
                })
            });
            let prefill = vec![(1, 1.0), (8, 1.09), (64, 3.3), (500, 21.7)];
            let table = Table::new(&Measured { prefill, decode: decode.collect(), attention: 2.3e-6 });
            Latency::Table(Arc::new(table.expect("a valid table")))
        }
    }
}

/// A few shared prefixes and conversations, with lengths that mostly agree.
fn random_prefix(random: &mut Random, prompt: u32, kinds: u64) -> Prefix {
    let shared = random.chance(60).then(|| {
        let id = random.below(kinds);
        let tokens = if random.chance(80) { 7 + 13 * id as u32 } else { random.to(prompt) };
        Shared { id, tokens }
    });
    let conversation = random.chance(60).then(|| Conversation {
        id: random.below(2 * kinds),
        history: if random.chance(50) { prompt } else { random.to(prompt) },
    });
    Prefix { shared, conversation }
}
