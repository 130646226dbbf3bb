"""Reads `cargo metadata` and prints each crate with each way to build it: a feature, or an option of cargo."""

import json
import sys

for package in json.load(sys.stdin)["packages"]:
    ways = [feature for feature in package["features"] if feature != "default"]
    for way in ["--no-default-features", *ways, "--all-features"]:
        print(package["name"], way)
