"""How fast e-PediCare is, as ratios measured in one run, with the machine's load beside them."""
