package goodfit_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEveryExportedNameIsDocumented looks at all packages, internal ones too.
func TestEveryExportedNameIsDocumented(t *testing.T) {
	documented := map[string]bool{} // packages with a package comment
	walkGo(t, func(path string, src []byte) {
		if strings.HasSuffix(path, "_test.go") {
			return
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, path, src, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		pkg := packageOf(path)
		documented[pkg] = documented[pkg] || f.Doc != nil
		if f.Name.Name == "main" {
			return
		}
		for _, d := range f.Decls {
			for _, name := range undocumented(d) {
				t.Errorf("%s: %s has no doc comment", fset.Position(d.Pos()), name)
			}
		}
	})
	for pkg, ok := range documented {
		if !ok {
			t.Errorf("package %q has no package comment", pkg)
		}
	}
}

// undocumented returns the exported names of a declaration that have no comment,
// of their own or of their group.
func undocumented(d ast.Decl) (names []string) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && d.Doc == nil && exportedReceiver(d) {
			names = append(names, d.Name.Name)
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() && s.Doc == nil && d.Doc == nil {
					names = append(names, s.Name.Name)
				}
			case *ast.ValueSpec:
				for _, n := range s.Names {
					if n.IsExported() && s.Doc == nil && s.Comment == nil && d.Doc == nil {
						names = append(names, n.Name)
					}
				}
			}
		}
	}
	return names
}

// exportedReceiver reports whether a function is no method, or one of an exported
// type.
func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	typ := d.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	if index, ok := typ.(*ast.IndexExpr); ok {
		typ = index.X
	}
	name, ok := typ.(*ast.Ident)
	return ok && name.IsExported()
}

// TestReadmeCodeRuns holds the README's Go code to be a program of examples that
// a test runs, word for word.
func TestReadmeCodeRuns(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(readme), "```go\n")
	code, _, closed := strings.Cut(rest, "```")
	if !ok || !closed {
		t.Fatal("README.md has no Go code")
	}
	program, err := os.ReadFile(filepath.Join("examples", "readme", "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	if string(program) != code {
		t.Error("the code in README.md differs from examples/readme/main.go")
	}
}

// TestNothingNamesAMachine keeps paths of somebody's machine out of the project.
func TestNothingNamesAMachine(t *testing.T) {
	walkGo(t, func(path string, src []byte) {
		for _, bad := range []string{"/ho" + "me/", "/wo" + "rk/", "/Us" + "ers/"} {
			if strings.Contains(string(src), bad) {
				t.Errorf("%s names %s", path, bad)
			}
		}
	})
}
