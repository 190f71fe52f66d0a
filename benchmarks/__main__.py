"""All benchmarks, one after the other: `make bench`."""

from benchmarks import live, measures, offline, restart, service, session_list

offline.main()
measures.main()
service.main()
restart.main()
session_list.main()
live.main()
