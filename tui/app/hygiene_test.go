package app_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// source is one file of the console, its tests left out.
type source struct {
	path string // from tui/: "app/root.go"
	file *ast.File
}

// sources parses the console, but for the packages that face the operating
// system (serve) or are for tests alone (tuitest).
func sources(t *testing.T) (*token.FileSet, []source) {
	t.Helper()
	fset := token.NewFileSet()
	var out []source
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel := filepath.ToSlash(strings.TrimPrefix(path, ".."+string(filepath.Separator)))
		if d.IsDir() && (rel == "serve" || rel == "tuitest" || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		out = append(out, source{rel, f})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 20 {
		t.Fatalf("only %d files found", len(out))
	}
	return fset, out
}

func TestTheConsoleReadsNoClockNoEnvironmentAndPrintsNothing(t *testing.T) {
	t.Parallel()
	forbidden := map[string]string{
		"time.Now": "use Session.Now", "time.Since": "use Session.Now", "time.Until": "use Session.Now", "time.Sleep": "a command waits with tea.Tick",
		"os.Getenv": "use the Session", "os.LookupEnv": "use the Session", "os.Environ": "use the Session",
		"fmt.Print": "the screen is drawn by View", "fmt.Println": "the screen is drawn by View", "fmt.Printf": "the screen is drawn by View",
		"slog.Default": "use Session.Log", "slog.Info": "use Session.Log", "slog.Error": "use Session.Log", "slog.Warn": "use Session.Log",
		"ansi.Strip": "no sanitizer: text from outside passes model/text",
	}
	allowed := map[string]bool{
		"theme/theme.go ansi.Strip": true, // of rows that are drawn already
	}
	fset, files := sources(t)
	for _, s := range files {
		ast.Inspect(s.file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			pkg, ok := sel.X.(*ast.Ident)
			if !ok {
				return true
			}
			name := pkg.Name + "." + sel.Sel.Name
			if why := forbidden[name]; why != "" && !allowed[s.path+" "+name] {
				t.Errorf("%s: %s: %s", fset.Position(n.Pos()), name, why)
			}
			return true
		})
	}
}

func TestNoPackageOfTheConsoleKeepsState(t *testing.T) {
	t.Parallel()
	fset, files := sources(t)
	vars := map[string]bool{} // "package.name"
	for _, s := range files {
		for _, d := range s.file.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.VAR {
				continue
			}
			for _, spec := range g.Specs {
				for _, name := range spec.(*ast.ValueSpec).Names {
					if name.Name != "_" { // what is assigned to it is dropped
						vars[filepath.Dir(s.path)+"."+name.Name] = true
					}
				}
			}
		}
	}
	for _, s := range files {
		global := func(e ast.Expr) bool {
			for {
				switch x := e.(type) {
				case *ast.IndexExpr:
					e = x.X
				case *ast.SelectorExpr:
					e = x.X
				case *ast.Ident:
					// An identifier that the parser resolved in its function is a local.
					local := x.Obj != nil && x.Obj.Kind == ast.Var && !isPackageVar(s.file, x.Obj)
					return !local && vars[filepath.Dir(s.path)+"."+x.Name]
				default:
					return false
				}
			}
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			var changed []ast.Expr
			switch n := n.(type) {
			case *ast.AssignStmt:
				if n.Tok != token.DEFINE {
					changed = n.Lhs
				}
			case *ast.IncDecStmt:
				changed = []ast.Expr{n.X}
			case *ast.UnaryExpr:
				if n.Op == token.AND {
					changed = []ast.Expr{n.X}
				}
			}
			for _, e := range changed {
				if global(e) {
					t.Errorf("%s: a variable of the package is changed: sessions would share it", fset.Position(e.Pos()))
				}
			}
			return true
		})
	}
}

func isPackageVar(f *ast.File, o *ast.Object) bool { return f.Scope.Lookup(o.Name) == o }

func TestImportsGoOneWay(t *testing.T) {
	t.Parallel()
	// What each package of the foundation may import of the console.
	may := map[string][]string{
		"layout": {}, "keymap": {}, "theme": {},
		"frame":  {"keymap", "layout"},
		"widget": {"frame", "keymap", "layout", "theme"},
		"dialog": {"frame", "keymap", "layout", "theme", "widget"},
		"pane":   {"dialog", "frame", "keymap", "layout", "theme", "widget"},
		"app":    {"dialog", "frame", "keymap", "layout", "pane", "theme", "widget"},
	}
	_, files := sources(t)
	for _, s := range files {
		pkg := filepath.ToSlash(filepath.Dir(s.path))
		for _, imp := range s.file.Imports {
			path, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(path, "beckon/store") || strings.HasPrefix(path, "beckon/cmd") {
				t.Errorf("%s imports %s: only cmd knows both a store and the screens", s.path, path)
			}
			of, ok := strings.CutPrefix(path, "beckon/tui/")
			if !ok {
				continue
			}
			if list, known := may[pkg]; known && !slices.Contains(list, of) {
				t.Errorf("%s imports %s", s.path, path)
			}
			if strings.HasPrefix(pkg, "screen/") && (of == "app" || strings.HasPrefix(of, "screen/") && !strings.HasPrefix(of, pkg)) {
				t.Errorf("%s imports %s: a screen knows neither the shell nor another screen", s.path, path)
			}
		}
	}
}

func TestFilesStayReadable(t *testing.T) {
	t.Parallel()
	fset, files := sources(t)
	for _, s := range files {
		limit := 600
		if s.path == "app/root.go" {
			limit = 400 // it only routes
		}
		if n := fset.Position(s.file.End()).Line; n > limit {
			t.Errorf("%s has %d lines, more than %d", s.path, n, limit)
		}
	}
}
