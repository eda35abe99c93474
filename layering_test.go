package goodfit_test

import (
	"bytes"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/goodfit-ml/goodfit"

// layers is the direction of dependencies: a package imports only packages of
// lines above its own. "x/*" stands for every package below x.
var layers = [][]string{
	{"internal/fmath"},
	{"opt", "internal/kernel", "internal/npyrandom", "internal/atomicfile", "internal/registry", "curves"},
	{"internal/kernel/asmgen"},
	{"internal/random"},
	{"internal/solve"},
	{"tensor", "internal/pool"},
	{"nn/act"},
	{"nn", "metrics", "datasets"},
	{"losses", "optim", "nn/nntest", "internal/modelfile"},
	{"internal/plan"},
	{""},
	{"callbacks", "ensembles", "plots", "datasets/images"},
	{"pipeline"},
	{"experiments", "report"},
	{"studies", "coach"},
	{"studies/learning", "studies/generalization", "studies/prediction"},
	{"studies/all"},
	{"cmd/goodfit", "examples/*", "bench", "internal/golden"},
}

// outside lists what the core may import besides the standard library.
var outside = []string{"gonum.org/v1/gonum/mat", "golang.org/x/sys/cpu"}

func TestLayering(t *testing.T) {
	for pkg, imports := range packages(t) {
		own := lineOf(pkg)
		if own < 0 {
			t.Errorf("package %q stands on no line; add it to the table and to ARCHITECTURE.md", pkg)
			continue
		}
		for _, imp := range imports {
			rest, inside := strings.CutPrefix(imp, module)
			rest = strings.TrimPrefix(rest, "/")
			switch {
			case inside && lineOf(rest) < 0:
				t.Errorf("%s imports %s, which stands on no line", pkg, imp)
			case inside && lineOf(rest) >= own:
				t.Errorf("%s imports %s, which does not stand on a line above it", pkg, imp)
			case !inside && strings.Contains(imp, ".") && own <= lineOf("") && !slices.Contains(outside, imp):
				t.Errorf("%s is of the core and imports %s", pkg, imp)
			}
		}
	}
}

// TestCoreComputesItself forbids, in the core, functions whose results differ
// between platforms: what can reach a weight is computed by internal/fmath.
func TestCoreComputesItself(t *testing.T) {
	banned := regexp.MustCompile(`\bmath\.(Exp|Expm1|Exp2|Log|Log2|Log10|Log1p|Pow|Sin|Cos|Sincos|Tan|Tanh|Sinh|Cosh|Asin|Acos|Atan|Atan2|Erf|Erfc|Gamma|Lgamma|Cbrt|Hypot)\(` +
		`|\bmat\.(Norm|Sum|Dot|Trace|Det)\(|\bfloats\.`)
	walkGo(t, func(path string, src []byte) {
		pkg := packageOf(path)
		if line := lineOf(pkg); line > lineOf("") || pkg == "curves" || strings.Contains(path, "_test.go") || strings.HasPrefix(pkg, "nn/nntest") {
			return
		}
		for _, at := range banned.FindAllIndex(src, -1) {
			t.Errorf("%s:%d: %s…) is not the same on every platform; use internal/fmath",
				path, 1+bytes.Count(src[:at[0]], []byte("\n")), src[at[0]:at[1]])
		}
	})
}

// lineOf returns the line of a package in the table, −1 if it has none.
func lineOf(pkg string) int {
	for i, line := range layers {
		for _, p := range line {
			if folder, ok := strings.CutSuffix(p, "/*"); p == pkg || ok && strings.HasPrefix(pkg, folder+"/") {
				return i
			}
		}
	}
	return -1
}

// packages returns what each package's files import, tests left out.
func packages(t *testing.T) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	walkGo(t, func(path string, src []byte) {
		if strings.HasSuffix(path, "_test.go") {
			return
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, src, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		pkg := packageOf(path)
		all[pkg] = append(all[pkg], []string{}...)
		for _, imp := range f.Imports {
			all[pkg] = append(all[pkg], strings.Trim(imp.Path.Value, `"`))
		}
	})
	return all
}

func packageOf(path string) string {
	if dir := filepath.ToSlash(filepath.Dir(path)); dir != "." {
		return dir
	}
	return ""
}

// walkGo calls f for every Go file of the module.
func walkGo(t *testing.T, f func(path string, src []byte)) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != "." || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		src, err := os.ReadFile(path)
		if err == nil {
			f(path, src)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
