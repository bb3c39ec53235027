package replay

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"beckon/model"
	"beckon/model/engine"
	"beckon/model/text"
)

// Suite runs scenario files. It compiles a catalog once, however many
// scenarios name it. Make one with [Disk] or [FS].
type Suite struct {
	read func(file string) ([]byte, error)
	load func(path string) (*model.Catalog, error)
	// beside returns the path of a catalog that a file names.
	beside  func(file, catalog string) string
	walk    func(root string, fn fs.WalkDirFunc) error
	on      *engine.Engine // nil: the catalog that each names
	engines map[string]*engine.Engine
	errs    map[string]error
}

// Disk returns a suite of files of the operating system.
func Disk() *Suite {
	return &Suite{
		read: func(file string) ([]byte, error) { return readFile(os.DirFS(filepath.Dir(file)), filepath.Base(file)) },
		load: func(path string) (*model.Catalog, error) { return model.Load(path) },
		beside: func(file, catalog string) string {
			if filepath.IsAbs(catalog) {
				return filepath.Clean(catalog)
			}
			return filepath.Join(filepath.Dir(file), filepath.FromSlash(catalog))
		},
		walk: filepath.WalkDir,
	}
}

// FS returns a suite of the files of a file system.
func FS(files fs.FS) *Suite {
	return &Suite{
		read:   func(file string) ([]byte, error) { return readFile(files, file) },
		load:   func(path string) (*model.Catalog, error) { return model.LoadFS(files, path) },
		beside: func(file, catalog string) string { return path.Join(path.Dir(file), catalog) },
		walk:   func(root string, fn fs.WalkDirFunc) error { return fs.WalkDir(files, root, fn) },
	}
}

// readFile reads a file that may be a scenario; one that is too large for it
// is read a byte too far, for [ParseScenario] to refuse.
func readFile(files fs.FS, name string) ([]byte, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "read", Path: name, Err: errors.New("not a regular file")}
	}
	return io.ReadAll(io.LimitReader(f, maxScenarioBytes+1))
}

// Files returns the scenario files of a path, sorted: the file itself, or those
// of a directory and its subdirectories whose names end in .yaml or .yml and
// which hold a scenario; catalogs among them are passed over.
func (s *Suite) Files(root string) ([]string, error) {
	var out []string
	err := s.walk(root, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case p != root && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
		case d.IsDir():
		case p == root:
			out = append(out, p)
		case strings.HasSuffix(p, ".yaml") || strings.HasSuffix(p, ".yml"):
			data, err := s.read(p)
			if err != nil {
				return err
			}
			if IsScenario(data) {
				out = append(out, p)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("looking for scenarios: %w", err)
	}
	slices.Sort(out)
	return out, nil
}

// IsScenario reports whether a line of a file begins with a field that only
// scenarios have. A misspelt one still has the other.
func IsScenario(data []byte) bool {
	for line := range bytes.Lines(data) {
		if bytes.HasPrefix(line, []byte("scenario:")) || bytes.HasPrefix(line, []byte("steps:")) {
			return true
		}
	}
	return false
}

// Unread is a scenario file that could not be read, or not all of it.
type Unread struct {
	File string
	Err  error // all that is wrong, a line each
}

// Error returns what is wrong, with places.
func (u *Unread) Error() string { return u.Err.Error() }

// Unwrap returns what is wrong.
func (u *Unread) Unwrap() error { return u.Err }

// Run runs the scenarios of a file. The error, an [Unread], says what cannot be
// read, in the file or in a catalog that it names, all at once; the results of
// the other scenarios stand.
func (s *Suite) Run(file string) ([]Result, error) {
	data, err := s.read(file)
	if err != nil {
		return nil, &Unread{file, fmt.Errorf("reading a scenario: %w", err)}
	}
	return runScenarios(file, data, func(sc *Scenario) (*engine.Engine, error) { return s.engineOf(file, sc) })
}

// RunOn runs the scenarios of a text on a catalog, whichever they name. The name
// stands in errors; otherwise it is as [Suite.Run].
func RunOn(eng *engine.Engine, name string, data []byte) ([]Result, error) {
	return runScenarios(name, data, func(*Scenario) (*engine.Engine, error) { return eng, nil })
}

func runScenarios(name string, data []byte, engineOf func(*Scenario) (*engine.Engine, error)) ([]Result, error) {
	whole, partly, problems := parseScenarios(name, data)
	var failed []error
	for _, p := range problems {
		failed = append(failed, p)
	}
	for _, sc := range partly {
		if eng, err := engineOf(sc); err != nil {
			failed = append(failed, err)
		} else if err := sc.Check(eng); err != nil {
			failed = append(failed, err)
		}
	}
	var out []Result
	for _, sc := range whole {
		eng, err := engineOf(sc)
		if err != nil {
			failed = append(failed, err)
			continue
		}
		r, err := sc.Run(eng)
		if err != nil {
			failed = append(failed, err)
			continue
		}
		out = append(out, r)
	}
	if len(failed) > 0 {
		return out, &Unread{name, errors.Join(failed...)}
	}
	return out, nil
}

// On makes the suite run every scenario on one catalog, whichever it names.
func (s *Suite) On(eng *engine.Engine) *Suite {
	s.on = eng
	return s
}

// engineOf compiles the catalog that a scenario names.
func (s *Suite) engineOf(file string, sc *Scenario) (*engine.Engine, error) {
	if s.on != nil {
		return s.on, nil
	}
	at := model.Source{File: file, Line: sc.Line}
	if sc.Catalog == "" {
		return nil, &model.FileError{Source: at, Path: "catalog", Reason: "missing: the path of the catalog from this file, unless one is named with --catalog"}
	}
	eng, err := s.engine(s.beside(file, sc.Catalog))
	if err != nil {
		return nil, fmt.Errorf("%s: catalog %s: %w", at, text.Line(sc.Catalog, nameRunes), err)
	}
	return eng, nil
}

func (s *Suite) engine(path string) (*engine.Engine, error) {
	if eng, ok := s.engines[path]; ok {
		return eng, s.errs[path]
	}
	if s.engines == nil {
		s.engines, s.errs = map[string]*engine.Engine{}, map[string]error{}
	}
	c, err := s.load(path)
	var eng *engine.Engine
	if err == nil {
		eng, err = engine.Compile(c)
	}
	s.engines[path], s.errs[path] = eng, err
	return eng, err
}
