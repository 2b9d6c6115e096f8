//! Replicas take calls while they hold a lease, which they renew by calls to a keeper.

use crate::parts::*;
use brownout_model::*;

/// Tier A holds leases of B: 40 ms long, renewed every 20 ms, asked for for 5 ms; got again by VIP's calls.
fn leased(keeper: Station) -> Model {
    let ask =
        |path| Ask { path: PathId(path), timeout: ms(5), backoff: backoff(8), on_timeout: OnTimeout::Cancel };
    let (renewal, acquisition) = (ask(2), ask(3));
    let lease = Lease { keeper: TierId(1), life: ms(40), renew: ms(20), renewal, acquisition };
    let a = Station { lease: Some(lease.into()), ..station(1) };
    let model = stations(load(&[50, 80]), vec![a, keeper]);
    let mut model = Model { duration: ms(100), window: ms(100), ..model };
    model.add_lapses();
    model
}

#[test]
fn it_is_renewed_as_long_as_the_keeper_answers() {
    check(
        &leased(Station { workers: Workers::Unlimited, ..station(2) }),
        r"
        0.008 B StartedAtOnce vip get#0
        0.010 B Completed vip get#0 0.002s
        0.028 B StartedAtOnce vip get#0
        0.030 B Completed vip get#0 0.002s
        0.048 B StartedAtOnce vip get#0
        0.050 B Completed vip get#0 0.002s
        0.050 web Arrived get#0
        0.050 A StartedAtOnce get#0
        0.051 A Completed get#0 0.001s
        0.051 web Succeeded get#0 0.001s
        0.068 B StartedAtOnce vip get#0
        0.070 B Completed vip get#0 0.002s
        0.080 web Arrived get#0
        0.080 A StartedAtOnce get#0
        0.081 A Completed get#0 0.001s
        0.081 web Succeeded get#0 0.001s
        0.088 B StartedAtOnce vip get#0
        0.090 B Completed vip get#0 0.002s
    ",
    );
}

#[test]
fn it_is_lost_when_the_keeper_is_not_found_and_got_again() {
    let model = leased(Station { workers: Workers::Unlimited, ..station(2) });
    let unresolved = Effect::Unresolved { from: None, after: ms(0) };
    let mut model = with(model, 10, 55, unresolved);
    model.changes[1].target.site = Site::Tier(TierId(1));
    check(
        &model,
        r"
        0.008 B StartedAtOnce vip get#0
        0.010 B Completed vip get#0 0.002s
        0.028 B RefusedUnavailable vip get#0
        0.036 B RefusedUnavailable vip get'#0
        0.044 B RefusedUnavailable vip get'#0
        0.048 A FaultBegan get#0 1
        0.048 B RefusedUnavailable vip login#0
        0.050 web Arrived get#0
        0.050 A RefusedUnavailable get#0
        0.050 web AttemptUnavailable get by A
        0.050 web FailedUnavailable get by A
        0.056 B RefusedUnavailable vip login'#0
        0.064 B RefusedUnavailable vip login'#0
        0.072 B StartedAtOnce vip login'#0
        0.074 B Completed vip login'#0 0.002s
        0.074 A FaultEnded get#0 1
        0.080 web Arrived get#0
        0.080 A StartedAtOnce get#0
        0.081 A Completed get#0 0.001s
        0.081 web Succeeded get#0 0.001s
        0.092 B StartedAtOnce vip get#0
        0.094 B Completed vip get#0 0.002s
    ",
    );
}

#[test]
fn a_partition_of_the_tier_cuts_off_its_leases() {
    let model = leased(Station { workers: Workers::Unlimited, ..station(2) });
    // Place 1 is tier A.
    let loss = Effect::Loss { from: Some(1), ratio: brownout_units::Ratio::ONE };
    let mut model = with(model, 10, 50, loss);
    model.changes[1].target.site = Site::Tier(TierId(1));
    check(
        &model,
        r"
        0.008 B StartedAtOnce vip get#0
        0.010 B Completed vip get#0 0.002s
        0.033 A CallTimedOut vip get#0 0.005s
        0.046 A CallTimedOut vip get'#0 0.005s
        0.048 A FaultBegan get#0 1
        0.050 web Arrived get#0
        0.050 A RefusedUnavailable get#0
        0.050 web AttemptUnavailable get by A
        0.050 web FailedUnavailable get by A
        0.053 A CallTimedOut vip login#0 0.005s
        0.061 B StartedAtOnce vip login'#0
        0.063 B Completed vip login'#0 0.002s
        0.063 A FaultEnded get#0 1
        0.080 web Arrived get#0
        0.080 A StartedAtOnce get#0
        0.081 B StartedAtOnce vip get#0
        0.081 A Completed get#0 0.001s
        0.081 web Succeeded get#0 0.001s
        0.083 B Completed vip get#0 0.002s
    ",
    );
}
