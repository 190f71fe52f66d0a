"""All benchmarks, one after the other: `make bench`."""

from benchmarks import live, measures, offline, service

offline.main()
measures.main()
service.main()
live.main()
