package asmgen_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/kernel/asmgen"
)

var generate = flag.Bool("generate", false, "write the generated files")

// folder holds the generated files: internal/kernel.
const folder = ".."

// TestAssemblyIsCurrent compares the checked-in files with their generator, both
// ways: no stale file, and no generated file without a builder.
func TestAssemblyIsCurrent(t *testing.T) {
	files := asmgen.Files()
	for name, want := range files {
		if *generate {
			if err := os.WriteFile(filepath.Join(folder, name), []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil || string(got) != want {
			t.Errorf("%s is stale: run go test ./internal/kernel/asmgen -generate", name)
		}
	}
	present, err := filepath.Glob(filepath.Join(folder, "*.s"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range present {
		name := filepath.Base(path)
		if _, ok := files[name]; !ok {
			t.Errorf("%s has no builder in asmgen", name)
		}
	}
}
