package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// goPackage is what go list tells of a package.
type goPackage struct {
	ImportPath string
	Dir        string
	GoFiles    []string
	Imports    []string
}

func goPackages(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Dir,GoFiles,Imports", "beckon/...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var list []goPackage
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return list
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
}

// mayImport says which of our own packages a package may import. A trailing
// slash means all below; the longest name that fits a package counts.
var mayImport = map[string][]string{
	"beckon/model/text":    nil,
	"beckon/model":         {"beckon/model/text"},
	"beckon/model/journey": {"beckon/model", "beckon/model/text"},
	"beckon/model/engine":  {"beckon/model", "beckon/model/text", "beckon/model/journey"},
	"beckon/model/replay":  {"beckon/model", "beckon/model/text", "beckon/model/journey", "beckon/model/engine"},
	"beckon/model/persona": {"beckon/model", "beckon/model/text", "beckon/model/journey"},
	"beckon/model/":        {"beckon/model", "beckon/model/"},
	"beckon/store":         {"beckon/model", "beckon/model/text"},
	"beckon/store/":        {"beckon/model", "beckon/model/text", "beckon/store", "beckon/store/"},
	"beckon/fixtures":      {"beckon/model"},
	"beckon/tui/":          {"beckon/model", "beckon/model/", "beckon/tui/"},
	"beckon/cmd/":          {"beckon/"},
}

func covers(pattern, path string) bool {
	return path == pattern || strings.HasSuffix(pattern, "/") && strings.HasPrefix(path, pattern)
}

func allowed(from, to string) bool {
	best := ""
	for pattern := range mayImport {
		if covers(pattern, from) && len(pattern) > len(best) {
			best = pattern
		}
	}
	return slices.ContainsFunc(mayImport[best], func(pattern string) bool { return covers(pattern, to) })
}

func TestImportsGoOneWay(t *testing.T) {
	t.Parallel()
	packages := goPackages(t)
	if len(packages) < 10 {
		t.Fatalf("go list knows %d packages", len(packages))
	}
	for _, p := range packages {
		for _, to := range p.Imports {
			if strings.HasPrefix(to, "beckon") && !allowed(p.ImportPath, to) {
				t.Errorf("%s must not import %s", p.ImportPath, to)
			}
			if p.ImportPath == "beckon/model/engine" && slices.Contains([]string{"os", "io", "io/fs", "net", "net/http", "math/rand", "math/rand/v2"}, to) {
				t.Errorf("the engine knows no file, no network and no chance, but imports %s", to)
			}
			if strings.HasPrefix(p.ImportPath, "beckon/model") && (strings.HasPrefix(to, "charm.land/") || strings.HasPrefix(to, "github.com/charmbracelet/")) {
				t.Errorf("%s knows no screen, but imports %s", p.ImportPath, to)
			}
		}
		name := p.ImportPath[strings.LastIndex(p.ImportPath, "/")+1:]
		if slices.Contains([]string{"util", "utils", "common", "helpers", "manager", "misc"}, name) {
			t.Errorf("%s is named for nothing", p.ImportPath)
		}
	}
}

// Every start pays for what is linked, with a store in etcd or without.
func TestTheStoreInEtcdLinksNothingThatItsClientDoesNot(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "list", "-deps", "go.etcd.io/etcd/client/v3").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	linked := strings.Fields(string(out))
	found := false
	for _, p := range goPackages(t) {
		if p.ImportPath != "beckon/store/etcdstore" {
			continue
		}
		found = true
		for _, to := range p.Imports {
			host, _, _ := strings.Cut(to, "/")
			if strings.Contains(host, ".") && !slices.Contains(linked, to) {
				t.Errorf("%s imports %s", p.ImportPath, to)
			}
		}
	}
	if !found {
		t.Error("there is no store in etcd")
	}
}

// What would read a clock, the environment or chance.
var worldly = map[string][]string{
	"time": {"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker", "Local"},
	"os":   {"Getenv", "LookupEnv", "Environ", "Exit", "Args"},
}

// What only the engine and what drives it may say.
var deciding = map[string][]string{"engine": {"Compile"}}

func TestModelAndScreensReadNoClockAndScreensDecideNothing(t *testing.T) {
	t.Parallel()
	for _, p := range goPackages(t) {
		inModel := strings.HasPrefix(p.ImportPath, "beckon/model")
		inScreens := strings.HasPrefix(p.ImportPath, "beckon/tui")
		testing := strings.HasSuffix(p.ImportPath, "test")
		if !inModel && !inScreens || testing {
			continue
		}
		forbidden := map[string][]string{}
		if p.ImportPath != "beckon/tui/serve" { // stands between the terminal and the console, and gives it its clock
			forbidden = worldly
		}
		for _, file := range p.GoFiles {
			for _, use := range uses(t, filepath.Join(p.Dir, file), forbidden) {
				t.Errorf("%s/%s uses %s", p.ImportPath, file, use)
			}
			if inScreens {
				for _, use := range uses(t, filepath.Join(p.Dir, file), deciding) {
					t.Errorf("%s/%s uses %s: screens decide nothing", p.ImportPath, file, use)
				}
			}
		}
	}
}

// uses finds the functions of packages that a file uses.
func uses(t *testing.T, file string, forbidden map[string][]string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	packages := map[string]string{} // by the name that the file gives them
	for _, imp := range f.Imports {
		path, err := strconv.Unquote(imp.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		name := path[strings.LastIndex(path, "/")+1:]
		local := name
		if imp.Name != nil {
			local = imp.Name.Name
		}
		packages[local] = name
	}
	var out []string
	ast.Inspect(f, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && slices.Contains(forbidden[packages[x.Name]], sel.Sel.Name) {
			out = append(out, packages[x.Name]+"."+sel.Sel.Name)
		}
		return true
	})
	return out
}

func TestNoProductionFileIsTooLongToRead(t *testing.T) {
	t.Parallel()
	for _, p := range goPackages(t) {
		for _, file := range p.GoFiles {
			data, err := os.ReadFile(filepath.Join(p.Dir, file))
			if err != nil {
				t.Fatal(err)
			}
			if n := bytes.Count(data, []byte("\n")); n > 700 {
				t.Errorf("%s/%s has %d lines", p.ImportPath, file, n)
			}
		}
	}
}
