package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/pipeline"
)

// TestReadme runs the program in an empty folder that has the table, and uses
// the model that it saves.
func TestReadme(t *testing.T) {
	csv, err := os.ReadFile(filepath.Join("..", "iris", "iris.csv"))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	path := filepath.Join("examples", "iris", "iris.csv")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, csv, 0o644); err != nil {
		t.Fatal(err)
	}
	main()
	p, err := pipeline.Load("iris.goodfit")
	if err != nil {
		t.Fatal(err)
	}
	table, err := datasets.ReadCSVFile(path, datasets.CSVOptions{})
	if err != nil {
		t.Fatal(err)
	}
	e, err := p.Evaluate(table)
	if err != nil {
		t.Fatal(err)
	}
	if accuracy, _ := e.Scores.Get("accuracy"); accuracy < 0.9 {
		t.Errorf("accuracy %.3f on all flowers, want at least 0.9", accuracy)
	}
}
