//! Wiring: names, what is refused, streams that do not depend on each other, gauges and the end of a run.

use crate::puppets::{A, B, Do, Puppet, SAMPLE, Stage, stage, text};
use brownout_kernel::{Assembly, Entry, Ignore, Instant, Keep, NodeId, Observer, Stream, mix};
use brownout_units::Span;

fn words(mut stream: Stream) -> [u64; 4] {
    std::array::from_fn(|_| stream.word())
}

#[test]
fn a_stream_is_decided_by_its_name_and_not_by_what_else_is_there() {
    let mut small = Assembly::<Stage>::new(7, 3);
    let alone = words(small.stream("auth/service"));
    let mut large = Assembly::<Stage>::new(7, 3);
    large.reserve("cache");
    let others = [large.stream("cache/service"), large.stream("auth/servic"), large.stream("auth/service2")];
    assert_eq!(words(large.stream("auth/service")), alone);
    for other in others {
        assert_ne!(words(other), alone);
    }
    assert_ne!(words(Stream::named(8, 3, "auth/service")), alone);
    assert_ne!(words(Stream::named(7, 4, "auth/service")), alone);
}

/// The same on every platform and in every version: a change here changes all results.
#[test]
fn streams_are_stable() {
    let words = words(Stream::named(7, 0, "auth/service"));
    assert_eq!(words.map(|word| format!("{word:016x}")), STABLE);
}

const STABLE: [&str; 4] = ["0c4ea3f9598df918", "1c6afa80e6fc96e8", "1a7a947d5c837f86", "fefc270099b76aa1"];

#[test]
fn draws_are_uniform() {
    let mut stream = Stream::named(1, 0, "uniform");
    let mut counts = [0_u32; 7];
    let mut sum = 0.0;
    for _ in 0..700_000 {
        counts[stream.below(7) as usize] += 1;
        let draw = stream.uniform();
        assert!((0.0..1.0).contains(&draw));
        sum += draw;
    }
    // Five standard errors: of a count sqrt(n p q), of the mean 1 / sqrt(12 n).
    assert!(counts.iter().all(|&count| f64::from(count.abs_diff(100_000)) < 5.0 * 293.0), "{counts:?}");
    assert!((sum / 700_000.0 - 0.5).abs() < 5.0 * 0.000_345, "{sum}");
    let heads = (0..100_000).filter(|_| stream.chance(0.3)).count();
    assert!(heads.abs_diff(30_000) < 5 * 145, "{heads}");
    assert!((0..1000).all(|_| stream.chance(1.0) && !stream.chance(0.0) && stream.below(1) == 0));
}

/// Of three quarters of 2^64: without rejection, every other draw would be a multiple of three.
#[test]
fn a_large_range_is_drawn_without_bias() {
    let mut stream = Stream::named(1, 0, "below");
    let n = 3 << 62;
    let draws: Vec<u64> = (0..90_000).map(|_| stream.below(n)).collect();
    let multiples = draws.iter().filter(|draw| draw.is_multiple_of(3)).count();
    assert!(multiples.abs_diff(30_000) < 5 * 142, "{multiples} of 90000 are multiples of three");
    assert!(draws.iter().all(|&draw| draw < n));
}

#[test]
#[should_panic(expected = "two streams are called auth/service")]
fn two_streams_never_share_a_name() {
    let mut assembly = Assembly::<Stage>::new(7, 0);
    let _ = (assembly.stream("auth/service"), assembly.stream("auth/service"));
}

#[test]
fn nodes_are_found_by_name_and_lanes_by_delay() {
    let mut assembly = Assembly::<Stage>::new(7, 0);
    let (auth, cache) = (assembly.reserve("auth"), assembly.reserve("cache"));
    assert_eq!(
        (assembly.id("auth"), assembly.id("cache"), assembly.id("db")),
        (Some(auth), Some(cache), None)
    );
    assert_eq!(NodeId::from_index(cache.index() as u32), cache);
    let second = Span::from_secs(1);
    assert_eq!(assembly.lane(second), assembly.lane(second));
    assert_ne!(assembly.lane(second), assembly.lane(Span::from_secs(2)));
}

#[test]
#[should_panic(expected = "two nodes are called auth")]
fn two_nodes_never_share_a_name() {
    let mut assembly = Assembly::<Stage>::new(7, 0);
    assembly.reserve("auth");
    assembly.reserve("auth");
}

#[test]
#[should_panic(expected = "auth was reserved and never placed")]
fn every_name_gets_its_node() {
    let mut assembly = Assembly::<Stage>::new(7, 0);
    assembly.reserve("auth");
    let _ = assembly.start(());
}

#[test]
#[should_panic(expected = "auth is placed twice")]
fn a_name_gets_one_node() {
    let mut assembly = Assembly::<Stage>::new(7, 0);
    let auth = assembly.reserve("auth");
    assembly.place(auth, Puppet::new(&[]));
    assembly.place(auth, Puppet::new(&[]));
}

#[test]
#[should_panic(expected = "a message to node 65535, which this assembly does not have")]
fn a_message_to_no_node_panics() {
    stage(&[(0, Do::Send(NodeId::NONE, 1))], &[]).run_until(Instant::END, &mut Ignore);
}

#[test]
fn gauges_and_the_end_are_recorded_at_the_time_of_the_clock() {
    let mut sim = stage(&[(SAMPLE, Do::Say(5))], &[(SAMPLE, Do::Say(6))]);
    let mut log = Keep::default();
    sim.run_until(Instant::from_nanos(10), &mut log);
    sim.sample(&mut log);
    sim.run_until(Instant::from_nanos(20), &mut log);
    sim.finish(&mut log);
    assert_eq!(text(&log), "0:a:0 10:a:5 10:b:6 20:a:3000 20:b:3000");
}

#[test]
#[should_panic(expected = "b may only record when it is asked for gauges")]
fn gauges_change_nothing() {
    stage(&[], &[(SAMPLE, Do::Send(A, 1))]).sample(&mut Ignore);
}

#[test]
#[should_panic(expected = "b may only record when it is asked for gauges")]
fn gauges_set_no_timer() {
    stage(&[], &[(SAMPLE, Do::SendAfter(1, B, 1))]).sample(&mut Ignore);
}

#[test]
fn observers_compose() {
    struct Count(usize);
    impl Observer<(u16, u32)> for Count {
        fn observe(&mut self, batch: &[Entry<(u16, u32)>]) {
            self.0 += batch.len();
        }
    }
    let many: Vec<(u32, Do)> = (0..5000).map(|_| (0, Do::Say(1))).collect();
    let boxed: Box<dyn Observer<(u16, u32)>> = Box::new(Ignore);
    let mut all = (Count(0), vec![Count(0), Count(0)], boxed, Some(Keep::default()));
    stage(&many, &[]).run_until(Instant::END, &mut all);
    assert_eq!((all.0.0, all.1[1].0, all.3.map(|keep| keep.0.len())), (5001, 5001, Some(5001)));
}

#[test]
fn a_fingerprint_depends_on_every_bit_and_on_the_order() {
    let words = [3, 0, u64::MAX];
    let of = mix(1, words);
    assert_eq!(format!("{of:016x}"), FINGERPRINT);
    for bit in 0..64 {
        assert_ne!(mix(1 ^ 1 << bit, words), of);
        for at in 0..3 {
            let mut other = words;
            other[at] ^= 1 << bit;
            assert_ne!(mix(1, other), of);
            // About half of the bits change: 32, and 4 is the standard deviation.
            assert!((mix(1, other) ^ of).count_ones() > 8, "bit {bit} of word {at} changes too little");
        }
    }
    assert_ne!(mix(1, [0, 3, u64::MAX]), of);
    assert_ne!(mix(mix(1, [3]), [0, u64::MAX]), of);
    assert_ne!(mix(1, [0]), mix(1, [0, 0]));
}

const FINGERPRINT: &str = "a75a167d16f2895f";
