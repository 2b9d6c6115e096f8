"""SimPy: a generator a customer, a Resource a tier; an attempt is a process that the timeout interrupts.

Arguments: the workload as JSON, customers, seed. Prints one line of JSON.
"""

import json
import random
import sys
import time

import simpy


def main():
    workload, customers, seed = json.loads(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    env = simpy.Environment()
    network = Network(env, workload, random.Random(seed))
    start = time.process_time_ns()
    env.process(network.arrivals(customers))
    env.run()
    spent = time.process_time_ns() - start
    sojourn = sum(network.sojourns) / len(network.sojourns)
    print(json.dumps({"nanos": spent / customers, "sojourn": sojourn, "version": simpy.__version__}))


class Network:
    def __init__(self, env, workload, rng):
        self.env = env
        self.rng = rng
        self.rate = 1.0 / workload["interarrival"]
        self.patience = workload["patience"]
        self.tiers = [(simpy.Resource(env, tier["servers"]), 1.0 / tier["service"]) for tier in workload["tiers"]]
        self.sojourns = []

    def arrivals(self, customers):
        customer = self.impatient if self.patience else self.patient
        for _ in range(customers):
            yield self.env.timeout(self.rng.expovariate(self.rate))
            self.env.process(customer())

    def patient(self):
        arrived = self.env.now
        yield from self.journey()
        self.sojourns.append(self.env.now - arrived)

    def impatient(self):
        arrived = self.env.now
        for _ in range(1 + self.patience["retries"]):
            attempt = self.env.process(self.attempt())
            yield attempt | self.env.timeout(self.patience["timeout"])
            if attempt.triggered:
                self.sojourns.append(self.env.now - arrived)
                return
            attempt.interrupt()

    def attempt(self):
        try:
            yield from self.journey()
        except simpy.Interrupt:
            pass  # Leaving the `with` of a tier gave the server back, or the place in its queue.

    def journey(self):
        for servers, rate in self.tiers:
            with servers.request() as server:
                yield server
                yield self.env.timeout(self.rng.expovariate(rate))


if __name__ == "__main__":
    main()
