package main

import (
	"io/fs"
	"math"
	"path"
	"runtime/debug"
	"strconv"
	"strings"
)

// limitMemory makes the collector of a server work harder when its memory comes
// near to what there is, unless GOMEMLIMIT says where that is: three quarters of
// what its control group may have, or half of the machine's where it may have
// all. It returns the limit in bytes; 0: there is none.
func limitMemory(w *world, root fs.FS) int64 {
	if w.getenv("GOMEMLIMIT") != "" {
		return debug.SetMemoryLimit(-1)
	}
	limit := memoryShare(root)
	if limit > 0 {
		debug.SetMemoryLimit(limit)
	}
	return limit
}

// memoryShare reads from the files of a Linux machine what a server may use; 0
// where they are not there.
func memoryShare(root fs.FS) int64 {
	machine := numberAfter(root, "proc/meminfo", "MemTotal:") << 10
	group := int64(math.MaxInt64)
	own, _ := fs.ReadFile(root, "proc/self/cgroup")
	for line := range strings.Lines(string(own)) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) < 3 {
			continue
		}
		base, file := "", ""
		switch {
		case parts[0] == "0" && parts[1] == "": // version 2
			base, file = "sys/fs/cgroup", "memory.max"
		case parts[1] == "memory":
			base, file = "sys/fs/cgroup/memory", "memory.limit_in_bytes"
		default:
			continue
		}
		// A group may not have more than those above it. In a container its own
		// path is often not there, and its limit at the top.
		for dir := path.Clean("/" + parts[2]); ; dir = path.Dir(dir) {
			if n := numberAfter(root, base+strings.TrimSuffix(dir, "/")+"/"+file, ""); n > 0 {
				group = min(group, n)
			}
			if dir == "/" {
				break
			}
		}
	}
	if group < math.MaxInt64 && (machine == 0 || group < machine) {
		return group / 4 * 3
	}
	return machine / 2
}

// numberAfter finds the number behind a word in a file, 0 where there is none.
func numberAfter(root fs.FS, file, word string) int64 {
	data, err := fs.ReadFile(root, file)
	if err != nil {
		return 0
	}
	_, rest, ok := strings.Cut(string(data), word)
	fields := strings.Fields(rest)
	if !ok || len(fields) == 0 {
		return 0
	}
	n, err := strconv.ParseInt(fields[0], 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}
