package pipeline_test

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/pipeline"
)

func TestSavedPipelinePredictsTheSameBits(t *testing.T) {
	for _, c := range []struct{ name, target string }{{"two classes", "buys"}, {"three classes", "size"}, {"numbers", "spent"}} {
		t.Run(c.name, func(t *testing.T) {
			table := shop(t, 80)
			r := train(t, table, c.target, pipeline.Options{Seed: 3, Epochs: 5})
			path := filepath.Join(t.TempDir(), "model.goodfit")
			if err := r.Pipeline.Save(path); err != nil {
				t.Fatal(err)
			}
			loaded, err := pipeline.Load(path)
			if err != nil {
				t.Fatal(err)
			}
			want, got := predict(t, r.Pipeline, table), predict(t, loaded, table)
			samePredictions(t, got, want)
			again := filepath.Join(t.TempDir(), "again.goodfit")
			if err := loaded.Save(again); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(readFile(t, path), readFile(t, again)) {
				t.Error("a loaded pipeline is saved as other bytes")
			}
		})
	}
}

// samePredictions compares bit for bit.
func samePredictions(t *testing.T, got, want *pipeline.Predictions) {
	t.Helper()
	for i := range want.Values {
		if math.Float64bits(got.Values[i]) != math.Float64bits(want.Values[i]) {
			t.Fatalf("row %d: %v, want %v", i, got.Values[i], want.Values[i])
		}
	}
	for i := range want.Classes {
		if got.Classes[i] != want.Classes[i] {
			t.Fatalf("row %d: class %q, want %q", i, got.Classes[i], want.Classes[i])
		}
		for j := range want.ClassNames {
			if math.Float64bits(got.Probabilities.At(i, j)) != math.Float64bits(want.Probabilities.At(i, j)) {
				t.Fatalf("row %d, class %d: %v, want %v", i, j, got.Probabilities.At(i, j), want.Probabilities.At(i, j))
			}
		}
	}
	if got.Rows() != want.Rows() {
		t.Fatalf("%d rows, want %d", got.Rows(), want.Rows())
	}
}

func TestLoadRefusesWhatIsNoPipeline(t *testing.T) {
	dir := t.TempDir()
	r := train(t, shop(t, 80), "size", pipeline.Options{Epochs: 1})
	good := filepath.Join(dir, "model.goodfit")
	if err := r.Pipeline.Save(good); err != nil {
		t.Fatal(err)
	}
	whole := readFile(t, good)
	plain := filepath.Join(dir, "plain.goodfit")
	if err := r.Model.Save(plain); err != nil {
		t.Fatal(err)
	}
	altered := bytes.Clone(whole)
	altered[len(altered)/2] ^= 1
	for _, c := range []struct {
		name, want string
		content    []byte
	}{
		{"a plain model", "model", readFile(t, plain)},
		{"cut short", "truncated", whole[:len(whole)/2]},
		{"altered", "altered", altered},
		{"text", "not a goodfit file", []byte("sepal_length,species\n5.1,setosa\n")},
		{"empty", "empty", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(dir, "bad.goodfit")
			if err := os.WriteFile(path, c.content, 0o644); err != nil {
				t.Fatal(err)
			}
			_, err := pipeline.Load(path)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("error %v, want one with the path and %q", err, c.want)
			}
		})
	}
	if _, err := goodfit.Load(good); err == nil || !strings.Contains(err.Error(), "pipeline") {
		t.Errorf("a pipeline loaded as a model: error %v, want one that names the kind", err)
	}
}

func TestSaveFailsWithoutAFolder(t *testing.T) {
	r := train(t, shop(t, 80), "size", pipeline.Options{Epochs: 1})
	if err := r.Pipeline.Save(filepath.Join(t.TempDir(), "none", "model.goodfit")); err == nil {
		t.Error("no error")
	}
}

// readFile returns the content of a file.
func readFile(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// predict asks a pipeline.
func predict(t *testing.T, p *pipeline.Pipeline, table *datasets.Table) *pipeline.Predictions {
	t.Helper()
	out, err := p.Predict(table)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
