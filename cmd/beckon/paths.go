package main

import (
	"os"
	"path/filepath"
	"strings"

	"beckon/model/text"
)

// manyPaths bounds what paths lists of one directory.
const manyPaths = 1000

// paths lists the files that a path which is being typed may go on to, as it was
// typed up to the last slash; directories end in one. Files whose names begin with a
// dot are listed where that is typed. What could not be typed is left out.
func paths(typed string) []string {
	if typed == "~" {
		return []string{"~/"}
	}
	dir, begun := filepath.Split(typed)
	from, err := underHome(dir)
	if err != nil {
		return nil
	}
	if from == "" {
		from = "."
	}
	all, err := os.ReadDir(from)
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range all {
		name := e.Name()
		if !strings.HasPrefix(name, begun) || begun == "" && name[0] == '.' || name != text.Line(name, len(name)) {
			continue
		}
		if e.IsDir() || e.Type()&os.ModeSymlink != 0 && isDirectory(filepath.Join(from, name)) {
			name += "/"
		}
		if out = append(out, dir+name); len(out) == manyPaths {
			break
		}
	}
	return out
}

func isDirectory(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
