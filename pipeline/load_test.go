package pipeline_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/modelfile"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/pipeline"
	"github.com/goodfit-ml/goodfit/tensor"
)

// parts are what a pipeline's file holds, as a stranger may put them together.
type parts struct {
	encoder, features, target json.RawMessage
	model                     *goodfit.Model
}

func (p parts) save(t *testing.T, path string) {
	t.Helper()
	w := modelfile.New(modelfile.Pipeline, goodfit.Version)
	f := struct{ Encoder, Features, Target json.RawMessage }{p.encoder, p.features, p.target}
	if err := w.JSON("pipeline.json", f); err != nil {
		t.Fatal(err)
	}
	if p.model != nil {
		if err := p.model.WriteParts(w.Sub("model"), goodfit.SaveOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Save(path); err != nil {
		t.Fatal(err)
	}
}

// linear returns a compiled model of one layer.
func linear(t *testing.T, inputs, outputs int) *goodfit.Model {
	t.Helper()
	m := goodfit.Sequential(tensor.Shape{inputs}, nn.Dense{Units: outputs})
	if err := m.Compile(goodfit.Config{Loss: losses.MSE{}}); err != nil {
		t.Fatal(err)
	}
	return m
}

// scaler returns one of so many columns as JSON.
func scaler(columns int) json.RawMessage {
	list := strings.TrimSuffix(strings.Repeat("1,", columns), ",")
	return json.RawMessage(fmt.Sprintf(`{"columns":%d,"center":[%s],"scale":[%s]}`, columns, list, list))
}

// A file whose parts are whole but do not fit each other is refused when it is
// loaded, not when it predicts.
func TestLoadRefusesPartsThatDoNotFit(t *testing.T) {
	table := shop(t, 80)
	encoderFor := func(target string) (json.RawMessage, int) {
		e, err := datasets.Encode{}.Fit(table, target, nil)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		return text, len(e.Columns())
	}
	spent, columns := encoderFor("spent")
	size, ofSize := encoderFor("size")
	null := json.RawMessage("null")
	path := filepath.Join(t.TempDir(), "model.goodfit")
	for _, c := range []struct {
		name, want string
		parts
	}{
		{"no encoder", "encoder", parts{null, null, null, linear(t, columns, 1)}},
		{"an encoder of another kind", "encoder", parts{json.RawMessage(`{"target":7}`), null, null, linear(t, columns, 1)}},
		{"features too few", "features", parts{spent, scaler(columns - 1), null, linear(t, columns, 1)}},
		{"two targets", "target", parts{spent, scaler(columns), scaler(2), linear(t, columns, 1)}},
		{"scaled classes", "scaled", parts{size, scaler(ofSize), scaler(1), linear(t, ofSize, 3)}},
		{"another input", fmt.Sprintf("1 numbers of %d, want 1 of %d", columns+1, columns), parts{spent, null, null, linear(t, columns+1, 1)}},
		{"another output", "want 3", parts{size, null, null, linear(t, ofSize, 2)}},
		{"no model", "graph.json", parts{spent, null, null, nil}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.save(t, path)
			_, err := pipeline.Load(path)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("error %v, want one with the path and %q", err, c.want)
			}
		})
	}
	parts{spent, scaler(columns), scaler(1), linear(t, columns, 1)}.save(t, path)
	if _, err := pipeline.Load(path); err != nil {
		t.Errorf("parts that fit: error %v", err)
	}
}
