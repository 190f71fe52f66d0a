"""All benchmarks, one after the other: `make bench`."""

from benchmarks import live, measures, offline

offline.main()
measures.main()
live.main()
