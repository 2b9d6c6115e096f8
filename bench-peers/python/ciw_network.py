"""Ciw: a network of queues described by its distributions.

Arguments: the workload as JSON, customers, seed. Prints one line of JSON.
"""

import json
import sys
import time

import ciw


def main():
    workload, customers, seed = json.loads(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    if workload["patience"] is not None:
        print(json.dumps({"absent": "a customer can leave a queue, but no timeout can span several nodes or end a service"}))
        return
    [tier] = workload["tiers"]
    ciw.seed(seed)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate=1.0 / workload["interarrival"])],
        service_distributions=[ciw.dists.Exponential(rate=1.0 / tier["service"])],
        number_of_servers=[tier["servers"]],
    )
    simulation = ciw.Simulation(network)
    start = time.process_time_ns()
    simulation.simulate_until_max_customers(customers, method="Finish")
    spent = time.process_time_ns() - start
    sojourns = [record.exit_date - record.arrival_date for record in simulation.get_all_records()]
    mean = sum(sojourns) / len(sojourns)
    print(json.dumps({"nanos": spent / customers, "sojourn": mean, "version": ciw.__version__}))


if __name__ == "__main__":
    main()
