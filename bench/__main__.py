"""Runs the measurements that docs/measurements.md states, one after the other."""

from bench import api_routes, landing

if __name__ == "__main__":
    landing.main()
    api_routes.measure_direct()
