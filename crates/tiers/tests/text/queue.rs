//! Queues: which calls wait, are next, are turned away, and leave.

use crate::parts::*;
use brownout_model::*;

/// Three calls at 0, 1 and 2 ms for a worker that takes 10 ms.
fn three(order: Order) -> Model {
    let queue = Queue { order, ..station(0).queue };
    stations(load(&[0, 1, 2]), vec![Station { queue, ..station(10) }])
}

#[test]
fn first_in_first_out() {
    check(
        &three(Order::Fifo),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A Queued get#1
        0.002 web Arrived get#2
        0.002 A Queued get#2 1
        0.010 A Completed get#0 0.01s
        0.010 A Started get#1 0.009s
        0.010 web Succeeded get#0 0.01s
        0.020 A Completed get#1 0.019s
        0.020 A Started get#2 0.018s
        0.020 web Succeeded get#1 0.019s
        0.030 A Completed get#2 0.028s
        0.030 web Succeeded get#2 0.028s
    ",
    );
}

#[test]
fn last_in_first_out() {
    check(
        &three(Order::Lifo),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A Queued get#1
        0.002 web Arrived get#2
        0.002 A Queued get#2 1
        0.010 A Completed get#0 0.01s
        0.010 A Started get#2 0.008s
        0.010 web Succeeded get#0 0.01s
        0.020 A Completed get#2 0.018s
        0.020 A Started get#1 0.019s
        0.020 web Succeeded get#2 0.018s
        0.030 A Completed get#1 0.029s
        0.030 web Succeeded get#1 0.029s
    ",
    );
}

/// A web call at 0 and at 1 ms, a vip call at 2 ms.
fn web_and_vip(preemptive: bool) -> Model {
    let queue = Queue { order: Order::Priority { preemptive }, ..station(0).queue };
    let vip = Load { name: "vip".into(), class: VIP, ..load(&[2]) };
    model(vec![load(&[0, 1]), vip], vec![Body::Station(Station { queue, ..station(10) })])
}

#[test]
fn a_more_important_call_is_next() {
    check(
        &web_and_vip(false),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A Queued get#1
        0.002 vip Arrived vip get#0
        0.002 A Queued vip get#2 1
        0.010 A Completed get#0 0.01s
        0.010 A Started vip get#2 0.008s
        0.010 web Succeeded get#0 0.01s
        0.020 A Completed vip get#2 0.018s
        0.020 A Started get#1 0.019s
        0.020 vip Succeeded vip get#0 0.018s
        0.030 A Completed get#1 0.029s
        0.030 web Succeeded get#1 0.029s
    ",
    );
}

#[test]
fn a_more_important_call_takes_the_worker_and_the_other_goes_on_with_what_is_left() {
    check(
        &web_and_vip(true),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A Queued get#1
        0.002 vip Arrived vip get#0
        0.002 A Preempted get#0 1
        0.002 A StartedAtOnce vip get#2
        0.012 A Completed vip get#2 0.01s
        0.012 A Resumed get#0 0.01s
        0.012 vip Succeeded vip get#0 0.01s
        0.020 A Completed get#0 0.02s
        0.020 A Started get#1 0.019s
        0.020 web Succeeded get#0 0.02s
        0.030 A Completed get#1 0.029s
        0.030 web Succeeded get#1 0.029s
    ",
    );
}

#[test]
fn a_call_that_shares_its_processor_is_preempted_too() {
    let mut model = web_and_vip(true);
    if let Body::Station(station) = &mut model.tiers[0].body {
        station.contention = Contention::Sharing { processors: 1 };
    }
    check(
        &model,
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A Queued get#1
        0.002 vip Arrived vip get#0
        0.002 A Preempted get#0 1
        0.002 A StartedAtOnce vip get#2
        0.012 A Completed vip get#2 0.01s
        0.012 A Resumed get#0 0.01s
        0.012 vip Succeeded vip get#0 0.01s
        0.020 A Completed get#0 0.02s
        0.020 A Started get#1 0.019s
        0.020 web Succeeded get#0 0.02s
        0.030 A Completed get#1 0.029s
        0.030 web Succeeded get#1 0.029s
    ",
    );
}

#[test]
fn two_calls_share_a_processor() {
    let shared = Station {
        workers: Workers::Unlimited,
        contention: Contention::Sharing { processors: 1 },
        ..station(10)
    };
    check(
        &stations(load(&[0, 4]), vec![shared]),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.004 web Arrived get#1
        0.004 A StartedAtOnce get#1
        0.016 A Completed get#0 0.016s
        0.016 web Succeeded get#0 0.016s
        0.020 A Completed get#1 0.016s
        0.020 web Succeeded get#1 0.016s
    ",
    );
}

#[test]
fn a_full_queue_refuses_with_the_status_it_was_given() {
    let queue = Queue { limit: Some(1), ..station(0).queue };
    check(
        &stations(load(&[0, 1, 2]), vec![Station { queue, full: 529, ..station(10) }]),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A Queued get#1
        0.002 web Arrived get#2
        0.002 A RefusedOverloaded get#2 1
        0.002 web AttemptOverloaded get by A
        0.002 web FailedOverloaded get by A
        0.010 A Completed get#0 0.01s
        0.010 A Started get#1 0.009s
        0.010 web Succeeded get#0 0.01s
        0.020 A Completed get#1 0.019s
        0.020 web Succeeded get#1 0.019s
    ",
    );
}

#[test]
fn a_call_that_has_waited_too_long_is_dropped_when_its_turn_comes() {
    let queue = Queue { expire: Some(ms(15)), ..station(0).queue };
    check(
        &stations(load(&[0, 1, 2]), vec![Station { queue, ..station(10) }]),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A Queued get#1
        0.002 web Arrived get#2
        0.002 A Queued get#2 1
        0.010 A Completed get#0 0.01s
        0.010 A Started get#1 0.009s
        0.010 web Succeeded get#0 0.01s
        0.020 A Completed get#1 0.019s
        0.020 A LeftQueue get#2 0.018s
        0.020 A EndedGatewayTimeout get by A 0.018s
        0.020 web Succeeded get#1 0.019s
        0.020 web AttemptGatewayTimeout get by A 0.018s
        0.020 web FailedGatewayTimeout get by A 0.018s
    ",
    );
}

#[test]
fn a_caller_without_patience_hangs_up() {
    let queue = Queue { patience: Some(always(5)), ..station(0).queue };
    check(
        &stations(load(&[0, 1]), vec![Station { queue, ..station(10) }]),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A Queued get#1
        0.006 A LeftQueue get#1 0.005s
        0.006 A EndedGaveUp get by A 0.005s
        0.006 web AttemptGaveUp get by A 0.005s
        0.006 web FailedGaveUp get by A 0.005s
        0.010 A Completed get#0 0.01s
        0.010 web Succeeded get#0 0.01s
    ",
    );
}

#[test]
fn each_replica_has_its_turn_and_its_queue() {
    check(
        &stations(load(&[0, 1, 2]), vec![Station { replicas: 2, ..station(10) }]),
        r"
        0.000 web Arrived get#0
        0.000 A StartedAtOnce get#0
        0.001 web Arrived get#1
        0.001 A StartedAtOnce get#1
        0.002 web Arrived get#2
        0.002 A Queued get#2
        0.010 A Completed get#0 0.01s
        0.010 A Started get#2 0.008s
        0.010 web Succeeded get#0 0.01s
        0.011 A Completed get#1 0.01s
        0.011 web Succeeded get#1 0.01s
        0.020 A Completed get#2 0.018s
        0.020 web Succeeded get#2 0.018s
    ",
    );
}
