package model

import (
	"embed"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"regexp"
	"strings"
	"sync"
)

// The comments at the types are the one description of their fields: forms
// show them as help and the JSON Schema carries them.
//
//go:embed campaign.go catalog.go condition.go creative.go engagement.go library.go pagerule.go settings.go window.go
var typeSources embed.FS

// descriptions maps "Type" and "Type.Field" to their comments.
var descriptions = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	files, _ := typeSources.ReadDir(".") // an embedded directory is always there
	for _, f := range files {
		source, err := typeSources.ReadFile(f.Name())
		if err != nil {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), f.Name(), source, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			continue
		}
		for _, d := range file.Decls {
			if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.TYPE {
				describeTypes(g, out)
			}
		}
	}
	return out
})

func describeTypes(g *ast.GenDecl, out map[string]string) {
	for _, spec := range g.Specs {
		t, ok := spec.(*ast.TypeSpec)
		if !ok {
			continue
		}
		doc := t.Doc
		if doc == nil {
			doc = g.Doc
		}
		out[t.Name.Name] = describe(doc)
		s, ok := t.Type.(*ast.StructType)
		if !ok {
			continue
		}
		for _, f := range s.Fields.List {
			text := describe(f.Doc)
			if text == "" {
				text = describe(f.Comment)
			}
			for _, name := range f.Names {
				out[t.Name.Name+"."+name.Name] = text
			}
		}
	}
}

var (
	domainRule = regexp.MustCompile(`\s*Domain \d(?:no\. |\.\d|[^.;])*[.;]?`)
	docLink    = regexp.MustCompile(`\[([A-Z][\w.]*)\]`)
)

// describe makes one line of a comment, without what only a reader of the
// code has use for.
func describe(c *ast.CommentGroup) string {
	if c == nil {
		return ""
	}
	line := strings.Join(strings.Fields(c.Text()), " ")
	return strings.TrimSpace(docLink.ReplaceAllString(domainRule.ReplaceAllString(line, ""), "$1"))
}

// Describe returns what a field of a type of this package means, for help
// beside a form: Describe(model.Engagement{}, "delay"). With an empty field it
// describes the type. It is empty where there is nothing to say.
func Describe(owner any, field string) string {
	t := reflect.TypeOf(owner)
	if t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil {
		return ""
	}
	if field == "" {
		return descriptions()[t.Name()]
	}
	if t.Kind() != reflect.Struct {
		return ""
	}
	r := recordOf(t)
	i, ok := r.byName[field]
	if !ok {
		return ""
	}
	return descriptions()[r.fields[i].owner.Name()+"."+r.fields[i].goName]
}
