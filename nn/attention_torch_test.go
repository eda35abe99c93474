package nn_test

import (
	"encoding/json"
	"testing"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/tensor"
)

// attentionStep is a pass of PyTorch with several inputs; see
// testdata/make_attention.py.
type attentionStep struct {
	Rows, Heads, Size, Vocabulary, Dim int
	Causal                             bool
	Mask                               []float64 // of value and key
	Shapes                             []tensor.Shape
	In, Din                            [][]float64
	Out, Dout                          []float64
	Params, Grads                      map[string][]float64
}

func attentionSteps(t *testing.T, layer string) []attentionStep {
	t.Helper()
	var all map[string]json.RawMessage
	readFixture(t, "attention.json", &all)
	var steps []attentionStep
	if err := json.Unmarshal(all[layer], &steps); err != nil {
		t.Fatal(err)
	}
	return steps
}

// compare runs the layer forward and backward. The tolerance is that of float32
// sums of some ten numbers, relative to the largest.
func (s *attentionStep) compare(t *testing.T, l nn.Layer) {
	t.Helper()
	const tolerance = 2e-6
	op, err := l.Build(s.Shapes)
	if err != nil {
		t.Fatal(err)
	}
	keep, work := op.Scratch(s.Rows, nn.Train)
	p := &nn.Pass{Rows: s.Rows, Mode: nn.Train, Out: make([]float32, len(s.Out)), DOut: float32s(s.Dout),
		Keep: make([]float32, keep), Work: make([]float32, work), Masks: make([][]float32, len(s.In))}
	for k, x := range s.In {
		p.In, p.DIn = append(p.In, float32s(x)), append(p.DIn, make([]float32, len(x)))
		if s.Mask != nil && k > 0 {
			p.Masks[k] = float32s(s.Mask)
		}
	}
	for _, param := range op.Params() {
		if param.Value = float32s(s.Params[param.Name]); len(param.Value) != param.Shape.Size() {
			t.Fatalf("%s has shape %v, and the fixture %d values", param.Name, param.Shape, len(param.Value))
		}
		p.Grads = append(p.Grads, make([]float32, len(param.Value)))
	}
	if op, ok := op.(nn.Preparer); ok {
		op.Prepare(p)
	}
	op.Forward(p)
	near(t, "output", p.Out, s.Out, tolerance)
	op.Backward(p)
	for k, want := range s.Din {
		near(t, "gradient of the input", p.DIn[k], want, tolerance)
	}
	for k, param := range op.Params() {
		if param.Name != "key_bias" { // cancels out
			near(t, "gradient of "+param.Name, p.Grads[k], s.Grads[param.Name], tolerance)
		}
	}
}

func TestAttentionAgainstTorch(t *testing.T) {
	for _, s := range attentionSteps(t, "dot") {
		s.compare(t, nn.Attention{Causal: s.Causal})
	}
	for _, s := range attentionSteps(t, "heads") {
		s.compare(t, nn.MultiHeadAttention{Heads: s.Heads, KeySize: s.Size, Causal: s.Causal})
	}
}

func TestEmbeddingAgainstTorch(t *testing.T) {
	for _, s := range attentionSteps(t, "embedding") {
		s.compare(t, nn.Embedding{Vocabulary: s.Vocabulary, Dim: s.Dim})
	}
}
