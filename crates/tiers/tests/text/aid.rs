//! Deadlines, hedges, fallbacks, word of when to come again, and answers that have expired.

use crate::parts::*;
use brownout_model::*;
use brownout_tiers::policy::{Args, Value, find};

#[test]
fn no_tier_works_for_a_caller_whose_deadline_has_passed() {
    // The second waits until 20 ms; its turn comes at 30 ms.
    let client = Client { timeout: Some(ms(20)), tells_deadline: true, ..client() };
    let model = stations(Load { client, ..load(&[0, 0]) }, vec![front(0, vec![call(1)]), station(30)]);
    check(
        &model,
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.000 web Arrived get#1
        0.000 A StartedAtOnce get#1
        0.000 A Finished get#0
        0.000 B StartedAtOnce get#0
        0.000 A Finished get#1
        0.000 B Queued get#1
        0.020 web AttemptTimeout get by web 0.02s
        0.020 web FailedTimeout get by web 0.02s
        0.020 web AttemptTimeout get by web 0.02s
        0.020 web FailedTimeout get by web 0.02s
        0.030 B Wasted get#0 0.03s
        0.030 B Completed get#0 0.03s
        0.030 B LeftQueue get#1 0.03s
        0.030 B EndedGatewayTimeout get by B 0.03s
        0.030 A Answered get#0 0.03s
        0.030 A EndedGatewayTimeout get by B 0.03s
        0.030 web AnsweredAbandoned get#0 1
        0.030 web AnsweredAbandoned get#0
    ",
    );
}

#[test]
fn a_tier_makes_no_calls_for_a_caller_that_has_gone() {
    let client = Client { timeout: Some(ms(10)), tells_deadline: true, ..client() };
    let model = stations(Load { client, ..load(&[0]) }, vec![front(20, vec![call(1)]), station(5)]);
    check(
        &model,
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.010 web AttemptTimeout get by web 0.01s
        0.010 web FailedTimeout get by web 0.01s
        0.020 A Wasted get#0 0.02s
        0.020 A Finished get#0 0.02s
        0.020 A EndedGatewayTimeout get by A 0.02s
        0.020 web AnsweredAbandoned get#0
    ",
    );
}

fn limit(retry_after: u64) -> Policy {
    let kind = find("concurrency-limit").expect("a policy");
    let args = Args::new().with("limit", Value::Count(1)).or_defaults(kind.defaults());
    let (paths, per) = (PathSet::ALL, Per::All);
    let retry_after = Some(ms(retry_after));
    Policy {
        kind: kind.name.into(),
        args,
        paths,
        per,
        each_replica: true,
        on: true,
        status: 429,
        retry_after,
    }
}

#[test]
fn a_client_comes_again_when_it_is_told_and_not_before() {
    let habits = |obeys_retry_after| Client {
        retries: 1,
        retry_on: of_codes(&[429]),
        backoff: backoff(5),
        obeys_retry_after,
        ..client()
    };
    let model = |obeys| {
        let limited = Station { policies: vec![limit(20)], ..station(15) };
        let load = Load { client: habits(obeys), ..load(&[0, 1]) };
        // A gateway hands the word on.
        stations(load, vec![front(0, vec![call(1)]), limited])
    };
    let end = |retried: &str, ends: &str| {
        format!(
            "0.000 web Arrived get#0\n0.000 A StartedAtOnce get#0\n0.000 A Finished get#0\n\
             0.000 B StartedAtOnce get#0\n0.001 web Arrived get#1\n0.001 A StartedAtOnce get#1\n\
             0.001 A Finished get#1\n0.001 B TurnedAway get#0\n0.001 B RefusedTooManyRequests get#1\n\
             0.001 A EndedTooManyRequests get by B\n0.001 web AttemptTooManyRequests get by B\n{retried}{ends}"
        )
    };
    let first =
        "0.015 B Completed get#0 0.015s\n0.015 A Answered get#0 0.015s\n0.015 web Succeeded get#0 0.015s\n";
    check(
        &model(true),
        &end(
            first,
            "0.026 web Retried get'#1 1\n0.026 A StartedAtOnce get'#0\n0.026 A Finished get'#0\n\
             0.026 B StartedAtOnce get'#0\n0.041 B Completed get'#0 0.015s\n0.041 A Answered get'#0 0.015s\n\
             0.041 web Succeeded get'#1 0.04s",
        ),
    );
    check(
        &model(false),
        &end(
            "0.006 web Retried get'#1 1\n0.006 A StartedAtOnce get'#1\n0.006 A Finished get'#1\n\
             0.006 B TurnedAway get'#0\n0.006 B RefusedTooManyRequests get'#1\n\
             0.006 A EndedTooManyRequests get' by B\n0.006 web AttemptTooManyRequests get' by B\n\
             0.006 web FailedTooManyRequests get' by B 0.005s\n",
            first,
        ),
    );
}

#[test]
fn a_client_goes_to_its_other_provider_and_a_call_to_its_other_tier() {
    let down = |model| with(model, 0, 10_000, Effect::Crash);
    let client = Client { fallback: Some(TierId(1)), ..client() };
    check(
        &down(stations(Load { client, ..load(&[1]) }, vec![station(10), station(20)])),
        r"
        0.001 web Arrived get#0
        0.001 A RefusedUnavailable get#0
        0.001 web AttemptUnavailable get by A
        0.001 web FellBack get'#0 1
        0.001 B StartedAtOnce get'#0
        0.021 B Completed get'#0 0.02s
        0.021 web Succeeded get'#0 0.02s
    ",
    );
    let call = Call { fallback: Some(TierId(2)), ..call(0) };
    let load = Load { entry: TierId(1), ..load(&[1]) };
    check(
        &down(stations(load, vec![station(10), front(0, vec![call]), station(20)])),
        r"
        0.001 web Arrived get#0
        0.001 B StartedAtOnce get#0
        0.001 B Finished get#0
        0.001 A RefusedUnavailable get#0
        0.001 B CallFellBack get#0
        0.001 C StartedAtOnce get'#0
        0.021 C Completed get'#0 0.02s
        0.021 B Answered get#0 0.02s
        0.021 web Succeeded get#0 0.02s
    ",
    );
}

#[test]
fn an_old_answer_is_better_than_none() {
    let cache = Cache {
        keys: 1,
        skew: 0.0,
        entries: 1,
        ttl: Some(ms(5)),
        single_flight: false,
        warm: true,
        stale: Some(ms(10)),
    };
    let cached = Station { cache: Some(cache), ..front(0, vec![call(0)]) };
    let load = Load { entry: TierId(1), ..load(&[1, 6, 15]) };
    check(
        &with(stations(load, vec![station(1), cached]), 0, 10_000, Effect::Crash),
        r"
        0.001 web Arrived get#0
        0.001 B StartedAtOnce get#0
        0.001 B Finished get#0
        0.001 B Hit get#0
        0.001 B Answered get#0
        0.001 web Succeeded get#0
        0.006 web Arrived get#0
        0.006 B StartedAtOnce get#0
        0.006 B Finished get#0
        0.006 B Missed get#0
        0.006 A RefusedUnavailable get#0
        0.006 B AnsweredStale get#0
        0.006 B Answered get#0
        0.006 web Succeeded get#0
        0.015 web Arrived get#0
        0.015 B StartedAtOnce get#0
        0.015 B Finished get#0
        0.015 B Missed get#0
        0.015 A RefusedUnavailable get#0
        0.015 B EndedUnavailable get by A
        0.015 web AttemptUnavailable get by A
        0.015 web FailedUnavailable get by A
    ",
    );
}
