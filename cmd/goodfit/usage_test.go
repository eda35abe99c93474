package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/pipeline"
)

// The program that a report shows is compiled and run beside a model that fit wrote.
func TestUsageInGoRuns(t *testing.T) {
	dir := t.TempDir()
	model := filepath.Join(dir, "out", "model.goodfit")
	table := filepath.Join("..", "..", "examples", "iris", "iris.csv")
	var stderr strings.Builder
	if code := run([]string{"fit", table, "--target", "species", "--out", filepath.Dir(model), "-q", "--epochs", "30"}, nil, &stderr, &stderr); code != exitOK {
		t.Fatalf("fit ends with %d: %s", code, &stderr)
	}
	j := fitJob{flags: &fitFlags{out: filepath.Dir(model)}}
	part := &pipeline.Part{Evaluation: pipeline.Evaluation{Confusion: &metrics.Confusion{}}}
	code := j.usage(&pipeline.Result{Training: &pipeline.Training{Test: part}})
	source := filepath.Join(dir, "main.go")
	write(t, source, code[1].Text)
	write(t, filepath.Join(dir, "new.csv"), "sepal_length,sepal_width,petal_length,petal_width\n5.1,3.5,1.4,0.2\n")
	program := filepath.Join(dir, "program")
	if out, err := exec.Command("go", "build", "-o", program, source).CombinedOutput(); err != nil {
		t.Fatalf("the program does not compile: %v\n%s", err, out)
	}
	c := exec.Command(program)
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil || string(out) != "[setosa]\n" {
		t.Errorf("the program prints %q with error %v, want [setosa]", out, err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestShellWord(t *testing.T) {
	for path, want := range map[string]string{
		"out/model.goodfit":  "out/model.goodfit",
		"my models/m.x":      "'my models/m.x'",
		"it's":               `'it'\''s'`,
		"größe":              "'größe'",
		"C:/a_b-c+d@e%f.ext": "C:/a_b-c+d@e%f.ext",
	} {
		if got := shellWord(path); got != want {
			t.Errorf("%q: %s, want %s", path, got, want)
		}
	}
}
