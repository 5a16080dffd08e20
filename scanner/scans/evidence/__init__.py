"""Photos kept with a scan, to show in what state goods were."""
