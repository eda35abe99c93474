package kernel

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/kernel/asmgen"
)

var generate = flag.Bool("generate", false, "write the generated assembly files")

// TestAssemblyIsCurrent compares the checked-in assembly with its generator,
// both ways: no stale file, and no generated file without a builder.
func TestAssemblyIsCurrent(t *testing.T) {
	files := asmgen.Files()
	for name, want := range files {
		if *generate {
			if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(name)
		if err != nil || string(got) != want {
			t.Errorf("%s is stale: run go test -tags purego ./internal/kernel -run TestAssemblyIsCurrent -generate", name)
		}
	}
	present, err := filepath.Glob("*.s")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range present {
		if _, ok := files[name]; !ok {
			t.Errorf("%s has no builder in asmgen", name)
		}
	}
}
