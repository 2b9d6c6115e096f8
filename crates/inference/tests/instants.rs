//! Small stories with literal instants.

mod common;

use brownout_inference::{
    Admission, Conversation, Engine, Options, Prefix, Rejection, Request, Scheduling, Shared,
};
use brownout_units::Span;
use common::{Story, check, constant, finish, ms, request, small};

/// Offers requests at their times, then lets all of them finish.
fn story(options: Options, requests: &[(u64, Request)]) -> (Story, Engine) {
    let mut engine = Engine::new(options).expect("valid options");
    let mut story = Story::default();
    for &(at, request) in requests {
        engine.offer(request, ms(at), &mut story).expect("acceptable requests");
    }
    finish(&mut engine, &mut story);
    (story, engine)
}

#[test]
fn a_prompt_is_computed_in_chunks_and_then_each_step_gives_a_token() {
    let (story, engine) = story(Options { blocks: 100, ..small() }, &[(5, request(1, 25, 3))]);
    check(
        &story,
        "5 ms: 1 admitted
         35 ms: 1 first token
         55 ms: 1 finished 3",
    );
    assert_eq!((engine.tally().prefilled, engine.tally().decoded), (25, 2));
}

#[test]
fn who_comes_during_a_step_joins_the_next_and_a_twin_of_the_first_joins_the_second() {
    let requests = [(0, request(1, 4, 5)), (0, request(2, 4, 1)), (20, request(3, 4, 1))];
    check(
        &story(small(), &requests).0,
        // The third comes exactly at a boundary: it meets the next one.
        "0 ms: 1 admitted
         10 ms: 1 first token
         10 ms: 2 admitted
         20 ms: 2 first token
         20 ms: 2 finished 1
         30 ms: 3 admitted
         40 ms: 3 first token
         40 ms: 3 finished 1
         50 ms: 1 finished 5",
    );
}

#[test]
fn the_latest_is_preempted_and_computes_its_context_again() {
    let (story, engine) = story(small(), &[(0, request(1, 7, 8)), (0, request(2, 7, 3))]);
    check(
        &story,
        // At 20 ms the first has 8 tokens cached, which fill its two blocks, and the other two are the second's.
        "0 ms: 1 admitted
         10 ms: 1 first token
         10 ms: 2 admitted
         20 ms: 2 first token
         20 ms: 2 preempted
         80 ms: 1 finished 8
         80 ms: 2 admitted
         100 ms: 2 finished 3",
    );
    assert_eq!(engine.tally().preempted, 1);
}

#[test]
fn admission_by_chunk_needs_less_than_admission_by_whole_prompt() {
    let requests = [(0, request(1, 3, 6)), (0, request(2, 12, 1))];
    let options = |admission| Options { admission, step_tokens_max: 8, ..small() };
    let whole = story(options(Admission::WholePrompt), &requests).0;
    assert!(whole.0.contains("60 ms: 2 admitted"), "{}", whole.0);
    let chunk = story(options(Admission::Chunk), &requests).0;
    assert!(chunk.0.contains("10 ms: 2 admitted"), "{}", chunk.0);
}

#[test]
fn without_chunks_a_prompt_waits_for_a_step_that_holds_it() {
    let requests = [(0, request(1, 3, 3)), (0, request(2, 10, 1))];
    let options = Options { chunked_prefill: false, model_tokens_max: 10, step_tokens_max: 10, ..small() };
    let mut engine = Engine::new(options).expect("valid options");
    assert_eq!(engine.offer(requests[1].1, ms(0), &mut ()), Err(Rejection::PromptTooLong));
    let limits = Options { sequences_max: 3, blocks: 8, ..small() };
    let options = Options { chunked_prefill: false, model_tokens_max: 11, step_tokens_max: 11, ..limits };
    let requests = [(0, request(1, 3, 3)), (0, request(2, 10, 1)), (0, request(3, 10, 1))];
    check(
        &story(options, &requests).0,
        "0 ms: 1 admitted
         10 ms: 1 first token
         10 ms: 2 admitted
         20 ms: 2 first token
         20 ms: 2 finished 1
         20 ms: 3 admitted
         30 ms: 1 finished 3
         30 ms: 3 first token
         30 ms: 3 finished 1",
    );
}

#[test]
fn the_urgent_go_first_and_the_others_are_preempted() {
    let urgent = |tag, prompt, output, priority| Request { priority, ..request(tag, prompt, output) };
    let requests = [(0, urgent(1, 6, 9, 5)), (1, urgent(2, 6, 1, 9)), (2, urgent(3, 6, 4, 0))];
    let options = Options { scheduling: Scheduling::Priority, ..small() };
    check(
        &story(options, &requests).0,
        // At 30 ms the first needs a third block, and is itself the least urgent that runs.
        "0 ms: 1 admitted
         10 ms: 1 first token
         10 ms: 3 admitted
         20 ms: 3 first token
         30 ms: 1 preempted
         50 ms: 3 finished 4
         50 ms: 1 admitted
         110 ms: 1 finished 9
         110 ms: 2 admitted
         120 ms: 2 first token
         120 ms: 2 finished 1",
    );
}

#[test]
fn a_cancelled_request_leaves_at_the_next_boundary_and_unblocks_the_queue() {
    let mut engine = Engine::new(Options { sequences_max: 1, ..small() }).expect("valid options");
    let mut story = Story::default();
    let first = engine.offer(request(1, 4, 12), ms(0), &mut story).expect("it fits");
    engine.offer(request(2, 4, 1), ms(0), &mut story).expect("it fits");
    engine.cancel(first, ms(31), &mut story);
    engine.cancel(first, ms(32), &mut story);
    finish(&mut engine, &mut story);
    engine.cancel(first, ms(90), &mut story);
    check(
        &story,
        "0 ms: 1 admitted
         10 ms: 1 first token
         40 ms: 1 cancelled after 4
         40 ms: 2 admitted
         50 ms: 2 first token
         50 ms: 2 finished 1",
    );
    assert_eq!(engine.next_wake(), None);
}

#[test]
fn a_new_speed_begins_with_the_next_step() {
    let mut engine = Engine::new(small()).expect("valid options");
    let mut story = Story::default();
    engine.offer(request(1, 4, 5), ms(0), &mut story).expect("it fits");
    engine.set_speed(0.5, ms(25), &mut story);
    finish(&mut engine, &mut story);
    engine.set_speed(2.0, ms(200), &mut story);
    engine.offer(request(2, 4, 2), ms(200), &mut story).expect("it fits");
    finish(&mut engine, &mut story);
    check(
        &story,
        "0 ms: 1 admitted
         10 ms: 1 first token
         70 ms: 1 finished 5
         200 ms: 2 admitted
         205 ms: 2 first token
         210 ms: 2 finished 2",
    );
}

#[test]
fn a_crash_loses_requests_and_cache() {
    let mut engine = Engine::new(Options { prefix_cache: true, sequences_max: 1, ..small() }).expect("valid");
    let mut story = Story::default();
    let prefix = Prefix { shared: Some(Shared { id: 1, tokens: 4 }), conversation: None };
    let with_prefix = |tag| Request { prefix, ..request(tag, 5, 6) };
    for tag in [1, 2] {
        engine.offer(with_prefix(tag), ms(0), &mut story).expect("it fits");
    }
    engine.clear(ms(35), &mut story);
    assert_eq!((engine.next_wake(), engine.outstanding(), engine.blocks_free(ms(35))), (None, 0, 4));
    engine.offer(with_prefix(3), ms(35), &mut story).expect("it fits");
    finish(&mut engine, &mut story);
    check(
        &story,
        "0 ms: 1 admitted
         10 ms: 1 first token
         35 ms: 1 lost after 3
         35 ms: 2 lost after 0
         35 ms: 3 admitted
         45 ms: 3 first token
         95 ms: 3 finished 6",
    );
}

#[test]
fn turns_find_their_history_until_others_need_the_blocks() {
    let turn = |tag, id, prompt, history| {
        let conversation = Some(Conversation { id, history });
        Request { prefix: Prefix { shared: None, conversation }, ..request(tag, prompt, 2) }
    };
    let options = Options { prefix_cache: true, ..small() };
    // The first turn leaves 8 tokens, of which 2 blocks are complete; the other conversation needs all four blocks.
    let requests =
        [(0, turn(1, 7, 7, 0)), (50, turn(2, 7, 11, 9)), (100, turn(3, 8, 15, 0)), (150, turn(4, 7, 11, 9))];
    let (story, engine) = story(options, &requests);
    check(
        &story,
        "0 ms: 1 admitted
         10 ms: 1 first token
         20 ms: 1 finished 2
         50 ms: 2 admitted with 8
         60 ms: 2 first token
         70 ms: 2 finished 2
         100 ms: 3 admitted
         110 ms: 0 evicted Conversation(7)
         120 ms: 3 first token
         130 ms: 3 finished 2
         150 ms: 4 admitted
         170 ms: 4 first token
         180 ms: 4 finished 2",
    );
    assert_eq!(engine.tally().hit, 8);
}

#[test]
fn agents_share_a_system_prompt_as_soon_as_one_has_computed_it() {
    let prefix = Prefix { shared: Some(Shared { id: 1, tokens: 8 }), conversation: None };
    let agent = |tag| Request { prefix, ..request(tag, 10, 4) };
    let options = Options { prefix_cache: true, blocks: 6, ..small() };
    let (story, engine) = story(options, &[(0, agent(1)), (0, agent(2))]);
    // Two blocks are shared and each has two of its own: with 7 blocks needed otherwise one would be preempted.
    assert!(story.0.contains("10 ms: 2 admitted with 8"), "{}", story.0);
    assert_eq!(engine.tally().preempted, 0);
    assert_eq!(engine.prefix_tokens(&agent(3)), 8);
    assert_eq!(engine.blocks_free(ms(1_000)), 6, "idle blocks of the cache are free");
}

#[test]
fn delivered_tokens_need_blocks_but_no_time() {
    let delivered = Request { delivered: 39, ..request(1, 40, 2) };
    let (story, _) = story(Options { blocks: 20, ..small() }, &[(0, delivered)]);
    check(
        &story,
        "0 ms: 1 admitted with 39
         10 ms: 1 first token
         20 ms: 1 finished 2",
    );
}

#[test]
fn what_can_never_be_served_is_refused_at_once_and_counted() {
    let mut engine = Engine::new(Options { model_tokens_max: 17, ..small() }).expect("valid options");
    let mut offer = |prompt, output| engine.offer(request(1, prompt, output), ms(0), &mut ()).err();
    assert_eq!(offer(0, 1), Some(Rejection::Empty));
    assert_eq!(offer(1, 0), Some(Rejection::Empty));
    assert_eq!(offer(17, 1), Some(Rejection::PromptTooLong));
    assert_eq!(offer(16, 1), None, "sixteen tokens are cached, the seventeenth is only emitted");
    engine.set_draining(true);
    assert_eq!(engine.offer(request(1, 1, 1), ms(0), &mut ()).err(), Some(Rejection::Draining));
    assert_eq!(engine.tally().rejected, 4);

    let mut engine = Engine::new(small()).expect("valid options");
    assert_eq!(engine.offer(request(1, 50, 1), ms(0), &mut ()).err(), Some(Rejection::LargerThanCache));
    assert_eq!(engine.offer(request(1, 10, 8), ms(0), &mut ()).err(), Some(Rejection::LargerThanCache));
}

#[test]
fn an_output_ends_where_the_context_reaches_the_length_of_the_model() {
    let (story, _) = story(Options { model_tokens_max: 12, ..small() }, &[(0, request(1, 8, 1_000))]);
    assert!(story.0.ends_with("40 ms: 1 finished 4\n"), "{}", story.0);
}

#[test]
fn a_long_prompt_costs_no_more_wakes_than_a_short_one() {
    let options = Options { blocks: 100_000, model_tokens_max: 200_000, ..small() };
    let (_, engine) = story(options, &[(0, request(1, 100_001, 50))]);
    assert_eq!((engine.tally().steps, engine.tally().executed, engine.tally().jumps), (10_050, 1, 2));
}

/// Only what can change the batch may wake a replica; the logs would be right with more wakes, the price would not.
#[test]
fn arrivals_that_cannot_be_admitted_do_not_cut_a_flight() {
    let long = Options { blocks: 100_000, model_tokens_max: 200_000, ..small() };
    // Beside a long prompt no token of the step is left.
    let others = (1..100).map(|i| (7 * i, request(1 + i, 4, 1)));
    let first = [(0, request(1, 100_001, 1))];
    let (_, engine) = story(long, &first.into_iter().chain(others).collect::<Vec<_>>());
    assert_eq!(engine.tally().jumps, 1);
    // The second does not fit beside the first, so the others wait behind it. One prefill for the first and the third,
    // two chunks for the second and the fourth.
    let crowd =
        [(0, request(1, 3, 8)), (5, request(2, 13, 1)), (15, request(3, 1, 1)), (25, request(4, 14, 1))];
    let (_, engine) = story(small(), &crowd);
    assert_eq!((engine.tally().executed, engine.tally().jumps), (6, 1));
    // And a third sequence cannot run where two run already: four prefills and one jump.
    let full = [(0, request(1, 1, 9)), (0, request(2, 1, 9)), (25, request(3, 1, 1)), (45, request(4, 1, 1))];
    let (_, engine) = story(Options { blocks: 100, ..small() }, &full);
    assert_eq!((engine.tally().executed, engine.tally().jumps), (4, 1));
}

#[test]
fn a_month_of_decoding_is_exact() {
    let mut engine = Engine::new(Options {
        latency: constant(1.0 / 3.0),
        blocks: 1 << 24,
        model_tokens_max: 1 << 24,
        block_tokens: 1,
        ..small()
    })
    .expect("valid options");
    let mut story = Story::default();
    let output = 10_000_000;
    engine.offer(request(1, 1, output), Span::ZERO, &mut story).expect("it fits");
    finish(&mut engine, &mut story);
    // A third of a millisecond is 333,333,333,333 fs; ten million of them, shown at the next whole nanosecond.
    assert!(story.0.ends_with(&format!("{} ms: 1 finished {output}\n", 3_333_333.333_33)), "{}", story.0);
}
