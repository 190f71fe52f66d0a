"""All benchmarks, one after the other: `make bench`."""

from benchmarks import live, measures, offline, service, session_list

offline.main()
measures.main()
service.main()
session_list.main()
live.main()
